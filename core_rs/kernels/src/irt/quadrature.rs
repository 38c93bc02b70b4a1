//! Abilities on a grid: a posterior as 61 weights that each answer multiplies.
//!
//! The grid has equal steps, so sums over it are the trapezoid rule (the two ends count half),
//! whose error on a smooth bell of width s at step h falls like exp(-2 pi^2 s^2 / h^2)
//! (Trefethen & Weideman 2014, SIAM Review 56:385-458). From -6 to 6 with 61 nodes h is 0.2:
//! 3e-9 at s = 0.2, 1 in 140 at s = 0.1. An answer multiplies each weight by the chance of that
//! answer at its node (Bock & Mislevy 1982, Applied Psychological Measurement 6:431-444); the
//! mean of the posterior is the EAP, its standard deviation the doubt that is left.
//!
//! ```
//! use mangotree_kernels::irt::model::Binary;
//! use mangotree_kernels::irt::quadrature::{Grid, Posterior};
//! let grid = Grid::default();
//! let even = grid.curve(&Binary::new(1.0, 0.0, 0.0, 1.0)?);
//! let mut posterior = Posterior::normal(grid, 0.0, 1.0)?;
//! posterior.update(&even, true);
//! posterior.update(&even, false); // as likely at -theta as at theta
//! assert!(posterior.eap_sd().0.abs() < 1e-15);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(nodes) an answer without an exponential, the curves being tabled once an item; 50
//! to 80 ns for update, mean and deviation. Do not use it when the posterior may become
//! narrower than half a step: take narrower bounds then.

use crate::error::{Error, within};
use crate::irt::model::Binary;

/// Nodes of a grid; odd, so that the middle is one of them.
pub const NODES: usize = 61;
/// Sums run in this many lanes, which the compiler turns into vector instructions.
const LANES: usize = 4;
/// A posterior whose weights add up to less than this is scaled back to 1.
pub(crate) const FAINT: f64 = 1e-100;
/// The chance of an answer never counts as less than this: half of the distance from 1 to the
/// next double below. So no answer, however strange, makes every weight 0.
pub(crate) const LEAST: f64 = f64::EPSILON / 2.0;
/// From the middle node to the last, in steps.
const REACH: f64 = 30.0;

/// Where the nodes lie: equal steps from a lowest to a highest ability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    low: f64,
    high: f64,
}

impl Default for Grid {
    /// From -6 to 6, in steps of 0.2 logits.
    fn default() -> Self {
        Self { low: -6.0, high: 6.0 }
    }
}

impl Grid {
    /// The grid from `low` to `high`, checked: at least 1 logit wide, inside -10 to 10.
    ///
    /// # Errors
    /// `OutOfRange` names the bound.
    pub fn new(low: f64, high: f64) -> Result<Self, Error> {
        let low = within("low", low, (-10.0, 9.0), "-10 to 9")?;
        let high = within("high", high, (low + 1.0, 10.0), "1 above low, at most 10")?;
        Ok(Self { low, high })
    }

    /// The lowest node.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.low
    }

    /// The highest node.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.high
    }

    /// From one node to the next.
    #[must_use]
    pub fn step(&self) -> f64 {
        (self.high - self.low) / (2.0 * REACH)
    }

    /// The abilities at the nodes, rising.
    #[must_use]
    pub fn nodes(&self) -> [f64; NODES] {
        let (middle, step) = (self.low.midpoint(self.high), self.step());
        let mut steps = -REACH - 1.0;
        [(); NODES].map(|()| {
            steps += 1.0;
            middle + steps * step
        })
    }

    /// P(right) at the nodes, ready for [`Posterior::update`].
    #[must_use]
    pub fn curve(&self, item: &Binary) -> [f64; NODES] {
        self.nodes().map(|theta| item.p(theta).clamp(LEAST, 1.0 - LEAST))
    }
}

/// What is believed about an ability: a weight at each node, in proportion to its chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    grid: Grid,
    weights: [f64; NODES],
    total: f64,
}

