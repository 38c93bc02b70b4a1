//! Why an item was picked, and how likely that was.
//!
//! Reasons are fixed codes with numbers: INFORMATION at the estimate; `EXPECTED_VARIANCE`,
//! DIVERGENCE, DIFFICULTY, PEAK, `WEIGHTED_INFORMATION`, `EXPECTED_INFORMATION` or
//! `GLOBAL_DISCRIMINATION`, what the rule went by; START, the ability at the first item;
//! `AREA_MINIMUM`, how many places are owed when none is free; `AREA_MAXIMUM`, how many areas
//! are closed; SHADOW, the gap of the whole test; RANDOMESQUE, one of so many; EXPOSURE, so
//! many better items were passed over; `EXPOSURE_LIFTED`, none was eligible.
//!
//! With p the item's own chance of being eligible and N the number of better items that are,
//! its propensity under a draw among the best k is p P(N < k) / k (a sum of independent draws:
//! Poisson 1837), as if all were drawn anew at this point. Eligibility is really drawn once for
//! the whole test, so that an item that was passed over stays away; and where enemies and least
//! numbers meet, better items are counted without regard to them. Without chance it is 1.
//!
//! Cost: O(1); with eligibility O(better items x k). Do not weigh whole tests by the product of
//! propensities where eligibility is below 1: the picks of one test then share their draws.

use super::design::Rule;
use super::expected::variance_gain;
use super::index::{Keep, is_better};
use super::session::{Chosen, Session};

/// One part of why an item was picked: a fixed code and its number.
pub type Reason = (&'static str, f64);

/// The item that comes next.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The item.
    pub item: usize,
    /// Its information at the estimate.
    pub information: f64,
    /// The chance of a right answer at the estimate.
    pub p: f64,
    /// How likely it was that this item would be picked here.
    pub propensity: f64,
    /// Why: codes and numbers.
    pub reasons: Vec<Reason>,
}

impl Session {
    /// `chosen` with its reasons.
    pub(super) fn explained(&self, chosen: &Chosen) -> Pick {
        let curve = &self.bank.items()[chosen.item];
        let information = curve.information(self.theta);
        let mut reasons = vec![("INFORMATION", information)];
        self.explain_rule(chosen, &mut reasons);
        if self.answers.is_empty() {
            reasons.push(("START", self.theta));
        }
        self.explain_areas(&mut reasons);
        if let Some(gap) = chosen.gap {
            reasons.push(("SHADOW", gap));
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 20")]
        let among = chosen.among as f64;
        if chosen.among > 1 {
            reasons.push(("RANDOMESQUE", among));
        }
        let mut propensity = 1.0 / among;
        if chosen.is_lifted {
            reasons.push(("EXPOSURE_LIFTED", 1.0));
        } else if let Some(draw) = self.mask(true).draw {
            let better = self.better_than(chosen);
            let passed = better.iter().filter(|item| !draw.is_eligible(**item)).count();
            #[expect(clippy::cast_precision_loss, reason = "a count of items")]
            reasons.push(("EXPOSURE", passed as f64));
            let fewer = fewer_than(chosen.among, better.iter().map(|item| draw.chance(*item)));
            propensity *= draw.chance(chosen.item) * fewer;
        }
        Pick { item: chosen.item, information, p: curve.p(self.theta), propensity, reasons }
    }

    /// The number that the rule went by.
    fn explain_rule(&self, chosen: &Chosen, reasons: &mut Vec<Reason>) {
        match self.design.rule {
            Rule::Information => {}
            Rule::Variance => {
                let now = self.se * self.se;
                let curve = &self.bank.items()[chosen.item];
                reasons
                    .push(("EXPECTED_VARIANCE", now - variance_gain(curve, &self.posterior)));
            }
            Rule::Divergence | Rule::LikelihoodDivergence => {
                reasons.push(("DIVERGENCE", chosen.value));
            }
            Rule::Difficulty => reasons.push(("DIFFICULTY", -chosen.value)),
            Rule::Peak => reasons.push(("PEAK", -chosen.value)),
            Rule::LikelihoodInformation | Rule::PosteriorInformation => {
                reasons.push(("WEIGHTED_INFORMATION", chosen.value));
            }
            Rule::ExpectedInformation => {
                reasons.push(("EXPECTED_INFORMATION", chosen.value));
            }
            Rule::Discrimination | Rule::LikelihoodDiscrimination => {
                reasons.push(("GLOBAL_DISCRIMINATION", chosen.value));
            }
        }
    }

    fn explain_areas(&self, reasons: &mut Vec<Reason>) {
        let closed = self.closed.iter().filter(|closed| **closed).count();
        if self.tally.owed() > 0 && self.tally.is_tight() {
            reasons.push(("AREA_MINIMUM", f64::from(self.tally.owed())));
        } else if closed > 0 {
            #[expect(clippy::cast_precision_loss, reason = "at most 1,000 areas")]
            reasons.push(("AREA_MAXIMUM", closed as f64));
        }
    }

    /// The items that would come before `chosen` if all were eligible.
    fn better_than(&self, chosen: &Chosen) -> Vec<usize> {
        let mut above = Above { least: (chosen.value, chosen.item), items: Vec::new() };
        self.visit(&self.mask(false), &mut above);
        above.items.sort_unstable();
        above.items.dedup();
        above.items
    }
}

/// Keeps every item that is better than a given one.
struct Above {
    least: (f64, usize),
    items: Vec<usize>,
}

impl Keep for Above {
    fn floor(&self) -> f64 {
        self.least.0
    }

    fn offer(&mut self, value: f64, item: usize) {
        if is_better((value, item), self.least) {
            self.items.push(item);
        }
    }
}

/// P(fewer than `count` of independent events with `chances` happen).
fn fewer_than(count: usize, chances: impl Iterator<Item = f64>) -> f64 {
    let mut exactly = vec![0.0; count];
    exactly[0] = 1.0;
    for chance in chances {
        for number in (1..count).rev() {
            exactly[number] += chance * (exactly[number - 1] - exactly[number]);
        }
        exactly[0] *= 1.0 - chance;
    }
    exactly.iter().sum()
}
