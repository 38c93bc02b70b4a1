//! What is remembered of one learner, and how an answer changes it.
//!
//! Ability and an offset on each skill are Gaussian beliefs ([`crate::ability`]); beside them
//! stand decayed averages ([`crate::recency`]), counts, runs and the last results as bits.
//! With response times: how much slower than usual on the item, and the share of wrong answers
//! that came fast (guessing; Beck 2005, Artificial Intelligence in Education 44-51). With
//! hints: the share of answers with one. With a clock: right and wrong answers on a skill that
//! fade over an hour, a day, a week and a month, the windows of DAS3H (Choffin et al. 2019,
//! Educational Data Mining 29-38) kept as one number each.
//!
//! ```
//! use mangotree_kernels::stack::evidence::pattern_after;
//! // The last answers as bits behind a leading one: nothing, right, right-wrong.
//! assert_eq!(pattern_after(1, true), 0b11);
//! assert_eq!(pattern_after(0b11, false), 0b110);
//! assert_eq!(pattern_after(0b11_1111, false), 0b11_1110); // five at most
//! ```
//!
//! Cost: O(skills of the item) per answer; memory 36 bytes per skill, 72 more with a clock, 1
//! per item. What is kept of a skill is kept in single precision and reckoned with in double:
//! it takes little more than half the room, and on three recorded logs no chance moved by more
//! than 1e-7. Do not use it for mastery: [`crate::bkt`] is what a teacher sees.

use crate::ability::{Belief, Step};
use crate::recency::{OVERALL, QUICK, SLOW, START, decayed};
use crate::stack::catalogue::{Asked, Catalogue};
use crate::stack::log::{Answer, Extras};

/// Doubt about a new learner's ability, in logits squared.
pub const ABILITY_VARIANCE: f64 = 0.8;
/// Doubt about a new learner's offset on one skill.
pub const OFFSET_VARIANCE: f64 = 0.15;
/// Doubt that each answer adds, since learners change.
const ABILITY_DRIFT: f64 = 0.002;
/// The same for the offset on a skill.
const OFFSET_DRIFT: f64 = 0.005;
/// Decay of the surprise over all answers: half its weight lies on the last 14.
const SURPRISE: f64 = 0.95;
/// Decays of hints and pace.
const HINTS: f64 = 0.9;
const SKILL_HINTS: f64 = 0.8;
const FAST_WRONG: f64 = 0.8;
/// Faster than half the usual time counts as fast: ln 2 below.
const FAST: f64 = -std::f64::consts::LN_2;
/// Further from the usual time than a factor of 20 is an interruption or a slip of the finger.
pub(crate) const PACE_LIMIT: f64 = 3.0;
/// How long right and wrong answers stay, in seconds: an hour, a day, a week, 30 days.
pub const WINDOWS_S: [f64; 4] = [3600.0, 86_400.0, 604_800.0, 2_592_000.0];
/// No answer, and no set of skills yet.
pub const NONE: usize = usize::MAX;

/// One learner on one skill: numbers in single precision, to be kept and not reckoned with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OnSkill {
    pub(super) offset_mean: f32,
    pub(super) offset_variance: f32,
    pub(super) slow: f32,
    pub(super) quick: f32,
    pub(super) hints: f32,
    pub right: u32,
    pub attempts: u32,
    /// The learner's count of answers when it was last practised.
    pub last: u32,
    /// Wrong answers in a row, up to now; at most 65,535.
    pub wrong_run: u16,
    pub pattern: u8,
}

/// Right and wrong answers on one skill that fade, and when they were last counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Windows {
    pub right: [f64; 4],
    pub wrong: [f64; 4],
    pub time_s: f64,
}

/// One learner.
#[derive(Clone, Debug, PartialEq)]
pub struct Learner {
    pub(crate) ability: Belief,
    pub(crate) overall: f64,
    pub(crate) surprise: f64,
    pub(crate) answers: u32,
    pub(crate) wrong_run: u32,
    pub(crate) pattern: u8,
    pub(crate) was_right: bool,
    /// The set of the last answer and of the one before; `NONE` where there was none.
    pub(crate) sets: [usize; 2],
    /// Answers on the set of the last answer in a row, less one.
    pub(crate) stay: u32,
    pub(crate) pace: f64,
    pub(crate) fast_wrong: f64,
    pub(crate) hinted: f64,
    pub(crate) hints: f64,
    pub(crate) time_s: f64,
    pub(crate) skills: Vec<OnSkill>,
    /// Empty without a clock.
    pub(crate) windows: Vec<Windows>,
    /// Per item twice the number of answers (127 at most), plus 1 if the last was right.
    pub(crate) seen: Vec<u8>,
}

