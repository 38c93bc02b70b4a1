"""Reads the line in which an author writes mathematics, once for all its values.

    {a} + {b} = ?        {n}//{d}        {x:mixed} * 2        ({a}x - 3)^2        sqrt({a})
    {p:percent}          {w} {n}//{d}    {cost:d2} [usd]      column({a} - {b} = {c})

What stands in braces is an expression that the caller evaluates; a form may follow a colon.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from models.domain.pieces import Blank, Operator, Sign, Variable

#: Longer or deeper than any line that fits on a tablet; also bounds the work of a bad pack.
LONGEST: Final = 500
DEEPEST: Final = 8
MINUS: Final = "\N{MINUS SIGN}"
TIMES: Final = "\N{MULTIPLICATION SIGN}"
DIVIDED: Final = "\N{DIVISION SIGN}"
ELLIPSIS: Final = Operator("…")
#: What stands between two terms and nowhere else.
JOINING: Final = tuple(Operator(sign) for sign in ("+", MINUS, TIMES, DIVIDED))
#: What an author types, and the sign that is meant; longer spellings first.
SIGNS: Final[Mapping[str, str]] = {
    "...": "…",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "*": TIMES,
    "/": DIVIDED,
    "-": MINUS,
    **{sign: sign for sign in ("+", "=", "<", ">", ":", ",", "…", "≤", "≥", "≠")},
    **{sign: sign for sign in (TIMES, DIVIDED, MINUS)},
}
_FORM: Final = re.compile(r"d[0-9]?|mixed|percent|plain|time")
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_UNIT: Final = re.compile(r"\[([A-Za-z][A-Za-z0-9^/_-]{0,23})\]")


class MathsFault(ValueError):
    """Mathematics that cannot be read or written; `position` counts characters from 0."""

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.position = position


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of the value number `index`, and the form that it is to take."""

    index: int
    form: str
    at: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A number that is part of the line."""

    value: Fraction
    places: int
    at: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A token that is the same for all values."""

    token: Blank | Variable | Sign


