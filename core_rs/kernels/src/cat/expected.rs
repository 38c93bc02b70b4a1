//! What an answer is expected to tell, over the whole posterior and not at one ability.
//!
//! MEPV, minimum expected posterior variance (van der Linden 1998, Psychometrika 63:201-216):
//! by the law of total variance the expected variance after an answer is the variance now less
//! the variance of the two means, so the rule is the largest
//! gain = C^2 / (S (1 - S)), S = sum of w P, C = sum of w (theta - mean) P over the nodes.
//! KL, posterior-weighted Kullback-Leibler information (Chang & Ying 1996, Applied
//! Psychological Measurement 20:213-229): with P at the present estimate, sum of
//! `w (P ln(P / P_node) + Q ln(Q / Q_node))`.
//!
//! Both are two dot products an item. They run over tables in f32, with a bound on what f32
//! can be off; whatever may be the best by that bound is then computed in f64 from the curve
//! itself. The pick is the one of f64 throughout.
//!
//! ```
//! use mangotree_kernels::cat::expected::variance_gain;
//! use mangotree_kernels::irt::model::Binary;
//! use mangotree_kernels::irt::score::{Grid, Posterior};
//! let item = Binary::new(20.0, 0.1, 0.0, 1.0)?; // nearly a step: who is above 0.1?
//! let prior = Posterior::normal(Grid::default(), 0.0, 1.0)?;
//! let gain = variance_gain(&item, &prior);
//! // Means of two halves of N(0, 1): 0.7979 on either side, and its square is the gain.
//! assert!((gain - 0.6366).abs() < 0.02);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(nodes) an item, about 10 ns for MEPV, 25 for KL; tables 256 bytes an item each (KL
//! has two). Do not use it for long tests: beyond five items maximum information is as good.

use std::ops::Range;

use super::bank::{Bank, Mask};
use super::index::{Keep, MOST, Top};
use crate::irt::model::Binary;
use crate::irt::score::{Grid, NODES, Posterior};

/// Nodes and three zeros, so that whole lanes fit.
const PADDED: usize = 64;
/// Sums run in so many lanes.
const LANES: usize = 16;
/// What a sum in f32 can be off, relative to the sum of magnitudes: three roundings of each
/// term and eight additions in its way, 2^-24 each, and as much again.
const FLOAT: f64 = 1.2e-6;

/// Nodes with so little weight together are left out of the sums in f32.
const CUT: f64 = 1e-9;
/// A weight below this counts as none; 61 of them are far below what [`FLOAT`] allows.
const FAINT: f32 = 1e-18;

type Row = [f32; PADDED];

/// P(right), its logarithm and that of P(wrong), at the nodes.
#[derive(Clone, Debug)]
pub struct Tables {
    rights: Vec<Row>,
    logs: std::sync::OnceLock<Vec<[Row; 2]>>,
}

impl Tables {
    /// The tables of `items`; logarithms when first wanted.
    #[must_use]
    pub fn new(items: &[Binary]) -> Self {
        let grid = Grid::default();
        let rights = items.iter().map(|item| padded(&grid.curve(item))).collect();
        Self { rights, logs: std::sync::OnceLock::new() }
    }

    fn logs(&self, items: &[Binary]) -> &[[Row; 2]] {
        let grid = Grid::default();
        let rows = |item: &Binary| {
            let curve = grid.curve(item);
            [padded(&curve.map(f64::ln)), padded(&curve.map(|p| (-p).ln_1p()))]
        };
        self.logs.get_or_init(|| items.iter().map(rows).collect())
    }
}

/// A posterior as the rules want it: weights that add up to 1, their mean and variance.
struct Weighed {
    weights: [f64; NODES],
    centred: [f64; NODES],
    mean: f64,
    variance: f64,
}

impl Weighed {
    fn new(posterior: &Posterior) -> Self {
        let total: f64 = posterior.weights().iter().sum();
        let weights = posterior.weights().map(|weight| weight / total);
        let nodes = posterior.grid().nodes();
        let mean = dot(&weights, &nodes);
        let mut centred = nodes.map(|node| node - mean);
        let variance = weights.iter().zip(centred).map(|(w, x)| w * x * x).sum();
        centred.iter_mut().zip(weights).for_each(|(x, weight)| *x *= weight);
        Self { weights, centred, mean, variance }
    }

    fn gain(&self, item: &Binary, grid: Grid) -> f64 {
        let curve = grid.curve(item);
        let right = dot(&self.weights, &curve);
        let wrong: f64 = self.weights.iter().zip(curve).map(|(w, p)| w * (1.0 - p)).sum();
        let shared = dot(&self.centred, &curve);
        shared * shared / (right * wrong)
    }

    fn divergence(&self, item: &Binary, grid: Grid, theta: f64) -> f64 {
        let p = item.p(theta).clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0);
        let curve = grid.curve(item);
        let logs = |(weight, at): (&f64, &f64)| {
            weight * (p * (p / at).ln() + (1.0 - p) * ((1.0 - p) / (1.0 - at)).ln())
        };
        self.weights.iter().zip(&curve).map(logs).sum()
    }
}

/// By how much an answer to `item` is expected to lower the variance of `posterior`.
#[must_use]
pub fn variance_gain(item: &Binary, posterior: &Posterior) -> f64 {
    Weighed::new(posterior).gain(item, posterior.grid())
}

/// The divergence of `item` between `theta` and the abilities of `posterior`.
#[must_use]
pub fn divergence(item: &Binary, posterior: &Posterior, theta: f64) -> f64 {
    Weighed::new(posterior).divergence(item, posterior.grid(), theta)
}

