//! Cycles of EM until the numbers settle, with guesses in between that are checked.
//!
//! Each cycle is one E-step at a point x and one M-step to G(x). The next point is the guess of
//! `accelerate`; should its likelihood turn out lower than that of x, the cycle
//! is spent and G(x) is taken instead. A plain step that lowers the likelihood (a Newton step
//! too long) is repeated carefully, and so are all that follow. The likelihood at accepted
//! points therefore never falls. The end is a cycle that moves no number by more than the
//! tolerance.
//!
//! Cost: cycles x (E-step + M-step); 10 to 25 cycles for a 2PL. Do not use it where groups
//! share neither items nor anchors: their means then drift.

use super::accelerate::History;
use super::curve::Priors;
use super::expect::{Chances, Expected, Pass};
use super::fold::Folded;
use super::layout::{Layout, State};
use super::maximise::Maximiser;
use super::population::Nodes;

/// What falls by less than this share of itself did not fall: rounding of a long sum.
const ROUNDING: f64 = 1e-12;

/// What stays the same during a fit.
pub struct Problem<'a> {
    /// The answers.
    pub folded: &'a Folded,
    /// The nodes.
    pub nodes: &'a Nodes,
    /// What is free.
    pub layout: &'a Layout,
    /// One an item.
    pub priors: &'a [Priors],
    /// Threads of an E-step.
    pub threads: usize,
    /// The largest change of the last cycle.
    pub tolerance: f64,
    /// Cycles after which the fit ends unsettled.
    pub max_cycles: usize,
}

/// Where a fit ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Curves and populations.
    pub state: State,
    /// The log-likelihood there.
    pub log_likelihood: f64,
    /// The same with the priors' log-densities.
    pub objective: f64,
    /// E-steps that were spent.
    pub cycles: usize,
    /// Whether the numbers settled.
    pub is_settled: bool,
}

/// The best accepted point and the plain step from it.
struct Footing {
    point: Vec<f64>,
    plain: Vec<f64>,
    objective: f64,
}

impl Problem<'_> {
    /// The chances and expected counts at `state`.
    #[must_use]
    pub fn expected(&self, state: &State) -> (Chances, Expected) {
        let chances = Chances::of(&state.curves, self.nodes);
        let weights: Vec<f64> = state
            .populations
            .iter()
            .flat_map(|population| self.nodes.weights(*population))
            .collect();
        let (folded, nodes, threads) = (self.folded, self.nodes, self.threads);
        let expected = Pass { folded, nodes, weights: &weights, threads }.expected(&chances);
        (chances, expected)
    }

    /// Cycles from `start`; `watch` hears the cycle and the log-likelihood, and may end the fit
    /// by giving false.
    #[must_use]
    pub fn settle(&self, start: &State, watch: &mut dyn FnMut(usize, f64) -> bool) -> Ending {
        let mut maximiser = Maximiser {
            layout: self.layout,
            priors: self.priors,
            nodes: self.nodes,
            is_careful: self.layout.items.iter().any(|places| places[2].is_some()),
        };
        let mut point = self.layout.vector(start);
        let mut footing: Option<Footing> = None;
        let mut history = History::default();
        for cycle in 1..=self.max_cycles {
            let state = self.layout.state(start, &point);
            let (chances, expected) = self.expected(&state);
            let objective = self.objective(&state, &expected);
            if let Some(former) = footing.as_ref().filter(|former| fell(objective, former)) {
                maximiser.is_careful |= point == former.plain;
                point = if point == former.plain {
                    self.careful_from(start, &former.point, &maximiser)
                } else {
                    former.plain.clone()
                };
                history.clear();
                continue;
            }
            let plain = self.layout.vector(&maximiser.maximised(&state, &chances, &expected));
            let change = largest_change(&point, &plain);
            if change <= self.tolerance || !watch(cycle, expected.log_likelihood) {
                return self.ended(start, &plain, cycle, change <= self.tolerance);
            }
            let guess = history.guess(&point, &plain).unwrap_or_else(|| plain.clone());
            let guess = self.layout.vector(&self.layout.state(start, &guess));
            footing = Some(Footing { point, plain, objective });
            point = guess;
        }
        let last = footing.map_or(point, |footing| footing.plain);
        self.ended(start, &last, self.max_cycles, false)
    }

    /// The careful step from `point`, whose plain one was too long.
    fn careful_from(&self, start: &State, point: &[f64], careful: &Maximiser<'_>) -> Vec<f64> {
        let state = self.layout.state(start, point);
        let (chances, expected) = self.expected(&state);
        self.layout.vector(&careful.maximised(&state, &chances, &expected))
    }

    fn objective(&self, state: &State, expected: &Expected) -> f64 {
        let density = |(priors, curve): (&Priors, _)| priors.log_density(curve);
        let priors: f64 = self.priors.iter().zip(&state.curves).map(density).sum();
        expected.log_likelihood + priors
    }

    fn ended(&self, start: &State, vector: &[f64], cycles: usize, is_settled: bool) -> Ending {
        let state = self.layout.state(start, vector);
        let (_, expected) = self.expected(&state);
        let objective = self.objective(&state, &expected);
        let log_likelihood = expected.log_likelihood;
        Ending { state, log_likelihood, objective, cycles, is_settled }
    }
}

fn fell(objective: f64, former: &Footing) -> bool {
    objective.is_nan() || objective < former.objective - ROUNDING * former.objective.abs()
}

fn largest_change(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
