//! Spaced review by the free spaced repetition scheduler, version 6 (FSRS-6).
//!
//! A memory is a stability S, the days until the chance of recall R has fallen to 0.9, and a
//! difficulty D from 1 to 10 (Ye, Su & Cao 2022, KDD 4381-4390; version 6 as its open source
//! defines it: open-spaced-repetition, py-fsrs 6.3 and fsrs-rs 6.6). With 21 parameters w:
//!
//! - R(t) = (1 + f t/S)^-w20 with f = 0.9^(-1/w20) - 1.
//! - The first rating g (1 again, 2 hard, 3 good, 4 easy) gives S = w[g-1] and
//!   D0(g) = w4 - exp(w5 (g-1)) + 1.
//! - D moves by -w6 (g-3) (10-D)/9, then the share w7 of the way to D0(4).
//! - Recalled: S grows by the factor 1 + exp(w8) (11-D) S^-w9 (exp(w10 (1-R)) - 1), the growth
//!   times w15 when hard, w16 when easy.
//! - Forgotten: S becomes w11 D^-w12 ((S+1)^w13 - 1) exp(w14 (1-R)), at most S/exp(w17 w18).
//! - Less than a day later: S times exp(w17 (g-3+w18)) S^-w19, which at g >= 2 never shrinks
//!   it.
//!
//! 19 parameters are those of FSRS-5, which is FSRS-6 with w19 = 0 and w20 = 0.5.
//!
//! Cost: O(1), three powers and an exponential at most. Do not use it without a clock that can
//! be trusted: time is what it measures; [`crate::memory`] counts answers instead.

use crate::error::{Error, within};

/// The parameters that were fitted to some hundred million reviews; published with FSRS-6.
pub const DEFAULTS: [f64; 21] = [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];
/// From where to where each parameter may lie: the bounds of its own optimizer.
const BOUNDS: [(f64, f64); 21] = [
    (0.001, 100.0),
    (0.001, 100.0),
    (0.001, 100.0),
    (0.001, 100.0),
    (1.0, 10.0),
    (0.001, 4.0),
    (0.001, 4.0),
    (0.001, 0.75),
    (0.0, 4.5),
    (0.0, 0.8),
    (0.001, 3.5),
    (0.001, 5.0),
    (0.001, 0.25),
    (0.001, 0.9),
    (0.0, 4.0),
    (0.0, 1.0),
    (1.0, 6.0),
    (0.0, 2.0),
    (0.0, 2.0),
    (0.0, 0.8),
    (0.1, 0.8),
];
/// The parameters' names, for refusals.
const NAMES: [&str; 21] = [
    "w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9", "w10", "w11", "w12", "w13",
    "w14", "w15", "w16", "w17", "w18", "w19", "w20",
];
/// Stability in days lies between these: a minute and a half, and a hundred years (so in
/// fsrs-rs; py-fsrs has no upper end).
const STABILITY: (f64, f64) = (0.001, 36_500.0);
/// Difficulty lies between these.
const DIFFICULTY: (f64, f64) = (1.0, 10.0);
/// What FSRS-5 had fixed: w19 and w20.
const VERSION_5: [f64; 2] = [0.0, 0.5];
/// Days between two reviews, at most: a thousand years; more is a wrong clock.
const LONGEST: f64 = 365_000.0;

/// How well it was remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// Not at all: 1.
    Again = 1,
    /// With trouble: 2.
    Hard = 2,
    /// Well: 3.
    Good = 3,
    /// Without effort: 4.
    Easy = 4,
}

impl Rating {
    /// The rating of a number.
    ///
    /// # Errors
    /// `OutOfRange` for all but 1, 2, 3 and 4.
    pub fn from_number(number: f64) -> Result<Self, Error> {
        let ratings = [Self::Again, Self::Hard, Self::Good, Self::Easy];
        let is_meant = |rating: &Self| (rating.number() - number).abs() < f64::EPSILON;
        ratings.into_iter().find(is_meant).ok_or(Error::OutOfRange {
            field: "rating",
            value: number,
            allowed: "1 again, 2 hard, 3 good, 4 easy",
        })
    }

    fn number(self) -> f64 {
        f64::from(self as u8)
    }
}

/// How long something will be remembered, and how hard it is to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    /// Days until the chance of recall is 0.9; 0.001 to 36,500.
    pub stability: f64,
    /// 1 to 10.
    pub difficulty: f64,
}

impl Memory {
    /// The memory, checked.
    ///
    /// # Errors
    /// `OutOfRange` names the number.
    pub fn new(stability: f64, difficulty: f64) -> Result<Self, Error> {
        Ok(Self {
            stability: self::stability(stability)?,
            difficulty: within("difficulty", difficulty, DIFFICULTY, "1 to 10")?,
        })
    }
}

