//! Masteries that a teacher states, traced on beside what the answers alone say.
//!
//! A statement does not touch what the answers say of a skill: it opens a second track, with
//! the stated mastery, and each later answer moves both. The stated one is what everyone sees
//! and what the planner goes by; of several on one skill the latest. What the class learns for
//! everyone, its weights and difficulties, follows from the answers' own track. So taking a
//! statement back leaves, bit for bit, what would be without it, however many answers came.
//!
//! Each track keeps how much better it foresaw the answers than the answers' own did, as the
//! logarithm of a Bayes factor (Kass & Raftery 1995, Journal of the American Statistical
//! Association 90:773-795):
//!
//! ```text
//! odds += share ln(P(answer | stated) / P(answer | own))
//! ```
//!
//! A statement may be held against the answers with a weight w below 1, which a teacher who
//! was right before has earned: an answer then moves its track as w of an answer would, a
//! power likelihood (Ibrahim & Chen 2000, Statistical Science 15:46-60).
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::domain::Domain;
//! use mangotree_kernels::logistic::{CODES, Weights};
//! use mangotree_kernels::stated::Statement;
//! use mangotree_kernels::tracer::Tracer;
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let domain = Domain::new(vec![skill], &[vec![]], &[vec![0]], vec![0.0])?;
//! let mut class = Tracer::new(domain, Weights::from_named(CODES.map(|code| (code, 0.0)))?);
//! class.add_learners(1);
//! let known = Statement { number: 7, mastery: 0.9, weight: 1.0 };
//! class.state_mastery(0, 0, known)?;
//! class.trace(0, 0, true)?;
//! // Right with 0.9: 0.81 / 0.83, with 0.4: 0.36 / 0.48; learning adds a tenth of the rest.
//! assert!((class.mastery(0)?[0] - (0.1 + 0.9 * 0.81 / 0.83)).abs() < 1e-9);
//! assert!((class.own_mastery(0)?[0] - 0.775).abs() < 1e-9);
//! assert!((class.stated(0)?[0].odds - (0.83_f64 / 0.48).ln()).abs() < 1e-9);
//! assert_eq!(class.withdraw(7), 1);
//! assert!((class.mastery(0)?[0] - 0.775).abs() < 1e-9);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(log statements) to find one, O(1) an answer for each on its skills; 64 bytes each.
//! Do not use it to correct a whole class: a model that is wrong everywhere is to be fitted.

use std::borrow::Cow;
use std::ops::Range;

use crate::bkt::Bkt;
use crate::bytes::Reader;
use crate::error::{Error, known, within};
use crate::practice::{Kept, Practice};
use crate::tracer::Tracer;

/// Below this a stated mastery would hardly move any more, whatever a learner answers.
pub const LEAST_WEIGHT: f64 = 0.1;
/// Certainty is beyond any evidence: odds stay within what counts can lead to.
const MOST_ODDS: f64 = 1e6;

/// What a teacher states: the caller's `number` for it, the mastery, and the weight with which
/// an answer moves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statement {
    /// To take it back by.
    pub number: u64,
    /// P(known) at first.
    pub mastery: f64,
    /// 0.1 to 1; an answer counts as so much of one.
    pub weight: f64,
}

/// A statement on one skill of one learner, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stated {
    /// The number that was given.
    pub number: u64,
    /// The skill.
    pub skill: usize,
    /// With which weight an answer moves it.
    pub weight: f64,
    /// The log of the Bayes factor for it, against what the answers alone say.
    pub odds: f64,
    /// How many answers were compared.
    pub answers: u32,
    pub(crate) learner: usize,
    /// A step back from the skill lasts while the learner's answers are below this.
    pub(crate) stuck_until: u32,
    pub(crate) kept: Kept,
}

impl Stated {
    /// How many bytes it is saved as.
    pub const BYTES: usize = 4 * 8 + 2 * 4 + Kept::BYTES;

