//! What is remembered of a learner as bytes, and back, bit for bit.
//!
//! Little endian: eight numbers of the learner, five counts, two small ones; 35 bytes a skill;
//! one byte an item. Length and check sum are the caller's to check ([`crate::state`]); here it
//! is refused what no answers can have led to.
//!
//! ```
//! use mangotree_kernels::stack::{catalogue::Catalogue, saved::byte_count};
//! let catalogue = Catalogue::new(2, &[vec![0], vec![1], vec![1]])?;
//! assert_eq!(byte_count(&catalogue), 86 + 2 * 35 + 3);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(skills + items). Do not use it with a clock: time windows are not kept.

use crate::ability::Belief;
use crate::bytes::{Reader, fnv};
use crate::stack::catalogue::Catalogue;
use crate::stack::evidence::{Learner, NONE, OnSkill, PACE_LIMIT};
use crate::stack::log::Extras;
use crate::stack::model::Stack;

const PER_LEARNER: usize = 8 * 8 + 5 * 4 + 2;
const PER_SKILL: usize = 5 * 4 + 3 * 4 + 2 + 1;
/// More answers than anyone gives; counts up to here leave room to add to.
const MOST_ANSWERS: u32 = 1 << 30;
/// The largest pattern: a leading one and five answers.
const LAST_PATTERN: u8 = 63;

/// How many bytes a learner takes; `usize::MAX` where that is beyond all memory.
#[must_use]
pub fn byte_count(catalogue: &Catalogue) -> usize {
    let skills = catalogue.n_skills().saturating_mul(PER_SKILL);
    skills.saturating_add(catalogue.n_items()).saturating_add(PER_LEARNER)
}

impl Learner {
    /// Writes the learner behind what is there.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        for number in self.numbers() {
            out.extend(number.to_le_bytes());
        }
        let sets = self.sets.map(|set| u32::try_from(set).unwrap_or(u32::MAX));
        for word in [self.answers, self.wrong_run, self.stay].into_iter().chain(sets) {
            out.extend(word.to_le_bytes());
        }
        out.extend([self.pattern, u8::from(self.was_right)]);
        self.skills.iter().for_each(|own| own.put(out));
        out.extend(&self.seen);
    }

    /// The learner that `put` wrote; `None` for numbers that no answers lead to.
    pub(crate) fn take(from: &mut Reader<'_>, catalogue: &Catalogue) -> Option<Self> {
        let mut who = Self::new(catalogue, Extras::default());
        who.ability = Belief { mean: from.number(), variance: from.number() };
        (who.overall, who.surprise) = (from.number(), from.number());
        (who.pace, who.fast_wrong) = (from.number(), from.number());
        (who.hinted, who.hints) = (from.number(), from.number());
        (who.answers, who.wrong_run, who.stay) = (from.word(), from.word(), from.word());
        who.sets = [set_of(from.word()), set_of(from.word())];
        (who.pattern, who.was_right) = (from.byte(), from.byte() == 1);
        for own in &mut who.skills {
            *own = OnSkill::take(from);
        }
        for seen in &mut who.seen {
            *seen = from.byte();
        }
        who.is_sane(catalogue.n_sets()).then_some(who)
    }

    fn numbers(&self) -> [f64; 8] {
        let Belief { mean, variance } = self.ability;
        let [pace, hints] = [[self.pace, self.fast_wrong], [self.hinted, self.hints]];
        [mean, variance, self.overall, self.surprise, pace[0], pace[1], hints[0], hints[1]]
    }

    fn is_sane(&self, n_sets: usize) -> bool {
        let is_share = |number: f64| (0.0..=1.0).contains(&number);
        let is_known = |set: usize| set == NONE || set < n_sets;
        self.ability.is_sane()
            && [self.overall, self.fast_wrong, self.hinted, self.hints].map(is_share)
                == [true; 4]
            && self.surprise.abs() <= 1.0
            && self.pace.abs() <= PACE_LIMIT
            && self.answers <= MOST_ANSWERS
            && self.wrong_run <= self.answers
            && self.stay <= self.answers
            && self.sets.map(is_known) == [true; 2]
            && (1..=LAST_PATTERN).contains(&self.pattern)
            && self.skills.iter().all(|own| own.is_sane(self.answers))
    }
}

impl OnSkill {
    fn put(&self, out: &mut Vec<u8>) {
        for number in
            [self.offset_mean, self.offset_variance, self.slow, self.quick, self.hints]
        {
            out.extend(number.to_le_bytes());
        }
        for word in [self.right, self.attempts, self.last] {
            out.extend(word.to_le_bytes());
        }
        out.extend(self.wrong_run.to_le_bytes());
        out.push(self.pattern);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Self {
            offset_mean: from.single(),
            offset_variance: from.single(),
            slow: from.single(),
            quick: from.single(),
            hints: from.single(),
            right: from.word(),
            attempts: from.word(),
            last: from.word(),
            wrong_run: from.short(),
            pattern: from.byte(),
        }
    }

    fn is_sane(&self, answers: u32) -> bool {
        let is_share = |number: f32| (0.0..=1.0).contains(&number);
        self.offset().is_sane()
            && [self.slow, self.quick, self.hints].map(is_share) == [true; 3]
            && self.right <= self.attempts
            && self.attempts <= answers
            && self.last <= answers
            && u32::from(self.wrong_run) <= self.attempts
            && (1..=LAST_PATTERN).contains(&self.pattern)
    }
}

impl Stack {
    /// A check sum over all that its predictions follow from.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let Extras { has_pace, has_hints, has_times } = self.extras;
        let flags = [has_pace, has_hints, has_times].map(u64::from);
        let numbers = self.tables().into_iter().flat_map(|(_, numbers)| numbers);
        let sets = (0..self.catalogue.n_items()).flat_map(|item| {
            let skills = self.catalogue.skills_of(item);
            std::iter::once(skills.len()).chain(skills.iter().copied())
        });
        let words = flags.into_iter().chain(self.sequences().iter().copied());
        let words = words.chain(numbers.map(f64::to_bits));
        let words = words.chain(sets.map(|word| u64::try_from(word).unwrap_or(u64::MAX)));
        fnv(words.flat_map(u64::to_le_bytes))
    }
}

fn set_of(word: u32) -> usize {
    if word == u32::MAX { NONE } else { usize::try_from(word).unwrap_or(NONE) }
}
