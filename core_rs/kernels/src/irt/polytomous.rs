//! Items whose answers earn parts of a mark: categories 0, 1, ... in rising order.
//!
//! [`Graded`] (Samejima 1969, Psychometrika Monograph 17): each threshold b has a curve
//! s = 1 / (1 + exp(-a (theta - b))), the chance of passing it. Category k is what passes its
//! own threshold and not the next, P = s - s+, which is s (1 - s+) times a factor without
//! theta; so d ln P / d theta = a (1 - s - s+), and nothing cancels where P is small. (s is 1
//! below the first threshold, s+ is 0 above the last.)
//!
//! [`PartialCredit`] (generalised: Muraki 1992, Applied Psychological Measurement 16:159-176):
//! ln P is the sum of a (theta - delta) over the steps taken, up to a constant; with the mean
//! category E and its variance V, d ln P / d theta = a (k - E) and the information is V a a.
//! a = 1 gives Masters' (1982) partial credit.
//!
//! Cost: O(categories), an exponential each. Do not use them for categories without an order,
//! nor for items answered right or wrong ([`super::model::Binary`] is several times quicker).

use crate::error::{Error, within};
use crate::irt::model::{Lean, Traits};

/// An item has at most this many categories.
pub const MAX_CATEGORIES: usize = 32;

/// An item whose categories are passed in turn, one threshold each.
#[derive(Clone, Debug, PartialEq)]
pub struct Graded {
    a: f64,
    thresholds: Vec<f64>,
    /// 1 - exp(-a (b+ - b)) of each category: what keeps its two thresholds apart.
    widths: Vec<f64>,
}

/// An item whose steps are taken one after another, each with its own difficulty.
#[derive(Clone, Debug, PartialEq)]
pub struct PartialCredit {
    a: f64,
    steps: Vec<f64>,
}

impl Graded {
    /// The item with discrimination `a` and rising `thresholds`, checked.
    ///
    /// # Errors
    /// `OutOfRange` names the parameter, `Size` too few or too many thresholds.
    pub fn new(a: f64, thresholds: &[f64]) -> Result<Self, Error> {
        let thresholds = places("thresholds", thresholds)?;
        for pair in thresholds.windows(2) {
            let (low, high) = (pair[0] + 1e-3, f64::INFINITY);
            within("threshold", pair[1], (low, high), "at least 0.001 above the one before")?;
        }
        let a = discrimination(a)?;
        let inner = thresholds.windows(2).map(|pair| -(a * (pair[0] - pair[1])).exp_m1());
        let widths = [1.0].into_iter().chain(inner).chain([1.0]).collect();
        Ok(Self { a, thresholds, widths })
    }

    /// The discrimination.
    #[must_use]
    pub fn a(&self) -> f64 {
        self.a
    }

    /// The thresholds, rising.
    #[must_use]
    pub fn thresholds(&self) -> &[f64] {
        &self.thresholds
    }

    /// The chance of what passes `from` and not `to`, and the first and second derivative of
    /// its logarithm.
    #[inline]
    fn between(&self, from: Pass, to: Pass, width: f64) -> (f64, f64, f64) {
        let second = -self.a * self.a * (from.p * from.q + to.p * to.q);
        (from.p * to.q * width, self.a * (from.q - to.p), second)
    }

    /// The threshold below `category`, and how likely it is passed.
    #[inline]
    fn pass(&self, theta: f64, category: usize) -> Pass {
        let Some(at) = category.checked_sub(1) else {
            return Pass { p: 1.0, q: 0.0 };
        };
        let Some(at) = self.thresholds.get(at) else {
            return Pass { p: 0.0, q: 1.0 };
        };
        let x = self.a * (theta - at);
        let faded = (-x.abs()).exp();
        let far = 1.0 / (1.0 + faded);
        let (p, q) = if x >= 0.0 { (far, faded * far) } else { (faded * far, far) };
        Pass { p, q }
    }
}

/// The chance to pass a threshold and the chance to fail it.
#[derive(Clone, Copy)]
struct Pass {
    p: f64,
    q: f64,
}

impl Traits for Graded {
    fn categories(&self) -> usize {
        self.thresholds.len() + 1
    }

    /// ```
    /// use mangotree_kernels::irt::model::Traits;
    /// use mangotree_kernels::irt::polytomous::Graded;
    /// let item = Graded::new(2.0, &[-1.0, 1.0])?;
    /// let edge = 1.0 / (1.0 + 2.0_f64.exp()); // below -1, and as likely above 1
    /// assert!((item.p(0.0, 0) - edge).abs() < 1e-15);
    /// assert!((item.p(0.0, 1) - (1.0 - 2.0 * edge)).abs() < 1e-15);
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    fn p(&self, theta: f64, category: usize) -> f64 {
        let width = self.widths.get(category).copied().unwrap_or(0.0);
        self.between(self.pass(theta, category), self.pass(theta, category + 1), width).0
    }

    fn lean(&self, theta: f64, category: usize) -> Lean {
        let mut lean = Lean::default();
        let mut below = self.pass(theta, 0);
        for (at, width) in self.widths.iter().enumerate() {
            let above = self.pass(theta, at + 1);
            let (p, first, second) = self.between(below, above, *width);
            lean.add_category(p, first, second);
            if at == category {
                lean.slope = first;
            }
            below = above;
        }
        lean
    }
}

