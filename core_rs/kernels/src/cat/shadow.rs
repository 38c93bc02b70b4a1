//! The best whole test that still can be made: a shadow test (van der Linden & Reese 1998,
//! Applied Psychological Measurement 22:259-270).
//!
//! Under bounds on areas alone the best test is found by taking the most informative item that
//! is allowed, again and again (see [`quota`](super::quota)): exact, without an integer
//! program. Enemies break that. Then the best test without regard to enemies bounds what can
//! be had; where it holds two enemies, two smaller questions replace it: the better one is
//! left out, or it stays and its enemies are left out (branch and bound: Land & Doig 1960,
//! Econometrica 28:497-520). The most promising question comes first, and each also gives a
//! test by passing over enemies. After a bounded number of questions the best test so far is
//! the answer, and `bound` says how much better any other could be.
//!
//! ```
//! use mangotree_kernels::cat::bank::Bank;
//! use mangotree_kernels::cat::quota::{Areas, Quota, Tally};
//! use mangotree_kernels::cat::shadow::shadow;
//! use mangotree_kernels::irt::model::Binary;
//! let items = [1.0, 2.0, 3.0, 4.0].map(|a| Binary { a, b: 0.0, c: 0.0, d: 1.0 });
//! let bank = Bank::new(items.to_vec())?.with_areas(Areas::new(&[0, 0], &[1, 1, 2, 2])?)?;
//! let quotas = [Quota { area: 1, least: 1, most: 4 }];
//! let tally = Tally::new(bank.areas(), &quotas, 2)?;
//! let test = shadow(&bank, 0.0, &tally, &|_| true).map(|test| (test.items, test.value));
//! assert_eq!(test, Some((vec![3, 1], 5.0))); // a^2 / 4: 4 + 1, not 4 + 2.25
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(items + length log items), some 15 us for 1,000 items; with enemies up to
//! [`QUESTIONS`] times the length, and a sort. Do not use it for a next item when no enemies
//! and no minima meet: the best allowed item is the same.

use std::collections::{BinaryHeap, HashSet};

use super::bank::Bank;
use super::quota::Tally;

/// After so many questions the best test so far is taken.
pub const QUESTIONS: usize = 400;

/// A whole test: what is still to come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shadow {
    /// The items, the most informative first.
    pub items: Vec<usize>,
    /// Their information together.
    pub value: f64,
    /// No test has more than this.
    pub bound: f64,
}

impl Shadow {
    /// How much better another test could be, as a share of the bound; 0 when none is.
    #[must_use]
    pub fn gap(&self) -> f64 {
        if self.bound > self.value { 1.0 - self.value / self.bound } else { 0.0 }
    }
}

/// The best way to fill the places that `tally` has left from the items that are open, at
/// `theta`, or as many of them as can be; `None` when none was found that meets all bounds.
#[must_use]
pub fn shadow(
    bank: &Bank,
    theta: f64,
    tally: &Tally,
    is_open: &impl Fn(usize) -> bool,
) -> Option<Shadow> {
    let mut search = Search { bank, tally, ranked: Ranked::new(bank, theta, is_open) };
    if bank.has_enemies() {
        return search.branched();
    }
    let test = search.filled(&HashSet::new(), false)?;
    Some(Shadow { bound: test.value, ..test })
}

/// Items by falling information, ties by rising index; sorted as far as was asked for.
struct Ranked {
    sorted: Vec<(f64, usize)>,
    waiting: BinaryHeap<u128>,
}

impl Ranked {
    fn new(bank: &Bank, theta: f64, is_open: &impl Fn(usize) -> bool) -> Self {
        let open = bank.items().iter().enumerate().filter(|(item, _)| is_open(*item));
        let key = |(item, curve): (usize, &crate::irt::model::Binary)| {
            // Doubles that are not negative sort like their bits.
            (u128::from(curve.information(theta).to_bits()) << 64) | u128::from(!(item as u64))
        };
        Self { sorted: Vec::new(), waiting: open.map(key).collect::<Vec<_>>().into() }
    }

