//! Standard errors: the inverse of the observed information of all free numbers together.
//!
//! With s the slope of a learner's log-likelihood were the ability known, and H its curvature,
//! the observed information is the sum over learners of E(-H) - E(s s') + E(s) E(s)', each
//! mean over the learner's posterior (Louis 1982, Journal of the Royal Statistical Society B
//! 44:226-233). E(s s') couples items by pairs: for each item and each answer to it the
//! posteriors of the learners who gave it are counted as in an E-step. Priors add their own
//! curvature.
//!
//! Cost: O(items x E-step + learners x numbers^2 + numbers^3). Do not use it at a point that
//! has not settled: the inverse may not exist, and none is made up.

use super::curve::{Bend, Priors};
use super::expect::{Chances, Expected, Pass, add, spread};
use super::layout::{Layout, State};
use super::scores::{Scores, of_population};
use crate::linear;

/// Rows whose posteriors are held at a time: 8 MB at 61 nodes. Patterns are spread over items
/// once a chunk for each item and answer, so that small chunks cost more than their rows.
const CHUNK: usize = 16_384;

/// The fit whose information is asked for.
pub struct Evidence<'a> {
    /// The answers, nodes and weights.
    pub pass: Pass<'a>,
    /// What is free.
    pub layout: &'a Layout,
    /// One an item.
    pub priors: &'a [Priors],
    /// Curves and populations.
    pub state: &'a State,
    /// Their chances.
    pub chances: &'a Chances,
    /// Their expected counts.
    pub expected: &'a Expected,
}

/// A symmetric matrix over the free numbers.
struct Matrix {
    entries: Vec<f64>,
    width: usize,
}

