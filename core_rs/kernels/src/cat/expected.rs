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
//! The latter is at most `a^2 (d - c) / 8` times the mean square distance from the estimate, as
//! P' / (P Q) <= a and P' <= a (d - c) / 4: items are looked at in the order of that ceiling,
//! until no other can be better.
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
//! Cost: O(nodes) an item, some 20 ns for MEPV, less as the posterior narrows; 40 for KL, but
//! of 10,000 items whose discriminations differ it looks at some hundred: 16 us. Items of one
//! shape (Rasch) are all looked at, and hundreds of near ties computed in f64: 1 ms. Tables of
//! 244 bytes an item, twice that for KL. Do not use it for long tests: beyond five items
//! maximum information is as good.

use std::ops::Range;
use std::sync::OnceLock;

use super::bank::{Bank, Mask};
use super::index::{Keep, MOST, Top};
use crate::irt::model::Binary;
use crate::irt::score::{Grid, NODES, Posterior};

/// No chance of an answer counts as less, as on [`Grid::curve`].
const LEAST: f64 = f64::EPSILON / 2.0;
/// Items that are worked on side by side: two vector registers of f32.
pub(super) const LANES: usize = 8;
/// What a sum in f32 can be off, relative to the sum of magnitudes: three roundings of each
/// term and 61 additions in its way, 2^-24 each.
pub(super) const FLOAT: f64 = 64.0 / 16_777_216.0;
/// What rounding in f64 can take from a ceiling.
const ROUNDING: f64 = 1e-9;
/// Items that are looked at before it is asked again whether others can be better.
const BATCH: usize = 32 * LANES;
/// Nodes with so little weight together are left out of the sums in f32.
pub(super) const CUT: f64 = 1e-6;
/// The same for logarithms, which reach far: items of one shape differ by little more.
const FAR: f64 = 1e-9;
/// A weight below this counts as none: numbers near the smallest that f32 holds take ten times
/// as long to multiply.
const FAINT: f32 = 1e-18;
/// Cells of the table of p ln p + q ln q, whose chords lie above it.
const CELLS: usize = 1024;

/// A number of each of some items at each node.
pub(super) type Block = [[f32; LANES]; NODES];

/// P(right), its logarithm and that of P(wrong), at the nodes.
#[derive(Clone, Debug)]
pub struct Tables {
    rights: Vec<Block>,
    logs: OnceLock<Logs>,
    informations: OnceLock<Vec<Block>>,
}

#[derive(Clone, Debug)]
struct Logs {
    rights: Vec<Block>,
    wrongs: Vec<Block>,
    /// p ln p + q ln q at p = 0, 1/1024, ... 1.
    own: Vec<f64>,
    /// Ceilings and items, the highest first: the order in which the logarithms stand.
    order: Vec<(f64, usize)>,
}

impl Tables {
    /// The tables of `items`; logarithms when first wanted.
    #[must_use]
    pub fn new(items: &[Binary]) -> Self {
        let (logs, informations) = (OnceLock::new(), OnceLock::new());
        Self { rights: blocks(items, |p| p), logs, informations }
    }

    /// P(right) of eight items after eight.
    pub(super) fn rights(&self) -> &[Block] {
        &self.rights
    }

    /// Fisher information of eight items after eight.
    pub(super) fn informations(&self, items: &[Binary]) -> &[Block] {
        let nodes = Grid::default().nodes();
        let told = |item: &Binary| nodes.map(|node| item.information(node));
        self.informations.get_or_init(|| rows(items, told))
    }

    fn logs(&self, items: &[Binary]) -> &Logs {
        self.logs.get_or_init(|| {
            let order = by_ceiling(items);
            let sorted: Vec<Binary> = order.iter().map(|(_, item)| items[*item]).collect();
            Logs {
                rights: blocks(&sorted, f64::ln),
                wrongs: blocks(&sorted, |p| (-p).ln_1p()),
                own: (0..=CELLS).map(|cell| own_part(share(cell))).collect(),
                order,
            }
        })
    }
}