    fn get(&mut self, rank: usize) -> Option<(f64, usize)> {
        while self.sorted.len() <= rank {
            let key = self.waiting.pop()?;
            #[expect(clippy::cast_possible_truncation, reason = "each half holds 64 bits")]
            let (bits, item) = ((key >> 64) as u64, !(key as u64));
            self.sorted.push((f64::from_bits(bits), usize::try_from(item).unwrap_or(0)));
        }
        self.sorted.get(rank).copied()
    }
}

/// A question: the best test without `banned`.
struct Question {
    banned: HashSet<usize>,
    relaxed: Shadow,
}

struct Search<'a> {
    bank: &'a Bank,
    tally: &'a Tally,
    ranked: Ranked,
}

impl Search<'_> {
    fn branched(&mut self) -> Option<Shadow> {
        let mut best: Option<Shadow> = None;
        let mut open = Vec::new();
        self.ask(HashSet::new(), &mut open, &mut best);
        for _ in 0..QUESTIONS {
            let Some(question) = most_promising(&mut open, best.as_ref()) else {
                break;
            };
            let Some((first, others)) = self.enemies_in(&question.relaxed.items) else {
                return Some(Shadow { bound: question.relaxed.value, ..question.relaxed });
            };
            let (mut without, mut with) = (question.banned.clone(), question.banned);
            without.insert(first);
            with.extend(others);
            self.ask(with, &mut open, &mut best);
            self.ask(without, &mut open, &mut best);
        }
        let left = open.iter().map(|question| question.relaxed.value);
        best.map(|test| Shadow { bound: left.fold(test.value, f64::max), ..test })
    }

    /// Notes the question, unless it has no answer, and the test that passing over gives.
    fn ask(
        &mut self,
        banned: HashSet<usize>,
        open: &mut Vec<Question>,
        best: &mut Option<Shadow>,
    ) {
        let Some(relaxed) = self.filled(&banned, false) else {
            return;
        };
        if let Some(test) = self.filled(&banned, true) {
            if best.as_ref().is_none_or(|best| test.value > best.value) {
                *best = Some(test);
            }
        }
        open.push(Question { banned, relaxed });
    }

    /// The test that taking whatever is allowed gives; `None` when an area lacks items.
    fn filled(&mut self, banned: &HashSet<usize>, spares_enemies: bool) -> Option<Shadow> {
        let (areas, mut tally) = (self.bank.areas(), self.tally.clone());
        let mut groups: HashSet<u32> = HashSet::new();
        let mut test = Shadow { items: Vec::new(), value: 0.0, bound: 0.0 };
        let mut rank = 0;
        while (tally.taken() as usize) < tally.length() {
            let Some((value, item)) = self.ranked.get(rank) else {
                // A shorter test, if at least every area has its least.
                return (tally.owed() == 0).then_some(test);
            };
            rank += 1;
            let meets = |group: &u32| groups.contains(group);
            let is_free = !banned.contains(&item)
                && tally.allows(areas, areas.of(item))
                && !(spares_enemies && self.bank.groups_of(item).iter().any(meets));
            if is_free {
                tally.take(areas, areas.of(item));
                groups.extend(self.bank.groups_of(item));
                test.items.push(item);
                test.value += value;
            }
        }
        Some(test)
    }

    /// An item of `items` and its enemies among them.
    fn enemies_in(&self, items: &[usize]) -> Option<(usize, Vec<usize>)> {
        let excludes = |one: usize, two: usize| {
            let groups = self.bank.groups_of(one);
            groups.iter().any(|group| self.bank.groups_of(two).contains(group))
        };
        items.iter().enumerate().find_map(|(place, first)| {
            let later = items[place + 1..].iter();
            let others: Vec<usize> =
                later.copied().filter(|other| excludes(*first, *other)).collect();
            (!others.is_empty()).then_some((*first, others))
        })
    }
}

/// Takes out the question with the highest bound, if that may still beat `best`.
fn most_promising(open: &mut Vec<Question>, best: Option<&Shadow>) -> Option<Question> {
    let floor = best.map_or(f64::NEG_INFINITY, |best| best.value);
    open.retain(|question| question.relaxed.value > floor);
    let value = |question: &Question| question.relaxed.value;
    let place = (0..open.len())
        .reduce(|one, two| if value(&open[two]) > value(&open[one]) { two } else { one })?;
    Some(open.swap_remove(place))
}
