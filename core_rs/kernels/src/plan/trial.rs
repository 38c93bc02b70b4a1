//! A trial now and then: another item, almost as good, of which less is known.
//!
//! Without trials an item that looked bad once is never met again and never learned about. In
//! a share e of the picks in the fringe, another candidate is drawn instead of the best one,
//! in proportion to the variance of its difficulty. Candidates are near-equal: skills at most
//! [`NEAR_SKILL`] below the best one, items at most [`NEAR_ITEM`] below the best of their
//! skill; so a trial costs a learner next to nothing. The best one so has the chance 1 - e,
//! candidate i the chance `e v_i / sum(v)`, and they add up to one: what a later comparison of
//! rules needs (inverse propensity weighting; Horvitz & Thompson 1952, Journal of the American
//! Statistical Association 47:663-685).
//!
//! There is no state in it: the draw follows from seed, learner and number of answers, so a
//! replay draws the same, and a tree ahead draws what will be drawn.
//!
//! Cost: O(items of the candidates' skills) where trials are on. Do not set e above a tenth
//! without need: 5 to 10 % are enough to learn about new items in a class of 30.

use crate::chance::Chance;
use crate::plan::rules::Course;

/// How far below the best skill another may score and still be tried.
pub const NEAR_SKILL: f64 = 0.1;
/// How far below the best item of its skill another may score and still be tried.
pub const NEAR_ITEM: f64 = 0.1;
/// From so many skills, the best one included, a trial is drawn.
pub const TRIAL_SKILLS: usize = 3;

/// The numbers of the learner's next trial.
pub(crate) fn chance(course: &Course, learner: usize, answers: u32) -> Chance {
    let id = course.learner_id.unwrap_or_else(|| u64::try_from(learner).unwrap_or(u64::MAX));
    Chance::stream(Chance::stream(course.seed, id).next_u64(), u64::from(answers))
}

/// The place among `weights` that is drawn, or `None` for the best one; `rate` of the draws
/// are of others, as likely as their weights.
pub(crate) fn drawn(mut chance: Chance, rate: f64, weights: &[f64]) -> Option<usize> {
    if weights.is_empty() || chance.uniform() >= rate {
        return None;
    }
    let mut left = chance.uniform() * weights.iter().sum::<f64>();
    let passed = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    Some(passed.unwrap_or(weights.len() - 1))
}

/// The chance of the best one, and of each of the others.
pub(crate) fn propensities(rate: f64, weights: &[f64]) -> (f64, Vec<f64>) {
    if weights.is_empty() {
        return (1.0, Vec::new());
    }
    let sum: f64 = weights.iter().sum();
    (1.0 - rate, weights.iter().map(|weight| rate * (weight / sum)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_drawn_as_often_as_its_propensity_says() {
        let (rate, weights) = (0.1, [0.8, 0.2, 0.6]);
        let (best, others) = propensities(rate, &weights);
        let mut counts = [0_u32; 4];
        for answers in 0..100_000 {
            let course = Course { seed: 3, learner_id: Some(8), ..Course::default() };
            let draw = drawn(chance(&course, 0, answers), rate, &weights);
            counts[draw.map_or(0, |place| place + 1)] += 1;
        }
        for (count, wanted) in counts.iter().zip([&[best][..], &others].concat()) {
            let (seen, deviation) =
                (f64::from(*count) / 1e5, (wanted * (1.0 - wanted) / 1e5).sqrt());
            assert!((seen - wanted).abs() < 4.0 * deviation, "{seen} {wanted}");
        }
    }

    #[test]
    fn the_best_one_is_certain_where_there_is_no_other_or_no_trial() {
        let course = Course::default();
        assert_eq!(propensities(0.2, &[]), (1.0, vec![]));
        assert_eq!(propensities(0.0, &[0.8]), (1.0, vec![0.0]));
        for answers in 0..100 {
            assert_eq!(drawn(chance(&course, 1, answers), 0.0, &[0.8]), None);
            assert_eq!(drawn(chance(&course, 1, answers), 0.2, &[]), None);
        }
    }
}