    /// P(known) by it now.
    #[must_use]
    pub fn mastery(&self) -> f64 {
        self.kept.mastery()
    }

    /// Moves it by an answer to the skill as an item shows it. `own` is what the answers alone
    /// say, `then` what an answer that leaves a mastery does to the rest of a skill.
    pub(crate) fn learn(
        &mut self,
        bkt: &Bkt,
        own: f64,
        (is_right, share): (bool, f64),
        then: impl Fn(&Practice, f64) -> Practice,
    ) -> bool {
        let before = Practice::from(self.kept);
        let chance = |mastery: f64| {
            let right = bkt.predict(mastery);
            if is_right { right } else { 1.0 - right }
        };
        let told = share * (chance(before.mastery) / chance(own)).ln();
        let after = then(&before, bkt.update_by(before.mastery, is_right, self.weight));
        self.odds = (self.odds + told).clamp(-MOST_ODDS, MOST_ODDS);
        self.answers = self.answers.saturating_add(1);
        self.kept = after.into();
        before.is_parked_by(&after)
    }

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        let wide = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        // One word for both: no hub has so many learners, no domain so many skills.
        let place = wide(self.learner) << 32 | wide(self.skill);
        out.extend(self.number.to_le_bytes());
        out.extend(place.to_le_bytes());
        out.extend(self.weight.to_le_bytes());
        out.extend(self.odds.to_le_bytes());
        out.extend(self.answers.to_le_bytes());
        out.extend(self.stuck_until.to_le_bytes());
        out.extend(self.kept.to_bytes());
    }

    pub(crate) fn taken(from: &mut Reader<'_>) -> Self {
        let (number, place) = (from.long(), from.long());
        let part = |word: u64| usize::try_from(word & 0xffff_ffff).unwrap_or(usize::MAX);
        Self {
            number,
            learner: part(place >> 32),
            skill: part(place),
            weight: from.number(),
            odds: from.number(),
            answers: from.word(),
            stuck_until: from.word(),
            kept: Kept::from_bytes(from.take()),
        }
    }

    /// Whether a learner with so many `answers`, of so many, can have it on one of the skills.
    pub(crate) fn is_sane(&self, answers: Option<u32>, n_skills: usize) -> bool {
        let is_learners = |answers| {
            self.kept.is_sane(answers) && self.stuck_until <= answers.saturating_add(8)
        };
        answers.is_some_and(is_learners)
            && self.skill < n_skills
            && (LEAST_WEIGHT..=1.0).contains(&self.weight)
            && self.odds.abs() <= MOST_ODDS
    }
}

impl Tracer {
    /// P(known) of every skill: what was stated last, else what the answers say.
    ///
    /// # Errors
    /// `Unknown` names the learner.
    pub fn mastery(&self, learner: usize) -> Result<Vec<f64>, Error> {
        known("learner", learner, self.n_learners())?;
        Ok(self.in_force(learner).iter().map(Kept::mastery).collect())
    }

    /// The same by the answers alone.
    ///
    /// # Errors
    /// `Unknown` names the learner.
    pub fn own_mastery(&self, learner: usize) -> Result<Vec<f64>, Error> {
        known("learner", learner, self.n_learners())?;
        Ok(self.own_row(learner).iter().map(Kept::mastery).collect())
    }

    /// Sets a mastery as if answers had said so; later answers move it on from there.
    ///
    /// # Errors
    /// `Unknown` names the learner or the skill, `OutOfRange` the mastery.
    pub fn set_mastery(
        &mut self,
        learner: usize,
        skill: usize,
        mastery: f64,
    ) -> Result<(), Error> {
        let place = self.place(learner, skill)?;
        let mastery = within("mastery", mastery, (0.0, 1.0), "0 to 1")?;
        self.practices[place] =
            Practice::from(self.practices[place]).with_mastery(mastery).into();
        Ok(())
    }

