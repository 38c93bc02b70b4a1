//! Sparing items that everyone would get: eligibility by the share of examinees.
//!
//! Each examinee may get an item only with that item's chance (item-eligibility control: van
//! der Linden & Veldkamp 2004, Journal of Educational and Behavioral Statistics 29:273-291).
//! The chances are found before the test is used, by rounds of simulated examinees: an item
//! given to a share r of them while its chance was p gets min(1, p limit / r).
//!
//! Whether examinee n may get item i is not one toss but a place in a shuffled row: of 64
//! examinees in a row, as nearly as can be 64 p are let in, in an order of the item's own.
//! (Latin hypercube: `McKay`, Beckman & Conover 1979, Technometrics 21:239-245). A toss would
//! leave the exposure of an item in 1,000 tests with a deviation of .014 at .25; most of that
//! goes. It needs no memory: seed, examinee and item tell the place.
//!
//! ```
//! use mangotree_kernels::cat::exposure::Draw;
//! let chances = [0.25, 1.0, 0.0];
//! let lets = |item| (0..64).filter(|n| Draw::new(&chances, 7, *n).is_eligible(item)).count();
//! assert_eq!([lets(0), lets(1), lets(2)], [16, 64, 0]);
//! ```
//!
//! Cost: O(1) to ask, some nanoseconds; rounds x examinees x length to prepare. Do not use it
//! with fewer than some dozens of examinees: then nobody has seen the items before.

use super::bank::Bank;
use super::design::Design;
use super::simulate::{Crowd, simulate};
use crate::chance::Chance;
use crate::error::{Error, within};

/// Examinees in one shuffled row.
const ROW: u64 = 64;
/// The step with which a rate above or below the limit moves a chance, as a power. 1 is the
/// published rule; below it rounds do not swing between two states.
const CAUTION: f64 = 0.7;

/// Which items one examinee may get.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    chances: &'a [f64],
    seed: u64,
    number: u64,
}

impl<'a> Draw<'a> {
    /// The items that examinee `number` of those who share `seed` may get.
    #[must_use]
    pub fn new(chances: &'a [f64], seed: u64, number: u64) -> Self {
        Self { chances, seed, number }
    }

    /// The share of examinees that may get `item`.
    #[must_use]
    pub fn chance(&self, item: usize) -> f64 {
        self.chances[item]
    }

    /// Whether this examinee may get `item`.
    #[must_use]
    pub fn is_eligible(&self, item: usize) -> bool {
        let chance = self.chances[item];
        chance >= 1.0 || self.place(item) < chance
    }

    /// A number from 0 to 1; those of a row are spread evenly.
    fn place(&self, item: usize) -> f64 {
        let mut order = Chance::stream(self.seed, item as u64);
        let odd = order.next_u64() | 1; // an odd factor permutes the places of a row
        let mut row = Chance::stream(order.next_u64(), self.number / ROW);
        let turned = self.number.wrapping_mul(odd).wrapping_add(row.next_u64()) % ROW;
        #[expect(clippy::cast_precision_loss, reason = "below 64")]
        let turned = turned as f64;
        #[expect(clippy::cast_precision_loss, reason = "it is 64")]
        let row_length = ROW as f64;
        (turned + row.uniform()) / row_length
    }
}

/// `bank` with chances under which no item goes to more than about `limit` of examinees like
/// `crowd`, found in `rounds` rounds.
///
/// # Errors
/// `OutOfRange` for a limit outside 0.01 to 1 or rounds outside 1 to 200, and what
/// [`simulate`] refuses.
pub fn limited(
    bank: &Bank,
    design: &Design,
    crowd: &Crowd,
    limit: f64,
    rounds: u32,
) -> Result<Bank, Error> {
    within("limit", limit, (0.01, 1.0), "0.01 to 1")?;
    within("rounds", f64::from(rounds), (1.0, 200.0), "1 to 200")?;
    let mut chances = vec![1.0; bank.n_items()];
    let mut spared = bank.clone().with_chances(Some(chances.clone()))?;
    for round in 0..u64::from(rounds) {
        let crowd = Crowd { seed: Chance::stream(crowd.seed, round).next_u64(), ..*crowd };
        let rates = simulate(&spared, design, &crowd)?.exposure(bank.n_items());
        for (chance, rate) in chances.iter_mut().zip(rates) {
            let step = if rate > 0.0 { (limit / rate).powf(CAUTION) } else { f64::INFINITY };
            *chance = (*chance * step).min(1.0);
        }
        spared = spared.with_chances(Some(chances.clone()))?;
    }
    Ok(spared)
}
