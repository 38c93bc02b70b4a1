//! A stack from a log of answers.
//!
//! 1. Easiness of items and usual pace ([`super::start`]), then one walk through the log gives
//!    what was known before each answer.
//! 2. Shared weights and corrections in turns ([`super::backfit`]).
//! 3. Calibration: the same on four fifths of the learners, in turns; on those left out
//!    logit' = a + b logit is fitted (Platt 1999) and taken over by all numbers, so that parts
//!    still add up.
//!
//! Nothing is left to choose: how far each family of corrections may go is found from the log.
//!
//! ```
//! use mangotree_kernels::stack::{catalogue::Catalogue, fit::fit, log::Log};
//! let catalogue = Catalogue::new(1, &[vec![0], vec![0]])?;
//! // Item 0 is always right, item 1 always wrong.
//! let (learners, items): (Vec<usize>, Vec<usize>) = (0..80).map(|n| (n / 4, n % 2)).unzip();
//! let rights: Vec<bool> = items.iter().map(|item| *item == 0).collect();
//! let log = Log { learners: &learners, items: &items, rights: &rights, ..Log::default() };
//! let fitted = fit(catalogue, &log)?;
//! assert_eq!((fitted.answers, fitted.learners), (80, 20));
//! assert!(fitted.log_loss < 0.35);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: about 10 microseconds an answer; memory about 500 bytes an answer. Do not fit it on
//! the learners on whom it is judged.

use crate::error::Error;
use crate::logistic::sigmoid;
use crate::newton::{self, Regression};
use crate::stack::backfit::{Fitted, backfit};
use crate::stack::catalogue::Catalogue;
use crate::stack::effects::{FAMILY_COUNT, Places};
use crate::stack::log::Log;
use crate::stack::model::Stack;
use crate::stack::rows::{Rows, sequences, tabulate};
use crate::stack::start::{easiness, usual_pace};

/// Learners are left out a fifth at a time, until so many answers are there: with the 3,000 of
/// one fifth of a small log, the slope was off by a tenth.
const PARTS: usize = 5;
const ENOUGH: usize = 40_000;
/// With fewer learners than this, calibration would be guessing.
const LEAST_LEARNERS: usize = 20;
/// Prior of the calibration: a = 0 and b = 1, as sure as some hundred answers could make it.
const CALIBRATION_RIDGE: f64 = 20.0;

/// A fitted stack, and how the fit went.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The stack.
    pub stack: Stack,
    /// How many answers it was fitted on.
    pub answers: usize,
    /// Of how many learners.
    pub learners: usize,
    /// Mean -ln of the chance of what happened, on these answers.
    pub log_loss: f64,
    /// The variance of each family's corrections, in the order of the families.
    pub variances: [f64; FAMILY_COUNT],
    /// Calibration: what was added to each logit, after it was multiplied by `slope`.
    pub shift: f64,
    /// See `shift`.
    pub slope: f64,
}

/// The stack that `log` speaks for.
///
/// # Errors
/// `Size` when columns differ in length or there is no answer, `Unknown` names an item,
/// `OutOfRange` a value.
pub fn fit(catalogue: Catalogue, log: &Log<'_>) -> Result<Fit, Error> {
    let order = log.checked(&catalogue)?;
    if order.is_empty() {
        let allowed = "1 or more".to_owned();
        return Err(Error::Size { field: "learners", value: 0, allowed });
    }
    let tables = [easiness(&catalogue, log, &order), usual_pace(&catalogue, log)];
    let places = Places::new(&catalogue, sequences(&catalogue, log, &order));
    let mut stack = Stack::unfitted(catalogue, log.extras(), tables, places);
    let rows = tabulate(&stack, log, &order)?;
    let count = stack.places.count();
    let (shift, slope) = calibration(&rows, count)?;
    let found = backfit(&rows, &vec![1.0; rows.rights.len()], count)?;
    let learners = rows.learners.last().map_or(0, |last| last + 1);
    take_over(&mut stack, &rows, &found, (shift, slope));
    let log_loss = loss(&rows, &found, (shift, slope));
    let (answers, variances) = (rows.rights.len(), found.variances);
    Ok(Fit { stack, answers, learners, log_loss, variances, shift, slope })
}

/// Shift and slope that mend the logits of learners on whom nothing was fitted.
fn calibration(rows: &Rows, count: usize) -> Result<(f64, f64), Error> {
    if rows.learners.last().is_none_or(|last| last + 1 < LEAST_LEARNERS) {
        return Ok((0.0, 1.0));
    }
    let mut left_out = LeftOut::default();
    for part in 0..PARTS {
        if left_out.rights.len() < ENOUGH {
            left_out.add(rows, count, part)?;
        }
    }
    let features: Vec<f64> = left_out.logits.iter().flat_map(|logit| [1.0, *logit]).collect();
    let regression = Regression {
        width: 2,
        features: &features,
        rights: &left_out.rights,
        shares: &vec![1.0; left_out.rights.len()],
        offsets: &left_out.logits,
    };
    let found = newton::fit(&regression, &[0, 0], CALIBRATION_RIDGE)?;
    Ok((found.weights[0], 1.0 + found.weights[1]))
}

/// Logits of learners who were left out of the fit that gave them, and what they answered.
#[derive(Default)]
struct LeftOut {
    logits: Vec<f64>,
    rights: Vec<f64>,
}

impl LeftOut {
    /// Leaves out every learner of `part`.
    fn add(&mut self, rows: &Rows, count: usize, part: usize) -> Result<(), Error> {
        let is_out = |row: &usize| rows.learners[*row] % PARTS == part;
        let all = 0..rows.rights.len();
        let shares: Vec<f64> =
            all.clone().map(|row| f64::from(u8::from(!is_out(&row)))).collect();
        let logits = logits(rows, &backfit(rows, &shares, count)?);
        for row in all.filter(is_out) {
            self.logits.push(logits[row]);
            self.rights.push(rows.rights[row]);
        }
        Ok(())
    }
}

fn logits(rows: &Rows, found: &Fitted) -> Vec<f64> {
    let mut logits = vec![0.0; rows.rights.len()];
    rows.fill_dense(&found.weights, &mut logits);
    for entry in rows.families.iter().flatten() {
        logits[entry.row as usize] += found.corrections[entry.place as usize] * entry.factor;
    }
    logits
}

fn take_over(stack: &mut Stack, rows: &Rows, found: &Fitted, (shift, slope): (f64, f64)) {
    for (place, weight) in rows.columns.iter().zip(&found.weights) {
        stack.weights[*place] = slope * weight;
    }
    stack.weights[0] += shift;
    stack.correct(found.corrections.iter().map(|correction| slope * correction).collect());
}

fn loss(rows: &Rows, found: &Fitted, (shift, slope): (f64, f64)) -> f64 {
    let loss = |(logit, right): (f64, &f64)| {
        let p = sigmoid(shift + slope * logit);
        -(if *right > 0.5 { p } else { 1.0 - p }).max(f64::MIN_POSITIVE).ln()
    };
    let count = u32::try_from(rows.rights.len()).unwrap_or(u32::MAX);
    logits(rows, found).into_iter().zip(&rows.rights).map(loss).sum::<f64>() / f64::from(count)
}
