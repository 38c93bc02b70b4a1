"""The functions that a pack's expressions may call; all exact, none with a memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from models.domain.procedures import PROCEDURES
from models.domain.procedures.digits import ten_to

#: What an expression can be worth; None where a rule does not apply.
Value = int | Fraction | bool | str | tuple["Value", ...] | None


def num(x: int | Fraction) -> int:
    """The numerator of `x` in lowest terms."""
    return Fraction(x).numerator


def den(x: int | Fraction) -> int:
    """The denominator of `x` in lowest terms."""
    return Fraction(x).denominator


def digit(n: int, place: int) -> int:
    """The digit of `n` at `place`: 0 the ones, 1 the tens."""
    return abs(n) // ten_to(place) % 10


def digits(n: int) -> int:
    """How many digits `n` has."""
    return len(str(abs(n)))


def nearest(x: int | Fraction, unit: int | Fraction) -> int | Fraction:
    """The multiple of `unit` next to `x`; from the middle away from zero."""
    if unit <= 0:
        raise ValueError("a unit is above 0")
    steps = math.floor(abs(Fraction(x)) / unit + Fraction(1, 2))
    return (steps if x >= 0 else -steps) * unit


def cat(*parts: int | str) -> str:
    """`parts` written one after another: for the id of an option."""
    return "".join(str(part) for part in parts)[:64]


def at_order(*keys: int | Fraction) -> tuple[int, ...]:
    """The places (from 1) of `keys` from the smallest to the largest."""
    return tuple(place + 1 for place in sorted(range(len(keys)), key=lambda at: (keys[at], at)))


def count_of(x: int | Fraction | str, *parts: int | Fraction | str) -> int:
    """How many of `parts` are `x`."""
    return parts.count(x)


_OWN: Mapping[str, Callable[..., Value]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "floor": math.floor,
    "ceil": math.ceil,
    "gcd": math.gcd,
    "lcm": math.lcm,
    "num": num,
    "den": den,
    "digit": digit,
    "digits": digits,
    "nearest": nearest,
    "cat": cat,
    "at_order": at_order,
    "count_of": count_of,
}
#: The functions that take texts, too; a text in any other is a mistake, and could be repeated
#: a billion times by what multiplies there.
OF_TEXTS = frozenset({"cat", "count_of"})
#: With the wrong procedures of misconceptions; no name means two things.
FUNCTIONS: Mapping[str, Callable[..., Value]] = {**PROCEDURES, **_OWN}
