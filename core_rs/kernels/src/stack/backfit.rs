//! Weights and corrections that make a log likeliest, each family as wide as the log says.
//!
//! The log-likelihood less w^2 ridge/2 for the shared weights and less u^2 / 2t for each
//! correction u of a family of variance t. In turns (backfitting; Hastie & Tibshirani 1990,
//! Generalized Additive Models, 4.4): one Newton step of all weights together
//! ([`crate::newton`], signs kept), then for each family one Newton step of each of its
//! corrections alone, and its variance anew: t = sum u^2 / sum h v, with h a correction's
//! curvature and v = 1/(h + 1/t) its variance, so h v is the share of a correction that the
//! log determined (`MacKay` 1992, Neural Computation 4:415-447). A family that tells nothing
//! shrinks towards 0 by itself: nothing is left to choose.
//!
//! Cost: O(rounds x rows x (width^2 + corrections met)). Do not use it on fewer learners than
//! some ten: variances need many corrections to be found from.

use crate::error::Error;
use crate::logistic::sigmoid;
use crate::newton::{Regression, stepped};
use crate::stack::columns::COLUMNS;
use crate::stack::effects::FAMILY_COUNT;
use crate::stack::rows::{Entry, Rows};

/// Rounds: between the eighth and the twelfth the area on learners held out grew by .0004.
const ROUNDS: usize = 10;
/// Prior of a weight, variance 1.
const RIDGE: f64 = 1.0;
/// Where each family's variance starts, and its bounds.
const START: f64 = 0.02;
const NARROWEST: f64 = 1e-5;
const WIDEST: f64 = 4.0;

/// What a backfit found.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    /// One for each of the rows' columns.
    pub weights: Vec<f64>,
    /// One for each place.
    pub corrections: Vec<f64>,
    /// One for each family.
    pub variances: [f64; FAMILY_COUNT],
}

/// Weights and corrections (`count` of them) from the rows whose share is above 0.
pub(crate) fn backfit(rows: &Rows, shares: &[f64], count: usize) -> Result<Fitted, Error> {
    let signs: Vec<i8> = rows.columns.iter().map(|place| COLUMNS[*place].sign).collect();
    let mut found = Fitted {
        weights: vec![0.0; rows.columns.len()],
        corrections: vec![0.0; count],
        variances: [START; FAMILY_COUNT],
    };
    let mut dense = vec![0.0; rows.rights.len()];
    let mut offsets = dense.clone();
    let mut sums = vec![(0.0, 0.0); count];
    for round in 0..ROUNDS {
        let regression = Regression {
            width: rows.columns.len(),
            features: &rows.dense,
            rights: &rows.rights,
            shares,
            offsets: &offsets,
        };
        found.weights = stepped(&regression, &signs, RIDGE, &found.weights)?;
        rows.fill_dense(&found.weights, &mut dense);
        for (family, entries) in rows.families.iter().enumerate() {
            let one = Family { entries, rows, shares, dense: &dense };
            let variance = &mut found.variances[family];
            let next = one.improve(*variance, &mut offsets, &mut found.corrections, &mut sums);
            if round > 0 {
                *variance = next;
            }
        }
    }
    Ok(found)
}

impl Rows {
    /// The dense part of every row's logit.
    pub(crate) fn fill_dense(&self, weights: &[f64], dense: &mut [f64]) {
        for (logit, row) in dense.iter_mut().zip(self.dense.chunks_exact(weights.len())) {
            *logit = row.iter().zip(weights).map(|(x, weight)| x * weight).sum();
        }
    }
}

/// One family of corrections beside everything else.
struct Family<'a> {
    entries: &'a [Entry],
    rows: &'a Rows,
    shares: &'a [f64],
    dense: &'a [f64],
}

impl Family<'_> {
    /// One Newton step of each correction; gives the variance that they now speak for. `sums`
    /// comes and goes full of zeros.
    fn improve(
        &self,
        variance: f64,
        offsets: &mut [f64],
        corrections: &mut [f64],
        sums: &mut [(f64, f64)],
    ) -> f64 {
        for Entry { row, place, factor } in self.entries {
            let row = *row as usize;
            let share = self.shares[row];
            if share > 0.0 {
                let p = sigmoid(self.dense[row] + offsets[row]);
                let sum = &mut sums[*place as usize];
                sum.0 += share * (self.rows.rights[row] - p) * factor;
                sum.1 += share * p * (1.0 - p) * factor * factor;
            }
        }
        let (mut squares, mut determined) = (1e-4, 1e-3);
        for Entry { row, place, factor } in self.entries {
            let place = *place as usize;
            let (slope, curvature) = sums[place];
            // The first entry of a place moves it; a step of NaN marks that it has moved.
            if !curvature.is_nan() {
                let own = 1.0 / (curvature + 1.0 / variance);
                let step = (slope - corrections[place] / variance) * own;
                corrections[place] += step;
                squares += corrections[place] * corrections[place];
                determined += curvature * own;
                sums[place] = (step, f64::NAN);
            }
            offsets[*row as usize] += sums[place].0 * factor;
        }
        for entry in self.entries {
            sums[entry.place as usize] = (0.0, 0.0);
        }
        (squares / determined).clamp(NARROWEST, WIDEST)
    }
}
