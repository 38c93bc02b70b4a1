//! Predictions with a fitted stack: whole logs at once, or one answer after the other.
//!
//! ```
//! use mangotree_kernels::stack::{catalogue::Catalogue, fit::fit, log::Log, trace::trace};
//! let catalogue = Catalogue::new(1, &[vec![0], vec![0]])?;
//! let (learners, items): (Vec<usize>, Vec<usize>) = (0..80).map(|n| (n / 4, n % 2)).unzip();
//! let rights: Vec<bool> = items.iter().map(|item| *item == 0).collect();
//! let log = Log { learners: &learners, items: &items, rights: &rights, ..Log::default() };
//! let stack = fit(catalogue, &log)?.stack;
//! let chances = trace(&stack, &log)?;
//! assert!(chances[0] > 0.6 && chances[1] < 0.4); // a new learner: easy item, hard item
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(skills of the item); about 0.1 microseconds an answer in a log, on a machine busy
//! with other work. Do not use it to see mastery: it tells how the next answer will go, not
//! what is known.

use crate::error::{Error, known};
use crate::logistic::sigmoid;
use crate::stack::evidence::Learner;
use crate::stack::log::{Answer, Log, checked_time};
use crate::stack::model::{Prediction, Stack};

/// The chance of a right answer at each row of `log`, from the learner's rows before it.
///
/// # Errors
/// `Size` when columns differ in length or one that the stack was fitted with is missing,
/// `Unknown` names an item, `OutOfRange` a value.
pub fn trace(stack: &Stack, log: &Log<'_>) -> Result<Vec<f64>, Error> {
    let needed = [
        ("pace_s", stack.extras.has_pace, log.pace_s),
        ("hints", stack.extras.has_hints, log.hints),
        ("times_s", stack.extras.has_times, log.times_s),
    ];
    for (field, is_needed, column) in needed {
        if is_needed && column.is_empty() && !log.learners.is_empty() {
            let allowed = "one for each learner: the stack was fitted with it".to_owned();
            return Err(Error::Size { field, value: 0, allowed });
        }
    }
    let order = log.checked(&stack.catalogue)?;
    let mut chances = vec![0.0; order.len()];
    stack.walk(log, &order, |seen| {
        let known = (seen.asked, seen.numbers);
        chances[order[seen.number]] = stack.logit(seen.who, known, seen.before);
    });
    // One after the other: between the answers, exp would wait and be waited for.
    for chance in &mut chances {
        *chance = sigmoid(*chance);
    }
    Ok(chances)
}

impl Stack {
    /// A learner of whom nothing is known.
    #[must_use]
    pub fn learner(&self) -> Learner {
        Learner::new(&self.catalogue, self.extras)
    }

    /// The chance that `who` answers `item` right at `time_s`, with what each kind of evidence
    /// added; NaN is the time without a clock.
    ///
    /// # Errors
    /// `Unknown` names the item, `OutOfRange` the time.
    pub fn predict(
        &self,
        who: &Learner,
        item: usize,
        time_s: f64,
    ) -> Result<Prediction, Error> {
        known("item", item, self.catalogue.n_items())?;
        checked_time(time_s, self.extras)?;
        let asked = self.catalogue.asked(item);
        Ok(self.prediction(who, &asked, &self.before(who, &asked, time_s)))
    }

    /// Predicts an answer, then lets `who` learn from it.
    ///
    /// # Errors
    /// `Unknown` names the item, `OutOfRange` a value; `who` has not moved then.
    pub fn answer(&self, who: &mut Learner, answer: &Answer) -> Result<Prediction, Error> {
        answer.checked(self.extras, &self.catalogue)?;
        let asked = self.catalogue.asked(answer.item);
        let before = self.before(who, &asked, answer.time_s);
        let prediction = self.prediction(who, &asked, &before);
        self.learn(who, &asked, answer, &before);
        Ok(prediction)
    }
}
