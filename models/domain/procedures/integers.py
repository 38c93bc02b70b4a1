"""Wrong ways with negative numbers, as Vlassis (2004) and Bofferding (2014) saw them."""

from __future__ import annotations

from models.domain.procedures.digits import sign


def integer_larger_magnitude(a: int, b: int) -> int:
    """The minus is not looked at: -7 over 3; 1, -1 or 0 as in all comparisons."""
    return sign(abs(a) - abs(b))


def integer_negatives_by_magnitude(a: int, b: int) -> int:
    """Below zero the order goes on upwards: -7 over -3."""
    return sign(abs(a) - abs(b)) if a < 0 and b < 0 else sign(a - b)


def integer_sum_sign_of_first(a: int, b: int) -> int:
    """Sizes are added, the first number's sign is kept: -3 + 5 = -8."""
    return (-1 if a < 0 else 1) * (abs(a) + abs(b))


def integer_sum_two_minuses_plus(a: int, b: int) -> int:
    """Two minuses make a plus, in sums too: -3 + -5 = 8."""
    return abs(a) + abs(b) if a < 0 and b < 0 else a + b


PROCEDURES = (
    integer_larger_magnitude,
    integer_negatives_by_magnitude,
    integer_sum_sign_of_first,
    integer_sum_two_minuses_plus,
)
