//! The next practice item for one learner, under the teacher's rules, with its reasons.
//!
//! Lanes are tried in order; the first that has an item wins:
//!
//! 1. TEACHER: what was pinned, unmastered ones in the order of pinning, then the most faded.
//! 2. `STEP_BACK`: after ten tries without mastery, the weakest prerequisite for a few answers.
//! 3. REVIEW: every third slot, the most faded mastered skill whose review is due.
//! 4. FRINGE: unmastered skills with all prerequisites mastered (the outer fringe of Falmagne &
//!    Doignon 2011, Learning Spaces), by learning PROGRESS and then by ORDER in the curriculum.
//! 5. REVIEW of any mastered skill, FRINGE beyond the block of three, PARKED skills.
//!
//! Lanes 2 to 5 leave out a skill that came three times in a row while there is anything else:
//! interleaved practice (Rohrer, Dedrick & Stershic 2015, Journal of Educational Psychology
//! 107:900-908). Inside the skill, the item whose chance of success lies nearest the target
//! wins (DIFFICULTY), those just seen last (EXPOSURE). The reasons' numbers add up to the
//! score, which ranks within a lane. Equal scores: the lowest index. There is no chance in it.
//!
//! Skipped skills and banned items never come, nor items with a skill whose prerequisites are
//! unmastered (a skipped prerequisite counts as met), unless it is unlocked or pinned.
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::domain::Domain;
//! use mangotree_kernels::logistic::{CODES, Weights};
//! use mangotree_kernels::plan::Rules;
//! use mangotree_kernels::tracer::Tracer;
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let before = [vec![], vec![0]];
//! let domain = Domain::new(vec![skill; 2], &before, &[vec![1], vec![0]], vec![0.0; 2])?;
//! let mut class = Tracer::new(domain, Weights::from_named(CODES.map(|code| (code, 0.0)))?);
//! class.add_learners(1);
//! let rules = Rules::new(class.domain(), vec![], [vec![], vec![]], vec![], 0.78)?;
//! let choice = class.plan(0, &rules)?;
//! // Skill 0 is the fringe; its only item is 1. All weights are 0, so p = 1/2.
//! let scored = choice.map(|choice| (choice.item, (choice.score * 100.0).round()));
//! assert_eq!(scored, Some((1, 72.0))); // 1 for the fringe, -0.28 for 1/2 against 0.78
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(skills + prerequisites), and O(items) of each skill looked into. Do not use it to
//! test: success near 0.78 teaches well and measures badly.

use crate::domain::Domain;
use crate::error::{Error, known, within};
use crate::memory::DUE;
use crate::practice::{Kept, Learner, Practice};
use crate::tracer::Tracer;

/// Every so many slots, one is for a due review.
pub const REVIEW_EVERY: u32 = 3;
/// So many answers in a row on one skill are enough.
pub const BLOCK: u8 = 3;

/// One part of a score: a fixed code and what it added.
pub type Reason = (&'static str, f64);

/// What the teacher set, and the success that choices aim for.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pinned: Vec<usize>,
    skipped: Vec<usize>,
    unlocked: Vec<usize>,
    banned: Vec<usize>,
    target: f64,
}

/// The item that comes next.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The item.
    pub item: usize,
    /// The skill for whose sake it was chosen.
    pub skill: usize,
    /// The chance that the learner answers it right.
    pub p: f64,
    /// The sum of the reasons.
    pub score: f64,
    /// Why: the lane first.
    pub reasons: Vec<Reason>,
    /// Whether it refreshes a mastered skill.
    pub is_review: bool,
    /// Whether it steps back from a skill that does not move.
    pub is_step_back: bool,
}

impl Rules {
    /// Rules for `domain`, checked: `pinned` in the teacher's order; a skill that is both
    /// pinned and skipped stays skipped.
    ///
    /// # Errors
    /// `Unknown` names the skill or item, `OutOfRange` the target.
    pub fn new(
        domain: &Domain,
        pinned: Vec<usize>,
        [skipped, unlocked]: [Vec<usize>; 2],
        banned: Vec<usize>,
        target: f64,
    ) -> Result<Self, Error> {
        for skill in pinned.iter().chain(&skipped).chain(&unlocked) {
            known("skill", *skill, domain.n_skills())?;
        }
        for item in &banned {
            known("item", *item, domain.n_items())?;
        }
        Ok(Self {
            pinned,
            skipped: sorted(skipped),
            unlocked: sorted(unlocked),
            banned: sorted(banned),
            target: within("target", target, (0.01, 0.99), "0.01 to 0.99")?,
        })
    }

    fn skips(&self, skill: usize) -> bool {
        self.skipped.binary_search(&skill).is_ok()
    }

