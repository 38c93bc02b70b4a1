//! What the teacher set for a learner, and what the choices aim for.
//!
//! A goal is a set of numbers ([`Pace`]). The target success of each lies in the band of
//! 0.70 to 0.85 that Math Garden used with children (Klinkenberg, Straatemeier & van der Maas
//! 2011, Computers & Education 57:1813-1824, at 0.75). The others are set by theory:
//!
//! - `Practice`, the usual one: a review of what faded below 0.8 in one slot of three.
//! - `Support`, for who struggles: easier items, reviews sooner, first finish what was begun
//!   (one new thing at a time), and from the fifth failing try on two answers on a prerequisite
//!   before the next try; the tenth parks the skill as ever (Beck & Gong 2013).
//! - `Accelerate`, for who is ahead: harder items, fewer reviews; from a mastery of 0.85 on a
//!   skill counts as known well enough to build on, and waits behind what is not.
//! - `Choice`: as `Practice`, and the learner picks from up to three skills. Choosing helps
//!   where the offers fit the learner (Clement et al. 2024, arXiv 2402.01669).
//!
//! ```
//! use mangotree_kernels::plan::Goal;
//! assert_eq!(Goal::named("support"), Some(Goal::Support));
//! assert_eq!(Goal::Support.pace().target, 0.85);
//! ```
//!
//! Cost: O(size) once, to check and sort; O(log size) for each question. Rules hold indices of
//! one domain: do not use them with another, which refuses them if its counts differ.

use crate::bkt::MASTERED;
use crate::domain::Domain;
use crate::error::{Error, known, within};
use crate::memory::DUE;

/// Every so many slots, one is for a due review; the least that may be asked for.
pub const REVIEW_EVERY: u32 = 3;
/// Mastery at which practice of a skill ends. A little beyond [`MASTERED`] costs one right
/// answer more after an early mistake, and lifts what the weakest pupils know a week later
/// (docs/teaching.md); more takes so much time that less is learned in all.
pub const FIRM: f64 = 0.955;
/// The largest share of picks in the fringe that may be trials.
pub const MOST_TRIALS: f64 = 0.2;

/// What a learner's choices are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    /// The usual course.
    #[default]
    Practice,
    /// Smaller steps, more review.
    Support,
    /// Larger steps, less review.
    Accelerate,
    /// The learner picks.
    Choice,
}

/// The numbers of a goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// The success to aim for inside a skill, 0.01 to 0.99.
    pub target: f64,
    /// One slot in so many is for a due review; 0 for none.
    pub review_every: u32,
    /// A review is due below this retrievability.
    pub due: f64,
    /// A skill may be built on from this mastery on.
    pub open_at: f64,
    /// A mastered skill stays in the fringe until this mastery, then it is for reviews. One
    /// that further right answers cannot bring there leaves with `MASTERED`.
    pub done_at: f64,
    /// What a skill that was begun gains on a new one; 1 outweighs the curriculum's order.
    pub begun: f64,
    /// What a skill loses that may be built on and is not yet mastered; 1 puts it behind all.
    pub known: f64,
    /// From so many failing tries on, each one is followed by `small_step` answers on a
    /// prerequisite; 10 and more never come, for the skill is parked then.
    pub small_step_from: u8,
    /// See `small_step_from`.
    pub small_step: u32,
    /// How many skills the learner may pick from.
    pub options: usize,
}

const PRACTICE: Pace = Pace {
    target: 0.78,
    review_every: REVIEW_EVERY,
    due: DUE,
    open_at: MASTERED,
    done_at: FIRM,
    begun: 0.0,
    known: 0.0,
    small_step_from: u8::MAX,
    small_step: 0,
    options: 1,
};
const SUPPORT: Pace =
    Pace { target: 0.85, due: 0.85, begun: 1.0, small_step_from: 5, small_step: 2, ..PRACTICE };
const ACCELERATE: Pace = Pace {
    target: 0.70,
    review_every: 5,
    due: 0.7,
    open_at: 0.85,
    done_at: MASTERED,
    known: 1.0,
    ..PRACTICE
};
const CHOICE: Pace = Pace { options: 3, ..PRACTICE };

