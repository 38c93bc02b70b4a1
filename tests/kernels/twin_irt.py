"""Curves, information and scores once more, in plain Python: slow, readable, by bisection.

Items are the values of `hub.kernels.irt`; derivatives are written out from the curves P, not
from their logarithms as in Rust.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, inf, log, sqrt

from hub.kernels.irt import Binary, Graded, Item, PartialCredit

#: A category's chance and its first and second derivative.
Curve = tuple[float, float, float]


def logistic(x: float) -> float:
    return 1 / (1 + exp(-x))


def curves(item: Item, theta: float) -> list[Curve]:
    match item:
        case Binary():
            s = logistic(item.a * (theta - item.b))
            width = item.d - item.c
            first = width * item.a * s * (1 - s)
            second = item.a * (1 - 2 * s) * first
            wrong = (1 - item.d) + width * logistic(-item.a * (theta - item.b))
            return [(wrong, -first, -second), (item.c + width * s, first, second)]
        case Graded():
            return graded(item, theta)
        case PartialCredit():
            return partial_credit(item, theta)


def graded(item: Graded, theta: float) -> list[Curve]:
    passed: list[Curve] = [(1.0, 0.0, 0.0)]
    for threshold in item.thresholds:
        s = logistic(item.a * (theta - threshold))
        first = item.a * s * (1 - s)
        passed.append((s, first, item.a * (1 - 2 * s) * first))
    passed.append((0.0, 0.0, 0.0))
    pairs = pairwise(passed)
    return [(low[0] - high[0], low[1] - high[1], low[2] - high[2]) for low, high in pairs]


def partial_credit(item: PartialCredit, theta: float) -> list[Curve]:
    weights = [1.0]
    for step in item.steps:
        weights.append(weights[-1] * exp(item.a * (theta - step)))
    chances = [weight / sum(weights) for weight in weights]
    mean = sum(k * p for k, p in enumerate(chances))
    variance = sum((k - mean) ** 2 * p for k, p in enumerate(chances))
    return [
        (p, item.a * (k - mean) * p, item.a**2 * ((k - mean) ** 2 - variance) * p)
        for k, p in enumerate(chances)
    ]


def information(item: Item, theta: float) -> float:
    return sum(first**2 / p for p, first, _ in curves(item, theta))


Answered = Sequence[tuple[Item, int]]


def log_likelihood(answered: Answered, theta: float) -> float:
    return sum(log(curves(item, theta)[category][0]) for item, category in answered)


def total_information(answered: Answered, theta: float) -> float:
    return sum(information(item, theta) for item, _ in answered)


def slope(answered: Answered, theta: float) -> float:
    rows = [curves(item, theta)[category] for item, category in answered]
    return sum(first / p for p, first, _ in rows)


def eap(answered: Answered, mean: float, sd: float, nodes: int = 61) -> tuple[float, float]:
    thetas = [-6 + 12 * node / (nodes - 1) for node in range(nodes)]
    weights = [
        exp(log_likelihood(answered, theta)) * exp(-(((theta - mean) / sd) ** 2) / 2)
        for theta in thetas
    ]
    weights[0] /= 2
    weights[-1] /= 2
    total = sum(weights)
    first = sum(w * t for w, t in zip(weights, thetas, strict=True)) / total
    second = sum(w * (t - first) ** 2 for w, t in zip(weights, thetas, strict=True)) / total
    return first, sqrt(second)


def mle(answered: Answered) -> tuple[float, float]:
    return peak(lambda theta: slope(answered, theta), lambda t: total_information(answered, t))


def map_estimate(answered: Answered, mean: float, sd: float) -> tuple[float, float]:
    return peak(
        lambda theta: slope(answered, theta) - (theta - mean) / sd**2,
        lambda theta: total_information(answered, theta) + 1 / sd**2,
    )


def wle(answered: Answered) -> tuple[float, float]:
    def pull(theta: float) -> float:
        rows = [row for item, _ in answered for row in curves(item, theta)]
        bias = sum(first * second / p for p, first, second in rows)
        return slope(answered, theta) + bias / (2 * total_information(answered, theta))

    return peak(pull, lambda theta: total_information(answered, theta))


def peak(
    pull: Callable[[float], float], precision: Callable[[float], float]
) -> tuple[float, float]:
    """Where `pull` is 0 between -6 and 6, or the bound at which it points outwards."""
    low, high = -6.0, 6.0
    if pull(low) <= 0:
        return low, se(precision(low))
    if pull(high) >= 0:
        return high, se(precision(high))
    for _ in range(80):
        middle = (low + high) / 2
        if pull(middle) > 0:
            low = middle
        else:
            high = middle
    return low, se(precision(low))


def se(precision: float) -> float:
    return 1 / sqrt(precision) if precision > 0 else inf