    /// States a mastery, as a teacher does, until it is withdrawn.
    ///
    /// # Errors
    /// `Unknown` names the learner or the skill, `OutOfRange` the mastery or the weight.
    pub fn state_mastery(
        &mut self,
        learner: usize,
        skill: usize,
        said: Statement,
    ) -> Result<(), Error> {
        let place = self.place(learner, skill)?;
        let mastery = within("mastery", said.mastery, (0.0, 1.0), "0 to 1")?;
        let weight = within("weight", said.weight, (LEAST_WEIGHT, 1.0), "0.1 to 1")?;
        let stated = Stated {
            number: said.number,
            skill,
            weight,
            odds: 0.0,
            answers: 0,
            learner,
            stuck_until: 0,
            kept: Practice::from(self.practices[place]).with_mastery(mastery).into(),
        };
        let at = self.places_stated(learner, skill).end;
        self.stated.insert(at, stated);
        Ok(())
    }

    /// Takes back what was stated under this number; gives on how many skills that was.
    pub fn withdraw(&mut self, number: u64) -> usize {
        let had = self.stated.len();
        self.stated.retain(|one| one.number != number);
        had - self.stated.len()
    }

    /// What was stated of the learner, by skill, the latest on each last.
    ///
    /// # Errors
    /// `Unknown` names the learner.
    pub fn stated(&self, learner: usize) -> Result<&[Stated], Error> {
        known("learner", learner, self.n_learners())?;
        Ok(self.stated_of(learner))
    }

    pub(crate) fn stated_of(&self, learner: usize) -> &[Stated] {
        &self.stated[self.range_of(|one| one.learner.cmp(&learner))]
    }

    /// Puts back what an answer moved of what was stated of the learner.
    pub(crate) fn restate(&mut self, learner: usize, before: &[Stated]) {
        let range = self.range_of(|one| one.learner.cmp(&learner));
        self.stated[range].copy_from_slice(before);
    }

    /// Where the statements on one skill of a learner stand.
    pub(crate) fn places_stated(&self, learner: usize, skill: usize) -> Range<usize> {
        self.range_of(|one| (one.learner, one.skill).cmp(&(learner, skill)))
    }

    /// The skill as it counts: what was stated last, else what the answers say.
    pub(crate) fn practice(&self, learner: usize, skill: usize) -> Practice {
        match self.stated[self.places_stated(learner, skill)].last() {
            Some(one) => one.kept.into(),
            None => self.own_practice(learner, skill),
        }
    }

