//! Item fit: does an item behave as its curve says?
//!
//! S-X2 (Orlando & Thissen 2000, Applied Psychological Measurement 24:50-64): learners with the
//! same number right should get an item right as often as the model expects of that score,
//! E = sum P f(s-1) w / sum (P f(s-1) + Q f(s)) w over nodes, with f the chance of a score on
//! the other items (Lord & Wingersky 1984). The statistic sums N (O - E)^2 / (E (1 - E)) over
//! scores 1 to n - 1; neighbouring scores are taken together, from both ends inwards, until
//! each cell expects at least one right and one wrong answer. Degrees of freedom: cells less
//! the item's estimated parameters.
//!
//! Cost: O(items^3 x nodes). Do not use it on adaptive tests: only learners who answered every
//! item have a score that compares.

use super::calibrate::Responses;
use super::calibrate::{Curve, Nodes, Population};
use super::chi_square::upper_tail;
use crate::error::{Error, within};

/// A cell expects at least this many answers.
const LEAST_EXPECTED: f64 = 1.0;

/// A calibrated item, as the test sees it.
#[derive(Clone, Copy, Debug)]
pub struct Fitted {
    /// Discrimination, not above 20 either way.
    pub a: f64,
    /// Difficulty.
    pub b: f64,
    /// Lower asymptote.
    pub c: f64,
    /// How many of its parameters were estimated from these answers.
    pub n_free: usize,
}

/// A part of the learners.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// How many they are, in any unit.
    pub share: f64,
    /// Mean of their abilities.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// How well an item fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemFit {
    /// S-X2.
    pub s_x2: f64,
    /// Degrees of freedom; 0 when too few scores are left to test.
    pub df: usize,
    /// P(S-X2 at least that large) if the item fits; 1 without degrees of freedom.
    pub p: f64,
}

/// Learners of one score, or of neighbouring ones.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    learners: f64,
    right: f64,
    expected: f64,
}

/// The fit of each of `items`, for learners who are a mixture of `parts`.
///
/// # Errors
/// `Cell` and `Size` for answers that are none, `Size` when nobody answered every item,
/// `OutOfRange` for parameters that cannot be.
///
/// ```
/// use mangotree_kernels::irt::calibrate::Responses;
/// use mangotree_kernels::irt::item_fit::{Fitted, Part, item_fit};
/// // Two equal items: of those with one right, each item should be right for half.
/// let answers = [1, 0, 1, 0, 1, 0, 0, 1].repeat(4);
/// let responses = Responses { answers: &answers, n_items: 2, groups: &[0; 16], n_groups: 1 };
/// let item = Fitted { a: 1.0, b: 0.0, c: 0.0, n_free: 0 };
/// let everybody = Part { share: 1.0, mean: 0.0, sd: 1.0 };
/// let found = item_fit(&responses, &[item; 2], &[everybody], 61)?;
/// assert!((found[0].s_x2 - 4.0).abs() < 1e-12); // 16 (3/4 - 1/2)^2 / (1/2 * 1/2)
/// assert_eq!(found[0].df, 1);
/// # Ok::<(), mangotree_kernels::error::Error>(())
/// ```
pub fn item_fit(
    responses: &Responses<'_>,
    items: &[Fitted],
    parts: &[Part],
    nodes: usize,
) -> Result<Vec<ItemFit>, Error> {
    responses.checked()?;
    let nodes = checked(responses, items, parts, nodes)?;
    let tallies = tallies(responses)?;
    let weights = mixture(parts, &nodes);
    let curves: Vec<Curve> = items
        .iter()
        .map(|item| Curve { slope: item.a, intercept: -item.a * item.b, guess: item.c })
        .collect();
    let width = nodes.width();
    let (mut rights, mut wrongs) =
        (vec![0.0; width * items.len()], vec![0.0; width * items.len()]);
    let rows = rights.chunks_exact_mut(width).zip(wrongs.chunks_exact_mut(width));
    for (curve, (rights, wrongs)) in curves.iter().zip(rows) {
        curve.fill(&nodes.thetas, rights, wrongs);
    }
    let of_item = |(item, fitted): (usize, &Fitted)| {
        let expected = expected(item, &rights, &wrongs, &weights);
        tested(&tallies, item, &expected, fitted.n_free)
    };
    Ok(items.iter().enumerate().map(of_item).collect())
}

fn checked(
    responses: &Responses<'_>,
    items: &[Fitted],
    parts: &[Part],
    nodes: usize,
) -> Result<Nodes, Error> {
    if items.len() != responses.n_items {
        let allowed = responses.n_items.to_string();
        return Err(Error::Size { field: "items", value: items.len(), allowed });
    }
    if parts.is_empty() {
        let allowed = "at least one".to_owned();
        return Err(Error::Size { field: "populations", value: 0, allowed });
    }
    if !(5..=1001).contains(&nodes) {
        let allowed = "5 to 1001".to_owned();
        return Err(Error::Size { field: "nodes", value: nodes, allowed });
    }
    for item in items {
        within("a", item.a, (-20.0, 20.0), "-20 to 20")?;
        within("b", item.b, (-1e6, 1e6), "-1e6 to 1e6")?;
        within("c", item.c, (0.0, 0.9), "0 to 0.9")?;
    }
    for part in parts {
        within("population share", part.share, (1e-9, 1e12), "above 0")?;
        within("population mean", part.mean, (-6.0, 6.0), "-6 to 6")?;
        within("population sd", part.sd, (0.1, 10.0), "0.1 to 10")?;
    }
    Ok(Nodes::new(nodes))
}

