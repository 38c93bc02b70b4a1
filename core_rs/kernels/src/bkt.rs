//! Bayesian knowledge tracing with forgetting, and two guards: the mastery that a teacher sees.
//!
//! A skill is either known or not. With mastery L, guess g and slip s, a right answer has
//! P = L(1-s) + (1-L)g. The answer is weighed by Bayes' rule (L' = L(1-s)/P after a right one,
//! Ls/(1-P) after a wrong one), then the learner learns with t or forgets with f:
//! L'' = L'(1-f) + (1-L')t. Corbett & Anderson 1994, User Modeling and User-Adapted Interaction
//! 4:253-278; forgetting as in Khajah, Lindsey & Mozer 2016, Educational Data Mining.
//!
//! The guards: a right answer never lowers mastery and a wrong one never raises it. Fitted
//! parameters break both (a large t lifts mastery after a wrong answer), and no teacher would
//! believe either. Evidence is weighed from inside `[DOUBT, 1 - DOUBT]`, so that a mastery set
//! to 0 or 1 by hand can still be moved by answers.
//!
//! Cost: O(1). Do not use it alone to predict: it knows nothing of how hard an item is.

use crate::error::{Error, within};

/// Certainty that a single answer may still shake; 1/1000 is far outside any threshold in use.
pub const DOUBT: f64 = 0.001;

/// Mastery from here on counts as mastered (Corbett & Anderson 1994).
pub const MASTERED: f64 = 0.95;

/// The five parameters of one skill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bkt {
    /// P(known before the first answer), 0 to 1.
    pub prior: f64,
    /// P(not known becomes known at an answer), 0 to 1.
    pub learn: f64,
    /// P(known is lost at an answer), 0 to 1.
    pub forget: f64,
    /// P(right though not known), 0.000001 to 0.5.
    pub guess: f64,
    /// P(wrong though known), 0.000001 to 0.5.
    pub slip: f64,
}

const CHANCE: (f64, f64) = (0.0, 1.0);
const ERROR_RATE: (f64, f64) = (1e-6, 0.5);

impl Bkt {
    /// The parameters, checked; guess + slip stay below 1, else right answers would count
    /// against the learner.
    ///
    /// # Errors
    /// `OutOfRange` names the parameter.
    pub fn new(
        prior: f64,
        learn: f64,
        forget: f64,
        guess: f64,
        slip: f64,
    ) -> Result<Self, Error> {
        within("guess + slip", guess + slip, (0.0, 0.999_999), "less than 1")?;
        let skill = Self {
            prior: within("prior", prior, CHANCE, "0 to 1")?,
            learn: within("learn", learn, CHANCE, "0 to 1")?,
            forget: within("forget", forget, CHANCE, "0 to 1")?,
            guess: within("guess", guess, ERROR_RATE, "0.000001 to 0.5")?,
            slip: within("slip", slip, ERROR_RATE, "0.000001 to 0.5")?,
        };
        skill.can_be_mastered()?;
        Ok(skill)
    }

    /// P(the next answer is right).
    ///
    /// ```
    /// use mangotree_kernels::bkt::Bkt;
    /// let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
    /// assert!((skill.predict(0.4) - 0.48).abs() < 1e-15); // 0.4 * 0.9 + 0.6 * 0.2
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn predict(&self, mastery: f64) -> f64 {
        let known = mastery.clamp(DOUBT, 1.0 - DOUBT);
        known * (1.0 - self.slip) + (1.0 - known) * self.guess
    }

    /// Mastery after an answer.
    ///
    /// ```
    /// use mangotree_kernels::bkt::Bkt;
    /// let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
    /// // Right: 0.36 / 0.48 = 0.75, then 0.75 + 0.25 * 0.1 = 0.775.
    /// assert!((skill.update(0.4, true) - 0.775).abs() < 1e-15);
    /// // Wrong: 0.04 / 0.52 = 1/13, then 1/13 + 12/13 * 0.1 = 2.2/13.
    /// assert!((skill.update(0.4, false) - 2.2 / 13.0).abs() < 1e-15);
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn update(&self, mastery: f64, is_right: bool) -> f64 {
        let moved = self.filter(mastery, is_right);
        // The lower of two is minus the higher of their negatives.
        let sign = 2.0 * f64::from(u8::from(is_right)) - 1.0;
        sign * (sign * moved).max(sign * mastery)
    }

    /// Mastery after an answer that counts as `weight`, at most 1, of one: its likelihood is
    /// raised to that power (Ibrahim & Chen 2000, Statistical Science 15:46-60), and the step
    /// of learning or forgetting that comes with it shrinks as well. It never moves further
    /// than a whole answer does.
    #[must_use]
    pub fn update_by(&self, mastery: f64, is_right: bool, weight: f64) -> f64 {
        let whole = self.update(mastery, is_right);
        if weight >= 1.0 {
            return whole;
        }
        let prior = mastery.clamp(DOUBT, 1.0 - DOUBT);
        let (known, guessed) =
            (from_one_if(is_right, self.slip), from_one_if(!is_right, self.guess));
        let odds = prior / (1.0 - prior) * (known / guessed).powf(weight);
        let weighed = odds / (1.0 + odds);
        let stepped = weighed * (1.0 - self.forget) + (1.0 - weighed) * self.learn;
        let moved = weighed + weight * (stepped - weighed);
        moved.max(mastery.min(whole)).min(mastery.max(whole))
    }

