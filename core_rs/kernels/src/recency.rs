//! Decayed success: how the latest answers went, on a skill and over all.
//!
//! r' = d r + (1 - d) y with y = 1 for a right answer, from r = 1/2. The start weighs as much
//! as 1/(1-d) answers: a single lucky answer says little. It is R-PFA's exponential decay
//! (Galyardt & Goldin 2015, Journal of Educational Data Mining 7(2):83-108) kept as one number.
//! Two decays of one skill give the learning progress: where the quick one runs ahead of the
//! slow one, the learner is improving (Clement et al. 2015, Journal of Educational Data Mining
//! 7(2):20-48).
//!
//! Cost: O(1). It counts answers, not hours: do not read it as time, nor compare learners who
//! were given items of different difficulty by it.

/// Decay of the slow average on a skill: half its weight lies on the last 7 answers.
pub const SLOW: f64 = 0.9;
/// Decay of the quick average on a skill: half its weight lies on the last answer.
pub const QUICK: f64 = 0.5;
/// Decay of the average over all of a learner's answers.
pub const OVERALL: f64 = 0.8;
/// Where every average starts.
pub const START: f64 = 0.5;

/// The average after one more answer.
///
/// ```
/// use mangotree_kernels::recency::{START, decayed};
/// let r = decayed(decayed(START, 0.9, true), 0.9, false);
/// assert!((r - 0.495).abs() < 1e-15); // 0.5 -> 0.55 -> 0.495
/// ```
#[must_use]
pub fn decayed(average: f64, decay: f64, is_right: bool) -> f64 {
    decay * average + (1.0 - decay) * f64::from(u8::from(is_right))
}

/// Learning progress, 0 to 1: how far the quick average runs ahead of the slow one.
///
/// A learner who falls back has 0, not less: a hard stretch must not send a child away from a
/// skill, only the ten-tries rule may.
///
/// ```
/// use mangotree_kernels::recency::progress;
/// assert!((progress(0.8, 0.5) - 0.3).abs() < 1e-15);
/// assert_eq!(progress(0.4, 0.5), 0.0);
/// ```
#[must_use]
pub fn progress(quick: f64, slow: f64) -> f64 {
    (quick - slow).max(0.0)
}
