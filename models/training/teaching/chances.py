"""Seeded streams of chance, and the two curves that all laws share."""

from __future__ import annotations

from math import exp, log
from random import Random


def stream(seed: int, *names: object) -> Random:
    """A stream of its own for each name: who draws more from one shifts no other."""
    key = "/".join(map(str, (seed, *names)))
    return Random(key)  # noqa: S311  (chance for a simulation needs no secrecy)


def sigmoid(logit: float) -> float:
    """The chance with these log-odds."""
    if logit < -30.0:
        return 0.0
    return 1.0 / (1.0 + exp(-logit))


def logit(chance: float) -> float:
    """The log-odds of a chance above 0 and below 1."""
    return log(chance / (1.0 - chance))
