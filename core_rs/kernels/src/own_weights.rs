//! The weights as one class has them: shipped ones that its own answers moved.
//!
//! Weights that were fitted on other schools' logs need not hold here: how much harder a first
//! meeting with a skill is, or how much the latest answers tell, differs from class to class.
//! The weights are therefore a Gaussian belief, at first the shipped numbers with covariance
//! S = diag(v). An answer y to the features x with the chance p is one step of Bayesian
//! logistic regression (Spiegelhalter & Lauritzen 1990, Networks 20:579-605), an extended
//! Kalman filter:
//!
//! ```text
//! g = S x     s = 1 + p (1 - p) x'g     w += g (y - p) / s     S -= g g' p (1 - p) / s
//! ```
//!
//! The reasons stay exact: each is the class's weight times its feature. A weight does not
//! cross 0 against its meaning ([`SIGNS`]): wrong answers on an item never come to count for
//! it. With v = 0.01, and 0.1 for `NEW_SKILL`, the log-loss of classes that start cold falls
//! from .5208 to .5190, and with weights fitted on other logs alone from .5223 to .5194
//! (models/learner/README.md).
//!
//! ```
//! use mangotree_kernels::logistic::{CODES, Weights};
//! use mangotree_kernels::own_weights::OwnWeights;
//! let mut own = OwnWeights::new(Weights::from_named(CODES.map(|code| (code, 0.0)))?);
//! let mut features = [0.0; 15];
//! features[14] = 1.0; // NEW_SKILL alone: p = 1/2, S x = 0.1, s = 1 + 0.25 * 0.1
//! own.learn(&features, 0.5, false);
//! assert!((own.now().contributions(&features)[14] + 0.05 / 1.025).abs() < 1e-15);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(weights squared) per answer, 0.2 us; 1,080 bytes saved. Do not use it to compare
//! classes: what one weight gave up, a neighbour that tells the same may have taken over.

use crate::bytes::Reader;
use crate::logistic::{COUNT, Parts, SIGNS, Weights};

/// Doubt about how far a shipped weight holds in a class, in logits squared. Of 0.003, 0.01,
/// 0.03 and 0.1, compared for the most part with the weights moving apart from each other, this
/// one predicts the training classes best.
pub const WEIGHT_VARIANCE: f64 = 0.01;
/// The same for `NEW_SKILL`: packs differ more in how much is new than in anything else.
pub const NEW_SKILL_VARIANCE: f64 = 0.1;

/// Numbers that the belief is saved as: the weights, and the covariances' lower triangle.
const SAVED: usize = COUNT + COUNT * (COUNT + 1) / 2;
const NEW_SKILL: usize = COUNT - 1;

/// A class's belief about its weights.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnWeights {
    shipped: Weights,
    /// `shipped` and `moves` together.
    now: Weights,
    moves: Parts,
    /// How far each weight may move: to 0, and not at all if it was shipped beyond.
    lowest: Parts,
    highest: Parts,
    covariance: [Parts; COUNT],
}

impl OwnWeights {
    /// How many bytes it is saved as.
    pub const BYTES: usize = 8 * SAVED;

    /// What a class starts from.
    #[must_use]
    pub fn new(shipped: Weights) -> Self {
        let mut covariance = [[0.0; COUNT]; COUNT];
        for (place, row) in covariance.iter_mut().enumerate() {
            row[place] = if place == NEW_SKILL { NEW_SKILL_VARIANCE } else { WEIGHT_VARIANCE };
        }
        let to_zero = shipped.as_parts().map(|weight| -weight);
        let lowest = |place: usize| {
            if SIGNS[place] == 1 { to_zero[place].min(0.0) } else { f64::NEG_INFINITY }
        };
        let highest = |place: usize| {
            if SIGNS[place] == -1 { to_zero[place].max(0.0) } else { f64::INFINITY }
        };
        Self {
            lowest: std::array::from_fn(lowest),
            highest: std::array::from_fn(highest),
            now: shipped.clone(),
            shipped,
            moves: [0.0; COUNT],
            covariance,
        }
    }

    /// The weights that hold now.
    #[must_use]
    pub fn now(&self) -> &Weights {
        &self.now
    }

    /// Learns from an answer to `features`, which had the chance `p` of being right.
    pub fn learn(&mut self, features: &Parts, p: f64, is_right: bool) {
        let curvature = p * (1.0 - p);
        let gain = self.covariance.map(|row| dot(&row, features));
        let scale = 1.0 + curvature * dot(&gain, features).max(0.0);
        let surprise = (f64::from(u8::from(is_right)) - p) / scale;
        let shrunk = curvature / scale;
        for (moved, of_weight) in self.moves.iter_mut().zip(gain) {
            *moved += of_weight * surprise;
        }
        self.hold();
        for (row, of_row) in self.covariance.iter_mut().zip(gain) {
            for (covariance, of_column) in row.iter_mut().zip(gain) {
                *covariance -= of_row * of_column * shrunk;
            }
        }
    }

