//! Scoring: the ability that answers tell.

pub use super::quadrature::{Grid, NODES, Posterior};
