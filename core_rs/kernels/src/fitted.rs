//! A fitted stack at work in a class: it predicts in place of the shipped layer.
//!
//! Mastery, memory and the planner's rules stay what they are; the chance of a right answer,
//! for the log, for the teacher and for the planner's target, comes from a
//! [`stack`](crate::stack) that was fitted on logs like this class's. A class that has been at
//! work does not begin anew: what the stack has to know of each learner is read off what the
//! tracer kept. Ability and offsets are taken over in units of their first doubt, counts and
//! averages as they are, the order of the latest answers from the items' memory. Of response
//! times, hints and surprises nothing was kept; they fill within some answers.
//!
//! A class can differ from the log: a question may be put another way here, or be new. So each
//! item and each skill may have a correction of its own, a belief around 0 that the class's
//! answers move ([`crate::ability`]) and that counts as difficulty in the reasons. How far they
//! may go is their first doubt; without doubt they stay 0.
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::domain::Domain;
//! use mangotree_kernels::fitted::Places;
//! use mangotree_kernels::logistic::{CODES, Weights};
//! use mangotree_kernels::stack::{catalogue::Catalogue, fit::fit, log::Log};
//! use mangotree_kernels::tracer::Tracer;
//! let (learners, items): (Vec<usize>, Vec<usize>) = (0..80).map(|n| (n / 4, n % 2)).unzip();
//! let rights: Vec<bool> = items.iter().map(|item| *item == 0).collect();
//! let log = Log { learners: &learners, items: &items, rights: &rights, ..Log::default() };
//! let stack = fit(Catalogue::new(1, &[vec![0], vec![0]])?, &log)?.stack;
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let domain = Domain::new(vec![skill], &[vec![]], &[vec![0], vec![0]], vec![0.0; 2])?;
//! let mut class = Tracer::new(domain, Weights::from_named(CODES.map(|code| (code, 0.0)))?);
//! class.add_learners(1);
//! assert_eq!(class.predict(0, 0)?.p, 0.5);
//! class.use_stack(stack.into(), &Places::new(&[0, 1], &[Some(0)]))?;
//! assert!(class.predict(0, 0)?.p > 0.6 && class.predict(0, 1)?.p < 0.4);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(skills of the item) an answer, 36 bytes per learner and skill, 1 per learner and
//! item of the stack. Do not use a stack that needs a clock: a hub's cannot always be trusted.

use std::sync::Arc;

use crate::ability::{Belief, step};
use crate::domain::Domain;
use crate::error::{Error, known, within};
use crate::features::share_of;
use crate::logistic::sigmoid;
use crate::practice::{self, Practice};
use crate::stack::catalogue::Asked;
use crate::stack::columns::{Before, Code};
use crate::stack::evidence::{
    ABILITY_VARIANCE, Learner, OFFSET_VARIANCE, OnSkill, pattern_after,
};
use crate::stack::log::Answer;
use crate::stack::model::{self, Stack};
use crate::tracer::{Outcome, Tracer};

mod state;

pub(crate) use state::{Correction, State};

/// How many of the latest answers are read back to find runs and sequences.
const LOOK_BACK: u32 = 32;
/// More doubt than two logits either way is no correction.
const MOST_DOUBT: (f64, f64) = (0.0, 4.0);

/// Where a stack has the items and skills of a class, and how far either may differ there.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The stack's item for each of the class.
    pub items: &'a [usize],
    /// The stack's skill for each of the class; `None` for one that no item practises.
    pub skills: &'a [Option<usize>],
    /// How far each item may differ here, as a variance in logits squared, 0 to 4; empty for
    /// not at all.
    pub item_doubt: &'a [f64],
    /// The same for every skill.
    pub skill_doubt: f64,
}

/// A stack, where the class's items and skills stand in it, and what it knows of each learner.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    stack: Arc<Stack>,
    items: Vec<usize>,
    /// `None` for a skill that no item of the class practises.
    skills: Vec<Option<usize>>,
    pub state: State,
    pub fingerprint: u64,
}

