//! The M-step: the likeliest rates for expected counts, under priors, guards and fixed values.
//!
//! Each rate p that happened x times of n adds x ln p + (n - x) ln(1 - p) to what an M-step
//! makes largest; a Beta prior with `strength` pseudo-answers at `centre` adds to x and n (the
//! mode of the posterior: Dempster, Laird & Rubin 1977, JRSS B 39:1-38). The function is
//! concave in each p, so with bounds the best p is x / n brought inside them, and EM still
//! never lowers the posterior.
//!
//! Guards: guess at most .5 and slip at most .49 (so 1 - slip > guess: knowing helps; Baker,
//! Corbett & Aleven 2008, Intelligent Tutoring Systems 406-415), learn at most .9, and right
//! answers must be able to bring mastery above .95, which [`Bkt::new`] demands of every skill
//! of the hub. That last guard ties the rates of a skill together; where the free M-step breaks
//! it, one rate after the other goes to its best value that keeps it (Meng & Rubin 1993,
//! Biometrika 80:267-278), and the posterior still never falls.
//!
//! Cost: O(places). Do not use the guards to compare with other programs: they have none.

use super::model::{Counts, RATE, Rates, Share};
use crate::bkt::{Bkt, MASTERED};
use crate::error::{Error, within};

/// Highest guess, slip and learn under the guards.
const GUARDED: [f64; 3] = [0.5, 0.49, 0.9];
/// What mastery must exceed after a right answer at `MASTERED`, with room for rounding.
const REACHED: f64 = MASTERED + 1e-9;

/// The odds of `MASTERED`.
const ODDS: f64 = MASTERED / (1.0 - MASTERED);

/// The five parameters, in the order of the arrays here.
pub const NAMES: [&str; 5] = ["prior", "learn", "forget", "guess", "slip"];

/// Which rates a skill may get.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rules {
    /// Where the priors stand, by parameter.
    pub centre: [f64; 5],
    /// How many answers each prior counts for; 0 for none.
    pub strength: [f64; 5],
    /// Rates that no fit moves.
    pub fixed: [Option<f64>; 5],
    /// Whether the guards hold.
    pub is_guarded: bool,
}

pub(super) fn as_array(skill: &Bkt) -> [f64; 5] {
    [skill.prior, skill.learn, skill.forget, skill.guess, skill.slip]
}

pub(super) fn as_bkt([prior, learn, forget, guess, slip]: [f64; 5]) -> Bkt {
    Bkt { prior, learn, forget, guess, slip }
}

impl Rules {
    /// Whether fixed values stand in their ranges and leave room for the guards.
    ///
    /// # Errors
    /// `OutOfRange` names the parameter.
    pub fn check(&self) -> Result<(), Error> {
        for (at, value) in self.fixed.iter().enumerate() {
            let Some(value) = value else { continue };
            let (limits, words) = self.limits(at);
            within(NAMES[at], *value, limits, words)?;
        }
        let most_lenient = [0.5, 0.9, 0.0, RATE.0, RATE.0];
        let best = self.with_fixed(most_lenient);
        if self.is_guarded && !is_sound(&Rates::of(&as_bkt(best))) {
            let allowed = "values with which right answers can bring mastery above 0.95";
            return Err(Error::OutOfRange { field: "fixed forget", value: best[2], allowed });
        }
        Ok(())
    }

    /// The rules for groups, resources and items of a skill, whose priors stand at its own.
    pub fn at_own(mut self, rates: &Rates, strength: f64) -> Self {
        self.centre = as_array(&rates.bkt(0, 0, 0));
        self.strength = [strength; 5];
        self
    }

    /// `rates` brought inside the rules: where a fit may start.
    pub fn admitted(&self, start: [f64; 5]) -> Bkt {
        let mut rates = self.with_fixed(start);
        for (at, rate) in rates.iter_mut().enumerate() {
            *rate = self.bounded(at, *rate);
        }
        let lenient = [rates[0], 0.5, RATE.0, 0.1, 0.1];
        let most_lenient = [rates[0], 0.9, RATE.0, RATE.0, RATE.0];
        for change in [&[2][..], &[1], &[3, 4], &[2, 1, 3, 4]] {
            if !self.is_guarded || is_sound(&Rates::of(&as_bkt(rates))) {
                break;
            }
            let to = if change.len() < 4 { lenient } else { most_lenient };
            for at in change {
                rates[*at] = self.fixed[*at].unwrap_or(to[*at]);
            }
        }
        as_bkt(rates)
    }

    /// The likeliest rates for `counts`; `now` are those at which they were counted.
    pub fn maximised(&self, counts: &Counts, now: &Rates) -> Rates {
        let best = |at: usize, shares: &[Share], rates: &[f64]| -> Vec<f64> {
            let each = shares.iter().zip(rates);
            each.map(|(share, rate)| self.bounded(at, self.mode(at, *share, *rate))).collect()
        };
        let free = Rates {
            priors: best(0, &counts.priors, &now.priors),
            learns: best(1, &counts.learns, &now.learns),
            forgets: best(2, &counts.forgets, &now.forgets),
            guesses: best(3, &counts.guesses, &now.guesses),
            slips: best(4, &counts.slips, &now.slips),
        };
        if !self.is_guarded || is_sound(&free) {
            return free;
        }
        let bound = one_by_one(&free, now);
        if is_sound(&bound) { bound } else { Rates { priors: free.priors, ..now.clone() } }
    }