/// By the most that an item's divergence can be, a mean square distance of 1 from the estimate.
fn by_ceiling(items: &[Binary]) -> Vec<(f64, usize)> {
    let ceiling = |item: &Binary| item.a * item.a * (item.d - item.c) / 8.0;
    let mut order: Vec<(f64, usize)> = items.iter().map(ceiling).zip(0..).collect();
    order.sort_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)));
    order
}

impl Logs {
    /// No less than p ln p + q ln q, and hardly more.
    fn own(&self, p: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "p lies from 0 to 1"
        )]
        let cell = ((p / share(1)) as usize).min(CELLS - 1);
        let along = (p - share(cell)) / share(1);
        self.own[cell] + along * (self.own[cell + 1] - self.own[cell])
    }
}

/// `of` P(right) of the items at the nodes.
fn blocks(items: &[Binary], of: impl Fn(f64) -> f64) -> Vec<Block> {
    let grid = Grid::default();
    rows(items, |item| grid.curve(item).map(&of))
}

/// What `of` gives for the items; the last block is filled up with copies of an item.
fn rows(items: &[Binary], of: impl Fn(&Binary) -> [f64; NODES]) -> Vec<Block> {
    let block = |items: &[Binary]| {
        let mut block = [[0.0; LANES]; NODES];
        for lane in 0..LANES {
            let numbers = of(&items[lane.min(items.len() - 1)]);
            for (row, number) in block.iter_mut().zip(numbers) {
                row[lane] = narrow(number);
            }
        }
        block
    };
    items.chunks(LANES).map(block).collect()
}

/// A posterior as the rules want it: weights that add up to 1, their mean and variance.
pub(super) struct Weighed {
    pub(super) weights: [f64; NODES],
    pub(super) centred: [f64; NODES],
    pub(super) mean: f64,
    variance: f64,
}

