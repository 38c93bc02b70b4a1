//! Which misconception a learner holds, from wrong and right answers, and what to ask next.
//!
//! A family is a list of executable wrong rules for one kind of question. Before an answer is
//! looked at, each rule has said which class of answers it leads to on that item: 0 is the
//! right answer, every other class is one wrong answer. The hypotheses about a learner:
//!
//! - careful: every answer is meant right;
//! - a single rule, always used;
//! - a pair of rules: where both lead astray and apart, each half of the time;
//! - an unstable rule: used in 3, 5 or 7 of 10 answers, the others are right;
//! - unknown: wrong in 40, 65 or 90 of 100 answers, in ways that none of the rules foresees;
//!   the others are right, or for 40 and 65 also those of one of the rules.
//!
//! A hypothesis says with which share d(c) each class c is meant. A slip, of a rate s that is
//! integrated over a grid, turns any meant answer into one of the K - 1 others:
//! P(c) = (1 - s) d(c) + s (1 - d(c)) / (K - 1). A question with choices has K of them; an open
//! one counts as 21, so that each plausible other answer takes 1/20 of the slips. Posterior
//! and expected information are then Bayes' rule and Lindley's mutual information (1956, Annals
//! of Mathematical Statistics 27, 986-1005). Rules that can be run are Brown & Burton's idea
//! (1978, Cognitive Science 2, 155-192), slips beside them `VanLehn`'s (1982).
//!
//! Cost: posterior O(n h), next item O(h) per candidate, for n answers and h = r (r + 11) / 2
//! hypotheses about r rules; 24 rules, 30 answers and 400 candidates stay below 5 ms. Do not
//! use it on answers from weeks apart, between which a learner has learned: it supposes that
//! the same hypothesis gave them all.

mod belief;
mod choose;
mod family;
mod verdict;

pub use belief::{Answer, Belief};
pub use choose::{Candidate, Informative};
pub use family::{Beliefs, Family, MOST_OBSERVATIONS, MOST_RULES, SLIPS};
pub use verdict::{Diagnosis, Kind};

/// Answers that an open question could plausibly get; a slip makes each wrong one 1/20 likely.
pub const OPEN_ANSWERS: usize = 21;
