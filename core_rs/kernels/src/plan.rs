//! The next practice item for one learner, under the teacher's rules, with its reasons.
//!
//! Lanes are tried in order; the first that has an item wins:
//!
//! 1. TEACHER: what was pinned, unmastered ones in the order of pinning, then the most faded.
//! 2. `STEP_BACK`: after ten tries without mastery, the weakest prerequisite for a few answers,
//!    each until it was right once (with the goal of support after five, in smaller steps).
//! 3. REVIEW: every third slot, the most faded firm skill whose review is due.
//! 4. FRINGE: skills that are not yet firm ([`FIRM`]), with all prerequisites mastered (the
//!    outer fringe of Falmagne & Doignon 2011, Learning Spaces), by learning PROGRESS and then
//!    by ORDER in the curriculum.
//! 5. REVIEW of any firm skill, FRINGE beyond the block of three, PARKED skills.
//!
//! Lanes 2 to 5 leave out a skill that came three times in a row while there is anything else:
//! interleaved practice (Rohrer, Dedrick & Stershic 2015, Journal of Educational Psychology
//! 107:900-908). Inside the skill, the item whose chance of success lies nearest the target
//! wins (DIFFICULTY), those just seen last (EXPOSURE); a new skill begins with its easiest. The
//! reasons' numbers add up to the score, which ranks within a lane. Equal scores: the lowest
//! index.
//!
//! Goals set the numbers ([`Pace`]): support prefers what was BEGUN, accelerate puts off what
//! is KNOWN well enough to build on. Where the rules ask for it, a small share of the picks in
//! the fringe is a TRIAL of another near-equal item; else there is no chance in it.
//!
//! Skipped skills and banned items never come, nor items with a skill whose prerequisites are
//! unmastered (a skipped prerequisite counts as met), unless it is unlocked or pinned.
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::domain::Domain;
//! use mangotree_kernels::logistic::{CODES, Weights};
//! use mangotree_kernels::plan::{Course, Overrides, Rules};
//! use mangotree_kernels::tracer::Tracer;
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let before = [vec![], vec![0]];
//! let domain = Domain::new(vec![skill; 2], &before, &[vec![1], vec![0]], vec![0.0; 2])?;
//! let mut class = Tracer::new(domain, Weights::from_named(CODES.map(|code| (code, 0.0)))?);
//! class.add_learners(1);
//! let rules = Rules::new(class.domain(), Overrides::default(), Course::default())?;
//! let choice = class.plan(0, &rules)?;
//! // Skill 0 is the fringe; its only item is 1. All weights are 0, so p = 1/2.
//! let scored = choice.map(|choice| (choice.item, (choice.score * 100.0).round()));
//! assert_eq!(scored, Some((1, 50.0))); // 1 for the fringe, -0.5 for 1/2 against 1
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(skills + prerequisites), and O(items) of each skill looked into. Do not use it to
//! test: success near 0.78 teaches well and measures badly.

use crate::error::{Error, known};
use crate::tracer::Tracer;

mod items;
mod lane;
mod planner;
mod rules;
mod trial;

use planner::Planner;
pub use rules::{Course, FIRM, Goal, MOST_TRIALS, Overrides, Pace, REVIEW_EVERY, Rules};
pub use trial::{NEAR_ITEM, NEAR_SKILL, TRIAL_SKILLS};

/// So many answers in a row on one skill are enough.
pub const BLOCK: u8 = 3;

/// One part of a score: a fixed code and what it added.
pub type Reason = (&'static str, f64);

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
    /// The chance with which the rules choose this item now; 1 where there is none in it.
    pub propensity: f64,
    /// Whether it refreshes a mastered skill.
    pub is_review: bool,
    /// Whether it steps back from a skill that does not move.
    pub is_step_back: bool,
    /// That skill.
    pub stuck_skill: Option<usize>,
}

impl Tracer {
    /// The next practice item for `learner`; `None` when the rules leave nothing.
    ///
    /// # Errors
    /// `Unknown` names the learner, `Size` rules of another domain.
    pub fn plan(&self, learner: usize, rules: &Rules) -> Result<Option<Choice>, Error> {
        self.check_plan(learner, rules)?;
        Ok(self.planned(learner, rules))
    }

    /// The same for each of `learners`, with one set of rules each, or one for all.
    ///
    /// # Errors
    /// As `plan`; and `Size` for another number of rules.
    pub fn plan_many(
        &self,
        learners: &[usize],
        rules: &[&Rules],
    ) -> Result<Vec<Option<Choice>>, Error> {
        if rules.len() != 1 && rules.len() != learners.len() {
            let allowed = format!("1, or {}, one for each learner", learners.len());
            return Err(Error::Size { field: "rules", value: rules.len(), allowed });
        }
        let each = learners.iter().zip(rules.iter().cycle());
        each.map(|(learner, rules)| self.plan(*learner, rules)).collect()
    }

    /// What `learner` may pick from, the best first: under the goal `Choice` up to three items
    /// of as many skills where the fringe has its turn, else the next item alone. No trials
    /// are among three, for a learner who picks tries out enough.
    ///
    /// # Errors
    /// As `plan`.
    pub fn plan_choices(&self, learner: usize, rules: &Rules) -> Result<Vec<Choice>, Error> {
        self.check_plan(learner, rules)?;
        Ok(Planner::new(self, learner, rules).options())
    }

    /// Each item that `plan` may give now, with its chance; the chances add up to one.
    ///
    /// # Errors
    /// As `plan`.
    pub fn odds(&self, learner: usize, rules: &Rules) -> Result<Vec<(usize, f64)>, Error> {
        self.check_plan(learner, rules)?;
        Ok(Planner::new(self, learner, rules).odds())
    }

    /// The skills that rest since ten tries did not bring mastery: what a teacher should see.
    ///
    /// # Errors
    /// `Unknown` names the learner.
    pub fn parked(&self, learner: usize) -> Result<Vec<usize>, Error> {
        let answers = self.learners[known("learner", learner, self.n_learners())?].answers;
        let rests = |skill: &usize| {
            let practice = self.practice(learner, *skill);
            practice.is_parked(answers) && !practice.is_mastered()
        };
        Ok((0..self.domain.n_skills()).filter(rests).collect())
    }

    pub(crate) fn planned(&self, learner: usize, rules: &Rules) -> Option<Choice> {
        Planner::new(self, learner, rules).choose()
    }
}
