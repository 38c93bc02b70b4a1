"""Writes mathematics with its values, as tokens that no language owns but for their digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from models.domain.locales import Locale, finite_places
from models.domain.notation import (
    DIVIDED,
    MINUS,
    TIMES,
    Bracket,
    Line,
    Literal,
    Mark,
    MathsFault,
    Node,
    Notation,
    Over,
    Raised,
    Slot,
    Term,
    UnitKey,
    Written,
    parse_maths,
)
from models.domain.pieces import (
    AnyToken,
    Blank,
    Column,
    Group,
    Maths,
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
    plain,
)

__all__ = [
    "AnyToken",
    "Blank",
    "Column",
    "Group",
    "Maths",
    "MathsFault",
    "Mixed",
    "Notation",
    "Number",
    "Operator",
    "Piece",
    "Power",
    "Root",
    "Sign",
    "StackedFraction",
    "Unit",
    "Value",
    "Variable",
    "Words",
    "number_tokens",
    "parse_maths",
    "plain",
    "write",
]

Value = int | Fraction | str
Tokens = tuple[AnyToken, ...]

#: Beside these a term with a coefficient of 0 can be left out and nothing else changes.
_LOOSE = {"+", MINUS, "=", "<", ">", "≤", "≥", "≠", ","}


def write(
    notation: Notation,
    values: Sequence[Value],
    language: Locale,
    *,
    unit: Callable[[str], str],
) -> Maths:
    """The line with its `values`, one for each of `notation.expressions`.

    `unit` gives a unit's abbreviation for its key. MathsFault where a value does not suit its
    form or the line.
    """
    if len(values) != len(notation.expressions):
        wanted = len(notation.expressions)
        raise MathsFault(f"{len(values)} values for {wanted} expressions", position=0)
    return Maths(_Writer(tuple(values), language, unit).line(notation.line))


def number_tokens(value: int | Fraction, language: Locale) -> Tokens:
    """`value` as a whole number or a stacked fraction, its minus sign before the whole."""
    sign: Tokens = (Sign(MINUS),) if value < 0 else ()
    return (*sign, *_fraction(_size(value), language))


@dataclass(frozen=True, slots=True)
class _Writer:
    values: tuple[Value, ...]
    language: Locale
    unit: Callable[[str], str]

    def line(self, line: Line) -> Tokens:
        out: list[AnyToken] = []
        for item in self._without_zeros(line):
            if isinstance(item, Term):
                self._term(item, out)
            else:
                separator = self.language.list_separator
                out.append(Operator(separator) if item.sign == "," else item)
        return tuple(out)

    def _without_zeros(self, line: Line) -> Line:
        """The line without the terms whose coefficient is 0: 0x + 3 is 3."""
        items = list(line)
        for item in line:
            if not isinstance(item, Term) or self._coefficient(item) != 0:
                continue
            place = next(n for n, one in enumerate(items) if one is item)
            before = items[place - 1] if place else None
            after = items[place + 1] if place + 1 < len(items) else None
            if _is_loose(before) and _is_loose(after):
                _leave_out(items, place)
        return tuple(items)

    def _term(self, term: Term, out: list[AnyToken]) -> None:
        """Adds `term` to `out`; a negative number turns the sign before it or gets brackets."""
        value = self._leading(term)
        if value is None:
            out += _prefix(term.sign)
            out += self._nodes(term.nodes)
            return
        coefficient = self._coefficient(term)
        is_one = coefficient is not None and abs(coefficient) == 1
        first = () if is_one else self._node(term.nodes[0])
        rest = self._nodes(term.nodes[1:], follows_number=True)
        before = out[-1].sign if out and isinstance(out[-1], Operator) else ""
        if value >= 0:
            out += (*_prefix(term.sign), *first, *rest)
        elif term.sign == MINUS:
            out += (Sign(MINUS), Group((Sign(MINUS), *first, *rest)))
        elif before == "+" or (before == MINUS and coefficient is not None):
            out[-1] = Operator(MINUS if before == "+" else "+")
            out += (*first, *rest)
        elif before in (MINUS, TIMES, DIVIDED):
            out.append(Group((Sign(MINUS), *first, *rest)))
        else:
            out += (Sign(MINUS), *first, *rest)

    def _leading(self, term: Term) -> int | Fraction | None:
        """The number that begins the term, as far as its form shows it."""
        first = term.nodes[0]
        return self._number(first) if isinstance(first, Slot) else None

    def _coefficient(self, term: Term) -> int | Fraction | None:
        """The number before a letter, a bracket or a root; None where there is none."""
        if len(term.nodes) < 2 or not self._is_multiplied(term.nodes[1]):
            return None
        return self._leading(term)

    def _is_multiplied(self, node: Node) -> bool:
        if isinstance(node, Raised):
            return self._is_multiplied(node.base)
        if isinstance(node, Slot):
            return isinstance(self.values[node.index], str)
        return isinstance(node, Bracket) or (
            isinstance(node, Mark) and isinstance(node.token, Variable)
        )

    def _number(self, slot: Slot) -> int | Fraction | None:
        value = self.values[slot.index]
        if isinstance(value, str):
            return None
        if slot.form[:1] == "d" and slot.form != "d":
            step = 10 ** int(slot.form[1:])
            rounded = Fraction((2 * abs(Fraction(value)) * step + 1) // 2, step)
            return -rounded if value < 0 else rounded
        return value

    def _nodes(self, nodes: tuple[Node, ...], *, follows_number: bool = False) -> Tokens:
        tokens: list[AnyToken] = []
        for node in nodes:
            is_number = isinstance(node, Literal) or (
                isinstance(node, Slot) and not isinstance(self.values[node.index], str)
            )
            if isinstance(node, Slot | Literal) and is_number and follows_number:
                raise MathsFault("two numbers need a sign between them", position=node.at)
            tokens += self._signed(node)
            follows_number = is_number
        return tuple(tokens)

    def _signed(self, node: Node) -> Tokens:
        """`node` with its minus sign where it is a negative number."""
        number = self._number(node) if isinstance(node, Slot) else None
        sign: Tokens = (Sign(MINUS),) if number is not None and number < 0 else ()
        return (*sign, *self._node(node))

    def _node(self, node: Node) -> Tokens:
        if isinstance(node, Slot):
            return self._slot(node)
        return (self._token(node),)

    def _token(
        self, node: Literal | Mark | UnitKey | Over | Raised | Bracket | Written
    ) -> AnyToken:
        token: AnyToken
        match node:
            case Literal(value, places):
                token = Number(self.language.number(value, places=places))
            case Mark(fixed):
                token = Sign(self.language.percent) if fixed == Sign("%") else fixed
            case UnitKey(key):
                token = Unit(self.unit(key), key)
            case Over(whole, top, bottom):
                token = self._over(whole, top, bottom)
            case Raised(base, exponent):
                token = Power(_as_base(self._signed(base)), self.line(exponent))
            case Bracket(inner, is_root):
                token = Root(self.line(inner)) if is_root else Group(self.line(inner))
            case Written():
                token = self._column(node)
        return token

    def _over(self, whole: Line, top: Line, bottom: Line) -> StackedFraction | Mixed:
        parts = self.line(top), self.line(bottom)
        return Mixed(self.line(whole), *parts) if whole else StackedFraction(*parts)

    def _slot(self, slot: Slot) -> Tokens:
        """A slot's value without its sign, in the form that the author asked for."""
        number, language = self._number(slot), self.language
        if number is None:
            return self._word(slot)
        size = _size(number)
        if slot.form == "":
            return _fraction(size, language)
        if slot.form == "mixed":
            return _mixed(size, language)
        if slot.form == "percent":
            return (Number(self._finite(size * 100, slot)), Sign(language.percent))
        return (Number(self._text(slot, number)),)

    def _text(self, slot: Slot, number: int | Fraction) -> str:
        if slot.form == "time":
            return self._time(number, slot)
        is_plain = slot.form == "plain"
        places = "" if is_plain else slot.form[1:]
        return self._finite(_size(number), slot, places=places, is_grouped=not is_plain)

    def _word(self, slot: Slot) -> Tokens:
        word = str(self.values[slot.index])
        if slot.form:
            raise MathsFault(f"'{word}' is no number to write so", position=slot.at)
        return (Variable(word),) if word else ()

    def _time(self, number: int | Fraction, slot: Slot) -> str:
        if number.denominator != 1 or number < 0:
            raise MathsFault(f"{number} is no time of day in minutes", position=slot.at)
        return self.language.time(int(number))

    def _finite(
        self, size: int | Fraction, slot: Slot, *, places: str = "", is_grouped: bool = True
    ) -> str:
        if not places and finite_places(size) is None:
            raise MathsFault(f"{size} never ends as a decimal", position=slot.at)
        count = int(places) if places else None
        return self.language.number(size, places=count, is_grouped=is_grouped)

    def _column(self, written: Written) -> Column:
        numbers = [*written.rows, *([written.result] if written.result else [])]
        texts = [self._cells(one) for one in numbers]
        if written.operator != TIMES:
            texts = _aligned(texts, self.language.decimal)
        width = max(len(text) for text in texts)
        rows = [("",) * (width - len(text)) + text for text in texts]
        result = rows.pop() if written.result else ()
        return Column(tuple(rows), written.operator, result)

    def _cells(self, number: Slot | Literal) -> tuple[str, ...]:
        if isinstance(number, Literal):
            return tuple(
                self.language.number(number.value, places=number.places, is_grouped=False)
            )
        value = self._number(number)
        if value is None or value < 0 or number.form not in ("", "plain", *_DECIMALS):
            raise MathsFault("a column holds numbers from 0 up", position=number.at)
        places = number.form[1:] if number.form != "plain" else ""
        return tuple(self._finite(value, number, places=places, is_grouped=False))


