//! Response models: the curves of items.
//!
//! Right or wrong (Birnbaum 1968, in Lord & Novick, Statistical Theories of Mental Test Scores,
//! 17-20): with discrimination a, difficulty b, lower asymptote c and upper asymptote d,
//! P(right | theta) = c + (d - c) / (1 + exp(-a (theta - b))), without a factor 1.7. c = 0 and
//! d = 1 give the 2PL, a = 1 besides the Rasch model.
//! Fisher information is P'^2 / (P (1 - P)) with P' = a (P - c)(d - P) / (d - c).
//!
//! Whatever has categories of answers has [`Traits`]: their chances, and how an answer leans on
//! an ability, from which every estimate of an ability is made.
//!
//! Cost: O(1), one exponential. Do not use it for answers that earn parts of a mark: those are
//! in [`super::polytomous`].

use crate::error::{Error, within};

/// Logits beyond this count as this: exp(350) and its inverse still have a square and all their
/// digits.
const FARTHEST: f64 = 350.0;

/// What an answer says about an ability, and what the item could say, at one point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lean {
    /// Slope of the log-likelihood of the answer given.
    pub slope: f64,
    /// Fisher information I: the sum of P'^2 / P over the categories.
    pub information: f64,
    /// Warm's J: the sum of P' P'' / P over the categories.
    pub bias: f64,
    /// Slope of I along the ability.
    pub rise: f64,
}

impl Lean {
    /// Counts one category of the item: its chance, and the first and second derivative of the
    /// logarithm of its chance.
    #[inline]
    pub(crate) fn add_category(&mut self, p: f64, first: f64, second: f64) {
        let square = p * first * first;
        self.information += square;
        self.bias += p * first * second + square * first;
        self.rise += 2.0 * p * first * second + square * first;
    }
}

impl std::ops::AddAssign for Lean {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.slope += other.slope;
        self.information += other.information;
        self.bias += other.bias;
        self.rise += other.rise;
    }
}

/// An item with answers in categories 0, 1, ...; 1 is right where there are two.
pub trait Traits {
    /// How many categories, at least 2.
    fn categories(&self) -> usize;

    /// The chance of `category` at `theta`.
    fn p(&self, theta: f64, category: usize) -> f64;

    /// What an answer in `category` says at `theta`.
    fn lean(&self, theta: f64, category: usize) -> Lean;
}

/// An item that is answered right or wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binary {
    /// Discrimination, above 0, at most 20, per logit.
    pub a: f64,
    /// Difficulty in logits, -20 to 20.
    pub b: f64,
    /// P(right) of the least able, 0 to 0.9.
    pub c: f64,
    /// P(right) of the most able, above c, at most 1.
    pub d: f64,
}

impl Binary {
    /// The item, checked.
    ///
    /// # Errors
    /// `OutOfRange` names the parameter.
    pub fn new(a: f64, b: f64, c: f64, d: f64) -> Result<Self, Error> {
        Ok(Self {
            a: within("a", a, (1e-6, 20.0), "above 0, at most 20")?,
            b: within("b", b, (-20.0, 20.0), "-20 to 20")?,
            c: within("c", c, (0.0, 0.9), "0 to 0.9")?,
            d: within("d", d, (c + 1e-3, 1.0), "more than c, at most 1")?,
        })
    }

    /// P(right) at `theta`.
    ///
    /// ```
    /// use mangotree_kernels::irt::model::Binary;
    /// let item = Binary::new(1.0, 0.0, 0.2, 1.0)?;
    /// assert!((item.p(0.0) - 0.6).abs() < 1e-15); // 0.2 + 0.8 / 2
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn p(&self, theta: f64) -> f64 {
        self.c + (self.d - self.c) / (1.0 + (-self.a * (theta - self.b)).exp())
    }

    /// Fisher information at `theta`, per logit squared.
    ///
    /// ```
    /// use mangotree_kernels::irt::model::Binary;
    /// let item = Binary::new(2.0, 0.0, 0.0, 1.0)?;
    /// assert!((item.information(0.0) - 1.0).abs() < 1e-15); // a^2 p q = 4 / 4
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn information(&self, theta: f64) -> f64 {
        let p = self.p(theta);
        let slope = self.a * (p - self.c) * (self.d - p) / (self.d - self.c);
        let spread = p * (1.0 - p);
        if spread > 0.0 { slope * slope / spread } else { 0.0 }
    }
}

