//! A skill's sequences as runs of answers, equal sequences kept once with how often they occur.
//!
//! A sequence of n answers becomes floor((n - 1) / width) runs of `width` answers and a last
//! run of 1 to `width`. On short sequences many are equal (with 8 answers or fewer there are
//! 510 different ones); their expected counts are equal too, so one is walked for all. Sorting
//! by content makes the order of summation independent of the order of the log.
//!
//! Cost: O(answers) to cut, O(sequences log sequences) to sort, once for all E-steps. Do not
//! change the width between two fits that should agree to the bit.

use std::ops::Range;

use super::answers::{Answers, Sorted};
use super::model::Places;
use super::tables::{PLAIN, Symbol, end_offset};

/// From this many answers on, runs of 4 pay for their tables (20 matrices and 28 pairs, there
/// and back, are some 800 products; 36 steps of 20 products fall away) ...
const WIDE: usize = 48;
/// ... and from here on runs of 8 (256 matrices and 480 pairs more, some 12,000 products; 500
/// steps fall away).
const WIDEST: usize = 4_000;

/// A skill's sequences, ready to be walked.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    /// Answers a run.
    pub width: usize,
    /// What an answer can be.
    pub symbols: Vec<Symbol>,
    /// All runs but each sequence's last.
    pub wide: Vec<u32>,
    /// The sequences, cut from `wide` one after the other.
    pub sequences: Vec<Sequence>,
    /// How many answers, repetitions counted.
    pub answers: usize,
}

/// One learner's answers on a skill, or several learners' equal ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sequence {
    /// How many of the runs are its own.
    pub n_runs: u32,
    /// Its last run.
    pub end: u32,
    /// Place of the learner's group.
    pub group: u32,
    /// How many learners have it.
    pub weight: f64,
}

/// What a sequence is told apart by: its runs, its last one, its group.
type Key = (Range<usize>, u32, u32);

/// How many answers a run is to have among `answers` of a plain skill.
pub(super) fn width_for(answers: usize) -> usize {
    match answers {
        WIDEST.. => 8,
        WIDE.. => 4,
        _ => 1,
    }
}

impl Runs {
    /// The sequences `of` the sorted log that have no places of their own, `width` a run.
    pub fn plain(sorted: &Sorted, of: Range<usize>, width: usize, is_folded: bool) -> Self {
        let bit = |at: usize| u32::from(sorted.rights[at]);
        Self::cut(sorted, of, PLAIN.to_vec(), width, is_folded, bit, |_| 0)
    }

    /// The sequences `of` the sorted log with a symbol for each item, resource and result.
    pub fn placed(
        answers: &Answers,
        sorted: &Sorted,
        of: Range<usize>,
        places: &Places,
        is_folded: bool,
    ) -> Self {
        let columns = &answers.columns;
        let place = |list: &[usize], column: &Option<Vec<usize>>, at: usize| {
            let id = column.as_ref().and_then(|ids| ids.get(sorted.rows[at] as usize));
            #[expect(clippy::cast_possible_truncation, reason = "fewer places than rows")]
            id.map_or(0, |id| Places::of(list, *id) as u32)
        };
        let symbol = |at: usize| Symbol {
            item: place(&places.items, &columns.items, at),
            resource: place(&places.resources, &columns.resources, at),
            is_right: sorted.rights[at],
        };
        let group = |at: usize| place(&places.groups, &columns.groups, at);
        if places.items.is_empty() && places.resources.is_empty() {
            let bit = |at: usize| u32::from(sorted.rights[at]);
            let count = sorted.sequences[of.end] - sorted.sequences[of.start];
            let width = width_for(count);
            return Self::cut(sorted, of, PLAIN.to_vec(), width, is_folded, bit, group);
        }
        let all = sorted.sequences[of.start]..sorted.sequences[of.end];
        let mut symbols: Vec<Symbol> = all.map(symbol).collect();
        symbols.sort_unstable();
        symbols.dedup();
        #[expect(clippy::cast_possible_truncation, reason = "fewer symbols than rows")]
        let code = |at: usize| symbols.partition_point(|other| *other < symbol(at)) as u32;
        Self::cut(sorted, of, symbols.clone(), 1, is_folded, code, group)
    }

    fn cut(
        sorted: &Sorted,
        of: Range<usize>,
        symbols: Vec<Symbol>,
        width: usize,
        is_folded: bool,
        code: impl Fn(usize) -> u32,
        group: impl Fn(usize) -> u32,
    ) -> Self {
        let joined = |from: usize, to: usize| (from..to).fold(0, |run, at| run << 1 | code(at));
        let mut runs = vec![];
        let mut keys: Vec<Key> = Vec::with_capacity(of.len());
        for pair in sorted.sequences[of.start..=of.end].windows(2) {
            let (from, to, first) = (pair[0], pair[1], runs.len());
            let wide = (to - from - 1) / width;
            let last = from + wide * width;
            if width == 1 {
                runs.extend((from..last).map(&code));
                keys.push((first..runs.len(), code(last), group(from)));
            } else {
                runs.extend(
                    (0..wide).map(|run| from + run * width).map(|at| joined(at, at + width)),
                );
                #[expect(clippy::cast_possible_truncation, reason = "at most 510")]
                let offset = end_offset(to - last) as u32;
                keys.push((first..runs.len(), offset + joined(last, to), group(from)));
            }
        }
        let answers = sorted.sequences[of.end] - sorted.sequences[of.start];
        let (wide, sequences) = ordered(&runs, keys, is_folded);
        Self { width, symbols, wide, sequences, answers }
    }

    /// Runs in the longest sequence.
    pub fn longest(&self) -> usize {
        self.sequences.iter().map(|one| one.n_runs as usize).max().unwrap_or(0)
    }
}

/// Runs and sequences in the order of their content, equal ones once if `is_folded`.
fn ordered(runs: &[u32], mut keys: Vec<Key>, is_folded: bool) -> (Vec<u32>, Vec<Sequence>) {
    let content = |key: &Key| (key.2, key.0.len(), key.1);
    keys.sort_by(|one, other| {
        let shape = content(one).cmp(&content(other));
        shape.then_with(|| runs[one.0.clone()].cmp(&runs[other.0.clone()]))
    });
    let mut sorted = Vec::with_capacity(runs.len());
    let mut sequences: Vec<Sequence> = vec![];
    let mut last: Option<&Key> = None;
    for key in &keys {
        let own = &runs[key.0.clone()];
        let is_same =
            |other: &Key| content(other) == content(key) && runs[other.0.clone()] == *own;
        match sequences.last_mut() {
            Some(sequence) if is_folded && last.is_some_and(is_same) => sequence.weight += 1.0,
            _ => {
                sorted.extend_from_slice(own);
                #[expect(clippy::cast_possible_truncation, reason = "fewer runs than rows")]
                let n_runs = own.len() as u32;
                sequences.push(Sequence { n_runs, end: key.1, group: key.2, weight: 1.0 });
            }
        }
        last = Some(key);
    }
    (sorted, sequences)
}
