"""Logistic regression with weighted rows and signed weights, by Newton's method.

Plain Python on columns: 15 weights on half a million rows take seconds per step, and a fit
needs neither a compiler nor numpy.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import exp
from operator import mul
from typing import TypeAlias

Columns: TypeAlias = "Sequence[array[float]]"

RIDGE = 1.0
TOLERANCE = 1e-7
MAX_STEPS = 40


def fit(
    columns: Columns, rights: array[float], shares: array[float], signs: Sequence[int]
) -> list[float]:
    """The weights that make `rights` likeliest, none against its sign (0 allows both).

    While a weight points the wrong way, the one that does so most is set to 0 for good and
    the rest is fitted again. Raises `ValueError` when Newton's method does not settle.
    """
    weights = [0.0] * len(columns)
    free = list(range(len(columns)))
    while True:
        weights = _settled(columns, rights, shares, weights, free)
        against = [place for place in free if weights[place] * signs[place] < 0]
        if not against:
            return weights
        worst = max(against, key=lambda place: abs(weights[place]))
        weights[worst] = 0.0
        free.remove(worst)


def chances(columns: Columns, weights: Sequence[float]) -> array[float]:
    """P(right) of every row."""
    logits = array("d", bytes(8 * len(columns[0])))
    for column, weight in zip(columns, weights, strict=True):
        if weight:
            logits = array("d", (z + weight * x for z, x in zip(logits, column, strict=True)))
    return array("d", (1 / (1 + exp(-z)) for z in logits))


def _settled(
    columns: Columns,
    rights: array[float],
    shares: array[float],
    weights: Sequence[float],
    free: Sequence[int],
) -> list[float]:
    settled = list(weights)
    for _ in range(MAX_STEPS):
        step = _newton_step(columns, rights, shares, settled, free)
        for place, change in zip(free, step, strict=True):
            settled[place] += change
        if max(map(abs, step)) < TOLERANCE:
            return settled
    raise ValueError(f"Newton's method did not settle within {MAX_STEPS} steps")


def _newton_step(
    columns: Columns,
    rights: array[float],
    shares: array[float],
    weights: Sequence[float],
    free: Sequence[int],
) -> list[float]:
    expected = chances(columns, weights)
    rows = list(zip(shares, rights, expected, strict=True))
    misses = array("d", (share * (y - p) for share, y, p in rows))
    spreads = array("d", (share * p * (1 - p) for share, _, p in rows))
    slope = [_dot(columns[at], misses) - RIDGE * weights[at] for at in free]
    curvature = [[0.0] * len(free) for _ in free]
    for row, at in enumerate(free):
        spread = array("d", map(mul, columns[at], spreads))
        for other in range(row + 1):
            product = _dot(spread, columns[free[other]]) + (RIDGE if other == row else 0.0)
            curvature[row][other] = curvature[other][row] = product
    return solve(curvature, slope)


def _dot(left: array[float], right: array[float]) -> float:
    total: float = sum(map(mul, left, right))
    return total


def solve(matrix: Sequence[Sequence[float]], right_side: Sequence[float]) -> list[float]:
    """The x with matrix x = right_side, by Gaussian elimination with pivots."""
    rows = [[*row, b] for row, b in zip(matrix, right_side, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for row in range(at + 1, size):
            factor = rows[row][at] / rows[at][at]
            rows[row] = [a - factor * b for a, b in zip(rows[row], rows[at], strict=True)]
    solution = [0.0] * size
    for at in reversed(range(size)):
        known: float = sum(map(mul, rows[at][at + 1 : size], solution[at + 1 :]))
        solution[at] = (rows[at][size] - known) / rows[at][at]
    return solution