_DECIMALS = ("d", *(f"d{n}" for n in range(10)))


def _is_loose(item: Term | Operator | None) -> bool:
    return item is None or (isinstance(item, Operator) and item.sign in _LOOSE)


def _leave_out(items: list[Term | Operator], place: int) -> None:
    """Takes the term at `place` out, with the sign that joined it; a lonely one becomes 0."""
    before = items[place - 1] if place else None
    after = items[place + 1] if place + 1 < len(items) else None
    following = items[place + 2] if place + 2 < len(items) else None
    if before in (Operator("+"), Operator(MINUS)):
        del items[place - 1 : place + 1]
    elif after == Operator("+"):
        del items[place : place + 2]
    elif after == Operator(MINUS) and isinstance(following, Term) and not following.sign:
        items[place : place + 3] = [replace(following, sign=MINUS)]
    else:
        term = items[place]
        at = term.at if isinstance(term, Term) else 0
        items[place] = Term("", (Literal(Fraction(0), 0, at),), at)


def _size(value: int | Fraction) -> int | Fraction:
    return -value if value < 0 else value


def _prefix(sign: str) -> Tokens:
    return (Sign(sign),) if sign else ()


def _as_base(tokens: Tokens) -> Tokens:
    """A power's base, in brackets where it is more than one number or letter."""
    is_simple = len(tokens) == 1 and not isinstance(tokens[0], StackedFraction | Mixed | Power)
    return tokens if is_simple else (Group(tokens),)


def _fraction(size: int | Fraction, language: Locale) -> Tokens:
    if size.denominator == 1:
        return (Number(language.number(size)),)
    return (StackedFraction(*_parts(size, language)),)


def _mixed(size: int | Fraction, language: Locale) -> Tokens:
    whole, part = divmod(size, 1)
    if not whole or not part:
        return _fraction(size, language)
    return (Mixed((Number(language.number(whole)),), *_parts(part, language)),)


def _parts(part: int | Fraction, language: Locale) -> tuple[Tokens, Tokens]:
    top, bottom = language.number(part.numerator), language.number(part.denominator)
    return (Number(top),), (Number(bottom),)


def _aligned(texts: list[tuple[str, ...]], decimal: str) -> list[tuple[str, ...]]:
    """The rows with their decimal signs under each other."""
    behind = [text[::-1].index(decimal) + 1 if decimal in text else 0 for text in texts]
    longest = max(behind)
    return [text + ("",) * (longest - behind[place]) for place, text in enumerate(texts)]
