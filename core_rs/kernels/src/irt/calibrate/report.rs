//! What a calibration found, in the terms of the field.
//!
//! b = -intercept/a; its standard error by the delta method, sqrt(b^2 V(a) + 2 b C(a, d) +
//! V(d)) / a with d the intercept. A number that was not estimated has the standard error 0;
//! one that the answers leave undetermined has an infinite one.
//!
//! Cost: that of the standard errors, if they are wanted. Do not use b where an item is said
//! to be flat: no ability has even chances there.

use super::curve::Curve;
use super::expect::Pass;
use super::information::Evidence;
use super::layout::{HIGHEST, LUCKIEST, Layout, STEEPEST};
use super::settle::Ending;
use super::{FEW_ANSWERS, Fit, Model, Responses};

/// Difficulties beyond this fit into no item bank.
const FURTHEST_B: f64 = 20.0;

/// What is known of an item's parameters, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Estimated from its answers.
    Estimated,
    /// Given beforehand.
    Anchor,
    /// Nobody answered it: only the prior speaks.
    Unanswered,
    /// Fewer than [`FEW_ANSWERS`] answers: held by a prior.
    FewAnswers,
    /// Everybody got it right: held by a prior.
    AllRight,
    /// Everybody got it wrong: held by a prior.
    AllWrong,
    /// The abler fail it more often: a is negative.
    Reversed,
    /// a or b ended where no item bank goes: the answers do not determine them.
    OutOfRange,
    /// c ended at an end of its range.
    GuessAtBound,
}

/// An item's parameters with standard errors.
#[derive(Clone, Copy, Debug)]
pub struct ItemEstimate {
    /// Discrimination, per logit.
    pub a: f64,
    /// Difficulty, in logits.
    pub b: f64,
    /// Lower asymptote.
    pub c: f64,
    /// Standard error of a.
    pub se_a: f64,
    /// Standard error of b.
    pub se_b: f64,
    /// Standard error of c.
    pub se_c: f64,
    /// Answers that it had.
    pub answers: usize,
    /// What is known of it.
    pub standing: Standing,
}

/// A group's distribution of abilities.
#[derive(Clone, Copy, Debug)]
pub struct GroupEstimate {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// Standard error of the mean.
    pub se_mean: f64,
    /// Standard error of the standard deviation.
    pub se_sd: f64,
    /// Learners who answered something.
    pub learners: usize,
}

/// A calibrated set of items.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// One an item.
    pub items: Vec<ItemEstimate>,
    /// One a group.
    pub groups: Vec<GroupEstimate>,
    /// The log-likelihood of all answers, without priors.
    pub log_likelihood: f64,
    /// Numbers that were free.
    pub n_parameters: usize,
    /// E-steps that were spent.
    pub cycles: usize,
    /// Whether the numbers settled.
    pub is_settled: bool,
    /// Whether the answers determine all free numbers; always true without standard errors.
    pub is_determined: bool,
}

impl Standing {
    /// The standing of an item with so many right of all answers.
    #[must_use]
    pub fn of_tally(tally: &[usize; 2]) -> Self {
        match *tally {
            [_, 0] => Self::Unanswered,
            [right, total] if right == total => Self::AllRight,
            [0, _] => Self::AllWrong,
            [_, total] if total < FEW_ANSWERS => Self::FewAnswers,
            _ => Self::Estimated,
        }
    }

    /// Whether a prior holds the item.
    #[must_use]
    pub fn is_held(self) -> bool {
        matches!(self, Self::Unanswered | Self::FewAnswers | Self::AllRight | Self::AllWrong)
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Estimated => "estimated",
            Self::Anchor => "anchor",
            Self::Unanswered => "unanswered",
            Self::FewAnswers => "few_answers",
            Self::AllRight => "all_right",
            Self::AllWrong => "all_wrong",
            Self::Reversed => "reversed",
            Self::OutOfRange => "out_of_range",
            Self::GuessAtBound => "guess_at_bound",
        }
    }
}

/// Right and all answers of each item.
pub fn tallies(responses: &Responses<'_>) -> Vec<[usize; 2]> {
    let mut tallies = vec![[0, 0]; responses.n_items];
    for said in responses.answers.chunks_exact(responses.n_items) {
        for (tally, answer) in tallies.iter_mut().zip(said) {
            tally[0] += usize::from(*answer == 1);
            tally[1] += usize::from(*answer >= 0);
        }
    }
    tallies
}

/// Learners of each group who answered something.
pub fn learners(responses: &Responses<'_>) -> Vec<usize> {
    let mut learners = vec![0; responses.n_groups];
    for (said, group) in responses.answers.chunks_exact(responses.n_items).zip(responses.groups)
    {
        learners[*group] += usize::from(said.iter().any(|answer| *answer >= 0));
    }
    learners
}

