"""Makes an activity: a template's variables from a seed, always the same ones."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from models.domain.draws import Draws
from models.domain.faults import PackFault
from models.domain.functions import Value
from models.domain.language import LanguageFault, expression, parsed
from models.domain.template import Template

#: Tries until `where` holds; one draw in fifty that fits is still found in all but 2 of 100,
#: and the checks of a pack refuse what misses once in 200 seeds.
TRIES = 400
#: A drawn list to choose from; a range may hold more.
LONGEST_LIST = 100
#: Digits of a number that needs no expression: far below what an expression may hold.
_SHORT = 9


@dataclass(frozen=True, slots=True)
class Made:
    """An activity's variables by name; `seed` also decides how options are shuffled."""

    template: Template
    seed: int
    values: Mapping[str, Value]

    def value(self, source: str) -> Value:
        """What the expression `source` is worth here."""
        return expression(source)(self.values)

    def number(self, source: str) -> int | Fraction:
        """The number that `source` is worth; LanguageFault where it is none."""
        found = self.value(source)
        if not isinstance(found, int | Fraction) or isinstance(found, bool):
            raise LanguageFault(f"'{source}' is {found!r}, not a number")
        return found


def make(template: Template, seed: int) -> Made:
    """The activity that `seed` makes of `template`; PackFault where it has none."""
    draws = Draws(seed)
    for _ in range(TRIES):
        values = _drawn(template, draws)
        try:
            if all(expression(test)(values) for test in template.where):
                return Made(template, seed, values)
        except LanguageFault as error:
            raise PackFault(f"{template.id}.where: {error}") from error
    raise PackFault(f"{template.id}: no draw of {TRIES} fits its 'where'")


@dataclass(frozen=True, slots=True)
class _Range:
    low: str | int
    high: str | int
    step: str | int

    def draw(self, draws: Draws, values: Mapping[str, Value]) -> Value:
        low, high, step = (_end(one, values) for one in (self.low, self.high, self.step))
        if step <= 0 or high < low:
            raise LanguageFault(f"{low} to {high} by {step} holds no number")
        value = low + draws.between(0, (high - low) // step) * step
        return value.numerator if value.denominator == 1 else value


@dataclass(frozen=True, slots=True)
class _Pick:
    sources: tuple[str, ...]

    def draw(self, draws: Draws, values: Mapping[str, Value]) -> Value:
        chosen = self.sources[draws.between(0, len(self.sources) - 1)]
        return expression(chosen)(values)


@lru_cache(maxsize=4096)
def drawing(source: str) -> _Range | _Pick:
    """What a variable is drawn from: `range(low, high[, step])` or `pick(one, other, ...)`."""
    node: Any = parsed(source)
    name = getattr(getattr(node, "func", None), "id", "")
    arguments = tuple(ast.unparse(one) for one in getattr(node, "args", ()))
    if name == "range" and 2 <= len(arguments) <= 3:
        low, high, step = (
            int(one) if one.isdecimal() and len(one) <= _SHORT else one
            for one in (*arguments, "1")[:3]
        )
        return _Range(low, high, step)
    if name == "pick" and 1 <= len(arguments) <= LONGEST_LIST:
        return _Pick(arguments)
    raise LanguageFault(f"'{source}' is neither range(low, high) nor pick(one, other, ...)")


def _drawn(template: Template, draws: Draws) -> dict[str, Value]:
    values: dict[str, Value] = {}
    try:
        for name, source in template.draw.items():
            values[name] = drawing(source).draw(draws, values)
        for name, source in template.let.items():
            values[name] = expression(source)(values)
    except LanguageFault as error:
        raise PackFault(f"{template.id}: {error}") from error
    return values


def _end(one: str | int, values: Mapping[str, Value]) -> int | Fraction:
    return one if isinstance(one, int) else _exact(expression(one)(values))


def _exact(value: Value) -> int | Fraction:
    if not isinstance(value, int | Fraction) or isinstance(value, bool):
        raise LanguageFault(f"{value!r} is no number to draw from")
    return value
