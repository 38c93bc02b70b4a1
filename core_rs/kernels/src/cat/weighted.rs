//! What an item tells, weighed over abilities by the likelihood or the posterior.
//!
//! With w the weights over the nodes, adding up to 1, and I Fisher information:
//! - MLWI and MPWI, information weighed by the likelihood (Veerkamp & Berger 1997, Journal of
//!   Educational and Behavioral Statistics 22:203-226) or by the posterior (van der Linden
//!   1998, Psychometrika 63:201-216): sum of `w I`.
//! - MEI, expected information (van der Linden 1998): Q J0 + P J1, with P at the present
//!   estimate and J the item's own observed information, after either answer, at the mean of
//!   the posterior that this answer leaves. Other items' information after the answer is left
//!   out, as in catR (Magis & Raiche 2012, Journal of Statistical Software 48:8).
//! - GDI, global discrimination index (Kaplan, de la Torre & Barrada 2015, Applied
//!   Psychological Measurement 39:167-188): the variance of P over the weights, sum of
//!   `w (P - sum of w P)^2`. By the posterior, or by the likelihood.
//! - KL by the likelihood is [`visit_divergences`](super::expected::visit_divergences) over it.
//!
//! The likelihood is that of the answers alone, over the nodes from -4 to 4: with guessing it
//! never fades towards low abilities, so its integral needs bounds, and these are catR's.
//!
//! ```
//! use mangotree_kernels::cat::weighted::discrimination;
//! use mangotree_kernels::irt::model::Binary;
//! use mangotree_kernels::irt::score::{Grid, Posterior};
//! let item = Binary::new(20.0, 0.0, 0.0, 1.0)?; // nearly a step
//! let prior = Posterior::normal(Grid::default(), 0.0, 1.0)?;
//! // P - .5 is 0 at 0 (weight .0798), .482 at .2 and -.2 (.0782 each), else .5: .0363 + .1910.
//! assert!((discrimination(&item, &prior) - 0.2273).abs() < 1e-3);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(nodes) an item, as [`expected`](super::expected) does it: dot products in f32, exact
//! where that decides. MEI is computed for every item, with 488 bytes an item once it was
//! used. O(answers x nodes) for a likelihood. Do not use the likelihood with few answers: it is
//! flat, and what it finds best may be far from anyone.

use super::bank::{Bank, Mask};
use super::expected::{CUT, FLOAT, LANES, Weighed, dot, narrow, sums, visit, window};
use super::index::Keep;
use crate::irt::model::Binary;
use crate::irt::score::{Grid, NODES, Posterior};

/// The likelihood counts from minus this to this.
pub const LIKELY: f64 = 4.0;
/// No item has more information than a^2 / 4 at a = 20.
const MOST_TOLD: f64 = 100.0;

/// What `answers` to items of `bank` say without a prior, between minus and plus [`LIKELY`].
#[must_use]
pub fn likelihood(bank: &Bank, answers: &[(usize, bool)]) -> Posterior {
    let grid = Grid::default();
    // A node stands for one step around it, so those at the bounds count half.
    let share = |node: f64| ((LIKELY - node.abs()) / grid.step() + 0.5).clamp(0.0, 1.0);
    let mut likelihood = Posterior::uniform(grid);
    likelihood.update_with(&grid.nodes().map(share));
    for (item, is_right) in answers {
        likelihood.update(bank.curve(*item), *is_right);
    }
    likelihood
}

/// Fisher information of `item`, weighed by `posterior`.
#[must_use]
pub fn weighted_information(item: &Binary, posterior: &Posterior) -> f64 {
    Weighed::new(posterior).information(item, posterior.grid())
}

/// The observed information of `item` to expect after its answer; P(right) is that at `theta`.
#[must_use]
pub fn expected_information(item: &Binary, posterior: &Posterior, theta: f64) -> f64 {
    Weighed::new(posterior).expected_information(item, &posterior.grid().curve(item), theta)
}

/// The variance of P(right) of `item` over `posterior`.
#[must_use]
pub fn discrimination(item: &Binary, posterior: &Posterior) -> f64 {
    Weighed::new(posterior).discrimination(&posterior.grid().curve(item))
}

