//! An item bank: items of any kind, and their curves at many abilities at once.
//!
//! An item is one of three kinds ([`Binary`], [`Graded`], [`PartialCredit`]); all share one
//! ability, so scores from any mix of them stand on one scale (Samejima 1969; Muraki 1992).
//!
//! ```
//! use mangotree_kernels::irt::bank::{Bank, Item};
//! use mangotree_kernels::irt::model::Binary;
//! let bank = Bank::new(vec![Item::Binary(Binary::new(2.0, 0.0, 0.0, 1.0)?)])?;
//! assert_eq!(bank.probabilities(&[0.0])?, [0.5, 0.5]); // wrong, right
//! assert_eq!(bank.information(&[0.0])?, [1.0]); // a^2 p q = 4 / 4
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(abilities x items). Do not use it to search for the next item of a test: that is
//! [`crate::cat`], which need not look at every item.

use crate::error::{Error, within};
use crate::irt::model::{Binary, Lean, Traits};
use crate::irt::polytomous::{Graded, PartialCredit};

/// An item of one of the three kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Right or wrong.
    Binary(Binary),
    /// Categories with rising thresholds.
    Graded(Graded),
    /// Categories with steps between them.
    PartialCredit(PartialCredit),
}

impl Traits for Item {
    fn categories(&self) -> usize {
        match self {
            Self::Binary(item) => item.categories(),
            Self::Graded(item) => item.categories(),
            Self::PartialCredit(item) => item.categories(),
        }
    }

    fn p(&self, theta: f64, category: usize) -> f64 {
        match self {
            Self::Binary(item) => Traits::p(item, theta, category),
            Self::Graded(item) => item.p(theta, category),
            Self::PartialCredit(item) => item.p(theta, category),
        }
    }

    #[inline]
    fn lean(&self, theta: f64, category: usize) -> Lean {
        match self {
            Self::Binary(item) => item.lean(theta, category),
            Self::Graded(item) => item.lean(theta, category),
            Self::PartialCredit(item) => item.lean(theta, category),
        }
    }
}

/// Items in their order; there is at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Bank {
    items: Vec<Item>,
    categories: usize,
}

impl Bank {
    /// The bank of `items`, each of which was checked when it was made.
    ///
    /// # Errors
    /// `Size` when there is none.
    pub fn new(items: Vec<Item>) -> Result<Self, Error> {
        let categories = items.iter().map(Traits::categories).max();
        let allowed = || "at least 1".to_owned();
        let categories = categories.ok_or_else(|| Error::Size {
            field: "items",
            value: 0,
            allowed: allowed(),
        })?;
        Ok(Self { items, categories })
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The most categories that an item of the bank has.
    #[must_use]
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The chance of each category of each item at each ability: abilities x items x
    /// [`categories`](Self::categories), 0 for those that an item does not have.
    ///
    /// # Errors
    /// `OutOfRange` for an ability that is not from -100 to 100.
    pub fn probabilities(&self, thetas: &[f64]) -> Result<Vec<f64>, Error> {
        let mut chances = vec![0.0; thetas.len() * self.items.len() * self.categories];
        let mut rows = chances.chunks_exact_mut(self.categories);
        for theta in thetas {
            let theta = ability(*theta)?;
            for (item, row) in self.items.iter().zip(rows.by_ref()) {
                for (category, slot) in row.iter_mut().enumerate().take(item.categories()) {
                    *slot = item.p(theta, category);
                }
            }
        }
        Ok(chances)
    }

    /// The marks to expect of each item at each ability, abilities x items: P(right) where an
    /// item has two categories.
    ///
    /// # Errors
    /// `OutOfRange` for an ability that is not from -100 to 100.
    pub fn expected(&self, thetas: &[f64]) -> Result<Vec<f64>, Error> {
        self.each(thetas, |item, theta| {
            let (mut mark, mut sum) = (0.0, 0.0);
            for category in 1..item.categories() {
                mark += 1.0;
                sum += mark * item.p(theta, category);
            }
            sum
        })
    }

    /// Fisher information of each item at each ability, abilities x items.
    ///
    /// # Errors
    /// `OutOfRange` for an ability that is not from -100 to 100.
    pub fn information(&self, thetas: &[f64]) -> Result<Vec<f64>, Error> {
        self.each(thetas, |item, theta| item.lean(theta, 0).information)
    }

    fn each(
        &self,
        thetas: &[f64],
        value: impl Fn(&Item, f64) -> f64,
    ) -> Result<Vec<f64>, Error> {
        let mut values = Vec::with_capacity(thetas.len() * self.items.len());
        for theta in thetas {
            let theta = ability(*theta)?;
            values.extend(self.items.iter().map(|item| value(item, theta)));
        }
        Ok(values)
    }
}

fn ability(theta: f64) -> Result<f64, Error> {
    within("theta", theta, (-100.0, 100.0), "-100 to 100")
}
