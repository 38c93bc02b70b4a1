//! Overall fit: does a model give the answers that were given, one item and two at a time?
//!
//! M2 (Maydeu-Olivares & Joe 2006, Psychometrika 71:713-732). The moments are the shares of
//! learners who got each item right, and each pair of items. With e the shares less those that
//! the model expects, W the inverse of the covariance of one learner's moments under the model
//! and D the slopes of the expected shares along the estimated parameters,
//! M2 = N (e' W e - e' W D (D' W D)^-1 D' W e) is chi-square with as many degrees of freedom as
//! there are more moments than parameters. RMSEA = sqrt((M2 - df) / (df (N - 1))), 0 below.
//!
//! ```
//! use mangotree_kernels::irt::calibrate::Model;
//! use mangotree_kernels::irt::model::Binary;
//! use mangotree_kernels::irt::overall_fit::{Fit, overall_fit};
//! let items = [Binary::new(1.0, 0.0, 0.0, 1.0)?; 2];
//! let answers = [1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0].repeat(100);
//! let fit = Fit { model: Model::Rasch, mean: 0.0, sd: 1.0, is_sd_free: false, nodes: 61 };
//! let found = overall_fit(&items, &answers, &fit)?;
//! // They should differ for q = 2 E(PQ) = .41324, and do for .5: N (.5 - q)^2 / (q (1 - q)).
//! assert!((found.m2 - 12.418).abs() < 2e-3 && found.df == 1);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(moments^2 (nodes + moments)): .2 ms for 5 items, a second for [`MOST_ITEMS`]. Do not
//! use it where answers are missing by design: it counts learners who answered everything.

use super::calibrate::Model;
use super::calibrate::{Nodes, Population};
use super::chi_square::upper_tail;
use super::model::Binary;
use crate::error::{Error, within};
use crate::linear::{inverse, solve};

/// Moments grow with the square of the items, time with the sixth power.
pub const MOST_ITEMS: usize = 40;

/// What was estimated from the answers, and what was assumed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Which parameters of the items were estimated.
    pub model: Model,
    /// Mean of the abilities.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// Whether that was estimated, too.
    pub is_sd_free: bool,
    /// Nodes of the quadrature.
    pub nodes: usize,
}

/// How well a model fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverallFit {
    /// M2.
    pub m2: f64,
    /// Its degrees of freedom.
    pub df: usize,
    /// P(M2 at least that large) if the model fits; 1 without degrees of freedom.
    pub p: f64,
    /// The misfit for each degree of freedom; .05 and below is close.
    pub rmsea: f64,
    /// Learners who answered everything.
    pub learners: usize,
}

/// The fit of `items` to rows of `answers`: 0 or 1, -1 or not-a-number where one is missing.
///
/// # Errors
/// `Cell` for another answer, `OutOfRange` for a population or nodes that cannot be, `Size`
/// for too few or many items, for half a row, when nobody answered everything, and for more
/// parameters than the moments tell apart.
pub fn overall_fit(items: &[Binary], answers: &[f64], fit: &Fit) -> Result<OverallFit, Error> {
    checked(items, answers, fit)?;
    let margins = Margins::new(items, fit);
    let (shares, learners) = margins.shares(answers)?;
    let count = f64::from(u32::try_from(learners).unwrap_or(u32::MAX));
    let expected = margins.expected();
    let apart: Vec<f64> = shares.iter().zip(&expected).map(|(one, two)| one - two).collect();
    let slopes = margins.slopes(&parameters(items, fit, &margins));
    let too_many = || Error::Size {
        field: "parameters",
        value: slopes.len(),
        allowed: "no more than items and pairs of items tell apart".to_owned(),
    };
    let df = margins.moments.len().checked_sub(slopes.len()).ok_or_else(too_many)?;
    let weights = inverse(&margins.covariance(&expected), apart.len()).ok_or_else(too_many)?;
    let weighed = |x: &[f64]| -> Vec<f64> {
        weights.chunks_exact(x.len()).map(|row| dot(row, x)).collect()
    };
    let weighed_slopes: Vec<Vec<f64>> = slopes.iter().map(|slope| weighed(slope)).collect();
    let pulls: Vec<f64> = weighed_slopes.iter().map(|slope| dot(slope, &apart)).collect();
    let bends: Vec<f64> =
        slopes.iter().flat_map(|one| weighed_slopes.iter().map(|two| dot(one, two))).collect();
    let steps = solve(&bends, &pulls).ok_or_else(too_many)?;
    let m2 = (count * (dot(&apart, &weighed(&apart)) - dot(&pulls, &steps))).max(0.0);
    let freedom = f64::from(u32::try_from(df).unwrap_or(u32::MAX));
    let excess = if df > 0 { (m2 - freedom).max(0.0) / freedom } else { 0.0 };
    let rmsea = (excess / (count - 1.0).max(1.0)).sqrt();
    Ok(OverallFit { m2, df, p: upper_tail(m2, df), rmsea, learners })
}

