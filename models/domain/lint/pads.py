"""Pads of keys: whoever follows a wrong rule can type what it leads to."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from models.domain.answers import NUMERIC, Answer, Key, Parts
from models.domain.functions import Value
from models.domain.lint.subject import Asked, Subject
from models.domain.locales import finite_places
from models.domain.showing import Showing
from models.domain.solution import bug_value
from models.domain.widgets import NumberField

#: Activities that are looked at, as many as wrong rules are compared in.
LOOKED_AT = 40
_FRACTION = "'fraction'"
_EITHER = "'fraction' or 'decimal'"


def check_pads(subject: Subject, asked: Asked, showings: list[Showing]) -> None:
    """Notes each rule whose answer needs a key that the pad does not offer."""
    if not any(isinstance(one, NUMERIC) for one in _fields(asked.answer)):
        return
    for n, bug in enumerate(asked.bugs):
        if bug.misconception not in subject.source.pack.misconceptions:
            continue
        missing: Counter[str] = Counter()
        shows = 0
        for showing in showings[:LOOKED_AT]:
            try:
                value = bug_value(bug, showing.made, subject.source.pack)
                found = {} if value is None else _missing(asked.answer, value, showing)
            except ValueError:  # told where wrong answers are worked out
                continue
            shows += value is not None
            missing.update(found)
        _tell(subject, f"{asked.path}.bugs[{n}]", bug.misconception, missing, shows)


def _tell(subject: Subject, path: str, name: str, missing: Counter[str], shows: int) -> None:
    if _FRACTION in missing:
        missing[_FRACTION] += missing.pop(_EITHER, 0)
    for key, times in sorted(missing.items()):
        message = (
            f"what '{name}' leads to cannot be typed in {times} of {shows} activities: add "
            f"{key} to the answer's 'keys'"
        )
        if times == shows:
            subject.error(path, message)
        else:
            subject.warning(path, message)


def _missing(answer: Answer, value: Value, showing: Showing) -> set[str]:
    """The keys that a learner would look for in vain."""
    values = value if isinstance(value, tuple) else (value,)
    found: set[str] = set()
    for field, one in zip(_fields(answer), values, strict=False):
        widget = showing.widget(field) if isinstance(field, NUMERIC) else None
        if isinstance(widget, NumberField) and isinstance(one, int | Fraction):
            found |= _needed(Fraction(one), widget.keys)
    return found


def _needed(value: Fraction, keys: tuple[Key, ...]) -> set[str]:
    needed = {"'minus'"} if value < 0 and "minus" not in keys else set()
    if value.denominator == 1 or "fraction" in keys:
        return needed
    is_finite = finite_places(value) is not None
    if is_finite and "decimal" in keys:
        return needed
    if "percent" in keys and (value * 100).denominator == 1:
        return needed
    return needed | {_EITHER if is_finite else _FRACTION}


def _fields(answer: Answer) -> tuple[Answer, ...]:
    return tuple(one.answer for one in answer.parts) if isinstance(answer, Parts) else (answer,)