impl Weighed {
    pub(super) fn new(posterior: &Posterior) -> Self {
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
        let p = item.p(theta).clamp(LEAST, 1.0 - LEAST);
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
    let (weighed, grid) = (Weighed::new(posterior), posterior.grid());
    let near = window(&weighed.weights, CUT);
    let (weights, centred) = (weighed.weights.map(narrow), weighed.centred.map(narrow));
    let blocks = &bank.tables().rights;
    let sd = weighed.variance.sqrt();
    let reach = (grid.high() - weighed.mean).max(weighed.mean - grid.low()).powi(2);
    let roofs = |block: usize| {
        let rows = &blocks[block][near.clone()];
        let rights = sums(rows, &weights[near.clone()]);
        let shared = sums(rows, &centred[near.clone()]);
        std::array::from_fn(|lane| gain_roof(rights[lane], shared[lane], sd, reach))
    };
    let exact = |item: usize| weighed.gain(&bank.items()[item], grid);
    visit(bank, mask, keep, &roofs, &exact);
}

/// Offers to `keep` the items that `mask` leaves, by their divergence from `theta`.
pub fn visit_divergences(
    bank: &Bank,
    posterior: &Posterior,
    theta: f64,
    mask: &Mask,
    keep: &mut impl Keep,
) {
    let (weighed, grid) = (Weighed::new(posterior), posterior.grid());
    let near = window(&weighed.weights, FAR);
    let weights = weighed.weights.map(narrow);
    let logs = bank.tables().logs(bank.items());
    let distances = grid.nodes().map(|node| (node - theta) * (node - theta));
    let distance = dot(&weighed.weights, &distances) * (1.0 + ROUNDING);
    let exact = |item: usize| weighed.divergence(&bank.items()[item], grid, theta);
    let (mut roofs, mut enough) = (Vec::with_capacity(BATCH), BATCH);
    for (batch, members) in logs.order.chunks(BATCH).enumerate() {
        if members[0].0 * distance + ROUNDING < keep.floor() {
            break;
        }
        for (block, members) in (batch * BATCH / LANES..).zip(members.chunks(LANES)) {
            let over =
                |table: &[Block]| sums(&table[block][near.clone()], &weights[near.clone()]);
            let (rights, wrongs) = (over(&logs.rights), over(&logs.wrongs));
            for ((_, item), (right, wrong)) in
                members.iter().zip(rights.into_iter().zip(wrongs))
            {
                if mask.lets(*item, bank.areas().of(*item)) {
                    let p = bank.items()[*item].p(theta).clamp(LEAST, 1.0 - LEAST);
                    let cross = p * f64::from(right) + (1.0 - p) * f64::from(wrong);
                    // No logarithm is below -37.
                    let roof = logs.own(p) - cross * (1.0 + 2.0 * FLOAT) + 40.0 * FAR;
                    roofs.push((roof, *item));
                }
            }
        }
        // Ever later: each time costs some exact values, which alike items make many.
        if roofs.len() >= enough {
            settle(&roofs, keep, &exact);
            roofs.clear();
            enough *= 4;
        }
    }
    settle(&roofs, keep, &exact);
}

/// Offers to `keep` the items that `mask` leaves, by their `exact` values; none is above its
/// roof.
pub(super) fn visit(
    bank: &Bank,
    mask: &Mask,
    keep: &mut impl Keep,
    roofs: &impl Fn(usize) -> [f64; LANES],
    exact: &impl Fn(usize) -> f64,
) {
    let (areas, mut all) = (bank.areas(), Vec::with_capacity(bank.n_items()));
    for start in (0..bank.n_items()).step_by(LANES) {
        let items = start..(start + LANES).min(bank.n_items());
        for (item, roof) in items.zip(roofs(start / LANES)) {
            if mask.lets(item, areas.of(item)) {
                all.push((roof, item));
            }
        }
    }
    settle(&all, keep, exact);
}

/// The most promising by their roofs set the floor with their `exact` values; the others are
/// computed only where their roof is above it.
fn settle(roofs: &[(f64, usize)], keep: &mut impl Keep, exact: &impl Fn(usize) -> f64) {
    let mut first = Top::new(MOST);
    for (roof, item) in roofs {
        if *roof > first.floor() {
            first.offer(*roof, *item);
        }
    }
    for (roof, item) in first.entries().iter().chain(roofs) {
        if *roof >= keep.floor() {
            let value = exact(*item);
            if value >= keep.floor() {
                keep.offer(value, *item);
            }
        }
    }
}

/// The most that a gain can be whose sums in f32 are `right` and `shared`.
fn gain_roof(right: f32, shared: f32, sd: f64, reach: f64) -> f64 {
    let (right, shared) = (f64::from(right), f64::from(shared.abs()));
    let shared = shared + FLOAT * sd + 12.0 * CUT;
    let (low, high) = (right * (1.0 - FLOAT) - CUT, right * (1.0 + FLOAT) + CUT);
    // Cauchy: C^2 <= S sum of w (theta - mean)^2 P, and that sum <= reach S; so for 1 - S.
    let rare = (2.0 * reach * high.min(1.0 - low)).max(0.0);
    if low > 0.0 && high < 1.0 {
        (shared * shared / (low * (1.0 - high))).min(rare)
    } else {
        rare
    }
}

/// The nodes outside of which no more than `cut` of the weight lies.
pub(super) fn window(weights: &[f64; NODES], cut: f64) -> Range<usize> {
    let outside = |weights: &mut dyn Iterator<Item = &f64>| {
        let mut sum = 0.0;
        let light = |weight: &&f64| {
            sum += **weight;
            sum <= cut / 2.0
        };
        weights.take_while(light).count()
    };
    let (before, behind) = (outside(&mut weights.iter()), outside(&mut weights.iter().rev()));
    before..NODES.saturating_sub(behind).max(before)
}

/// The weighted sum over the nodes, for each item of a block.
pub(super) fn sums(rows: &[[f32; LANES]], weights: &[f32]) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for (row, weight) in rows.iter().zip(weights) {
        for lane in 0..LANES {
            sums[lane] += row[lane] * weight;
        }
    }
    sums
}

pub(super) fn dot(one: &[f64; NODES], two: &[f64; NODES]) -> f64 {
    one.iter().zip(two).map(|(one, two)| one * two).sum()
}

fn share(cell: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 1024")]
    let (cell, cells) = (cell as f64, CELLS as f64);
    cell / cells
}

/// p ln p + q ln q.
fn own_part(p: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { p * p.ln() } else { 0.0 };
    part(p) + part(1.0 - p)
}

pub(super) fn narrow(number: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "FLOAT bounds what this loses")]
    let number = number as f32;
    if number.abs() < FAINT { 0.0 } else { number }
}
