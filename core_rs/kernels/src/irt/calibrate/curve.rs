//! An item's curve as the fit sees it: P = c + (1 - c) sigmoid(slope theta + intercept).
//!
//! Slope and intercept instead of a and b = -intercept/slope make the log-likelihood of counts
//! concave where c is 0 and finite where a is 0. With r right of n answers expected at each
//! node the slope of the log-likelihood is sum (r - nP)/(PQ) dP, the expected curvature
//! sum n/(PQ) dP dP' (Fisher scoring; Bock & Aitkin 1981, Psychometrika 46:443-459). Priors:
//! normal on ln a, normal on the intercept, beta on c.
//!
//! Cost: O(nodes). Do not use it with an upper asymptote below 1.

/// P and 1 - P are kept above this, so that no answer has the chance 0.
const FLOOR: f64 = 1e-30;

/// Slope, intercept and lower asymptote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Discrimination a, per logit.
    pub slope: f64,
    /// -a b.
    pub intercept: f64,
    /// Lower asymptote c.
    pub guess: f64,
}

/// What is believed of an item before its answers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Priors {
    /// Mean and standard deviation of ln a.
    pub ln_slope: Option<(f64, f64)>,
    /// Mean and standard deviation of the intercept.
    pub intercept: Option<(f64, f64)>,
    /// alpha and beta of c, each above 1.
    pub guess: Option<(f64, f64)>,
}

/// Slope of a log-likelihood in (slope, intercept, c), and its curvature with the sign turned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bend {
    /// First derivatives.
    pub slope: [f64; 3],
    /// Second derivatives, negated.
    pub curvature: [[f64; 3]; 3],
}

impl Curve {
    /// The difficulty b, 0 where the curve is flat.
    #[must_use]
    pub fn difficulty(&self) -> f64 {
        if self.slope == 0.0 { 0.0 } else { -self.intercept / self.slope }
    }

    /// P(right) and P(wrong) at each node.
    pub fn fill(&self, thetas: &[f64], rights: &mut [f64], wrongs: &mut [f64]) {
        let rest = 1.0 - self.guess;
        for ((theta, right), wrong) in thetas.iter().zip(rights).zip(wrongs) {
            let z = self.slope * theta + self.intercept;
            let tail = (-z.abs()).exp();
            let (large, small) = (1.0 / (1.0 + tail), tail / (1.0 + tail));
            let (up, down) = if z >= 0.0 { (large, small) } else { (small, large) };
            *right = (self.guess + rest * up).max(FLOOR);
            *wrong = (rest * down).max(FLOOR);
        }
    }

    /// The bend of expected counts `right` of `total` where P is `p` and 1 - P is `q`.
    #[must_use]
    pub fn bend(&self, thetas: &[f64], p_q: [&[f64]; 2], right_total: [&[f64]; 2]) -> Bend {
        let rest = 1.0 / (1.0 - self.guess);
        let (mut slope, mut sums) = ([0.0; 3], [0.0; 6]);
        let counts = right_total[0].iter().zip(right_total[1]);
        for ((theta, (p, q)), (right, total)) in
            thetas.iter().zip(p_q[0].iter().zip(p_q[1])).zip(counts)
        {
            let (by_z, by_guess) = ((p - self.guess) * q * rest, q * rest);
            let scale = 1.0 / (p * q);
            let miss = (right - total * p) * scale;
            slope[0] += miss * by_z * theta;
            slope[1] += miss * by_z;
            slope[2] += miss * by_guess;
            let weight = total * scale;
            let (zz, zc) = (weight * by_z * by_z, weight * by_z * by_guess);
            sums[0] += zz * theta * theta;
            sums[1] += zz * theta;
            sums[2] += zz;
            sums[3] += zc * theta;
            sums[4] += zc;
            sums[5] += weight * by_guess * by_guess;
        }
        let [aa, ad, dd, ac, dc, cc] = sums;
        Bend { slope, curvature: [[aa, ad, ac], [ad, dd, dc], [ac, dc, cc]] }
    }

    /// The log-likelihood of expected counts `right` of `total`.
    #[must_use]
    pub fn log_likelihood(&self, thetas: &[f64], right: &[f64], total: &[f64]) -> f64 {
        let (mut p, mut q) = (vec![0.0; thetas.len()], vec![0.0; thetas.len()]);
        self.fill(thetas, &mut p, &mut q);
        let at = |((p, q), (right, total)): ((&f64, &f64), (&f64, &f64))| {
            right * p.ln() + (total - right) * q.ln()
        };
        p.iter().zip(&q).zip(right.iter().zip(total)).map(at).sum()
    }
}

impl Priors {
    /// The log-density of `curve` up to a constant; minus infinity where it is impossible.
    #[must_use]
    pub fn log_density(&self, curve: &Curve) -> f64 {
        let normal = |x: f64, (mean, sd): (f64, f64)| -0.5 * ((x - mean) / sd).powi(2);
        let of_slope = self.ln_slope.map_or(0.0, |prior| {
            if curve.slope > 0.0 { normal(curve.slope.ln(), prior) } else { f64::NEG_INFINITY }
        });
        let of_guess = self.guess.map_or(0.0, |(alpha, beta)| {
            (alpha - 1.0) * curve.guess.ln() + (beta - 1.0) * (-curve.guess).ln_1p()
        });
        of_slope + of_guess + self.intercept.map_or(0.0, |prior| normal(curve.intercept, prior))
    }

    /// Adds the bend of the priors at `curve`; the curvature in the slope is that of ln a at
    /// its mean, which is never negative.
    pub fn add_to(&self, bend: &mut Bend, curve: &Curve) {
        if let Some((mean, sd)) = self.ln_slope {
            let scale = 1.0 / (sd * sd * curve.slope);
            bend.slope[0] -= (curve.slope.ln() - mean) * scale;
            bend.curvature[0][0] += scale / curve.slope;
        }
        if let Some((mean, sd)) = self.intercept {
            bend.slope[1] -= (curve.intercept - mean) / (sd * sd);
            bend.curvature[1][1] += 1.0 / (sd * sd);
        }
        if let Some((alpha, beta)) = self.guess {
            let (low, high) = ((alpha - 1.0) / curve.guess, (beta - 1.0) / (1.0 - curve.guess));
            bend.slope[2] += low - high;
            bend.curvature[2][2] += low / curve.guess + high / (1.0 - curve.guess);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bend_is_the_slope_of_the_log_likelihood() {
        let thetas = [-1.0, 0.0, 1.5, 2.0];
        let (right, total) = ([1.0, 2.0, 3.0, 3.5], [4.0, 4.0, 3.5, 4.0]);
        let priors = Priors {
            ln_slope: Some((0.1, 0.5)),
            intercept: Some((0.2, 2.0)),
            guess: Some((5.0, 17.0)),
        };
        let curve = Curve { slope: 1.2, intercept: -0.3, guess: 0.15 };
        let (mut p, mut q) = ([0.0; 4], [0.0; 4]);
        curve.fill(&thetas, &mut p, &mut q);
        let mut bend = curve.bend(&thetas, [&p, &q], [&right, &total]);
        priors.add_to(&mut bend, &curve);
        for at in 0..3 {
            let value = |step: f64| {
                let mut moved = curve;
                *[&mut moved.slope, &mut moved.intercept, &mut moved.guess][at] += step;
                moved.log_likelihood(&thetas, &right, &total) + priors.log_density(&moved)
            };
            let slope = (value(1e-5) - value(-1e-5)) / 2e-5;
            assert!((bend.slope[at] - slope).abs() < 1e-6, "{at}: {slope}");
        }
    }
}