/// Offers to `keep` the items that `mask` leaves, by their expected gain in variance.
pub fn visit_gains(bank: &Bank, posterior: &Posterior, mask: &Mask, keep: &mut impl Keep) {
    let weighed = Weighed::new(posterior);
    let (weights, centred) = (padded(&weighed.weights), padded(&weighed.centred));
    let near = window(&weighed.weights);
    let (weights, centred) = (&weights[near.clone()], &centred[near.clone()]);
    let rows = &bank.tables().rights;
    let grid = posterior.grid();
    let sd = weighed.variance.sqrt();
    let reach = (grid.high() - weighed.mean).max(weighed.mean - grid.low()).powi(2);
    let roof = |item: usize| {
        let row = &rows[item][near.clone()];
        let right = lanes_dot(row, weights);
        let shared = lanes_dot(row, centred);
        gain_roof(right, shared, sd, reach)
    };
    let exact = |item: usize| weighed.gain(&bank.items()[item], grid);
    visit(bank, mask, keep, &roof, &exact);
}

/// Offers to `keep` the items that `mask` leaves, by their divergence from `theta`.
pub fn visit_divergences(
    bank: &Bank,
    posterior: &Posterior,
    theta: f64,
    mask: &Mask,
    keep: &mut impl Keep,
) {
    let weighed = Weighed::new(posterior);
    let weights = padded(&weighed.weights);
    let near = window(&weighed.weights);
    let weights = &weights[near.clone()];
    let rows = bank.tables().logs(bank.items());
    let roof = |item: usize| {
        let [rights, wrongs] = &rows[item];
        let right = lanes_dot(&rights[near.clone()], weights);
        let wrong = lanes_dot(&wrongs[near.clone()], weights);
        let p = bank.items()[item].p(theta).clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0);
        let (cross, own) =
            (p * right + (1.0 - p) * wrong, p * p.ln() + (1.0 - p) * (-p).ln_1p());
        own - cross * (1.0 + 2.0 * FLOAT) + 40.0 * CUT // no logarithm is below -37
    };
    let grid = posterior.grid();
    let exact = |item: usize| weighed.divergence(&bank.items()[item], grid, theta);
    visit(bank, mask, keep, &roof, &exact);
}

/// The most promising by `roof` set the floor with their `exact` values; the others are
/// computed only where their roof is above it.
fn visit(
    bank: &Bank,
    mask: &Mask,
    keep: &mut impl Keep,
    roof: &impl Fn(usize) -> f64,
    exact: &impl Fn(usize) -> f64,
) {
    let areas = bank.areas();
    let mut first = Top::new(MOST);
    let mut roofs = vec![f64::NEG_INFINITY; bank.n_items()];
    for (item, kept) in roofs.iter_mut().enumerate() {
        if mask.lets(item, areas.of(item)) {
            *kept = roof(item);
            if *kept > first.floor() {
                first.offer(*kept, item);
            }
        }
    }
    let firsts = first.entries().iter().copied();
    for (roof, item) in firsts.chain(roofs.iter().copied().zip(0..)) {
        if roof >= keep.floor() && roof > f64::NEG_INFINITY {
            let value = exact(item);
            if value >= keep.floor() {
                keep.offer(value, item);
            }
        }
    }
}

/// The most that a gain can be whose sums in f32 are `right` and `shared`.
fn gain_roof(right: f64, shared: f64, sd: f64, reach: f64) -> f64 {
    let shared = shared.abs() + FLOAT * sd + 12.0 * CUT;
    let (low, high) = (right * (1.0 - FLOAT) - CUT, right * (1.0 + FLOAT) + CUT);
    // Cauchy: C^2 <= S sum of w (theta - mean)^2 P, and that sum <= reach S; so for 1 - S.
    let rare = (2.0 * reach * high.min(1.0 - low)).max(0.0);
    if low > 0.0 && high < 1.0 {
        (shared * shared / (low * (1.0 - high))).min(rare)
    } else {
        rare
    }
}

/// The nodes outside of which no more than [`CUT`] of the weight lies, in whole lanes.
fn window(weights: &[f64; NODES]) -> Range<usize> {
    let outside = |weights: &mut dyn Iterator<Item = &f64>| {
        let mut sum = 0.0;
        let light = |weight: &&f64| {
            sum += **weight;
            sum <= CUT / 2.0
        };
        weights.take_while(light).count()
    };
    let (before, behind) = (outside(&mut weights.iter()), outside(&mut weights.iter().rev()));
    let wanted = NODES.saturating_sub(before + behind).next_multiple_of(LANES).min(PADDED);
    let start = before.min(PADDED - wanted);
    start..start + wanted
}

/// The dot product of whole lanes. One at a time: two in one loop the compiler takes apart.
fn lanes_dot(one: &[f32], two: &[f32]) -> f64 {
    let mut sums = [0.0_f32; LANES];
    for (one, two) in one.chunks_exact(LANES).zip(two.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * two[lane];
        }
    }
    let eight: [f32; 8] = std::array::from_fn(|lane| sums[lane] + sums[lane + 8]);
    let four: [f32; 4] = std::array::from_fn(|lane| eight[lane] + eight[lane + 4]);
    f64::from((four[0] + four[2]) + (four[1] + four[3]))
}

fn dot(one: &[f64; NODES], two: &[f64; NODES]) -> f64 {
    one.iter().zip(two).map(|(one, two)| one * two).sum()
}

fn padded(numbers: &[f64; NODES]) -> Row {
    let mut row = [0.0; PADDED];
    for (entry, number) in row.iter_mut().zip(numbers) {
        #[expect(clippy::cast_possible_truncation, reason = "FLOAT bounds what this loses")]
        let number = *number as f32;
        // Numbers near the smallest that f32 holds take ten times as long to multiply.
        *entry = if number.abs() < FAINT { 0.0 } else { number };
    }
    row
}
