//! Calibration of item parameters by marginal maximum likelihood.
//!
//! Abilities are integrated out over a normal distribution cut into nodes; EM alternates
//! expected counts and curves (Bock & Aitkin 1981, Psychometrika 46:443-459). `fold` works out
//! repeated answers once, `expect` is the E-step, `maximise` the M-step, `settle` and
//! `accelerate` repeat them, `information` gives standard errors.
//!
//! The scale: the first group has mean 0 and standard deviation 1 and the others' are free;
//! with anchors (items whose parameters are given) all groups' are free and the anchors hold
//! the scale. Missing answers are skipped. An item that all got right, or wrong, or that fewer
//! than 10 answered, has no maximum: it is held by a weak prior, and says so.
//!
//! ```
//! use mangotree_kernels::irt::calibrate::{Model, Options, Responses, calibrate};
//! // One item, nine of twelve right, Rasch: b solves E sigmoid(theta - b) = 3/4 under N(0, 1),
//! // which is -1.314912.
//! let answers = [1, 1, 1, 0].repeat(3);
//! let responses = Responses { answers: &answers, n_items: 1, groups: &[0; 12], n_groups: 1 };
//! let options = Options { model: Model::Rasch, tolerance: 1e-9, ..Options::default() };
//! let found = calibrate(&responses, &[], &options, &mut |_, _| true)?;
//! assert!((found.items[0].b + 1.314912).abs() < 1e-6);
//! assert!(found.is_settled && found.items[0].se_b > 0.0);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: cycles x learners x items / 6 x nodes multiplications: 61 nodes, 1,000 x 50 answers
//! 15 ms, 5,000 x 100 some 0.1 s. Do not use it for graded answers, for several
//! dimensions, or for a handful of learners.

mod accelerate;
mod check;
mod curve;
mod expect;
mod fold;
mod information;
mod layout;
mod maximise;
mod population;
mod report;
mod scores;
mod settle;

use crate::error::Error;
use fold::{Folded, fold};
use layout::{Layout, State};
use settle::{Ending, Problem};

pub(super) use curve::Curve;
pub use curve::Priors;
pub(super) use population::{Nodes, Population};
pub use report::{Calibration, GroupEstimate, ItemEstimate, Standing};

/// Fewer answers than this say too little of an item by themselves.
pub const FEW_ANSWERS: usize = 10;
/// What holds an item without a maximum: ln a near 0 (Mislevy 1986, Psychometrika 51:177-195,
/// uses sd 0.5), an intercept that leaves 95 % of chances at mean ability in .02 to .98.
const HOLDING: Priors =
    Priors { ln_slope: Some((0.0, 0.5)), intercept: Some((0.0, 2.0)), guess: None };
/// The c from which a 3PL starts where nothing else is known: one of five choices.
const LUCKY_START: f64 = 0.2;
/// The least c under a prior, which forbids 0.
const LEAST_GUESS: f64 = 1e-4;

/// Which parameters are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// a = 1.
    Rasch,
    /// One a for all items.
    OnePl,
    /// An a for each item.
    TwoPl,
    /// And a lower asymptote c.
    ThreePl,
}

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which parameters are free.
    pub model: Model,
    /// Nodes from -6 to 6.
    pub nodes: usize,
    /// Beliefs about every item that is not an anchor.
    pub priors: Priors,
    /// Whether the first group's spread is free without anchors (for a = 1).
    pub has_free_variance: bool,
    /// Whether standard errors are wanted.
    pub wants_errors: bool,
    /// Threads; the result is the same for any number of them.
    pub threads: usize,
    /// The largest change of a number in the last cycle.
    pub tolerance: f64,
    /// Cycles after which a fit ends unsettled.
    pub max_cycles: usize,
}

/// Answers to calibrate from.
#[derive(Clone, Copy, Debug)]
pub struct Responses<'a> {
    /// Learner after learner: 1 right, 0 wrong, -1 missing.
    pub answers: &'a [i8],
    /// Items.
    pub n_items: usize,
    /// The group of each learner.
    pub groups: &'a [usize],
    /// Groups.
    pub n_groups: usize,
}

