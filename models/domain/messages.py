"""Messages with slots, plurals and choices: the part of ICU's message syntax that packs use.

    {name}   {n, plural, =0 {no mangoes} one {# mango} other {# mangoes}}
    {who, select, girl {her} other {their}}

As in ICU, '' is an apostrophe and '{' a brace that opens nothing. Stricter than ICU, so that a
slip of the keyboard does not reach a child: a brace without its partner, a quote that never
ends, a branch that is there twice and a # that no plural owns are refused with their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Final

from models.domain.locales import Category, Locale, pseudo_words
from models.domain.maths import Maths, Piece, Words, number_tokens

CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
KINDS: Final = ("plural", "select")
#: A sentence with more choices inside each other than this is not for children.
DEEPEST: Final = 6
#: Characters; no child reads as many at once, and the longest text of a lesson has 900.
LONGEST: Final = 4_000
#: More digits than any plural of a lesson counts.
LONGEST_COUNT: Final = 9
#: Whole numbers among which every category that a written =N can stand for shows itself.
_COUNTED: Final = range(201)

Argument = int | Fraction | str | Piece | tuple[Piece, ...]


class MessageFault(ValueError):
    """A message that cannot be read or filled; `position` counts characters from 0."""

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.position = position


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for an argument; `is_count` where it was written as #."""

    name: str
    is_count: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A plural or a select: branches by their key, in the message's order."""

    kind: str
    name: str
    branches: tuple[tuple[str, tuple[Part, ...]], ...]
    at: int = field(default=0, compare=False)


Part = Text | Slot | Choice


@dataclass(frozen=True)
class Message:
    """A message, parsed."""

    parts: tuple[Part, ...]

    @cached_property
    def slots(self) -> frozenset[str]:
        """The name of every argument that filling may ask for."""
        return frozenset(part.name for part in _walk(self.parts) if not isinstance(part, Text))

    @cached_property
    def plurals(self) -> frozenset[str]:
        """The arguments that must be numbers, because a plural counts them."""
        return frozenset(one.name for one in self._choices("plural"))

    @cached_property
    def selects(self) -> Mapping[str, frozenset[str]]:
        """Each select's argument, and the keys that have a branch of their own."""
        keys: dict[str, frozenset[str]] = {}
        for one in self._choices("select"):
            own = frozenset(key for key, _ in one.branches)
            keys[one.name] = keys.get(one.name, own) & own
        return keys

    def missing_categories(self, language: Locale) -> tuple[tuple[str, Category], ...]:
        """Each plural's argument with a category that `language` has and the plural has not.

        A category is also there where =N branches stand for every number that it holds.
        """
        found = {
            (one.name, category)
            for one in self._choices("plural")
            for category in language.categories
            if not _has(one, category, language)
        }
        return tuple(sorted(found))

    def _choices(self, kind: str) -> Iterator[Choice]:
        for part in _walk(self.parts):
            if isinstance(part, Choice) and part.kind == kind:
                yield part


def parse(text: str) -> Message:
    """The message that `text` writes; MessageFault with the place where it is none."""
    if len(text) > LONGEST:
        raise MessageFault(f"longer than {LONGEST:,} characters", position=LONGEST)
    reader = _Reader(text)
    parts = reader.message(depth=0, counted=None, is_direct=False)
    if not reader.is_done:
        raise reader.fault("'}' closes nothing here; a brace to be shown is written '}'")
    return Message(parts)


def fill(
    message: Message, arguments: Mapping[str, Argument], language: Locale
) -> tuple[Piece, ...]:
    """The message with its arguments, ready for the page.

    Numbers are written as `language` writes them, a Fraction that is no whole number as a
    stacked fraction; a str is words; a Piece, or several, goes in as it is. Neighbouring words
    are joined. MessageFault where an argument is missing or a plural's is no number.
    """
    pieces: list[Piece] = []
    _fill(message.parts, arguments, language, pieces)
    return tuple(pieces)


