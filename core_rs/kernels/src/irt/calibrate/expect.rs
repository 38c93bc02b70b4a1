//! The E-step: what the answers say about abilities, as expected counts at the nodes.
//!
//! A learner's posterior over nodes is the group's weight times the chances of the answers,
//! divided by its sum, which is the learner's likelihood (Bock & Aitkin 1981, Psychometrika
//! 46:443-459). Chances are multiplied as they are; a product below 1e-250 (some hundred items)
//! is worked out once more in logarithms. Chances are at most 1, so a product that ends above
//! that never lost a node that counts.
//!
//! Sums run over rows in their order, whatever the number of threads: rows are divided among
//! threads while posteriors are made, blocks while they are added up, so that the same answers
//! give the same bytes.
//!
//! Cost: O(rows x blocks x nodes). Do not use it with more threads than cores.

use super::curve::Curve;
use super::fold::{Block, Folded};
use super::population::Nodes;

/// Rows whose posteriors are held at a time in an E-step, for each thread: 1 MB at 61 nodes.
const CHUNK: usize = 2048;
/// A likelihood below this is worked out in logarithms.
const TINY: f64 = 1e-250;

/// Chances of all items: row after row of nodes.
#[derive(Clone, Debug)]
pub struct Chances {
    /// P(right).
    pub rights: Vec<f64>,
    /// P(wrong).
    pub wrongs: Vec<f64>,
}

/// Expected counts.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Right answers at each node, item after item.
    pub rights: Vec<f64>,
    /// Answers at each node, item after item.
    pub totals: Vec<f64>,
    /// Learners at each node, group after group.
    pub groups: Vec<f64>,
    /// The log-likelihood of all answers.
    pub log_likelihood: f64,
}

/// What a pass over the rows needs.
pub struct Pass<'a> {
    /// The answers.
    pub folded: &'a Folded,
    /// The nodes.
    pub nodes: &'a Nodes,
    /// The weight of each node, group after group.
    pub weights: &'a [f64],
    /// Threads to use.
    pub threads: usize,
}

impl Chances {
    /// The chances of `curves` at `nodes`.
    #[must_use]
    pub fn of(curves: &[Curve], nodes: &Nodes) -> Self {
        let width = nodes.width();
        let mut chances = Self {
            rights: vec![0.0; curves.len() * width],
            wrongs: vec![0.0; curves.len() * width],
        };
        let rows =
            chances.rights.chunks_exact_mut(width).zip(chances.wrongs.chunks_exact_mut(width));
        for (curve, (rights, wrongs)) in curves.iter().zip(rows) {
            curve.fill(&nodes.thetas, rights, wrongs);
        }
        chances
    }

    /// The likelihood of each pattern of each block.
    #[must_use]
    pub fn tables(&self, blocks: &[Block], width: usize) -> Vec<Vec<f64>> {
        blocks.iter().map(|block| self.table(block, width)).collect()
    }

    fn table(&self, block: &Block, width: usize) -> Vec<f64> {
        let mut table = vec![1.0; block.patterns.len() * width];
        for (pattern, row) in block.patterns.iter().zip(table.chunks_exact_mut(width)) {
            for (item, answer) in (block.first..block.first + block.width).zip(pattern) {
                let from = match answer {
                    0 => &self.wrongs,
                    1 => &self.rights,
                    _ => continue,
                };
                for (product, chance) in row.iter_mut().zip(&from[item * width..]) {
                    *product *= chance;
                }
            }
        }
        table
    }
}

