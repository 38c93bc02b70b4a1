//! The lanes, and what wins in each: see [`crate::plan`] for the rule and its sources.
//!
//! A lane ranks skills and takes the first one with an item that fits. Nothing is written down
//! but indices and numbers until the choice is made; its reasons are named then.
//!
//! Cost: O(skills + prerequisites), and O(items) of each skill looked into; sorting a lane's
//! skills adds O(n log n) of those in it. Do not use it outside `plan`, which checks first.

use std::borrow::Cow;

use crate::bkt::MASTERED;
use crate::error::{Error, known};
use crate::plan::lane::{
    FRINGE, Lane, Offer, PARKED, Pick, REVIEW, Ranking, STEP_BACK, TEACHER, TRIAL, fraction,
    place_of_best, total,
};
use crate::plan::rules::Rules;
use crate::plan::trial::{NEAR_SKILL, TRIAL_SKILLS, chance, drawn, propensities};
use crate::plan::{Choice, Reason};
use crate::practice::{Kept, Learner, Practice, STEP_BACK as STEP_BACK_ANSWERS};
use crate::recency::progress;
use crate::tracer::Tracer;

/// One learner's next choice under some rules.
pub(crate) struct Planner<'a> {
    pub(super) tracer: &'a Tracer,
    pub(super) learner: usize,
    pub(super) who: &'a Learner,
    practices: Cow<'a, [Kept]>,
    /// P(known) of every skill, unpacked once: every lane asks for most of them.
    pub(super) mastery: Vec<f64>,
    pub(super) rules: &'a Rules,
}

impl<'a> Planner<'a> {
    /// The planner of a learner who is there.
    pub(crate) fn new(tracer: &'a Tracer, learner: usize, rules: &'a Rules) -> Self {
        let practices = tracer.in_force(learner);
        let mastery = practices.iter().map(Kept::mastery).collect();
        let who = &tracer.learners[learner];
        Self { tracer, learner, who, practices, mastery, rules }
    }

    /// The next item; `None` when the rules leave nothing.
    pub(crate) fn choose(&self) -> Option<Choice> {
        let Offer { best, others, weights } = self.offer()?;
        let rate = self.rules.course().exploration;
        let stream = chance(self.rules.course(), self.learner, self.who.answers);
        let (of_best, of_others) = propensities(rate, &weights);
        Some(match drawn(stream, rate, &weights) {
            None => self.choice(&best, of_best),
            Some(place) => self.choice(&others[place], of_others[place]),
        })
    }

    /// Each item that may be next, with its chance.
    pub(crate) fn odds(&self) -> Vec<(usize, f64)> {
        let Some(offer) = self.offer() else {
            return Vec::new();
        };
        let (of_best, of_others) =
            propensities(self.rules.course().exploration, &offer.weights);
        let others = offer.others.iter().map(|pick| pick.item).zip(of_others);
        std::iter::once((offer.best.item, of_best)).chain(others).collect()
    }

    /// What the learner may pick from: the best item of each of the first skills of the fringe
    /// where the goal says so, else the next item alone.
    pub(crate) fn options(&self) -> Vec<Choice> {
        if self.rules.pace().options == 1 {
            return self.choose().into_iter().collect();
        }
        let Some(best) = self.offer().map(|offer| offer.best) else {
            return Vec::new();
        };
        if best.lane.code != FRINGE.code {
            return vec![self.choice(&best, 1.0)];
        }
        let mut options: Vec<Pick> = Vec::new();
        for skill in self.fringe_ranking().skills() {
            let is_new = |pick: &Pick| options.iter().all(|other| other.item != pick.item);
            options.extend(self.best_item(best.lane, skill).filter(is_new));
            if options.len() == self.rules.pace().options {
                break;
            }
        }
        options.iter().map(|pick| self.choice(pick, 1.0)).collect()
    }

    fn offer(&self) -> Option<Offer> {
        self.pinned()
            .or_else(|| self.step_back())
            .or_else(|| self.due_review())
            .map(Offer::from)
            .or_else(|| self.fringe(FRINGE))
            .or_else(|| self.review(REVIEW, -1.0).map(Offer::from))
            .or_else(|| self.fringe(FRINGE.restless()))
            .or_else(|| self.review(REVIEW.restless(), -1.0).map(Offer::from))
            .or_else(|| self.parked().map(Offer::from))
    }

