//! What is known of a learner before an item, as numbers that weights can multiply.
//!
//! The features of a prediction, in the order of [`crate::logistic::CODES`]; means are over the
//! item's n skills, and k = `caution(V)` pulls the beliefs towards 0 while they are in doubt:
//!
//! ```text
//! BIAS 1                               RECENT_SKILL mean of 2 (slow - 1/2)
//! MASTERY mean logit of P_bkt(right)   LATEST_SKILL mean of 2 (quick - 1/2)
//! ABILITY k ability                    RECENT_ALL 2 (overall - 1/2)
//! SKILL_ABILITY k mean offset          ITEM_RIGHT, ITEM_WRONG 1 if so the last time
//! SKILL_DIFFICULTY -k mean skill       WINS, MISSES mean ln(1 + right), ln(1 + wrong)
//! ITEM_DIFFICULTY -k item              MEMORY mean of retrievability - 1
//!                                      NEW_SKILL share of skills never practised
//! ```
//!
//! The layer follows the evidence stack of additive factors (Gervet et al. 2020, Journal of
//! Educational Data Mining 12(3):31-54, their Best-LR), with tables of parameters replaced by
//! the running beliefs of [`crate::ability`].
//!
//! ```
//! use mangotree_kernels::ability::caution;
//! // A new learner at a new item of one skill: V = 0.5 + 0.1 + 0.75 + 0.8 = 2.15.
//! assert!((caution(2.15) - 0.736_349).abs() < 1e-6); // 1 / sqrt(1 + 0.844_303)
//! ```
//!
//! Cost: O(skills of the item). Do not add a feature that looks at later answers, not even of
//! classmates: a prediction is made before its answer.

use crate::ability::caution;
use crate::logistic::{Parts, logit, logit_of, sigmoid};
use crate::practice::Practice;
use crate::tracer::{Added, Prediction, Tracer};

impl Tracer {
    /// The features of `learner` before `item`, in the order of the codes.
    pub(crate) fn features(&self, learner: usize, item: usize) -> Parts {
        self.features_by(learner, item, |skill| self.practice(learner, skill))
    }

    fn features_by(
        &self,
        learner: usize,
        item: usize,
        practice_of: impl Fn(usize) -> Practice,
    ) -> Parts {
        let who = &self.learners[learner];
        let skills = self.domain.skills_of(item);
        let share = share_of(skills.len());
        let mut sums = [0.0; 9];
        for skill in skills {
            let practice = practice_of(*skill);
            let of_skill = [
                logit(self.domain.bkt(*skill).predict(practice.mastery)),
                practice.offset.mean,
                self.skills[*skill].mean,
                2.0 * practice.slow - 1.0,
                2.0 * practice.quick - 1.0,
                f64::from(practice.right).ln_1p(),
                f64::from(practice.attempts - practice.right).ln_1p(),
                practice.retrievability(who.answers) - 1.0,
                f64::from(u8::from(practice.attempts == 0)),
            ];
            for (sum, value) in sums.iter_mut().zip(of_skill) {
                *sum += share * value;
            }
        }
        let k = caution(self.sum_of_beliefs(learner, item).1);
        let last = self.seen[self.seen_at(learner, item)].result();
        let [mastery, offset, skill, slow, quick, wins, misses, memory, new] = sums;
        [
            1.0,
            mastery,
            k * who.ability.mean,
            k * offset,
            -k * skill,
            -k * self.items[item].mean,
            slow,
            quick,
            2.0 * who.overall - 1.0,
            f64::from(u8::from(last == Some(true))),
            f64::from(u8::from(last == Some(false))),
            wins,
            misses,
            memory,
            new,
        ]
    }

    /// What the class's weights make of features.
    pub(crate) fn by_layer(&self, features: &Parts) -> Prediction {
        let parts = self.weights.now().contributions(features);
        let logit = logit_of(&parts);
        Prediction { p: sigmoid(logit), logit, parts: Added::Layer(parts) }
    }

    /// Predicts with the class's weights and moves them; the answer moved nothing else yet.
    /// They learn from what the answers say, whatever a teacher stated.
    pub(crate) fn learn_weights(
        &mut self,
        learner: usize,
        item: usize,
        is_right: bool,
    ) -> Prediction {
        let own = |skill| self.own_practice(learner, skill);
        let features = self.features_by(learner, item, own);
        let prediction = self.by_layer(&features);
        let is_stated = !self.stated_of(learner).is_empty();
        let told = if is_stated { self.predicted(learner, item) } else { prediction };
        self.weights.learn(&features, prediction.p, is_right);
        told
    }

    /// Mean and variance of the logit that the beliefs alone give.
    pub(crate) fn sum_of_beliefs(&self, learner: usize, item: usize) -> (f64, f64) {
        let skills = self.domain.skills_of(item);
        let share = share_of(skills.len());
        let mut mean = self.learners[learner].ability.mean - self.items[item].mean;
        let mut variance = self.learners[learner].ability.variance + self.items[item].variance;
        for skill in skills {
            let offset = self.own_practice(learner, *skill).offset;
            mean += share * (offset.mean - self.skills[*skill].mean);
            variance += share * share * (offset.variance + self.skills[*skill].variance);
        }
        (mean, variance)
    }
}

/// The share of one skill in an item of `count` skills.
pub(crate) fn share_of(count: usize) -> f64 {
    // Most items practise one skill, and a division takes as long as ten additions.
    if count == 1 { 1.0 } else { 1.0 / f64::from(u32::try_from(count).unwrap_or(u32::MAX)) }
}
