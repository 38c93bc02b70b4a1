//! What is remembered of one learner, and of one learner on one skill.
//!
//! Small copyable structs, one per learner and one per learner and skill. An answer turns each
//! into the next: state in, state out. The tracer's arrays hold a skill's packed: see [`Kept`].
//! An easy item is more often guessed and a hard one more often slipped on: the odds of both
//! move by [`ITEM_EFFECT`] of the item's deviation from its skill, so that easy items alone
//! make no mastery in three answers (tracing with item difficulty: Pardos & Heffernan 2011,
//! User Modeling, Adaption and Personalization 243-254).
//! Ten tries without mastery are wheel-spinning (Beck & Gong 2013, Artificial Intelligence in
//! Education 431-440): the skill rests, the first time for `PARK` answers, then for longer.
//!
//! ```
//! use mangotree_kernels::ability::Step;
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::practice::Practice;
//! let nothing = Step { slope: 0.0, curvature: 0.0 };
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let after = Practice::new(0.4).after(&skill, nothing, 1.0, 1, true);
//! assert!((after.mastery - 0.775).abs() < 1e-12); // as in `bkt`
//! assert!((after.slow - 0.55).abs() < 1e-12); // 0.9 * 0.5 + 0.1
//! assert_eq!((after.attempts, after.right, after.tries), (1, 1, 1));
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(1) per answer and skill. Nothing here decides what comes next; `plan` does.

use crate::ability::{Belief, Step};
use crate::bkt::{Bkt, MASTERED};
use crate::memory::{half_life, retrievability, spacing_after};
use crate::recency::{OVERALL, QUICK, SLOW, START, decayed};

mod kept;

pub use kept::{Kept, Met};

/// Tries without mastery before a skill rests.
pub const TRIES: u8 = 10;
/// How many of the learner's answers it rests at first: a little more than a lesson of 15.
/// Where skills fall into place at one blow, each answer of rest costs; longer first rests cost
/// more than they save (docs/teaching.md).
pub const PARK: u8 = 20;
/// How many it rests from the second time on, three lessons: wheel-spinning then falls below 8
/// of 100 answers under each law of the teaching simulation.
pub const LONG_PARK: u8 = 45;
/// How many answers the step back to a prerequisite lasts.
pub const STEP_BACK: u32 = 3;
/// How many of the latest answers on a skill are kept.
pub const RECENT: u32 = 5;

/// How far an item's deviation moves the log-odds of a guess or a slip. 0 lets easy items make
/// masteries that do not hold; 1 takes so much practice that less is learned in all
/// (docs/teaching.md).
pub const ITEM_EFFECT: f64 = 0.5;

/// Doubt about a new learner's ability, in logits squared.
pub const ABILITY_VARIANCE: f64 = 0.5;
/// Doubt about a new learner's offset on one skill.
pub const OFFSET_VARIANCE: f64 = 0.1;
/// Doubt that each answer adds, since learners change.
pub const ABILITY_DRIFT: f64 = 0.0005;
/// The same for the offset on a skill.
pub const OFFSET_DRIFT: f64 = 0.005;

/// An item further off than this is as good as this far off.
const MOST_DEVIATION: f64 = 2.0;
/// Guess and slip stay below one half, where a right answer would speak against mastery.
const HALF: f64 = 0.499_999;

/// One learner, over all skills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learner {
    /// Ability in logits.
    pub ability: Belief,
    /// Decayed success over all answers.
    pub overall: f64,
    /// How many answers were traced.
    pub answers: u32,
    /// The skill that was parked last; `None` before the first.
    pub stuck: Option<usize>,
    /// The step back for it lasts while `answers` is below this.
    pub stuck_until: u32,
}

/// One learner on one skill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Practice {
    /// P(known).
    pub mastery: f64,
    /// How much better or worse than the learner's ability, in logits.
    pub offset: Belief,
    /// Decayed success, slow.
    pub slow: f64,
    /// Decayed success, quick.
    pub quick: f64,
    /// How often memory's half-life was doubled, in sum.
    pub spacing: u8,
    /// The learner's count of answers when it was last practised, modulo 2^16.
    pub last: u16,
    /// Answers on it; at most 65,535.
    pub attempts: u16,
    /// Right answers among those.
    pub right: u16,
    /// It rests until so many answers after the last practice; `PARK` or `LONG_PARK` when it
    /// was parked then.
    pub rest: u8,
    /// Answers on it in a row, up to then; at most 15 are kept.
    pub run: u8,
    /// Tries since it was last mastered or parked.
    pub tries: u8,
    /// The latest answers, the newest in the lowest bit.
    pub latest: u8,
}

