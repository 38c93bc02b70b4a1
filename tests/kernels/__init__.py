"""Tests of the Rust kernels through their Python door."""
