//! The M-step: curves and populations that make expected counts likeliest.
//!
//! Each item takes one Newton step on its own counts (Fisher scoring where c is free); the rest
//! of the way comes with the next cycles. A careful step is halved until the expected
//! log-likelihood does not fall, and repeated: it is taken where c is free, and after a plain
//! step let the likelihood fall. One discrimination for all items makes an arrow of a matrix,
//! which is solved by eliminating the intercepts. A group's mean and spread are those of its
//! expected counts.
//!
//! Cost: O(items x nodes). Do not use it with counts of other curves than `state`'s.

use std::ops::Range;

use super::curve::{Bend, Curve, Priors};
use super::expect::{Chances, Expected};
use super::layout::{HIGHEST, LUCKIEST, Layout, STEEPEST, State};
use super::population::{Nodes, Population};
use crate::linear;

/// The longest step of a slope and of an intercept, in logits: beyond it the parabola that the
/// step ends on is no picture of the curve.
const LONGEST: (f64, f64) = (1.0, 2.0);
/// Steps of a careful M-step, and halvings of each.
const CAREFUL_STEPS: usize = 4;
const HALVINGS: usize = 12;

/// What an M-step needs besides counts.
pub struct Maximiser<'a> {
    /// What is free.
    pub layout: &'a Layout,
    /// One an item.
    pub priors: &'a [Priors],
    /// The nodes.
    pub nodes: &'a Nodes,
    /// Whether steps are checked.
    pub is_careful: bool,
}

impl Maximiser<'_> {
    /// The state after the M-step.
    #[must_use]
    pub fn maximised(&self, state: &State, chances: &Chances, expected: &Expected) -> State {
        let curves = if self.layout.is_common {
            self.common(&state.curves, chances, expected)
        } else {
            let each = |item| self.item(item, state.curves[item], chances, expected);
            (0..state.curves.len()).map(each).collect()
        };
        State { curves, populations: self.populations(&state.populations, &expected.groups) }
    }

    fn bend(&self, item: usize, curve: &Curve, chances: &Chances, expected: &Expected) -> Bend {
        let width = self.nodes.width();
        let at = item * width..(item + 1) * width;
        let chances = [&chances.rights[at.clone()], &chances.wrongs[at.clone()]];
        let counts = [&expected.rights[at.clone()], &expected.totals[at]];
        let mut bend = curve.bend(&self.nodes.thetas, chances, counts);
        self.priors[item].add_to(&mut bend, curve);
        bend
    }

    fn item(&self, item: usize, curve: Curve, chances: &Chances, expected: &Expected) -> Curve {
        let free = self.layout.items[item].map(|place| place.is_some());
        if free == [false; 3] {
            return curve;
        }
        let bend = self.bend(item, &curve, chances, expected);
        let target = self.stepped(item, &curve, &bend);
        if self.is_careful { self.carefully(item, curve, target, expected) } else { target }
    }

    /// Newton's step of one item, no longer than is trusted, c inside its range.
    fn stepped(&self, item: usize, curve: &Curve, bend: &Bend) -> Curve {
        let mut is_free = self.layout.items[item].map(|place| place.is_some());
        let mut step = [0.0; 3];
        let (low, high) = (self.layout.least_guess, LUCKIEST);
        is_free[2] = is_free[2]
            && !(curve.guess <= low && bend.slope[2] <= 0.0)
            && !(curve.guess >= high && bend.slope[2] >= 0.0);
        solve_free(bend, is_free, &mut step);
        let beyond = curve.guess + step[2];
        if is_free[2] && !(low..=high).contains(&beyond) {
            step[2] = beyond.clamp(low, high) - curve.guess;
            is_free[2] = false;
            solve_free(bend, is_free, &mut step);
        }
        let scale = trusted(curve, step, self.priors[item].ln_slope.is_some());
        self.moved(curve, step.map(|part| part * scale))
    }

    fn moved(&self, curve: &Curve, step: [f64; 3]) -> Curve {
        let guess = curve.guess + step[2];
        let is_inside = step[2] != 0.0;
        Curve {
            slope: (curve.slope + step[0]).clamp(-STEEPEST, STEEPEST),
            intercept: (curve.intercept + step[1]).clamp(-HIGHEST, HIGHEST),
            guess: if is_inside {
                guess.clamp(self.layout.least_guess, LUCKIEST)
            } else {
                guess
            },
        }
    }

    /// Checked steps of one item, the first towards `target`.
    fn carefully(&self, item: usize, from: Curve, target: Curve, expected: &Expected) -> Curve {
        let width = self.nodes.width();
        let at = item * width..(item + 1) * width;
        let (mut best, mut target) = (from, target);
        for _ in 0..CAREFUL_STEPS {
            let Some(found) = self.improved(item..item + 1, &[best], &[target], expected)
            else {
                break;
            };
            best = found[0];
            let (mut rights, mut wrongs) = (vec![0.0; width], vec![0.0; width]);
            best.fill(&self.nodes.thetas, &mut rights, &mut wrongs);
            let counts = [&expected.rights[at.clone()], &expected.totals[at.clone()]];
            let mut bend = best.bend(&self.nodes.thetas, [&rights, &wrongs], counts);
            self.priors[item].add_to(&mut bend, &best);
            target = self.stepped(item, &best, &bend);
        }
        best
    }

    /// The first of `to` and the points half, a quarter ... of the way there that is better.
    fn improved(
        &self,
        items: Range<usize>,
        from: &[Curve],
        to: &[Curve],
        expected: &Expected,
    ) -> Option<Vec<Curve>> {
        let start = self.value(items.clone(), from, expected);
        let mut share = 1.0;
        for _ in 0..HALVINGS {
            let pairs = from.iter().zip(to);
            let candidate: Vec<Curve> = pairs.map(|(a, b)| between(a, b, share)).collect();
            if self.value(items.clone(), &candidate, expected) > start {
                return Some(candidate);
            }
            share *= 0.5;
        }
        None
    }

    /// The expected log-likelihood of some items with their priors.
    fn value(&self, items: Range<usize>, curves: &[Curve], expected: &Expected) -> f64 {
        let width = self.nodes.width();
        let of_item = |(item, curve): (usize, &Curve)| {
            let at = item * width..(item + 1) * width;
            let (right, total) = (&expected.rights[at.clone()], &expected.totals[at]);
            curve.log_likelihood(&self.nodes.thetas, right, total)
                + self.priors[item].log_density(curve)
        };
        items.zip(curves).map(of_item).sum()
    }

    /// All items with one slope: with the intercepts eliminated, the slope's own equation.
    fn common(&self, curves: &[Curve], chances: &Chances, expected: &Expected) -> Vec<Curve> {
        let is_free = |item: &usize| self.layout.items[*item][1].is_some();
        let free: Vec<usize> = (0..curves.len()).filter(is_free).collect();
        let bends: Vec<Bend> = free
            .iter()
            .map(|item| self.bend(*item, &curves[*item], chances, expected))
            .collect();
        let (mut slope, mut curvature) = (0.0, 0.0);
        for bend in &bends {
            let share = bend.curvature[0][1] / bend.curvature[1][1].max(f64::MIN_POSITIVE);
            slope += bend.slope[0] - share * bend.slope[1];
            curvature += bend.curvature[0][0] - share * bend.curvature[0][1];
        }
        let by_slope = if curvature > 0.0 { slope / curvature } else { 0.0 };
        let by_slope = by_slope.clamp(-LONGEST.0, LONGEST.0);
        let mut moved = curves.to_vec();
        for (item, bend) in free.iter().zip(&bends) {
            let rest = bend.slope[1] - bend.curvature[0][1] * by_slope;
            let step = rest / bend.curvature[1][1].max(f64::MIN_POSITIVE);
            let step = [by_slope, step.clamp(-LONGEST.1, LONGEST.1), 0.0];
            moved[*item] = self.moved(&curves[*item], step);
        }
        if !self.is_careful {
            return moved;
        }
        self.improved(0..curves.len(), curves, &moved, expected)
            .unwrap_or_else(|| curves.to_vec())
    }

    fn populations(&self, before: &[Population], counts: &[f64]) -> Vec<Population> {
        let counts = counts.chunks_exact(self.nodes.width());
        let places = before.iter().zip(&self.layout.groups);
        places
            .zip(counts)
            .map(|((population, [mean_place, sd_place]), counts)| {
                if counts.iter().sum::<f64>() <= 0.0 {
                    return *population;
                }
                let fixed = mean_place.is_none().then_some(population.mean);
                let (mean, variance) = self.nodes.moments(counts, fixed);
                Population {
                    mean: fixed.unwrap_or(mean),
                    sd: if sd_place.is_some() { variance.sqrt() } else { population.sd },
                }
            })
            .collect()
    }
}

