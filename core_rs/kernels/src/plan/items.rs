//! Which skills and items may come now, and which item of a skill suits best.
//!
//! Cost: O(items of the skill), each with its chance of success: O(its skills). Do not use it
//! to rank skills: what lies nearest the target is not what teaches most.

use crate::plan::BLOCK;
use crate::plan::lane::{Lane, Pick, total};
use crate::plan::planner::Planner;
use crate::plan::trial::NEAR_ITEM;

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
        items.filter(move |item| self.fits(lane, *item)).map(move |item| {
            let p = self.tracer.chance(self.learner, item);
            let fit = [
                ("DIFFICULTY", -(p - self.rules.pace().target).abs()),
                ("EXPOSURE", self.exposure(item)),
            ];
            Pick { lane, skill, item, p, fit }
        })
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
        met.age(self.who.answers).map_or(0.0, |age| -1.0 / f64::from(1 + age))
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
