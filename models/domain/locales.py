"""How a language writes numbers, counts things and runs across the page.

Plural rules, separators and directions come from CLDR through Babel. Babel never changes the
shape of a digit, so the digits are our own map.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, cast

import babel
from babel.core import UnknownLocaleError
from babel.plural import PluralRule

Direction = Literal["ltr", "rtl"]
Category = Literal["zero", "one", "two", "few", "many", "other"]

#: The first digit of each numbering system that CLDR gives a living language.
ZEROS: Final = {
    "latn": "0",
    "arab": "\u0660",
    "arabext": "\u06f0",
    "deva": "\u0966",
    "beng": "\u09e6",
    "guru": "\u0a66",
    "gujr": "\u0ae6",
    "tamldec": "\u0be6",
    "thai": "\u0e50",
    "laoo": "\u0ed0",
    "tibt": "\u0f20",
    "mymr": "\u1040",
    "khmr": "\u17e0",
    "olck": "\u1c50",
    "cakm": "\U00011136",
    "nkoo": "\u07c0",
    "adlm": "\U0001e950",
}
#: CLDR gives bare "ar" western digits; schools that write plain Arabic teach Arabic-Indic ones.
OWN_SYSTEMS: Final = {"ar": "arab"}
#: Made of English, to find clipped text and pages that do not turn round.
PSEUDO: Final[dict[str, Direction]] = {"en-XA": "ltr", "ar-XB": "rtl"}
#: Four digits are read at a glance; from five up they stand in groups.
GROUPED_FROM: Final = 5
MINUS: Final = "\N{MINUS SIGN}"

_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_ACCENTED: Final = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž",
)
_RIGHT_TO_LEFT, _POP = "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{POP DIRECTIONAL FORMATTING}"


class LocaleFault(ValueError):
    """A language tag that nobody knows how to write; the message names it."""


@dataclass(frozen=True, slots=True)
class Locale:
    """How one language writes; `groups` holds the size of the last group and of the others."""

    tag: str
    direction: Direction
    digits: str
    decimal: str
    group: str
    groups: tuple[int, int]
    percent: str
    list_separator: str
    rule: PluralRule = field(repr=False, compare=False)
    minus: str = MINUS

    @property
    def categories(self) -> frozenset[Category]:
        """The plural categories that this language tells apart."""
        return frozenset(cast("set[Category]", set(self.rule.tags) | {"other"}))

    def number(
        self, value: int | Fraction, *, places: int | None = None, is_grouped: bool = True
    ) -> str:
        """`value` in this language's digits, exact where `places` is not given.

        With `places` it has exactly that many, rounded half away from zero as schools do.
        Groups from five digits up. ValueError where `places` is missing and no finite decimal
        is equal to `value`.
        """
        if places is None:
            places = finite_places(value)
        if places is None:
            raise ValueError(f"{value} never ends as a decimal; say how many places")
        is_whole = isinstance(value, int)
        scaled = abs(value) * 10**places if is_whole else _halves_up(abs(value) * 10**places)
        plain = str(scaled).zfill(places + 1)
        whole, part = plain[: len(plain) - places], plain[len(plain) - places :]
        sign = self.minus if value < 0 and scaled else ""
        body = self._grouped(whole) if is_grouped else self.shaped(whole)
        return sign + body + (self.decimal + self.shaped(part) if part else "")

    def time(self, minutes: int) -> str:
        """Hours and minutes of `minutes` since midnight: 185 is 3:05. ValueError below 0."""
        if minutes < 0:
            raise ValueError(f"a time of day cannot be {minutes} minutes")
        return self.shaped(f"{minutes // 60}:{minutes % 60:02}")

    def shaped(self, text: str) -> str:
        """`text` with its western digits in this language's shapes."""
        return text.translate(_shapes(self.digits))

    def plural(self, value: int | Fraction) -> Category:
        """Which form of a noun stands beside `value`."""
        return cast("Category", self.rule(_counted(value)))

    def _grouped(self, whole: str) -> str:
        if len(whole) < GROUPED_FROM:
            return self.shaped(whole)
        last, others = self.groups
        cuts = [*range(len(whole) - last, 0, -others), 0][::-1]
        parts = [whole[a:b] for a, b in pairwise([*cuts, len(whole)])]
        return self.shaped(self.group.join(parts))