    fn pinned(&self) -> Option<Pick> {
        let pins = self.rules.pinned.iter().copied().filter(|skill| !self.rules.skips(*skill));
        let (mastered, unmastered): (Vec<usize>, Vec<usize>) =
            pins.partition(|skill| self.is_mastered(*skill));
        let one = |skill: usize| self.best_item(TEACHER, skill);
        unmastered.into_iter().find_map(one).or_else(|| {
            let faded = mastered.into_iter().map(|skill| (self.faded(skill), skill));
            Ranking::new(faded).skills().find_map(one)
        })
    }

    /// The weakest prerequisite of the skill that does not move, until it was right once.
    fn step_back(&self) -> Option<Pick> {
        let before = self.tracer.domain.prerequisites(self.stuck()?).iter().copied();
        let is_asked = |skill: &usize| self.is_open(*skill) && !self.was_right_since(*skill);
        let weakness = |skill: usize| (self.weakness(skill), skill);
        Ranking::new(before.filter(is_asked).map(weakness))
            .skills()
            .find_map(|skill| self.best_item(STEP_BACK, skill))
    }

    /// Whether the last answer on `skill` was right and came after the latest parking: then the
    /// trouble does not lie there.
    fn was_right_since(&self, skill: usize) -> bool {
        let (now, practice) = (self.who.answers, self.practice(skill));
        let is_stuck = self.who.stuck.is_some() && now < self.who.stuck_until;
        let since = STEP_BACK_ANSWERS.saturating_sub(self.who.stuck_until.saturating_sub(now));
        let is_right = practice.recent().last() == Some(true);
        is_stuck && is_right && practice.elapsed(now) < since
    }

    /// The skill that was parked just now, or the one that small steps go around.
    fn stuck(&self) -> Option<usize> {
        let is_held = |skill: &usize| !self.rules.skips(*skill) && !self.is_mastered(*skill);
        let parked = self.who.stuck.filter(|_| self.who.answers < self.who.stuck_until);
        let parked = parked.or_else(|| self.stuck_by_word());
        parked.filter(is_held).or_else(|| {
            let pace = self.rules.pace();
            (0..if pace.small_step == 0 { 0 } else { self.practices.len() })
                .filter(is_held)
                .filter(|skill| self.practice(*skill).tries >= pace.small_step_from)
                .filter(|skill| self.practice(*skill).recent().last() == Some(false))
                .map(|skill| (self.practice(skill).elapsed(self.who.answers), skill))
                .filter(|(elapsed, _)| *elapsed < pace.small_step)
                .min()
                .map(|(_, skill)| skill)
        })
    }

    /// The skill that was parked just now as it was stated.
    fn stuck_by_word(&self) -> Option<usize> {
        let stated = self.tracer.stated_of(self.learner);
        let counts =
            |place: usize, skill| stated.get(place + 1).is_none_or(|next| next.skill != skill);
        let mut held =
            stated.iter().enumerate().filter(|(place, one)| counts(*place, one.skill));
        held.find(|(_, one)| self.who.answers < one.stuck_until).map(|(_, one)| one.skill)
    }

    fn due_review(&self) -> Option<Pick> {
        let every = self.rules.pace().review_every;
        let is_slot = every > 0 && self.who.answers % every == every - 1;
        is_slot.then(|| self.review(REVIEW, 1.0 - self.rules.pace().due)).flatten()
    }

    /// The most faded of the mastered skills that faded by more than `floor`.
    fn review(&self, lane: Lane, floor: f64) -> Option<Pick> {
        let known = |skill: &usize| self.is_done(*skill) && self.is_open(*skill);
        let faded = (0..self.practices.len())
            .filter(known)
            .map(|skill| (self.faded(skill), skill))
            .filter(|(faded, _)| *faded > floor);
        Ranking::new(faded).skills().find_map(|skill| self.best_item(lane, skill))
    }

    fn fringe(&self, lane: Lane) -> Option<Offer> {
        let ranking = self.fringe_ranking();
        if self.rules.course().exploration > 0.0 && self.rules.pace().options == 1 {
            return self.trials(lane, &ranking);
        }
        ranking.skills().find_map(|skill| self.best_item(lane, skill)).map(Offer::from)
    }