/// What one answer moves of a learner, as it was before.
pub(crate) struct Memo {
    who: Learner,
    seen: u8,
    skills: Vec<OnSkill>,
    own_item: Correction,
    own_skills: Vec<Correction>,
}

impl<'a> Places<'a> {
    /// Places without doubt.
    #[must_use]
    pub fn new(items: &'a [usize], skills: &'a [Option<usize>]) -> Self {
        Self { items, skills, item_doubt: &[], skill_doubt: 0.0 }
    }

    fn checked(&self, domain: &Domain, stack: &Stack) -> Result<(), Error> {
        let fits = |field, value: usize, count: usize| {
            let allowed = format!("{count}, one for each of the class");
            if value == count { Ok(()) } else { Err(Error::Size { field, value, allowed }) }
        };
        fits("items", self.items.len(), domain.n_items())?;
        fits("skills", self.skills.len(), domain.n_skills())?;
        if !self.item_doubt.is_empty() {
            fits("item_doubt", self.item_doubt.len(), domain.n_items())?;
        }
        for doubt in self.item_doubt {
            within("item_doubt", *doubt, MOST_DOUBT, "0 to 4 logits squared")?;
        }
        within("skill_doubt", self.skill_doubt, MOST_DOUBT, "0 to 4 logits squared")?;
        for (item, place) in self.items.iter().enumerate() {
            known("items", *place, stack.catalogue().n_items())?;
            let own = domain.skills_of(item).iter().map(|skill| self.skills[*skill]);
            let mut own: Vec<usize> = own.flatten().collect();
            own.sort_unstable();
            if own != stack.catalogue().skills_of(*place) {
                let (field, value) = ("items", format!("item {item}"));
                let allowed = "practises other skills than the stack has for it";
                return Err(Error::Weight { field, value, allowed });
            }
        }
        Ok(())
    }
}

impl Fitted {
    fn new(tracer: &Tracer, stack: Arc<Stack>, places: &Places<'_>) -> Result<Self, Error> {
        if stack.extras().has_times {
            let (field, value) = ("stack", "has_times".to_owned());
            let allowed = "is set, and a hub's clock cannot always be trusted";
            return Err(Error::Weight { field, value, allowed });
        }
        places.checked(&tracer.domain, &stack)?;
        let doubts = |item: usize| places.item_doubt.get(item).copied().unwrap_or(0.0);
        let nothing = |variance| Correction::from(Belief { mean: 0.0, variance });
        Ok(Self {
            fingerprint: stack.fingerprint(),
            items: places.items.to_vec(),
            skills: places.skills.to_vec(),
            state: State {
                own_skills: vec![nothing(places.skill_doubt); places.skills.len()],
                own_items: (0..places.items.len()).map(|item| nothing(doubts(item))).collect(),
                learners: Vec::new(),
            },
            stack,
        })
    }

    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    pub fn add_learners(&mut self, count: usize) {
        let wanted = self.state.learners.len() + count;
        self.state.learners.resize_with(wanted, || self.stack.learner());
    }

    /// The chance of a right answer of `learner`, who is there, to the class's `item`, which
    /// practises `skills` of the class.
    pub fn predicted(
        &self,
        learner: usize,
        item: usize,
        skills: &[usize],
    ) -> model::Prediction {
        let (who, asked) = (&self.state.learners[learner], self.asked(item));
        let by_log =
            self.stack.prediction(who, &asked, &self.stack.before(who, &asked, f64::NAN));
        let mut parts = by_log.parts;
        parts[Code::ItemDifficulty as usize] += self.state.own_items[item].belief().mean;
        parts[Code::SkillDifficulty as usize] += self.of_skills(skills).mean;
        let logit = parts.iter().sum();
        model::Prediction { p: sigmoid(logit), logit, parts }
    }