impl Weighed {
    fn information(&self, item: &Binary, grid: Grid) -> f64 {
        dot(&self.weights, &grid.nodes().map(|node| item.information(node)))
    }

    fn expected_information(&self, item: &Binary, curve: &[f64; NODES], theta: f64) -> f64 {
        let p = item.p(theta);
        let observed = |is_right: bool| {
            let chance = |p: f64| if is_right { p } else { 1.0 - p };
            let (mut weight, mut shift) = (0.0, 0.0);
            for ((w, centred), p) in self.weights.iter().zip(&self.centred).zip(curve) {
                weight += w * chance(*p);
                shift += centred * chance(*p);
            }
            chance(p) * item.observed_information(self.mean + shift / weight, is_right)
        };
        observed(false) + observed(true)
    }

    fn discrimination(&self, curve: &[f64; NODES]) -> f64 {
        let right = dot(&self.weights, curve);
        self.weights.iter().zip(curve).map(|(w, p)| w * (p - right) * (p - right)).sum()
    }
}

/// Offers to `keep` the items that `mask` leaves, by their information weighed by `posterior`.
pub fn visit_information(
    bank: &Bank,
    posterior: &Posterior,
    mask: &Mask,
    keep: &mut impl Keep,
) {
    let (weighed, grid) = (Weighed::new(posterior), posterior.grid());
    let near = window(&weighed.weights, CUT);
    let weights = weighed.weights.map(narrow);
    let told = bank.tables().informations(bank.items());
    let roof = |sum: f32| f64::from(sum) * (1.0 + 2.0 * FLOAT) + MOST_TOLD * CUT;
    let roofs =
        |block: usize| sums(&told[block][near.clone()], &weights[near.clone()]).map(roof);
    let exact = |item: usize| weighed.information(&bank.items()[item], grid);
    visit(bank, mask, keep, &roofs, &exact);
}

/// Offers to `keep` the items that `mask` leaves, by the information to expect of them.
pub fn visit_expected_information(
    bank: &Bank,
    posterior: &Posterior,
    theta: f64,
    mask: &Mask,
    keep: &mut impl Keep,
) {
    let (weighed, areas) = (Weighed::new(posterior), bank.areas());
    for item in (0..bank.n_items()).filter(|item| mask.lets(*item, areas.of(*item))) {
        let curve = bank.curve(item);
        let value = weighed.expected_information(&bank.items()[item], curve, theta);
        if value >= keep.floor() {
            keep.offer(value, item);
        }
    }
}

/// Offers to `keep` the items that `mask` leaves, by the variance of P(right) over `posterior`.
pub fn visit_discriminations(
    bank: &Bank,
    posterior: &Posterior,
    mask: &Mask,
    keep: &mut impl Keep,
) {
    let (weighed, grid) = (Weighed::new(posterior), posterior.grid());
    let near = window(&weighed.weights, CUT);
    let weights = weighed.weights.map(narrow);
    let rights = bank.tables().rights();
    let roofs = |block: usize| {
        let rows = &rights[block][near.clone()];
        let once = sums(rows, &weights[near.clone()]);
        let twice = squares(rows, &weights[near.clone()]);
        std::array::from_fn(|lane| variance_roof(once[lane], twice[lane]))
    };
    let exact = |item: usize| weighed.discrimination(&grid.curve(&bank.items()[item]));
    visit(bank, mask, keep, &roofs, &exact);
}

/// The weighted sum of squares over the nodes, for each item of a block.
fn squares(rows: &[[f32; LANES]], weights: &[f32]) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for (row, weight) in rows.iter().zip(weights) {
        for lane in 0..LANES {
            sums[lane] += row[lane] * row[lane] * weight;
        }
    }
    sums
}

/// The most that a variance can be whose sums in f32 are `once` and `twice`, the latter of
/// squares: a few roundings more in each term.
fn variance_roof(once: f32, twice: f32) -> f64 {
    let least = (f64::from(once) * (1.0 - 2.0 * FLOAT) - CUT).max(0.0);
    f64::from(twice) * (1.0 + 2.0 * FLOAT) + CUT - least * least
}
