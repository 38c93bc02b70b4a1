//! One logistic layer of named weights: the prediction, and its reasons.
//!
//! logit = sum of weight * feature, P(right) = 1 / (1 + e^-logit). Log-odds add up, so each
//! product is exactly what its evidence added: the reasons need no approximation. Additive
//! factors of this kind: Cen, Koedinger & Junker 2006, Intelligent Tutoring Systems 164-175.
//!
//! Cost: O(number of weights). Do not use it with features that mean the same twice and expect
//! either reason to stand alone: weights share what features share.

use crate::error::{Error, within};

/// How many weights there are.
pub const COUNT: usize = 15;

/// The reason codes, one for each weight, in the order of the features.
pub const CODES: [&str; COUNT] = [
    "BIAS",
    "MASTERY",
    "ABILITY",
    "SKILL_ABILITY",
    "SKILL_DIFFICULTY",
    "ITEM_DIFFICULTY",
    "RECENT_SKILL",
    "LATEST_SKILL",
    "RECENT_ALL",
    "ITEM_RIGHT",
    "ITEM_WRONG",
    "WINS",
    "MISSES",
    "MEMORY",
    "NEW_SKILL",
];

/// Which way each weight points by its meaning: 1 for, -1 against a right answer, 0 either.
pub const SIGNS: [i8; COUNT] = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, 1, -1, 1, -1];

/// One number for each code: features, or what each added to a logit.
pub type Parts = [f64; COUNT];

/// The weights of the layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights(Parts);

impl Weights {
    /// The weights by name: each code exactly once, each a number of at most 100.
    ///
    /// # Errors
    /// `Weight` names the one that is missing, twice there or unknown; `OutOfRange` its value.
    pub fn from_named<'a>(
        named: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Result<Self, Error> {
        let refuse = |name: &str, allowed| Error::Weight {
            field: "weights",
            value: name.to_owned(),
            allowed,
        };
        let mut found: [Option<f64>; COUNT] = [None; COUNT];
        for (name, value) in named {
            let Some(place) = CODES.iter().position(|code| *code == name) else {
                return Err(refuse(name, "is the name of no weight"));
            };
            let checked = within("weight", value, (-100.0, 100.0), "-100 to 100")
                .map_err(|_| refuse(name, "is no number from -100 to 100"))?;
            if found[place].replace(checked).is_some() {
                return Err(refuse(name, "is there twice"));
            }
        }
        let mut weights = [0.0; COUNT];
        for ((weight, value), code) in weights.iter_mut().zip(found).zip(CODES) {
            *weight = value.ok_or_else(|| refuse(code, "is missing"))?;
        }
        Ok(Self(weights))
    }

    /// The numbers, in the order of the codes.
    #[must_use]
    pub fn as_parts(&self) -> &Parts {
        &self.0
    }

    /// The weights with `moves` added to them.
    pub(crate) fn moved_by(&self, moves: &Parts) -> Self {
        Self(std::array::from_fn(|place| self.0[place] + moves[place]))
    }

    /// What each feature adds to the logit.
    #[must_use]
    pub fn contributions(&self, features: &Parts) -> Parts {
        std::array::from_fn(|place| self.0[place] * features[place])
    }
}

/// The logit that contributions add up to, first code first.
///
/// ```
/// use mangotree_kernels::logistic::{CODES, Weights, logit_of, sigmoid};
/// let named = CODES.map(|code| (code, if code == "BIAS" { 0.5 } else { 2.0 }));
/// let weights = Weights::from_named(named)?;
/// let mut features = [0.0; 15];
/// (features[0], features[2]) = (1.0, -0.25); // BIAS, ABILITY
/// let parts = weights.contributions(&features);
/// assert_eq!((parts[0], parts[2]), (0.5, -0.5));
/// assert_eq!(sigmoid(logit_of(&parts)), 0.5);
/// # Ok::<(), mangotree_kernels::error::Error>(())
/// ```
#[must_use]
pub fn logit_of(contributions: &Parts) -> f64 {
    contributions.iter().sum()
}

/// The probability with this logit.
#[must_use]
pub fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// The logit of a probability strictly between 0 and 1.
#[must_use]
pub fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}
