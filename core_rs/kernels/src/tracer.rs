//! A class at work on one domain: every answer predicted first, then learned from.
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::domain::Domain;
//! use mangotree_kernels::logistic::{CODES, Weights};
//! use mangotree_kernels::tracer::Tracer;
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let domain = Domain::new(vec![skill], &[vec![]], &[vec![0]], vec![0.0])?;
//! let only_mastery = CODES.map(|code| (code, f64::from(u8::from(code == "MASTERY"))));
//! let mut class = Tracer::new(domain, Weights::from_named(only_mastery)?);
//! class.add_learners(1);
//! let (given, changes) = class.answer(0, 0, true)?;
//! assert!((given.p - 0.48).abs() < 1e-12); // 0.4 * 0.9 + 0.6 * 0.2
//! assert!((changes[0].after - 0.775).abs() < 1e-12); // 0.75 + 0.25 * 0.1
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(skills of the item) per answer. State: arrays of learners, learners x skills and
//! learners x items. Do not use one tracer for two subjects: their abilities would mix.

use crate::ability::{Belief, step};
use crate::domain::Domain;
use crate::error::{Error, known};
use crate::features::share_of;
use crate::fitted::Fitted;
use crate::logistic::{CODES, Parts, Weights};
use crate::own_weights::OwnWeights;
use crate::practice::{Kept, Learner, Met, Practice, STEP_BACK, on_item};
use crate::stack::log::checked_outcome;
use crate::stack::{columns, model};
use crate::stated::Stated;

/// Doubt about a skill's difficulty before the class met it, in logits squared.
pub const SKILL_VARIANCE: f64 = 0.75;
/// Doubt about an item's deviation from its skill before the class met it.
pub const ITEM_VARIANCE: f64 = 0.8;

/// A class of learners, traced on one domain.
#[derive(Clone, Debug)]
pub struct Tracer {
    pub(crate) domain: Domain,
    /// The shipped weights as the class moved them.
    pub(crate) weights: OwnWeights,
    pub(crate) learners: Vec<Learner>,
    /// Per learner and skill, packed; `practice` unpacks one.
    pub(crate) practices: Vec<Kept>,
    /// What a teacher stated, by learner and skill, the latest on each last.
    pub(crate) stated: Vec<Stated>,
    /// Per learner and item.
    pub(crate) seen: Vec<Met>,
    pub(crate) skills: Vec<Belief>,
    pub(crate) items: Vec<Belief>,
    /// What predicts in place of the weights, once a log was long enough to fit it.
    pub(crate) fitted: Option<Fitted>,
}

/// How an answer went; what is not known of it is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Whether it was right.
    pub is_right: bool,
    /// How long it took, in seconds.
    pub pace_s: f64,
    /// How many hints were taken.
    pub hints: f64,
}

/// What each kind of evidence added to a logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Added {
    /// By the shipped layer, in the order of its codes.
    Layer(Parts),
    /// By a fitted stack, in the order of its codes.
    Stack([f64; columns::CODE_COUNT]),
}

/// A chance of a right answer, and what each kind of evidence added to its logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// P(right).
    pub p: f64,
    /// Its log-odds.
    pub logit: f64,
    /// The parts of the logit.
    pub parts: Added,
}

/// One skill's mastery before and after an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The skill.
    pub skill: usize,
    /// Mastery before.
    pub before: f64,
    /// Mastery after.
    pub after: f64,
}

/// What a learner showed on a skill.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// How many answers.
    pub attempts: u32,
    /// How many of them were right.
    pub right: u32,
    /// The latest of them, the newest last.
    pub recent: Vec<bool>,
    /// Whether mastery counts as reached.
    pub is_mastered: bool,
}

impl From<bool> for Outcome {
    fn from(is_right: bool) -> Self {
        Self { is_right, pace_s: f64::NAN, hints: f64::NAN }
    }
}

impl Added {
    /// The codes, and the number of each.
    #[must_use]
    pub fn named(&self) -> (&'static [&'static str], &[f64]) {
        match self {
            Self::Layer(parts) => (&CODES, parts),
            Self::Stack(parts) => (&columns::CODES, parts),
        }
    }
}

