"""Marginal calibration, S-X2 and Mantel-Haenszel in plain Python, beside the kernels.

An item is (slope, intercept, c); an answer 1, 0 or -1 (missing). Slow, and for tests only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from math import exp, log

Item = tuple[float, float, float]
Row = Sequence[int]
NODES = 61
THETAS = [6 * (2 * node / (NODES - 1) - 1) for node in range(NODES)]


def chance(item: Item, theta: float) -> float:
    slope, intercept, c = item
    return c + (1 - c) / (1 + exp(-(slope * theta + intercept)))


def weights(mean: float, sd: float) -> list[float]:
    densities = [exp(-0.5 * ((theta - mean) / sd) ** 2) for theta in THETAS]
    total = sum(densities)
    return [density / total for density in densities]


def joint(row: Row, items: Sequence[Item], spread: Sequence[float]) -> list[float]:
    """At each node the weight times the chance of the answers."""
    products = list(spread)
    for answer, item in zip(row, items, strict=True):
        for node, theta in enumerate(THETAS):
            if answer >= 0:
                p = chance(item, theta)
                products[node] *= p if answer else 1 - p
    return products


def log_likelihood(
    rows: Iterable[Row],
    items: Sequence[Item],
    groups: Sequence[int],
    populations: Sequence[tuple[float, float]],
) -> float:
    spreads = [weights(mean, sd) for mean, sd in populations]
    pairs = zip(rows, groups, strict=True)
    return sum(log(sum(joint(row, items, spreads[group]))) for row, group in pairs)


def start(rows: Sequence[Row], item: int) -> Item:
    said = [row[item] for row in rows if row[item] >= 0]
    odds = (sum(said) + 0.5) / (len(said) - sum(said) + 0.5)
    return 1.0, 1.2 * log(odds), 0.0


def one_cycle(
    rows: Sequence[Row], groups: Sequence[int], n_groups: int, *, has_slopes: bool
) -> tuple[list[Item], list[tuple[float, float]]]:
    """One E-step from the start values, one Newton step of each item, new populations."""
    items = [start(rows, item) for item in range(len(rows[0]))]
    spread = weights(0, 1)
    posteriors = []
    for row in rows:
        products = joint(row, items, spread)
        total = sum(products)
        posteriors.append([part / total for part in products])
    moved = []
    for number, item in enumerate(items):
        answered = [
            (row[number], posterior)
            for row, posterior in zip(rows, posteriors, strict=True)
            if row[number] >= 0
        ]
        moved.append(newton(item, answered, has_slopes=has_slopes))
    populations = [(0.0, 1.0)]
    for group in range(1, n_groups):
        own = [p for p, g in zip(posteriors, groups, strict=True) if g == group]
        counts = [sum(column) for column in zip(*own, strict=True)]
        mean = dot(counts, THETAS) / sum(counts)
        square = dot(counts, [(theta - mean) ** 2 for theta in THETAS]) / sum(counts)
        populations.append((mean, square**0.5))
    return moved, populations


def newton(
    item: Item, answered: Sequence[tuple[int, list[float]]], *, has_slopes: bool
) -> Item:
    slope, intercept, c = item
    g_a = g_d = h_aa = h_ad = h_dd = 0.0
    for node, theta in enumerate(THETAS):
        p = chance(item, theta)
        total = sum(posterior[node] for _, posterior in answered)
        right = sum(posterior[node] for answer, posterior in answered if answer)
        miss, spread = right - total * p, total * p * (1 - p)
        g_a, g_d = g_a + miss * theta, g_d + miss
        h_aa, h_ad, h_dd = h_aa + spread * theta**2, h_ad + spread * theta, h_dd + spread
    if not has_slopes:
        return slope, intercept + g_d / h_dd, c
    determinant = h_aa * h_dd - h_ad**2
    by_slope = (h_dd * g_a - h_ad * g_d) / determinant
    by_intercept = (h_aa * g_d - h_ad * g_a) / determinant
    assert max(abs(by_slope), abs(by_intercept) / 2) < 1, "the kernel shortens this step"
    return slope + by_slope, intercept + by_intercept, c


def expected_shares(items: Sequence[Item], number: int) -> list[float]:
    """For each score the chance of a right answer to one item, over all patterns."""
    n = len(items)
    right, all_of = [0.0] * (n + 1), [0.0] * (n + 1)
    for pattern in product((0, 1), repeat=n):
        likelihood = sum(joint(pattern, items, weights(0, 1)))
        all_of[sum(pattern)] += likelihood
        right[sum(pattern)] += likelihood * pattern[number]
    return [r / a for r, a in zip(right, all_of, strict=True)]


def mantel_haenszel(
    rows: Sequence[Row], is_focal: Sequence[bool], number: int
) -> tuple[float, float]:
    """Alpha and chi-square of one item, matched by the number right."""
    n = len(rows[0])
    above = below = seen = expected = variance = 0.0
    for score in range(n + 1):
        tally = {(f, a): 0 for f in (False, True) for a in (0, 1)}
        for row, focal in zip(rows, is_focal, strict=True):
            if sum(row) == score:
                tally[bool(focal), row[number]] += 1
        a, b, c, d = (tally[f, u] for f in (False, True) for u in (1, 0))
        total = a + b + c + d
        if a + b and c + d:
            above, below = above + a * d / total, below + b * c / total
            seen, expected = seen + a, expected + (a + b) * (a + c) / total
            margins = (a + b) * (c + d) * (a + c) * (b + d)
            variance += margins / (total**2 * (total - 1))
    return above / below, max(abs(seen - expected) - 0.5, 0) ** 2 / variance


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