    /// Moves first, then the covariances row by row up to the diagonal.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        let rows = self.covariance.iter().enumerate();
        let triangle = rows.flat_map(|(place, row)| &row[..=place]);
        for number in self.moves.iter().chain(triangle) {
            out.extend(number.to_le_bytes());
        }
    }

    /// The belief as `put` gave it, on the weights that are shipped now; `None` where the
    /// numbers are none of a belief.
    pub(crate) fn taken(&self, from: &mut Reader<'_>) -> Option<Self> {
        let mut taken = self.clone();
        taken.moves = std::array::from_fn(|_| from.number());
        for place in 0..COUNT {
            for column in 0..=place {
                let covariance = from.number();
                taken.covariance[place][column] = covariance;
                taken.covariance[column][place] = covariance;
            }
        }
        let is_sane = taken.is_sane();
        taken.hold();
        is_sane.then_some(taken)
    }

    /// Keeps each weight on its side.
    fn hold(&mut self) {
        let bounds = self.lowest.iter().zip(&self.highest);
        for (moved, (lowest, highest)) in self.moves.iter_mut().zip(bounds) {
            *moved = moved.max(*lowest).min(*highest);
        }
        self.now = self.shipped.moved_by(&self.moves);
    }

    fn is_sane(&self) -> bool {
        let numbers = self.moves.iter().chain(self.covariance.iter().flatten());
        numbers.copied().all(f64::is_finite)
            && (0..COUNT).all(|place| self.covariance[place][place] >= 0.0)
    }
}

fn dot(left: &Parts, right: &Parts) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::logistic::{CODES, logit_of, sigmoid};

    fn shipped(value: f64) -> Weights {
        Weights::from_named(CODES.map(|code| (code, value))).unwrap()
    }

    fn drawn(chance: &mut Chance) -> Parts {
        std::array::from_fn(|place| if place == 0 { 1.0 } else { 2.0 * chance.uniform() - 1.0 })
    }

    #[test]
    fn a_class_comes_near_to_the_weights_that_made_its_answers() {
        let (mut own, mut chance) = (OwnWeights::new(shipped(0.0)), Chance::new(3));
        let truth: Parts = std::array::from_fn(|place| 0.2 * f64::from(SIGNS[place]));
        let apart = |own: &OwnWeights| {
            let squares = own.now.as_parts().iter().zip(truth).map(|(a, b)| (a - b) * (a - b));
            squares.sum::<f64>()
        };
        let before = apart(&own);
        for _ in 0..20_000 {
            let features = drawn(&mut chance);
            let logit = features.iter().zip(truth).map(|(x, w)| x * w).sum();
            let p = sigmoid(logit_of(&own.now.contributions(&features)));
            own.learn(&features, p, chance.uniform() < sigmoid(logit));
        }
        assert!(apart(&own) < 0.1 * before, "{} {before}", apart(&own));
    }

    #[test]
    fn no_weight_crosses_zero_against_its_meaning_nor_goes_further_than_it_was_shipped() {
        for value in [0.05, -0.05] {
            let (mut own, mut chance) = (OwnWeights::new(shipped(value)), Chance::new(4));
            for _ in 0..2_000 {
                let features = drawn(&mut chance);
                let p = sigmoid(logit_of(&own.now.contributions(&features)));
                // The world is upside down: what should help hinders.
                let pushed: f64 =
                    features.iter().zip(SIGNS).map(|(x, sign)| -x * f64::from(sign)).sum();
                own.learn(&features, p, chance.uniform() < sigmoid(2.0 * pushed));
                assert!(own.is_sane());
            }
            let weights = own.now.as_parts().iter().zip(SIGNS).skip(1);
            for (weight, sign) in weights {
                let against = -f64::from(sign) * weight;
                assert!(against <= (-f64::from(sign) * value).max(0.0));
            }
        }
    }

    #[test]
    fn other_shipped_weights_are_moved_as_far_but_not_across_zero() {
        let mut own = OwnWeights::new(shipped(0.5));
        (0..200).for_each(|_| own.learn(&[1.0; COUNT], 0.5, false));
        let mut bytes = Vec::new();
        own.put(&mut bytes);
        let other = OwnWeights::new(shipped(0.1)).taken(&mut Reader::new(&bytes)).unwrap();
        assert!(own.moves[1] < -0.1 && other.now.as_parts()[1] == 0.0);
        assert!((other.now.as_parts()[0] - 0.1 - own.moves[0]).abs() < 1e-15);
    }

    #[test]
    fn a_saved_belief_comes_back_and_a_broken_one_does_not() {
        let (mut own, mut chance) = (OwnWeights::new(shipped(0.1)), Chance::new(5));
        for _ in 0..50 {
            own.learn(&drawn(&mut chance), 0.6, chance.uniform() < 0.6);
        }
        let mut bytes = Vec::new();
        own.put(&mut bytes);
        assert_eq!(bytes.len(), OwnWeights::BYTES);
        let fresh = OwnWeights::new(shipped(0.1));
        assert_eq!(fresh.taken(&mut Reader::new(&bytes)), Some(own));
        for (at, number) in [(8, f64::NAN), (8 * COUNT, -1.0)] {
            let mut broken = bytes.clone();
            broken[at..at + 8].copy_from_slice(&number.to_le_bytes());
            assert_eq!(fresh.taken(&mut Reader::new(&broken)), None);
        }
    }
}
