"""FSRS-6 once more, in plain Python, written from its formulas."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp


def retrievability(w: Sequence[float], days: float, stability: float) -> float:
    factor = pow(0.9, -1 / w[20]) - 1
    return float(pow(1 + factor * days / stability, -w[20]))


def interval(w: Sequence[float], stability: float, retention: float) -> float:
    factor = pow(0.9, -1 / w[20]) - 1
    return float(stability / factor * (pow(retention, -1 / w[20]) - 1))


def first(w: Sequence[float], rating: int) -> tuple[float, float]:
    return w[rating - 1], min(max(start(w, rating), 1.0), 10.0)


def step(
    w: Sequence[float], stability: float, difficulty: float, days: float, rating: int
) -> tuple[float, float]:
    faded = 1 - retrievability(w, days, stability)
    if days < 1:
        change = exp(w[17] * (rating - 3 + w[18])) * stability ** -w[19]
        after = stability * (change if rating == 1 else max(change, 1.0))
    elif rating == 1:
        after = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1)
        after = min(after * exp(w[14] * faded), stability / exp(w[17] * w[18]))
    else:
        growth = exp(w[8]) * (11 - difficulty) * stability ** -w[9] * (exp(w[10] * faded) - 1)
        after = stability * (1 + growth * {2: w[15], 3: 1.0, 4: w[16]}[rating])
    moved = difficulty - w[6] * (rating - 3) * (10 - difficulty) / 9
    moved = w[7] * start(w, 4) + (1 - w[7]) * moved
    return min(max(after, 0.001), 36_500.0), min(max(moved, 1.0), 10.0)


def start(w: Sequence[float], rating: int) -> float:
    return w[4] - exp(w[5] * (rating - 1)) + 1