@dataclass(frozen=True, slots=True)
class UnitKey:
    """A unit, by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class Over:
    """A stacked fraction, with a whole before it or none."""

    whole: Line
    top: Line
    bottom: Line


@dataclass(frozen=True, slots=True)
class Raised:
    """A power."""

    base: Node
    exponent: Line


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stands in brackets, or under a root."""

    inner: Line
    is_root: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Written arithmetic in columns; `rows` and `result` are slots or numbers."""

    rows: tuple[Slot | Literal, ...]
    operator: str
    result: Slot | Literal | None
    at: int


#: Signs that are a node by themselves.
FIXED: Final = {"?": Mark(Blank()), "%": Mark(Sign("%"))}

Node = Slot | Literal | Mark | UnitKey | Over | Raised | Bracket | Written


@dataclass(frozen=True, slots=True)
class Term:
    """Nodes side by side, with a sign before them or none."""

    sign: str
    nodes: tuple[Node, ...]
    at: int


Line = tuple[Term | Operator, ...]


@dataclass(frozen=True, slots=True)
class Notation:
    """A line of mathematics; `expressions` are the sources of its values, in their order."""

    expressions: tuple[str, ...]
    line: Line


@lru_cache(maxsize=4096)
def parse_maths(notation: str) -> Notation:
    """The line that `notation` writes; MathsFault with the place where it is none."""
    if len(notation) > LONGEST:
        raise MathsFault(f"longer than {LONGEST} characters", position=LONGEST)
    reader = _Reader(notation)
    line = reader.line(depth=0)
    if not reader.is_done:
        raise reader.fault("')' closes nothing here")
    if not line:
        raise reader.fault("there is no mathematics")
    return Notation(tuple(reader.expressions), line)


class _Reader:
    """Walks over the characters of a notation."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.expressions: list[str] = []

    @property
    def is_done(self) -> bool:
        """Whether every character was read."""
        self._skip()
        return self._at >= len(self._text)

    def fault(self, message: str, position: int | None = None) -> MathsFault:
        """A fault at `position`, or here."""
        return MathsFault(message, position=self._at if position is None else position)

    def line(self, *, depth: int) -> Line:
        """Terms and operators up to a closing bracket or the end."""
        if depth > DEEPEST:
            raise self.fault(f"more than {DEEPEST} brackets inside each other")
        items: list[Term | Operator] = []
        while not self.is_done and not self._text.startswith(")", self._at):
            place, sign = self._at, self._sign()
            is_first = not items or (isinstance(items[-1], Operator) and items[-1] != ELLIPSIS)
            self._check(items, sign, place)
            if sign in (MINUS, "+") and is_first:
                items.append(self._term(sign, depth))
            elif sign:
                items.append(Operator(sign))
            elif is_first:
                items.append(self._term("", depth))
            else:
                raise self.fault("a sign is missing here", place)
        if items and items[-1] in JOINING:
            raise self.fault("a number or a letter is missing here")
        return tuple(items)

    def _check(self, items: list[Term | Operator], sign: str, place: int) -> None:
        """Refuses an operator that has nothing to join, as in 3 + * 4."""
        last = items[-1] if items else None
        has_left = isinstance(last, Term) or last == ELLIPSIS
        if sign in (TIMES, DIVIDED) and not has_left:
            raise self.fault(f"nothing stands before '{sign}'", place)
        if last in JOINING and sign not in ("", "+", MINUS, "…"):
            raise self.fault(f"nothing stands before '{sign}'", place)

    def _sign(self) -> str:
        # Two strokes are a fraction's bar, which only stands between what it parts.
        if self._text.startswith("//", self._at):
            raise self.fault("'//' needs something on both sides")
        for typed, sign in SIGNS.items():
            if self._take(typed):
                return sign
        return ""

    def _term(self, sign: str, depth: int) -> Term:
        self._skip()
        began = self._at
        nodes: list[Node] = []
        while (node := self._factor(depth)) is not None:
            if isinstance(node, Over) and nodes and _may_be_whole(nodes[-1]):
                whole = Term("", (nodes.pop(),), began)
                node = Over((whole,), node.top, node.bottom)
            if isinstance(node, Literal) and nodes and isinstance(nodes[-1], Literal):
                raise self.fault("two numbers need a sign between them", node.at)
            nodes.append(node)
        if not nodes:
            raise self.fault(f"nothing stands after '{sign}'" if sign else self._unknown())
        return Term(sign, tuple(nodes), began)

    def _factor(self, depth: int) -> Node | None:
        node = self._power(depth)
        if node is None or not self._take("//"):
            return node
        bottom = self._power(depth)
        if bottom is None:
            raise self.fault("'//' needs something on both sides")
        return Over((), self._bare(node), self._bare(bottom))

    def _power(self, depth: int) -> Node | None:
        node = self._primary(depth)
        if node is None or not self._take("^"):
            return node
        exponent = self._exponent(depth)
        if exponent is None:
            raise self.fault("'^' needs an exponent")
        return Raised(node, exponent)

    def _exponent(self, depth: int) -> Line | None:
        sign = MINUS if self._take("-") or self._take(MINUS) else ""
        node = self._primary(depth)
        if node is None:
            return None
        return (Term(sign, (node,), self._at),) if sign else self._bare(node)

    def _bare(self, node: Node) -> Line:
        """A part of a fraction or an exponent, without the brackets that held it together."""
        if isinstance(node, Bracket) and not node.is_root:
            return node.inner
        return (Term("", (node,), self._at),)

    def _primary(self, depth: int) -> Node | None:
        self._skip()
        here = self._text[self._at : self._at + 1]
        if here.isascii() and here.isdigit():
            return self._literal()
        if here.isalpha():
            return self._letters(depth)
        if here in ("{", "["):
            return self._slot() if here == "{" else self._unit()
        if self._take("("):
            return Bracket(self._closed(depth), is_root=False)
        if here in FIXED:
            self._at += 1
        return FIXED.get(here)

    def _slot(self) -> Slot:
        began = self._at
        end = self._text.find("}", began)
        if end < 0:
            raise self.fault("'{' is never closed")
        expression, colon, form = self._text[began + 1 : end].rpartition(":")
        if not colon:
            expression, form = form, ""
        form = form.strip()
        if colon and not _FORM.fullmatch(form):
            known = "d, d0 to d9, mixed, percent, plain, time"
            raise self.fault(f"'{form}' is none of the forms {known}", began)
        if not expression.strip():
            raise self.fault("there is no expression in '{}'", began)
        self._at = end + 1
        self.expressions.append(expression.strip())
        return Slot(len(self.expressions) - 1, form, began)

    def _literal(self) -> Literal:
        began = self._at
        found = _NUMBER.match(self._text, began)
        after = self._text[found.end() : found.end() + 1] if found else ""
        if found is None or after.isdigit():
            raise self.fault("numbers have at most 18 digits and begin with 0 only before '.'")
        self._at = found.end()
        return Literal(Fraction(found[0]), max(len(found[2] or "") - 1, 0), began)

    def _letters(self, depth: int) -> Node:
        began = self._at
        found = _LETTERS.match(self._text, began)
        word = found[0] if found else self._text[began]
        if word in ("sqrt", "column") and self._text.startswith("(", began + len(word)):
            self._at += len(word) + 1
            if word == "column":
                return self._column(began)
            return Bracket(self._closed(depth), is_root=True)
        if word in ("pi", "π"):
            self._at += len(word)
            return Mark(Variable("π"))
        if len(word) > 2:
            advice = "words stand in the locales, units in [ ]"
            raise self.fault(f"'{word}' means nothing in mathematics; {advice}", began)
        self._at += 1
        return Mark(Variable(word[0]))

    def _unit(self) -> UnitKey:
        found = _UNIT.match(self._text, self._at)
        if found is None:
            raise self.fault("a unit is written as its key in brackets: [cm]")
        self._at = found.end()
        return UnitKey(found[1])

    def _closed(self, depth: int) -> Line:
        began = self._at - 1
        inner = self.line(depth=depth + 1)
        if not self._take(")"):
            raise self.fault("'(' is never closed", began)
        if not inner:
            raise self.fault("there is nothing in the brackets", began)
        return inner

    def _column(self, began: int) -> Written:
        rows, signs = [self._operand()], set[str]()
        result = None
        while not self._take(")"):
            self._skip()
            place, sign = self._at, self._sign()
            if sign == "=" and result is None and signs:
                result = self._operand()
                continue
            if sign not in ("+", MINUS, TIMES) or result is not None:
                raise self.fault("a column holds numbers with + or - or * between", place)
            signs.add(sign)
            rows.append(self._operand())
        if len(signs) != 1:
            raise self.fault("a column has one kind of sign", began)
        return Written(tuple(rows), signs.pop(), result, began)

    def _operand(self) -> Slot | Literal:
        self._skip()
        node = self._primary(DEEPEST)
        if not isinstance(node, Slot | Literal):
            raise self.fault("a column holds numbers and values in braces")
        return node

    def _unknown(self) -> str:
        here = self._text[self._at : self._at + 1]
        return f"'{here}' means nothing in mathematics"

    def _take(self, typed: str) -> bool:
        self._skip()
        is_here = self._text.startswith(typed, self._at)
        # One stroke divides; two are a fraction's bar and not the first of two divisions.
        if typed == "/" and self._text.startswith("//", self._at):
            return False
        self._at += len(typed) * is_here
        return is_here

    def _skip(self) -> None:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1


def _may_be_whole(node: Node) -> bool:
    return isinstance(node, Slot | Literal) or node == Mark(Blank())
