//! How a test is given: which rule picks items, what areas it holds, when it stops.
//!
//! Rules: maximum information at the present estimate (Lord 1980, Applications of Item
//! Response Theory, 10); gains expected over the posterior (see [`expected`](super::expected)),
//! or weighed by it or by the likelihood (see [`weighted`](super::weighted)); the difficulty
//! nearest to the estimate (Urry 1970), or the peak nearest to it. Instead of the best item,
//! one of the best k at random (randomesque: Kingsbury & Zara 1989, Applied Measurement in
//! Education 2:359-375) spares what all would get first.
//!
//! A test stops at its full length; earlier, but not before its least length nor while an area
//! lacks items, when the standard error is low enough or when every cut is decided: by the
//! share of the posterior on one side of it, or by Wald's sequential ratio of the likelihoods
//! at either end of an indifference zone around it (Reckase 1983, in Weiss, New Horizons in
//! Testing, 237-255).
//!
//! Cost: O(quotas x areas) to check a design, O(cuts) to ask whether to stop. Do not stop by
//! standard error alone with a bank that cannot reach it: `max` is there for that.

use super::bank::Bank;
use super::index::MOST;
use super::quota::{Quota, Tally};
use crate::error::{Error, within};
use crate::irt::score::{Grid, Posterior};

/// The longest test, so that its session stays below 1,000 bytes.
pub const MOST_ANSWERS: u32 = 200;
/// The most cuts.
pub const MOST_CUTS: usize = 8;

/// What makes an item the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Fisher information at the estimate.
    Information,
    /// Expected gain in posterior variance.
    Variance,
    /// Kullback-Leibler information over the posterior.
    Divergence,
    /// Difficulty nearest to the estimate.
    Difficulty,
    /// Peak of information nearest to the estimate.
    Peak,
    /// Fisher information weighed by the likelihood (MLWI).
    LikelihoodInformation,
    /// Fisher information weighed by the posterior (MPWI).
    PosteriorInformation,
    /// Observed information expected after the answer (MEI).
    ExpectedInformation,
    /// Kullback-Leibler information over the likelihood.
    LikelihoodDivergence,
    /// Global discrimination index over the posterior.
    Discrimination,
    /// Global discrimination index over the likelihood.
    LikelihoodDiscrimination,
}

/// How it is found that an examinee lies on one side of a cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// So much of the posterior lies there.
    Belief {
        /// 0.5 to 0.9999.
        confidence: f64,
    },
    /// The ratio of likelihoods at cut + zone and cut - zone leaves Wald's bounds.
    Ratio {
        /// Half of the indifference zone, in logits.
        zone: f64,
        /// How often one may be wrong, on either side.
        error: f64,
    },
}

/// When a test stops.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// At least so many answers.
    pub min: u32,
    /// At most so many.
    pub max: u32,
    /// Or when the standard error is this or less; 0 is never reached.
    pub se: f64,
    /// Cuts between classes, rising.
    pub cuts: Vec<f64>,
    /// How a cut is decided.
    pub decision: Decision,
}

/// Why a test is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The standard error is low enough.
    Precision,
    /// Every cut is decided.
    Classified,
    /// The longest length is reached.
    Length,
    /// No item is left that may come.
    Exhausted,
}

impl Done {
    /// The code of the reason.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Precision => "PRECISION",
            Self::Classified => "CLASSIFIED",
            Self::Length => "LENGTH",
            Self::Exhausted => "EXHAUSTED",
        }
    }
}

/// A test, checked against its bank.
#[derive(Clone, Debug)]
pub struct Design {
    pub(super) prior: (f64, f64),
    pub(super) rule: Rule,
    pub(super) randomesque: usize,
    pub(super) stop: Stop,
    pub(super) quotas: Vec<Quota>,
    pub(super) start: Posterior,
    pub(super) tally: Tally,
}

