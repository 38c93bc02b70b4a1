//! Which skills and items may come now, and which item of a skill suits best.
//!
//! The target is met from above: a skill begins with its easiest item, and its target comes
//! down to the goal's as it is practised. An item that came just now waits, but not for long: a
//! weak learner would run through the easy items of a skill in a row otherwise, and be left
//! with those that are hopeless.
//!
//! Cost: O(items of the skill), each with its chance of success: O(its skills). Do not use it
//! to rank skills: what lies nearest the target is not what teaches most.

use crate::plan::BLOCK;
use crate::plan::lane::{Lane, Pick, total};
use crate::plan::planner::Planner;
use crate::plan::trial::NEAR_ITEM;

/// The target is at first certainty; so much of the way from the goal's is left after each
/// answer on the skill.
pub const EASE_KEPT: f64 = 0.6;

impl Planner<'_> {
    pub(super) fn near_items(&self, lane: Lane, skill: usize) -> Vec<Pick> {
        let mut picks: Vec<Pick> = self.fitting(lane, skill).collect();
        let top = picks.iter().map(|pick| total(&pick.fit)).fold(f64::NEG_INFINITY, f64::max);
        picks.retain(|pick| total(&pick.fit) >= top - NEAR_ITEM);
        picks
    }

    /// The item of `skill` that fits the lane and scores best; the lowest index of equals.
    pub(super) fn best_item(&self, lane: Lane, skill: usize) -> Option<Pick> {
        self.fitting(lane, skill)
            .reduce(|best, next| if total(&next.fit) > total(&best.fit) { next } else { best })
    }

    pub(super) fn fitting(&self, lane: Lane, skill: usize) -> impl Iterator<Item = Pick> + '_ {
        let items = self.tracer.domain.items_of(skill).iter().copied();
        let aim = self.aim(skill);
        items.filter(move |item| self.fits(lane, *item)).map(move |item| {
            let p = self.tracer.chance(self.learner, item);
            let fit = [("DIFFICULTY", -(p - aim).abs()), ("EXPOSURE", self.exposure(item))];
            Pick { lane, skill, item, p, fit }
        })
    }

    /// The success to aim for at this stage of practice.
    fn aim(&self, skill: usize) -> f64 {
        let target = self.rules.pace().target;
        let attempts = i32::from(self.practice(skill).attempts);
        target + (1.0 - target) * EASE_KEPT.powi(attempts)
    }

    pub(super) fn fits(&self, lane: Lane, item: usize) -> bool {
        let suits = |skill: &usize| {
            !self.rules.skips(*skill)
                && (lane.opens_all || self.is_open(*skill))
                && (!lane.keeps_rest || self.is_rested(*skill))
        };
        !self.rules.bans(item) && self.tracer.domain.skills_of(item).iter().all(suits)
    }

    /// 0 for an item that the learner never met, down to -1 for the one just answered.
    pub(super) fn exposure(&self, item: usize) -> f64 {
        let met = self.tracer.seen[self.tracer.seen_at(self.learner, item)];
        let turns = met.age(self.who.answers).map(|age| f64::from(1 + age));
        turns.map_or(0.0, |turns| -1.0 / (turns * turns))
    }

    /// Whether the learner may meet the skill: not skipped, and opened or built on what is
    /// known.
    pub(super) fn is_open(&self, skill: usize) -> bool {
        let open_at = self.rules.pace().open_at;
        let is_met =
            |before: &usize| self.mastery[*before] >= open_at || self.rules.skips(*before);
        !self.rules.skips(skill)
            && (self.tracer.domain.prerequisites(skill).iter().all(is_met)
                || self.rules.opens(skill))
    }

    /// Whether the skill is neither parked nor just came three times in a row.
    pub(super) fn is_rested(&self, skill: usize) -> bool {
        let practice = self.practice(skill);
        !(practice.is_parked(self.who.answers) && !self.is_mastered(skill)
            || practice.came_last(self.who.answers, BLOCK))
    }
}