fn checked(items: &[Binary], answers: &[f64], fit: &Fit) -> Result<(), Error> {
    let size = |field, value, allowed| Err(Error::Size { field, value, allowed });
    if !(2..=MOST_ITEMS).contains(&items.len()) {
        return size("items", items.len(), format!("2 to {MOST_ITEMS}"));
    }
    if answers.len() % items.len() != 0 {
        let allowed = format!("a multiple of {}, the number of items", items.len());
        return size("answers", answers.len(), allowed);
    }
    if !(5..=1001).contains(&fit.nodes) {
        return size("nodes", fit.nodes, "5 to 1001".to_owned());
    }
    within("population mean", fit.mean, (-6.0, 6.0), "-6 to 6")?;
    within("population sd", fit.sd, (0.1, 10.0), "0.1 to 10")?;
    Ok(())
}

/// What the model says of learners at the nodes.
struct Margins {
    thetas: Vec<f64>,
    weights: Vec<f64>,
    /// P(right) of each item.
    rights: Vec<Vec<f64>>,
    /// Two items, or the same one twice for that item alone.
    moments: Vec<(usize, usize)>,
    /// For each moment the weight of learners who are right.
    joint: Vec<Vec<f64>>,
}

/// The items that a parameter moves, and by how much at the nodes.
type Parameter = Vec<(usize, Vec<f64>)>;

impl Margins {
    fn new(items: &[Binary], fit: &Fit) -> Self {
        let nodes = Nodes::new(fit.nodes);
        let weights = nodes.weights(Population { mean: fit.mean, sd: fit.sd });
        let curve = |item: &Binary| nodes.thetas.iter().map(|theta| item.p(*theta)).collect();
        let rights: Vec<Vec<f64>> = items.iter().map(curve).collect();
        let count = items.len();
        let alone = (0..count).map(|item| (item, item));
        let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |two| (one, two)));
        let moments: Vec<(usize, usize)> = alone.chain(pairs).collect();
        let of = |(one, two): &(usize, usize)| {
            let single = times(&weights, &rights[*one]);
            if one == two { single } else { times(&single, &rights[*two]) }
        };
        let joint = moments.iter().map(of).collect();
        Self { thetas: nodes.thetas, weights, rights, moments, joint }
    }

    fn expected(&self) -> Vec<f64> {
        self.joint.iter().map(|weights| weights.iter().sum()).collect()
    }

    /// The shares of learners who are right, and how many they are.
    fn shares(&self, answers: &[f64]) -> Result<(Vec<f64>, usize), Error> {
        let (mut rights, mut learners) = (vec![0.0; self.moments.len()], 0_usize);
        for (row, said) in answers.chunks_exact(self.rights.len()).enumerate() {
            let mut is_whole = true;
            for (column, answer) in said.iter().enumerate() {
                is_whole &= is_given(*answer).ok_or(Error::Cell {
                    field: "answers",
                    row,
                    column,
                    value: *answer,
                    allowed: "0, 1; -1 or not-a-number where it is missing",
                })?;
            }
            if is_whole {
                learners += 1;
                for (right, (one, two)) in rights.iter_mut().zip(&self.moments) {
                    *right += said[*one] * said[*two];
                }
            }
        }
        if learners == 0 {
            let allowed = "at least one row without a missing answer".to_owned();
            return Err(Error::Size { field: "complete rows", value: 0, allowed });
        }
        let count = f64::from(u32::try_from(learners).unwrap_or(u32::MAX));
        Ok((rights.into_iter().map(|right| right / count).collect(), learners))
    }

    /// Of one learner's moments, row after row.
    fn covariance(&self, expected: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(expected.len() * expected.len());
        for ((one, two), (joint, mean)) in
            self.moments.iter().zip(self.joint.iter().zip(expected))
        {
            let is_new = |item: usize| item != *one && item != *two;
            // Who is right in a third item as well, by that item.
            let thirds: Vec<Vec<f64>> =
                self.rights.iter().map(|rights| times(joint, rights)).collect();
            for ((three, four), other) in self.moments.iter().zip(expected) {
                let both = match (is_new(*three), is_new(*four) && three != four) {
                    (true, true) => dot(&thirds[*three], &self.rights[*four]),
                    (true, false) => thirds[*three].iter().sum(),
                    (false, true) => thirds[*four].iter().sum(),
                    (false, false) => *mean,
                };
                out.push(both - mean * other);
            }
        }
        out
    }

    /// For each parameter the slopes of the expected shares.
    fn slopes(&self, parameters: &[Parameter]) -> Vec<Vec<f64>> {
        let part = |moved: &(usize, Vec<f64>), (one, two): (usize, usize)| {
            let slope = times(&self.weights, &moved.1);
            match (moved.0 == one, moved.0 == two) {
                (true, true) => slope.iter().sum(),
                (true, false) => dot(&slope, &self.rights[two]),
                (false, true) => dot(&slope, &self.rights[one]),
                (false, false) => 0.0,
            }
        };
        let along = |parameter: &Parameter| {
            let sum = |moment: &(usize, usize)| -> f64 {
                parameter.iter().map(|moved| part(moved, *moment)).sum()
            };
            self.moments.iter().map(sum).collect()
        };
        parameters.iter().map(along).collect()
    }
}

