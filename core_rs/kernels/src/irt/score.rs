//! Scoring: the ability that answers tell, and how sure that is.
//!
//! With l the log-likelihood of the answers, I their information and J Warm's bias term:
//!
//! - MLE: the highest point of l.
//! - MAP: the highest point of l plus the log of a normal prior (Samejima 1969).
//! - WLE: where l' + J / (2I) = 0 (Warm 1989, Psychometrika 54:427-450), almost without bias.
//! - Jeffreys: the highest point of l + ln(I) / 2; the WLE wherever c = 0 and d = 1.
//! - EAP: the mean of the posterior on a grid ([`super::quadrature`]).
//!
//! All but the EAP are looked for between the ends of the grid. The search starts at the node
//! where that is highest, so it ends at the highest of several peaks as far as the grid
//! tells them apart ([`super::search`] goes on from there).
//! An answer pattern whose estimate lies at infinity (all right, all wrong) ends at a bound and
//! is flagged.
//!
//! The standard error is 1 / sqrt(I), with the prior's precision added to I for the MAP; or, on
//! request, the same with the observed curvature in place of I. The EAP has its posterior's sd.
//!
//! ```
//! use mangotree_kernels::irt::bank::{Bank, Item};
//! use mangotree_kernels::irt::model::Binary;
//! use mangotree_kernels::irt::score::{Method, Options, Scorer};
//! let items = [-1.0, 1.0].map(|b| Item::Binary(Binary { a: 1.0, b, c: 0.0, d: 1.0 }));
//! let bank = Bank::new(items.to_vec())?;
//! let scorer = Scorer::new(&bank, &Options { method: Method::Mle, ..Options::default() })?;
//! let found = scorer.score(&[Some(1), Some(0)]);
//! assert!(found.theta.abs() < 1e-12); // the easy one right, the hard one wrong: between them
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(items x nodes) to begin, then O(nodes) an answer and 2 to 5 times O(1) to search: 3
//! to 6 us for 40 answers right or wrong, twice as much with four categories. Do not use it
//! during a test, where each answer changes one thing: [`Posterior`] does that within 0.1 us.

pub use super::quadrature::{Grid, NODES, Posterior};

use super::bank::Bank;
use super::model::{Lean, Traits};
use super::quadrature::{FAINT, LEAST, moments};
use super::search::{End, root};
use crate::error::{Error, within};
use lanes::{ROWS, join, sum};

mod lanes;

/// The estimate lies at the lowest ability that was looked at, and would like to be lower.
pub const AT_LOW: u8 = 1;
/// The estimate lies at the highest ability that was looked at, and would like to be higher.
pub const AT_HIGH: u8 = 2;
/// There was no answer: MAP and EAP give the prior, the others not-a-number.
pub const NO_ANSWERS: u8 = 4;
/// The answers say nothing about abilities near the estimate: its standard error is infinite.
pub const FLAT: u8 = 8;

/// For the observed curvature: far enough for the slope's rounding (1e-15 / 1e-4), near enough
/// for its bend (1e-8).
const NEAR: f64 = 1e-4;

/// How an ability is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Mean of the posterior.
    Eap,
    /// Peak of the posterior.
    Map,
    /// Warm's weighted likelihood.
    Wle,
    /// Peak of the likelihood.
    Mle,
    /// Peak of the posterior under Jeffreys' prior.
    Jeffreys,
}

/// What to estimate, and on which grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How.
    pub method: Method,
    /// Mean and sd of the prior, for EAP and MAP.
    pub prior: (f64, f64),
    /// The bounds of the search and the ends of the quadrature.
    pub grid: Grid,
    /// Nodes between them, 5 to 1001.
    pub nodes: usize,
    /// Whether the standard error is made from the observed curvature.
    pub is_observed: bool,
}

impl Default for Options {
    /// EAP under the standard normal prior, 61 nodes from -6 to 6.
    fn default() -> Self {
        Self {
            method: Method::Eap,
            prior: (0.0, 1.0),
            grid: Grid::default(),
            nodes: NODES,
            is_observed: false,
        }
    }
}