    /// All skills of a learner in the same way.
    pub(crate) fn in_force(&self, learner: usize) -> Cow<'_, [Kept]> {
        let (own, stated) = (self.own_row(learner), self.stated_of(learner));
        if stated.is_empty() {
            return Cow::Borrowed(own);
        }
        let mut row = own.to_vec();
        for one in stated {
            row[one.skill] = one.kept;
        }
        Cow::Owned(row)
    }

    pub(crate) fn own_practice(&self, learner: usize, skill: usize) -> Practice {
        self.practices[self.row(learner) + skill].into()
    }

    fn own_row(&self, learner: usize) -> &[Kept] {
        &self.practices[self.row(learner)..][..self.domain.n_skills()]
    }

    /// The statements that compare as equal; they are sorted by learner, then by skill.
    fn range_of(&self, order: impl Fn(&Stated) -> std::cmp::Ordering) -> Range<usize> {
        let first = self.stated.partition_point(|one| order(one).is_lt());
        first..first + self.stated[first..].partition_point(|one| order(one).is_eq())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::domain::Domain;
    use crate::logistic::{CODES, Weights};

    fn class() -> Tracer {
        let skill = Bkt::new(0.4, 0.1, 0.01, 0.2, 0.1).unwrap();
        let items = [vec![0], vec![1], vec![0, 1]];
        let domain = Domain::new(vec![skill; 2], &[vec![], vec![0]], &items, vec![0.0; 3]);
        let weights = Weights::from_named(CODES.map(|code| (code, 0.1))).unwrap();
        let mut class = Tracer::new(domain.unwrap(), weights);
        class.add_learners(2);
        class
    }

    fn say(number: u64, mastery: f64, weight: f64) -> Statement {
        Statement { number, mastery, weight }
    }

    fn work(class: &mut Tracer, seed: u64, answers: usize) {
        let mut chance = Chance::new(seed);
        for at in 0..answers {
            class.trace(at % 2, at % 3, chance.uniform() < 0.6).unwrap();
        }
    }

    #[test]
    fn what_is_withdrawn_leaves_what_would_be_without_it_bit_for_bit() {
        let (mut with, mut without) = (class(), class());
        work(&mut with, 1, 20);
        work(&mut without, 1, 20);
        with.state_mastery(0, 0, say(1, 0.97, 1.0)).unwrap();
        with.state_mastery(1, 1, say(2, 0.1, 0.5)).unwrap();
        with.state_mastery(0, 0, say(3, 0.2, 1.0)).unwrap();
        work(&mut with, 2, 100);
        work(&mut without, 2, 100);
        assert_ne!(with.to_bytes(), without.to_bytes());
        assert_eq!([3, 1, 2, 9].map(|number| with.withdraw(number)), [1, 1, 1, 0]);
        assert_eq!(with.to_bytes(), without.to_bytes());
    }

    #[test]
    fn the_latest_statement_counts_and_the_one_before_it_is_traced_on() {
        let (mut both, mut one) = (class(), class());
        for class in [&mut both, &mut one] {
            class.state_mastery(0, 0, say(1, 0.9, 1.0)).unwrap();
        }
        both.state_mastery(0, 0, say(2, 0.1, 1.0)).unwrap();
        work(&mut both, 3, 10);
        work(&mut one, 3, 10);
        assert!(both.mastery(0).unwrap()[0] < one.mastery(0).unwrap()[0]);
        both.withdraw(2);
        assert_eq!(both.to_bytes(), one.to_bytes());
    }

    #[test]
    fn statements_are_saved_and_broken_ones_are_refused() {
        let mut worked = class();
        worked.state_mastery(1, 0, say(5, 0.97, 0.4)).unwrap();
        work(&mut worked, 4, 30);
        let bytes = worked.to_bytes();
        assert_eq!(bytes.len(), class().to_bytes().len() + Stated::BYTES);
        let mut loaded = class();
        loaded.load_bytes(&bytes).unwrap();
        assert_eq!(loaded.to_bytes(), bytes);
        work(&mut worked, 5, 5);
        work(&mut loaded, 5, 5);
        assert_eq!(loaded.to_bytes(), worked.to_bytes());
        worked.stated[0].weight = 2.0;
        assert!(loaded.load_bytes(&worked.to_bytes()).is_err());
        (worked.stated[0].weight, worked.stated[0].skill) = (1.0, 2);
        assert!(loaded.load_bytes(&worked.to_bytes()).is_err());
    }

    #[test]
    fn a_look_ahead_puts_back_what_was_stated() {
        let mut class = class();
        class.state_mastery(0, 0, say(1, 0.9, 1.0)).unwrap();
        let before = class.to_bytes();
        class.suppose(0, 2, &[true, false, false]).unwrap();
        assert_eq!(class.to_bytes(), before);
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let mut class = class();
        for said in
            [say(1, 1.1, 1.0), say(1, f64::NAN, 1.0), say(1, 0.5, 0.0), say(1, 0.5, 2.0)]
        {
            assert!(class.state_mastery(0, 0, said).is_err());
        }
        assert!(class.state_mastery(2, 0, say(1, 0.5, 1.0)).is_err());
        assert!(class.state_mastery(0, 2, say(1, 0.5, 1.0)).is_err());
        assert_eq!(class.stated(0).unwrap(), []);
    }
}
