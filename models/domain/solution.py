"""What answers an activity: the right one, and those that known misconceptions lead to.

All in plain notation (ASCII digits, a point, no groups), as the answer checker reads it;
options by their ids: `b`, in order `c,a,b`, matched `1=1,2=2`, several fields `x=3;y=4`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from models.domain.answers import (
    NUMERIC,
    Answer,
    Choice,
    ExpressionAnswer,
    Form,
    Logged,
    Match,
    NumberLineAnswer,
    Option,
    Order,
    Parts,
)
from models.domain.faults import PackFault
from models.domain.functions import Value
from models.domain.language import LanguageFault, expression
from models.domain.making import Made
from models.domain.pack import Misconception, Pack
from models.domain.template import Bug

_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """How a typed answer is compared with the right one."""

    form: Form = "any"
    unit: str = ""
    places: int | None = None
    tolerance: str = ""


def right_answer(answer: Answer, made: Made) -> str:
    """The right answer to `answer` in this activity; PackFault where it has none."""
    try:
        return _right(answer, made)
    except LanguageFault as error:
        raise PackFault(f"{made.template.id}.answer: {error}") from error


def rule(answer: Answer, made: Made) -> Rule:
    """How an answer that is typed is compared, the plain rule for all others; or PackFault."""
    if isinstance(answer, NUMERIC):
        try:
            off = made.number(answer.tolerance)
        except LanguageFault as error:
            raise PackFault(f"{made.template.id}.answer.tolerance: {error}") from error
        return Rule(answer.form, answer.unit, answer.places, number_text(off) if off else "")
    if isinstance(answer, ExpressionAnswer):
        return Rule(answer.form)
    return Rule()


def is_typed(answer: Answer) -> bool:
    """Whether the answer is text that has to be read, not the ids of options."""
    return isinstance(answer, (*NUMERIC, ExpressionAnswer, NumberLineAnswer))


def bug_answers(
    bugs: tuple[Bug, ...], answer: Answer, made: Made, pack: Pack
) -> Iterator[tuple[str, str]]:
    """Each misconception that shows itself here, with the answer that it leads to.

    One whose rule cannot be worked out here does not show itself; `check_answers` refuses it.
    """
    for bug in bugs:
        try:
            value = bug_value(bug, made, pack)
            wrong = None if value is None else as_answer(answer, value)
        except ValueError:
            # Told by the check of the pack; here a child has answered, and that counts.
            continue
        if wrong is not None:
            yield bug.misconception, wrong
    for option in _options(answer):
        if option.misconception:
            yield option.misconception, option.id


def check_answers(made: Made, pack: Pack) -> None:
    """Raises PackFault where an answer, right or wrong, to the whole or a step has no value."""
    template = made.template
    asked = [(template.answer, template.bugs)]
    asked += [(step.answer, step.bugs) for step in template.steps]
    for answer, bugs in asked:
        right_answer(answer, made)
        for field in [one.answer for one in answer.parts] if isinstance(answer, Parts) else []:
            rule(field, made)
        rule(answer, made)
        _check_bugs(bugs, answer, made, pack)


def other_answers(answer: Answer) -> list[str]:
    """The ids that someone who guesses would tap; none where an answer is typed."""
    if isinstance(answer, Choice):
        return [option.id for option in answer.options]
    if isinstance(answer, Order):
        return [",".join(option.id for option in answer.options)]
    return []


def bug_value(bug: Bug, made: Made, pack: Pack) -> Value:
    """What the wrong rule gives here; None where it does not apply."""
    if bug.misconception not in pack.misconceptions:
        raise _no_misconception(bug.misconception, made)
    try:
        if bug.value:
            return made.value(bug.value)
        return _applied(pack.misconceptions[bug.misconception], bug, made)
    except LanguageFault as error:
        raise PackFault(f"{made.template.id}, {bug.misconception}: {error}") from error


def as_answer(answer: Answer, value: Value) -> str:
    """`value` as a learner would answer it."""
    if isinstance(value, tuple):
        texts = [as_answer(answer, one) for one in value]
        if isinstance(answer, Parts):
            named = zip(answer.parts, texts, strict=False)
            return ";".join(f"{part.id}={text}" for part, text in named)
        return ",".join(sorted(texts) if isinstance(answer, Choice) else texts)
    return value if isinstance(value, str) else number_text(value)


def number_text(value: Value) -> str:
    """A number as the checker reads it: `-2`, `3/4`."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise LanguageFault(f"{value!r} is no number")
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{exact.numerator}/{exact.denominator}"


def algebra(text: str, made: Made) -> str:
    """`text` with its slots worked out: `{a}x + {b}` becomes `(3)x + (-2)`."""
    return _SLOT.sub(lambda slot: f"({as_answer(Logged(), made.value(slot[1]))})", text)


def slots_filled(text: str, made: Made) -> str:
    """`text` with each slot worked out, numbers in plain notation: for keys, `fruit.{k}`."""
    return _SLOT.sub(lambda slot: as_answer(Logged(), made.value(slot[1])), text)


def ordered(answer: Order, made: Made) -> tuple[str, ...]:
    """The ids of the options in their right order."""
    options = list(answer.options)
    if answer.by != "given":
        options.sort(key=lambda one: made.number(one.value), reverse=answer.by == "descending")
    return tuple(one.id for one in options)


def chosen(answer: Choice, made: Made) -> tuple[str, ...]:
    """The ids of the options that are right, sorted."""
    value = made.value(answer.right)
    ids = value if isinstance(value, tuple) else (value,)
    known = {option.id for option in answer.options}
    for one in ids:
        if one not in known:
            raise LanguageFault(f"'{answer.right}' gives {one!r}, which is no option")
    return tuple(sorted(str(one) for one in ids))


def _check_bugs(bugs: tuple[Bug, ...], answer: Answer, made: Made, pack: Pack) -> None:
    for bug in bugs:
        value = bug_value(bug, made, pack)
        try:
            if value is not None:
                as_answer(answer, value)
        except LanguageFault as error:
            raise PackFault(f"{made.template.id}, {bug.misconception}: {error}") from error
    for option in _options(answer):
        if option.misconception not in ("", *pack.misconceptions):
            raise _no_misconception(option.misconception, made)


def _no_misconception(name: str, made: Made) -> PackFault:
    return PackFault(f"{made.template.id}: there is no misconception '{name}'")


def _right(answer: Answer, made: Made) -> str:
    if is_typed(answer):
        return _typed(answer, made)
    if isinstance(answer, Choice):
        return ",".join(chosen(answer, made))
    if isinstance(answer, Order):
        return ",".join(ordered(answer, made))
    if isinstance(answer, Match):
        return ",".join(f"{pair.id}={pair.id}" for pair in answer.pairs)
    if isinstance(answer, Parts):
        return ";".join(f"{part.id}={_right(part.answer, made)}" for part in answer.parts)
    return "1"


def _typed(answer: Answer, made: Made) -> str:
    if isinstance(answer, ExpressionAnswer):
        return algebra(answer.value, made)
    number = number_text(made.number(getattr(answer, "value", "")))
    unit = getattr(answer, "unit", "")
    return f"{number} {unit}" if unit else number


def _applied(misconception: Misconception, bug: Bug, made: Made) -> Value:
    given = [made.value(source) for source in bug.arguments]
    if len(given) != len(misconception.arguments):
        raise LanguageFault(f"its rule takes {len(misconception.arguments)} arguments")
    return expression(misconception.rule)(
        dict(zip(misconception.arguments, given, strict=True))
    )


def _options(answer: Answer) -> tuple[Option, ...]:
    return answer.options if isinstance(answer, Choice) else ()