/// The tracing of a skill as an item shows it that is `deviation` harder than the skill.
///
/// ```
/// use mangotree_kernels::bkt::Bkt;
/// use mangotree_kernels::practice::on_item;
/// let hard = on_item(&Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?, 2.0 * 2.0_f64.ln());
/// assert!((hard.guess - 1.0 / 9.0).abs() < 1e-12); // odds of 1 to 4 halved
/// assert!((hard.slip - 2.0 / 11.0).abs() < 1e-12); // odds of 1 to 9 doubled
/// # Ok::<(), mangotree_kernels::error::Error>(())
/// ```
#[must_use]
pub fn on_item(bkt: &Bkt, deviation: f64) -> Bkt {
    let odds = (-ITEM_EFFECT * deviation.clamp(-MOST_DEVIATION, MOST_DEVIATION)).exp();
    let guess = bkt.guess * odds / (1.0 - bkt.guess + bkt.guess * odds);
    let slip = bkt.slip / (bkt.slip + (1.0 - bkt.slip) * odds);
    Bkt { guess: guess.min(HALF), slip: slip.min(HALF), ..*bkt }
}

impl Default for Learner {
    fn default() -> Self {
        Self {
            ability: Belief { mean: 0.0, variance: ABILITY_VARIANCE },
            overall: START,
            answers: 0,
            stuck: None,
            stuck_until: 0,
        }
    }
}

impl Learner {
    /// The learner after an answer that said `step` about the ability.
    #[must_use]
    pub fn after(self, step: Step, is_right: bool) -> Self {
        Self {
            ability: self.ability.after(step, 1.0).drifted(ABILITY_DRIFT, ABILITY_VARIANCE),
            overall: decayed(self.overall, OVERALL, is_right),
            answers: self.answers + 1,
            ..self
        }
    }

    /// The learner whose `skill` was parked just now: the next answers step back from it.
    #[must_use]
    pub fn stuck_on(self, skill: usize) -> Self {
        Self { stuck: Some(skill), stuck_until: self.answers + STEP_BACK, ..self }
    }
}

impl Practice {
    /// A skill that was never practised.
    #[must_use]
    pub fn new(prior: f64) -> Self {
        Self {
            mastery: prior,
            offset: Belief { mean: 0.0, variance: OFFSET_VARIANCE },
            slow: START,
            quick: START,
            spacing: 0,
            last: 0,
            attempts: 0,
            right: 0,
            rest: 0,
            run: 0,
            tries: 0,
            latest: 0,
        }
    }

    /// The skill after an answer: the learner's `now`-th, which said `step` to this skill's
    /// `share` of the item.
    #[must_use]
    pub fn after(&self, bkt: &Bkt, step: Step, share: f64, now: u32, is_right: bool) -> Self {
        self.then(bkt.update(self.mastery, is_right), step, share, now, is_right)
    }

    /// The same for an answer that leaves this mastery.
    #[must_use]
    pub fn then(&self, mastery: f64, step: Step, share: f64, now: u32, is_right: bool) -> Self {
        let tries = if mastery >= MASTERED { 0 } else { self.tries + 1 };
        let is_stuck = tries >= TRIES;
        let is_full = self.attempts == u16::MAX;
        let elapsed = self.elapsed(now);
        let rested = u8::try_from(elapsed.max(1)).unwrap_or(u8::MAX);
        Self {
            mastery,
            offset: self.offset.after(step, share).drifted(OFFSET_DRIFT, OFFSET_VARIANCE),
            slow: decayed(self.slow, SLOW, is_right),
            quick: decayed(self.quick, QUICK, is_right),
            spacing: spacing_after(self.spacing, elapsed, is_right),
            last: place(now),
            attempts: self.attempts + u16::from(!is_full),
            right: self.right + u16::from(!is_full && is_right),
            rest: if is_stuck { self.next_rest() } else { self.rest.saturating_sub(rested) },
            run: if elapsed == 1 { self.run.saturating_add(1) } else { 1 },
            tries: if is_stuck { 0 } else { tries },
            latest: (self.latest << 1 | u8::from(is_right)) & ((1 << RECENT) - 1),
        }
    }

