//! What a fit starts from: how easy items are, and how long they take.
//!
//! Easiness by assumed-density filtering ([`crate::ability`]): each learner starts anew, items
//! and skills keep what they have shown, twice through the log. It serves to weigh the answers
//! that move a learner's ability; the corrections of the items are fitted afterwards. Easiness
//! from the fitted corrections instead changed the area under the curve by at most .0005 on
//! learners who were held out.

use crate::ability::{Belief, step};
use crate::features::share_of;
use crate::stack::catalogue::Catalogue;
use crate::stack::evidence::ABILITY_VARIANCE;
use crate::stack::log::Log;

const PASSES: usize = 2;
const ITEM_VARIANCE: f64 = 0.8;
const SKILL_VARIANCE: f64 = 0.75;
/// Doubt that each answer adds to an ability.
const DRIFT: f64 = 0.002;
/// An item's usual pace counts as if so many answers of usual pace had come already.
const PACE_PRIOR: f64 = 3.0;

/// How easy each item of the catalogue is, skills included, in logits.
pub(crate) fn easiness(catalogue: &Catalogue, log: &Log<'_>, rows: &[usize]) -> Vec<f64> {
    let unknown = |variance: f64, count| vec![Belief { mean: 0.0, variance }; count];
    let mut items = unknown(ITEM_VARIANCE, catalogue.n_items());
    let mut skills = unknown(SKILL_VARIANCE, catalogue.n_skills());
    for pass in 0..PASSES {
        if pass > 0 {
            // The first answers met an item of which nothing was known; let it move again.
            for item in &mut items {
                item.variance = (2.0 * item.variance).min(ITEM_VARIANCE);
            }
        }
        filter(catalogue, log, rows, &mut items, &mut skills);
    }
    let whole = |item: usize| {
        let own = catalogue.skills_of(item);
        items[item].mean
            + own.iter().map(|s| skills[*s].mean).sum::<f64>() * share_of(own.len())
    };
    (0..catalogue.n_items()).map(whole).collect()
}

fn filter(
    catalogue: &Catalogue,
    log: &Log<'_>,
    rows: &[usize],
    items: &mut [Belief],
    skills: &mut [Belief],
) {
    let new = Belief { mean: 0.0, variance: ABILITY_VARIANCE };
    let (mut ability, mut before) = (new, None);
    for row in rows {
        if before.replace(log.learners[*row]) != Some(log.learners[*row]) {
            ability = new;
        }
        let item = log.items[*row];
        let own = catalogue.skills_of(item);
        let share = share_of(own.len());
        let mut mean = ability.mean + items[item].mean;
        let mut variance = ability.variance + items[item].variance;
        for skill in own {
            mean += share * skills[*skill].mean;
            variance += share * share * skills[*skill].variance;
        }
        let step = step(mean, variance, log.rights[*row]);
        ability = ability.after(step, 1.0).drifted(DRIFT, ABILITY_VARIANCE);
        items[item] = items[item].after(step, 1.0);
        for skill in own {
            skills[*skill] = skills[*skill].after(step, share);
        }
    }
}

/// The mean ln of the seconds that each item takes; empty without response times.
pub(crate) fn usual_pace(catalogue: &Catalogue, log: &Log<'_>) -> Vec<f64> {
    if log.pace_s.is_empty() {
        return Vec::new();
    }
    let mut sums = vec![(0.0, 0.0); catalogue.n_items()];
    let (mut total, mut count) = (0.0, 0.0);
    for (item, pace_s) in log.items.iter().zip(log.pace_s) {
        if !pace_s.is_nan() {
            let pace = pace_s.max(0.5).ln();
            sums[*item] = (sums[*item].0 + pace, sums[*item].1 + 1.0);
            (total, count) = (total + pace, count + 1.0);
        }
    }
    let mean = if count > 0.0 { total / count } else { 0.0 };
    let shrunk = |(sum, n): (f64, f64)| (sum + PACE_PRIOR * mean) / (n + PACE_PRIOR);
    sums.into_iter().map(shrunk).collect()
}