impl Evidence<'_> {
    /// The covariance of the free numbers, row after row; `None` where the answers leave some
    /// of them undetermined.
    #[must_use]
    pub fn covariance(&self) -> Option<Vec<f64>> {
        let count = self.layout.count;
        let mut matrix = Matrix { entries: vec![0.0; count * count], width: count };
        let scores = Scores::of(&self.state.curves, self.chances, &self.pass.nodes.thetas);
        self.add_items(&scores, &mut matrix);
        self.add_populations(&mut matrix);
        let mut pairs = self.no_pairs();
        self.pass.each_chunk(CHUNK, self.chances, |first, posteriors, _| {
            self.count_pairs(first, posteriors, &scores, &mut pairs);
            self.add_means(first, posteriors, &scores, &mut matrix);
        });
        for (item, partners) in pairs.iter().enumerate() {
            self.subtract_pairs(item, partners, &mut matrix);
        }
        self.subtract_population_pairs(&scores, &mut matrix);
        linear::inverse(&matrix.entries, count)
    }

    /// E(-H) - E(s s') of each item by itself, and its priors.
    fn add_items(&self, scores: &Scores, matrix: &mut Matrix) {
        let width = self.pass.nodes.width();
        for (item, places) in self.layout.items.iter().enumerate() {
            let at = item * width..(item + 1) * width;
            let counts = [&self.expected.rights[at.clone()], &self.expected.totals[at]];
            let thetas = &self.pass.nodes.thetas;
            let mut block = scores.own(item, thetas, counts);
            let mut bend = Bend::default();
            self.priors[item].add_to(&mut bend, &self.state.curves[item]);
            for (row, prior) in block.iter_mut().zip(bend.curvature) {
                for (entry, prior) in row.iter_mut().zip(prior) {
                    *entry += prior;
                }
            }
            matrix.add_block(places, places, &block, 1.0);
        }
    }

    /// The same of each population's mean and ln sd.
    fn add_populations(&self, matrix: &mut Matrix) {
        let width = self.pass.nodes.width();
        let groups = self.layout.groups.iter().zip(&self.state.populations);
        for ((places, population), counts) in
            groups.zip(self.expected.groups.chunks_exact(width))
        {
            let mut block = [[0.0; 2]; 2];
            for (theta, count) in self.pass.nodes.thetas.iter().zip(counts) {
                let z = (theta - population.mean) / population.sd;
                let [s, t] = of_population(*theta, *population);
                let precision = 1.0 / (population.sd * population.sd);
                block[0][0] += count * (precision - s * s);
                block[0][1] += count * (2.0 * z / population.sd - s * t);
                block[1][1] += count * (2.0 * z * z - t * t);
            }
            block[1][0] = block[0][1];
            matrix.add_block(places, places, &block, 1.0);
        }
    }

    /// Room for E(s s') of each item with each later one.
    fn no_pairs(&self) -> Vec<Vec<[[f64; 3]; 3]>> {
        let n = self.state.curves.len();
        (0..n).map(|item| vec![[[0.0; 3]; 3]; n - item]).collect()
    }

    /// Adds E(s s') of the rows from `first`, items divided among threads.
    fn count_pairs(
        &self,
        first: usize,
        posteriors: &[f64],
        scores: &Scores,
        pairs: &mut [Vec<[[f64; 3]; 3]>],
    ) {
        let some = |from: usize, pairs: &mut [Vec<[[f64; 3]; 3]>]| {
            let mut counter = Counter::new(self);
            for (place, partners) in pairs.iter_mut().enumerate() {
                let item = from + place;
                if self.layout.items[item].iter().all(Option::is_none) {
                    continue;
                }
                for answer in [0, 1] {
                    counter.count(first, posteriors, item, answer);
                    counter.pair(scores, item, answer, partners);
                }
            }
        };
        let threads = self.pass.threads;
        if threads == 1 {
            return some(0, pairs);
        }
        let part = pairs.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            for (number, pairs) in pairs.chunks_mut(part).enumerate() {
                scope.spawn(move || some(number * part, pairs));
            }
        });
    }

    fn subtract_pairs(&self, item: usize, partners: &[[[f64; 3]; 3]], matrix: &mut Matrix) {
        let items = &self.layout.items;
        for (partner, block) in (item + 1..items.len()).zip(&partners[1..]) {
            matrix.add_both(&items[item], &items[partner], block, -1.0);
        }
    }

    /// E(s) E(s)' of each row.
    fn add_means(
        &self,
        first: usize,
        posteriors: &[f64],
        scores: &Scores,
        matrix: &mut Matrix,
    ) {
        let width = self.pass.nodes.width();
        let folded = self.pass.folded;
        let mut means = vec![0.0; matrix.width];
        for (place, posterior) in posteriors.chunks_exact(width).enumerate() {
            means.fill(0.0);
            let row = first + place;
            let codes = folded.row(row);
            for (block, code) in folded.blocks.iter().zip(codes) {
                let pattern = &block.patterns[usize::from(*code)];
                for (item, answer) in (block.first..block.first + block.width).zip(pattern) {
                    scores.add_mean(
                        item,
                        *answer,
                        posterior,
                        &self.layout.items[item],
                        &mut means,
                    );
                }
            }
            let group = folded.groups[row];
            let population = self.state.populations[group];
            for (theta, share) in self.pass.nodes.thetas.iter().zip(posterior) {
                let parts = of_population(*theta, population);
                for (place, part) in self.layout.groups[group].iter().zip(parts) {
                    if let Some(place) = place {
                        means[*place] += share * part;
                    }
                }
            }
            matrix.add_square(&means, 1.0 / folded.shares[row]);
        }
    }

    /// E(s s') of each free population with each item.
    fn subtract_population_pairs(&self, scores: &Scores, matrix: &mut Matrix) {
        let is_free = |group: &usize| self.layout.groups[*group].iter().any(Option::is_some);
        let free: Vec<usize> = (0..self.layout.groups.len()).filter(is_free).collect();
        if free.is_empty() {
            return;
        }
        let mut counters: Vec<Counter<'_>> = free.iter().map(|_| Counter::new(self)).collect();
        self.pass.each_chunk(CHUNK, self.chances, |first, posteriors, _| {
            for (counter, group) in counters.iter_mut().zip(&free) {
                counter.count_group(first, posteriors, *group);
            }
        });
        for (counter, group) in counters.iter_mut().zip(&free) {
            counter.spread_from(0);
            let population = self.state.populations[*group];
            for (item, places) in self.layout.items.iter().enumerate() {
                let block = counter.with_population(scores, item, population);
                matrix.add_both(&self.layout.groups[*group], places, &block, -1.0);
            }
        }
    }
}

/// Posteriors of some rows, counted by pattern and then by item.
struct Counter<'a> {
    evidence: &'a Evidence<'a>,
    sums: Vec<Vec<f64>>,
    rights: Vec<f64>,
    totals: Vec<f64>,
}

impl<'a> Counter<'a> {
    fn new(evidence: &'a Evidence<'a>) -> Self {
        let width = evidence.pass.nodes.width();
        let folded = evidence.pass.folded;
        let room = |block: &super::fold::Block| vec![0.0; block.patterns.len() * width];
        Self {
            evidence,
            sums: folded.blocks.iter().map(room).collect(),
            rights: vec![0.0; folded.n_items * width],
            totals: vec![0.0; folded.n_items * width],
        }
    }

