"""Writes words and mathematics as HTML: fractions stacked, columns aligned, read as words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from models.domain.locales import Locale
from models.domain.pieces import (
    SPACED,
    AnyToken,
    Blank,
    Column,
    Group,
    Mixed,
    Number,
    Operator,
    Piece,
    Power,
    Root,
    Sign,
    StackedFraction,
    Unit,
    Variable,
    Words,
)
from models.domain.speech import speak

_NOTHING = Markup()
_SPOKEN = Markup('<span class="for-reader"{lang}>{words}</span>')
_MATHS = Markup('<span class="maths" dir="ltr" aria-hidden="true">{tokens}</span>')
_FRACTION = Markup(
    '<span class="fraction"><span class="top">{top}</span>'
    '<span class="bottom">{bottom}</span></span>'
)


def html(pieces: Iterable[Piece], language: Locale) -> Markup:
    """`pieces` to put into a page; everything in them is escaped.

    Mathematics is drawn for eyes, left to right, and said in words for a screen reader.
    """
    return _NOTHING.join(
        Markup("{}").format(piece.text)
        if isinstance(piece, Words)
        else _said(piece, language) + _MATHS.format(tokens=_line(piece.tokens))
        for piece in pieces
    )


def _said(piece: Piece, language: Locale) -> Markup:
    spoken = speak((piece,), language)
    lang = Markup(' lang="{}"').format(spoken.locale) if spoken.is_fallback else ""
    return _SPOKEN.format(lang=lang, words=f" {spoken.text} ")


def _line(tokens: Sequence[AnyToken]) -> Markup:
    return _NOTHING.join(_one(token) for token in tokens)


def _one(token: AnyToken) -> Markup:
    match token:
        case Number(text) | Sign(text):
            return _span("n", text)
        case Variable(text):
            return _span("letter", text)
        case Operator(sign):
            return _span("op", SPACED.get(sign, f" {sign} "))
        case Unit(text):
            return _span("unit", text if text.startswith("°") else f" {text}")
        case _:
            return _nested(token)


def _nested(token: Blank | Column | StackedFraction | Mixed | Power | Root | Group) -> Markup:
    match token:
        case Blank():
            return _span("blank", "_")
        case Column():
            return _column(token)
        case StackedFraction(top, bottom) | Mixed(_, top, bottom):
            whole = _line(token.whole) if isinstance(token, Mixed) else _NOTHING
            return whole + _FRACTION.format(top=_line(top), bottom=_line(bottom))
        case Power(base, exponent):
            return _line(base) + Markup("<sup>{}</sup>").format(_line(exponent))
        case Root(inner):
            return Markup('<span class="root">√<span class="under">{}</span></span>').format(
                _line(inner)
            )
        case Group(inner):
            return _span("n", "(") + _line(inner) + _span("n", ")")


def _column(column: Column) -> Markup:
    """Written arithmetic: the operator before the last row, a line below it, the result."""
    last = len(column.rows) - 1
    rows = [
        _row("row last" if place == last else "row", column.operator * (place == last), cells)
        for place, cells in enumerate(column.rows)
    ]
    empty = column.result or ("",) * len(column.rows[last])
    rows.append(_row("row result", "", empty))
    return Markup('<span class="column">{}</span>').format(_NOTHING.join(rows))


def _row(name: str, operator: str, cells: Sequence[str]) -> Markup:
    drawn = _NOTHING.join(_span("cell", one) for one in (operator, *cells))
    return Markup('<span class="{}">{}</span>').format(name, drawn)


def _span(name: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(name, text)