impl Goal {
    /// Each goal under its name.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("practice", Self::Practice),
        ("support", Self::Support),
        ("accelerate", Self::Accelerate),
        ("choice", Self::Choice),
    ];

    /// The goal of that name; `None` for any other.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(each, _)| *each == name).map(|(_, goal)| *goal)
    }

    /// Its numbers.
    #[must_use]
    pub fn pace(self) -> Pace {
        match self {
            Self::Practice => PRACTICE,
            Self::Support => SUPPORT,
            Self::Accelerate => ACCELERATE,
            Self::Choice => CHOICE,
        }
    }
}

/// What a teacher set for a learner; nothing by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Skills to practise first, in this order.
    pub pinned: Vec<usize>,
    /// Skills that never come; they count as met where others build on them.
    pub skipped: Vec<usize>,
    /// Skills that may come though their prerequisites are unmastered.
    pub unlocked: Vec<usize>,
    /// Items that never come.
    pub banned: Vec<usize>,
}

/// What the choices aim for; by default the usual course, with nothing left to chance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Course {
    /// The goal.
    pub goal: Goal,
    /// A success to aim for other than the goal's.
    pub target: Option<f64>,
    /// A share of reviews other than the goal's.
    pub review_every: Option<u32>,
    /// The share of picks in the fringe that try another, near-equal item; 0 for none.
    pub exploration: f64,
    /// Seed of the trials.
    pub seed: u64,
    /// Whose trials they are; without it the learner's index. Give the number that the learner
    /// keeps where indices may shift.
    pub learner_id: Option<u64>,
}

/// Overrides and course, checked against a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub(crate) pinned: Vec<usize>,
    skipped: Vec<usize>,
    unlocked: Vec<usize>,
    banned: Vec<usize>,
    pace: Pace,
    course: Course,
    n_skills: usize,
    n_items: usize,
}

impl Rules {
    /// Rules for `domain`: a skill that is both pinned and skipped stays skipped.
    ///
    /// # Errors
    /// `Unknown` names the skill or item, `OutOfRange` the number of the course.
    pub fn new(domain: &Domain, overrides: Overrides, course: Course) -> Result<Self, Error> {
        let Overrides { pinned, skipped, unlocked, banned } = overrides;
        for skill in pinned.iter().chain(&skipped).chain(&unlocked) {
            known("skill", *skill, domain.n_skills())?;
        }
        for item in &banned {
            known("item", *item, domain.n_items())?;
        }
        let trials = (0.0, MOST_TRIALS);
        within("exploration", course.exploration, trials, "0 to 0.2")?;
        Ok(Self {
            pinned,
            skipped: sorted(skipped),
            unlocked: sorted(unlocked),
            banned: sorted(banned),
            pace: course.pace()?,
            course,
            n_skills: domain.n_skills(),
            n_items: domain.n_items(),
        })
    }

    /// The numbers that hold: the goal's, with what was set otherwise.
    #[must_use]
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// What was asked for.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// Refuses a domain whose counts are not those of the one the rules were made for.
    pub(crate) fn fit(&self, domain: &Domain) -> Result<(), Error> {
        let fits = |field, value: usize, count: usize| {
            let allowed = format!("{count}, as the domain that they are used with");
            if value == count { Ok(()) } else { Err(Error::Size { field, value, allowed }) }
        };
        fits("rules: skills", self.n_skills, domain.n_skills())?;
        fits("rules: items", self.n_items, domain.n_items())
    }

    pub(crate) fn skips(&self, skill: usize) -> bool {
        self.skipped.binary_search(&skill).is_ok()
    }

    pub(crate) fn opens(&self, skill: usize) -> bool {
        self.unlocked.binary_search(&skill).is_ok() || self.pinned.contains(&skill)
    }

    pub(crate) fn bans(&self, item: usize) -> bool {
        self.banned.binary_search(&item).is_ok()
    }
}

impl Course {
    /// The goal's numbers, with what was set otherwise.
    fn pace(&self) -> Result<Pace, Error> {
        let mut pace = self.goal.pace();
        if let Some(target) = self.target {
            pace.target = within("target", target, (0.01, 0.99), "0.01 to 0.99")?;
        }
        if let Some(every) = self.review_every {
            let (slots, allowed) = (f64::from(every), "0 for none, or 3 to 1000");
            if every != 0 {
                within("review_every", slots, (f64::from(REVIEW_EVERY), 1000.0), allowed)?;
            }
            pace.review_every = every;
        }
        Ok(pace)
    }
}

fn sorted(mut indices: Vec<usize>) -> Vec<usize> {
    indices.sort_unstable();
    indices
}
