//! Adaptive tests: the item that tells most, and when to stop.