impl Design {
    /// The test over `bank` that begins from the prior (mean, standard deviation).
    ///
    /// # Errors
    /// `OutOfRange` and `Size` name what does not fit, `Unknown` an area that is not there.
    pub fn new(
        bank: &Bank,
        prior: (f64, f64),
        (rule, randomesque): (Rule, usize),
        stop: Stop,
        mut quotas: Vec<Quota>,
    ) -> Result<Self, Error> {
        if !(1..=MOST).contains(&randomesque) {
            let allowed = format!("1 to {MOST}");
            return Err(Error::Size { field: "randomesque", value: randomesque, allowed });
        }
        check_stop(&stop)?;
        let start = Posterior::normal(Grid::default(), prior.0, prior.1)?;
        for quota in &mut quotas {
            quota.most = quota.most.min(stop.max);
        }
        let tally = Tally::new(bank.areas(), &quotas, stop.max)?;
        Ok(Self { prior, rule, randomesque, stop, quotas, start, tally })
    }

    /// Whether bounds on areas must be watched.
    #[must_use]
    pub fn has_quotas(&self) -> bool {
        !self.quotas.is_empty()
    }

    /// Whether some area must have items.
    #[must_use]
    pub fn has_minima(&self) -> bool {
        self.quotas.iter().any(|quota| quota.least > 0)
    }

    /// When the test stops.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The rule that picks.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

fn check_stop(stop: &Stop) -> Result<(), Error> {
    let (longest, max) = (f64::from(MOST_ANSWERS), f64::from(stop.max));
    within("stop max", max, (1.0, longest), "1 to 200")?;
    within("stop min", f64::from(stop.min), (0.0, max), "0 to max")?;
    within("stop se", stop.se, (0.0, 10.0), "0 to 10")?;
    if stop.cuts.len() > MOST_CUTS {
        let allowed = format!("at most {MOST_CUTS}");
        return Err(Error::Size { field: "cuts", value: stop.cuts.len(), allowed });
    }
    let mut before = -6.0;
    for cut in &stop.cuts {
        before = within("cut", *cut, (before, 6.0), "-6 to 6, in rising order")?;
    }
    match stop.decision {
        Decision::Belief { confidence } => {
            within("confidence", confidence, (0.5, 0.9999), "0.5 to 0.9999")?;
        }
        Decision::Ratio { zone, error } => {
            within("zone", zone, (0.01, 3.0), "0.01 to 3")?;
            within("error", error, (0.0001, 0.4), "0.0001 to 0.4")?;
        }
    }
    Ok(())
}

impl Stop {
    /// Whether `cut` is decided, from the posterior and the log ratio of likelihoods around it.
    #[must_use]
    pub fn decides(&self, cut: f64, posterior: &Posterior, log_ratio: f64) -> bool {
        match self.decision {
            Decision::Belief { confidence } => {
                let above = share_above(posterior, cut);
                above >= confidence || above <= 1.0 - confidence
            }
            Decision::Ratio { error, .. } => log_ratio.abs() >= ((1.0 - error) / error).ln(),
        }
    }
}

/// The share of `posterior` above `cut`; each node stands for one step around it.
///
/// ```
/// use mangotree_kernels::cat::design::share_above;
/// use mangotree_kernels::irt::score::{Grid, Posterior};
/// let prior = Posterior::normal(Grid::default(), 0.0, 1.0)?;
/// assert!((share_above(&prior, 0.0) - 0.5).abs() < 1e-12);
/// assert!((share_above(&prior, 1.0) - 0.1587).abs() < 2e-3); // 1 - Phi(1)
/// # Ok::<(), mangotree_kernels::error::Error>(())
/// ```
#[must_use]
pub fn share_above(posterior: &Posterior, cut: f64) -> f64 {
    let (step, mut above, mut total) = (posterior.grid().step(), 0.0, 0.0);
    for (node, weight) in posterior.grid().nodes().iter().zip(posterior.weights()) {
        above += weight * ((node - cut) / step + 0.5).clamp(0.0, 1.0);
        total += weight;
    }
    above / total
}
