"""The fields of an activity as QTI 3.0 interactions, with the values that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from models.domain.answers import Answer, NumberLineAnswer, Parts
from models.domain.exchange.mathml import written
from models.domain.exchange.report import Refused
from models.domain.locales import finite_places
from models.domain.making import Made
from models.domain.pieces import Piece, Words
from models.domain.solution import right_answer, rule
from models.domain.widgets import (
    Choices,
    Fields,
    Line,
    Matching,
    NumberField,
    Ordering,
    Shown,
    TextField,
    Widget,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One interaction; `right` are the values of its response, as QTI writes them."""

    identifier: str
    cardinality: str
    base_type: str
    right: tuple[str, ...]
    markup: str
    tolerance: str = ""

    def value_of(self, answer: str) -> tuple[str, ...]:
        """`answer` (in plain notation) as values of this response; Refused where it is none."""
        return _values(self, answer)


def fields(answer: Answer, widget: Widget, made: Made) -> list[Field]:
    """The interactions of an answer, one for each field; Refused for what QTI cannot ask."""
    if isinstance(answer, Parts) and isinstance(widget, Fields):
        return [
            _field(one.answer, shown.widget, made, f"RESPONSE_{one.id}", shown.label)
            for one, shown in zip(answer.parts, widget.parts, strict=True)
        ]
    return [_field(answer, widget, made, "RESPONSE", ())]


def html(pieces: Iterable[Piece]) -> str:
    """Words and mathematics as they stand in a QTI body."""
    return "".join(
        escape(one.text) if isinstance(one, Words) else written(one.tokens) for one in pieces
    )


def _field(
    answer: Answer, widget: Widget, made: Made, name: str, label: Sequence[Piece]
) -> Field:
    right = right_answer(answer, made)
    match widget:
        case NumberField() | TextField():
            field = _typed(answer, widget, made, name, right)
        case Choices():
            field = _choice(widget, name)
        case Ordering(options=options):
            body = _choices(options)
            field = _of("order", name, "ordered", "identifier", f' shuffle="false">{body}')
        case Matching(left=left, right=rights):
            field = _matching(name, left, rights)
        case Line() if isinstance(answer, NumberLineAnswer):
            field = _line(answer, widget, made, name)
        case _:
            raise Refused("the item", "shows nothing: it is of a response log")
    values = _values(field, right)
    markup = _labelled(label, field.markup)
    return Field(name, field.cardinality, field.base_type, values, markup, field.tolerance)


def _labelled(label: Sequence[Piece], markup: str) -> str:
    """A label stands before a field in a line, and above one that is a block."""
    if not label:
        return markup
    if markup.startswith("<p>"):
        return f"<p>{html(label)} {markup[3:]}"
    return f"<p>{html(label)}</p>{markup}"


def _typed(
    answer: Answer, widget: NumberField | TextField, made: Made, name: str, right: str
) -> Field:
    kind = str(answer.__struct_config__.tag)
    how = rule(answer, made)
    told = {"kind": kind, "form": how.form, "unit": how.unit}
    told |= {"places": "" if how.places is None else str(how.places)}
    extra = "".join(f' data-{key}="{escape(value)}"' for key, value in told.items() if value)
    unit = f" {escape(widget.unit)}" if isinstance(widget, NumberField) and widget.unit else ""
    markup = (
        f'<p><qti-text-entry-interaction response-identifier="{name}" '
        f'expected-length="{max(4, len(right) + 2)}"{extra}/>{unit}</p>'
    )
    base = "string" if isinstance(widget, TextField) or how.unit else _base(right, kind)
    return Field(name, "single", base, (), markup, _off(how.tolerance, base))


def _base(right: str, kind: str) -> str:
    """The type of a number: the simplest that holds it as it will be typed."""
    if kind == "whole":
        return "integer"
    return (
        "float"
        if kind == "decimal" and finite_places(Fraction(right)) is not None
        else "string"
    )


def _off(tolerance: str, base: str) -> str:
    return _decimal(Fraction(tolerance)) if tolerance and base != "string" else ""


def _choice(widget: Choices, name: str) -> Field:
    most = 0 if widget.is_multiple else 1
    kind = "multiple" if widget.is_multiple else "single"
    body = f' shuffle="false" max-choices="{most}">{_choices(widget.options)}'
    return _of("choice", name, kind, "identifier", body)


def _matching(name: str, left: Sequence[Shown], right: Sequence[Shown]) -> Field:
    sets = "".join(
        "<qti-simple-match-set>"
        + "".join(
            f'<qti-simple-associable-choice identifier="{side}_{one.id}" match-max="1">'
            f"{html(one.pieces)}</qti-simple-associable-choice>"
            for one in shown
        )
        + "</qti-simple-match-set>"
        for side, shown in (("left", left), ("right", right))
    )
    body = f' shuffle="false" max-associations="{len(left)}">{sets}'
    return _of("match", name, "multiple", "directedPair", body)


def _line(answer: NumberLineAnswer, widget: Line, made: Made, name: str) -> Field:
    """A slider; where its places are no finite decimals, a choice among them."""
    start, end, step = (
        Fraction(made.number(one)) for one in (answer.start, answer.end, answer.step)
    )
    if any(finite_places(one) is None for one in (start, end, step)):
        raise Refused("number line", "a slider of QTI has no places in such parts")
    base = "integer" if {start.denominator, step.denominator} == {1} else "float"
    body = (
        f' lower-bound="{_decimal(start)}" upper-bound="{_decimal(end)}" '
        f'step="{_decimal(step)}" step-label="{str(len(widget.ticks) <= 12).lower()}">'
    )
    return _of("slider", name, "single", base, body)


def _of(kind: str, name: str, cardinality: str, base: str, body: str) -> Field:
    tag = f"qti-{kind}-interaction"
    markup = f'<{tag} response-identifier="{name}"{body}</{tag}>'
    return Field(name, cardinality, base, (), markup)


def _choices(options: Sequence[Shown]) -> str:
    return "".join(
        f'<qti-simple-choice identifier="id_{one.id}">{html(one.pieces)}</qti-simple-choice>'
        for one in options
    )


def _values(field: Field, answer: str) -> tuple[str, ...]:
    match field.base_type:
        case "identifier":
            return tuple(f"id_{one}" for one in answer.split(",") if one)
        case "directedPair":
            pairs = (one.split("=") for one in answer.split(","))
            return tuple(f"left_{left} right_{right}" for left, right in pairs)
        case "string":
            return (answer,)
    try:
        value = Fraction(answer)
    except (ValueError, ZeroDivisionError) as error:
        raise Refused(f"answer '{answer}'", "is no number here") from error
    is_integer = field.base_type == "integer"
    if finite_places(value) is None or (is_integer and value.denominator != 1):
        raise Refused(f"answer '{answer}'", f"is no {field.base_type}")
    return (_decimal(value),)


def _decimal(value: Fraction) -> str:
    places = finite_places(value) or 0
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    told = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{told}" if value < 0 else told