/// An ability, how sure it is, and what there is to know about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// In logits.
    pub theta: f64,
    /// Its standard error.
    pub se: f64,
    /// A sum of [`AT_LOW`], [`AT_HIGH`], [`NO_ANSWERS`] and [`FLAT`]; 0 for an estimate with
    /// nothing to say.
    pub flags: u8,
}

/// Ready to score any number of learners on one bank.
#[derive(Clone, Debug)]
pub struct Scorer<'a> {
    bank: &'a Bank,
    options: Options,
    /// The ability at each node.
    nodes: Vec<f64>,
    /// What the weights are before any answer.
    start: Vec<f64>,
    /// The chance of each category of each item at the nodes, one table after another.
    curves: Vec<f64>,
    /// Where in `curves` each item's tables begin.
    firsts: Vec<usize>,
    /// The information of each item at the nodes, where the method needs it.
    informations: Vec<f64>,
}

impl<'a> Scorer<'a> {
    /// The scorer, its tables made.
    ///
    /// # Errors
    /// `OutOfRange` for a prior that does not suit the grid, `Size` for too few or many nodes.
    pub fn new(bank: &'a Bank, options: &Options) -> Result<Self, Error> {
        let nodes = nodes_of(options)?;
        let start = start_of(options, &nodes)?;
        let (mut curves, mut firsts) = (Vec::new(), Vec::new());
        for item in bank.items() {
            firsts.push(curves.len());
            for category in 0..item.categories() {
                curves.extend(nodes.iter().map(|theta| item.p(*theta, category).max(LEAST)));
            }
        }
        let mut informations = Vec::new();
        if matches!(options.method, Method::Wle | Method::Jeffreys) {
            for item in bank.items() {
                informations.extend(nodes.iter().map(|theta| item.lean(*theta, 0).information));
            }
        }
        Ok(Self { bank, options: *options, nodes, start, curves, firsts, informations })
    }

    /// The ability behind `answers`: a category for each item, or none where it is missing. An
    /// answer beyond the bank, or in a category that its item does not have, is not counted.
    #[must_use]
    pub fn score(&self, answers: &[Option<usize>]) -> Estimate {
        let items = self.bank.items();
        let is_known = |(at, category): &(usize, usize)| {
            items.get(*at).is_some_and(|item| *category < item.categories())
        };
        let answered =
            answers.iter().enumerate().filter_map(|(at, answer)| Some((at, (*answer)?)));
        let answered: Vec<(usize, usize)> = answered.filter(is_known).collect();
        let (mut weights, total) = self.weights(&answered);
        if self.options.method == Method::Eap {
            return self.eap(&weights, total, answered.is_empty());
        }
        if answered.is_empty() {
            return self.without_answers();
        }
        if !self.informations.is_empty() {
            self.weigh_by_information(&mut weights, &answered);
        }
        self.peak(&answered, self.first_guess(&weights))
    }

    /// The abilities behind `answers`, as many rows as the bank has items wide: whole numbers,
    /// -1 or not-a-number where one is missing.
    ///
    /// # Errors
    /// Where the first bad answer stands, with `OutOfRange`; with `Size` for half a row.
    pub fn score_rows(&self, answers: &[f64]) -> Result<Vec<Estimate>, (usize, Error)> {
        let items = self.bank.items();
        if answers.len() % items.len() != 0 {
            let allowed = format!("a multiple of {}, the number of items", items.len());
            let field = "answers";
            return Err((answers.len(), Error::Size { field, value: answers.len(), allowed }));
        }
        let mut row = Vec::with_capacity(items.len());
        let mut found = Vec::with_capacity(answers.len() / items.len());
        for (at, answer) in answers.iter().enumerate() {
            let categories = items[at % items.len()].categories();
            row.push(category(*answer, categories).map_err(|error| (at, error))?);
            if row.len() == items.len() {
                found.push(self.score(&row));
                row.clear();
            }
        }
        Ok(found)
    }

    fn weights(&self, answered: &[(usize, usize)]) -> (Vec<f64>, f64) {
        let mut weights = self.start.clone();
        let mut total = sum(&weights);
        let count = weights.len();
        for four in answered.chunks(ROWS) {
            let row = |(item, category): &(usize, usize)| self.firsts[*item] + category * count;
            join(&mut weights, &self.curves, four.iter().map(row), |one, other| one * other);
            total = sum(&weights);
            if total < FAINT {
                for weight in &mut weights {
                    *weight /= total;
                }
                total = sum(&weights);
            }
        }
        (weights, total)
    }