impl Posterior {
    /// Before any answer: normal with `mean` and `sd`, cut off at the ends of the grid.
    ///
    /// # Errors
    /// `OutOfRange` for a mean beyond the grid, an sd below half a step or above 10.
    pub fn normal(grid: Grid, mean: f64, sd: f64) -> Result<Self, Error> {
        let mean = within("mean", mean, (grid.low, grid.high), "inside the grid")?;
        let sd = within("sd", sd, (grid.step() / 2.0, 10.0), "half a step to 10")?;
        let density = |theta: f64| (-0.5 * ((theta - mean) / sd).powi(2)).exp();
        Self::from_weights(grid, halved_at_the_ends(grid.nodes().map(density)))
    }

    /// Before any answer: every ability on the grid alike.
    #[must_use]
    pub fn uniform(grid: Grid) -> Self {
        let weights = halved_at_the_ends([1.0 / (2.0 * REACH); NODES]);
        Self { grid, weights, total: 1.0 }.rescaled()
    }

    /// A posterior that was kept: its [`weights`](Self::weights), scaled to add up to 1.
    ///
    /// # Errors
    /// `OutOfRange` for a weight that is negative or not finite, or when none is above 0.
    pub fn from_weights(grid: Grid, weights: [f64; NODES]) -> Result<Self, Error> {
        for weight in weights {
            within("weight", weight, (0.0, 1e100), "0 to 1e100")?;
        }
        let total = lanes_sum(weights.iter().copied());
        within("weights' sum", total, (FAINT, 1e102), "1e-100 to 1e102")?;
        Ok(Self { grid, weights, total }.rescaled())
    }

    /// The weight of each node; they add up to any number above 0.
    #[must_use]
    pub fn weights(&self) -> &[f64; NODES] {
        &self.weights
    }

    /// Where the nodes lie.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// Learns from an answer to the item whose P(right) at the nodes is `curve`; its entries
    /// lie strictly between 0 and 1, as [`Grid::curve`] makes them.
    pub fn update(&mut self, curve: &[f64; NODES], is_right: bool) {
        if is_right {
            self.absorb(curve, |p| p);
        } else {
            self.absorb(curve, |p| 1.0 - p);
        }
    }

    /// Learns from an answer whose own chance at the nodes is `likelihood`: no less than 0, and
    /// above it at some node that still has weight.
    pub fn update_with(&mut self, likelihood: &[f64; NODES]) {
        self.absorb(likelihood, |p| p);
    }

    /// The mean ability and its standard deviation.
    #[must_use]
    pub fn eap_sd(&self) -> (f64, f64) {
        let (mean, variance) = moments(&self.weights, self.total, -REACH);
        let (middle, step) = (self.grid.low.midpoint(self.grid.high), self.grid.step());
        (middle + mean * step, variance.sqrt() * step)
    }

    fn absorb(&mut self, curve: &[f64; NODES], chance: impl Fn(f64) -> f64) {
        self.total = absorb(&mut self.weights, curve, chance);
        if self.total < FAINT {
            *self = self.rescaled();
        }
    }

    fn rescaled(mut self) -> Self {
        let total = self.total;
        self.weights = self.weights.map(|weight| weight / total);
        self.total = lanes_sum(self.weights.iter().copied());
        self
    }
}

/// Multiplies each weight by the chance at its node; gives the new sum. Both are alike long.
#[inline]
pub(crate) fn absorb(weights: &mut [f64], curve: &[f64], chance: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let mut blocks = weights.chunks_exact_mut(LANES);
    let mut curves = curve.chunks_exact(LANES);
    for (block, curve) in blocks.by_ref().zip(curves.by_ref()) {
        for lane in 0..LANES {
            block[lane] *= chance(curve[lane]);
            sums[lane] += block[lane];
        }
    }
    let rest = blocks.into_remainder().iter_mut().zip(curves.remainder());
    for ((weight, p), sum) in rest.zip(&mut sums) {
        *weight *= chance(*p);
        *sum += *weight;
    }
    sums.iter().sum()
}