impl Tracer {
    /// A class without learners yet.
    #[must_use]
    pub fn new(domain: Domain, weights: Weights) -> Self {
        let skills = vec![Belief { mean: 0.0, variance: SKILL_VARIANCE }; domain.n_skills()];
        let deviation = |mean: &f64| Belief { mean: *mean, variance: ITEM_VARIANCE };
        let items = domain.item_difficulty().iter().map(deviation).collect();
        let (learners, practices, seen) = (Vec::new(), Vec::new(), Vec::new());
        let (weights, stated) = (OwnWeights::new(weights), Vec::new());
        Self { domain, weights, learners, practices, stated, seen, skills, items, fitted: None }
    }

    /// What is taught.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// How many learners.
    #[must_use]
    pub fn n_learners(&self) -> usize {
        self.learners.len()
    }

    /// Adds `count` learners and gives the index of the first.
    pub fn add_learners(&mut self, count: usize) -> usize {
        let first = self.learners.len();
        let n_skills = self.domain.n_skills();
        self.make_room(count);
        self.learners.resize(first + count, Learner::default());
        let prior = |skill| Kept::from(Practice::new(self.domain.bkt(skill).prior));
        let new: Vec<Kept> = (0..n_skills).map(prior).collect();
        for _ in 0..count {
            self.practices.extend_from_slice(&new);
        }
        self.seen.resize(self.learners.len() * self.domain.n_items(), Met::NEVER);
        if let Some(fitted) = &mut self.fitted {
            fitted.add_learners(count);
        }
        first
    }

    /// The chance that `learner` answers `item` right.
    ///
    /// # Errors
    /// `Unknown` names the learner or the item.
    pub fn predict(&self, learner: usize, item: usize) -> Result<Prediction, Error> {
        self.check(learner, item)?;
        Ok(self.predicted(learner, item))
    }

    /// Predicts an answer and then learns from it.
    ///
    /// # Errors
    /// `Unknown` names the learner or the item, `OutOfRange` a number of the outcome; nothing
    /// has moved then.
    pub fn trace(
        &mut self,
        learner: usize,
        item: usize,
        outcome: impl Into<Outcome>,
    ) -> Result<Prediction, Error> {
        let outcome = outcome.into();
        checked_outcome(outcome.pace_s, outcome.hints)?;
        self.check(learner, item)?;
        Ok(self.learn(learner, item, outcome))
    }

    /// Traces many answers in their order; gives each one's chance beforehand.
    ///
    /// # Errors
    /// `Size` when the lists differ in length, `Unknown` names a learner or an item; nothing
    /// has moved then.
    pub fn trace_many(
        &mut self,
        learners: &[usize],
        items: &[usize],
        rights: &[bool],
    ) -> Result<Vec<f64>, Error> {
        let each = |field, value: usize| {
            let allowed = format!("{}, one for each learner", learners.len());
            if value == learners.len() {
                Ok(())
            } else {
                Err(Error::Size { field, value, allowed })
            }
        };
        each("items", items.len())?;
        each("rights", rights.len())?;
        for (learner, item) in learners.iter().zip(items) {
            self.check(*learner, *item)?;
        }
        let answers = learners.iter().zip(items).zip(rights);
        answers.map(|((who, item), right)| Ok(self.trace(*who, *item, *right)?.p)).collect()
    }

    /// The same for one answer, with the mastery of each of the item's skills before and after.
    ///
    /// # Errors
    /// `Unknown` names the learner or the item, `OutOfRange` a number of the outcome; nothing
    /// has moved then.
    pub fn answer(
        &mut self,
        learner: usize,
        item: usize,
        outcome: impl Into<Outcome>,
    ) -> Result<(Prediction, Vec<Change>), Error> {
        self.check(learner, item)?;
        let unchanged = |skill: &usize| {
            let before = self.practice(learner, *skill).mastery;
            Change { skill: *skill, before, after: before }
        };
        let mut changes: Vec<Change> =
            self.domain.skills_of(item).iter().map(unchanged).collect();
        let prediction = self.trace(learner, item, outcome)?;
        for change in &mut changes {
            change.after = self.practice(learner, change.skill).mastery;
        }
        Ok((prediction, changes))
    }

    /// What the learner showed on a skill.
    ///
    /// # Errors
    /// `Unknown` names the learner or the skill.
    pub fn evidence(&self, learner: usize, skill: usize) -> Result<Evidence, Error> {
        self.place(learner, skill)?;
        let practice = self.practice(learner, skill);
        Ok(Evidence {
            attempts: practice.attempts.into(),
            right: practice.right.into(),
            recent: practice.recent().collect(),
            is_mastered: practice.is_mastered(),
        })
    }

