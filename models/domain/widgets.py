"""The fields in which an activity is answered, worked out for one language."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final

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

if TYPE_CHECKING:
    from models.domain.showing import Pieces, Showing

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


def widget(showing: Showing, answer: Answer, maths: Mapping[str, str]) -> Widget:
    """The fields for `answer`; `maths` are notations of the step that asks."""
    if isinstance(answer, Choice):
        shown = _options(showing, answer.options, maths)
        options = shown if answer.is_ordered else _shuffled(showing, shown, 1)
        return Choices(options=options, is_multiple=answer.is_multiple)
    if isinstance(answer, Order):
        return Ordering(options=_unsolved(showing, answer, maths))
    if isinstance(answer, Match):
        left = tuple(_option(showing, one.left, maths, one.id) for one in answer.pairs)
        right = tuple(_option(showing, one.right, maths, one.id) for one in answer.pairs)
        return Matching(left=left, right=_shuffled(showing, right, 2))
    if isinstance(answer, Parts):
        return Fields(parts=tuple(_part(showing, one, maths) for one in answer.parts))
    return _field(showing, answer)


def solution(showing: Showing, answer: Answer) -> Pieces:
    """The right answer as it is written in the learner's language."""
    if isinstance(answer, NUMERIC):
        return (_number(showing, answer),)
    if isinstance(answer, NumberLineAnswer):
        return (showing.maths(_place(showing, answer, answer.value)),)
    if isinstance(answer, ExpressionAnswer):
        return (showing.maths(answer.value),)
    return _chosen(showing, answer)


def _chosen(showing: Showing, answer: Answer) -> Pieces:
    if isinstance(answer, Choice):
        return _listed(showing, answer.options, chosen(answer, showing.made))
    if isinstance(answer, Order):
        return _listed(showing, answer.options, ordered(answer, showing.made))
    if isinstance(answer, Match):
        return _matched(showing, answer)
    if isinstance(answer, Parts):
        return _joined(showing, [_labelled(showing, part) for part in answer.parts])
    return (Words("1"),)


def _number(showing: Showing, answer: Answer) -> Maths:
    value, places = getattr(answer, "value", ""), getattr(answer, "places", None)
    form = getattr(answer, "form", "any")
    unit = getattr(answer, "unit", "") or getattr(answer, "shown_unit", "")
    how = {"mixed": ":mixed", "decimal": f":d{places or ''}", "percent": ":percent"}.get(form)
    return showing.maths(f"{{{value}{how or ''}}}" + (f" [{unit}]" if unit else ""))


def _field(showing: Showing, answer: Answer) -> Widget:
    if isinstance(answer, NUMERIC):
        beside = showing.texts.unit(answer.shown_unit) if answer.shown_unit else ""
        return NumberField(keys=_keys(showing, answer), unit=beside)
    if isinstance(answer, ExpressionAnswer):
        letters = sorted({one for one in _outside_slots(answer.value) if one.isalpha()})
        return TextField(letters=tuple(letters))
    if isinstance(answer, NumberLineAnswer):
        return Line(ticks=_ticks(showing, answer))
    return Switch()


def _keys(showing: Showing, answer: Answer) -> tuple[Key, ...]:
    value, form = showing.made.number(getattr(answer, "value", "")), getattr(answer, "form", "")
    keys: list[Key] = ["minus"] if _can_be_negative(showing) or value < 0 else []
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


def _can_be_negative(showing: Showing) -> bool:
    """The key must not give the sign away: a template whose numbers go below 0 has it."""
    sources = [*showing.made.template.draw.values(), *showing.made.template.let.values()]
    return any("-" in source and "range(-" in source.replace(" ", "") for source in sources)


def _ticks(showing: Showing, answer: NumberLineAnswer) -> tuple[Tick, ...]:
    made = showing.made
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
            label=(showing.maths(_place(showing, answer, _source(value))),)
            if at % answer.label_every == 0
            else (),
        )
        for at, value in enumerate(values)
    )


def _place(showing: Showing, answer: NumberLineAnswer, source: str) -> str:
    """The notation of a place on the line."""
    if answer.denominator:
        bottom = showing.made.number(answer.denominator)
        if bottom <= 0:
            raise LanguageFault(f"{bottom} is no denominator")
        top = showing.made.number(source) * bottom
        if top % bottom and top == int(top):
            return f"{{{int(top)}}}//{{{bottom}}}"
    return f"{{{source}:{answer.form}}}" if answer.form else f"{{{source}}}"


def _source(value: Fraction) -> str:
    return f"{value.numerator} / {value.denominator}"


def _options(
    showing: Showing, options: tuple[Option, ...], maths: Mapping[str, str]
) -> tuple[Shown, ...]:
    return tuple(_option(showing, one, maths, one.id) for one in options)


def _option(showing: Showing, option: Option, maths: Mapping[str, str], sent: str) -> Shown:
    pieces: Pieces = ()
    if option.text:
        pieces += showing.text(option.text, maths)
    if option.maths:
        pieces += (showing.maths(option.maths),)
    return Shown(id=sent, pieces=pieces)


def _shuffled(showing: Showing, shown: tuple[Shown, ...], salt: int) -> tuple[Shown, ...]:
    draws = Draws(showing.made.seed * 7 + salt + _SHUFFLE)
    return tuple(shown[at] for at in draws.shuffled(len(shown)))


def _unsolved(showing: Showing, answer: Order, maths: Mapping[str, str]) -> tuple[Shown, ...]:
    """Shuffled, and never in the right order already."""
    shown = _options(showing, answer.options, maths)
    right = ordered(answer, showing.made)
    for salt in range(3, 20):
        mixed = _shuffled(showing, shown, salt)
        if tuple(one.id for one in mixed) != right:
            return mixed
    return tuple(reversed(shown))


def _part(showing: Showing, part: Part, maths: Mapping[str, str]) -> PartField:
    label = showing.text(part.text, maths) if part.text else ()
    own = widget(showing, part.answer, maths)
    if not isinstance(own, NumberField | TextField | Choices | Line):
        raise TypeError(f"a part cannot be answered by {type(own).__name__}")
    return PartField(id=part.id, label=label, widget=own)


def _listed(showing: Showing, options: tuple[Option, ...], ids: tuple[str, ...]) -> Pieces:
    by_id = {one.id: one for one in options}
    return _joined(showing, [_option(showing, by_id[one], {}, one).pieces for one in ids])


def _matched(showing: Showing, answer: Match) -> Pieces:
    sides = [
        (_option(showing, one.left, {}, "").pieces, _option(showing, one.right, {}, "").pieces)
        for one in answer.pairs
    ]
    arrow = Words(_ARROWS[showing.locale.direction])
    return _joined(showing, [(*left, arrow, *right) for left, right in sides])


def _labelled(showing: Showing, part: Part) -> Pieces:
    label = showing.text(part.text) if part.text else ()
    return (*label, *([Words(" ")] if label else []), *solution(showing, part.answer))


def _joined(showing: Showing, parts: list[Pieces]) -> Pieces:
    joined: list[Piece] = []
    for part in parts:
        joined += [Words(f"{showing.locale.list_separator} ")] if joined else []
        joined += part
    return tuple(joined)


def _outside_slots(text: str) -> str:
    depth, kept = 0, []
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth == 0 and character != "}":
            kept.append(character)
    return "".join(kept)
