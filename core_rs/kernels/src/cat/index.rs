//! The most informative items without a look at the whole bank, exact to the last bit.
//!
//! Abilities are cut into bins an eighth of a logit wide. Each bin keeps its most promising
//! items, sorted by the most that each can tell inside the bin (see [`peak`](super::peak)). A
//! pick walks down its bin's list and stops as soon as the next ceiling is not above the worst
//! item that it holds: nothing further down can be better. Where a list ends too early (many
//! items blocked, many alike), all items follow in order of their highest peak, under the same
//! stop. Ceilings are raised by what rounding may have taken, so the pick is the one of a scan
//! over every item, ties to the lowest index.
//!
//! Items that share a, c and d (Rasch) tell the less the further b is off, and all have one
//! peak: no ceiling would stop early. They are sorted by b, and the pick walks outwards from
//! the best b. A bank with at most [`FAMILIES`] such families is kept that way.
//!
//! Cost: building O(bins x items), 10 us an item; a pick some tens of evaluations, whatever
//! the size of the bank; at worst O(items). Do not use it when a whole ranking is wanted.

use super::peak::{ceiling, peak, raised};
use crate::irt::model::Binary;

/// The most items that a pick at random among the best may choose from.
pub const MOST: usize = 20;
/// A bank with at most so many different (a, c, d) is searched by difficulty.
pub const FAMILIES: usize = 16;
/// Bins end here on both sides; one more on each side has no end.
const REACH: f64 = 6.0;
/// Bins in a logit.
const PER_LOGIT: f64 = 8.0;
/// Bins between the two without an end: `2 * REACH * PER_LOGIT`.
const INNER: usize = 96;

/// What a walk over the index keeps.
pub trait Keep {
    /// Items that tell this much or less are not wanted.
    fn floor(&self) -> f64;
    /// Takes note of an item that may be wanted.
    fn offer(&mut self, value: f64, item: usize);
}

/// The best few, the best first; ties to the lowest index.
#[derive(Clone, Copy, Debug)]
pub struct Top {
    wanted: usize,
    len: usize,
    entries: [(f64, usize); MOST],
}

impl Top {
    /// Room for the best `wanted`, 1 to [`MOST`].
    #[must_use]
    pub fn new(wanted: usize) -> Self {
        Self { wanted: wanted.clamp(1, MOST), len: 0, entries: [(0.0, 0); MOST] }
    }

    /// Values and items, the best first.
    #[must_use]
    pub fn entries(&self) -> &[(f64, usize)] {
        &self.entries[..self.len]
    }
}

impl Keep for Top {
    fn floor(&self) -> f64 {
        if self.len < self.wanted { f64::NEG_INFINITY } else { self.entries[self.len - 1].0 }
    }

    fn offer(&mut self, value: f64, item: usize) {
        let entry = (value, item);
        let held = self.entries();
        let place = held.iter().take_while(|other| is_better(**other, entry)).count();
        if place == self.wanted || held.contains(&entry) {
            return;
        }
        self.len = (self.len + 1).min(self.wanted);
        self.entries.copy_within(place..self.len - 1, place + 1);
        self.entries[place] = entry;
    }
}

/// Whether `one` comes before `two`: more value, or as much and the lower index.
#[must_use]
pub fn is_better(one: (f64, usize), two: (f64, usize)) -> bool {
    one.0 > two.0 || (one.0 >= two.0 && one.1 < two.1)
}

/// Some items of a bank, ready to be picked from at any ability.
#[derive(Clone, Debug)]
pub struct Index(Order);

#[derive(Clone, Debug)]
enum Order {
    Families(Vec<Family>),
    Bins { bins: Vec<Bin>, peaks: Vec<(f64, u32)> },
}

/// Items that differ in b alone.
#[derive(Clone, Debug)]
struct Family {
    /// How far the peak lies above b.
    offset: f64,
    highest: f64,
    by_b: Vec<(f64, u32)>,
}

/// The most promising items for abilities between two bounds.
#[derive(Clone, Debug)]
struct Bin {
    entries: Vec<(f64, u32)>,
    /// The highest ceiling of the items that are not listed.
    rest: f64,
}

impl Index {
    /// The index over the items numbered in `members`, at most `listed` of them in each bin.
    #[must_use]
    pub fn new(items: &[Binary], members: &[u32], listed: usize) -> Self {
        match families(items, members) {
            Some(families) => Self(Order::Families(families)),
            None => Self(binned(items, members, listed)),
        }
    }

    /// Offers to `keep` every item that `is_open` and may tell more than its floor at `theta`.
    pub fn visit(
        &self,
        items: &[Binary],
        theta: f64,
        is_open: &impl Fn(usize) -> bool,
        keep: &mut impl Keep,
    ) {
        match &self.0 {
            Order::Families(families) => {
                for family in families {
                    if family.highest <= keep.floor() {
                        return;
                    }
                    family.visit(items, theta, is_open, keep);
                }
            }
            Order::Bins { bins, peaks } => {
                let bin = &bins[bin_of(theta)];
                let offered = walk(&bin.entries, items, theta, is_open, keep);
                if offered && bin.rest > keep.floor() {
                    walk(peaks, items, theta, is_open, keep);
                }
            }
        }
    }
}

