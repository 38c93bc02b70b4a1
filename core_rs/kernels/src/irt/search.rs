//! The search for the ability at which a pull is 0.
//!
//! The pull (the slope of what is to be highest) is above 0 where the ability lies higher. A
//! Fisher step, then secant steps, inside a bracket whose ends pull inwards (Dekker 1969, in
//! Constructive Aspects of the Fundamental Theorem of Algebra, 37-48); a step that leaves the
//! bracket tries the bound of the search, or halves. A pull that points outwards at a bound
//! ends the search there.
//!
//! Cost: 2 to 5 evaluations of the pull near a parabola, 80 at most. Do not use it for a pull
//! with several zeros unless the start lies near the one that is meant.

use super::quadrature::Grid;

/// A secant step is the last when it and the step before have a smaller product: the error that
/// it leaves behind is about that product times the bend of the pull over twice its slope.
const LAST_PRODUCT: f64 = 1e-13;
/// A point this near to a bound is the bound.
const TOLERANCE: f64 = 1e-11;
/// So many secant steps, then only halvings, of which 60 bring any bracket below the tolerance.
const SECANTS: usize = 20;
/// All steps of a search.
const STEPS: usize = SECANTS + 60;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where the pull is 0.
    Inside,
    /// At the lower bound, the pull pointing below it.
    Low,
    /// At the upper bound, the pull pointing above it.
    High,
}

/// The ability where the pull is 0, from `start` on and inside `grid`. `at` gives the pull and
/// how steeply it falls, roughly.
pub fn root(grid: Grid, start: f64, mut at: impl FnMut(f64) -> (f64, f64)) -> (f64, End) {
    let mut bracket = Bracket {
        bounds: (grid.low(), grid.high()),
        ends: (f64::NEG_INFINITY, f64::INFINITY),
        former: None,
    };
    let mut theta = start.clamp(grid.low(), grid.high());
    for turn in 0..STEPS {
        let (pull, fall) = at(theta);
        let end = bracket.end_at(theta, pull);
        if end != End::Inside || pull == 0.0 {
            return (theta, end);
        }
        let before = bracket.former;
        let next = bracket.next(theta, pull, fall, turn);
        let product = before.map(|(before, _)| (next - theta) * (theta - before));
        theta = next;
        if product.is_some_and(|product| product.abs() < LAST_PRODUCT) {
            break;
        }
    }
    (theta, End::Inside)
}

struct Bracket {
    bounds: (f64, f64),
    /// The highest ability with a pull above 0 and the lowest with one below; infinite before
    /// there is one.
    ends: (f64, f64),
    /// The point before, with its pull.
    former: Option<(f64, f64)>,
}

impl Bracket {
    fn end_at(&self, theta: f64, pull: f64) -> End {
        if pull < 0.0 && theta <= self.bounds.0 + TOLERANCE {
            End::Low
        } else if pull > 0.0 && theta >= self.bounds.1 - TOLERANCE {
            End::High
        } else {
            End::Inside
        }
    }

    /// Where to go from `theta`, the bracket being narrowed by what was found there.
    fn next(&mut self, theta: f64, pull: f64, fall: f64, turn: usize) -> f64 {
        if pull > 0.0 {
            self.ends.0 = theta;
        } else {
            self.ends.1 = theta;
        }
        let slope = match self.former {
            Some((before, pull_before)) => (pull - pull_before) / (theta - before),
            None => -fall,
        };
        self.former = Some((theta, pull));
        let (low, high) = (self.ends.0.max(self.bounds.0), self.ends.1.min(self.bounds.1));
        let goal = theta - pull / slope;
        if turn >= SECANTS || !goal.is_finite() {
            low.midpoint(high)
        } else if (goal > low && goal < high) || (goal - theta).abs() < TOLERANCE {
            goal.clamp(low, high)
        } else if goal >= high && self.ends.1.is_infinite() {
            high
        } else if goal <= low && self.ends.0.is_infinite() {
            low
        } else {
            low.midpoint(high)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pull_without_bends_is_found_at_once() {
        let mut asked = 0;
        let (theta, end) = root(Grid::default(), 5.0, |theta| {
            asked += 1;
            (3.0 * (0.25 - theta), 3.0)
        });
        assert!((theta - 0.25).abs() < 1e-12 && end == End::Inside && asked <= 3);
    }

    #[test]
    fn steep_and_flat_pulls_end_at_their_zero() {
        for centre in [-5.9, -1.0, 0.0, 3.3, 5.99] {
            for steepness in [0.01, 1.0, 30.0, 5000.0] {
                let pull = |theta: f64| ((steepness * (centre - theta)).tanh(), 1e-3);
                let (theta, end) = root(Grid::default(), -2.0, pull);
                assert!((theta - centre).abs() < 1e-9, "{centre} {steepness} {theta}");
                assert_eq!(end, End::Inside);
            }
        }
    }

    #[test]
    fn a_pull_outwards_ends_at_the_bound() {
        assert_eq!(root(Grid::default(), 0.0, |_| (1.0, 1e-9)), (6.0, End::High));
        assert_eq!(root(Grid::default(), 0.0, |_| (-1e-30, 1e-40)), (-6.0, End::Low));
        let (theta, end) = root(Grid::default(), 0.0, |_| (f64::NAN, f64::NAN));
        assert!((-6.0..=6.0).contains(&theta) && end == End::Inside);
    }
}
