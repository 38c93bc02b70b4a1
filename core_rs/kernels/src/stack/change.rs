//! What would change a prediction: for each factor the smallest change that moves it over a
//! threshold.
//!
//! A counterfactual explanation (Wachter, Mittelstadt & Russell 2018, Harvard Journal of Law &
//! Technology 31:841-887): "with two more right answers it would be above one half". Each is
//! found by doing it to a copy of the learner with the same update that a real answer goes
//! through, so it is true of this model; of the child it is as true as the model is.
//!
//! ```
//! use mangotree_kernels::stack::change::{Question, changes};
//! use mangotree_kernels::stack::{catalogue::Catalogue, fit::fit, log::Log};
//! let catalogue = Catalogue::new(1, &[vec![0], vec![0]])?;
//! let (learners, items): (Vec<usize>, Vec<usize>) = (0..80).map(|n| (n / 4, n % 2)).unzip();
//! let rights: Vec<bool> = items.iter().map(|item| *item == 0).collect();
//! let log = Log { learners: &learners, items: &items, rights: &rights, ..Log::default() };
//! let stack = fit(catalogue, &log)?.stack;
//! // Item 1 is too hard for a new learner; item 0 is not.
//! let question = Question { item: 1, practice: 1, threshold: 0.5, time_s: f64::NAN };
//! let found = changes(&stack, &stack.learner(), &question)?;
//! let other = found.iter().find(|change| change.factor == "OTHER_ITEM").unwrap();
//! assert!(other.item == 0 && other.p > 0.5);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(40 answers + items of the catalogue). Do not read it as advice: what would change
//! the number need not be what teaches.

use crate::error::{Error, known, within};
use crate::logistic::{logit, sigmoid};
use crate::stack::evidence::Learner;
use crate::stack::log::Answer;
use crate::stack::model::{Prediction, Stack};

/// More answers than this are no answer to "what would change it".
const MOST_ANSWERS: u32 = 20;
/// Waits that people can name: an hour, a day, three, a week, thirty days.
const WAITS_S: [f64; 5] = [3600.0, 86_400.0, 259_200.0, 604_800.0, 2_592_000.0];
/// Beyond the threshold by this much, so that rounding does not undo it.
const BEYOND: f64 = 1e-9;

/// Which prediction shall cross which threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The item that is predicted.
    pub item: usize,
    /// The item on which more answers would come.
    pub practice: usize,
    /// The chance to be crossed, 0.01 to 0.99.
    pub threshold: f64,
    /// Now, in seconds; NaN without a clock.
    pub time_s: f64,
}

/// A change of one factor, and the chance after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// `MORE_RIGHT` or `MORE_WRONG` answers, `DIFFICULTY` of the item, `OTHER_ITEM`, `WAIT`.
    pub factor: &'static str,
    /// Answers, logits (above 0: an easier item) or seconds.
    pub amount: f64,
    /// The item that is then predicted.
    pub item: usize,
    /// The chance of a right answer then.
    pub p: f64,
}

/// For each factor the smallest change that brings the prediction over the threshold; factors
/// that cannot are left out.
///
/// # Errors
/// `Unknown` names an item, `OutOfRange` the threshold or the time.
pub fn changes(
    stack: &Stack,
    who: &Learner,
    question: &Question,
) -> Result<Vec<Change>, Error> {
    let Question { item, practice, threshold, time_s } = *question;
    known("practice", practice, stack.catalogue().n_items())?;
    within("threshold", threshold, (0.01, 0.99), "0.01 to 0.99")?;
    let now = stack.predict(who, item, time_s)?;
    let crosses = |p: f64| (p >= threshold) != (now.p >= threshold);
    let mut found = Vec::new();
    for (factor, is_right) in [("MORE_RIGHT", true), ("MORE_WRONG", false)] {
        found.extend(after_answers(stack, who, question, (factor, is_right), crosses)?);
    }
    let missing = logit(threshold) - now.logit;
    let amount = missing + if missing > 0.0 { BEYOND } else { -BEYOND };
    let p = sigmoid(now.logit + amount);
    found.push(Change { factor: "DIFFICULTY", amount, item, p });
    found.extend(other_item(stack, who, question, &now, crosses)?);
    if stack.extras().has_times {
        found.extend(after_wait(stack, who, question, crosses)?);
    }
    Ok(found)
}

fn after_answers(
    stack: &Stack,
    who: &Learner,
    question: &Question,
    (factor, is_right): (&'static str, bool),
    crosses: impl Fn(f64) -> bool,
) -> Result<Option<Change>, Error> {
    let Question { item, practice, time_s, .. } = *question;
    let hints = if stack.extras().has_hints { 0.0 } else { f64::NAN };
    let answer = Answer { item: practice, is_right, pace_s: f64::NAN, hints, time_s };
    let mut copy = who.clone();
    for count in 1..=MOST_ANSWERS {
        stack.answer(&mut copy, &answer)?;
        let p = stack.predict(&copy, item, time_s)?.p;
        if crosses(p) {
            return Ok(Some(Change { factor, amount: f64::from(count), item, p }));
        }
    }
    Ok(None)
}

/// The item of the same skills that crosses and is nearest in difficulty.
fn other_item(
    stack: &Stack,
    who: &Learner,
    question: &Question,
    now: &Prediction,
    crosses: impl Fn(f64) -> bool,
) -> Result<Option<Change>, Error> {
    let catalogue = stack.catalogue();
    let set = catalogue.set_of(question.item);
    let mut nearest: Option<Change> = None;
    for item in (0..catalogue.n_items()).filter(|item| catalogue.set_of(*item) == set) {
        let then = stack.predict(who, item, question.time_s)?;
        let amount = then.logit - now.logit;
        let is_nearer = nearest.is_none_or(|other| amount.abs() < other.amount.abs());
        if crosses(then.p) && is_nearer {
            nearest = Some(Change { factor: "OTHER_ITEM", amount, item, p: then.p });
        }
    }
    Ok(nearest)
}

fn after_wait(
    stack: &Stack,
    who: &Learner,
    question: &Question,
    crosses: impl Fn(f64) -> bool,
) -> Result<Option<Change>, Error> {
    let Question { item, time_s, .. } = *question;
    for wait_s in WAITS_S {
        let p = stack.predict(who, item, (time_s + wait_s).min(1e12))?.p;
        if crosses(p) {
            return Ok(Some(Change { factor: "WAIT", amount: wait_s, item, p }));
        }
    }
    Ok(None)
}
