"""Bugs of written addition and of counting on, as Ashlock (2010) and Fuson (1992) show them.

Each takes a and b, whole numbers from 0.
"""

from __future__ import annotations

from models.domain.procedures.digits import columns, digits, number, shifted


def addition_without_carry(a: int, b: int) -> int:
    """Carries are forgotten: 27 + 35 = 52."""
    return number((top + (bottom or 0)) % 10 for top, bottom in columns(a, b))


def addition_writes_whole_sums(a: int, b: int) -> int:
    """Each column's sum is written out whole: 27 + 35 = 512."""
    return number(top + (bottom or 0) for top, bottom in columns(a, b))


def addition_carries_the_units(a: int, b: int) -> int:
    """Of a sum of two digits the tens are written and the units carried: 27 + 35 = 71."""
    carry, written = 0, []
    for top, bottom in columns(a, b):
        total = top + (bottom or 0) + carry
        carry = total % 10 if total > 9 else 0
        written.append(total // 10 if total > 9 else total)
    return number([*written, carry] if carry else written)


def addition_left_aligned(a: int, b: int) -> int:
    """The shorter number is written below the first digits: 345 + 27 = 615."""
    width = abs(len(digits(a)) - len(digits(b)))
    return max(a, b) + shifted(min(a, b), width)


def addition_of_all_digits(a: int, b: int) -> int:
    """All digits are added as if they were units: 27 + 35 = 17."""
    return sum(digits(a)) + sum(digits(b))


def addition_counts_the_start(a: int, b: int) -> int:
    """Counting on begins with the number itself: 7 + 4 = 10."""
    return a + b - 1 if b > 0 else a


PROCEDURES = (
    addition_without_carry,
    addition_writes_whole_sums,
    addition_carries_the_units,
    addition_left_aligned,
    addition_of_all_digits,
    addition_counts_the_start,
)