    /// The same without its parts.
    pub fn chance(&self, learner: usize, item: usize, skills: &[usize]) -> f64 {
        let (who, asked) = (&self.state.learners[learner], self.asked(item));
        let before = self.stack.before(who, &asked, f64::NAN);
        let by_log = self.stack.logit(who, (&asked, &self.stack.items[asked.item]), &before);
        sigmoid(by_log + self.state.own_items[item].belief().mean + self.of_skills(skills).mean)
    }

    pub fn learn(&mut self, learner: usize, item: usize, skills: &[usize], outcome: Outcome) {
        let Outcome { is_right, pace_s, hints } = outcome;
        let asked = self.asked(item);
        let answer = Answer { item: asked.item, is_right, pace_s, hints, time_s: f64::NAN };
        let before = self.stack.before(&self.state.learners[learner], &asked, f64::NAN);
        self.correct(learner, item, skills, is_right, &before);
        let asked = self.stack.catalogue().asked(answer.item);
        self.stack.learn(&mut self.state.learners[learner], &asked, &answer, &before);
    }

    /// Moves the class's corrections by what the whole prediction did not foresee.
    fn correct(
        &mut self,
        learner: usize,
        item: usize,
        skills: &[usize],
        is_right: bool,
        before: &Before,
    ) {
        let (own, of_skills) = (self.state.own_items[item].belief(), self.of_skills(skills));
        let doubt = own.variance + of_skills.variance;
        if doubt == 0.0 {
            return;
        }
        let (who, asked) = (&self.state.learners[learner], self.asked(item));
        let by_log = self.stack.logit(who, (&asked, &self.stack.items[asked.item]), before);
        let step = step(by_log + own.mean + of_skills.mean, doubt, is_right);
        self.state.own_items[item] = own.after(step, 1.0).into();
        let share = share_of(skills.len());
        for skill in skills {
            let own = self.state.own_skills[*skill].belief();
            self.state.own_skills[*skill] = own.after(step, share).into();
        }
    }

