//! The nodes that stand for abilities, and how the learners of a group spread over them.
//!
//! Nodes lie evenly from -6 to 6; a group is a normal distribution cut into them, weights
//! proportional to exp(-((theta - mean)/sd)^2 / 2). With 61 nodes the step is 0.2: enough for
//! 100 items, where 21 nodes move a discrimination by up to .15, 31 by .01, 41 by .0002
//! (measured on 5,000 x 100 answers against 61; 121 change nothing).
//! Vectors over nodes are filled up to a multiple of four with nodes of no weight, so that
//! loops over them need no remainder.
//!
//! Cost: O(nodes) a group. Do not use it for tests so long that a learner's posterior is
//! narrower than a step (some hundred items): give more nodes.

/// The outermost nodes, in logits.
pub const REACH: f64 = 6.0;

/// Where the nodes lie.
#[derive(Clone, Debug)]
pub struct Nodes {
    /// How many have weight.
    pub count: usize,
    /// Their abilities, filled up to a multiple of four.
    pub thetas: Vec<f64>,
}

/// A normal distribution of abilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Population {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
}

impl Nodes {
    /// `count` nodes, at least 2.
    #[must_use]
    pub fn new(count: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "some hundred nodes")]
        let at = |node: usize| REACH * (2.0 * node as f64 / (count - 1) as f64 - 1.0);
        let mut thetas: Vec<f64> = (0..count).map(at).collect();
        thetas.resize(count.next_multiple_of(4), 0.0);
        Self { count, thetas }
    }

    /// The length of a vector over nodes.
    #[must_use]
    pub fn width(&self) -> usize {
        self.thetas.len()
    }

    /// The share of `population` at each node.
    #[must_use]
    pub fn weights(&self, population: Population) -> Vec<f64> {
        let density = |theta: &f64| {
            let z = (theta - population.mean) / population.sd;
            (-0.5 * z * z).exp()
        };
        let mut weights: Vec<f64> = self.thetas.iter().map(density).collect();
        weights[self.count..].fill(0.0);
        let sum: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum;
        }
        weights
    }

    /// The mean of `counts` over the nodes, and their variance about `centre` or that mean.
    #[must_use]
    pub fn moments(&self, counts: &[f64], centre: Option<f64>) -> (f64, f64) {
        let total: f64 = counts.iter().sum();
        let pairs = || counts.iter().zip(&self.thetas);
        let mean = pairs().map(|(count, theta)| count * theta).sum::<f64>() / total;
        let centre = centre.unwrap_or(mean);
        let square = |(count, theta): (&f64, &f64)| count * (theta - centre).powi(2);
        (mean, pairs().map(square).sum::<f64>() / total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_distribution_keeps_its_mean_and_spread() {
        let nodes = Nodes::new(61);
        assert_eq!(nodes.width(), 64);
        for (mean, sd) in [(0.0, 1.0), (0.7, 0.4), (-1.0, 0.8)] {
            let weights = nodes.weights(Population { mean, sd });
            let (found, variance) = nodes.moments(&weights, None);
            assert!((found - mean).abs() < 1e-6, "{found}");
            assert!((variance.sqrt() - sd).abs() < 1e-5, "{variance}");
        }
    }
}