impl PartialCredit {
    /// The item with discrimination `a` and `steps` in any order, checked.
    ///
    /// # Errors
    /// `OutOfRange` names the parameter, `Size` too few or too many steps.
    pub fn new(a: f64, steps: &[f64]) -> Result<Self, Error> {
        Ok(Self { a: discrimination(a)?, steps: places("steps", steps)? })
    }

    /// The discrimination.
    #[must_use]
    pub fn a(&self) -> f64 {
        self.a
    }

    /// The difficulties of the steps.
    #[must_use]
    pub fn steps(&self) -> &[f64] {
        &self.steps
    }

    /// The chances of the categories; those behind the last are 0.
    #[inline]
    fn chances(&self, theta: f64) -> [f64; MAX_CATEGORIES] {
        let mut chances = [0.0; MAX_CATEGORIES];
        let (mut power, mut highest) = (0.0, 0.0_f64);
        for (slot, step) in chances[1..].iter_mut().zip(&self.steps) {
            power += self.a * (theta - step);
            highest = highest.max(power);
            *slot = power;
        }
        let mut total = 0.0;
        for slot in &mut chances[..=self.steps.len()] {
            *slot = (*slot - highest).exp();
            total += *slot;
        }
        let share = 1.0 / total;
        for slot in &mut chances[..=self.steps.len()] {
            *slot *= share;
        }
        chances
    }
}

impl Traits for PartialCredit {
    fn categories(&self) -> usize {
        self.steps.len() + 1
    }

    /// ```
    /// use mangotree_kernels::irt::model::Traits;
    /// use mangotree_kernels::irt::polytomous::PartialCredit;
    /// let item = PartialCredit::new(1.0, &[0.0, 0.0])?;
    /// assert!((item.p(0.0, 1) - 1.0 / 3.0).abs() < 1e-15); // three categories alike
    /// # Ok::<(), mangotree_kernels::error::Error>(())
    /// ```
    fn p(&self, theta: f64, category: usize) -> f64 {
        self.chances(theta).get(category).copied().unwrap_or(0.0)
    }

    fn lean(&self, theta: f64, category: usize) -> Lean {
        let chances = self.chances(theta);
        let (mut mean, mut place) = (0.0, 0.0);
        for p in &chances[1..self.categories()] {
            place += 1.0;
            mean += place * p;
        }
        // The second and third moment, which the slopes of the curves are made of: I = V a a,
        // and I' and Warm's J are both the third a a a.
        let (mut variance, mut third, mut off) = (0.0, 0.0, -mean);
        for p in &chances[..self.categories()] {
            let square = off * off * p;
            variance += square;
            third += square * off;
            off += 1.0;
        }
        let (place, cube) = (f64::from(u8::try_from(category).unwrap_or(0)), self.a.powi(3));
        Lean {
            slope: self.a * (place - mean),
            information: self.a * self.a * variance,
            bias: cube * third,
            rise: cube * third,
        }
    }
}

fn discrimination(a: f64) -> Result<f64, Error> {
    within("a", a, (1e-6, 20.0), "above 0, at most 20")
}

/// Thresholds or steps: at least one, each in a range like that of a difficulty.
fn places(field: &'static str, values: &[f64]) -> Result<Vec<f64>, Error> {
    if values.is_empty() || values.len() >= MAX_CATEGORIES {
        let allowed = format!("1 to {}", MAX_CATEGORIES - 1);
        return Err(Error::Size { field, value: values.len(), allowed });
    }
    values.iter().map(|value| within(field, *value, (-20.0, 20.0), "-20 to 20")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<Box<dyn Traits>> {
        vec![
            Box::new(Graded::new(1.2, &[-1.0, 0.0, 1.0]).unwrap()),
            Box::new(Graded::new(0.8, &[-1.5]).unwrap()),
            Box::new(PartialCredit::new(1.5, &[0.9, -0.5, 0.4]).unwrap()),
            Box::new(PartialCredit::new(20.0, &[20.0, -20.0]).unwrap()),
        ]
    }

    #[test]
    fn chances_of_all_categories_add_up_to_one() {
        for item in items() {
            for theta in [-30.0, -3.0, 0.1, 2.5, 30.0] {
                let total: f64 = (0..item.categories()).map(|k| item.p(theta, k)).sum();
                assert!((total - 1.0).abs() < 1e-12, "{theta} {total}");
            }
        }
    }

    #[test]
    fn slopes_are_those_of_the_curves() {
        let step = 1e-5;
        for item in &items()[..3] {
            for (theta, k) in [(-2.0, 0), (0.3, 1), (1.7, 1)] {
                let above = item.p(theta + step, k).ln();
                let slope = (above - item.p(theta - step, k).ln()) / (2.0 * step);
                assert!((item.lean(theta, k).slope - slope).abs() < 1e-8, "{theta} {k}");
            }
        }
    }

    #[test]
    fn thresholds_that_do_not_rise_are_refused() {
        assert!(Graded::new(1.0, &[0.0, 0.0]).is_err());
        assert!(Graded::new(1.0, &[]).is_err());
        assert!(Graded::new(1.0, &[f64::NAN]).is_err());
        assert!(PartialCredit::new(0.0, &[0.0]).is_err());
        assert!(PartialCredit::new(1.0, &[0.0; MAX_CATEGORIES]).is_err());
    }
}
