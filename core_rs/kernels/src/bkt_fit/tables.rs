//! What a run of answers does to P(not known) and P(known), as one 2 x 2 matrix a run.
//!
//! An answer o multiplies the pair (P(answers so far, not known), P(answers so far, known)) by
//! `M_o = T diag(P(o | state))`, T being the transition (learn, forget). The matrix of a run is
//! the product of its answers' matrices, so runs of 8 need 256 matrices, made once an E-step,
//! and a sequence is walked 8 answers at a time: the "four Russians" way for hidden Markov
//! models (Lifshits, Mozes, Weimann & Ziv-Ukelson 2009, Algorithmica 54:379-399). What each
//! run's matrix collects on the way back (how much the likelihood turns on each of its
//! entries) is handed down by the chain rule, from runs of 8 to 4, 2 and 1, so the expected
//! counts are those of the answer-by-answer recursion, up to rounding.
//!
//! A sequence's last run is special: nothing is learned after the last answer that was seen,
//! and only the sum over both states matters, so it needs a pair and not a matrix.
//!
//! Cost: O(2^width) an E-step. Do not use wide runs for few answers: making the tables would
//! take longer than the walk.

use super::model::Rates;

/// A pair (not known, known).
pub(super) type Pair = [f64; 2];
/// Columns of a 2 x 2 matrix: (to not known, to known) from not known, then from known.
pub(super) type Matrix = [Pair; 2];

/// What an answer was: its place among the items, among the resources, and whether right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Symbol {
    pub item: u32,
    pub resource: u32,
    pub is_right: bool,
}

/// The two symbols of a skill whose answers differ in nothing but right or wrong.
pub(super) const PLAIN: [Symbol; 2] = [
    Symbol { item: 0, resource: 0, is_right: false },
    Symbol { item: 0, resource: 0, is_right: true },
];

/// Matrices of runs, and pairs of last runs, at one set of parameters.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// By halving width: runs of `width`, half of it, ..., 1 answers; a run's code has its
    /// first answer in the highest bit.
    levels: Vec<Vec<Matrix>>,
    /// Last runs of 1 to `width` answers; those of r answers start at 2^r - 2.
    pub ends: Vec<Pair>,
    n_symbols: usize,
}

/// What the matrices and pairs collected.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    /// By run of `width` answers.
    pub runs: Vec<Matrix>,
    /// By last run.
    pub ends: Vec<Pair>,
}

/// Where last runs of `answers` answers start; of `n_symbols` other than 2, runs are of 1.
pub(super) fn end_offset(answers: usize) -> usize {
    (1 << answers) - 2
}

impl Tables {
    /// The tables of `width` answers a run (1 unless `symbols` are the plain two).
    pub fn new(symbols: &[Symbol], rates: &Rates, width: usize) -> Self {
        let single: Vec<Matrix> = symbols.iter().map(|symbol| step(*symbol, rates)).collect();
        let last: Vec<Pair> = symbols.iter().map(|symbol| seen(*symbol, rates)).collect();
        let mut levels = vec![single];
        let mut reached = 1;
        while reached < width {
            let half = &levels[levels.len() - 1];
            let doubled = half.iter().flat_map(|first| half.iter().map(|l| product(l, first)));
            let doubled = doubled.collect();
            levels.push(doubled);
            reached *= 2;
        }
        let mut ends = last;
        for answers in 2..=width {
            let shorter = end_offset(answers - 1);
            let codes = 1 << (answers - 1);
            for matrix in &levels[0] {
                for code in 0..codes {
                    ends.push(back(matrix, ends[shorter + code]));
                }
            }
        }
        levels.reverse();
        Self { levels, ends, n_symbols: symbols.len() }
    }

    /// Matrices by run.
    pub fn runs(&self) -> &[Matrix] {
        &self.levels[0]
    }

    /// Nothing collected yet.
    pub fn sums(&self) -> Sums {
        Sums {
            runs: vec![[[0.0; 2]; 2]; self.levels[0].len()],
            ends: vec![[0.0; 2]; self.ends.len()],
        }
    }

