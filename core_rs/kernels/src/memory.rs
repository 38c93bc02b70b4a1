//! Retrievability without a clock: what fades while a learner answers other things.
//!
//! R = 2^(-n/h), where n counts the learner's own answers since the skill was last practised
//! and h is the half-life in answers. A review is an answer that comes when R < `DUE`; a
//! successful one doubles h (the spacing rule of Leitner, and of half-life regression: Settles
//! & Meeder 2016, ACL 1848-1858), any wrong answer halves it, never below its start nor above
//! `LONGEST`. Answers given before the review was due leave h alone: drill on one day is not
//! spaced practice.
//!
//! Cost: O(1). A hub without a trusted clock cannot know days, so it counts what it can count.
//! Do not use it to tell how long a learner was away.

/// Half-life after the first practice, in the learner's own answers.
pub const FIRST_HALF_LIFE: f64 = 30.0;
/// No half-life grows beyond this many answers.
pub const LONGEST: f64 = 30_720.0;
/// Below this retrievability a review is due.
pub const DUE: f64 = 0.8;

/// Chance of still knowing after `elapsed` answers, 0 to 1.
///
/// ```
/// use mangotree_kernels::memory::retrievability;
/// assert_eq!(retrievability(0, 30.0), 1.0);
/// assert_eq!(retrievability(60, 30.0), 0.25); // two half-lives
/// ```
#[must_use]
pub fn retrievability(elapsed: u32, half_life: f64) -> f64 {
    (-f64::from(elapsed) / half_life).exp2()
}

/// The half-life after an answer that came `elapsed` answers after the last practice.
///
/// ```
/// use mangotree_kernels::memory::half_life_after;
/// assert_eq!(half_life_after(30.0, 1, true), 30.0);   // not yet due: R = 0.977
/// assert_eq!(half_life_after(30.0, 30, true), 60.0);  // a review, remembered
/// assert_eq!(half_life_after(120.0, 5, false), 60.0); // forgotten
/// ```
#[must_use]
pub fn half_life_after(half_life: f64, elapsed: u32, is_right: bool) -> f64 {
    if !is_right {
        (half_life / 2.0).max(FIRST_HALF_LIFE)
    } else if retrievability(elapsed, half_life) < DUE {
        (half_life * 2.0).min(LONGEST)
    } else {
        half_life
    }
}
