"""Bugs of written subtraction, as Brown & Burton (1978) and VanLehn (1982) found them.

Each takes a and b, whole numbers with a >= b >= 0, and works the columns from the units. A bug
either fills some columns in its own way, or borrows in its own way.
"""

from __future__ import annotations

from collections.abc import Callable

from models.domain.procedures.digits import digits, number

#: What is written below a column (top, bottom) instead of a difference; None: the difference.
Fill = Callable[[int, int], int | None]
#: Changes the top digits left of a place, for a borrow by that place.
Borrow = Callable[[list[int], int], None]


def smaller_from_larger(a: int, b: int) -> int | None:
    """In each column the smaller digit is taken from the larger: 52 - 17 = 45."""
    return column_subtraction(a, b, fill=lambda top, bottom: abs(top - bottom))


def zero_instead_of_borrow(a: int, b: int) -> int | None:
    """A column that would need a borrow gets 0: 52 - 17 = 40."""
    return column_subtraction(a, b, fill=lambda top, bottom: 0 if top < bottom else None)


def borrow_no_decrement(a: int, b: int) -> int | None:
    """Ten is added and taken from nowhere: 62 - 44 = 28."""
    return column_subtraction(a, b, borrow=lambda _top, _place: None)


def borrow_across_zero(a: int, b: int) -> int | None:
    """A borrow skips zeros and leaves them 0: 305 - 9 = 206."""
    return column_subtraction(a, b, borrow=_across)


def borrow_from_zero(a: int, b: int) -> int | None:
    """A borrow makes a 0 a 9 and goes no further: 305 - 9 = 396."""
    return column_subtraction(a, b, borrow=_from_zero)


def stops_borrow_at_zero(a: int, b: int) -> int | None:
    """A borrow that meets a 0 takes nothing from anywhere: 305 - 9 = 306."""
    return column_subtraction(a, b, borrow=_stopped)


def zero_minus_digit_is_digit(a: int, b: int) -> int | None:
    """0 - N = N: 140 - 21 = 121."""
    return column_subtraction(a, b, fill=lambda top, bottom: bottom if top == 0 else None)


def zero_minus_digit_is_zero(a: int, b: int) -> int | None:
    """0 - N = 0: 140 - 21 = 120."""
    return column_subtraction(a, b, fill=lambda top, _bottom: 0 if top == 0 else None)


def digit_minus_zero_is_zero(a: int, b: int) -> int | None:
    """N - 0 = 0: 57 - 20 = 30."""
    return column_subtraction(a, b, fill=lambda _top, bottom: 0 if bottom == 0 else None)


def digit_minus_itself_is_digit(a: int, b: int) -> int | None:
    """N - N = N: 48 - 28 = 28."""
    return column_subtraction(a, b, fill=lambda top, bottom: top if top == bottom else None)


def double_decrement(a: int, b: int) -> int | None:
    """A borrow takes 2 from the next column, where it has 2: 75 - 28 = 37."""
    return column_subtraction(a, b, borrow=_twice)


def always_borrow_left(a: int, b: int) -> int | None:
    """Every borrow takes from the leftmost digit: 535 - 28 = 417."""
    return column_subtraction(a, b, borrow=_leftmost)


def quit_when_bottom_blank(a: int, b: int) -> int | None:
    """Work stops where the lower number ends: 439 - 14 = 25."""
    width = len(digits(b))
    whole = column_subtraction(a, b)
    return None if whole is None else whole % 10**width


def repeat_last_bottom_digit(a: int, b: int) -> int | None:
    """The lower number's first digit is used again above blanks: 439 - 14 = 325."""
    lower = digits(b)
    blanks = len(digits(a)) - len(lower)
    repeated = number([*lower, *[lower[-1]] * blanks])
    return None if repeated > a else column_subtraction(a, repeated)


def counts_the_start(a: int, b: int) -> int | None:
    """Counting back begins with the number itself: 15 - 3 = 13."""
    return a - b + 1 if 0 < b <= a else column_subtraction(a, b)


def column_subtraction(
    a: int, b: int, *, fill: Fill = lambda _top, _bottom: None, borrow: Borrow | None = None
) -> int | None:
    """What is written when columns are filled and borrows are made in these ways.

    `fill` is asked only where the lower number has a digit. None unless a >= b >= 0.
    """
    if not 0 <= b <= a:
        return None
    top, bottom = digits(a), digits(b)
    written = []
    for place, lower in enumerate(bottom):
        filled = fill(top[place], lower)
        if filled is None and top[place] < lower:
            (borrow or borrow_right)(top, place)
            top[place] += 10
        written.append(top[place] - lower if filled is None else filled)
    return _with_the_rest(written, top, borrow or borrow_right)


def borrow_right(top: list[int], place: int) -> None:
    """The right way: zeros become 9, the first digit that is not 0 loses 1."""
    for left in range(place + 1, len(top)):
        if top[left] > 0:
            top[left] -= 1
            return
        top[left] = 9


def _with_the_rest(written: list[int], top: list[int], borrow: Borrow) -> int:
    """The answer with the top digits above blanks brought down, debts paid."""
    for place in range(len(written), len(top)):
        if top[place] < 0:
            borrow(top, place)
            top[place] += 10
        written.append(top[place])
    return number(abs(column) for column in written)


def _across(top: list[int], place: int) -> None:
    for left in range(place + 1, len(top)):
        if top[left] > 0:
            top[left] -= 1
            return


def _from_zero(top: list[int], place: int) -> None:
    if place + 1 < len(top):
        top[place + 1] = 9 if top[place + 1] == 0 else top[place + 1] - 1


def _stopped(top: list[int], place: int) -> None:
    if place + 1 < len(top) and top[place + 1] > 0:
        top[place + 1] -= 1


def _twice(top: list[int], place: int) -> None:
    borrow_right(top, place)
    if place + 1 < len(top) and top[place + 1] > 0:
        top[place + 1] -= 1


def _leftmost(top: list[int], place: int) -> None:
    if place + 1 < len(top) and top[-1] > 0:
        top[-1] -= 1


PROCEDURES = (
    smaller_from_larger,
    zero_instead_of_borrow,
    borrow_no_decrement,
    borrow_across_zero,
    borrow_from_zero,
    stops_borrow_at_zero,
    zero_minus_digit_is_digit,
    zero_minus_digit_is_zero,
    digit_minus_zero_is_zero,
    digit_minus_itself_is_digit,
    double_decrement,
    always_borrow_left,
    quit_when_bottom_blank,
    repeat_last_bottom_digit,
    counts_the_start,
)
