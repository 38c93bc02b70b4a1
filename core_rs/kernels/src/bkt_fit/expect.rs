//! The E-step: what learners probably knew, learned, forgot, guessed and slipped.
//!
//! Baum & Welch's forward-backward pass (Baum et al. 1970, Annals of Mathematical Statistics
//! 41:164-171; Rabiner 1989, Proceedings of the IEEE 77:257-286) over two states. Going
//! forward, `ahead` is P(answers so far, state), rescaled to sum 1 every 32 answers and never
//! between, which 64-bit numbers allow: an answer's chance is at least 1 in a million. Going
//! back, `behind` is P(answers to come | state) over P(all answers), so that the products of
//! the two are already the chances of states given all answers: one division a sequence and
//! one every 32 answers, and one logarithm for as many sequences as fit a 64-bit product.
//!
//! Cost: O(answers / width + 2^width). Do not use it on rates outside [`super::model::RATE`].

use super::model::{Counts, Rates};
use super::runs::Runs;
use super::tables::{Matrix, Pair, Sums, Symbol, Tables, add, back, forth, outer};

/// Answers between two rescalings: 1e-6 ^ (32 + a last run of 8) = 1e-240 is still a number.
const RESCALED: usize = 32;
/// A product below this goes into the logarithm: 1e-60 * 1e-240 is still a number.
const SMALL: f64 = 1e-60;

/// Memory that E-steps on one skill share.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    ahead: Vec<Pair>,
    scales: Vec<f64>,
}

impl Walk {
    /// Enough for the sequences of `runs`.
    pub fn new(runs: &Runs) -> Self {
        let longest = runs.longest();
        let scales = longest * runs.width / RESCALED + 1;
        Self { ahead: vec![[0.0; 2]; longest], scales: vec![1.0; scales] }
    }

    /// The expected counts at `rates`.
    pub fn counts(&mut self, runs: &Runs, rates: &Rates) -> Counts {
        let tables = Tables::new(&runs.symbols, rates, runs.width);
        let mut counts = Counts::none(rates);
        let mut sums = tables.sums();
        let mut likelihood = LogProduct { product: 1.0, sum: 0.0 };
        let every = RESCALED / runs.width;
        let mut from = 0;
        for sequence in &runs.sequences {
            let own = &runs.wide[from..from + sequence.n_runs as usize];
            from += own.len();
            let prior = rates.priors[sequence.group as usize];
            let (last, seen) = self.forth(own, every, [1.0 - prior, prior], tables.runs());
            let end = tables.ends[sequence.end as usize];
            let chance = end[0] * last[0] + end[1] * last[1];
            likelihood.include(seen, chance, sequence.weight);
            let share = sequence.weight / chance;
            let collected = &mut sums.ends[sequence.end as usize];
            *collected = [collected[0] + last[0] * share, collected[1] + last[1] * share];
            let behind = [end[0] * share, end[1] * share];
            let behind = self.back(own, every, behind, tables.runs(), &mut sums.runs);
            let first = &mut counts.priors[sequence.group as usize];
            *first = [first[0] + prior * behind[1], first[1] + sequence.weight];
        }
        counts.log_likelihood = likelihood.sum + likelihood.product.ln();
        #[expect(clippy::cast_precision_loss, reason = "answers fit 32 bits")]
        let answers = runs.answers as f64;
        counts.answers = answers;
        share_out(&mut counts, &runs.symbols, &tables, sums);
        counts
    }

    /// Up to a sequence's last run: P(answers, state), and the product of what it was divided
    /// by.
    #[inline]
    fn forth(
        &mut self,
        own: &[u32],
        every: usize,
        first: Pair,
        matrices: &[Matrix],
    ) -> (Pair, LogProduct) {
        let mut product = LogProduct { product: 1.0, sum: 0.0 };
        let mut pair = first;
        let saved = self.ahead.chunks_mut(every);
        for ((part, saved), scale) in own.chunks(every).zip(saved).zip(&mut self.scales) {
            for (run, saved) in part.iter().zip(saved) {
                *saved = pair;
                pair = forth(&matrices[*run as usize], pair);
            }
            let sum = pair[0] + pair[1];
            *scale = 1.0 / sum;
            pair = [pair[0] * *scale, pair[1] * *scale];
            product.times(sum);
        }
        (pair, product)
    }

    /// Back from a sequence's last run to its first answer, collecting for each run.
    #[inline]
    fn back(
        &self,
        own: &[u32],
        every: usize,
        last: Pair,
        matrices: &[Matrix],
        sums: &mut [Matrix],
    ) -> Pair {
        let mut pair = last;
        let saved = self.ahead[..own.len()].chunks(every);
        let scales = &self.scales[..saved.len()];
        for ((part, saved), scale) in own.chunks(every).zip(saved).zip(scales).rev() {
            pair = [pair[0] * scale, pair[1] * scale];
            for (run, saved) in part.iter().zip(saved).rev() {
                add(&mut sums[*run as usize], &outer(pair, *saved));
                pair = back(&matrices[*run as usize], pair);
            }
        }
        pair
    }
}

/// ln of a product of many small numbers, with few logarithms.
struct LogProduct {
    product: f64,
    sum: f64,
}

impl LogProduct {
    #[inline]
    fn times(&mut self, factor: f64) {
        self.product *= factor;
        if self.product < SMALL {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
    }

    /// A sequence's product and its last factor, `weight` times.
    #[inline]
    fn include(&mut self, mut other: Self, chance: f64, weight: f64) {
        other.times(chance);
        if weight > 1.0 {
            self.sum += weight * (other.sum + other.product.ln());
        } else {
            self.sum += other.sum;
            self.times(other.product);
        }
    }
}

/// Gives what each symbol collected to the counts of its item and its resource.
fn share_out(counts: &mut Counts, symbols: &[Symbol], tables: &Tables, sums: Sums) {
    let (runs, ends) = tables.unfolded(sums);
    let collected = symbols.iter().zip(tables.single()).zip(runs.iter().zip(&ends));
    for (at, ((symbol, matrix), (run, end))) in collected.enumerate() {
        let moved = |from: usize, to: usize| matrix[from][to] * run[from][to];
        let (learned, forgot) = (moved(0, 1), moved(1, 0));
        let (unknown, known) = (moved(0, 0) + learned, moved(1, 1) + forgot);
        plus(&mut counts.learns[symbol.resource as usize], learned, unknown);
        plus(&mut counts.forgets[symbol.resource as usize], forgot, known);
        let last = tables.ends[at];
        let (unknown, known) = (unknown + last[0] * end[0], known + last[1] * end[1]);
        let (guessed, slipped) = if symbol.is_right { (unknown, 0.0) } else { (0.0, known) };
        plus(&mut counts.guesses[symbol.item as usize], guessed, unknown);
        plus(&mut counts.slips[symbol.item as usize], slipped, known);
    }
}

fn plus(share: &mut [f64; 2], happened: f64, of: f64) {
    share[0] += happened;
    share[1] += of;
}