    /// What the symbols' own matrices and last pairs collected, from what runs did.
    pub fn unfolded(&self, sums: Sums) -> (Vec<Matrix>, Vec<Pair>) {
        let mut runs = sums.runs;
        for half in &self.levels[1..] {
            let mut halves = vec![[[0.0; 2]; 2]; half.len()];
            for (code, sum) in
                runs.iter().enumerate().filter(|(_, sum)| sum[0][0] + sum[1][1] > 0.0)
            {
                let (first, last) = (code / half.len(), code % half.len());
                add(&mut halves[last], &times_transposed(sum, &half[first]));
                add(&mut halves[first], &transposed_times(&half[last], sum));
            }
            runs = halves;
        }
        let single = &self.levels[self.levels.len() - 1];
        let mut ends = sums.ends;
        while ends.len() > self.n_symbols {
            let answers = (ends.len() + 2).ilog2() as usize - 1;
            let longest = ends.split_off(end_offset(answers));
            let (codes, shorter) = (1 << (answers - 1), end_offset(answers - 1));
            for (code, sum) in longest.into_iter().enumerate() {
                let (first, rest) = (code / codes, shorter + code % codes);
                let pair = self.ends[rest];
                add(&mut runs[first], &outer(pair, sum));
                let onward = forth(&single[first], sum);
                ends[rest][0] += onward[0];
                ends[rest][1] += onward[1];
            }
        }
        (runs, ends)
    }

    /// The symbols' own matrices.
    pub fn single(&self) -> &[Matrix] {
        &self.levels[self.levels.len() - 1]
    }
}

/// P(the symbol's answer | not known, known).
fn seen(symbol: Symbol, rates: &Rates) -> Pair {
    let (guess, slip) =
        (rates.guesses[symbol.item as usize], rates.slips[symbol.item as usize]);
    if symbol.is_right { [guess, 1.0 - slip] } else { [1.0 - guess, slip] }
}

fn step(symbol: Symbol, rates: &Rates) -> Matrix {
    let at = symbol.resource as usize;
    let (learn, forget) = (rates.learns[at], rates.forgets[at]);
    let [unknown, known] = seen(symbol, rates);
    [[(1.0 - learn) * unknown, learn * unknown], [forget * known, (1.0 - forget) * known]]
}

/// The matrix times a pair.
#[inline]
pub(super) fn forth(matrix: &Matrix, pair: Pair) -> Pair {
    let [from_unknown, from_known] = matrix;
    [
        from_unknown[0] * pair[0] + from_known[0] * pair[1],
        from_unknown[1] * pair[0] + from_known[1] * pair[1],
    ]
}

/// The transposed matrix times a pair.
#[inline]
pub(super) fn back(matrix: &Matrix, pair: Pair) -> Pair {
    let [from_unknown, from_known] = matrix;
    [
        from_unknown[0] * pair[0] + from_unknown[1] * pair[1],
        from_known[0] * pair[0] + from_known[1] * pair[1],
    ]
}

/// Entry (to, from) is `to[to] * from[from]`.
#[inline]
pub(super) fn outer(to: Pair, from: Pair) -> Matrix {
    [[to[0] * from[0], to[1] * from[0]], [to[0] * from[1], to[1] * from[1]]]
}

#[inline]
pub(super) fn add(sum: &mut Matrix, more: &Matrix) {
    for (column, other) in sum.iter_mut().zip(more) {
        column[0] += other[0];
        column[1] += other[1];
    }
}

/// `last` after `first`.
fn product(last: &Matrix, first: &Matrix) -> Matrix {
    [forth(last, first[0]), forth(last, first[1])]
}

/// `sum` times `first` transposed: what `last` collected.
fn times_transposed(sum: &Matrix, first: &Matrix) -> Matrix {
    let column = |from: usize| {
        [
            sum[0][0] * first[0][from] + sum[1][0] * first[1][from],
            sum[0][1] * first[0][from] + sum[1][1] * first[1][from],
        ]
    };
    [column(0), column(1)]
}

/// `last` transposed times `sum`: what `first` collected.
fn transposed_times(last: &Matrix, sum: &Matrix) -> Matrix {
    [back(last, sum[0]), back(last, sum[1])]
}
