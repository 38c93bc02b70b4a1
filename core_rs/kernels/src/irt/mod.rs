//! Item response theory: how likely each answer is for each ability, and what answers tell.

pub mod bank;
pub mod calibrate;
pub mod chi_square;
pub mod dif;
pub mod item_fit;
pub mod model;
pub mod overall_fit;
pub mod polytomous;
pub mod quadrature;
pub mod score;
pub mod search;
