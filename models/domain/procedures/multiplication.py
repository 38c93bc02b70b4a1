"""Bugs of written multiplication, as Ashlock (2010) shows them.

Each takes a and b, whole numbers from 0; the lower number b is worked digit by digit.
"""

from __future__ import annotations

from models.domain.procedures.digits import digits, number, shifted


def multiplication_without_carry(a: int, b: int) -> int:
    """Carries inside a row are forgotten: 27 x 3 = 61."""
    return _rows([number(upper * lower % 10 for upper in digits(a)) for lower in digits(b)])


def multiplication_carry_added_first(a: int, b: int) -> int:
    """The carry is added to the next digit before that is multiplied: 27 x 3 = 121."""
    return _rows([_carry_first(a, lower) for lower in digits(b)])


def multiplication_rows_not_shifted(a: int, b: int) -> int:
    """The row of the tens starts below the units: 23 x 45 = 207."""
    return sum(a * lower for lower in digits(b))


def multiplication_same_places_only(a: int, b: int) -> int | None:
    """Tens go with tens, units with units: 23 x 45 = 815; None below two digits."""
    if len(digits(a)) < 2 or len(digits(b)) < 2:
        return None
    pairs = zip(digits(a), digits(b), strict=False)
    return sum(shifted(upper * lower, 2 * place) for place, (upper, lower) in enumerate(pairs))


def multiplication_zero_keeps_the_other(a: int, b: int) -> int:
    """N x 0 = N inside the work: 204 x 3 = 642."""
    return _rows([_with_zero_as_one(a, lower) for lower in digits(b)])


def _rows(rows: list[int]) -> int:
    return sum(shifted(row, place) for place, row in enumerate(rows))


def _carry_first(a: int, lower: int) -> int:
    carry, written = 0, []
    for upper in digits(a):
        product = (upper + carry) * lower
        written.append(product % 10)
        carry = product // 10
    return number([*written, carry] if carry else written)


def _with_zero_as_one(a: int, lower: int) -> int:
    total = 0
    for place, upper in enumerate(digits(a)):
        product = upper + lower if 0 in (upper, lower) else upper * lower
        total += shifted(product, place)
    return total


PROCEDURES = (
    multiplication_without_carry,
    multiplication_carry_added_first,
    multiplication_rows_not_shifted,
    multiplication_same_places_only,
    multiplication_zero_keeps_the_other,
)