/// Offers the open items of `entries` until a ceiling is too low; whether none was.
fn walk(
    entries: &[(f64, u32)],
    items: &[Binary],
    theta: f64,
    is_open: &impl Fn(usize) -> bool,
    keep: &mut impl Keep,
) -> bool {
    for (ceiling, item) in entries {
        if *ceiling <= keep.floor() {
            return false;
        }
        let item = *item as usize;
        if is_open(item) {
            let value = items[item].information(theta);
            if value >= keep.floor() {
                keep.offer(value, item);
            }
        }
    }
    true
}

impl Family {
    fn visit(
        &self,
        items: &[Binary],
        theta: f64,
        is_open: &impl Fn(usize) -> bool,
        keep: &mut impl Keep,
    ) {
        let (left, right) = self.by_b.split_at(self.nearest(theta));
        outwards(left.iter().rev(), items, theta, is_open, keep);
        outwards(right.iter(), items, theta, is_open, keep);
    }

    fn nearest(&self, theta: f64) -> usize {
        self.by_b.partition_point(|(b, _)| *b < theta - self.offset)
    }
}

/// Offers the open items of `line`, which tell less and less, until they tell too little.
fn outwards<'a>(
    line: impl Iterator<Item = &'a (f64, u32)>,
    items: &[Binary],
    theta: f64,
    is_open: &impl Fn(usize) -> bool,
    keep: &mut impl Keep,
) {
    for (_, item) in line {
        let item = *item as usize;
        if is_open(item) {
            let value = items[item].information(theta);
            if raised(value, items[item].a) <= keep.floor() {
                return;
            }
            if value >= keep.floor() {
                keep.offer(value, item);
            }
        }
    }
}

/// The families of `members`, the highest peak first; `None` when there are too many.
fn families(items: &[Binary], members: &[u32]) -> Option<Vec<Family>> {
    let mut found: Vec<(Binary, Vec<(f64, u32)>)> = Vec::new();
    for number in members {
        let item = items[*number as usize];
        let shape = Binary { b: 0.0, ..item };
        let entry = (item.b, *number);
        if let Some((_, by_b)) = found.iter_mut().find(|(other, _)| *other == shape) {
            by_b.push(entry);
        } else if found.len() == FAMILIES {
            return None;
        } else {
            found.push((shape, vec![entry]));
        }
    }
    let mut families: Vec<Family> = found.into_iter().map(family).collect();
    families.sort_by(|one, two| two.highest.total_cmp(&one.highest));
    Some(families)
}

fn family((shape, mut by_b): (Binary, Vec<(f64, u32)>)) -> Family {
    by_b.sort_by(|one, two| one.0.total_cmp(&two.0).then(one.1.cmp(&two.1)));
    let offset = peak(&shape);
    Family { offset, highest: raised(shape.information(offset), shape.a), by_b }
}

fn binned(items: &[Binary], members: &[u32], listed: usize) -> Order {
    let peaks: Vec<f64> = members.iter().map(|item| peak(&items[*item as usize])).collect();
    let ranked = |low: f64, high: f64, listed: usize| {
        let entry = |(item, peak): (&u32, &f64)| {
            (ceiling(&items[*item as usize], *peak, low, high), *item)
        };
        best_first(members.iter().zip(&peaks).map(entry).collect(), listed)
    };
    let bins = (0..INNER + 2).map(|bin| ranked(edge(bin), edge(bin + 1), listed)).collect();
    let everywhere = ranked(f64::NEG_INFINITY, f64::INFINITY, members.len());
    Order::Bins { bins, peaks: everywhere.entries }
}

/// The `listed` entries with the highest ceilings, sorted, and the next one's ceiling.
fn best_first(mut entries: Vec<(f64, u32)>, listed: usize) -> Bin {
    let order =
        |one: &(f64, u32), two: &(f64, u32)| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1));
    let mut rest = f64::NEG_INFINITY;
    if listed < entries.len() {
        rest = entries.select_nth_unstable_by(listed, order).1.0;
        entries.truncate(listed);
    }
    entries.sort_unstable_by(order);
    entries.shrink_to_fit();
    Bin { entries, rest }
}

/// The lower edge of a bin; the first has none.
fn edge(bin: usize) -> f64 {
    match bin {
        0 => f64::NEG_INFINITY,
        // At most 97: exact.
        1..=97 => f64::from(u32::try_from(bin - 1).unwrap_or(0)) / PER_LOGIT - REACH,
        _ => f64::INFINITY,
    }
}

/// The bin of `theta`; a bin holds its lower edge.
fn bin_of(theta: f64) -> usize {
    if theta < -REACH {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not below 0, and held to the last bin where it is large"
    )]
    let bin = ((theta + REACH) * PER_LOGIT) as usize;
    bin.min(INNER) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ability_lies_in_its_bin_with_the_ends_open() {
        for step in -900..=900 {
            let theta = f64::from(step) / 100.0;
            let bin = bin_of(theta);
            assert!(edge(bin) <= theta && theta < edge(bin + 1), "{theta} {bin}");
        }
        assert_eq!((bin_of(f64::MIN), bin_of(f64::MAX), bin_of(6.0)), (0, 97, 97));
        assert_eq!((edge(1), edge(97)), (-6.0, 6.0));
    }

    #[test]
    fn the_best_few_stay_sorted_and_none_comes_twice() {
        let mut top = Top::new(3);
        for (value, item) in [(1.0, 4), (2.0, 9), (2.0, 3), (1.0, 4), (2.0, 3), (0.5, 1)] {
            top.offer(value, item);
        }
        assert_eq!(top.entries(), [(2.0, 3), (2.0, 9), (1.0, 4)]);
        assert!((top.floor() - 1.0).abs() < 1e-15);
    }
}
