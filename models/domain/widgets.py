"""The fields in which an activity is answered, worked out for one language."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import msgspec

from models.domain.answers import (
    NUMERIC,
    Answer,
    Choice,
    ExpressionAnswer,
    Key,
    Match,
    Mixed,
    NumberLineAnswer,
    Option,
    Order,
    Part,
    Parts,
)
from models.domain.draws import Draws
from models.domain.language import LanguageFault
from models.domain.pieces import Maths, Piece, Words
from models.domain.solution import chosen, number_text, ordered
from models.domain.writing import Pieces, Writing

#: From a left one to its right one, where words run that way.
_ARROWS: Final = {"ltr": " \N{RIGHTWARDS ARROW} ", "rtl": " \N{LEFTWARDS ARROW} "}
#: Shuffled apart from what the template draws.
_SHUFFLE = 0x5DEECE66D
#: A line with more places to tap has none that a finger could hit.
MOST_TICKS = 201


class _Widget(msgspec.Struct, frozen=True, tag_field="kind", kw_only=True, omit_defaults=True):
    pass


class NumberField(_Widget, frozen=True, tag="number", kw_only=True):
    """One number; `keys` are those that its pad needs beside digits, `unit` stands beside."""

    keys: tuple[Key, ...] = ()
    unit: str = ""


class TextField(_Widget, frozen=True, tag="expression", kw_only=True):
    """An expression; `letters` are the variables in it."""

    letters: tuple[str, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An option as it is read; `id` is what is sent."""

    id: str
    pieces: tuple[Piece, ...]


class Choices(_Widget, frozen=True, tag="choice", kw_only=True):
    """One of these, or all that are right."""

    options: tuple[Shown, ...]
    is_multiple: bool = False


class Ordering(_Widget, frozen=True, tag="order", kw_only=True):
    """These, to be put in order."""

    options: tuple[Shown, ...]


class Matching(_Widget, frozen=True, tag="match", kw_only=True):
    """Each on the left belongs to one on the right."""

    left: tuple[Shown, ...]
    right: tuple[Shown, ...]


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A place on a line where a tap can land; `label` is empty where none is written."""

    value: str
    label: tuple[Piece, ...] = ()


class Line(_Widget, frozen=True, tag="number_line", kw_only=True):
    """A number line to tap on, its ticks from left to right."""

    ticks: tuple[Tick, ...]


class PartField(msgspec.Struct, frozen=True, kw_only=True):
    """One of several fields, with the words before it."""

    id: str
    label: tuple[Piece, ...]
    widget: NumberField | TextField | Choices | Line


class Fields(_Widget, frozen=True, tag="parts", kw_only=True):
    """Several fields that are right together."""

    parts: tuple[PartField, ...]


class Switch(_Widget, frozen=True, tag="logged", kw_only=True):
    """`1` or `0`: an item of a response log."""


Widget = NumberField | TextField | Choices | Ordering | Matching | Line | Fields | Switch


def widget(writing: Writing, answer: Answer, maths: Mapping[str, str]) -> Widget:
    """The fields for `answer`; `maths` are notations of the step that asks."""
    if isinstance(answer, Choice):
        shown = _options(writing, answer.options, maths)
        options = shown if answer.is_ordered else _shuffled(writing, shown, 1)
        return Choices(options=options, is_multiple=answer.is_multiple)
    if isinstance(answer, Order):
        return Ordering(options=_unsolved(writing, answer, maths))
    if isinstance(answer, Match):
        left = tuple(_option(writing, one.left, maths, one.id) for one in answer.pairs)
        right = tuple(_option(writing, one.right, maths, one.id) for one in answer.pairs)
        return Matching(left=left, right=_shuffled(writing, right, 2))
    if isinstance(answer, Parts):
        return Fields(parts=tuple(_part(writing, one, maths) for one in answer.parts))
    return _field(writing, answer)


def solution(writing: Writing, answer: Answer) -> Pieces:
    """The right answer as it is written in the learner's language."""
    if isinstance(answer, NUMERIC):
        return (_number(writing, answer),)
    if isinstance(answer, NumberLineAnswer):
        return (writing.maths(_place(writing, answer, answer.value)),)
    if isinstance(answer, ExpressionAnswer):
        return (writing.maths(answer.value),)
    return _chosen(writing, answer)


def _chosen(writing: Writing, answer: Answer) -> Pieces:
    if isinstance(answer, Choice):
        return _listed(writing, answer.options, chosen(answer, writing.made))
    if isinstance(answer, Order):
        return _listed(writing, answer.options, ordered(answer, writing.made))
    if isinstance(answer, Match):
        return _matched(writing, answer)
    if isinstance(answer, Parts):
        return _joined(writing, [_labelled(writing, part) for part in answer.parts])
    return (Words("1"),)


def _number(writing: Writing, answer: Answer) -> Maths:
    value, places = getattr(answer, "value", ""), getattr(answer, "places", None)
    form = getattr(answer, "form", "any")
    unit = getattr(answer, "unit", "") or getattr(answer, "shown_unit", "")
    how = {"mixed": ":mixed", "decimal": f":d{places or ''}", "percent": ":percent"}.get(form)
    return writing.maths(f"{{{value}{how or ''}}}" + (f" [{unit}]" if unit else ""))


def _field(writing: Writing, answer: Answer) -> Widget:
    if isinstance(answer, NUMERIC):
        beside = writing.texts.unit(answer.shown_unit) if answer.shown_unit else ""
        return NumberField(keys=_keys(writing, answer), unit=beside)
    if isinstance(answer, ExpressionAnswer):
        letters = sorted({one for one in _outside_slots(answer.value) if one.isalpha()})
        return TextField(letters=tuple(letters))
    if isinstance(answer, NumberLineAnswer):
        return Line(ticks=_ticks(writing, answer))
    return Switch()