/// An item whose parameters are given.
#[derive(Clone, Copy, Debug)]
pub struct Anchor {
    /// Which item.
    pub item: usize,
    /// Discrimination, above 0.
    pub a: f64,
    /// Difficulty.
    pub b: f64,
    /// Lower asymptote.
    pub c: f64,
}

impl Responses<'_> {
    /// Refuses answers that are none, and lists that do not fit each other.
    ///
    /// # Errors
    /// `Cell` for an answer, `Unknown` for a group, `Size` for the lists.
    pub fn checked(&self) -> Result<(), Error> {
        check::responses(self)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            model: Model::TwoPl,
            nodes: 61,
            priors: Priors::default(),
            has_free_variance: false,
            wants_errors: true,
            threads: 1,
            tolerance: 1e-5,
            max_cycles: 1000,
        }
    }
}

/// The items' parameters. `watch` hears each cycle and its log-likelihood; giving false ends
/// the fit where it stands, unsettled.
///
/// # Errors
/// `Cell` for an answer that is none, `Unknown` for an item or group that is not there,
/// `OutOfRange` and `Size` for options and lists that cannot be, among them groups that share
/// neither items nor anchors with the first.
pub fn calibrate(
    responses: &Responses<'_>,
    anchors: &[Anchor],
    options: &Options,
    watch: &mut dyn FnMut(usize, f64) -> bool,
) -> Result<Calibration, Error> {
    check::options(options)?;
    responses.checked()?;
    check::anchors(anchors, responses.n_items)?;
    check::scale(responses, anchors)?;
    let fit = Fit::new(responses, anchors, options);
    let settled = fit.settled(watch);
    Ok(report::report(&fit, &settled))
}

/// A fit that is prepared.
struct Fit<'a> {
    options: &'a Options,
    folded: Folded,
    nodes: Nodes,
    standings: Vec<Standing>,
    /// Right and all answers of each item.
    tallies: Vec<[usize; 2]>,
    /// Learners of each group who answered something.
    learners: Vec<usize>,
    priors: Vec<Priors>,
    start: State,
    has_anchors: bool,
}

impl<'a> Fit<'a> {
    fn new(responses: &Responses<'_>, anchors: &[Anchor], options: &'a Options) -> Self {
        let folded = fold(responses.answers, responses.n_items, responses.groups);
        let tallies = report::tallies(responses);
        let mut standings: Vec<Standing> = tallies.iter().map(Standing::of_tally).collect();
        let mut curves: Vec<Curve> = tallies.iter().map(start_curve).collect();
        for anchor in anchors {
            standings[anchor.item] = Standing::Anchor;
            curves[anchor.item] =
                Curve { slope: anchor.a, intercept: -anchor.a * anchor.b, guess: anchor.c };
        }
        let populations = vec![Population { mean: 0.0, sd: 1.0 }; responses.n_groups];
        Self {
            options,
            nodes: Nodes::new(options.nodes),
            priors: priors(&standings, options),
            learners: report::learners(responses),
            start: State { curves, populations },
            has_anchors: !anchors.is_empty(),
            folded,
            standings,
            tallies,
        }
    }

    /// The fit; for a 3PL the best of those that start at the 2PL and at the priors' mode.
    fn settled(&self, watch: &mut dyn FnMut(usize, f64) -> bool) -> Ending {
        let mut goes_on = true;
        let mut spent = 0;
        let mut run = |start: &State, has_guess: bool| {
            let mut watched = |cycle: usize, log_likelihood: f64| {
                goes_on = goes_on && watch(spent + cycle, log_likelihood);
                goes_on
            };
            let layout = self.layout(has_guess);
            let mut settled =
                self.problem(&layout, &self.priors_with(has_guess)).settle(start, &mut watched);
            spent += settled.cycles;
            settled.cycles = spent;
            settled
        };
        let without = run(&self.start, false);
        if self.options.model != Model::ThreePl {
            return without;
        }
        if let Some((alpha, beta)) = self.options.priors.guess {
            let mode = ((alpha - 1.0) / (alpha + beta - 2.0)).max(LEAST_GUESS);
            return run(&self.guessing(&without.state, mode), true);
        }
        let lucky = run(&self.guessing(&without.state, LUCKY_START), true);
        let mut nested = run(&without.state, true);
        if lucky.objective > nested.objective {
            return Ending { cycles: nested.cycles, ..lucky };
        }
        if without.objective > nested.objective {
            // Only rounding: the nested fit starts there and never falls.
            nested.state = without.state;
            nested.log_likelihood = without.log_likelihood;
        }
        nested
    }

