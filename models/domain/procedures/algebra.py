"""Wrong ways with order of operations (Kieran 1979) and letters, as Küchemann (1981) saw."""

from __future__ import annotations

from models.domain.procedures.digits import number


def left_to_right(a: int, b: int, c: int, d: int) -> int:
    """a - b + c x d is worked as it is read: 9 - 2 + 3 x 4 = 40."""
    return (a - b + c) * d


def addition_before_subtraction(a: int, b: int, c: int, d: int) -> int:
    """a - b + c x d with the sum first: 20 - 2 + 3 x 4 = 6."""
    return a - (b + c * d)


def sum_and_difference_first(a: int, b: int, c: int, d: int) -> int:
    """a - b + c x d with + before - and both before x: 9 - 2 + 3 x 4 = 16."""
    return (a - (b + c)) * d


def letter_as_digit(a: int, x: int, b: int) -> int:
    """In ax + b the number takes the letter's place: 3x + 2 at x = 4 is 34 + 2."""
    return number([x, a]) + b


def terms_conjoined(a: int, b: int, c: int) -> tuple[int, int]:
    """ax + b + cx becomes one term: 3x + 2 + 4x = 9x; (number of x, number alone)."""
    return a + b + c, 0


def coefficients_multiplied(a: int, b: int, c: int) -> tuple[int, int]:
    """In ax + b + cx the numbers of x are multiplied: 3x + 2 + 4x = 12x + 2."""
    return a * c, b


PROCEDURES = (
    left_to_right,
    addition_before_subtraction,
    sum_and_difference_first,
    letter_as_digit,
    terms_conjoined,
    coefficients_multiplied,
)
