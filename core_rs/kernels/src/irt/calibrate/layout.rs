//! Which numbers are free, and where each stands in one vector.
//!
//! A fit moves curves and populations; acceleration and standard errors see a vector. Items
//! may share the place of their slope (one discrimination for all), a fixed number has none.
//! A spread is kept as its logarithm.
//!
//! Cost: O(items). Do not use it to move a vector between models.

use super::curve::Curve;
use super::population::Population;

/// Slopes beyond this are not told apart from steps.
pub const STEEPEST: f64 = 20.0;
/// The widest and narrowest spread of a population, as logarithms of sd: 0.2, where the nodes
/// of the default lie a step apart, to 4.
const LN_SD: (f64, f64) = (-1.61, 1.39);
/// Means of populations stay inside the nodes.
const FURTHEST: f64 = 5.0;
/// Intercepts stay below this: a b of 3 at the steepest slope.
pub const HIGHEST: f64 = 60.0;
/// The largest lower asymptote that the model allows.
pub const LUCKIEST: f64 = 0.9;

/// Curves and populations.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// One an item.
    pub curves: Vec<Curve>,
    /// One a group.
    pub populations: Vec<Population>,
}

/// The place of each free number.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Of slope, intercept and c of each item.
    pub items: Vec<[Option<usize>; 3]>,
    /// Of mean and ln sd of each group.
    pub groups: Vec<[Option<usize>; 2]>,
    /// Whether all free slopes share a place.
    pub is_common: bool,
    /// The least c: above 0 where a prior forbids 0.
    pub least_guess: f64,
    /// How many numbers are free.
    pub count: usize,
}

impl Layout {
    /// The layout in which those numbers are free whose flag is set.
    #[must_use]
    pub fn new(
        items: &[[bool; 3]],
        groups: &[[bool; 2]],
        is_common: bool,
        least_guess: f64,
    ) -> Self {
        let mut count = usize::from(is_common);
        let mut next = |is_free: bool| {
            is_free.then(|| {
                count += 1;
                count - 1
            })
        };
        let items = items
            .iter()
            .map(|[slope, intercept, guess]| {
                let shared = if *slope { Some(0) } else { None };
                let slope = if is_common { shared } else { next(*slope) };
                [slope, next(*intercept), next(*guess)]
            })
            .collect();
        let groups = groups.iter().map(|[mean, sd]| [next(*mean), next(*sd)]).collect();
        Self { items, groups, is_common, least_guess, count }
    }

    /// The free numbers of `state`.
    #[must_use]
    pub fn vector(&self, state: &State) -> Vec<f64> {
        let mut vector = vec![0.0; self.count];
        for (places, curve) in self.items.iter().zip(&state.curves) {
            for (place, value) in places.iter().zip([curve.slope, curve.intercept, curve.guess])
            {
                if let Some(place) = place {
                    vector[*place] = value;
                }
            }
        }
        for (places, population) in self.groups.iter().zip(&state.populations) {
            for (place, value) in places.iter().zip([population.mean, population.sd.ln()]) {
                if let Some(place) = place {
                    vector[*place] = value;
                }
            }
        }
        vector
    }

    /// `state` with the free numbers of `vector`, each drawn back into its range.
    #[must_use]
    pub fn state(&self, state: &State, vector: &[f64]) -> State {
        let mut state = state.clone();
        for (places, curve) in self.items.iter().zip(&mut state.curves) {
            if let Some(place) = places[0] {
                curve.slope = vector[place].clamp(-STEEPEST, STEEPEST);
            }
            if let Some(place) = places[1] {
                curve.intercept = vector[place].clamp(-HIGHEST, HIGHEST);
            }
            if let Some(place) = places[2] {
                curve.guess = vector[place].clamp(self.least_guess, LUCKIEST);
            }
        }
        for (places, population) in self.groups.iter().zip(&mut state.populations) {
            if let Some(place) = places[0] {
                population.mean = vector[place].clamp(-FURTHEST, FURTHEST);
            }
            if let Some(place) = places[1] {
                population.sd = vector[place].clamp(LN_SD.0, LN_SD.1).exp();
            }
        }
        state
    }
}