    /// Whether `next`, which came of this by an answer, was parked by it.
    #[must_use]
    pub fn is_parked_by(&self, next: &Self) -> bool {
        self.tries + 1 >= TRIES && next.tries == 0 && !next.is_mastered()
    }

    /// How long it rests when it is parked at its next answer.
    fn next_rest(&self) -> u8 {
        let is_first = self.attempts.saturating_add(1) < 2 * u16::from(TRIES);
        if is_first { PARK } else { LONG_PARK }
    }

    /// The skill with the mastery that a teacher set; a rest for want of mastery is over.
    #[must_use]
    pub fn with_mastery(&self, mastery: f64) -> Self {
        Self { mastery, tries: 0, rest: 0, ..*self }
    }

    /// Whether mastery counts as reached.
    #[must_use]
    pub fn is_mastered(&self) -> bool {
        self.mastery >= MASTERED
    }

    /// Whether it rests when the learner has given `answers` answers.
    #[must_use]
    pub fn is_parked(&self, answers: u32) -> bool {
        self.elapsed(answers) < u32::from(self.rest)
    }

    /// Whether it was the skill of the last of `answers` answers, `times` in a row.
    #[must_use]
    pub fn came_last(&self, answers: u32, times: u8) -> bool {
        self.attempts > 0 && self.elapsed(answers) == 0 && self.run >= times
    }

    /// Chance of still knowing it when the learner has given `answers` answers; the next
    /// answer comes one later. A skill that was never practised cannot fade.
    #[must_use]
    pub fn retrievability(&self, answers: u32) -> f64 {
        retrievability(self.elapsed(answers), half_life(self.spacing))
    }

    /// The learner's answers since it was last practised, modulo 2^16; 0 if it never was.
    #[must_use]
    pub fn elapsed(&self, answers: u32) -> u32 {
        if self.attempts == 0 { 0 } else { u32::from(place(answers).wrapping_sub(self.last)) }
    }

    /// The latest answers, the oldest first.
    pub fn recent(&self) -> impl Iterator<Item = bool> + '_ {
        let count = u32::from(self.attempts).min(RECENT);
        (0..count).rev().map(|age| self.latest >> age & 1 == 1)
    }
}

/// A count of answers modulo 2^16.
fn place(answers: u32) -> u16 {
    u16::try_from(answers & 0xffff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Step = Step { slope: 0.0, curvature: 0.0 };

    fn bkt() -> Bkt {
        Bkt::new(0.3, 0.1, 0.0, 0.2, 0.1).unwrap()
    }

    #[test]
    fn ten_tries_without_mastery_park_the_skill_and_ten_more_for_longer() {
        let mut skill = Practice::new(0.3);
        for now in 1..=9 {
            skill = skill.after(&bkt(), NOTHING, 1.0, now, false);
            assert!(!skill.is_parked(now));
        }
        skill = skill.after(&bkt(), NOTHING, 1.0, 10, false);
        assert!(skill.is_parked(10) && skill.is_parked(29) && !skill.is_parked(30));
        assert_eq!((skill.tries, skill.run, skill.attempts), (0, 10, 10));
        for now in 41..=50 {
            skill = skill.after(&bkt(), NOTHING, 1.0, now, false);
        }
        assert!(skill.is_parked(94) && !skill.is_parked(95));
    }

    #[test]
    fn the_latest_five_answers_come_oldest_first() {
        let mut skill = Practice::new(0.3);
        for (now, is_right) in (1..).zip([true, true, false, false, true, false, true]) {
            skill = skill.after(&bkt(), NOTHING, 1.0, now, is_right);
        }
        let recent: Vec<bool> = skill.recent().collect();
        assert_eq!(recent, [false, false, true, false, true]);
    }

    #[test]
    fn a_review_counts_only_when_it_was_due() {
        let skill = Practice::new(0.3).after(&bkt(), NOTHING, 1.0, 1, true);
        let drilled = skill.after(&bkt(), NOTHING, 1.0, 2, true);
        let reviewed = skill.after(&bkt(), NOTHING, 1.0, 31, true);
        assert_eq!((drilled.spacing, reviewed.spacing), (0, 1));
        assert!((skill.retrievability(31) - 0.5).abs() < 1e-12);
    }
}
