//! What a lane is, and what it finds: skills in their ranking, picks with their fit.
//!
//! Cost: O(n log n) to rank n skills. Do not compare scores of two lanes: each has its own
//! zero.

use crate::plan::Reason;

/// A lane: its code, and how far its items may go.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Lane {
    pub code: &'static str,
    /// Whether skills that rest or just came three times in a row are left out.
    pub keeps_rest: bool,
    /// Whether closed skills may come along in an item.
    pub opens_all: bool,
}

impl Lane {
    const fn new(code: &'static str) -> Self {
        Self { code, keeps_rest: true, opens_all: false }
    }

    pub const fn restless(self) -> Self {
        Self { keeps_rest: false, ..self }
    }
}

/// What was pinned.
pub(super) const TEACHER: Lane = Lane { opens_all: true, ..Lane::new("TEACHER").restless() };
/// The weakest prerequisite.
pub(super) const STEP_BACK: Lane = Lane::new("STEP_BACK");
/// What faded.
pub(super) const REVIEW: Lane = Lane::new("REVIEW");
/// What the learner is ready for.
pub(super) const FRINGE: Lane = Lane::new("FRINGE");
/// What rests, when nothing else is left.
pub(super) const PARKED: Lane = Lane::new("PARKED").restless();
/// What is said of another item of the fringe than the best one.
pub(super) const TRIAL: &str = "TRIAL";

/// An item that a lane found, with its fit to the target and how new it is.
pub(super) struct Pick {
    pub lane: Lane,
    pub skill: usize,
    pub item: usize,
    pub p: f64,
    pub fit: [Reason; 2],
}

/// What wins, and what may be tried instead with its weight.
pub(super) struct Offer {
    pub best: Pick,
    pub others: Vec<Pick>,
    pub weights: Vec<f64>,
}

impl From<Pick> for Offer {
    fn from(best: Pick) -> Self {
        Self { best, others: Vec::new(), weights: Vec::new() }
    }
}

/// Skills with their scores, the highest first; equal scores by the lowest index.
pub(super) struct Ranking(pub Vec<(f64, usize)>);

impl Ranking {
    pub fn new(scored: impl Iterator<Item = (f64, usize)>) -> Self {
        let mut scored: Vec<(f64, usize)> = scored.collect();
        scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Self(scored)
    }

    pub fn skills(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|(_, skill)| *skill)
    }
}

/// Where the pick stands that fits best; the first of equals.
pub(super) fn place_of_best(picks: &[Pick]) -> usize {
    let fits = picks.iter().map(|pick| total(&pick.fit)).enumerate();
    fits.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(0, |best| best.0)
}

/// The sum of the reasons' numbers.
pub(super) fn total(reasons: &[Reason]) -> f64 {
    reasons.iter().map(|(_, number)| number).sum()
}

/// `part` of `whole`.
pub(super) fn fraction(part: usize, whole: usize) -> f64 {
    let as_f64 = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    as_f64(part) / as_f64(whole)
}
