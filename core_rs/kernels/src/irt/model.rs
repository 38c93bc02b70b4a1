//! Response models: the curves of items.
//!
//! Right or wrong (Birnbaum 1968, in Lord & Novick, Statistical Theories of Mental Test Scores,
//! 17-20): with discrimination a, difficulty b, lower asymptote c and upper asymptote d,
//! P(right | theta) = c + (d - c) / (1 + exp(-a (theta - b))), without a factor 1.7. c = 0 and
//! d = 1 give the 2PL, a = 1 besides the Rasch model.
//! Fisher information is P'^2 / (P (1 - P)) with P' = a (P - c)(d - P) / (d - c).
//!
//! Cost: O(1), one exponential. Do not use it for answers that earn parts of a mark.

use crate::error::{Error, within};

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
