//! The fitted stack: the chance of a right answer from everything that is known beforehand.
//!
//! logit = sum of w x over shared columns ([`columns`]) + sum of u z over corrections of
//! single items, skills and sequences ([`effects`]); P(right) = sigmoid(logit). Both lie on
//! running [`evidence`] of one learner; nothing of the model moves after the fit. The parts
//! add up, so each kind of evidence has its exact share of the logit. [`fit`] finds the
//! numbers from a log, [`trace`] predicts logs and single answers, [`change`] tells what would
//! change a prediction.
//!
//! The shape is that of logistic knowledge tracing (Pavlik, Eglington & Harrell-Williams 2021,
//! IEEE Transactions on Learning Technologies 14(5):624-639) with random effects.
//!
//! Cost: O(skills of the item) an answer. Do not use it where items and learners are new at
//! once: without a log to fit on, [`crate::tracer`] learns as it goes.

mod backfit;
pub mod catalogue;
pub mod change;
pub mod columns;
pub mod effects;
pub mod evidence;
pub mod fit;
pub mod log;
pub mod model;
mod rows;
pub mod saved;
mod start;
pub mod trace;
