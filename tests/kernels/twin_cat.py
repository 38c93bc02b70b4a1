"""Adaptive testing in plain Python, to be read: the kernels must agree with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

NODES = [-6.0 + 12.0 * node / 60 for node in range(61)]


@dataclass(frozen=True, slots=True)
class Item:
    a: float
    b: float
    c: float = 0.0
    d: float = 1.0
    area: str | None = None

    def p(self, theta: float) -> float:
        return self.c + (self.d - self.c) / (1.0 + math.exp(-self.a * (theta - self.b)))

    def information(self, theta: float) -> float:
        p = self.p(theta)
        slope = self.a * (p - self.c) * (self.d - p) / (self.d - self.c)
        return slope * slope / (p * (1.0 - p))

    def observed_information(self, theta: float, right: int) -> float:
        """Minus the second derivative of the logarithm of this answer's chance."""
        p, s = self.p(theta), 1.0 / (1.0 + math.exp(-self.a * (theta - self.b)))
        slope = (self.d - self.c) * self.a * s * (1.0 - s)
        bend = slope * self.a * (1.0 - 2.0 * s)
        if right:
            return (slope / p) ** 2 - bend / p
        return (slope / (1.0 - p)) ** 2 + bend / (1.0 - p)


@dataclass(slots=True)
class Belief:
    """Weights over the nodes, adding up to 1; at the ends half (the trapezoid rule)."""

    weights: list[float] = field(default_factory=lambda: trapezoid(NODES, normal))
    nodes: list[float] = field(default_factory=lambda: NODES)

    def learn(self, item: Item, right: int) -> None:
        chances = [item.p(x) if right else 1.0 - item.p(x) for x in self.nodes]
        self.weights = _normalised([w * p for w, p in zip(self.weights, chances, strict=True)])

    def average(self, of: Callable[[float], float]) -> float:
        return math.fsum(w * of(x) for w, x in zip(self.weights, self.nodes, strict=True))

    @property
    def mean(self) -> float:
        return self.average(lambda x: x)

    @property
    def variance(self) -> float:
        mean = self.mean
        return self.average(lambda x: (x - mean) ** 2)

    def after(self, item: Item, right: int) -> Belief:
        after = Belief(list(self.weights), self.nodes)
        after.learn(item, right)
        return after

    def expected_variance(self, item: Item) -> float:
        """The posterior variance after each answer, weighed by how likely that answer is."""
        right = self.average(item.p)
        return (1 - right) * self.after(item, 0).variance + right * self.after(item, 1).variance

    def divergence(self, item: Item, theta: float) -> float:
        here = item.p(theta)

        def apart(x: float) -> float:
            p = item.p(x)
            return here * math.log(here / p) + (1 - here) * math.log((1 - here) / (1 - p))

        return self.average(apart)

    def information(self, item: Item) -> float:
        return self.average(item.information)

    def expected_information(self, item: Item, theta: float) -> float:
        """Observed at the mean after each answer, weighed by its chance at `theta`."""
        p = item.p(theta)
        wrong, right = (item.observed_information(self.after(item, x).mean, x) for x in (0, 1))
        return (1 - p) * wrong + p * right

    def discrimination(self, item: Item) -> float:
        """The variance of P(right)."""
        right = self.average(item.p)
        return self.average(lambda x: (item.p(x) - right) ** 2)


def normal(x: float) -> float:
    return math.exp(-0.5 * x * x)


def trapezoid(nodes: Sequence[float], density: Callable[[float], float]) -> list[float]:
    """Weights for a density over equal steps, adding up to 1."""
    halves = [0.5 if x in (nodes[0], nodes[-1]) else 1.0 for x in nodes]
    return _normalised([half * density(x) for half, x in zip(halves, nodes, strict=True)])


def likelihood() -> Belief:
    """Before any answer: all abilities from -4 to 4 alike."""
    nodes = NODES[10:51]
    return Belief(trapezoid(nodes, lambda _: 1.0), nodes)


def value(rule: str, belief: Belief, likelihood: Belief) -> Callable[[Item], float]:
    """The number that the rule goes by; `likelihood` has the answers of `belief`, no prior."""
    theta = belief.mean
    return {
        "mfi": lambda item: item.information(theta),
        "mepv": belief.expected_variance,
        "kl": lambda item: belief.divergence(item, theta),
        "kl_likelihood": lambda item: likelihood.divergence(item, theta),
        "nearest_b": lambda item: abs(item.b - theta),
        "mlwi": likelihood.information,
        "mpwi": belief.information,
        "mei": lambda item: belief.expected_information(item, theta),
        "gdi": belief.discrimination,
        "gdi_likelihood": likelihood.discrimination,
    }[rule]


def score(rule: str, belief: Belief, likelihood: Belief) -> Callable[[Item], float]:
    """What the rule makes as large as can be."""
    sign = -1 if rule in ("mepv", "nearest_b") else 1
    number = value(rule, belief, likelihood)
    return lambda item: sign * number(item)


def counts(areas: Iterable[str | None]) -> dict[str, int]:
    """How many lie in each area, those inside included."""
    found: dict[str, int] = {}
    for area in areas:
        steps = (area or "").split("/") if area else []
        for depth in range(len(steps)):
            name = "/".join(steps[: depth + 1])
            found[name] = found.get(name, 0) + 1
    return found


def keeps(areas: Sequence[str | None], quotas: Mapping[str, tuple[int, int]]) -> bool:
    """Whether a whole test is within its bounds."""
    found = counts(areas)
    return all(low <= found.get(name, 0) <= high for name, (low, high) in quotas.items())


def _normalised(weights: list[float]) -> list[float]:
    total = math.fsum(weights)
    return [weight / total for weight in weights]