/// For each score the learners who answered everything, and how many of them got each item
/// right: `counts[score] = (learners, rights)`.
fn tallies(responses: &Responses<'_>) -> Result<Vec<(f64, Vec<f64>)>, Error> {
    let n = responses.n_items;
    let mut tallies = vec![(0.0, vec![0.0; n]); n + 1];
    for said in responses.answers.chunks_exact(n) {
        if said.contains(&-1) {
            continue;
        }
        let score = said.iter().filter(|answer| **answer == 1).count();
        let (learners, rights) = &mut tallies[score];
        *learners += 1.0;
        for (right, answer) in rights.iter_mut().zip(said) {
            *right += f64::from(*answer);
        }
    }
    if tallies.iter().all(|(learners, _)| *learners == 0.0) {
        let allowed = "at least one row without a missing answer".to_owned();
        return Err(Error::Size { field: "complete rows", value: 0, allowed });
    }
    Ok(tallies)
}

fn mixture(parts: &[Part], nodes: &Nodes) -> Vec<f64> {
    let total: f64 = parts.iter().map(|part| part.share).sum();
    let mut weights = vec![0.0; nodes.width()];
    for part in parts {
        let own = nodes.weights(Population { mean: part.mean, sd: part.sd });
        for (weight, own) in weights.iter_mut().zip(own) {
            *weight += part.share / total * own;
        }
    }
    weights
}

/// For each score the chance of a right answer to `item`.
fn expected(item: usize, rights: &[f64], wrongs: &[f64], weights: &[f64]) -> Vec<f64> {
    let width = weights.len();
    let n = rights.len() / width;
    // Scores on the other items at each node, the weight included.
    let mut scores = vec![0.0; (n + 1) * width];
    scores[..width].copy_from_slice(weights);
    for (done, other) in (0..n).filter(|other| *other != item).enumerate() {
        let at = other * width;
        for score in (0..=done + 1).rev() {
            for node in 0..width {
                let stays = scores[score * width + node] * wrongs[at + node];
                let rises = if score == 0 {
                    0.0
                } else {
                    scores[(score - 1) * width + node] * rights[at + node]
                };
                scores[score * width + node] = stays + rises;
            }
        }
    }
    let at = item * width;
    let sum = |score: usize, chances: &[f64]| -> f64 {
        let scores = &scores[score * width..(score + 1) * width];
        scores.iter().zip(&chances[at..]).map(|(share, chance)| share * chance).sum()
    };
    (0..=n)
        .map(|score| {
            let right = if score == 0 { 0.0 } else { sum(score - 1, rights) };
            let wrong = if score == n { 0.0 } else { sum(score, wrongs) };
            right / (right + wrong).max(f64::MIN_POSITIVE)
        })
        .collect()
}

fn tested(
    tallies: &[(f64, Vec<f64>)],
    item: usize,
    expected: &[f64],
    n_free: usize,
) -> ItemFit {
    let n = tallies.len() - 1;
    let cells = (1..n).map(|score| {
        let (learners, rights) = &tallies[score];
        Cell { learners: *learners, right: rights[item], expected: learners * expected[score] }
    });
    let cells = taken_together(&cells.collect::<Vec<Cell>>());
    let part = |cell: &Cell| {
        let miss = cell.right - cell.expected;
        miss * miss / cell.expected + miss * miss / (cell.learners - cell.expected)
    };
    let s_x2 = cells.iter().map(part).sum();
    let df = cells.len().saturating_sub(n_free);
    ItemFit { s_x2, df, p: upper_tail(s_x2, df) }
}

/// Cells from both ends inwards, each large enough; none when all together are too few.
fn taken_together(cells: &[Cell]) -> Vec<Cell> {
    let total: f64 = cells.iter().map(|cell| cell.learners).sum();
    let (mut low, mut passed) = (Vec::new(), 0.0);
    let middle = cells
        .iter()
        .position(|cell| {
            passed += cell.learners;
            passed >= total / 2.0
        })
        .unwrap_or(0);
    let (below, above) = cells.split_at(middle);
    let rest_below = gathered(below.iter(), &mut low);
    let mut high = Vec::new();
    let rest_above = gathered(above.iter().rev(), &mut high);
    low.extend(high.into_iter().rev());
    let rest = rest_below.with(&rest_above);
    if rest.learners > 0.0 {
        // What is left in the middle goes to the cell beside it.
        let beside = low.len().min(middle);
        let place = beside.saturating_sub(1).min(low.len().saturating_sub(1));
        match low.get_mut(place) {
            Some(cell) => *cell = cell.with(&rest),
            None if rest.is_enough() => low.push(rest),
            None => {}
        }
    }
    low
}

/// Adds up cells in their order into those that are large enough; gives what is left.
fn gathered<'a>(cells: impl Iterator<Item = &'a Cell>, into: &mut Vec<Cell>) -> Cell {
    let mut open = Cell::default();
    for cell in cells {
        open = open.with(cell);
        if open.is_enough() {
            into.push(std::mem::take(&mut open));
        }
    }
    open
}

impl Cell {
    fn with(&self, other: &Self) -> Self {
        Self {
            learners: self.learners + other.learners,
            right: self.right + other.right,
            expected: self.expected + other.expected,
        }
    }

    fn is_enough(&self) -> bool {
        self.expected >= LEAST_EXPECTED && self.learners - self.expected >= LEAST_EXPECTED
    }
}
