"""The hub's words for teachers: a table a language and subject; none travels to a tablet.

A word is a message as in packs (`models.domain.messages`): slots, plurals by CLDR, choices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal
from unicodedata import bidirectional

import msgspec

from models.domain.locales import PSEUDO, Direction, Locale, fallback, locale
from models.domain.messages import Argument, Message, MessageFault, Text, fill, parse, pseudo
from models.domain.pieces import plain

TABLES = Path(__file__).parent
LAST_RESORT = "en"
#: What speakers call their language.
OWN_NAMES = {"en": "English", "sw": "Kiswahili", "ar": "العربية"}
#: Whole numbers count and are written in the language's digits; a str stands as it is.
Value = int | str

_ISOLATE, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT ISOLATE}"
#: Classes of signs that do no more than their neighbours in a line of that direction (Unicode
#: Standard Annex 9, table 4).
_WITH: Final[dict[Direction, frozenset[str]]] = {
    "ltr": frozenset(("L", "EN", "ES", "ET", "CS", "NSM", "WS", "ON")),
    "rtl": frozenset(("R", "AL", "NSM", "WS", "ON")),
}
#: Marks that change the direction of what follows.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def is_known(key: str) -> bool:
    """Whether teachers have words for `key`."""
    return key in messages(LAST_RESORT)


def tell(tag: str, key: str, slots: Mapping[str, Value]) -> str:
    """The words `key` as plain text: for a title, an attribute, a file.

    A str that may run the other way is set apart by marks, so that it moves nothing around it.
    KeyError for words that nobody wrote, MessageFault for a slot left empty.
    """
    spoken = locale(spoken_tag(tag)).direction
    return filled(tag, key, slots, lambda text: isolated(text, spoken))


def filled(tag: str, key: str, slots: Mapping[str, Value], shown: Callable[[str], str]) -> str:
    """The words `key`; each str among `slots` goes through `shown`."""
    bare = _bare(tag, key)
    if bare is not None:
        return bare
    message, own = messages(tag)[key], locale(spoken_tag(tag))
    values: dict[str, Argument] = {
        name: value if isinstance(value, int) or name in message.selects else shown(value)
        for name, value in slots.items()
    }
    return plain(fill(message, values, own), has_marks=_is_rtl(own))


def spoken_tag(tag: str) -> str:
    """The language nearest to `tag` that teachers have words in."""
    if tag in PSEUDO:
        return tag
    return next((one for one in fallback(tag) if one in OWN_NAMES), LAST_RESORT)


def figure(tag: str, value: float, places: int, *, is_signed: bool = False) -> str:
    """`value` with so many decimal places in the language's digits; a sign also for gains."""
    own = locale(spoken_tag(tag))
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    body = own.number(abs(Fraction(exact)), places=places)
    sign = own.minus if exact < 0 else "+" if is_signed else ""
    return f"{_LEFT_TO_RIGHT}{sign}{body}{_POP}" if sign and _is_rtl(own) else sign + body


def listed(tag: str, parts: Sequence[str], mark: Literal[",", ";"] = ",") -> str:
    """`parts` one after the other, with the language's own comma or semicolon."""
    own = {",": "\N{ARABIC COMMA}", ";": "\N{ARABIC SEMICOLON}"}
    sign = own[mark] if _is_rtl(locale(spoken_tag(tag))) else mark
    return f"{sign} ".join(parts)


def isolated(text: str, direction: Direction) -> str:
    """`text` set apart in a line that runs so; marks in it that would break out are taken away.

    As it is where all of it runs with the line.
    """
    if {bidirectional(sign) for sign in text} <= _WITH[direction]:
        return text
    depth, is_closed = 0, True
    for sign in text:
        depth += (sign in "\u2066\u2067\u2068") - (sign == _POP)
        is_closed = is_closed and depth >= 0
    whole = text if is_closed and depth == 0 else text.translate(_TURNING)
    return f"{_ISOLATE}{whole}{_POP}"


@lru_cache(maxsize=32)
def messages(tag: str) -> dict[str, Message]:
    """All words by key, parsed; English where the language has none."""
    own = _table(LAST_RESORT)
    if tag in PSEUDO:
        return {key: pseudo(one, tag) for key, one in own.items()}
    return own | _table(spoken_tag(tag))


def _is_rtl(own: Locale) -> bool:
    return own.direction == "rtl"


@lru_cache(maxsize=4096)
def _bare(tag: str, key: str) -> str | None:
    """The words of a message without slots; None for one that has some."""
    parts = messages(tag)[key].parts
    if all(isinstance(one, Text) for one in parts):
        return "".join(one.text for one in parts if isinstance(one, Text))
    return None


@lru_cache(maxsize=8)
def _table(tag: str) -> dict[str, Message]:
    """The messages of every file of a language; a broken one is named."""
    found: dict[str, Message] = {}
    for path in sorted((TABLES / tag).glob("*.json")):
        words = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        for key, text in words.items():
            found[key] = _parsed(text, f"{path.name}: {key}")
    return found


def _parsed(text: str, where: str) -> Message:
    try:
        return parse(text)
    except MessageFault as fault:
        raise MessageFault(f"{where}: {fault}", position=fault.position) from fault