/// The first five answers or the last five as bits, the newest lowest, behind a leading one.
#[must_use]
pub fn pattern_after(pattern: u8, is_right: bool) -> u8 {
    let longer = (pattern << 1) | u8::from(is_right);
    if longer < 64 { longer } else { (longer & 0b1_1111) | 0b10_0000 }
}

impl OnSkill {
    const NEW: Self = Self {
        offset_mean: 0.0,
        offset_variance: single(OFFSET_VARIANCE),
        slow: single(START),
        quick: single(START),
        hints: 0.0,
        right: 0,
        attempts: 0,
        last: 0,
        wrong_run: 0,
        pattern: 1,
    };

    /// A skill of which no more is known than this.
    pub(crate) fn of(offset: Belief, slow: f64, quick: f64) -> Self {
        Self {
            offset_mean: single(offset.mean),
            offset_variance: single(offset.variance),
            slow: single(slow),
            quick: single(quick),
            ..Self::NEW
        }
    }

    pub(crate) fn offset(&self) -> Belief {
        let (mean, variance) = (f64::from(self.offset_mean), f64::from(self.offset_variance));
        Belief { mean, variance }
    }

    pub(crate) fn slow(&self) -> f64 {
        f64::from(self.slow)
    }

    pub(crate) fn quick(&self) -> f64 {
        f64::from(self.quick)
    }

    pub(crate) fn hints(&self) -> f64 {
        f64::from(self.hints)
    }

    fn after(self, step: Step, share: f64, answer: &Answer, count: u32) -> Self {
        let Answer { is_right, hints, .. } = *answer;
        let offset = self.offset().after(step, share).drifted(OFFSET_DRIFT, OFFSET_VARIANCE);
        Self {
            offset_mean: single(offset.mean),
            offset_variance: single(offset.variance),
            slow: single(decayed(self.slow(), SLOW, is_right)),
            quick: single(decayed(self.quick(), QUICK, is_right)),
            hints: if hints.is_nan() {
                self.hints
            } else {
                single(decayed(self.hints(), SKILL_HINTS, hints > 0.0))
            },
            right: self.right + u32::from(is_right),
            attempts: self.attempts + 1,
            last: count,
            wrong_run: if is_right { 0 } else { self.wrong_run.saturating_add(1) },
            pattern: pattern_after(self.pattern, is_right),
        }
    }
}

/// The nearest number of single precision.
#[expect(clippy::cast_possible_truncation, reason = "what is kept of a skill lies near 0")]
const fn single(number: f64) -> f32 {
    number as f32
}

impl Windows {
    /// What is left of them at `time_s`; a clock that went back does not bring anything back.
    pub(crate) fn at(&self, time_s: f64) -> Self {
        let gone = (time_s - self.time_s).max(0.0);
        let left = WINDOWS_S.map(|window| (-gone / window).exp2());
        let faded = |counts: &[f64; 4]| std::array::from_fn(|at| counts[at] * left[at]);
        Self { right: faded(&self.right), wrong: faded(&self.wrong), time_s }
    }

    fn after(&self, is_right: bool, time_s: f64) -> Self {
        let mut now = self.at(time_s);
        let counts = if is_right { &mut now.right } else { &mut now.wrong };
        *counts = counts.map(|count| count + 1.0);
        now
    }
}

impl Learner {
    /// A learner of whom nothing is known.
    #[must_use]
    pub fn new(catalogue: &Catalogue, extras: Extras) -> Self {
        let n_skills = catalogue.n_skills();
        Self {
            skills: vec![OnSkill::NEW; n_skills],
            windows: vec![Windows::default(); if extras.has_times { n_skills } else { 0 }],
            seen: vec![0; catalogue.n_items()],
            ..Self::nobody()
        }
    }

