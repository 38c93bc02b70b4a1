//! Logistic regression by Newton's method (iteratively reweighted least squares).
//!
//! The log-likelihood of weights w is the sum over rows of c (y ln p + (1-y) ln(1-p)) with
//! p = sigmoid(w.x) and c the row's share, less ridge/2 |w|^2. One step solves H d = g with the
//! slope g and the negative curvature H (`McCullagh` & Nelder 1989, Generalized Linear Models,
//! 2.5); a step that would make things worse is halved. A weight may carry a sign: while one
//! would end on its wrong side, the one furthest there is set to 0 and the others are solved
//! for again.
//!
//! ```
//! use mangotree_kernels::newton::{Regression, fit};
//! // Three of four right: the weight of the constant is ln 3.
//! let rows = Regression { width: 1, features: &[1.0; 4], rights: &[1.0, 1.0, 1.0, 0.0],
//!                         shares: &[1.0; 4], offsets: &[] };
//! let found = fit(&rows, &[0], 0.0)?;
//! assert!((found.weights[0] - 3.0_f64.ln()).abs() < 1e-9);
//! assert!((found.covariance[0] - 4.0 / 3.0).abs() < 1e-9); // 1 / (4 * 3/4 * 1/4)
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(rows x width^2) a step, about six steps. Do not use it for thousands of weights.

use crate::error::Error;
use crate::linear;
use crate::logistic::sigmoid;

/// Steps after which a fit that has not settled is refused.
const MAX_STEPS: usize = 60;
/// A step this small in every weight is the end.
const TOLERANCE: f64 = 1e-9;
/// Halvings of a step before it is taken for the end.
const MAX_HALVINGS: usize = 30;

/// Rows to fit: `features` row after row, `width` each.
#[derive(Clone, Copy, Debug)]
pub struct Regression<'a> {
    /// Features in a row.
    pub width: usize,
    /// `rows * width` numbers.
    pub features: &'a [f64],
    /// What happened, 0 to 1, one a row.
    pub rights: &'a [f64],
    /// How much each row counts, above 0, one a row.
    pub shares: &'a [f64],
    /// What each row's logit starts from, one a row; empty for 0.
    pub offsets: &'a [f64],
}

/// Fitted weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// One a feature.
    pub weights: Vec<f64>,
    /// Their covariance, `width * width`: the inverse curvature over the weights that are not
    /// held at 0 by their sign, 0 elsewhere.
    pub covariance: Vec<f64>,
    /// The log-likelihood without the ridge.
    pub log_likelihood: f64,
}

/// The weights that make `rows` likeliest, none against its sign (`signs` holds -1, 0 or 1 a
/// feature; 0 allows both).
///
/// # Errors
/// `Size` when the lists do not fit each other, `OutOfRange` when the features leave a weight
/// undetermined or the steps do not settle (then a ridge above 0 helps).
pub fn fit(rows: &Regression<'_>, signs: &[i8], ridge: f64) -> Result<Found, Error> {
    checked(rows, signs)?;
    let mut weights = vec![0.0; rows.width];
    let mut best = objective(rows, &weights, ridge);
    for _ in 0..MAX_STEPS {
        let (moved, reached) = newton_step(rows, signs, ridge, &weights, best)?;
        let largest =
            weights.iter().zip(&moved).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        (weights, best) = (moved, reached);
        if largest < TOLERANCE {
            return Ok(found(rows, weights, signs, ridge));
        }
    }
    Err(Error::OutOfRange {
        field: "ridge",
        value: ridge,
        allowed: "enough that the fit settles within 60 steps",
    })
}

