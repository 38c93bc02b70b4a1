"""What a text on the page is made of: words, and mathematics as tokens that no language owns.

Mathematics runs left to right in every language: a page puts its tokens side by side in that
order, each isolated, because Arabic-Indic digits would otherwise turn a row of them round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

BLANK: Final = "_"
#: Operators that do not stand between two spaces in a line.
SPACED: Final = {",": ", ", ";": "; ", "،": "، ", "…": "…"}
#: Left-to-right isolate and override: the one way to keep Arabic-Indic sums in order in a line
#: of plain text (Unicode Standard Annex 9, rules N1 and X4-X5c).
_KEPT: Final = ("\u2066\u202d", "\u202c\u2069")


class Token(msgspec.Struct, frozen=True, array_like=True):
    """The root of all tokens; on the wire each is a list that begins with its name."""


class Number(Token, frozen=True, array_like=True, tag="number"):
    """A number or a time of day as its language writes it."""

    text: str


class StackedFraction(Token, frozen=True, array_like=True, tag="fraction"):
    """`top` over `bottom`."""

    top: tuple[AnyToken, ...]
    bottom: tuple[AnyToken, ...]


class Mixed(Token, frozen=True, array_like=True, tag="mixed"):
    """A whole and a fraction side by side: 1 3/4."""

    whole: tuple[AnyToken, ...]
    top: tuple[AnyToken, ...]
    bottom: tuple[AnyToken, ...]


class Operator(Token, frozen=True, array_like=True, tag="operator"):
    """A sign with room on both sides: of arithmetic, comparison, ratio or list."""

    sign: str


class Sign(Token, frozen=True, array_like=True, tag="sign"):
    """A sign that clings to what it belongs to: minus before it, percent after it."""

    sign: str


class Blank(Token, frozen=True, array_like=True, tag="blank"):
    """What is asked for."""


class Variable(Token, frozen=True, array_like=True, tag="variable"):
    """A letter that stands for a number, or π."""

    letter: str


class Unit(Token, frozen=True, array_like=True, tag="unit"):
    """A unit as its language abbreviates it; `key` is its name in every language."""

    text: str
    key: str


class Power(Token, frozen=True, array_like=True, tag="power"):
    """`base` to the power of `exponent`."""

    base: tuple[AnyToken, ...]
    exponent: tuple[AnyToken, ...]


class Root(Token, frozen=True, array_like=True, tag="root"):
    """The square root of `inner`."""

    inner: tuple[AnyToken, ...]


class Group(Token, frozen=True, array_like=True, tag="group"):
    """`inner` in round brackets."""

    inner: tuple[AnyToken, ...]


class Column(Token, frozen=True, array_like=True, tag="column"):
    """Written arithmetic: one sign a cell, the rows of equal length and aligned by place.

    An empty cell is "". `result` is empty where the learner is to find it.
    """

    rows: tuple[tuple[str, ...], ...]
    operator: str
    result: tuple[str, ...]


AnyToken = (
    Number
    | StackedFraction
    | Mixed
    | Operator
    | Sign
    | Blank
    | Variable
    | Unit
    | Power
    | Root
    | Group
    | Column
)


class Words(msgspec.Struct, frozen=True, array_like=True, tag="words"):
    """Words in one language."""

    text: str


class Maths(msgspec.Struct, frozen=True, array_like=True, tag="maths"):
    """Mathematics, to be read from left to right."""

    tokens: tuple[AnyToken, ...]


Piece = Words | Maths


def plain(pieces: Iterable[Piece], *, has_marks: bool = False) -> str:
    """One line of text: 3/4, 1 3/4, _ for a blank, x^2.

    For logs, prompts and readers that know no tokens. With `has_marks`, invisible marks keep
    mathematics in its order inside a line of Arabic.
    """
    begin, end = _KEPT if has_marks else ("", "")
    return "".join(
        piece.text if isinstance(piece, Words) else begin + line(piece.tokens) + end
        for piece in pieces
    )


def line(tokens: Sequence[AnyToken]) -> str:
    """`tokens` as one line of text."""
    text = ""
    for token in tokens:
        part = _one(token)
        clings = not (isinstance(token, StackedFraction | Mixed) and text[-1:].isalnum())
        text += part if clings else " " + part
    return text.strip()


def _one(token: AnyToken) -> str:
    match token:
        case Number(text) | Variable(text) | Sign(text):
            return text
        case Operator(sign):
            return SPACED.get(sign, f" {sign} ")
        case Unit(text):
            return text if text.startswith("°") else f" {text}"
        case Blank():
            return BLANK
        case Column():
            return _column(token)
        case _:
            return _nested(token)


def _nested(token: StackedFraction | Mixed | Power | Root | Group) -> str:
    match token:
        case StackedFraction(top, bottom):
            return f"{_bound(top)}/{_bound(bottom)}"
        case Mixed(whole, top, bottom):
            return f"{line(whole)} {_bound(top)}/{_bound(bottom)}"
        case Power(base, exponent):
            return f"{_bound(base)}^{_bound(exponent)}"
        case Root(inner):
            return f"√({line(inner)})"
        case Group(inner):
            return f"({line(inner)})"


def _bound(tokens: Sequence[AnyToken]) -> str:
    """Brackets where a line would otherwise read as something else."""
    is_one = len(tokens) == 1 and isinstance(tokens[0], Number | Variable | Blank | Group)
    return line(tokens) if is_one else f"({line(tokens)})"


def _column(column: Column) -> str:
    text = f" {column.operator} ".join("".join(row) for row in column.rows)
    return f"{text} = {''.join(column.result)}" if column.result else text
