//! How able a learner is and how hard an item is, each as a Gaussian that an answer moves.
//!
//! An answer weighs ability against difficulty (Rasch 1960): the logit m is a sum of beliefs
//! with signs, here learner + learner's offset on the skill - skill - item. The beliefs are
//! independent Gaussians with total variance V. One answer is one step of assumed-density
//! filtering: with k = 1/sqrt(1 + pi V/8) the chance of a right answer is `p = sigmoid(k m)`
//! (`MacKay` 1992, Neural Computation 4:720-736), the slope of its log is k(y - p) and its
//! curvature k^2 p(1-p). A belief that enters with sign and share c moves by `c * variance *
//! slope`, and its variance shrinks by the factor 1 - c^2 * variance * curvature. It is Elo's
//! rule (Pelanek 2016, Computers & Education 98:169-179) with a step that becomes smaller as
//! more is known. An item is its skill's difficulty plus its own deviation, which starts at 0:
//! a new item so starts at the running difficulty of its skill.
//!
//! Cost: O(1) per belief. Do not use it where answers are worth less than one bit (partial
//! credit), nor to compare difficulties between classes: the zero is the class's own.

/// Scale between a logistic and a Gaussian curve (`MacKay` 1992).
const PROBIT: f64 = std::f64::consts::FRAC_PI_8;

/// A belief about one number in logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    /// The best guess.
    pub mean: f64,
    /// How unsure, as a variance; above 0.
    pub variance: f64,
}

/// What one answer says about the sum of all beliefs that met in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Slope of the log-likelihood at the mean: positive after a right answer.
    pub slope: f64,
    /// Its curvature, positive: how much was learned.
    pub curvature: f64,
}

/// How far doubt of `variance` pulls a logit towards 0; 1 when nothing is in doubt.
///
/// ```
/// use mangotree_kernels::ability::caution;
/// assert_eq!(caution(0.0), 1.0);
/// assert!((caution(24.0 / std::f64::consts::PI) - 0.5).abs() < 1e-15); // 1 / sqrt(1 + 3)
/// ```
#[must_use]
pub fn caution(variance: f64) -> f64 {
    1.0 / (1.0 + PROBIT * variance).sqrt()
}

/// The step of one answer at the logit `mean` with total `variance`.
///
/// ```
/// use mangotree_kernels::ability::step;
/// let even = step(0.0, 0.0, true); // p = 1/2
/// assert_eq!((even.slope, even.curvature), (0.5, 0.25));
/// ```
#[must_use]
pub fn step(mean: f64, variance: f64, is_right: bool) -> Step {
    cautious_step(mean, caution(variance), is_right)
}

/// The same where the caution k of the variance is known already.
#[must_use]
pub fn cautious_step(mean: f64, k: f64, is_right: bool) -> Step {
    step_from(1.0 / (1.0 + (-k * mean).exp()), k, is_right)
}

/// The same where the chance p of a right answer is known, too.
#[must_use]
pub fn step_from(p: f64, k: f64, is_right: bool) -> Step {
    let surprise = if is_right { 1.0 - p } else { -p };
    Step { slope: k * surprise, curvature: k * k * p * (1.0 - p) }
}

impl Belief {
    /// The belief after `step`, into which it entered with `share` (its sign and weight).
    ///
    /// ```
    /// use mangotree_kernels::ability::{Belief, Step};
    /// let before = Belief { mean: 0.0, variance: 1.0 };
    /// let item = before.after(Step { slope: 0.5, curvature: 0.25 }, -1.0);
    /// assert_eq!(item, Belief { mean: -0.5, variance: 0.75 }); // answered right: easier
    /// ```
    #[must_use]
    pub fn after(self, step: Step, share: f64) -> Self {
        Self {
            mean: self.mean + share * self.variance * step.slope,
            variance: self.variance * (1.0 - share * share * self.variance * step.curvature),
        }
    }

    /// The belief when time went by: `drift` more variance, at most `limit`.
    #[must_use]
    pub fn drifted(self, drift: f64, limit: f64) -> Self {
        Self { mean: self.mean, variance: (self.variance + drift).min(limit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_never_grows_nor_leaves_the_positive_numbers_at_an_answer() {
        let mut belief = Belief { mean: 0.0, variance: 4.0 };
        for turn in 0..200 {
            let next = belief.after(step(belief.mean, belief.variance, turn % 3 == 0), 1.0);
            assert!(next.variance > 0.0 && next.variance < belief.variance);
            belief = next;
        }
        assert!((1.0 / (1.0 + (-belief.mean).exp()) - 1.0 / 3.0).abs() < 0.03);
    }

    #[test]
    fn the_surer_belief_moves_less() {
        let answer = step(0.0, 1.5, true);
        let sure = Belief { mean: 0.0, variance: 0.5 }.after(answer, 1.0);
        let unsure = Belief { mean: 0.0, variance: 1.0 }.after(answer, 1.0);
        assert!(sure.mean < unsure.mean);
    }
}
