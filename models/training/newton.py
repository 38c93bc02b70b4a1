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

    Raises `ValueError` when Newton's method does not settle.
    """
    weights = [0.0] * len(columns)
    for _ in range(MAX_STEPS):
        slope, curvature = _derivatives(columns, rights, shares, weights)
        step = signed_step(slope, curvature, weights, signs)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < TOLERANCE:
            return weights
    raise ValueError(f"Newton's method did not settle within {MAX_STEPS} steps")


def chances(columns: Columns, weights: Sequence[float]) -> array[float]:
    """P(right) of every row."""
    logits = array("d", bytes(8 * len(columns[0])))
    for column, weight in zip(columns, weights, strict=True):
        if weight:
            logits = array("d", (z + weight * x for z, x in zip(logits, column, strict=True)))
    return array("d", (1 / (1 + exp(-z)) for z in logits))


def _derivatives(
    columns: Columns, rights: array[float], shares: array[float], weights: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    """Slope and negative curvature of the penalised log-likelihood."""
    rows = list(zip(shares, rights, chances(columns, weights), strict=True))
    misses = array("d", (share * (y - p) for share, y, p in rows))
    spreads = array("d", (share * p * (1 - p) for share, _, p in rows))
    slope = [_dot(c, misses) - RIDGE * w for c, w in zip(columns, weights, strict=True)]
    curvature = [[0.0] * len(columns) for _ in columns]
    for row, column in enumerate(columns):
        spread = array("d", map(mul, column, spreads))
        for other in range(row + 1):
            product = _dot(spread, columns[other]) + (RIDGE if other == row else 0.0)
            curvature[row][other] = curvature[other][row] = product
    return slope, curvature


def signed_step(
    slope: Sequence[float],
    curvature: Sequence[Sequence[float]],
    weights: Sequence[float],
    signs: Sequence[int],
) -> list[float]:
    """Newton's step to weights that keep their signs.

    While a weight would end on its wrong side, the one furthest there goes to 0 and the
    others are solved for again.
    """
    step = [-weight for weight in weights]
    free = list(range(len(weights)))
    while True:
        rest = [at for at in range(len(weights)) if at not in free]
        side = [slope[at] - sum(curvature[at][r] * step[r] for r in rest) for at in free]
        solved = solve([[curvature[at][other] for other in free] for at in free], side)
        ends = {at: weights[at] + change for at, change in zip(free, solved, strict=True)}
        against = [at for at in free if ends[at] * signs[at] < 0]
        if not against:
            for at, change in zip(free, solved, strict=True):
                step[at] = change
            return step
        free.remove(max(against, key=lambda at: abs(ends[at])))


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
