"""The right answer: it is there in every activity, and taken as right as it is displayed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from hub.kernels.answer import Conventions, check
from models.domain.answers import (
    NUMERIC,
    Answer,
    Choice,
    ExpressionAnswer,
    NumberLineAnswer,
    Order,
    Parts,
)
from models.domain.lint.subject import Asked, Subject
from models.domain.making import Made
from models.domain.pieces import Maths, Piece, Unit, Words, line, plain
from models.domain.showing import Showing
from models.domain.solution import chosen, right_answer, rule
from models.domain.widgets import MOST_TICKS, Line


def check_right(subject: Subject, asked: Asked, made: Made) -> None:
    """There is one right answer, and only one."""
    for path, answer in fields(asked):
        try:
            right_answer(answer, made)
            rule(answer, made)
            fault = _doubtful(answer, made)
        except ValueError as error:
            subject.count(path, "no right answer", made, detail=str(error))
            continue
        if fault:
            subject.count(path, fault, made)


def check_taken(subject: Subject, asked: Asked, showing: Showing) -> None:
    """The answer checker takes the right answer as this language displays it."""
    for path, answer in fields(asked):
        try:
            fault = _refused(answer, showing)
        except ValueError as error:
            subject.count(
                path, "not displayed", showing.made, tag=showing.locale.tag, detail=str(error)
            )
            continue
        if fault:
            what = "the right answer, typed as it is displayed, is not taken as right"
            subject.count(path, what, showing.made, tag=showing.locale.tag, detail=fault)


def fields(asked: Asked) -> Iterator[tuple[str, Answer]]:
    """The answer, or those of its parts, each with its path."""
    if isinstance(asked.answer, Parts):
        for at, part in enumerate(asked.answer.parts):
            yield f"{asked.path}.answer.parts[{at}].answer", part.answer
    else:
        yield f"{asked.path}.answer", asked.answer


def without_units(pieces: tuple[Piece, ...]) -> str:
    """What is displayed, but for the units beside the fields."""
    return "".join(
        piece.text
        if isinstance(piece, Words)
        else line([token for token in piece.tokens if not isinstance(token, Unit)])
        for piece in pieces
    )


def _doubtful(answer: Answer, made: Made) -> str:
    if isinstance(answer, Choice):
        count = len(chosen(answer, made))
        if answer.is_multiple:
            return "" if 0 < count < len(answer.options) else "all or none are right"
        return "" if count == 1 else f"{count} options are right, and one can be tapped"
    if isinstance(answer, Order) and answer.by != "given":
        values = {made.number(option.value) for option in answer.options}
        return "" if len(values) == len(answer.options) else "two options have one value"
    if isinstance(answer, NumberLineAnswer):
        return _off_the_line(answer, made)
    return ""


def _off_the_line(answer: NumberLineAnswer, made: Made) -> str:
    sources = (answer.value, answer.start, answer.end, answer.step)
    value, start, end, step = (Fraction(made.number(one)) for one in sources)
    if step <= 0 or end <= start:
        return "the line has no length"
    if (end - start) / step > MOST_TICKS - 1:
        return f"the line has more than {MOST_TICKS} places to tap"
    is_there = start <= value <= end and ((value - start) / step).denominator == 1
    return "" if is_there else "the right place is none where a tap can land"


def _refused(answer: Answer, showing: Showing) -> str:
    """Why the checker does not take what is displayed; empty where it does."""
    if isinstance(answer, NumberLineAnswer):
        return _no_tick(answer, showing)
    if not isinstance(answer, (*NUMERIC, ExpressionAnswer)):
        return ""
    solution = showing.solution(answer)
    has_unit = bool(getattr(answer, "unit", ""))
    given = "".join(line(piece.tokens) for piece in solution if isinstance(piece, Maths))
    given = given if has_unit else without_units(solution)
    how = rule(answer, showing.made)
    found = check(
        given,
        right_answer(answer, showing.made),
        form=how.form,
        unit=how.unit,
        places=how.places,
        tolerance=how.tolerance,
        conventions=Conventions(showing.locale.decimal, showing.locale.group),
    )
    why = f", {found.reason}" if found.reason else ""
    return "" if found.verdict == "right" else f"'{given}' is {found.verdict}{why}"


def _no_tick(answer: NumberLineAnswer, showing: Showing) -> str:
    right = right_answer(answer, showing.made)
    widget = showing.widget(answer)
    if not isinstance(widget, Line) or all(tick.value != right for tick in widget.ticks):
        return f"no tick is worth {right}"
    given = without_units(showing.solution(answer))
    read = Conventions(showing.locale.decimal, showing.locale.group)
    if check(given, right, conventions=read).verdict != "right":
        return f"it is displayed as '{given}', and the tick is worth {right}"
    return _twice_labelled(widget)


def _twice_labelled(widget: Line) -> str:
    """Labels that are rounded to the same; empty where each stands for one place."""
    labels = [plain(tick.label) for tick in widget.ticks if tick.label]
    twice = next((one for one in labels if labels.count(one) > 1), "")
    return f"two ticks are labelled '{twice}'" if twice else ""
