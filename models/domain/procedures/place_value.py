"""Errors in writing, reading and rounding whole numbers; Fuson (1990) on place value."""

from __future__ import annotations

from models.domain.procedures.digits import digits, number


def written_as_spoken(n: int) -> int:
    """Each spoken part is written out whole: three hundred and five is 3005."""
    parts = [digit * 10**place for place, digit in enumerate(digits(n)) if digit]
    return number(parts)


def written_without_zeros(n: int) -> int:
    """Places that are not spoken are left out: three hundred and five is 35."""
    return number(digit for digit in digits(n) if digit)


def written_last_two_swapped(n: int) -> int:
    """Tens and units change places: 345 is written 354."""
    units, tens = n % 10, n // 10 % 10
    return n - units - 10 * tens + 10 * units + tens


def digit_face_value(n: int, place: int) -> int:
    """A digit is worth itself wherever it stands: the 4 of 345 is 4; `place` is 1, 10, 100."""
    return n // place % 10


def digit_value_with_the_rest(n: int, place: int) -> int:
    """A digit's value takes in all that follows: the 4 of 345 is 45."""
    return n % (10 * place)


def digit_place_counted_from_left(n: int, place: int) -> int | None:
    """The first digit is taken for the units: the hundreds of 3457 are found at the 5."""
    order = list(reversed(digits(n)))
    at = len(str(place)) - 1
    return order[at] * place if at < len(order) else None


def rounding_always_down(n: int, place: int) -> int:
    """What follows is cut off: 347 to tens is 340."""
    return n // place * place


def rounding_always_up(n: int, place: int) -> int:
    """Anything over goes up: 341 to tens is 350."""
    return -(-n // place) * place


def rounding_in_steps(n: int, place: int) -> int:
    """First to tens, then to hundreds: 347 to hundreds is 400 by way of 350."""
    step = 10
    while step <= place:
        n = (n + step // 2) // step * step
        step *= 10
    return n


def rounding_keeps_the_rest(n: int, place: int) -> int:
    """The digit is rounded, what follows it stays: 347 to tens is 357."""
    rest = n % place
    return n + place if 2 * rest >= place else n


PROCEDURES = (
    written_as_spoken,
    written_without_zeros,
    written_last_two_swapped,
    digit_face_value,
    digit_value_with_the_rest,
    digit_place_counted_from_left,
    rounding_always_down,
    rounding_always_up,
    rounding_in_steps,
    rounding_keeps_the_rest,
)
