"""Bayesian knowledge tracing: fitting it, and tracing in batches."""

from __future__ import annotations