/// Mean and variance of the nodes' places when the first stands at `first` and each next one 1
/// further.
#[inline]
pub(crate) fn moments(weights: &[f64], total: f64, first: f64) -> (f64, f64) {
    let (mut ones, mut twos) = ([0.0; LANES], [0.0; LANES]);
    let mut places = [first, first + 1.0, first + 2.0, first + 3.0];
    let blocks = weights.chunks_exact(LANES);
    let rest = blocks.remainder();
    for block in blocks {
        for lane in 0..LANES {
            let one = block[lane] * places[lane];
            ones[lane] += one;
            twos[lane] += one * places[lane];
            places[lane] += 4.0;
        }
    }
    for (lane, weight) in rest.iter().enumerate() {
        ones[lane] += weight * places[lane];
        twos[lane] += weight * places[lane] * places[lane];
    }
    let mean = ones.iter().sum::<f64>() / total;
    (mean, (twos.iter().sum::<f64>() / total - mean * mean).max(0.0))
}

/// The sum in the order in which an update makes it.
fn lanes_sum(weights: impl Iterator<Item = f64>) -> f64 {
    let mut sums = [0.0; LANES];
    for (at, weight) in weights.enumerate() {
        sums[at % LANES] += weight;
    }
    sums.iter().sum()
}

/// The trapezoid rule counts the two ends half.
fn halved_at_the_ends(mut weights: [f64; NODES]) -> [f64; NODES] {
    weights[0] /= 2.0;
    weights[NODES - 1] /= 2.0;
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nodes_reach_from_end_to_end_in_equal_steps() {
        let nodes = Grid::default().nodes();
        assert_eq!((nodes[0], nodes[30], nodes[60]), (-6.0, 0.0, 6.0));
        assert!((nodes[31] - 0.2).abs() < 1e-15);
    }

    #[test]
    fn without_answers_the_prior_comes_back() {
        let (mean, sd) = Posterior::normal(Grid::default(), 0.5, 0.8).unwrap().eap_sd();
        assert!((mean - 0.5).abs() < 1e-9 && (sd - 0.8).abs() < 1e-8, "{mean} {sd}");
        let (mean, sd) = Posterior::uniform(Grid::default()).eap_sd();
        // 60 trapezoids: step^2 (60^2 + 2) / 12, where a smooth uniform has step^2 60^2 / 12.
        let expected = (0.04_f64 * 3602.0 / 12.0).sqrt();
        assert!(mean.abs() < 1e-12 && (sd - expected).abs() < 1e-12, "{sd}");
    }

    #[test]
    fn a_thousand_strange_answers_leave_finite_numbers() {
        let item = Grid::default().curve(&Binary::new(20.0, -20.0, 0.0, 1.0).unwrap());
        let mut posterior = Posterior::normal(Grid::default(), 0.0, 1.0).unwrap();
        for turn in 0..1000 {
            posterior.update(&item, turn % 5 == 0);
            let (mean, sd) = posterior.eap_sd();
            assert!(mean.is_finite() && sd.is_finite() && posterior.total > 0.0);
        }
    }

    #[test]
    fn weights_that_were_kept_go_on_where_they_stopped() {
        let item = Grid::default().curve(&Binary::new(1.3, 0.4, 0.2, 1.0).unwrap());
        let mut posterior = Posterior::normal(Grid::default(), 0.0, 1.0).unwrap();
        posterior.update(&item, true);
        let mut kept = Posterior::from_weights(posterior.grid(), *posterior.weights()).unwrap();
        kept.update(&item, false);
        posterior.update(&item, false);
        assert!((kept.eap_sd().0 - posterior.eap_sd().0).abs() < 1e-14);
    }

    #[test]
    fn bad_grids_priors_and_weights_are_refused() {
        assert!(Grid::new(f64::NAN, 4.0).is_err() && Grid::new(1.0, 1.5).is_err());
        let grid = Grid::new(-4.0, 4.0).unwrap();
        assert!(Posterior::normal(grid, 5.0, 1.0).is_err());
        assert!(Posterior::normal(grid, 0.0, 0.0).is_err());
        assert!(Posterior::from_weights(grid, [0.0; NODES]).is_err());
        assert!(Posterior::from_weights(grid, [f64::NAN; NODES]).is_err());
    }
}
