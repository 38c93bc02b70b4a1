//! The kernels of Mangotree: who knows what, and what comes next.
//!
//! A class is one [`tracer::Tracer`] over one [`domain::Domain`]. Each answer goes the same
//! way:
//!
//! 1. `predict` before anything moves: [`bkt`] (mastery), [`ability`] (learner against item),
//!    [`recency`] and [`memory`] give the [`features`] that [`logistic`] adds up to a chance of
//!    a right answer, with its reasons.
//! 2. `update` then moves every skill of the item ([`practice`]), the learner and the item.
//! 3. [`plan`] chooses the next item under the teacher's rules, with reasons that add up to the
//!    score; [`ahead`] does so for answers that may yet come.
//!
//! What a teacher states of a learner is traced beside what the answers say ([`stated`]).
//! Once a log has grown, a [`stack`] fitted to it predicts in the layer's place ([`fitted`]).
//!
//! Everything is O(skills of the item) per answer, in `f64`, without clock and without chance:
//! the same log gives the same state, bit for bit, and [`state`] keeps it as bytes.
#![forbid(unsafe_code)]

pub mod ability;
pub mod ahead;
pub mod answer;
pub mod bkt;
pub mod bkt_fit;
pub mod bytes;
pub mod carry;
pub mod cat;
pub mod chance;
pub mod diagnose;
pub mod domain;
pub mod error;
pub mod features;
pub mod fitted;
pub mod fsrs;
pub mod irt;
pub mod linear;
pub mod logistic;
pub mod memory;
pub mod newton;
pub mod own_weights;
pub mod plan;
pub mod practice;
pub mod recency;
pub mod stack;
pub mod state;
pub mod stated;
pub mod tracer;

/// The arithmetic that a log was traced with: raised with every change after which the same
/// log gives other numbers, so that a replay knows which of them it can expect to find again.
pub const ARITHMETIC: u32 = 2;