/// The weights one step on from `weights`: for a fit in turns with something else, whose next
/// turn takes the next step.
///
/// # Errors
/// As for [`fit`], but for steps that do not settle; `Size` when `weights` are not `width`.
pub fn stepped(
    rows: &Regression<'_>,
    signs: &[i8],
    ridge: f64,
    weights: &[f64],
) -> Result<Vec<f64>, Error> {
    checked(rows, signs)?;
    if weights.len() != rows.width {
        let allowed = rows.width.to_string();
        return Err(Error::Size { field: "weights", value: weights.len(), allowed });
    }
    let best = objective(rows, weights, ridge);
    Ok(newton_step(rows, signs, ridge, weights, best)?.0)
}

fn newton_step(
    rows: &Regression<'_>,
    signs: &[i8],
    ridge: f64,
    weights: &[f64],
    best: f64,
) -> Result<(Vec<f64>, f64), Error> {
    let (slope, curvature) = derivatives(rows, weights, ridge);
    let step = signed_step(&slope, &curvature, weights, signs)
        .ok_or_else(|| undetermined(rows.width))?;
    Ok(improved(rows, weights, &step, ridge, best))
}

fn checked(rows: &Regression<'_>, signs: &[i8]) -> Result<(), Error> {
    let n = rows.rights.len();
    let lists = [
        ("features", rows.features.len(), n * rows.width),
        ("shares", rows.shares.len(), n),
        ("signs", signs.len(), rows.width),
        ("offsets", rows.offsets.len(), if rows.offsets.is_empty() { 0 } else { n }),
    ];
    for (field, value, wanted) in lists {
        if value != wanted {
            return Err(Error::Size { field, value, allowed: wanted.to_string() });
        }
    }
    Ok(())
}

fn undetermined(width: usize) -> Error {
    Error::Size {
        field: "features",
        value: width,
        allowed: "only columns that rows tell apart, or a ridge above 0".to_owned(),
    }
}

fn logit_at(rows: &Regression<'_>, row: usize, weights: &[f64]) -> f64 {
    let features = &rows.features[row * rows.width..(row + 1) * rows.width];
    let offset = rows.offsets.get(row).copied().unwrap_or(0.0);
    offset + features.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>()
}

fn log_likelihood(rows: &Regression<'_>, weights: &[f64]) -> f64 {
    let of_row = |(row, (y, share)): (usize, (&f64, &f64))| {
        let logit = logit_at(rows, row, weights);
        // ln sigmoid(z) = -ln(1 + exp(-z)) without overflow.
        let ln_wrong = -logit.max(0.0) - (-logit.abs()).exp().ln_1p();
        share * (y * logit + ln_wrong)
    };
    rows.rights.iter().zip(rows.shares).enumerate().map(of_row).sum()
}

fn objective(rows: &Regression<'_>, weights: &[f64], ridge: f64) -> f64 {
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    log_likelihood(rows, weights) - ridge / 2.0 * squares
}

fn derivatives(rows: &Regression<'_>, weights: &[f64], ridge: f64) -> (Vec<f64>, Vec<f64>) {
    let width = rows.width;
    let mut slope: Vec<f64> = weights.iter().map(|w| -ridge * w).collect();
    let mut curvature = vec![0.0; width * width];
    for row in 0..rows.rights.len() {
        let p = sigmoid(logit_at(rows, row, weights));
        let features = &rows.features[row * width..(row + 1) * width];
        let miss = rows.shares[row] * (rows.rights[row] - p);
        let spread = rows.shares[row] * p * (1.0 - p);
        for (at, x) in features.iter().enumerate() {
            slope[at] += miss * x;
            let scaled = spread * x;
            for (entry, other) in curvature[at * width..].iter_mut().zip(&features[..=at]) {
                *entry += scaled * other;
            }
        }
    }
    for at in 0..width {
        curvature[at * width + at] += ridge;
        for other in 0..at {
            curvature[other * width + at] = curvature[at * width + other];
        }
    }
    (slope, curvature)
}

