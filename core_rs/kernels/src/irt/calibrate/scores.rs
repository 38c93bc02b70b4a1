//! Slopes of a learner's log-likelihood, were the ability known, and what follows from them.
//!
//! A right answer to an item adds dP/P, a wrong one -dP/Q, with dP over slope, intercept and c:
//! D theta, D and 1 - s, where D = (1 - c) s (1 - s). The ability itself adds
//! (theta - mean)/sd^2 and ((theta - mean)/sd)^2 - 1 for the mean and ln sd of its population.
//!
//! Cost: O(nodes) each. Do not use it beside the curves that it was made of.

use super::curve::Curve;
use super::expect::Chances;
use super::population::Population;

/// The slopes of all items at all nodes.
pub struct Scores {
    curves: Vec<Curve>,
    /// For wrong and right: slope, intercept and c, each item after item.
    parts: [[Vec<f64>; 3]; 2],
    rights: Vec<f64>,
    wrongs: Vec<f64>,
    width: usize,
}

impl Scores {
    /// The slopes of `curves` under their `chances`.
    #[must_use]
    pub fn of(curves: &[Curve], chances: &Chances, thetas: &[f64]) -> Self {
        let width = thetas.len();
        let none = || vec![0.0; chances.rights.len()];
        let mut parts = [[none(), none(), none()], [none(), none(), none()]];
        for (item, curve) in curves.iter().enumerate() {
            for (node, theta) in thetas.iter().enumerate() {
                let at = item * width + node;
                let (p, q) = (chances.rights[at], chances.wrongs[at]);
                let by = derivatives(curve, *theta, p, q);
                for (part, by) in by.into_iter().enumerate() {
                    parts[0][part][at] = -by / q;
                    parts[1][part][at] = by / p;
                }
            }
        }
        let (rights, wrongs) = (chances.rights.clone(), chances.wrongs.clone());
        Self { curves: curves.to_vec(), parts, rights, wrongs, width }
    }

    /// The three slopes of one answer to an item, over the nodes.
    #[must_use]
    pub fn of_answer(&self, item: usize, answer: i8) -> [&[f64]; 3] {
        let parts = &self.parts[usize::from(answer == 1)];
        let at = item * self.width..(item + 1) * self.width;
        [&parts[0][at.clone()], &parts[1][at.clone()], &parts[2][at]]
    }

    /// Adds the mean slopes of one answer over `posterior` to their places; nothing for a
    /// missing answer.
    pub fn add_mean(
        &self,
        item: usize,
        answer: i8,
        posterior: &[f64],
        places: &[Option<usize>; 3],
        means: &mut [f64],
    ) {
        if answer < 0 {
            return;
        }
        for (place, scores) in places.iter().zip(self.of_answer(item, answer)) {
            if let Some(place) = place {
                means[*place] += dot(posterior, scores);
            }
        }
    }

    /// Adds the products of `own` slopes with those of `item` under counts of right and all
    /// answers.
    pub fn add_products(
        &self,
        item: usize,
        [rights, totals]: [&[f64]; 2],
        own: &[&[f64]; 3],
        block: &mut [[f64; 3]; 3],
    ) {
        let has_guess = self.curves[item].guess > 0.0 || own[2].iter().any(|by| *by != 0.0);
        let parts = if has_guess { 3 } else { 2 };
        let (wrong, right) = (self.of_answer(item, 0), self.of_answer(item, 1));
        for column in 0..parts {
            let both = right[column].iter().zip(wrong[column]).zip(rights.iter().zip(totals));
            let weighted: Vec<f64> = both
                .map(|((by_right, by_wrong), (right, total))| {
                    right * by_right + (total - right) * by_wrong
                })
                .collect();
            for (row, own) in block.iter_mut().zip(own).take(parts) {
                row[column] += dot(own, &weighted);
            }
        }
    }

    /// E(-H) - E(s s') of one item under its own expected counts.
    #[must_use]
    pub fn own(&self, item: usize, thetas: &[f64], counts: [&[f64]; 2]) -> [[f64; 3]; 3] {
        let mut block = [[0.0; 3]; 3];
        let curve = &self.curves[item];
        for (node, theta) in thetas.iter().enumerate() {
            let at = item * self.width + node;
            let (p, q) = (self.rights[at], self.wrongs[at]);
            let (right, wrong) = (counts[0][node], counts[1][node] - counts[0][node]);
            let second = second_derivatives(curve, *theta, p, q);
            let miss = right / p - wrong / q;
            // E(-H) = sum (r/P^2 + w/Q^2) dP dP' - miss ddP; E(s s') takes the first part back.
            for (row, second) in block.iter_mut().zip(second) {
                for (entry, second) in row.iter_mut().zip(second) {
                    *entry -= miss * second;
                }
            }
        }
        block
    }
}

/// The slopes of a population's log-density at `theta` in its mean and ln sd.
#[must_use]
pub fn of_population(theta: f64, population: Population) -> [f64; 2] {
    let z = (theta - population.mean) / population.sd;
    [z / population.sd, z * z - 1.0]
}

/// dP over slope, intercept and c.
fn derivatives(curve: &Curve, theta: f64, p: f64, q: f64) -> [f64; 3] {
    let rest = 1.0 / (1.0 - curve.guess);
    let by_z = (p - curve.guess) * q * rest;
    [by_z * theta, by_z, q * rest]
}

/// ddP over the same.
fn second_derivatives(curve: &Curve, theta: f64, p: f64, q: f64) -> [[f64; 3]; 3] {
    let rest = 1.0 / (1.0 - curve.guess);
    let (up, down) = ((p - curve.guess) * rest, q * rest);
    let zz = (p - curve.guess) * down * (down - up);
    let zc = -up * down;
    [[zz * theta * theta, zz * theta, zc * theta], [zz * theta, zz, zc], [zc * theta, zc, 0.0]]
}

/// A product in four strands.
fn dot(one: &[f64], other: &[f64]) -> f64 {
    let mut strands = [0.0; 4];
    for (a, b) in one.chunks_exact(4).zip(other.chunks_exact(4)) {
        for (strand, (a, b)) in strands.iter_mut().zip(a.iter().zip(b)) {
            *strand += a * b;
        }
    }
    (strands[0] + strands[1]) + (strands[2] + strands[3])
}