/// The estimated parameters.
fn parameters(items: &[Binary], fit: &Fit, margins: &Margins) -> Vec<Parameter> {
    let row = |at: usize, of: &dyn Fn(&Binary, f64, f64) -> f64| -> (usize, Vec<f64>) {
        let places = margins.thetas.iter().zip(&margins.rights[at]);
        (at, places.map(|(theta, p)| of(&items[at], *theta, *p)).collect())
    };
    // The slope of P along a (theta - b).
    let rise = |item: &Binary, p: f64| (p - item.c) * (item.d - p) / (item.d - item.c);
    let by_a = |item: &Binary, theta: f64, p: f64| (theta - item.b) * rise(item, p);
    let by_b = |item: &Binary, _: f64, p: f64| -item.a * rise(item, p);
    let by_c = |item: &Binary, _: f64, p: f64| (item.d - p) / (item.d - item.c);
    let by_sd = |item: &Binary, theta: f64, p: f64| {
        item.a * rise(item, p) * (theta - fit.mean) / fit.sd
    };
    let all = || 0..items.len();
    let mut out: Vec<Parameter> = all().map(|at| vec![row(at, &by_b)]).collect();
    match fit.model {
        Model::Rasch => {}
        Model::OnePl => out.push(all().map(|at| row(at, &by_a)).collect()),
        Model::TwoPl | Model::ThreePl => out.extend(all().map(|at| vec![row(at, &by_a)])),
    }
    if fit.model == Model::ThreePl {
        out.extend(all().map(|at| vec![row(at, &by_c)]));
    }
    if fit.is_sd_free {
        out.push(all().map(|at| row(at, &by_sd)).collect());
    }
    out
}

/// Whether an answer is there; `None` for what is no answer.
fn is_given(answer: f64) -> Option<bool> {
    let is = |number: f64| (answer - number).abs() < f64::EPSILON;
    if is(0.0) || is(1.0) { Some(true) } else { (answer.is_nan() || is(-1.0)).then_some(false) }
}

fn times(one: &[f64], two: &[f64]) -> Vec<f64> {
    one.iter().zip(two).map(|(one, two)| one * two).collect()
}

fn dot(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| one * two).sum()
}
