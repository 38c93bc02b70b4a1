//! One examinee's test: the item that comes next, why, and what the answers tell.
//!
//! The estimate is the posterior mean on the grid of [`Posterior`], its standard deviation the
//! standard error. An item is picked once and stays until it is answered; no item comes
//! twice. Chance enters by seed, number of the examinee and position alone, so a session
//! rebuilt from its answers goes on as the one that was lost (see [`saved`](super::saved)).
//!
//! Each pick tells its [`reasons`](super::reasons) and how likely it was.
//!
//! ```
//! use std::sync::Arc;
//! use mangotree_kernels::cat::bank::Bank;
//! use mangotree_kernels::cat::design::{Decision, Design, Rule, Stop};
//! use mangotree_kernels::cat::session::Session;
//! use mangotree_kernels::irt::model::Binary;
//! let items = [-1.0, 0.0, 1.0].map(|b| Binary { a: 1.0, b, c: 0.0, d: 1.0 });
//! let bank = Arc::new(Bank::new(items.to_vec())?);
//! let decision = Decision::Belief { confidence: 0.95 };
//! let stop = Stop { min: 0, max: 2, se: 0.0, cuts: vec![], decision };
//! let design = Design::new(&bank, (0.0, 1.0), (Rule::Information, 1), stop, vec![])?;
//! let mut test = Session::start(bank, Arc::new(design), 7, 0);
//! assert_eq!(test.next().map(|pick| (pick.item, pick.p)), Some((1, 0.5)));
//! test.answer(1, true)?;
//! assert_eq!(test.next().map(|pick| pick.item), Some(2)); // it was right: a harder one
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: a pick as its rule costs, an answer O(nodes). Do not share one between examinees.

use std::sync::Arc;

use super::bank::{Bank, Mask, set};
use super::design::{Decision, Design, Done, Rule};
use super::expected::{visit_divergences, visit_gains};
use super::exposure::Draw;
use super::index::{Keep, Top};
use super::quota::Tally;
use super::reasons::Pick;
use super::shadow::shadow;
use super::weighted::{
    likelihood, visit_discriminations, visit_expected_information, visit_information,
};
use crate::chance::Chance;
use crate::error::{Error, known};
use crate::irt::score::{NODES, Posterior};

/// A pick before it is explained.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) item: usize,
    pub(super) value: f64,
    /// From among so many.
    pub(super) among: usize,
    /// Whether exposure control had to be left aside.
    pub(super) is_lifted: bool,
    /// The gap of the shadow test that it came from.
    pub(super) gap: Option<f64>,
}

/// A test that is under way, or over.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) bank: Arc<Bank>,
    pub(super) design: Arc<Design>,
    pub(super) seed: u64,
    pub(super) number: u64,
    pub(super) answers: Vec<(usize, bool)>,
    pub(super) posterior: Posterior,
    pub(super) theta: f64,
    pub(super) se: f64,
    blocked: Vec<u64>,
    pub(super) closed: Vec<bool>,
    pub(super) tally: Tally,
    log_ratios: Vec<f64>,
    spares: bool,
    pending: Option<Chosen>,
    done: Option<Done>,
}

impl Session {
    /// The test of examinee `number` among those who share `seed`.
    #[must_use]
    pub fn start(bank: Arc<Bank>, design: Arc<Design>, seed: u64, number: u64) -> Self {
        let (theta, se) = design.start.eap_sd();
        let mut session = Self {
            posterior: design.start,
            theta,
            se,
            seed,
            number,
            answers: Vec::with_capacity(design.tally.length()),
            blocked: vec![0; bank.n_items().div_ceil(64)],
            closed: Vec::new(),
            tally: design.tally.clone(),
            log_ratios: vec![0.0; design.stop.cuts.len()],
            spares: bank.chances().is_some(),
            pending: None,
            done: None,
            bank,
            design,
        };
        session.spares &= session.can_spare();
        session.close_areas();
        session.done = session.stopped();
        session
    }

    /// The bank that the items come from.
    #[must_use]
    pub fn bank(&self) -> &Arc<Bank> {
        &self.bank
    }

    /// How the test is given.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The estimated ability.
    #[must_use]
    pub fn theta(&self) -> f64 {
        self.theta
    }

    /// Its standard error.
    #[must_use]
    pub fn se(&self) -> f64 {
        self.se
    }

    /// What is believed about the ability.
    #[must_use]
    pub fn posterior(&self) -> &Posterior {
        &self.posterior
    }

    /// The posterior's weight at each node, adding up to 1.
    #[must_use]
    pub fn shares(&self) -> [f64; NODES] {
        let total: f64 = self.posterior.weights().iter().sum();
        self.posterior.weights().map(|weight| weight / total)
    }

    /// The items so far and whether each was answered right.
    #[must_use]
    pub fn answers(&self) -> &[(usize, bool)] {
        &self.answers
    }

