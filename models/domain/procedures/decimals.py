"""Wrong ways to compare, add and scale decimals.

Comparisons and their names follow Steinle & Stacey (1998, 2004).

A decimal comes as its exact value with the number of places that are written: 4.50 is 9/2 with
2. Comparisons give 1 where the first is taken for the larger, -1 for the second, 0 for equal.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor

from models.domain.procedures.digits import number, shifted, sign, ten_to

#: How two decimals of the same whole part are ordered: digits behind the point of each.
Order = Callable[[str, str], int]


def decimal_whole_number(a: Fraction, pa: int, b: Fraction, pb: int) -> int:
    """What is behind the point is read as a whole number: 4.63 over 4.8, 63 over 8."""
    return _compare(a, pa, b, pb, lambda one, other: sign(_whole(one) - _whole(other)))


def decimal_longer_is_larger(a: Fraction, pa: int, b: Fraction, pb: int) -> int:
    """More places are more: 4.03 over 4.3; digits decide between equally long ones."""
    return _compare(
        a, pa, b, pb, lambda one, other: sign(len(one) - len(other)) or _true(one, other)
    )


def decimal_zero_makes_small(a: Fraction, pa: int, b: Fraction, pb: int) -> int:
    """As whole numbers, but a 0 right behind the point makes small: 4.3 over 4.08."""
    return _compare(a, pa, b, pb, _zero_makes_small)


def decimal_shorter_is_larger(a: Fraction, pa: int, b: Fraction, pb: int) -> int:
    """Hundredths are smaller than tenths, so fewer places are more: 0.3 over 0.47."""
    return _compare(
        a, pa, b, pb, lambda one, other: sign(len(other) - len(one)) or _true(one, other)
    )


def decimal_reciprocal(a: Fraction, pa: int, b: Fraction, pb: int) -> int:
    """What is behind the point counts downwards, as in 1/3 and 1/4: 0.3 over 0.4."""
    return _compare(a, pa, b, pb, lambda one, other: sign(_whole(other) - _whole(one)))


def decimal_money(a: Fraction, pa: int, b: Fraction, pb: int) -> int:
    """As money, with two places; the rest is not looked at: 4.4502 equals 4.45."""
    return _compare(a, pa, b, pb, lambda one, other: _true(one[:2], other[:2]))


def decimal_sum_right_aligned(a: Fraction, pa: int, b: Fraction, pb: int) -> Fraction:
    """Last digits stand below each other: 2.5 + 0.14 = 0.39."""
    return Fraction(floor(a * ten_to(pa)) + floor(b * ten_to(pb)), ten_to(max(pa, pb)))


def decimal_sum_parts_apart(a: Fraction, pa: int, b: Fraction, pb: int) -> Fraction:
    """Both sides of the point are added as whole numbers: 0.7 + 0.5 = 0.12."""
    behind = _whole(_places(a, pa)) + _whole(_places(b, pb))
    return floor(a) + floor(b) + Fraction(behind, ten_to(max(len(str(behind)), pa, pb)))


def decimal_scaled_whole_part_only(a: Fraction, k: int) -> Fraction:
    """Times 10 puts zeros behind the whole part only: 2.5 x 10 = 20.5; `k` zeros."""
    return shifted(floor(a), k) + (a - floor(a))


def decimal_from_fraction_side_by_side(n: int, d: int) -> Fraction:
    """Numerator, point, denominator: 1/4 is 1.4."""
    return n + Fraction(d, 10 ** len(str(d)))


def decimal_from_fraction_digits(n: int, d: int) -> Fraction:
    """Both numbers stand behind the point: 1/4 is 0.14."""
    both = number([d, n])
    return Fraction(both, 10 ** len(str(both)))


def _compare(a: Fraction, pa: int, b: Fraction, pb: int, order: Order) -> int:
    return sign(floor(a) - floor(b)) or order(_places(a, pa), _places(b, pb))


def _places(decimal: Fraction, places: int) -> str:
    """The digits that are written behind the point, '' for none."""
    behind = floor((decimal - floor(decimal)) * ten_to(places))
    return str(behind).zfill(places) if places > 0 else ""


def _whole(places: str) -> int:
    return int(places or "0")


def _true(one: str, other: str) -> int:
    width = max(len(one), len(other))
    return sign(_whole(one.ljust(width, "0")) - _whole(other.ljust(width, "0")))


def _zero_makes_small(one: str, other: str) -> int:
    zeros = one.startswith("0"), other.startswith("0")
    if zeros[0] != zeros[1]:
        return -1 if zeros[0] else 1
    return sign(_whole(one) - _whole(other))


PROCEDURES = (
    decimal_whole_number,
    decimal_longer_is_larger,
    decimal_zero_makes_small,
    decimal_shorter_is_larger,
    decimal_reciprocal,
    decimal_money,
    decimal_sum_right_aligned,
    decimal_sum_parts_apart,
    decimal_scaled_whole_part_only,
    decimal_from_fraction_side_by_side,
    decimal_from_fraction_digits,
)
