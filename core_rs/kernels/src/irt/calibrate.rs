//! Calibration of item parameters by marginal maximum likelihood.