    fn opens(&self, skill: usize) -> bool {
        self.unlocked.binary_search(&skill).is_ok() || self.pinned.contains(&skill)
    }

    fn bans(&self, item: usize) -> bool {
        self.banned.binary_search(&item).is_ok()
    }
}

fn sorted(mut indices: Vec<usize>) -> Vec<usize> {
    indices.sort_unstable();
    indices
}

impl Tracer {
    /// The next practice item for `learner`; `None` when the rules leave nothing.
    ///
    /// # Errors
    /// `Unknown` names the learner.
    pub fn plan(&self, learner: usize, rules: &Rules) -> Result<Option<Choice>, Error> {
        known("learner", learner, self.n_learners())?;
        Ok(self.planned(learner, rules))
    }

    pub(crate) fn planned(&self, learner: usize, rules: &Rules) -> Option<Choice> {
        let row = self.row(learner);
        let practices = &self.practices[row..row + self.domain.n_skills()];
        Planner { tracer: self, learner, who: &self.learners[learner], practices, rules }
            .choose()
    }
}

/// A lane: its code, and how far its items may go.
#[derive(Clone, Copy)]
struct Lane {
    code: &'static str,
    is_review: bool,
    /// Whether skills that rest or just came three times in a row are left out.
    keeps_rest: bool,
    /// Whether closed skills may come along in an item.
    opens_all: bool,
}

impl Lane {
    const fn new(code: &'static str) -> Self {
        Self { code, is_review: false, keeps_rest: true, opens_all: false }
    }

    const fn restless(self) -> Self {
        Self { keeps_rest: false, ..self }
    }
}

const TEACHER: Lane = Lane { opens_all: true, ..Lane::new("TEACHER").restless() };
const STEP_BACK: Lane = Lane::new("STEP_BACK");
const REVIEW: Lane = Lane { is_review: true, ..Lane::new("REVIEW") };
const FRINGE: Lane = Lane::new("FRINGE");
const PARKED: Lane = Lane::new("PARKED").restless();

struct Planner<'a> {
    tracer: &'a Tracer,
    learner: usize,
    who: &'a Learner,
    practices: &'a [Kept],
    rules: &'a Rules,
}

