"""What a voice says for words and mathematics, from one table per language.

Numbers stay digits, western ones, because every voice reads those; signs, fractions, units and
blanks become words. A language without a table has its mathematics said in English, and the
result says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from models.domain.locales import MINUS, Category, Locale, fallback, locale
from models.domain.pieces import (
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

TABLES: Final = Path(__file__).with_name("speech_tables")
#: The language that speaks for those without a table.
LAST_RESORT: Final = "en"
_SEPARATORS: Final = "،;"


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's way of saying mathematics; what is in braces is filled in.

    `parts` holds fractions by their bottom and the plural category of their top, `units` the
    units by key and category; "part" is a unit after a fraction. `asked` stands for {n} where
    a unit follows a blank.
    """

    operators: dict[str, str]
    minus: str
    plus: str
    point: str
    blank: str
    asked: str
    percent: str
    group: str
    over: str
    mixed: str
    squared: str
    cubed: str
    power: str
    root: str
    pi: str
    parts: dict[str, dict[str, str]]
    units: dict[str, dict[str, str]]


#: Made by the one thread that imports this: two that meet a type at once end the process
#: (msgspec 0.22).
_tables = msgspec.json.Decoder(Table)


_RAISED = re.compile(r"(?<=[a-z])([23])$")
_BEFORE_COMMA = re.compile(r" +([,،])")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What to say; `locale` is the language of the mathematics in it.

    `is_fallback` where that is not the language that was asked for.
    """

    text: str
    locale: str
    is_fallback: bool


def speak(pieces: Sequence[Piece], language: Locale) -> Spoken:
    """What reading `pieces` aloud says; `language` is the one that they are written in."""
    tags = [tag for tag in fallback(language.tag) if tag in spoken_languages()]
    tag = tags[0] if tags else LAST_RESORT
    voice = _Voice(table(tag), locale(tag), language)
    said = ""
    for piece in pieces:
        if not isinstance(piece, Words):
            said += voice.line(piece.tokens)
        else:
            # Another language's table would put its own "point" into these words.
            said += voice.words(piece.text) if tags else piece.text
    return Spoken(" ".join(said.split()), tag, is_fallback=not tags)


@lru_cache(maxsize=1)
def spoken_languages() -> frozenset[str]:
    """The languages that have a table."""
    return frozenset(path.stem for path in TABLES.glob("*.json"))


@lru_cache(maxsize=16)
def table(tag: str) -> Table:
    """The table of the language `tag`; msgspec.ValidationError where it is not whole."""
    return _tables.decode((TABLES / f"{tag}.json").read_bytes())


@dataclass(frozen=True, slots=True)
class _Said:
    """A part of a line as it is said, and what a unit after it must know."""

    text: str
    value: int | Fraction | None = None
    is_part: bool = False
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class _Voice:
    table: Table
    counting: Locale
    written: Locale

    def words(self, text: str) -> str:
        """Words with their numbers as a voice reads them."""
        return self._numbers.sub(lambda found: self._number(found[0]), text)

    def line(self, tokens: Sequence[AnyToken]) -> str:
        """A line of mathematics, its parts joined by spaces."""
        said: list[_Said] = []
        sign = ""
        for token in tokens:
            if isinstance(token, Sign) and token.sign in (MINUS, "+"):
                sign = self.table.minus if token.sign == MINUS else self.table.plus
                continue
            if isinstance(token, Unit | Sign) and said:
                said.append(self._after(said.pop(), token))
                continue
            one = self._one(token)
            text = f"{sign} {one.text}" if sign else one.text
            said.append(_Said(text, one.value, one.is_part, one.is_blank))
            sign = ""
        return _BEFORE_COMMA.sub(r"\1", " ".join(one.text for one in said))

    def _after(self, said: _Said, token: Unit | Sign) -> _Said:
        """A number with the unit or the percent sign that follows it."""
        number = self.table.asked if said.is_blank else said.text
        if isinstance(token, Sign):
            return _Said(self.table.percent.format(n=number))
        # A pack may name the unit of an area cm2 or cm^2.
        forms = self.table.units.get(_RAISED.sub(r"^\1", token.key))
        if forms is None:
            return _Said(f"{number} {token.text}")
        return _Said(forms.get(self._form(said), forms["other"]).format(n=number))

    def _form(self, said: _Said) -> Category | str:
        if said.is_part:
            return "part"
        # "How many" takes the form of a great number: كم سنتيمترًا, how many centimetres.
        if said.is_blank:
            return "many"
        return "other" if said.value is None else self.counting.plural(said.value)

    def _one(self, token: AnyToken) -> _Said:
        if isinstance(token, Number):
            return _Said(self._number(token.text), self._value(token.text))
        if isinstance(token, Blank):
            return _Said(self.table.blank, is_blank=True)
        if isinstance(token, StackedFraction):
            return _Said(self._fraction(token.top, token.bottom), is_part=True)
        return _Said(self._text(token))

    def _text(self, token: AnyToken) -> str:
        text = ""
        match token:
            case Operator(sign):
                text = self._operator(sign)
            case Variable(letter):
                text = self.table.pi if letter == "π" else letter
            case Unit(unit) | Sign(unit):
                text = unit
            case Mixed(whole, top, bottom):
                part = self._fraction(top, bottom)
                text = self.table.mixed.format(whole=self.line(whole), part=part)
            case Power(base, exponent):
                text = self._power(self.line(base), self.line(exponent))
            case Root(inner):
                text = self.table.root.format(inner=self.line(inner))
            case Group(inner):
                text = self.table.group.format(inner=self.line(inner))
            case Column():
                text = self._column(token)
        return text

    def _operator(self, sign: str) -> str:
        sign = "," if sign in _SEPARATORS else sign
        return self.table.operators.get(sign, sign)

    def _fraction(self, top: Sequence[AnyToken], bottom: Sequence[AnyToken]) -> str:
        over, under = self.line(top), self.line(bottom)
        if over.isdecimal() and (forms := self.table.parts.get(under)):
            form = forms.get(self.counting.plural(int(over)))
            if form is not None:
                return form.format(n=over)
        return self.table.over.format(top=over, bottom=under)

    def _power(self, base: str, exponent: str) -> str:
        forms = {"2": self.table.squared, "3": self.table.cubed}
        return forms.get(exponent, self.table.power).format(base=base, exponent=exponent)

    def _column(self, column: Column) -> str:
        rows = [self._number("".join(row)) for row in column.rows]
        text = f" {self._operator(column.operator)} ".join(rows)
        if not column.result:
            return text
        return f"{text} {self._operator('=')} {self._number(''.join(column.result))}"

    def _number(self, text: str) -> str:
        """Western digits without groups, the decimals one by one: 0 point 7 5."""
        whole, point, part = _western(text.replace(self.written.group, "")).partition(
            self.written.decimal
        )
        return f"{whole} {self.table.point} {' '.join(part)}" if point else whole

    def _value(self, text: str) -> int | Fraction | None:
        plain = _western(text.replace(self.written.group, ""))
        if plain.isdecimal():
            return int(plain)
        try:
            return Fraction(plain.replace(self.written.decimal, "."))
        except ValueError:  # A time of day, 3:05, counts nothing.
            return None

    @property
    def _numbers(self) -> re.Pattern[str]:
        """Numbers in words, as the language writes them."""
        return _numbers_of(self.written.group, self.written.decimal)


@lru_cache(maxsize=32)
def _numbers_of(group_sign: str, decimal_sign: str) -> re.Pattern[str]:
    group, decimal = re.escape(group_sign), re.escape(decimal_sign)
    whole = rf"\d{{1,3}}(?:{group}\d{{2,3}})*{group}\d{{3}}(?!\d)|\d+"
    return re.compile(rf"(?:{whole})(?:{decimal}\d+)?")


def _western(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