impl Pass<'_> {
    /// The expected counts under `chances`.
    #[must_use]
    pub fn expected(&self, chances: &Chances) -> Expected {
        let width = self.nodes.width();
        let blocks = &self.folded.blocks;
        let mut sums: Vec<Vec<f64>> =
            blocks.iter().map(|block| vec![0.0; block.patterns.len() * width]).collect();
        let mut groups = vec![0.0; self.weights.len()];
        let mut log_likelihood = 0.0;
        self.each_chunk(CHUNK * self.threads, chances, |first, posteriors, logs| {
            for (place, log) in logs.iter().enumerate() {
                log_likelihood += self.folded.shares[first + place] * log;
                let group = self.folded.groups[first + place] * width;
                add(&mut groups[group..], &posteriors[place * width..(place + 1) * width]);
            }
            self.add_up(first, posteriors, &mut sums);
        });
        let (mut rights, mut totals) =
            (vec![0.0; self.folded.n_items * width], vec![0.0; self.folded.n_items * width]);
        for (block, sums) in blocks.iter().zip(&sums) {
            spread(block, sums, width, &mut rights, &mut totals);
        }
        Expected { rights, totals, groups, log_likelihood }
    }

    /// Calls `visit` with chunks of so many rows: the first row, posteriors times shares, and
    /// each row's log-likelihood.
    pub fn each_chunk(
        &self,
        chunk: usize,
        chances: &Chances,
        mut visit: impl FnMut(usize, &[f64], &[f64]),
    ) {
        let width = self.nodes.width();
        let tables = chances.tables(&self.folded.blocks, width);
        let rows = self.folded.shares.len();
        let chunk = chunk.min(rows.max(1));
        let (mut posteriors, mut logs) = (vec![0.0; chunk * width], vec![0.0; chunk]);
        for first in (0..rows).step_by(chunk) {
            let count = chunk.min(rows - first);
            let (posteriors, logs) = (&mut posteriors[..count * width], &mut logs[..count]);
            self.fill(first, &tables, posteriors, logs);
            visit(first, posteriors, logs);
        }
    }

    /// Posteriors times shares, and log-likelihoods, of the rows from `first`.
    fn fill(
        &self,
        first: usize,
        tables: &[Vec<f64>],
        posteriors: &mut [f64],
        logs: &mut [f64],
    ) {
        let width = self.nodes.width();
        let part = logs.len().div_ceil(self.threads).max(1);
        let some = |first: usize, posteriors: &mut [f64], logs: &mut [f64]| {
            let rows = posteriors.chunks_exact_mut(width).zip(logs).enumerate();
            for (place, (posterior, log)) in rows {
                *log = self.fill_row(first + place, tables, posterior);
            }
        };
        if self.threads == 1 {
            return some(first, posteriors, logs);
        }
        std::thread::scope(|scope| {
            let parts = posteriors.chunks_mut(part * width).zip(logs.chunks_mut(part));
            for (number, (posteriors, logs)) in parts.enumerate() {
                scope.spawn(move || some(first + number * part, posteriors, logs));
            }
        });
    }

    fn fill_row(&self, row: usize, tables: &[Vec<f64>], posterior: &mut [f64]) -> f64 {
        let width = posterior.len();
        let group = self.folded.groups[row] * width;
        posterior.copy_from_slice(&self.weights[group..group + width]);
        let codes = self.folded.row(row);
        let vector =
            |(table, code): (&'_ Vec<f64>, &u16)| usize::from(*code) * width..table.len();
        let mut pairs = tables.chunks_exact(2).zip(codes.chunks_exact(2));
        for (two, codes) in &mut pairs {
            let one = &two[0][vector((&two[0], &codes[0]))];
            let other = &two[1][vector((&two[1], &codes[1]))];
            for ((product, one), other) in posterior.iter_mut().zip(one).zip(other) {
                *product *= one * other;
            }
        }
        if codes.len() % 2 == 1 {
            let last = codes.len() - 1;
            let one = &tables[last][vector((&tables[last], &codes[last]))];
            for (product, one) in posterior.iter_mut().zip(one) {
                *product *= one;
            }
        }
        let sum = total(posterior);
        let log = if sum > TINY { sum.ln() } else { self.rescued(row, tables, posterior) };
        let scale = self.folded.shares[row] / total(posterior);
        for share in posterior.iter_mut() {
            *share *= scale;
        }
        log
    }

    /// The same in logarithms: fills `posterior` up to a factor, gives the log-likelihood.
    fn rescued(&self, row: usize, tables: &[Vec<f64>], posterior: &mut [f64]) -> f64 {
        let width = posterior.len();
        let group = self.folded.groups[row] * width;
        for (log, weight) in posterior.iter_mut().zip(&self.weights[group..]) {
            *log = weight.ln();
        }
        for (table, code) in tables.iter().zip(self.folded.row(row)) {
            for (log, chance) in posterior.iter_mut().zip(&table[usize::from(*code) * width..])
            {
                *log += chance.ln();
            }
        }
        let top = posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for log in posterior.iter_mut() {
            *log = (*log - top).exp();
        }
        top + total(posterior).ln()
    }

    /// Adds the posteriors of the rows from `first` to the pattern of each block.
    fn add_up(&self, first: usize, posteriors: &[f64], sums: &mut [Vec<f64>]) {
        let (width, n_blocks) = (self.nodes.width(), sums.len());
        let some = |from: usize, sums: &mut [Vec<f64>]| {
            for (place, posterior) in posteriors.chunks_exact(width).enumerate() {
                let codes = &self.folded.row(first + place)[from..];
                for (sum, code) in sums.iter_mut().zip(codes) {
                    add(&mut sum[usize::from(*code) * width..], posterior);
                }
            }
        };
        if self.threads == 1 {
            return some(0, sums);
        }
        let part = n_blocks.div_ceil(self.threads).max(1);
        std::thread::scope(|scope| {
            for (number, sums) in sums.chunks_mut(part).enumerate() {
                scope.spawn(move || some(number * part, sums));
            }
        });
    }
}

/// The sums of a block's patterns, added to its items: right answers and all answers.
pub fn spread(
    block: &Block,
    sums: &[f64],
    width: usize,
    rights: &mut [f64],
    totals: &mut [f64],
) {
    for (pattern, sum) in block.patterns.iter().zip(sums.chunks_exact(width)) {
        for (item, answer) in (block.first..block.first + block.width).zip(pattern) {
            if *answer == 1 {
                add(&mut rights[item * width..], sum);
            }
            if *answer >= 0 {
                add(&mut totals[item * width..], sum);
            }
        }
    }
}

/// Adds `more` to the start of `sums`.
pub fn add(sums: &mut [f64], more: &[f64]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

/// The sum of a vector whose length is a multiple of four, in four strands.
fn total(vector: &[f64]) -> f64 {
    let mut strands = [0.0; 4];
    for four in vector.chunks_exact(4) {
        for (strand, value) in strands.iter_mut().zip(four) {
            *strand += value;
        }
    }
    (strands[0] + strands[1]) + (strands[2] + strands[3])
}
