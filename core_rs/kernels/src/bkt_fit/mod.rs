//! Fitting Bayesian knowledge tracing by expectation maximisation.