    /// By the root of the answered items' information: Jeffreys' prior.
    fn weigh_by_information(&self, weights: &mut [f64], answered: &[(usize, usize)]) {
        let count = weights.len();
        let mut sums = vec![0.0; count];
        for four in answered.chunks(ROWS) {
            let rows = four.iter().map(|(item, _)| item * count);
            join(&mut sums, &self.informations, rows, |one, other| one + other);
        }
        for (weight, sum) in weights.iter_mut().zip(sums) {
            *weight *= sum.sqrt();
        }
    }

    fn eap(&self, weights: &[f64], total: f64, is_prior: bool) -> Estimate {
        let (mean, variance) = moments(weights, total, 0.0);
        let step = self.nodes[1] - self.nodes[0];
        let flags = if is_prior { NO_ANSWERS } else { 0 };
        Estimate { theta: self.nodes[0] + mean * step, se: variance.sqrt() * step, flags }
    }

    fn without_answers(&self) -> Estimate {
        let (mean, sd) = self.options.prior;
        if self.options.method == Method::Map {
            return Estimate { theta: mean, se: sd, flags: NO_ANSWERS };
        }
        Estimate { theta: f64::NAN, se: f64::INFINITY, flags: NO_ANSWERS | FLAT }
    }

    /// The heaviest node; where two stand on either side, the top of the quartic through the
    /// logarithms of all five, and how steeply its slope falls there.
    fn first_guess(&self, weights: &[f64]) -> (f64, Option<f64>) {
        let mut best = 0;
        for (node, weight) in weights.iter().enumerate() {
            if *weight > weights[best] {
                best = node;
            }
        }
        let around = best.checked_sub(2).and_then(|first| weights.get(first..first + 5));
        let Some((shift, fall)) = around.and_then(top_of_quartic) else {
            return (self.nodes[best], None);
        };
        let step = self.nodes[1] - self.nodes[0];
        (self.nodes[best] + shift * step, Some(fall / (step * step)))
    }

    /// Where the pull is 0, or the bound at which it still points outwards.
    fn peak(&self, answered: &[(usize, usize)], guess: (f64, Option<f64>)) -> Estimate {
        // The precision at the last two points: the search ends one short step beyond them.
        let (mut former, mut latest) = ((0.0, 0.0), (0.0, 0.0));
        let (theta, end) = root(self.options.grid, guess.0, |theta| {
            let lean = self.lean(answered, theta);
            let precision = self.precision(&lean);
            (former, latest) = (latest, (theta, precision));
            (self.pull(&lean, theta), guess.1.unwrap_or(precision))
        });
        let mut precision = latest.1;
        if (theta - latest.0).abs() > 0.0 {
            let rise = (latest.1 - former.1) / (latest.0 - former.0);
            precision += rise * (theta - latest.0);
        }
        if self.options.is_observed {
            precision = self.curvature(answered, theta);
        }
        let se = if precision > 0.0 { precision.sqrt().recip() } else { f64::INFINITY };
        let flat = if se.is_finite() { 0 } else { FLAT };
        let at_bound = match end {
            End::Inside => 0,
            End::Low => AT_LOW,
            End::High => AT_HIGH,
        };
        Estimate { theta, se, flags: at_bound | flat }
    }

    #[inline]
    fn lean(&self, answered: &[(usize, usize)], theta: f64) -> Lean {
        let items = self.bank.items();
        let mut sum = Lean::default();
        for (item, category) in answered {
            sum += items[*item].lean(theta, *category);
        }
        sum
    }

    /// The slope of what is to be highest; above 0 the estimate lies higher.
    fn pull(&self, lean: &Lean, theta: f64) -> f64 {
        let (mean, sd) = self.options.prior;
        let half_of = |term: f64| {
            if lean.information > 0.0 { term / (2.0 * lean.information) } else { 0.0 }
        };
        lean.slope
            + match self.options.method {
                Method::Mle | Method::Eap => 0.0,
                Method::Map => (mean - theta) / (sd * sd),
                Method::Wle => half_of(lean.bias),
                Method::Jeffreys => half_of(lean.rise),
            }
    }