    /// Counts the rows that gave `item` this `answer`, over the item's block and those after.
    fn count(&mut self, first: usize, posteriors: &[f64], item: usize, answer: i8) {
        let width = self.evidence.pass.nodes.width();
        let folded = self.evidence.pass.folded;
        let from = item / super::fold::BLOCK;
        let block = &folded.blocks[from];
        let gave: Vec<bool> = block
            .patterns
            .iter()
            .map(|pattern| pattern[item - block.first] == answer)
            .collect();
        for sums in &mut self.sums[from..] {
            sums.fill(0.0);
        }
        for (place, posterior) in posteriors.chunks_exact(width).enumerate() {
            let codes = &folded.row(first + place)[from..];
            if gave[usize::from(codes[0])] {
                for (sums, code) in self.sums[from..].iter_mut().zip(codes) {
                    add(&mut sums[usize::from(*code) * width..], posterior);
                }
            }
        }
        self.spread_from(from);
    }

    /// Adds the rows of `group`.
    fn count_group(&mut self, first: usize, posteriors: &[f64], group: usize) {
        let width = self.evidence.pass.nodes.width();
        let folded = self.evidence.pass.folded;
        for (place, posterior) in posteriors.chunks_exact(width).enumerate() {
            if folded.groups[first + place] == group {
                for (sums, code) in self.sums.iter_mut().zip(folded.row(first + place)) {
                    add(&mut sums[usize::from(*code) * width..], posterior);
                }
            }
        }
    }

    /// From patterns to items, from block `from` on.
    fn spread_from(&mut self, from: usize) {
        let width = self.evidence.pass.nodes.width();
        let blocks = &self.evidence.pass.folded.blocks;
        self.rights[from * super::fold::BLOCK * width..].fill(0.0);
        self.totals[from * super::fold::BLOCK * width..].fill(0.0);
        for (block, sums) in blocks[from..].iter().zip(&self.sums[from..]) {
            spread(block, sums, width, &mut self.rights, &mut self.totals);
        }
    }

    /// Adds sum s s' of `item`, answered so, with each later item.
    fn pair(&self, scores: &Scores, item: usize, answer: i8, partners: &mut [[[f64; 3]; 3]]) {
        let own = scores.of_answer(item, answer);
        for (place, block) in partners.iter_mut().enumerate().skip(1) {
            scores.add_products(item + place, self.counts(item + place), &own, block);
        }
    }

    fn with_population(
        &self,
        scores: &Scores,
        item: usize,
        population: super::population::Population,
    ) -> [[f64; 3]; 2] {
        let thetas = &self.evidence.pass.nodes.thetas;
        let parts: Vec<[f64; 2]> =
            thetas.iter().map(|theta| of_population(*theta, population)).collect();
        let pick = |at: usize| parts.iter().map(|part| part[at]).collect::<Vec<f64>>();
        let (means, spreads) = (pick(0), pick(1));
        let mut block = [[0.0; 3]; 3];
        let zeros = vec![0.0; thetas.len()];
        let own = [means.as_slice(), &spreads, &zeros];
        scores.add_products(item, self.counts(item), &own, &mut block);
        [block[0], block[1]]
    }

    fn counts(&self, item: usize) -> [&[f64]; 2] {
        let width = self.evidence.pass.nodes.width();
        let at = item * width..(item + 1) * width;
        [&self.rights[at.clone()], &self.totals[at]]
    }
}

impl Matrix {
    /// Adds `scale * block` where its rows and columns have places.
    fn add_block<const R: usize, const C: usize>(
        &mut self,
        rows: &[Option<usize>; R],
        columns: &[Option<usize>; C],
        block: &[[f64; C]; R],
        scale: f64,
    ) {
        for (row, entries) in rows.iter().zip(block) {
            for (column, entry) in columns.iter().zip(entries) {
                if let (Some(row), Some(column)) = (row, column) {
                    self.entries[row * self.width + column] += scale * entry;
                }
            }
        }
    }

    /// Adds a block and its mirror image.
    fn add_both<const R: usize, const C: usize>(
        &mut self,
        rows: &[Option<usize>; R],
        columns: &[Option<usize>; C],
        block: &[[f64; C]; R],
        scale: f64,
    ) {
        let mut turned = [[0.0; R]; C];
        for (column, entries) in turned.iter_mut().enumerate() {
            for (entry, row) in entries.iter_mut().zip(block) {
                *entry = row[column];
            }
        }
        self.add_block(rows, columns, block, scale);
        self.add_block(columns, rows, &turned, scale);
    }

    fn add_square(&mut self, vector: &[f64], scale: f64) {
        for (row, one) in self.entries.chunks_exact_mut(self.width).zip(vector) {
            let scaled = scale * one;
            for (entry, other) in row.iter_mut().zip(vector) {
                *entry += scaled * other;
            }
        }
    }
}
