"""Answers of learners: read, compared with the expected one exactly, their form judged.

Numbers (whole, decimal, fractions, mixed, percent), surds, powers, formulas, equations and
inequalities, sets, intervals, pairs, matrices, ratios, quantities with units and money, in the
digits of every script. Nothing is ever run. Names are one letter; `i` is the imaginary unit,
`1/2x` is half of x, `log` has base 10. `1:15` is a ratio, or a time where the unit is "clock";
where 1/15 is expected it is "ambiguous", since `:` divides in some schools.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from hub._core.answer import MOST_SIGNS, Checker
from hub._core.answer import same as _same
from models.domain.answers import Form

__all__ = [
    "MOST_SIGNS",
    "PLAIN",
    "Checked",
    "Conventions",
    "Form",
    "Unread",
    "Verdict",
    "check",
    "check_batch",
    "read",
    "same",
]

Verdict = Literal["right", "wrong_form", "wrong", "unreadable", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a locale writes numbers: its decimal sign and what parts groups ("" for nothing).

    The digits of every script, `٫`, `٬` and no-break spaces are always read.
    """

    decimal: str
    group: str


#: 1234.5, as the expected answers are written.
PLAIN = Conventions(".", "")


@dataclass(frozen=True, slots=True)
class Checked:
    """What an answer is, and why.

    `at`: the place, in code points, of what cannot be read; -1 without one. `reason`: a fixed
    word, empty where there is nothing to add. "ambiguous" is an answer that is right only when
    its commas, dots or fraction bar are read as the learner's locale does not: ask, never mark
    it wrong.
    """

    verdict: Verdict
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What cannot be read: its place in code points (-1 without one), and why."""

    at: int
    reason: str


def check(
    given: str,
    expected: str,
    *,
    form: Form = "any",
    unit: str = "",
    places: int | None = None,
    tolerance: str = "",
    conventions: Conventions = PLAIN,
) -> Checked:
    """What `given` is when `expected`, in plain notation, is right.

    `unit`: the unit that the answer must be in ("cm", "km/h", "%", "$"; "clock" for a time of
    day); without it any that converts into the expected one will do. `places`: decimal places
    that must be written; the expected value is then rounded to them, halves away from zero.
    `tolerance`: how far a measured value may lie off, in the expected unit. Raises ValueError
    for an expected answer, a unit or a tolerance that cannot be read.
    """
    checker = _checker(form, unit, places, tolerance, conventions)
    return _checked(checker.check(given, expected))


def check_batch(
    given: Sequence[str],
    expected: Sequence[str],
    *,
    form: Form = "any",
    unit: str = "",
    places: int | None = None,
    tolerance: str = "",
    conventions: Conventions = PLAIN,
) -> list[Checked]:
    """`check` for as many answers as there are, each with its expected one.

    An expected answer is read once for all that follow one another with it.
    """
    checker = _checker(form, unit, places, tolerance, conventions)
    return [_checked(row) for row in checker.check_batch(given, expected)]


def read(text: str, conventions: Conventions = PLAIN) -> str | Unread:
    """What was understood, in plain notation: one text for answers that come out the same.

    Equal texts are equal values; units are shown as metres, grams, seconds. Formulas that could
    still be cancelled may have several texts.
    """
    found, at, reason = _checker("any", "", None, "", conventions).read(text)
    return Unread(at, reason) if found is None else found


def same(a: str, b: str) -> bool:
    """Whether two answers in plain notation have one value; raises ValueError as `check`."""
    return _same(a, b)


@lru_cache(maxsize=256)
def _checker(
    form: str, unit: str, places: int | None, tolerance: str, conventions: Conventions
) -> Checker:
    return Checker(
        form=form,
        unit=unit,
        places=places,
        tolerance=tolerance,
        decimal=conventions.decimal,
        group=conventions.group,
    )


def _checked(row: tuple[str, int, str]) -> Checked:
    verdict, at, reason = row
    return Checked(cast("Verdict", verdict), at, reason)
