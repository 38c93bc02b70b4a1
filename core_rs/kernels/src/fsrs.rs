//! Spaced review by the free spaced repetition scheduler, version 6.