    /// Nobody at all, who has room for no skill and no item.
    fn nobody() -> Self {
        Self {
            ability: Belief { mean: 0.0, variance: ABILITY_VARIANCE },
            overall: START,
            surprise: 0.0,
            answers: 0,
            wrong_run: 0,
            pattern: 1,
            was_right: false,
            sets: [NONE; 2],
            stay: 0,
            pace: 0.0,
            fast_wrong: 0.0,
            hinted: 0.0,
            hints: 0.0,
            time_s: 0.0,
            skills: Vec::new(),
            windows: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Forgets the answers, which were on `items`: cheaper than a new learner.
    pub(crate) fn forget(
        &mut self,
        catalogue: &Catalogue,
        items: impl ExactSizeIterator<Item = usize>,
    ) {
        // Looking up the skills of an item takes as long as clearing some four.
        let is_whole = self.skills.len() < 4 * items.len();
        if is_whole {
            self.skills.fill(OnSkill::NEW);
            self.windows.fill(Windows::default());
        }
        for item in items {
            self.seen[item] = 0;
            if is_whole {
                continue;
            }
            for skill in catalogue.skills_of(item) {
                self.skills[*skill] = OnSkill::NEW;
                if let Some(windows) = self.windows.get_mut(*skill) {
                    *windows = Windows::default();
                }
            }
        }
        *self = Self {
            skills: std::mem::take(&mut self.skills),
            windows: std::mem::take(&mut self.windows),
            seen: std::mem::take(&mut self.seen),
            ..Self::nobody()
        };
    }

    /// Learns from an answer that said `step` about the beliefs; `usual_pace` is the mean ln of
    /// the seconds that the item takes.
    pub(crate) fn learn(
        &mut self,
        asked: &Asked<'_>,
        answer: &Answer,
        step: Step,
        usual_pace: f64,
    ) {
        let is_right = answer.is_right;
        self.ability = self.ability.after(step, 1.0).drifted(ABILITY_DRIFT, ABILITY_VARIANCE);
        self.overall = decayed(self.overall, OVERALL, is_right);
        self.surprise = SURPRISE * self.surprise + (1.0 - SURPRISE) * step.slope;
        self.answers += 1;
        self.wrong_run = if is_right { 0 } else { self.wrong_run + 1 };
        self.pattern = pattern_after(self.pattern, is_right);
        self.was_right = is_right;
        let set = asked.set;
        self.stay = if self.sets[0] == set { self.stay + 1 } else { 0 };
        self.sets = [set, self.sets[0]];
        let seen = &mut self.seen[asked.item];
        *seen = (*seen >> 1).saturating_add(1).min(127) << 1 | u8::from(is_right);
        self.learn_extras(answer, usual_pace);
        for skill in asked.skills {
            let own = &mut self.skills[*skill];
            *own = own.after(step, asked.share, answer, self.answers);
            if let Some(windows) = self.windows.get_mut(*skill) {
                *windows = windows.after(is_right, answer.time_s);
            }
        }
    }

    fn learn_extras(&mut self, answer: &Answer, usual_pace: f64) {
        if !answer.pace_s.is_nan() {
            let slower = answer.pace_s.max(0.5).ln() - usual_pace;
            self.pace = slower.clamp(-PACE_LIMIT, PACE_LIMIT);
            let is_rash = !answer.is_right && slower < FAST;
            self.fast_wrong = decayed(self.fast_wrong, FAST_WRONG, is_rash);
        }
        if !answer.hints.is_nan() {
            self.hinted = f64::from(u8::from(answer.hints > 0.0));
            self.hints = decayed(self.hints, HINTS, answer.hints > 0.0);
        }
        if !self.windows.is_empty() {
            self.time_s = answer.time_s;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skill_takes_at_most_thirty_six_bytes() {
        assert!(size_of::<OnSkill>() <= 36);
    }

    #[test]
    fn a_run_of_wrong_answers_stops_counting_at_its_end() {
        let answer =
            Answer { item: 0, is_right: false, pace_s: 1.0, hints: f64::NAN, time_s: 0.0 };
        let step = Step { slope: -0.5, curvature: 0.25 };
        let long = OnSkill { wrong_run: u16::MAX, attempts: 70_000, ..OnSkill::NEW };
        let after = long.after(step, 1.0, &answer, 70_001);
        assert_eq!((after.wrong_run, after.attempts), (u16::MAX, 70_001));
    }
}