/// `days` if they can be the time between two reviews.
///
/// # Errors
/// `OutOfRange` for a time that runs backwards or is no number.
pub fn elapsed(days: f64) -> Result<f64, Error> {
    let allowed = "0 to 365000 days; is the clock right?";
    within("elapsed_days", days, (0.0, LONGEST), allowed)
}

/// `days` if they can be a stability.
///
/// # Errors
/// `OutOfRange` beyond 0.001 to 36,500.
pub fn stability(days: f64) -> Result<f64, Error> {
    within("stability", days, STABILITY, "0.001 to 36500 days")
}

/// `chance` if recall can be asked to be that likely.
///
/// # Errors
/// `OutOfRange` beyond 0.01 to 1.
pub fn retention(chance: f64) -> Result<f64, Error> {
    within("retention", chance, (0.01, 1.0), "0.01 to 1")
}

/// The scheduler: its parameters, and what follows from them alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheduler {
    w: [f64; 21],
    factor: f64,
    growth: f64,
    easiest: f64,
    drop: f64,
}

impl Scheduler {
    /// The scheduler with 21 parameters, or 19 as FSRS-5 had them.
    ///
    /// # Errors
    /// `Size` for another number of them, `OutOfRange` names the parameter.
    pub fn new(parameters: &[f64]) -> Result<Self, Error> {
        let w = filled(parameters)?;
        for ((name, value), bounds) in NAMES.into_iter().zip(w).zip(BOUNDS) {
            within(name, value, bounds, "what the FSRS-6 optimizer allows")?;
        }
        Ok(Self {
            w,
            factor: 0.9_f64.powf(-1.0 / w[20]) - 1.0,
            growth: w[8].exp(),
            easiest: first_difficulty(&w, Rating::Easy),
            drop: (w[17] * w[18]).exp(),
        })
    }

    /// The memory after the first review ever.
    ///
    /// ```
    /// use mangotree_kernels::fsrs::{DEFAULTS, Rating, Scheduler};
    /// let memory = Scheduler::new(&DEFAULTS)?.first(Rating::Again);
    /// assert_eq!((memory.stability, memory.difficulty), (0.212, 6.4133)); // w0, w4 - e^0 + 1
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn first(&self, rating: Rating) -> Memory {
        let stability = self.w[rating as usize - 1].clamp(STABILITY.0, STABILITY.1);
        let difficulty = first_difficulty(&self.w, rating).clamp(DIFFICULTY.0, DIFFICULTY.1);
        Memory { stability, difficulty }
    }

    /// The memory after a review `days` after the one before; both were checked.
    ///
    /// ```
    /// use mangotree_kernels::fsrs::{DEFAULTS, Memory, Rating, Scheduler};
    /// let scheduler = Scheduler::new(&DEFAULTS)?;
    /// let again = scheduler.step(Memory::new(5.0, 5.0)?, 0.0, Rating::Again);
    /// // 5 * exp(0.5425 * (1 - 3 + 0.0912)) * 5^-0.0658, as fsrs-rs has it
    /// assert!((again.stability - 1.596818).abs() < 1e-6);
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn step(&self, memory: Memory, days: f64, rating: Rating) -> Memory {
        let stability = if days < 1.0 {
            self.within_a_day(memory, rating)
        } else if rating == Rating::Again {
            self.forgotten(memory, days)
        } else {
            self.recalled(memory, days, rating)
        };
        Memory {
            stability: stability.clamp(STABILITY.0, STABILITY.1),
            difficulty: self.next_difficulty(memory.difficulty, rating),
        }
    }

    /// The chance of recall after `days`.
    ///
    /// ```
    /// use mangotree_kernels::fsrs::{DEFAULTS, Scheduler};
    /// let scheduler = Scheduler::new(&DEFAULTS)?;
    /// assert_eq!(scheduler.retrievability(0.0, 3.0), 1.0);
    /// assert!((scheduler.retrievability(3.0, 3.0) - 0.9).abs() < 1e-15); // so S is meant
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn retrievability(&self, days: f64, stability: f64) -> f64 {
        (1.0 + self.factor * days / stability).powf(-self.w[20])
    }

    /// Days until the chance of recall is `retention`, with their fraction.
    ///
    /// ```
    /// use mangotree_kernels::fsrs::{DEFAULTS, Scheduler};
    /// let scheduler = Scheduler::new(&DEFAULTS)?;
    /// assert!((scheduler.interval(7.0, 0.9) - 7.0).abs() < 1e-12);
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn interval(&self, stability: f64, retention: f64) -> f64 {
        stability / self.factor * (retention.powf(-1.0 / self.w[20]) - 1.0)
    }