    /// The best item of the fringe, and what may be tried in its place.
    fn trials(&self, lane: Lane, ranking: &Ranking) -> Option<Offer> {
        let mut skills = ranking.0.iter();
        let (top, first) = skills.find_map(|(score, skill)| {
            let items = self.near_items(lane, *skill);
            (!items.is_empty()).then_some((*score, items))
        })?;
        let further = skills
            .take_while(|(score, _)| *score >= top - NEAR_SKILL)
            .map(|(_, skill)| self.near_items(lane, *skill))
            .filter(|items| !items.is_empty())
            .take(TRIAL_SKILLS - 1)
            .flatten();
        let best = place_of_best(&first);
        let mut others: Vec<Pick> = Vec::new();
        for pick in first.into_iter().chain(further) {
            if others.iter().all(|other| other.item != pick.item) {
                others.push(pick);
            }
        }
        let best = others.remove(best);
        for pick in &mut others {
            pick.lane.code = TRIAL;
        }
        let weights = others.iter().map(|pick| self.tracer.items[pick.item].variance).collect();
        Some(Offer { best, others, weights })
    }

    fn parked(&self) -> Option<Pick> {
        self.unmastered(|_| true).skills().find_map(|skill| self.best_item(PARKED, skill))
    }

    fn fringe_ranking(&self) -> Ranking {
        self.unmastered(|practice| !practice.is_parked(self.who.answers))
    }

    /// The open skills in practice of which `takes` holds, by progress and order.
    fn unmastered(&self, takes: impl Fn(&Practice) -> bool) -> Ranking {
        let is_ready = |skill: &usize| {
            !self.is_done(*skill) && self.is_open(*skill) && takes(&self.practice(*skill))
        };
        let score = |skill| (total(&self.fringe_reasons(FRINGE, skill)), skill);
        Ranking::new((0..self.practices.len()).filter(is_ready).map(score))
    }

    fn fringe_reasons(&self, lane: Lane, skill: usize) -> [Reason; 5] {
        let (practice, pace) = (self.practice(skill), self.rules.pace());
        let order = fraction(skill, self.practices.len());
        let is_begun = practice.attempts > 0;
        let is_known = practice.mastery >= pace.open_at;
        [
            (lane.code, 1.0),
            ("PROGRESS", progress(practice.quick, practice.slow)),
            ("ORDER", 0.0 - order),
            ("BEGUN", if is_begun { pace.begun } else { 0.0 }),
            ("KNOWN", if is_known { 0.0 - pace.known } else { 0.0 }),
        ]
    }

    fn faded(&self, skill: usize) -> f64 {
        1.0 - self.practice(skill).retrievability(self.who.answers)
    }

    fn weakness(&self, skill: usize) -> f64 {
        1.0 - self.mastery[skill]
    }

    pub(super) fn is_mastered(&self, skill: usize) -> bool {
        self.mastery[skill] >= MASTERED
    }

    /// Whether practice is over: as firm as the goal asks, or as firm as answers can make it.
    fn is_done(&self, skill: usize) -> bool {
        let (mastery, done_at) = (self.mastery[skill], self.rules.pace().done_at);
        let next = || self.tracer.domain.bkt(skill).update(mastery, true);
        mastery >= done_at || mastery >= MASTERED && next() < done_at
    }

    pub(super) fn practice(&self, skill: usize) -> Practice {
        self.practices[skill].into()
    }

    fn choice(&self, pick: &Pick, propensity: f64) -> Choice {
        let reasons = [self.why(pick), pick.fit.to_vec()].concat();
        let is_step_back = pick.lane == STEP_BACK;
        Choice {
            item: pick.item,
            skill: pick.skill,
            p: pick.p,
            score: total(&reasons),
            reasons,
            propensity,
            is_review: pick.lane.code == REVIEW.code,
            is_step_back,
            stuck_skill: if is_step_back { self.stuck() } else { None },
        }
    }

    /// What the lane says for the skill; a part that says nothing is left out.
    fn why(&self, pick: &Pick) -> Vec<Reason> {
        let code = pick.lane.code;
        match code {
            "TEACHER" => vec![(code, 1.0)],
            "STEP_BACK" => vec![(code, self.weakness(pick.skill))],
            "REVIEW" => vec![(code, self.faded(pick.skill))],
            _ => {
                let reasons = self.fringe_reasons(pick.lane, pick.skill);
                let (first, goals) = reasons.split_at(3);
                let said = goals.iter().filter(|(_, number)| *number != 0.0);
                first.iter().chain(said).copied().collect()
            }
        }
    }
}

impl Tracer {
    /// Whether `learner` is there and `rules` were made for a domain like this one.
    pub(crate) fn check_plan(&self, learner: usize, rules: &Rules) -> Result<(), Error> {
        known("learner", learner, self.n_learners())?;
        rules.fit(&self.domain)
    }
}