impl Planner<'_> {
    fn choose(&self) -> Option<Choice> {
        self.pinned()
            .or_else(|| self.step_back())
            .or_else(|| self.due_review())
            .or_else(|| self.fringe(FRINGE))
            .or_else(|| self.review(REVIEW))
            .or_else(|| self.fringe(FRINGE.restless()))
            .or_else(|| self.review(REVIEW.restless()))
            .or_else(|| self.parked())
    }

    fn pinned(&self) -> Option<Choice> {
        let pins = self.rules.pinned.iter().copied().filter(|skill| !self.rules.skips(*skill));
        let (mastered, unmastered): (Vec<usize>, Vec<usize>) =
            pins.partition(|skill| self.practices[*skill].is_mastered());
        let one = |skill: usize| self.best_item(TEACHER, skill, &[(TEACHER.code, 1.0)]);
        unmastered.into_iter().find_map(one).or_else(|| {
            let faded = mastered.into_iter().map(|skill| (self.faded(skill), skill)).collect();
            ranked(faded).find_map(|(_, skill)| one(skill))
        })
    }

    fn step_back(&self) -> Option<Choice> {
        let stuck = self.who.stuck.filter(|_| self.who.answers < self.who.stuck_until)?;
        if self.rules.skips(stuck) || self.practices[stuck].is_mastered() {
            return None;
        }
        let before = self.tracer.domain.prerequisites(stuck).iter().copied();
        let weakness = |skill: usize| (1.0 - self.practices[skill].mastery(), skill);
        ranked(before.filter(|skill| self.is_open(*skill)).map(weakness).collect()).find_map(
            |(weak, skill)| self.best_item(STEP_BACK, skill, &[(STEP_BACK.code, weak)]),
        )
    }

    fn due_review(&self) -> Option<Choice> {
        let is_slot = self.who.answers % REVIEW_EVERY == REVIEW_EVERY - 1;
        is_slot.then(|| self.review_above(REVIEW, 1.0 - DUE)).flatten()
    }

    fn review(&self, lane: Lane) -> Option<Choice> {
        self.review_above(lane, -1.0)
    }

    /// The most faded of the mastered skills that faded by more than `floor`.
    fn review_above(&self, lane: Lane, floor: f64) -> Option<Choice> {
        let known =
            |skill: &usize| self.practices[*skill].is_mastered() && self.is_open(*skill);
        let faded = (0..self.practices.len())
            .filter(known)
            .map(|skill| (self.faded(skill), skill))
            .filter(|(faded, _)| *faded > floor);
        ranked(faded.collect())
            .find_map(|(faded, skill)| self.best_item(lane, skill, &[(lane.code, faded)]))
    }

    fn fringe(&self, lane: Lane) -> Option<Choice> {
        self.unmastered(lane, |practice| !practice.is_parked(self.who.answers))
    }

    fn parked(&self) -> Option<Choice> {
        self.unmastered(PARKED, |_| true)
    }

    /// The open unmastered skill of which `takes` holds that ranks first.
    fn unmastered(&self, lane: Lane, takes: impl Fn(&Practice) -> bool) -> Option<Choice> {
        let is_ready = |skill: &usize| {
            let kept = &self.practices[*skill];
            !kept.is_mastered() && takes(&self.practice(*skill)) && self.is_open(*skill)
        };
        let score = |skill: usize| (total(&self.fringe_reasons(lane, skill)), skill);
        ranked((0..self.practices.len()).filter(is_ready).map(score).collect()).find_map(
            |(_, skill)| self.best_item(lane, skill, &self.fringe_reasons(lane, skill)),
        )
    }

    fn fringe_reasons(&self, lane: Lane, skill: usize) -> [Reason; 3] {
        let practice = self.practice(skill);
        let place = fraction(skill, self.practices.len());
        let progress = crate::recency::progress(practice.quick, practice.slow);
        [(lane.code, 1.0), ("PROGRESS", progress), ("ORDER", 0.0 - place)]
    }

    fn faded(&self, skill: usize) -> f64 {
        1.0 - self.practice(skill).retrievability(self.who.answers)
    }

    /// Whether the learner may meet the skill: not skipped, and opened or built on what is
    /// known.
    fn is_open(&self, skill: usize) -> bool {
        let is_met =
            |before: &usize| self.practices[*before].is_mastered() || self.rules.skips(*before);
        !self.rules.skips(skill)
            && (self.tracer.domain.prerequisites(skill).iter().all(is_met)
                || self.rules.opens(skill))
    }

    /// Whether the skill is neither parked nor just came three times in a row.
    fn is_rested(&self, skill: usize) -> bool {
        let practice = self.practice(skill);
        !(practice.is_parked(self.who.answers) && !practice.is_mastered()
            || practice.came_last(self.who.answers, BLOCK))
    }

    fn practice(&self, skill: usize) -> Practice {
        self.practices[skill].into()
    }

    fn fits(&self, lane: Lane, item: usize) -> bool {
        let suits = |skill: &usize| {
            !self.rules.skips(*skill)
                && (lane.opens_all || self.is_open(*skill))
                && (!lane.keeps_rest || self.is_rested(*skill))
        };
        !self.rules.bans(item) && self.tracer.domain.skills_of(item).iter().all(suits)
    }

    /// The item of `skill` that fits the lane and scores best on top of `reasons`.
    fn best_item(&self, lane: Lane, skill: usize, reasons: &[Reason]) -> Option<Choice> {
        let mut best: Option<(f64, usize, f64, [Reason; 2])> = None;
        for item in self.tracer.domain.items_of(skill) {
            if !self.fits(lane, *item) {
                continue;
            }
            let p = self.tracer.predicted(self.learner, *item).p;
            let parts = [
                ("DIFFICULTY", -(p - self.rules.target).abs()),
                ("EXPOSURE", self.exposure(*item)),
            ];
            let score = total(&parts);
            if best.is_none_or(|(top, ..)| score > top) {
                best = Some((score, *item, p, parts));
            }
        }
        let (_, item, p, parts) = best?;
        let reasons = [reasons, &parts].concat();
        Some(Choice {
            item,
            skill,
            p,
            score: total(&reasons),
            reasons,
            is_review: lane.is_review,
            is_step_back: lane.code == STEP_BACK.code,
        })
    }

    /// 0 for an item that the learner never met, down to -1 for the one just answered.
    fn exposure(&self, item: usize) -> f64 {
        let met = self.tracer.seen[self.tracer.seen_at(self.learner, item)];
        met.age(self.who.answers).map_or(0.0, |age| -1.0 / f64::from(1 + age))
    }
}

/// Highest score first; equal scores by the lowest index.
fn ranked(mut scored: Vec<(f64, usize)>) -> impl Iterator<Item = (f64, usize)> {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter()
}

fn total(reasons: &[Reason]) -> f64 {
    reasons.iter().map(|(_, number)| number).sum()
}

fn fraction(part: usize, whole: usize) -> f64 {
    let as_f64 = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    as_f64(part) / as_f64(whole)
}