@lru_cache(maxsize=32)
def _shapes(digits: str) -> dict[int, str]:
    """The table that turns western digits into `digits`."""
    return {ord("0") + n: digit for n, digit in enumerate(digits)}


def _halves_up(value: int | Fraction) -> int:
    return (2 * value + 1) // 2


@lru_cache(maxsize=64)
def locale(tag: str) -> Locale:
    """How the language `tag` ("sw", "ar-EG") writes; LocaleFault where nobody knows it."""
    if tag in PSEUDO:
        return _written(tag, _known("en"), PSEUDO[tag])
    for one in fallback(tag):
        known = _known(one)
        if known is not None:
            return _written(tag, known, None)
    raise LocaleFault(f"there is no language '{tag}' that we know how to write")


def fallback(tag: str) -> tuple[str, ...]:
    """The tags whose words may stand in for each other, best first: sw-KE, then sw.

    The pseudo-languages are made of English. LocaleFault where `tag` is no language tag.
    """
    if tag in PSEUDO:
        return (tag, "en")
    if not _TAG.fullmatch(tag):
        raise LocaleFault(f"'{tag}' is no language tag; write one such as 'sw' or 'ar-EG'")
    parts = tag.split("-")
    return tuple("-".join(parts[:n]) for n in range(len(parts), 0, -1))


def pseudo_words(words: str, tag: str) -> str:
    """`words` in the pseudo-language `tag`: en-XA longer by 40 % and accented, ar-XB reversed.

    For the words of a message alone; `messages.pseudo` keeps its slots whole.
    """
    if tag not in PSEUDO:
        raise LocaleFault(f"'{tag}' is no pseudo-language; these are: {', '.join(PSEUDO)}")
    if tag == "ar-XB":
        return re.sub(r"[^\W\d_]+", rf"{_RIGHT_TO_LEFT}\g<0>{_POP}", words)
    return _longer(words).translate(_ACCENTED)


def finite_places(value: int | Fraction) -> int | None:
    """How many decimal places write `value` exactly; None where none do."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _written(tag: str, known: babel.Locale | None, direction: Direction | None) -> Locale:
    if known is None:
        raise LocaleFault(f"the language data that '{tag}' stands on is not installed")
    system = OWN_SYSTEMS.get(tag, known.default_numbering_system)
    zero = ZEROS.get(system)
    if zero is None:
        raise LocaleFault(f"the digits '{system}' of the language '{tag}' are not known here")
    symbols = {**known.number_symbols["latn"], **_symbols(known, system)}
    decimal = symbols["decimal"]
    first, second = known.decimal_formats[None].grouping
    return Locale(
        tag=tag,
        direction=direction or cast("Direction", known.text_direction),
        digits="".join(chr(ord(zero) + n) for n in range(10)),
        decimal=decimal,
        group=symbols["group"],
        groups=(first, second),
        percent=symbols["percentSign"].strip("\u200e\u200f\u061c"),
        list_separator=_list_separator(known, decimal),
        rule=known.plural_form,
    )


def _symbols(known: babel.Locale, system: str) -> dict[str, str]:
    """What CLDR says of `system` here; a system that is only an alias has the western signs."""
    own = known.number_symbols.get(system, {})
    return {key: own[key] for key in ("decimal", "group", "percentSign") if own.get(key)}


def _list_separator(known: babel.Locale, decimal: str) -> str:
    """What parts 3 from 5 in a list; CLDR's `list` is a semicolon almost everywhere."""
    if known.text_direction == "rtl" and known.language != "he":
        return "\N{ARABIC COMMA}"
    return ";" if decimal == "," else ","


def _known(tag: str) -> babel.Locale | None:
    try:
        return babel.Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _counted(value: int | Fraction) -> int | Decimal:
    """`value` as the plural rules want it; 28 digits are enough to see that a third is none."""
    if isinstance(value, int) or value.denominator == 1:
        return int(value)
    return Decimal(value.numerator) / Decimal(value.denominator)


def _longer(words: str) -> str:
    """Every second or third letter twice, so that each line and each branch grows by 40 %."""
    grown, owed = [], 0
    for letter in words:
        grown.append(letter)
        owed += 2 * letter.isalpha()
        if owed >= 5:
            grown.append(letter)
            owed -= 5
    return "".join(grown)
