//! The posterior over hypotheses and slip rates; O(hypotheses) per answer.
//!
//! Source in [`super`]. The order of the answers changes nothing but rounding.

use super::family::{Family, Hypothesis, MOST_OBSERVATIONS};
use super::{Candidate, OPEN_ANSWERS};
use crate::error::Error;

/// One answer: what each rule leads to on the item, and what was given.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) item: Candidate,
    pub(super) given: u32,
}

impl Answer {
    /// An answer of class `given` to an item.
    ///
    /// # Errors
    /// `OutOfRange` for a class below 0; `Size` where classes are more than the choices.
    pub fn new(item: Candidate, given: i32) -> Result<Self, Error> {
        let Ok(class) = u32::try_from(given) else {
            let (value, allowed) = (f64::from(given), "0 for the right answer, and above");
            return Err(Error::OutOfRange { field: "given", value, allowed });
        };
        let answers =
            item.n_wrong + 1 + usize::from(class != 0 && !item.rules.contains(&class));
        if item.is_open() || answers <= item.answers {
            return Ok(Self { item, given: class });
        }
        let allowed = format!("at most its {} choices", item.answers);
        Err(Error::Size { field: "classes of an item", value: answers, allowed })
    }
}

/// What is believed after some answers: a weight for each hypothesis at each slip rate.
#[derive(Clone, Debug)]
pub struct Belief<'family> {
    pub(super) family: &'family Family,
    pub(super) weights: Vec<f64>,
}

impl<'family> Belief<'family> {
    /// The belief after `answers`.
    ///
    /// ```
    /// use mangotree_kernels::diagnose::{Answer, Belief, Beliefs, Candidate, Family};
    /// let beliefs = Beliefs { slips: Some(vec![0.1]), ..Beliefs::default() };
    /// let family = Family::new(1, &beliefs)?;
    /// let wrong = Answer::new(Candidate::new(&[1], 0)?, 1)?;
    /// let belief = Belief::after(&family, &[wrong])?;
    /// // Half hold no rule: careful 0.4, unknown 0.1. Of the others 0.77 always use it, 0.18
    /// // now and then, 0.05 beside an unknown one. A slip gives one wrong answer 0.1 / 20.
    /// let careful = 0.4 * 0.005;
    /// let unknown = 0.1 / 3.0 * (0.4 + 0.65 + 0.9) / 20.0 + 0.025 / 2.0 * (0.6 + 0.35);
    /// let uses = [0.3, 0.5, 0.7].map(|usage: f64| usage * 0.9 + (1.0 - usage) * 0.005);
    /// let rule = 0.385 * 0.9 + 0.09 / 3.0 * uses.iter().sum::<f64>();
    /// let expected = careful / (careful + unknown + rule);
    /// assert!((belief.diagnosis(&[]).careful - expected).abs() < 1e-12);
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Size` for too many answers, or an item that not every rule has looked at.
    pub fn after(family: &'family Family, answers: &[Answer]) -> Result<Self, Error> {
        if answers.len() > MOST_OBSERVATIONS {
            let allowed = format!("at most {MOST_OBSERVATIONS}");
            return Err(Error::Size { field: "answers", value: answers.len(), allowed });
        }
        let mut belief = Self::before(family);
        for answer in answers {
            answer.item.fits(family)?;
            belief.learn(answer);
        }
        Ok(belief)
    }

    fn before(family: &'family Family) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "at most 100 slip rates")]
        let share = 1.0 / family.slips.len() as f64;
        let spread = |prior: f64| std::iter::repeat_n(prior * share, family.slips.len());
        let weights = family.hypotheses.iter().flat_map(|(_, prior)| spread(*prior)).collect();
        Self { family, weights }
    }

    fn learn(&mut self, answer: &Answer) {
        let slips = &self.family.slips;
        let others = 1.0 / answer.item.others();
        let chunks = self.weights.chunks_mut(slips.len());
        let mut total = 0.0;
        for (weights, (hypothesis, _)) in chunks.zip(&self.family.hypotheses) {
            let meant = meant(*hypothesis, &answer.item.rules, answer.given);
            for (weight, slip) in weights.iter_mut().zip(slips) {
                *weight *= match hypothesis {
                    Hypothesis::Unknown(_, error) => blurred(meant, *error, others),
                    _ => blurred(meant, *slip, others),
                };
                total += *weight;
            }
        }
        self.weights.iter_mut().for_each(|weight| *weight /= total);
    }
}

/// The share of answers of class `given` that a learner under `hypothesis` means to give.
fn meant(hypothesis: Hypothesis, rules: &[u32], given: u32) -> f64 {
    let is = |class: u32| f64::from(class == given);
    match hypothesis {
        Hypothesis::Careful | Hypothesis::Unknown(None, _) => is(0),
        Hypothesis::Single(rule) | Hypothesis::Unknown(Some(rule), _) => is(rules[rule]),
        Hypothesis::Unstable(rule, usage) => usage * is(rules[rule]) + (1.0 - usage) * is(0),
        Hypothesis::Pair(one, other) => match (rules[one], rules[other]) {
            (0, class) | (class, 0) => is(class),
            (first, second) => 0.5 * (is(first) + is(second)),
        },
    }
}

/// The chance of an answer that is meant with share `meant`, where a share `astray` of all
/// answers ends at another one.
fn blurred(meant: f64, astray: f64, others: f64) -> f64 {
    (1.0 - astray) * meant + astray * (1.0 - meant) * others
}

impl Candidate {
    /// How many answers there are beside the one that was meant.
    pub(super) fn others(&self) -> f64 {
        let answers = if self.is_open() { OPEN_ANSWERS } else { self.answers };
        #[expect(clippy::cast_precision_loss, reason = "a handful of answers")]
        let others = answers.max(self.n_wrong + 2 - usize::from(!self.is_open())) as f64 - 1.0;
        others
    }
}