    /// How many answers of the learner were traced.
    ///
    /// # Errors
    /// `Unknown` names the learner.
    pub fn answers(&self, learner: usize) -> Result<u32, Error> {
        known("learner", learner, self.n_learners())?;
        Ok(self.learners[learner].answers)
    }

    /// What is known before an answer, as numbers that the weights multiply, in their order.
    ///
    /// # Errors
    /// `Unknown` names the learner or the item.
    pub fn evidence_before(&self, learner: usize, item: usize) -> Result<Parts, Error> {
        self.check(learner, item)?;
        Ok(self.features(learner, item))
    }

    /// The weights as the class moved them.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        self.weights.now()
    }

    /// Whether learner and item exist.
    pub(crate) fn check(&self, learner: usize, item: usize) -> Result<(), Error> {
        known("learner", learner, self.n_learners())?;
        known("item", item, self.domain.n_items())?;
        Ok(())
    }

    pub(crate) fn place(&self, learner: usize, skill: usize) -> Result<usize, Error> {
        known("learner", learner, self.n_learners())?;
        Ok(self.row(learner) + known("skill", skill, self.domain.n_skills())?)
    }

    /// Where the learner's skills begin.
    pub(crate) fn row(&self, learner: usize) -> usize {
        learner * self.domain.n_skills()
    }

    /// Where the learner's memory of an item lies.
    pub(crate) fn seen_at(&self, learner: usize, item: usize) -> usize {
        learner * self.domain.n_items() + item
    }

    pub(crate) fn predicted(&self, learner: usize, item: usize) -> Prediction {
        if let Some(fitted) = &self.fitted {
            let model::Prediction { p, logit, parts } =
                fitted.predicted(learner, item, self.domain.skills_of(item));
            return Prediction { p, logit, parts: Added::Stack(parts) };
        }
        self.by_layer(&self.features(learner, item))
    }

    /// The chance alone, for where many items are compared.
    pub(crate) fn chance(&self, learner: usize, item: usize) -> f64 {
        match &self.fitted {
            Some(fitted) => fitted.chance(learner, item, self.domain.skills_of(item)),
            None => self.predicted(learner, item).p,
        }
    }

    /// Predicts; then moves what predicted, the item, its skills and the learner.
    pub(crate) fn learn(
        &mut self,
        learner: usize,
        item: usize,
        outcome: Outcome,
    ) -> Prediction {
        let is_right = outcome.is_right;
        let prediction = if self.fitted.is_some() {
            self.predicted(learner, item)
        } else {
            self.learn_weights(learner, item, is_right)
        };
        if let Some(fitted) = &mut self.fitted {
            fitted.learn(learner, item, self.domain.skills_of(item), outcome);
        }
        let (mean, variance) = self.sum_of_beliefs(learner, item);
        let step = step(mean, variance, is_right);
        let who = self.learners[learner].after(step, is_right);
        self.learners[learner] = who;
        let deviation = self.items[item].mean;
        self.items[item] = self.items[item].after(step, -1.0);
        let (row, seen) = (self.row(learner), self.seen_at(learner, item));
        self.seen[seen] = Met::new(who.answers, is_right);
        let skills = self.domain.skills_of(item);
        let share = share_of(skills.len());
        for skill in skills {
            let bkt = on_item(self.domain.bkt(*skill), deviation);
            let before = Practice::from(self.practices[row + skill]);
            let then = |before: &Practice, mastery| {
                before.then(mastery, step, share, who.answers, is_right)
            };
            for place in self.places_stated(learner, *skill) {
                let one = &mut self.stated[place];
                if one.learn(&bkt, before.mastery, (is_right, share), then) {
                    one.stuck_until = who.answers + STEP_BACK;
                }
            }
            let practice = then(&before, bkt.update(before.mastery, is_right));
            self.practices[row + skill] = practice.into();
            self.skills[*skill] = self.skills[*skill].after(step, -share);
            if before.is_parked_by(&practice) {
                self.learners[learner] = self.learners[learner].stuck_on(*skill);
            }
        }
        prediction
    }
}
