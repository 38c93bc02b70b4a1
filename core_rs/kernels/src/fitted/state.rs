//! What a class's answers move of a fitted stack's side, and its bytes.
//!
//! Corrections of the class's skills, then of its items, then each learner
//! ([`crate::stack::saved`]). Length and check sum are looked at before
//! ([`crate::state`]); here it is refused what no answers can have led to.
//!
//! Cost: O(state). Do not read it with another stack than the one it was written with.

use crate::ability::Belief;
use crate::bytes::Reader;
use crate::stack::catalogue::Catalogue;
use crate::stack::evidence::{Learner, OnSkill};
use crate::stack::saved;

const PER_CORRECTION: usize = size_of::<Correction>();
/// No correction lies further from 0: a logit of 100 is certainty.
const MOST: f32 = 100.0;

/// What a class's answers say of one skill or item beyond what the stack says: easier if above
/// 0. Kept in single precision and reckoned with in double, as all of a stack's side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Correction {
    mean: f32,
    variance: f32,
}

/// The part of a fitted class that answers move.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub own_skills: Vec<Correction>,
    pub own_items: Vec<Correction>,
    pub learners: Vec<Learner>,
}

impl From<Belief> for Correction {
    #[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is what it is for")]
    fn from(belief: Belief) -> Self {
        Self { mean: belief.mean as f32, variance: belief.variance as f32 }
    }
}

impl Correction {
    pub fn belief(self) -> Belief {
        Belief { mean: self.mean.into(), variance: self.variance.into() }
    }
}

impl State {
    /// How many bytes it takes with `count` learners; `None` beyond what memory can address.
    pub fn byte_count(&self, catalogue: &Catalogue, count: usize) -> Option<usize> {
        let own = (self.own_skills.len() + self.own_items.len()).checked_mul(PER_CORRECTION)?;
        saved::byte_count(catalogue).checked_mul(count)?.checked_add(own)
    }

    /// How many bytes of memory it takes, empty room included.
    pub fn bytes_in_memory(&self) -> usize {
        let of =
            |who: &Learner| who.skills.capacity() * size_of::<OnSkill>() + who.seen.capacity();
        self.learners.iter().map(of).sum::<usize>()
            + self.learners.capacity() * size_of::<Learner>()
            + (self.own_skills.capacity() + self.own_items.capacity()) * PER_CORRECTION
    }

    /// Writes it behind what is there.
    pub fn put(&self, out: &mut Vec<u8>) {
        for own in self.own_skills.iter().chain(&self.own_items) {
            out.extend(own.mean.to_le_bytes());
            out.extend(own.variance.to_le_bytes());
        }
        self.learners.iter().for_each(|who| who.put(out));
    }

    /// What `put` wrote of a class like this one with `count` learners; `None` for numbers that
    /// no answers lead to.
    pub fn taken(
        &self,
        from: &mut Reader<'_>,
        catalogue: &Catalogue,
        count: usize,
    ) -> Option<Self> {
        let mut corrections = |count: usize| -> Option<Vec<Correction>> {
            (0..count).map(|_| correction(from)).collect()
        };
        Some(Self {
            own_skills: corrections(self.own_skills.len())?,
            own_items: corrections(self.own_items.len())?,
            learners: (0..count)
                .map(|_| Learner::take(from, catalogue))
                .collect::<Option<_>>()?,
        })
    }
}

fn correction(from: &mut Reader<'_>) -> Option<Correction> {
    let own = Correction { mean: from.single(), variance: from.single() };
    let is_sane = own.mean.abs() <= MOST && (0.0..=MOST).contains(&own.variance);
    is_sane.then_some(own)
}