    /// Why the test is over; `None` while it goes on. That no item is left shows when the next
    /// one is asked for.
    #[must_use]
    pub fn done(&self) -> Option<Done> {
        self.done
    }

    /// How many cuts lie below the estimate: the class that the examinee is put in.
    #[must_use]
    pub fn class(&self) -> usize {
        self.design.stop.cuts.iter().filter(|cut| **cut < self.theta).count()
    }

    /// How many items areas still lack to reach their least.
    #[must_use]
    pub fn owed(&self) -> u32 {
        self.tally.owed()
    }

    /// The item that comes next, the same until it is answered; `None` when the test is over.
    #[expect(clippy::should_implement_trait, reason = "asking again does not go on")]
    pub fn next(&mut self) -> Option<Pick> {
        self.pending()?;
        self.pending.as_ref().map(|chosen| self.explained(chosen))
    }

    /// The index of the item that comes next, without its reasons.
    pub fn pending(&mut self) -> Option<usize> {
        if self.done.is_none() && self.pending.is_none() {
            self.pending = self.chosen();
            if self.pending.is_none() {
                self.done = Some(Done::Exhausted);
            }
        }
        self.pending.as_ref().map(|chosen| chosen.item)
    }

    /// Learns from the answer to the item that comes next.
    ///
    /// # Errors
    /// `OutOfRange` when the test is over, or another item comes next; nothing has changed.
    pub fn answer(&mut self, item: usize, is_right: bool) -> Result<(), Error> {
        #[expect(clippy::cast_precision_loss, reason = "shown in a message")]
        let refused =
            |allowed| Err(Error::OutOfRange { field: "item", value: item as f64, allowed });
        match self.pending() {
            None => refused("none, the test is over"),
            Some(next) if next != item => refused("the item that comes next"),
            Some(_) => {
                self.absorb(item, is_right);
                Ok(())
            }
        }
    }

    /// Learns from an answer that was given before, whatever item would have come.
    ///
    /// # Errors
    /// `Unknown` for an item that is not there, `OutOfRange` when the test is over,
    /// `Size` for an item that came before.
    pub fn take(&mut self, item: usize, is_right: bool) -> Result<(), Error> {
        known("item", item, self.bank.n_items())?;
        if self.answers.iter().any(|(other, _)| *other == item) {
            let allowed = "each item at most once".to_owned();
            return Err(Error::Size { field: "answers", value: self.answers.len(), allowed });
        }
        if self.done.is_some() {
            #[expect(clippy::cast_precision_loss, reason = "shown in a message")]
            let value = item as f64;
            let allowed = "none, the test is over";
            return Err(Error::OutOfRange { field: "item", value, allowed });
        }
        self.absorb(item, is_right);
        Ok(())
    }

    pub(super) fn absorb(&mut self, item: usize, is_right: bool) {
        self.posterior.update(self.bank.curve(item), is_right);
        (self.theta, self.se) = self.posterior.eap_sd();
        if let Decision::Ratio { zone, .. } = self.design.stop.decision {
            for (sum, cut) in self.log_ratios.iter_mut().zip(&self.design.stop.cuts) {
                *sum += log_ratio(&self.bank, item, is_right, cut + zone, cut - zone);
            }
        }
        self.answers.push((item, is_right));
        set(&mut self.blocked, item);
        for group in self.bank.groups_of(item) {
            for enemy in &self.bank.enemy_groups()[*group as usize] {
                set(&mut self.blocked, *enemy as usize);
            }
        }
        self.tally.take(self.bank.areas(), self.bank.areas().of(item));
        self.close_areas();
        self.pending = None;
        self.done = self.stopped();
    }

    fn stopped(&self) -> Option<Done> {
        let (stop, count) = (&self.design.stop, self.answers.len());
        let may_stop = count >= stop.min as usize && self.tally.owed() == 0;
        if may_stop && self.se <= stop.se {
            return Some(Done::Precision);
        }
        let decided = |(cut, ratio): (&f64, &f64)| stop.decides(*cut, &self.posterior, *ratio);
        let cuts = &stop.cuts;
        if may_stop && !cuts.is_empty() && cuts.iter().zip(&self.log_ratios).all(decided) {
            return Some(Done::Classified);
        }
        (count >= self.tally.length()).then_some(Done::Length)
    }

    /// Whether every least can be met from the items that this examinee may get.
    fn can_spare(&self) -> bool {
        let (areas, mask) = (self.bank.areas(), self.mask(true));
        if mask.draw.is_none() || !self.design.has_minima() {
            return true;
        }
        let mut sizes = vec![0; areas.count()];
        for item in (0..self.bank.n_items()).filter(|item| mask.lets_item(*item)) {
            sizes[areas.of(item)] += 1;
        }
        self.tally.can_be_met(areas, &sizes)
    }

