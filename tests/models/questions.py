"""One kind of question for each family of misconceptions: who asks it, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from models.domain.procedures import Value
from models.domain.procedures.digits import sign
from tests.models.rules import plain

Arguments = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """`ask` draws arguments, `answer` gives the right answer; `choices`: 0 where open."""

    ask: Callable[[Random], Arguments]
    answer: Callable[..., Value]
    choices: int = 0

    def right(self, arguments: Arguments) -> Value | None:
        return plain(self.answer(*arguments))


def _difference(r: Random) -> Arguments:
    """Three digits with zeros as often as not, the lower number shorter now and then."""
    while True:
        a = 100 * r.randint(1, 9) + 10 * r.choice((0, r.randint(0, 9))) + r.randint(0, 9)
        b = r.choice((r.randint(1, 99), r.randint(100, 999)))
        if b <= a:
            return a, b


def _fractions(r: Random) -> Arguments:
    d1, d2 = r.randint(2, 12), r.randint(2, 12)
    return r.randint(1, d1), d1, r.randint(1, d2), d2


def _unlike(r: Random) -> Arguments:
    while True:
        n1, d1, n2, d2 = _fractions(r)
        if n1 * d2 != n2 * d1 and n1 < d1 and n2 < d2:
            return n1, d1, n2, d2


def _decimal(r: Random, whole: int) -> tuple[Fraction, int]:
    places = r.randint(1, 4)
    behind = r.choice((r.randint(1, 9), r.randint(1, 10**places - 1)))
    return whole + Fraction(behind, 10**places), places


def _decimals(r: Random) -> Arguments:
    """Two decimals of the same whole part; now and then one goes on where the other ends."""
    whole = r.randint(0, 9)
    while True:
        a, pa = _decimal(r, whole)
        b, pb = _decimal(r, whole)
        if r.random() < 0.2:
            a, pa = Fraction(whole * 100 + r.randint(10, 99), 100), 2
            b, pb = a + Fraction(r.randint(1, 99), 10**4), 4
            a, pa, b, pb = r.choice(((a, pa, b, pb), (b, pb, a, pa)))
        if a != b:
            return a, pa, b, pb


def _sum_of_decimals(r: Random) -> Arguments:
    return *_decimal(r, r.randint(0, 9)), *_decimal(r, r.randint(0, 9))


def _rounded(r: Random) -> Arguments:
    """Every third of those to hundreds lie where rounding in steps goes astray."""
    if r.random() < 0.2:
        return 100 * r.randint(1, 99) + r.randint(45, 49), 100
    return r.randint(101, 9999), r.choice((10, 100))


def _integers(r: Random) -> Arguments:
    return r.randint(-12, 12), r.randint(-12, 12)


def _clock(r: Random) -> Arguments:
    return r.randint(1, 12), 5 * r.randint(0, 11)


def _duration(r: Random) -> Arguments:
    h1, length = r.randint(1, 9), r.randint(1, 35)
    start = 60 * h1 + 5 * r.randint(0, 11)
    end = start + 5 * length
    return *divmod(start, 60), *divmod(end, 60)


def _small(count: int, low: int = 2, high: int = 12) -> Callable[[Random], Arguments]:
    return lambda r: tuple(r.randint(low, high) for _ in range(count))


def _two_step(r: Random) -> Arguments:
    a, x, b = r.randint(2, 9), r.randint(1, 12), r.randint(1, 20)
    return a, b, a * x + b


def _compared(n1: int, d1: int, n2: int, d2: int) -> int:
    return sign(Fraction(n1, d1) - Fraction(n2, d2))


QUESTIONS = {
    "subtraction": Question(_difference, lambda a, b: a - b),
    "addition": Question(
        lambda r: (r.randint(11, 999), r.randint(11, 999)), lambda a, b: a + b
    ),
    "multiplication": Question(
        lambda r: (r.randint(11, 999), r.randint(3, 99)), lambda a, b: a * b
    ),
    "division": Question(lambda r: (r.randint(20, 999), r.randint(2, 9)), divmod),
    "number_writing": Question(lambda r: (r.randint(21, 9999),), lambda n: n),
    "digit_value": Question(
        lambda r: (r.randint(1000, 9999), r.choice((1, 10, 100, 1000))),
        lambda n, place: n // place % 10 * place,
    ),
    "rounding": Question(_rounded, lambda n, place: (n + place // 2) // place * place),
    "equal_sign": Question(
        lambda r: (r.randint(5, 20), r.randint(5, 20), r.randint(1, 9)),
        lambda a, b, c: a + b - c,
    ),
    "fraction_comparison": Question(_unlike, _compared, 3),
    "fraction_addition": Question(
        _fractions, lambda n1, d1, n2, d2: Fraction(n1, d1) + Fraction(n2, d2)
    ),
    "fraction_multiplication": Question(
        _fractions, lambda n1, d1, n2, d2: Fraction(n1 * n2, d1 * d2)
    ),
    "fraction_division": Question(
        _fractions, lambda n1, d1, n2, d2: Fraction(n1 * d2, d1 * n2)
    ),
    "equivalent_fractions": Question(_small(3), lambda n, d, k: n * k),
    "mixed_numbers": Question(_small(3, 2, 9), lambda w, n, d: Fraction(w * d + n, d)),
    "decimal_comparison": Question(_decimals, lambda a, pa, b, pb: sign(a - b), 3),
    "decimal_addition": Question(_sum_of_decimals, lambda a, pa, b, pb: a + b),
    "decimal_scaling": Question(
        lambda r: (_decimal(r, r.randint(0, 9))[0], r.randint(1, 2)),
        lambda a, k: a * 10**k,
    ),
    "fraction_as_decimal": Question(
        lambda r: (r.randint(1, 9), r.choice((2, 4, 5, 10, 20, 25, 50, 100))), Fraction
    ),
    "percent": Question(
        lambda r: (5 * r.randint(1, 19), 20 * r.randint(1, 20)),
        lambda p, q: Fraction(p * q, 100),
    ),
    "ratio": Question(_small(3), lambda a, b, c: Fraction(b * c, a)),
    "integer_comparison": Question(_integers, lambda a, b: sign(a - b), 3),
    "integer_addition": Question(_integers, lambda a, b: a + b),
    "integer_subtraction": Question(_integers, lambda a, b: a - b),
    "order_of_operations": Question(_small(4), lambda a, b, c, d: a - b + c * d),
    "brackets": Question(_small(3), lambda a, b, c: a * (b + c)),
    "substitution": Question(_small(3, 2, 9), lambda a, x, b: a * x + b),
    "like_terms": Question(_small(3), lambda a, b, c: (a + c, b)),
    "one_step_equation": Question(_small(2, 1, 40), lambda a, b: b - a),
    "two_step_equation": Question(_two_step, lambda a, b, c: Fraction(c - b, a)),
    "perimeter": Question(_small(2), lambda w, h: 2 * (w + h)),
    "area": Question(_small(2), lambda w, h: w * h),
    "clock_reading": Question(_clock, lambda h, m: (h, m)),
    "duration": Question(_duration, lambda h1, m1, h2, m2: 60 * (h2 - h1) + m2 - m1),
    "bar_chart": Question(
        lambda r: (r.randint(1, 20), r.choice((2, 4, 5, 10))), lambda height, step: height
    ),
}