    /// The class's item as the stack has it.
    fn asked(&self, item: usize) -> Asked<'_> {
        self.stack.catalogue().asked(self.items[item])
    }

    /// The corrections of an item's skills, together.
    fn of_skills(&self, skills: &[usize]) -> Belief {
        let share = share_of(skills.len());
        let own = skills.iter().map(|skill| self.state.own_skills[*skill].belief());
        own.fold(Belief { mean: 0.0, variance: 0.0 }, |sum, one| Belief {
            mean: sum.mean + share * one.mean,
            variance: sum.variance + share * share * one.variance,
        })
    }

    pub fn memo(&self, learner: usize, item: usize, skills: &[usize]) -> Memo {
        let (who, place) = (&self.state.learners[learner], self.items[item]);
        let on_skills = self.stack.catalogue().skills_of(place).iter();
        Memo {
            who: Learner { skills: vec![], windows: vec![], seen: vec![], ..*who },
            seen: who.seen[place],
            skills: on_skills.map(|skill| who.skills[*skill]).collect(),
            own_item: self.state.own_items[item],
            own_skills: skills.iter().map(|skill| self.state.own_skills[*skill]).collect(),
        }
    }

    pub fn take_back(&mut self, learner: usize, item: usize, skills: &[usize], memo: Memo) {
        let (who, place) = (&mut self.state.learners[learner], self.items[item]);
        *who = Learner {
            skills: std::mem::take(&mut who.skills),
            windows: std::mem::take(&mut who.windows),
            seen: std::mem::take(&mut who.seen),
            ..memo.who
        };
        who.seen[place] = memo.seen;
        for (skill, own) in self.stack.catalogue().skills_of(place).iter().zip(memo.skills) {
            who.skills[*skill] = own;
        }
        self.state.own_items[item] = memo.own_item;
        for (skill, own) in skills.iter().zip(memo.own_skills) {
            self.state.own_skills[*skill] = own;
        }
    }

    /// A learner as the tracer kept it, as far as that goes.
    fn read_off(&self, tracer: &Tracer, learner: usize) -> Learner {
        let (from, mut who) = (&tracer.learners[learner], self.stack.learner());
        let in_units = |belief: Belief, of: f64, unit: f64| Belief {
            mean: belief.mean,
            variance: unit * (belief.variance / of).min(1.0),
        };
        who.ability = in_units(from.ability, practice::ABILITY_VARIANCE, ABILITY_VARIANCE);
        (who.overall, who.answers) = (from.overall, from.answers);
        for (skill, place) in self.skills.iter().enumerate() {
            let own = tracer.practice(learner, skill);
            if let (Some(place), 1..) = (place, own.attempts) {
                let offset = in_units(own.offset, practice::OFFSET_VARIANCE, OFFSET_VARIANCE);
                who.skills[*place] = on_skill(&own, offset, from.answers);
            }
        }
        let mut latest: Vec<(u32, usize, bool)> = Vec::new();
        for (item, place) in self.items.iter().enumerate() {
            let met = tracer.seen[tracer.seen_at(learner, item)];
            if let (Some(age), Some(is_right)) = (met.age(from.answers), met.result()) {
                who.seen[*place] = 1 << 1 | u8::from(is_right);
                if age < LOOK_BACK {
                    latest.push((age, *place, is_right));
                }
            }
        }
        latest.sort_unstable();
        // An item that came again hides where it came before: what is older is not read.
        let known = (0..).zip(&latest).take_while(|(age, (met, ..))| age == met).count();
        self.run_through(&mut who, latest[..known].iter().rev());
        who
    }

    /// Runs and sequences from the latest answers, the oldest first.
    fn run_through<'a>(
        &self,
        who: &mut Learner,
        latest: impl Iterator<Item = &'a (u32, usize, bool)>,
    ) {
        for (_, item, is_right) in latest {
            let set = self.stack.catalogue().set_of(*item);
            who.stay = if who.sets[0] == set { who.stay + 1 } else { 0 };
            who.sets = [set, who.sets[0]];
            who.wrong_run = if *is_right { 0 } else { who.wrong_run + 1 };
            who.pattern = pattern_after(who.pattern, *is_right);
            who.was_right = *is_right;
        }
    }
}

/// What is known of one skill; `answers` counts all of the learner's.
fn on_skill(own: &Practice, offset: Belief, answers: u32) -> OnSkill {
    let mut found = OnSkill::of(offset, own.slow, own.quick);
    (found.right, found.attempts) = (own.right.into(), own.attempts.into());
    found.last = answers.saturating_sub(own.elapsed(answers));
    for is_right in own.recent() {
        found.wrong_run = if is_right { 0 } else { found.wrong_run + 1 };
        found.pattern = pattern_after(found.pattern, is_right);
    }
    found
}

impl Tracer {
    /// From now on predictions come from `stack`, which has the class's items at `places`.
    /// Learners who are there are read off what was traced.
    ///
    /// # Errors
    /// `Size` for lists of another length, `Unknown` names an item, `OutOfRange` a doubt,
    /// `Weight` an item whose skills differ or a stack with a clock; nothing has changed then.
    pub fn use_stack(&mut self, stack: Arc<Stack>, places: &Places<'_>) -> Result<(), Error> {
        let mut fitted = Fitted::new(self, stack, places)?;
        let read_off = |learner| fitted.read_off(self, learner);
        fitted.state.learners = (0..self.n_learners()).map(read_off).collect();
        self.fitted = Some(fitted);
        Ok(())
    }

    /// From now on predictions come from the shipped layer again.
    pub fn use_layer(&mut self) {
        self.fitted = None;
    }
}

#[cfg(test)]
mod tests;