    fn within_a_day(&self, memory: Memory, rating: Rating) -> f64 {
        let w = &self.w;
        let change = (w[17] * (rating.number() - 3.0 + w[18])).exp();
        let change = change * memory.stability.powf(-w[19]);
        memory.stability * if rating == Rating::Again { change } else { change.max(1.0) }
    }

    fn recalled(&self, memory: Memory, days: f64, rating: Rating) -> f64 {
        let Memory { stability, difficulty } = memory;
        let faded = 1.0 - self.retrievability(days, stability);
        let weight = match rating {
            Rating::Hard => self.w[15],
            Rating::Easy => self.w[16],
            _ => 1.0,
        };
        let growth = self.growth * (11.0 - difficulty) * stability.powf(-self.w[9]);
        stability * (1.0 + growth * (faded * self.w[10]).exp_m1() * weight)
    }

    fn forgotten(&self, memory: Memory, days: f64) -> f64 {
        let (w, Memory { stability, difficulty }) = (&self.w, memory);
        let faded = 1.0 - self.retrievability(days, stability);
        let relearned = w[11] * difficulty.powf(-w[12]) * ((stability + 1.0).powf(w[13]) - 1.0);
        (relearned * (faded * w[14]).exp()).min(stability / self.drop)
    }

    fn next_difficulty(&self, difficulty: f64, rating: Rating) -> f64 {
        let change = -self.w[6] * (rating.number() - 3.0) * (10.0 - difficulty) / 9.0;
        let moved = self.w[7] * self.easiest + (1.0 - self.w[7]) * (difficulty + change);
        moved.clamp(DIFFICULTY.0, DIFFICULTY.1)
    }
}

fn filled(parameters: &[f64]) -> Result<[f64; 21], Error> {
    let mut w = DEFAULTS;
    match parameters.len() {
        21 => w.copy_from_slice(parameters),
        19 => {
            w[..19].copy_from_slice(parameters);
            w[19..].copy_from_slice(&VERSION_5);
        }
        value => {
            let allowed = "21, or 19 of FSRS-5".to_owned();
            return Err(Error::Size { field: "parameters", value, allowed });
        }
    }
    Ok(w)
}

/// Not yet held between 1 and 10: the pull of D towards D0(4) is stronger for it.
fn first_difficulty(w: &[f64; 21], rating: Rating) -> f64 {
    w[4] - (w[5] * (rating.number() - 1.0)).exp() + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reviewed(scheduler: &Scheduler) -> Memory {
        let mut memory = scheduler.first(Rating::Again);
        for days in [0.0, 1.0, 3.0, 8.0, 21.0] {
            memory = scheduler.step(memory, days, Rating::Good);
        }
        memory
    }

    #[test]
    fn six_reviews_end_where_both_open_schedulers_say() {
        let memory = reviewed(&Scheduler::new(&DEFAULTS).unwrap());
        assert!((memory.stability - 53.62691).abs() < 1e-4, "{memory:?}");
        assert!((memory.difficulty - 6.357_486_7).abs() < 1e-6, "{memory:?}");
        let mut without_same_day = DEFAULTS;
        without_same_day[17..20].fill(0.0);
        let memory = reviewed(&Scheduler::new(&without_same_day).unwrap());
        assert!((memory.stability - 53.335_106).abs() < 1e-4, "{memory:?}");
    }

    #[test]
    fn no_allowed_parameters_lead_out_of_the_allowed_memories() {
        let mut chance = crate::chance::Chance::new(6);
        for _ in 0..2000 {
            let w = BOUNDS.map(|(low, high)| low + (high - low) * chance.uniform());
            let scheduler = Scheduler::new(&w).unwrap();
            let mut memory = scheduler.first(Rating::Good);
            for _ in 0..20 {
                #[expect(clippy::cast_precision_loss, reason = "1 to 4")]
                let rating = Rating::from_number((1 + chance.below(4)) as f64).unwrap();
                memory = scheduler.step(memory, chance.uniform() * LONGEST, rating);
                Memory::new(memory.stability, memory.difficulty).unwrap();
            }
        }
    }

    #[test]
    fn bad_ratings_times_and_parameters_are_refused() {
        for rating in [0.0, 2.5, 5.0, -1.0, f64::NAN] {
            assert!(Rating::from_number(rating).is_err());
        }
        assert!(elapsed(-0.1).is_err() && elapsed(f64::NAN).is_err());
        assert!(Scheduler::new(&DEFAULTS[..17]).is_err());
        let mut wrong = DEFAULTS;
        wrong[20] = 0.0;
        let said = Scheduler::new(&wrong).unwrap_err().to_string();
        assert!(said.starts_with("w20 is 0;"), "{said}");
    }
}
