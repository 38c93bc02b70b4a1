"""Bugs of written division, as Ashlock (2010) shows them.

Each takes a and b, whole numbers, and gives (quotient, remainder); None where b is 0. Digits of
a are worked from the left, by a divisor b of one digit.
"""

from __future__ import annotations

from fractions import Fraction

from models.domain.procedures.digits import digits, number


def division_each_digit_alone(a: int, b: int) -> tuple[int, int] | None:
    """What is left of a digit is dropped, the next one starts afresh: 74 / 3 = 21 r 1."""
    if b == 0:
        return None
    return number(digit // b for digit in digits(a)), a % 10 % b


def division_drops_inner_zero(a: int, b: int) -> tuple[int, int] | None:
    """A 0 inside or at the end of the quotient is not written: 612 / 6 = 12."""
    if b == 0:
        return None
    kept = [digit for digit in digits(a // b) if digit != 0]
    return number(kept), a % b


def division_remainder_as_decimal(a: int, b: int) -> Fraction | tuple[int, int] | None:
    """The remainder is written behind the point: 17 / 5 = 3.2."""
    if b == 0:
        return None
    quotient, remainder = divmod(a, b)
    if remainder == 0:
        return quotient, 0
    return quotient + Fraction(remainder, 10 ** len(digits(remainder)))


def division_remainder_too_large(a: int, b: int) -> tuple[int, int] | None:
    """One group too few is made: 17 / 5 = 2 r 7."""
    if b == 0:
        return None
    quotient, remainder = divmod(a, b)
    return (quotient - 1, remainder + b) if quotient > 0 else (quotient, remainder)


def division_right_to_left(a: int, b: int) -> tuple[int, int] | None:
    """The quotient's digits are written in the wrong order: 74 / 3 = 42 r 2."""
    if b == 0:
        return None
    return number(reversed(digits(a // b))), a % b


PROCEDURES = (
    division_each_digit_alone,
    division_drops_inner_zero,
    division_remainder_as_decimal,
    division_remainder_too_large,
    division_right_to_left,
)
