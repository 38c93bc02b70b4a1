//! Retrievability without a clock: what fades while a learner answers other things.
//!
//! R = 2^(-n/h), where n counts the learner's own answers since the skill was last practised
//! and h is the half-life in answers. A review is an answer that comes when R < `DUE`; a
//! successful one doubles h (the spacing rule of Leitner, and of half-life regression: Settles
//! & Meeder 2016, ACL 1848-1858), any wrong answer halves it, never below its start nor beyond
//! `MOST_SPACED` doublings: h = 30 * 2^spacing, so the small whole number is all that is kept.
//! Answers given before the review was due leave h alone: drill on one day is not spaced
//! practice.
//!
//! Cost: O(1). A hub without a trusted clock cannot know days, so it counts what it can count.
//! Do not use it to tell how long a learner was away.

/// Half-life after the first practice, in the learner's own answers.
pub const FIRST_HALF_LIFE: f64 = 30.0;
/// No half-life is doubled more often: the longest is 30,720 answers, years of school.
pub const MOST_SPACED: u8 = 10;
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

/// The half-life that was doubled `spacing` times, in answers.
///
/// ```
/// use mangotree_kernels::memory::half_life;
/// assert_eq!((half_life(0), half_life(2)), (30.0, 120.0));
/// ```
#[must_use]
pub fn half_life(spacing: u8) -> f64 {
    FIRST_HALF_LIFE * f64::from(1_u32 << spacing.min(MOST_SPACED))
}

/// The spacing after an answer that came `elapsed` answers after the last practice.
///
/// ```
/// use mangotree_kernels::memory::spacing_after;
/// assert_eq!(spacing_after(0, 1, true), 0);  // not yet due: R = 0.977
/// assert_eq!(spacing_after(0, 30, true), 1); // a review, remembered
/// assert_eq!(spacing_after(2, 5, false), 1); // forgotten
/// ```
#[must_use]
pub fn spacing_after(spacing: u8, elapsed: u32, is_right: bool) -> u8 {
    if !is_right {
        spacing.saturating_sub(1)
    } else if retrievability(elapsed, half_life(spacing)) < DUE {
        (spacing + 1).min(MOST_SPACED)
    } else {
        spacing
    }
}