/// What `settled` means for items and groups.
pub fn report(fit: &Fit<'_>, settled: &Ending) -> Calibration {
    let has_guess = fit.options.model == Model::ThreePl;
    let free = fit.layout(has_guess);
    let inside = inside(fit, settled, &free);
    let covariance = fit.options.wants_errors.then(|| covariance(fit, settled, &inside));
    let is_determined = !matches!(covariance, Some(None));
    let errors = Errors { layout: &inside, covariance: covariance.flatten(), is_determined };
    let standings = standings(fit, settled);
    let of_item = |item: usize| {
        let curve = &settled.state.curves[item];
        let [se_a, se_b, se_c] = errors.of_item(item, curve);
        let (answers, standing) = (fit.tallies[item][1], standings[item]);
        let (a, b, c) = (curve.slope, curve.difficulty(), curve.guess);
        ItemEstimate { a, b, c, se_a, se_b, se_c, answers, standing }
    };
    let of_group = |group: usize| {
        let population = settled.state.populations[group];
        let [se_mean, se_ln_sd] = [0, 1].map(|at| errors.of_place(inside.groups[group][at]));
        GroupEstimate {
            mean: population.mean,
            sd: population.sd,
            se_mean,
            se_sd: population.sd * se_ln_sd,
            learners: fit.learners[group],
        }
    };
    Calibration {
        items: (0..fit.standings.len()).map(of_item).collect(),
        groups: (0..fit.learners.len()).map(of_group).collect(),
        log_likelihood: settled.log_likelihood,
        n_parameters: free.count,
        cycles: settled.cycles,
        is_settled: settled.is_settled,
        is_determined,
    }
}

/// `free` without the numbers that ended at an end of their range.
fn inside(fit: &Fit<'_>, settled: &Ending, free: &Layout) -> Layout {
    let of_item = |(places, curve): (&[Option<usize>; 3], &Curve)| {
        [
            places[0].is_some() && (free.is_common || curve.slope.abs() < STEEPEST),
            places[1].is_some() && curve.intercept.abs() < HIGHEST,
            places[2].is_some() && curve.guess > free.least_guess && curve.guess < LUCKIEST,
        ]
    };
    let items: Vec<[bool; 3]> =
        free.items.iter().zip(&settled.state.curves).map(of_item).collect();
    let groups: Vec<[bool; 2]> =
        free.groups.iter().map(|places| places.map(|place| place.is_some())).collect();
    debug_assert_eq!(items.len(), fit.standings.len());
    Layout::new(&items, &groups, free.is_common, free.least_guess)
}

fn covariance(fit: &Fit<'_>, settled: &Ending, layout: &Layout) -> Option<Vec<f64>> {
    let priors = fit.priors_with(fit.options.model == Model::ThreePl);
    let (chances, expected) = fit.problem(layout, &priors).expected(&settled.state);
    let weights: Vec<f64> = settled
        .state
        .populations
        .iter()
        .flat_map(|population| fit.nodes.weights(*population))
        .collect();
    let (folded, nodes, threads) = (&fit.folded, &fit.nodes, fit.options.threads);
    let evidence = Evidence {
        pass: Pass { folded, nodes, weights: &weights, threads },
        layout,
        priors: &priors,
        state: &settled.state,
        chances: &chances,
        expected: &expected,
    };
    evidence.covariance()
}

fn standings(fit: &Fit<'_>, settled: &Ending) -> Vec<Standing> {
    let layout = fit.layout(fit.options.model == Model::ThreePl);
    let of_item = |(item, standing): (usize, &Standing)| {
        let curve = &settled.state.curves[item];
        let is_wide = curve.slope.abs() >= STEEPEST || curve.difficulty().abs() > FURTHEST_B;
        let has_guess = layout.items[item][2].is_some();
        match standing {
            Standing::Estimated if is_wide => Standing::OutOfRange,
            Standing::Estimated if curve.slope <= 0.0 => Standing::Reversed,
            Standing::Estimated
                if has_guess
                    && (curve.guess <= layout.least_guess || curve.guess >= LUCKIEST) =>
            {
                Standing::GuessAtBound
            }
            _ => *standing,
        }
    };
    fit.standings.iter().enumerate().map(of_item).collect()
}

/// Standard errors, read out of a covariance.
struct Errors<'a> {
    layout: &'a Layout,
    covariance: Option<Vec<f64>>,
    is_determined: bool,
}

impl Errors<'_> {
    fn of_item(&self, item: usize, curve: &Curve) -> [f64; 3] {
        let [slope, intercept, guess] = self.layout.items[item];
        let b = curve.difficulty();
        let variance = b * b * self.entry(slope, slope)
            + 2.0 * b * self.entry(slope, intercept)
            + self.entry(intercept, intercept);
        let of_b = variance.max(0.0).sqrt() / curve.slope.abs().max(f64::MIN_POSITIVE);
        let is_flat = slope.is_none() && intercept.is_none();
        [self.of_place(slope), if is_flat { 0.0 } else { of_b }, self.of_place(guess)]
    }

    fn of_place(&self, place: Option<usize>) -> f64 {
        self.entry(place, place).max(0.0).sqrt()
    }

    fn entry(&self, row: Option<usize>, column: Option<usize>) -> f64 {
        let (Some(row), Some(column)) = (row, column) else {
            return 0.0;
        };
        match &self.covariance {
            Some(covariance) => covariance[row * self.layout.count + column],
            None if self.is_determined => 0.0,
            None if row == column => f64::INFINITY,
            None => 0.0,
        }
    }
}