    /// Mastery after an answer by Bayes' rule alone, without the two guards: what a fit
    /// assumes.
    #[must_use]
    #[inline]
    pub fn filter(&self, mastery: f64, is_right: bool) -> f64 {
        let known = mastery.clamp(DOUBT, 1.0 - DOUBT);
        let right = known * (1.0 - self.slip) + (1.0 - known) * self.guess;
        let part = known * from_one_if(is_right, self.slip);
        let whole = from_one_if(!is_right, right);
        let weighed = part / whole;
        weighed * (1.0 - self.forget) + (1.0 - weighed) * self.learn
    }

    /// Forgetting puts a ceiling on mastery. After right answers alone it grows wherever it
    /// still grows at `MASTERED`, for the rule is concave; a ceiling below would keep a class
    /// on one skill for ever.
    fn can_be_mastered(&self) -> Result<(), Error> {
        if self.update(MASTERED, true) > MASTERED {
            return Ok(());
        }
        Err(Error::OutOfRange {
            field: "forget",
            value: self.forget,
            allowed: "so little that right answers can bring mastery above 0.95",
        })
    }
}

/// `1 - number` if `is`, else `number`, to the bit, and without a branch: processors cannot
/// foresee answers, and where they guess wrong, one time in four, it costs more than the
/// division.
#[inline]
fn from_one_if(is: bool, number: f64) -> f64 {
    let one = f64::from(u8::from(is));
    one + (1.0 - 2.0 * one) * number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_hold_on_a_grid_of_parameters_and_masteries() {
        let learns = [0.0, 0.05, 0.3, 0.7, 1.0];
        let forgets = [0.0, 0.01, 0.02, 0.03];
        for (learn, forget) in learns.iter().flat_map(|l| forgets.iter().map(move |f| (*l, *f)))
        {
            let skill = Bkt::new(0.5, learn, forget, 0.25, 0.1).unwrap();
            for mastery in [0.0, 1e-9, 0.2, 0.5, 0.95, 1.0] {
                assert!(skill.update(mastery, true) >= mastery);
                assert!(skill.update(mastery, false) <= mastery);
                assert!((0.0..=1.0).contains(&skill.update(mastery, true)));
                assert!((0.0..=1.0).contains(&skill.update(mastery, false)));
            }
        }
    }

    #[test]
    fn a_mastery_set_to_one_still_falls_after_wrong_answers() {
        let skill = Bkt::new(0.3, 0.1, 0.01, 0.2, 0.1).unwrap();
        let fallen = (0..4).fold(1.0, |mastery, _| skill.update(mastery, false));
        assert!(fallen < 0.5, "{fallen}");
    }

    #[test]
    fn parameters_under_which_nobody_can_master_the_skill_are_refused() {
        assert!(Bkt::new(0.3, 0.1, 0.05, 0.3, 0.2).is_err());
        let skill = Bkt::new(0.3, 0.1, 0.02, 0.3, 0.2).unwrap();
        let mastery = (0..20).fold(0.0, |mastery, _| skill.update(mastery, true));
        assert!(mastery > MASTERED, "{mastery}");
    }

    #[test]
    fn not_a_number_and_degenerate_parameters_are_refused() {
        assert!(Bkt::new(f64::NAN, 0.1, 0.0, 0.2, 0.1).is_err());
        assert!(Bkt::new(0.3, 0.1, 0.0, 0.5, 0.5).is_err());
        assert!(Bkt::new(0.3, 0.1, 0.0, 0.0, 0.1).is_err());
        assert!(Bkt::new(0.3, 1.1, 0.0, 0.2, 0.1).is_err());
    }

    #[test]
    fn a_weight_below_one_moves_less_and_the_same_way() {
        let bkt = Bkt::new(0.4, 0.1, 0.01, 0.2, 0.1).unwrap();
        for tenth in 0..=1000_u16 {
            let mastery = f64::from(tenth) / 1000.0;
            for is_right in [false, true] {
                let whole = bkt.update_by(mastery, is_right, 1.0);
                let nearly = bkt.update_by(mastery, is_right, 1.0 - 1e-12);
                let part = bkt.update_by(mastery, is_right, 0.3);
                assert!((0.0..=1.0).contains(&part));
                assert!((part - mastery).abs() <= (whole - mastery).abs() + 1e-9, "{mastery}");
                assert!((whole - nearly).abs() < 1e-6, "{mastery}");
                assert!(if is_right { part >= mastery } else { part <= mastery });
            }
        }
    }
}