    fn close_areas(&mut self) {
        if self.design.has_quotas() {
            let areas = self.bank.areas();
            self.closed.clear();
            self.closed.extend((0..areas.count()).map(|area| !self.tally.allows(areas, area)));
        }
    }

    pub(super) fn mask(&self, spares: bool) -> Mask<'_> {
        let draw = |chances| Draw::new(chances, self.seed, self.number);
        Mask {
            blocked: &self.blocked,
            closed: if self.closed.contains(&true) { &self.closed } else { &[] },
            draw: self.bank.chances().filter(|_| spares).map(draw),
        }
    }

    fn chosen(&self) -> Option<Chosen> {
        if self.bank.has_enemies() && self.design.has_minima() {
            if let Some(chosen) = self.chosen_from_shadow() {
                return Some(chosen);
            }
        }
        let spared = if self.spares { self.drawn(&self.mask(true)) } else { None };
        let lift = |chosen| Chosen { is_lifted: self.bank.chances().is_some(), ..chosen };
        spared.or_else(|| self.drawn(&self.mask(false)).map(lift))
    }

    /// From the best whole test: the only way to see that a pick leaves enough others.
    fn chosen_from_shadow(&self) -> Option<Chosen> {
        let areas = self.bank.areas();
        let test = |spares: bool| {
            let mask = self.mask(spares);
            let is_open = |item: usize| mask.lets(item, areas.of(item));
            let test = shadow(&self.bank, self.theta, &self.tally, &is_open)?;
            let mut blocked = vec![u64::MAX; self.blocked.len()];
            test.items.iter().for_each(|item| blocked[item / 64] &= !(1 << (item % 64)));
            let mask = Mask { blocked: &blocked, closed: &[], draw: None };
            let chosen = self.drawn(&mask)?;
            let is_lifted = !spares && self.bank.chances().is_some();
            Some(Chosen { is_lifted, gap: Some(test.gap()), ..chosen })
        };
        let spared = if self.spares { test(true) } else { None };
        spared.or_else(|| test(false))
    }

    /// One of the best that `mask` leaves.
    fn drawn(&self, mask: &Mask) -> Option<Chosen> {
        let mut top = Top::new(self.design.randomesque);
        self.visit(mask, &mut top);
        let among = top.entries().len();
        let place = if among > 1 { self.chance().below(among) } else { 0 };
        let (value, item) = *top.entries().get(place)?;
        Some(Chosen { item, value, among, is_lifted: false, gap: None })
    }

    /// The chance of this position, the same however often it is asked for.
    fn chance(&self) -> Chance {
        let own = Chance::stream(self.seed, self.number).next_u64();
        Chance::stream(own, self.answers.len() as u64)
    }

    pub(super) fn visit(&self, mask: &Mask, keep: &mut impl Keep) {
        let (bank, theta) = (&*self.bank, self.theta);
        let (posterior, likelihood) = (&self.posterior, || likelihood(bank, &self.answers));
        match self.design.rule {
            Rule::Information => bank.visit(theta, mask, keep),
            Rule::Variance => visit_gains(bank, posterior, mask, keep),
            Rule::Divergence => visit_divergences(bank, posterior, theta, mask, keep),
            Rule::Difficulty => self.nearest(mask, keep, |item| bank.items()[item].b),
            Rule::Peak => self.nearest(mask, keep, |item| bank.peaks()[item]),
            Rule::LikelihoodInformation => visit_information(bank, &likelihood(), mask, keep),
            Rule::PosteriorInformation => visit_information(bank, posterior, mask, keep),
            Rule::ExpectedInformation => {
                visit_expected_information(bank, posterior, theta, mask, keep);
            }
            Rule::LikelihoodDivergence => {
                visit_divergences(bank, &likelihood(), theta, mask, keep);
            }
            Rule::Discrimination => visit_discriminations(bank, posterior, mask, keep),
            Rule::LikelihoodDiscrimination => {
                visit_discriminations(bank, &likelihood(), mask, keep);
            }
        }
    }

    fn nearest(&self, mask: &Mask, keep: &mut impl Keep, place: impl Fn(usize) -> f64) {
        let areas = self.bank.areas();
        for item in 0..self.bank.n_items() {
            let value = -(place(item) - self.theta).abs();
            if value >= keep.floor() && mask.lets(item, areas.of(item)) {
                keep.offer(value, item);
            }
        }
    }
}

fn log_ratio(bank: &Bank, item: usize, is_right: bool, high: f64, low: f64) -> f64 {
    let curve = &bank.items()[item];
    let chance = |theta: f64| {
        let p = curve.p(theta);
        (if is_right { p } else { 1.0 - p }).max(f64::MIN_POSITIVE)
    };
    (chance(high) / chance(low)).ln()
}
