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


@dataclass(slots=True)
class Belief:
    """Weights over the nodes, adding up to 1; at the ends half (the trapezoid rule)."""

    weights: list[float] = field(
        default_factory=lambda: _normalised(
            [math.exp(-0.5 * x * x) * (0.5 if abs(x) == 6.0 else 1.0) for x in NODES]
        )
    )

    def learn(self, item: Item, right: int) -> None:
        chances = [item.p(x) if right else 1.0 - item.p(x) for x in NODES]
        self.weights = _normalised([w * p for w, p in zip(self.weights, chances, strict=True)])

    @property
    def mean(self) -> float:
        return math.fsum(w * x for w, x in zip(self.weights, NODES, strict=True))

    @property
    def variance(self) -> float:
        mean = self.mean
        return math.fsum(w * (x - mean) ** 2 for w, x in zip(self.weights, NODES, strict=True))

    def expected_variance(self, item: Item) -> float:
        """The posterior variance after each answer, weighed by how likely that answer is."""
        pairs = list(zip(self.weights, NODES, strict=True))
        total = 0.0
        for right in (0, 1):
            after = Belief(list(self.weights))
            after.learn(item, right)
            chance = math.fsum(w * (item.p(x) if right else 1 - item.p(x)) for w, x in pairs)
            total += chance * after.variance
        return total

    def divergence(self, item: Item) -> float:
        here = item.p(self.mean)
        return math.fsum(
            w * (here * math.log(here / p) + (1 - here) * math.log((1 - here) / (1 - p)))
            for w, p in ((w, item.p(x)) for w, x in zip(self.weights, NODES, strict=True))
        )


def score(rule: str, belief: Belief) -> Callable[[Item], float]:
    """What the rule makes as large as can be."""
    mean = belief.mean
    return {
        "mfi": lambda item: item.information(mean),
        "mepv": lambda item: -belief.expected_variance(item),
        "kl": belief.divergence,
        "nearest_b": lambda item: -abs(item.b - mean),
    }[rule]


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