    /// ln of the priors' densities at `rates`, up to a constant.
    pub fn log_prior(&self, rates: &Rates) -> f64 {
        let lists =
            [&rates.priors, &rates.learns, &rates.forgets, &rates.guesses, &rates.slips];
        let mut sum = 0.0;
        for (at, list) in lists.iter().enumerate().filter(|(at, _)| self.fixed[*at].is_none()) {
            for rate in *list {
                sum += times_ln(self.strength[at] * self.centre[at], *rate);
                sum += times_ln(self.strength[at] * (1.0 - self.centre[at]), 1.0 - rate);
            }
        }
        sum
    }

    fn with_fixed(&self, mut rates: [f64; 5]) -> [f64; 5] {
        for (rate, fixed) in rates.iter_mut().zip(self.fixed) {
            *rate = fixed.unwrap_or(*rate);
        }
        rates
    }

    fn mode(&self, at: usize, [happened, of]: Share, now: f64) -> f64 {
        let weight = of + self.strength[at];
        match self.fixed[at] {
            Some(value) => value,
            None if weight > 0.0 => (happened + self.strength[at] * self.centre[at]) / weight,
            None => now,
        }
    }

    fn limits(&self, at: usize) -> ((f64, f64), &'static str) {
        match (self.is_guarded, at) {
            (true, 1) => ((0.0, GUARDED[2]), "0 to 0.9 (guards)"),
            (_, 0..=2) => ((0.0, 1.0), "0 to 1"),
            (true, 3) => ((RATE.0, GUARDED[0]), "0.000001 to 0.5 (guards)"),
            (true, _) => ((RATE.0, GUARDED[1]), "0.000001 to 0.49 (guards)"),
            (false, _) => (RATE, "0.000001 to 0.999999"),
        }
    }

    fn bounded(&self, at: usize, rate: f64) -> f64 {
        if self.fixed[at].is_some() {
            return rate;
        }
        let ((_, high), _) = self.limits(at);
        rate.clamp(RATE.0, high.min(RATE.1))
    }
}

/// From `now` to `free` one kind of rate after the other, each as far as the guard lets it.
fn one_by_one(free: &Rates, now: &Rates) -> Rates {
    let mut rates = Rates { priors: free.priors.clone(), ..now.clone() };
    let evidence = demanded(&rates);
    for (at, guess) in rates.guesses.iter_mut().enumerate() {
        let most = ODDS * (1.0 - rates.slips[at]) * (1.0 - evidence) / evidence;
        *guess = free.guesses[at].min(most.max(*guess));
    }
    for (at, slip) in rates.slips.iter_mut().enumerate() {
        let most = 1.0 - rates.guesses[at] * evidence / (ODDS * (1.0 - evidence));
        *slip = free.slips[at].min(most.max(*slip));
    }
    let evidence = given(&rates);
    for (at, learn) in rates.learns.iter_mut().enumerate() {
        let least = (REACHED - evidence * (1.0 - rates.forgets[at])) / (1.0 - evidence);
        *learn = free.learns[at].max(least.min(*learn));
    }
    for (at, forget) in rates.forgets.iter_mut().enumerate() {
        let most = (evidence + rates.learns[at] * (1.0 - evidence) - REACHED) / evidence;
        *forget = free.forgets[at].min(most.max(*forget));
    }
    rates
}

/// Whether a right answer at `MASTERED` raises mastery, whatever the item and the resource.
fn is_sound(rates: &Rates) -> bool {
    let evidence = given(rates);
    let after = |(learn, forget): (&f64, &f64)| {
        evidence * (1.0 - forget) + (1.0 - evidence) * learn > REACHED - 5e-10
    };
    rates.learns.iter().zip(&rates.forgets).all(after)
}

/// P(known) after a right answer at `MASTERED` to the item that says least.
fn given(rates: &Rates) -> f64 {
    let each = rates.guesses.iter().zip(&rates.slips).map(|(guess, slip)| {
        let known = MASTERED * (1.0 - slip);
        known / (known + (1.0 - MASTERED) * guess)
    });
    each.fold(1.0, f64::min)
}

/// What [`given`] must be for the resource that forgets most.
fn demanded(rates: &Rates) -> f64 {
    let each = rates.learns.iter().zip(&rates.forgets);
    let each = each.map(|(learn, forget)| (REACHED - learn) / (1.0 - forget - learn));
    each.fold(0.0, f64::max)
}

/// `weight * ln(rate)`, 0 where the weight is 0.
fn times_ln(weight: f64, rate: f64) -> f64 {
    if weight > 0.0 { weight * rate.ln() } else { 0.0 }
}
