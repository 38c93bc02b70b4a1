"""Whole numbers as columns of digits, the form that written procedures work on."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

#: As many as the largest number that an expression may hold.
MOST_PLACES = 15
#: What a procedure answers; parts of an answer (quotient and remainder) as a tuple.
Value: TypeAlias = "int | Fraction | bool | str | tuple[Value, ...]"


def digits(number: int) -> list[int]:
    """The digits of a number from its units upwards: 305 gives [5, 0, 3]."""
    if not isinstance(number, int) or number < 0:
        raise ValueError(f"{number} is no whole number from 0, and is not written in columns")
    return [int(digit) for digit in reversed(str(number))]


def number(columns: Iterable[int]) -> int:
    """The number with these columns from the units upwards, as it is read when written.

    A column of two digits is written as it is: [12, 5] gives 512.
    """
    written = list(columns)
    if any(column < 0 for column in written):
        raise ValueError(f"{min(written)} is below 0, and is not written among digits")
    return int("".join(str(column) for column in reversed(written)) or "0")


def columns(top: int, bottom: int) -> list[tuple[int, int | None]]:
    """Pairs of digits below each other from the units; None where the bottom is blank.

    The longer number stands on top.
    """
    upper, lower = digits(max(top, bottom)), digits(min(top, bottom))
    blanks: list[int | None] = [None] * (len(upper) - len(lower))
    return list(zip(upper, [*lower, *blanks], strict=True))


def shifted(number: int, places: int) -> int:
    """The number with so many zeros behind it."""
    return number * ten_to(places)


def ten_to(places: int) -> int:
    """1 with so many zeros; ValueError for more than any number of a lesson has."""
    if not 0 <= places <= MOST_PLACES:
        raise ValueError(f"{places} is no count of places from 0 to {MOST_PLACES}")
    return int(10**places)


def sign(number: int | Fraction) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)
