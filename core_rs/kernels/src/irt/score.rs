//! Scoring: the ability that answers tell.
