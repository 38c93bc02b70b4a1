//! Fitting Bayesian knowledge tracing by expectation maximisation, and tracing in batches.
//!
//! [`answers`] checks and sorts a log, [`fit`] finds the parameters of every skill, [`model`]
//! holds them, [`trace`] runs a log through them. Inside, `runs` packs eight answers into one
//! step, `tables` gives each such step its 2 x 2 matrix, `expect` is the E-step, `rules` the
//! M-step with priors and guards, `climb` the rounds of both.
//!
//! The hidden state has two values and the observed one two as well, so each step is four
//! products (formulas in `expect` and `tables`). Corbett & Anderson 1994, User Modeling and
//! User-Adapted Interaction 4:253-278. Cost: O(answers / 8) a round. Do not fit on a few
//! answers: a skill needs some dozens before its own parameters say more than the pooled ones.

pub mod answers;
mod climb;
mod expect;
pub mod fit;
pub mod model;
mod rules;
mod runs;
mod tables;
mod threads;
pub mod trace;

pub use rules::NAMES;