    fn precision(&self, lean: &Lean) -> f64 {
        let sd = self.options.prior.1;
        lean.information
            + if self.options.method == Method::Map { 1.0 / (sd * sd) } else { 0.0 }
    }

    fn curvature(&self, answered: &[(usize, usize)], theta: f64) -> f64 {
        let pull_at = |theta: f64| self.pull(&self.lean(answered, theta), theta);
        (pull_at(theta - NEAR) - pull_at(theta + NEAR)) / (2.0 * NEAR)
    }
}

/// Where the quartic through the logarithms of five weights is highest, in steps from the third
/// of them, and minus its second derivative there; `None` where it has no such top nearby.
fn top_of_quartic(weights: &[f64]) -> Option<(f64, f64)> {
    let middle = weights.get(2)?;
    let (outer, inner) = ((weights[0] / middle).ln(), (weights[1] / middle).ln());
    let (next, last) = ((weights[3] / middle).ln(), (weights.get(4)? / middle).ln());
    let slope = (outer - last + 8.0 * (next - inner)) / 12.0;
    let bend = (16.0 * (inner + next) - outer - last) / 12.0;
    let third = (last - outer) / 2.0 + inner - next;
    let fourth = outer + last - 4.0 * (inner + next);
    let slope_at = |x: f64| slope + x * (bend + x * (third / 2.0 + x * fourth / 6.0));
    let bend_at = |x: f64| bend + x * (third + x * fourth / 2.0);
    let mut x = -slope / bend;
    for _ in 0..3 {
        x -= slope_at(x) / bend_at(x);
    }
    let is_top = x.abs() <= 1.0 && bend_at(x) < 0.0;
    is_top.then(|| (x, -bend_at(x)))
}

fn category(answer: f64, categories: usize) -> Result<Option<usize>, Error> {
    let is_missing = answer.is_nan() || (answer + 1.0).abs() < f64::EPSILON;
    if is_missing {
        return Ok(None);
    }
    let place = |at: &usize| f64::from(u16::try_from(*at).unwrap_or(u16::MAX));
    let is_meant = |at: &usize| (place(at) - answer).abs() < f64::EPSILON;
    (0..categories).find(is_meant).map(Some).ok_or(Error::OutOfRange {
        field: "answer",
        value: answer,
        allowed: "a category of its item, from 0; -1 or not-a-number where it is missing",
    })
}

fn nodes_of(options: &Options) -> Result<Vec<f64>, Error> {
    let count = options.nodes;
    if !(5..=1001).contains(&count) {
        let allowed = "5 to 1001".to_owned();
        return Err(Error::Size { field: "nodes", value: count, allowed });
    }
    let gaps = f64::from(u16::try_from(count - 1).unwrap_or(u16::MAX));
    let (low, high) = (options.grid.low(), options.grid.high());
    let place = |node: usize| f64::from(u16::try_from(node).unwrap_or(u16::MAX));
    Ok((0..count).map(|node| low + (high - low) * (place(node) / gaps)).collect())
}

/// The prior at the nodes where there is one: its density, the ends halved for the EAP.
fn start_of(options: &Options, nodes: &[f64]) -> Result<Vec<f64>, Error> {
    if !matches!(options.method, Method::Eap | Method::Map) {
        return Ok(vec![1.0; nodes.len()]);
    }
    let bounds = (options.grid.low(), options.grid.high());
    let mean = within("prior mean", options.prior.0, bounds, "inside the bounds")?;
    let least = if options.method == Method::Eap { (nodes[1] - nodes[0]) / 2.0 } else { 0.01 };
    let allowed = "0.01 (EAP: half the distance of two nodes) to 10";
    let sd = within("prior sd", options.prior.1, (least, 10.0), allowed)?;
    let density = |theta: &f64| (-0.5 * ((theta - mean) / sd).powi(2)).exp();
    let mut start: Vec<f64> = nodes.iter().map(density).collect();
    if options.method == Method::Eap {
        for end in [0, nodes.len() - 1] {
            start[end] /= 2.0;
        }
    }
    Ok(start)
}

#[cfg(test)]
mod tests;