def _keys(writing: Writing, answer: Answer) -> tuple[Key, ...]:
    value, form = writing.made.number(getattr(answer, "value", "")), getattr(answer, "form", "")
    keys: list[Key] = ["minus"] if _can_be_negative(writing) or value < 0 else []
    if form == "decimal":
        keys.append("decimal")
    elif isinstance(answer, Mixed) or form == "mixed":
        keys += ["fraction", "mixed"]
    elif form == "percent":
        keys.append("percent")
    elif form == "any":
        # More than one whole may be typed as 1 1/6, too.
        keys += ["fraction", "mixed", "decimal"]
    elif form != "whole":
        keys += ["fraction", "decimal"]
    return tuple(dict.fromkeys((*keys, *getattr(answer, "keys", ()))))


def _can_be_negative(writing: Writing) -> bool:
    """The key must not give the sign away: a template whose numbers go below 0 has it."""
    sources = [*writing.made.template.draw.values(), *writing.made.template.let.values()]
    return any("-" in source and "range(-" in source.replace(" ", "") for source in sources)


def _ticks(writing: Writing, answer: NumberLineAnswer) -> tuple[Tick, ...]:
    made = writing.made
    start, end = Fraction(made.number(answer.start)), Fraction(made.number(answer.end))
    step = Fraction(made.number(answer.step))
    if step <= 0 or end <= start:
        raise LanguageFault("the line has no length")
    if (end - start) / step > MOST_TICKS - 1:
        raise LanguageFault(f"the line has more than {MOST_TICKS} places to tap")
    values = [start + at * step for at in range(int((end - start) / step) + 1)]
    return tuple(
        Tick(
            value=number_text(value),
            label=(writing.maths(_place(writing, answer, _source(value))),)
            if at % answer.label_every == 0
            else (),
        )
        for at, value in enumerate(values)
    )


def _place(writing: Writing, answer: NumberLineAnswer, source: str) -> str:
    """The notation of a place on the line."""
    if answer.denominator:
        bottom = writing.made.number(answer.denominator)
        if bottom <= 0:
            raise LanguageFault(f"{bottom} is no denominator")
        top = writing.made.number(source) * bottom
        if top % bottom and top == int(top):
            return f"{{{int(top)}}}//{{{bottom}}}"
    return f"{{{source}:{answer.form}}}" if answer.form else f"{{{source}}}"


def _source(value: Fraction) -> str:
    return f"{value.numerator} / {value.denominator}"


def _options(
    writing: Writing, options: tuple[Option, ...], maths: Mapping[str, str]
) -> tuple[Shown, ...]:
    return tuple(_option(writing, one, maths, one.id) for one in options)


def _option(writing: Writing, option: Option, maths: Mapping[str, str], sent: str) -> Shown:
    pieces: Pieces = ()
    if option.text:
        pieces += writing.text(option.text, maths)
    if option.maths:
        pieces += (writing.maths(option.maths),)
    return Shown(id=sent, pieces=pieces)


def _shuffled(writing: Writing, shown: tuple[Shown, ...], salt: int) -> tuple[Shown, ...]:
    draws = Draws(writing.made.seed * 7 + salt + _SHUFFLE)
    return tuple(shown[at] for at in draws.shuffled(len(shown)))


def _unsolved(writing: Writing, answer: Order, maths: Mapping[str, str]) -> tuple[Shown, ...]:
    """Shuffled, and never in the right order already."""
    shown = _options(writing, answer.options, maths)
    right = ordered(answer, writing.made)
    for salt in range(3, 20):
        mixed = _shuffled(writing, shown, salt)
        if tuple(one.id for one in mixed) != right:
            return mixed
    return tuple(reversed(shown))


def _part(writing: Writing, part: Part, maths: Mapping[str, str]) -> PartField:
    label = writing.text(part.text, maths) if part.text else ()
    own = widget(writing, part.answer, maths)
    if not isinstance(own, NumberField | TextField | Choices | Line):
        raise TypeError(f"a part cannot be answered by {type(own).__name__}")
    return PartField(id=part.id, label=label, widget=own)


def _listed(writing: Writing, options: tuple[Option, ...], ids: tuple[str, ...]) -> Pieces:
    by_id = {one.id: one for one in options}
    return _joined(writing, [_option(writing, by_id[one], {}, one).pieces for one in ids])


def _matched(writing: Writing, answer: Match) -> Pieces:
    sides = [
        (_option(writing, one.left, {}, "").pieces, _option(writing, one.right, {}, "").pieces)
        for one in answer.pairs
    ]
    arrow = Words(_ARROWS[writing.locale.direction])
    return _joined(writing, [(*left, arrow, *right) for left, right in sides])


def _labelled(writing: Writing, part: Part) -> Pieces:
    label = writing.text(part.text) if part.text else ()
    return (*label, *([Words(" ")] if label else []), *solution(writing, part.answer))


def _joined(writing: Writing, parts: list[Pieces]) -> Pieces:
    joined: list[Piece] = []
    for part in parts:
        joined += [Words(f"{writing.locale.list_separator} ")] if joined else []
        joined += part
    return tuple(joined)


def _outside_slots(text: str) -> str:
    depth, kept = 0, []
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth == 0 and character != "}":
            kept.append(character)
    return "".join(kept)