    fn problem<'b>(&'b self, layout: &'b Layout, priors: &'b [Priors]) -> Problem<'b> {
        Problem {
            folded: &self.folded,
            nodes: &self.nodes,
            layout,
            priors,
            threads: self.options.threads,
            tolerance: self.options.tolerance,
            max_cycles: self.options.max_cycles,
        }
    }

    fn layout(&self, has_guess: bool) -> Layout {
        let model = self.options.model;
        let is_common = model == Model::OnePl;
        let of_item = |standing: &Standing| {
            let is_free = *standing != Standing::Anchor;
            let is_held = standing.is_held();
            let has_slope = model != Model::Rasch;
            [is_free && has_slope, is_free, is_free && has_guess && !is_held]
        };
        let items: Vec<[bool; 3]> = self.standings.iter().map(of_item).collect();
        let of_group = |group: usize| {
            let is_free = self.has_anchors || group > 0;
            [is_free, is_free || self.options.has_free_variance]
        };
        let groups: Vec<[bool; 2]> = (0..self.start.populations.len()).map(of_group).collect();
        let is_common = is_common && items.iter().any(|free| free[0]);
        let least = if self.options.priors.guess.is_some() { LEAST_GUESS } else { 0.0 };
        Layout::new(&items, &groups, is_common, least)
    }

    fn priors_with(&self, has_guess: bool) -> Vec<Priors> {
        let mut priors = self.priors.clone();
        for prior in &mut priors {
            prior.guess = prior.guess.filter(|_| has_guess);
        }
        priors
    }

    /// `state` with `guess` for the c of each item that has one of its own.
    fn guessing(&self, state: &State, guess: f64) -> State {
        let mut state = state.clone();
        for (curve, standing) in state.curves.iter_mut().zip(&self.standings) {
            if *standing != Standing::Anchor && !standing.is_held() {
                curve.guess = guess;
            }
        }
        state
    }
}

/// One for each item: none for anchors, the holding ones where the answers have no maximum. A
/// discrimination that all items share has its prior once.
fn priors(standings: &[Standing], options: &Options) -> Vec<Priors> {
    let mut is_first = true;
    let of_item = |standing: &Standing| {
        if *standing == Standing::Anchor {
            return Priors::default();
        }
        let mut prior = options.priors;
        if standing.is_held() {
            prior = Priors { intercept: prior.intercept.or(HOLDING.intercept), ..HOLDING };
        }
        match options.model {
            Model::Rasch => prior.ln_slope = None,
            Model::OnePl => {
                prior.ln_slope = options.priors.ln_slope.filter(|_| is_first);
                is_first = false;
            }
            Model::TwoPl | Model::ThreePl => {}
        }
        if options.model != Model::ThreePl {
            prior.guess = None;
        }
        prior
    };
    standings.iter().map(of_item).collect()
}

/// Slope 1, and the intercept at which the marginal chance is about the share of right answers
/// (a logit is drawn in by a spread of 1 as by the factor 1.2).
fn start_curve(tally: &[usize; 2]) -> Curve {
    #[expect(clippy::cast_precision_loss, reason = "counts of answers")]
    let [right, total] = tally.map(|count| count as f64);
    let odds = (right + 0.5) / (total - right + 0.5);
    Curve { slope: 1.0, intercept: 1.2 * odds.ln(), guess: 0.0 }
}
