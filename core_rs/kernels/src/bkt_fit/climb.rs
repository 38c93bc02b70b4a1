//! Expectation maximisation of one skill: E-step, M-step, until the gain is too small.
//!
//! Each round can only raise the log-posterior (Dempster, Laird & Rubin 1977, JRSS B 39:1-38).
//! It may end on a side hill, so several starts run a few rounds each and the best one goes on:
//! the first start is the pooled skill, which is where the priors pull; the others are drawn.
//!
//! Cost: O(rounds x E-step). Do not read the posterior of two sets of rules against each other.

use super::expect::Walk;
use super::model::{Counts, Rates};
use super::rules::{Rules, as_array};
use super::runs::Runs;
use crate::bkt::Bkt;
use crate::chance::Chance;

/// Rounds before starts are compared; by then the order of their posteriors rarely changes.
const HEATS: usize = 8;
/// From where to where starts are drawn: prior, learn, forget, guess, slip. Wide enough to meet
/// other hills, inside what Corbett & Anderson 1994 call plausible.
const DRAWN: [(f64, f64); 5] =
    [(0.05, 0.8), (0.02, 0.4), (0.001, 0.1), (0.05, 0.4), (0.03, 0.35)];

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Patience {
    /// At most so many rounds.
    pub iterations: usize,
    /// No more rounds when one gained less than this, in nats.
    pub tolerance: f64,
}

/// Where a climb arrived.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Climbed {
    pub rates: Rates,
    /// The log-posterior before each round and at the end.
    pub path: Vec<f64>,
    pub log_likelihood: f64,
    pub is_settled: bool,
    /// The counts at `rates`, for going on.
    counts: Counts,
}

/// The best that EM finds from `first` and from starts drawn with `seed`, `starts` in all.
pub(super) fn best(
    runs: &Runs,
    rules: &Rules,
    first: &Bkt,
    (starts, seed): (usize, u64),
    patience: Patience,
) -> Climbed {
    let mut walk = Walk::new(runs);
    let mut begin = |number: usize| {
        let start = if number == 0 { as_array(first) } else { drawn(seed, number) };
        let rates = Rates::of(&rules.admitted(start));
        let begun = begun(runs, rules, rates, &mut walk);
        let heats = if starts > 1 { HEATS } else { 0 };
        let heat = Patience { iterations: heats.min(patience.iterations), ..patience };
        climbed(begun, runs, rules, &mut walk, heat)
    };
    let mut leader = begin(0);
    for number in 1..starts {
        let other = begin(number);
        if other.height() > leader.height() {
            leader = other;
        }
    }
    climbed(leader, runs, rules, &mut walk, patience)
}

/// EM from `rates`, which may have places.
pub(super) fn refined(runs: &Runs, rules: &Rules, rates: Rates, patience: Patience) -> Climbed {
    let mut walk = Walk::new(runs);
    let begun = begun(runs, rules, rates, &mut walk);
    climbed(begun, runs, rules, &mut walk, patience)
}

impl Climbed {
    /// The log-posterior.
    pub fn height(&self) -> f64 {
        self.path.last().copied().unwrap_or(f64::NEG_INFINITY)
    }

    /// How many rounds led here.
    pub fn iterations(&self) -> usize {
        self.path.len().saturating_sub(1)
    }
}

fn begun(runs: &Runs, rules: &Rules, rates: Rates, walk: &mut Walk) -> Climbed {
    let counts = walk.counts(runs, &rates);
    let path = vec![counts.log_likelihood + rules.log_prior(&rates)];
    let log_likelihood = counts.log_likelihood;
    Climbed { rates, path, log_likelihood, is_settled: false, counts }
}

/// Goes on until `patience` ends.
fn climbed(
    mut at: Climbed,
    runs: &Runs,
    rules: &Rules,
    walk: &mut Walk,
    patience: Patience,
) -> Climbed {
    while at.iterations() < patience.iterations && !at.is_settled {
        let before = at.height();
        at.rates = rules.maximised(&at.counts, &at.rates);
        at.counts = walk.counts(runs, &at.rates);
        at.log_likelihood = at.counts.log_likelihood;
        let height = at.log_likelihood + rules.log_prior(&at.rates);
        at.path.push(height);
        at.is_settled = height - before < patience.tolerance;
    }
    at
}

fn drawn(seed: u64, number: usize) -> [f64; 5] {
    let mut chance = Chance::stream(seed, number as u64);
    DRAWN.map(|(low, high)| low + (high - low) * chance.uniform())
}
