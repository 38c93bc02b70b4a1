"""Wrong ways to compare fractions, and to read mixed numbers.

Ni & Zhou (2005) on whole-number bias, Stafylidou & Vosniadou (2004) on how the size of a
fraction is understood. Comparisons take numerators and denominators of two fractions and give
1 where the first is taken for the larger, -1 for the second, 0 for equal.
"""

from __future__ import annotations

from fractions import Fraction

from models.domain.procedures.digits import number, sign


def fraction_larger_numerator(n1: int, d1: int, n2: int, d2: int) -> int:
    """The larger numerator decides, of equal ones the denominator rightly: 3/8 over 2/3."""
    return sign(n1 - n2) or sign(d2 - d1)


def fraction_larger_denominator(n1: int, d1: int, n2: int, d2: int) -> int:
    """The larger denominator is the larger fraction; numerators decide between equal ones."""
    return sign(d1 - d2) or sign(n1 - n2)


def fraction_smaller_denominator(n1: int, d1: int, n2: int, d2: int) -> int:
    """The smaller denominator is the larger fraction whatever the numerators: 1/3 over 7/8."""
    return sign(d2 - d1) or sign(n1 - n2)


def fraction_gap(n1: int, d1: int, n2: int, d2: int) -> int:
    """What is missing to the whole is counted in parts: 2/3 equals 7/8, 1 missing in each."""
    return sign((d2 - n2) - (d1 - n1))


def fraction_larger_numbers(n1: int, d1: int, n2: int, d2: int) -> int:
    """The fraction with the larger numbers in all is larger: 4/9 over 2/3."""
    return sign((n1 + d1) - (n2 + d2))


def mixed_number_side_by_side(w: int, n: int, d: int) -> Fraction | None:
    """Whole and numerator are read as one number: 2 1/3 is 21/3."""
    return None if d == 0 else Fraction(number([n, w]), d)


PROCEDURES = (
    fraction_larger_numerator,
    fraction_larger_denominator,
    fraction_smaller_denominator,
    fraction_gap,
    fraction_larger_numbers,
    mixed_number_side_by_side,
)