/// Newton's step to weights that keep their signs.
fn signed_step(
    slope: &[f64],
    curvature: &[f64],
    weights: &[f64],
    signs: &[i8],
) -> Option<Vec<f64>> {
    let width = weights.len();
    let mut step: Vec<f64> = weights.iter().map(|weight| -weight).collect();
    let mut free: Vec<usize> = (0..width).collect();
    loop {
        let held = |at: usize| (0..width).filter(|o| !free.contains(o)).map(move |o| (at, o));
        let side: Vec<f64> = free
            .iter()
            .map(|at| {
                let pull =
                    |(row, other): (usize, usize)| curvature[row * width + other] * step[other];
                slope[*at] - held(*at).map(pull).sum::<f64>()
            })
            .collect();
        let part = part_of(curvature, width, &free);
        let solved = linear::solve(&part, &side)?;
        let beyond = |place: usize| {
            let at = free[place];
            let end = weights[at] + solved[place];
            (end * f64::from(signs[at]) < 0.0).then_some((end.abs(), place))
        };
        let worst = (0..free.len()).filter_map(beyond).max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, place)) = worst else {
            for (at, change) in free.iter().zip(solved) {
                step[*at] = change;
            }
            return Some(step);
        };
        free.remove(place);
    }
}

/// The weights after `step`, halved until they are no worse than `best`.
fn improved(
    rows: &Regression<'_>,
    weights: &[f64],
    step: &[f64],
    ridge: f64,
    best: f64,
) -> (Vec<f64>, f64) {
    let mut scale = 1.0;
    for _ in 0..MAX_HALVINGS {
        let moved: Vec<f64> = weights.iter().zip(step).map(|(w, d)| w + scale * d).collect();
        let reached = objective(rows, &moved, ridge);
        if reached >= best {
            return (moved, reached);
        }
        scale /= 2.0;
    }
    (weights.to_vec(), best)
}

/// The rows and columns `free` of a matrix `width` wide.
fn part_of(matrix: &[f64], width: usize, free: &[usize]) -> Vec<f64> {
    free.iter()
        .flat_map(|row| free.iter().map(move |column| matrix[row * width + column]))
        .collect()
}

fn found(rows: &Regression<'_>, weights: Vec<f64>, signs: &[i8], ridge: f64) -> Found {
    let width = rows.width;
    let (_, curvature) = derivatives(rows, &weights, ridge);
    let is_free = |at: &usize| signs[*at] == 0 || weights[*at] != 0.0;
    let free: Vec<usize> = (0..width).filter(is_free).collect();
    let part = part_of(&curvature, width, &free);
    let mut covariance = vec![0.0; width * width];
    if let Some(inverse) = linear::inverse(&part, free.len()) {
        for (row, at) in free.iter().enumerate() {
            for (column, other) in free.iter().enumerate() {
                covariance[at * width + other] = inverse[row * free.len() + column];
            }
        }
    }
    let log_likelihood = log_likelihood(rows, &weights);
    Found { weights, covariance, log_likelihood }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_against_its_sign_is_held_at_zero() {
        let features = [1.0, -1.0, 1.0, 1.0, 1.0, -1.0, 1.0, 1.0];
        let rights = [1.0, 0.0, 1.0, 1.0];
        let rows = Regression {
            width: 2,
            features: &features,
            rights: &rights,
            shares: &[1.0; 4],
            offsets: &[],
        };
        let free = fit(&rows, &[0, 0], 0.1).unwrap();
        assert!(free.weights[1] < 0.0);
        let held = fit(&rows, &[0, 1], 0.1).unwrap();
        assert!(held.weights[1].abs() < 1e-15 && held.covariance[3].abs() < 1e-15);
        assert!(held.log_likelihood < free.log_likelihood);
    }

    #[test]
    fn separable_rows_settle_with_a_ridge_and_are_refused_without() {
        let rows = Regression {
            width: 1,
            features: &[1.0, -1.0],
            rights: &[1.0, 0.0],
            shares: &[1.0; 2],
            offsets: &[],
        };
        assert!(fit(&rows, &[0], 0.0).is_err());
        assert!(fit(&rows, &[0], 0.5).unwrap().weights[0] > 0.0);
    }
}
