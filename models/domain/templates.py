"""Item templates: with a seed each makes one question and its right answer, always the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

_MASK = (1 << 64) - 1
Bound = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Range = tuple[Bound, Bound]


@dataclass(frozen=True, slots=True)
class Question:
    """What a learner sees, and the whole number that answers it."""

    prompt: str
    answer: int


class Draws:
    """Numbers from a seed, equal on every machine and version (SplitMix64, Steele 2014)."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def between(self, bounds: Range) -> int:
        """A whole number from `bounds`, both ends included."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        low, high = bounds
        return low + (mixed ^ (mixed >> 31)) % (high - low + 1)


class Sum(msgspec.Struct, frozen=True, tag="sum", tag_field="kind", forbid_unknown_fields=True):
    """a + b."""

    a: Range
    b: Range

    def question(self, draws: Draws) -> Question:
        """One sum."""
        a, b = draws.between(self.a), draws.between(self.b)
        return Question(f"{a} + {b} = ?", a + b)


class MissingAddend(
    msgspec.Struct, frozen=True, tag="missing", tag_field="kind", forbid_unknown_fields=True
):
    """a + ? = total."""

    a: Range
    b: Range

    def question(self, draws: Draws) -> Question:
        """One sum with a hole in it."""
        a, b = draws.between(self.a), draws.between(self.b)
        return Question(f"{a} + ? = {a + b}", b)


class Difference(
    msgspec.Struct, frozen=True, tag="difference", tag_field="kind", forbid_unknown_fields=True
):
    """(a + b) - a: never below zero."""

    a: Range
    b: Range

    def question(self, draws: Draws) -> Question:
        """One difference."""
        a, b = draws.between(self.a), draws.between(self.b)
        return Question(f"{a + b} \N{MINUS SIGN} {a} = ?", b)


class Product(
    msgspec.Struct, frozen=True, tag="product", tag_field="kind", forbid_unknown_fields=True
):
    """a times b."""

    a: Range
    b: Range

    def question(self, draws: Draws) -> Question:
        """One product."""
        a, b = draws.between(self.a), draws.between(self.b)
        return Question(f"{a} \N{MULTIPLICATION SIGN} {b} = ?", a * b)


class Quotient(
    msgspec.Struct, frozen=True, tag="quotient", tag_field="kind", forbid_unknown_fields=True
):
    """(a times b) by a: always without remainder; `a` must not reach 0."""

    a: Range
    b: Range

    def __post_init__(self) -> None:
        if self.a[0] < 1:
            raise ValueError("a quotient's 'a' must be at least 1")

    def question(self, draws: Draws) -> Question:
        """One quotient."""
        a, b = draws.between(self.a), draws.between(self.b)
        return Question(f"{a * b} \N{DIVISION SIGN} {a} = ?", b)


class Logged(
    msgspec.Struct, frozen=True, tag="logged", tag_field="kind", forbid_unknown_fields=True
):
    """An item of a response log, known by name only: `1` stands for right, `0` for wrong."""

    def question(self, draws: Draws) -> Question:  # noqa: ARG002  (each template draws its own)
        """The same for every seed."""
        return Question("1 / 0", 1)


Template = Sum | MissingAddend | Difference | Product | Quotient | Logged


def question(template: Template, seed: int) -> Question:
    """The question that `template` makes of `seed`."""
    return template.question(Draws(seed))