impl Binary {
    /// Minus the second derivative of the log-likelihood of an answer at `theta`: the observed
    /// information. With slope L' of that likelihood and s the logistic curve below P it is
    /// L' (L' - a (1 - 2 s)); below 0 where a right answer may well have been guessed.
    ///
    /// ```
    /// use mangotree_kernels::irt::model::Binary;
    /// let item = Binary::new(1.0, 0.0, 0.2, 1.0)?;
    /// // P = .6, P' = .2, P'' = 0: (P' / P)^2 after a right answer, (P' / Q)^2 after another.
    /// assert!((item.observed_information(0.0, true) - 1.0 / 9.0).abs() < 1e-15);
    /// assert!((item.observed_information(0.0, false) - 0.25).abs() < 1e-15);
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn observed_information(&self, theta: f64, is_right: bool) -> f64 {
        let odds_against = (self.a * (self.b - theta)).clamp(-FARTHEST, FARTHEST).exp();
        let slope = self.lean(theta, usize::from(is_right)).slope;
        slope * (slope - self.a * (odds_against - 1.0) / (odds_against + 1.0))
    }
}

impl Traits for Binary {
    fn categories(&self) -> usize {
        2
    }

    fn p(&self, theta: f64, category: usize) -> f64 {
        if category == 0 { self.wrong(theta) } else { Self::p(self, theta) }
    }

    /// With s the logistic curve below P: P' = (d - c) a s (1 - s), P'' = a (1 - 2 s) P'.
    #[inline]
    fn lean(&self, theta: f64, category: usize) -> Lean {
        let odds_against = (self.a * (self.b - theta)).clamp(-FARTHEST, FARTHEST).exp();
        let s = 1.0 / (1.0 + odds_against);
        let unsure = odds_against * s;
        let width = self.d - self.c;
        // P / s and Q / s, so that the second division need not wait for the first.
        let p = self.d + self.c * odds_against;
        let q = (1.0 - self.d) + (1.0 - self.c) * odds_against;
        let per_spread = width * self.a * odds_against / (p * q);
        let information = per_spread * (width * self.a * (s * unsure));
        let bias = information * self.a * (unsure - s);
        Lean {
            slope: per_spread * s * [-p, q][usize::from(category != 0)],
            information,
            bias,
            // I = P'^2 / (PQ), so I' = 2 P'P''/(PQ) - P' (Q - P) P'^2 / (PQ)^2.
            rise: 2.0 * bias - (q - p) * s * per_spread * information,
        }
    }
}

impl Binary {
    /// P(wrong) at `theta`, which 1 - P(right) would round to 0 where it is small.
    ///
    /// ```
    /// use mangotree_kernels::irt::model::Binary;
    /// let item = Binary::new(1.0, 0.0, 0.0, 1.0)?;
    /// assert!((item.wrong(50.0) / (-50.0_f64).exp() - 1.0).abs() < 1e-15);
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    #[must_use]
    pub fn wrong(&self, theta: f64) -> f64 {
        (1.0 - self.d) + (self.d - self.c) / (1.0 + (self.a * (theta - self.b)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_says_is_what_the_curve_says() {
        let step = 1e-5;
        for (a, b, c, d) in [(1.0, 0.0, 0.0, 1.0), (1.7, 0.4, 0.2, 0.97), (0.6, -2.0, 0.0, 0.9)]
        {
            let item = Binary::new(a, b, c, d).unwrap();
            for (theta, k) in [(-2.0, 0), (0.3, 1), (1.7, 0)] {
                let ln_p = |theta| Traits::p(&item, theta, k).ln();
                let slope = (ln_p(theta + step) - ln_p(theta - step)) / (2.0 * step);
                let rise = (item.information(theta + step) - item.information(theta - step))
                    / (2.0 * step);
                let lean = item.lean(theta, k);
                assert!((lean.slope - slope).abs() < 1e-8);
                assert!((lean.information - item.information(theta)).abs() < 1e-14);
                assert!((lean.rise - rise).abs() < 1e-8, "{} {rise}", lean.rise);
            }
        }
    }
}