/// Solves for the free parts of a step; the others stay as they are.
fn solve_free(bend: &Bend, is_free: [bool; 3], step: &mut [f64; 3]) {
    let free: Vec<usize> = (0..3).filter(|at| is_free[*at]).collect();
    let rest = |row: usize| {
        let held = (0..3).filter(|at| !is_free[*at]);
        bend.slope[row] - held.map(|at| bend.curvature[row][at] * step[at]).sum::<f64>()
    };
    let right: Vec<f64> = free.iter().map(|row| rest(*row)).collect();
    let matrix: Vec<f64> = free
        .iter()
        .flat_map(|row| free.iter().map(|column| bend.curvature[*row][*column]))
        .collect();
    let solved = linear::solve(&matrix, &right).unwrap_or_else(|| vec![0.0; free.len()]);
    for (at, part) in free.iter().zip(solved) {
        step[*at] = part;
    }
}

/// How much of a step is trusted; where ln a has a prior, a keeps a third of itself.
fn trusted(curve: &Curve, step: [f64; 3], has_positive_slope: bool) -> f64 {
    let mut scale = 1.0_f64;
    for (part, longest) in step.iter().zip([LONGEST.0, LONGEST.1]) {
        if part.abs() > longest {
            scale = scale.min(longest / part.abs());
        }
    }
    if has_positive_slope && step[0] < 0.0 {
        scale = scale.min(2.0 / 3.0 * curve.slope / -step[0]);
    }
    scale
}

fn between(from: &Curve, to: &Curve, share: f64) -> Curve {
    let mix = |a: f64, b: f64| a + share * (b - a);
    Curve {
        slope: mix(from.slope, to.slope),
        intercept: mix(from.intercept, to.intercept),
        guess: mix(from.guess, to.guess),
    }
}