def pseudo(message: Message, tag: str) -> Message:
    """The message in a pseudo-language ("en-XA", "ar-XB"): its words changed, its slots kept.

    Brackets round the whole show on a screenshot whether both of its ends are there.
    """
    return Message((Text("["), *_pseudo(message.parts, tag), Text("]")))


class _Reader:
    """Walks over a message's characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def is_done(self) -> bool:
        """Whether every character was read."""
        return self._at >= len(self._text)

    def fault(self, message: str, position: int | None = None) -> MessageFault:
        """A fault at `position`, or here."""
        return MessageFault(message, position=self._at if position is None else position)

    def message(self, *, depth: int, counted: str | None, is_direct: bool) -> tuple[Part, ...]:
        """Parts up to the brace that closes them, or to the end.

        `counted` is the argument of the plural around them, `is_direct` whether that plural
        is their own.
        """
        if depth > DEEPEST:
            raise self.fault(f"more than {DEEPEST} choices inside each other")
        parts: list[Part] = []
        while not self.is_done and self._here() != "}":
            sign = self._here()
            if sign == "{":
                parts.append(self._argument(depth, counted))
            elif sign == "#" and counted is not None:
                if not is_direct:
                    raise self.fault(f"# counts only directly in a plural; write {{{counted}}}")
                parts.append(Slot(counted, is_count=True, at=self._at))
                self._at += 1
            else:
                parts.append(Text(self._words(has_count=counted is not None)))
        return tuple(parts)

    def _words(self, *, has_count: bool) -> str:
        special = "{}#" if has_count else "{}"
        found = ""
        while not self.is_done and self._here() not in special:
            sign = self._here()
            self._at += 1
            if sign != "'":
                found += sign
            elif self._here() == "'":
                found += "'"
                self._at += 1
            elif self._here() and self._here() in special:
                found += self._quoted()
            else:
                found += "'"
        return found

    def _quoted(self) -> str:
        began, found = self._at - 1, ""
        while not self.is_done:
            end = self._text.find("'", self._at)
            if end < 0:
                break
            found += self._text[self._at : end]
            self._at = end + 1
            if self._here() != "'":
                return found
            found += "'"
            self._at += 1
        raise self.fault("this quote never ends; an apostrophe before a brace is ''", began)

    def _argument(self, depth: int, counted: str | None) -> Part:
        began = self._at
        self._at += 1
        name = self._name("a slot's name")
        if self._take("}"):
            return Slot(name, at=began)
        self._expect(",", "'}' or ','")
        self._skip()
        place = self._at
        kind = self._name("'plural' or 'select'")
        if kind not in KINDS:
            raise self.fault(f"'{kind}' is neither 'plural' nor 'select'", place)
        self._expect(",", "','")
        return Choice(kind, name, self._branches(kind, name, depth, counted), at=began)

    def _branches(
        self, kind: str, name: str, depth: int, counted: str | None
    ) -> tuple[tuple[str, tuple[Part, ...]], ...]:
        branches: dict[str, tuple[Part, ...]] = {}
        is_plural = kind == "plural"
        while not self._take("}"):
            key = self._key(is_plural=is_plural)
            if key in branches:
                raise self.fault(f"the branch '{key}' is there twice", self._at - len(key))
            self._expect("{", f"'{{' after '{key}'")
            branches[key] = self.message(
                depth=depth + 1, counted=name if is_plural else counted, is_direct=is_plural
            )
            self._expect("}", "'}' at the end of the branch")
        if "other" not in branches:
            raise self.fault(f"'{name}' has no branch 'other'", self._at - 1)
        return tuple(branches.items())

    def _key(self, *, is_plural: bool) -> str:
        self._skip()
        if not is_plural:
            return self._name("a branch")
        if self._take("="):
            digits = self._name("a number after '='")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_COUNT):
                advice = f"a whole number of at most {LONGEST_COUNT} digits"
                raise self.fault(f"'={digits}' is not {advice}", self._at - len(digits))
            return f"={int(digits)}"
        key = self._name("a branch")
        if key not in CATEGORIES:
            known = ", ".join(CATEGORIES)
            raise self.fault(f"'{key}' is none of =N, {known}", self._at - len(key))
        return key

    def _name(self, wanted: str) -> str:
        self._skip()
        end = self._at
        while end < len(self._text) and (self._text[end].isalnum() or self._text[end] in "_-"):
            end += 1
        if end == self._at:
            raise self.fault(f"here should stand {wanted}")
        name = self._text[self._at : end]
        self._at = end
        return name

    def _expect(self, sign: str, wanted: str) -> None:
        if not self._take(sign):
            raise self.fault(f"here should stand {wanted}")

    def _take(self, sign: str) -> bool:
        self._skip()
        is_here = self._here() == sign
        self._at += is_here
        return is_here

    def _skip(self) -> None:
        while self._here().isspace():
            self._at += 1

    def _here(self) -> str:
        return self._text[self._at : self._at + 1]


def _walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, Choice):
            for _, inner in part.branches:
                yield from _walk(inner)


def _has(choice: Choice, category: Category, language: Locale) -> bool:
    keys = {key for key, _ in choice.branches}
    if category in keys:
        return True
    held = _held(language, category)
    return bool(held) and held <= keys


@lru_cache(maxsize=512)
def _held(language: Locale, category: Category) -> frozenset[str]:
    """The keys =N of the numbers that `category` holds."""
    return frozenset(f"={n}" for n in _COUNTED if language.plural(n) == category)


def _fill(
    parts: tuple[Part, ...],
    arguments: Mapping[str, Argument],
    language: Locale,
    pieces: list[Piece],
) -> None:
    for part in parts:
        if isinstance(part, Text):
            _add(pieces, Words(part.text))
            continue
        if part.name not in arguments:
            raise MessageFault(f"nothing was given for '{part.name}'", position=part.at)
        argument = arguments[part.name]
        if isinstance(part, Slot):
            for one in argument if isinstance(argument, tuple) else (argument,):
                _add(pieces, _piece(one, language))
        else:
            _fill(_chosen(part, argument, language), arguments, language, pieces)


def _chosen(choice: Choice, argument: Argument, language: Locale) -> tuple[Part, ...]:
    branches = dict(choice.branches)
    if choice.kind == "select":
        if not isinstance(argument, str):
            raise MessageFault(f"'{choice.name}' must be one word", position=choice.at)
        return branches.get(argument, branches["other"])
    if not isinstance(argument, int | Fraction):
        raise MessageFault(f"'{choice.name}' must be a number", position=choice.at)
    exact = branches.get(f"={argument}")
    if exact is not None:
        return exact
    return branches.get(language.plural(argument), branches["other"])


def _piece(argument: int | Fraction | str | Piece, language: Locale) -> Piece:
    if isinstance(argument, str):
        return Words(argument)
    if isinstance(argument, Words | Maths):
        return argument
    if argument.denominator == 1 and argument >= 0:
        return Words(language.number(argument))
    # Among words that run right to left a minus would change its side.
    return Maths(number_tokens(argument, language))


def _add(pieces: list[Piece], piece: Piece) -> None:
    last = pieces[-1] if pieces else None
    if isinstance(piece, Words) and isinstance(last, Words):
        pieces[-1] = Words(last.text + piece.text)
    elif not isinstance(piece, Words) or piece.text:
        pieces.append(piece)


def _pseudo(parts: tuple[Part, ...], tag: str) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, Text):
            yield Text(pseudo_words(part.text, tag))
        elif isinstance(part, Choice):
            branches = tuple((key, tuple(_pseudo(inner, tag))) for key, inner in part.branches)
            yield replace(part, branches=branches)
        else:
            yield part
