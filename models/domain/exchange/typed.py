"""What kind of answer a typed text is: a number of some form, algebra, or words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from models.domain.exchange.report import Refused
from models.domain.solution import number_text

#: Whether the hub's answer checker can read a text.
Reads = Callable[[str], bool]

_WHOLE = re.compile(r"[+-]?\d{1,15}")
_DECIMAL = re.compile(r"([+-]?)(\d{0,12})[.,](\d{1,12})")
_FRACTION = re.compile(r"([+-]?\d{1,12})\s*/\s*(\d{1,12})")
_MIXED = re.compile(r"([+-]?)(\d{1,12})\s+(\d{1,12})\s*/\s*(\d{1,12})")
_UNIT = re.compile(r"(.*\d)\s+(mm|cm|m|km|mg|g|kg|ml|cl|l|s|min|h)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NAMES = {"sqrt", "log", "abs", "pi"}
#: Wide enough for the answers of public tutors, which end at about 120 signs.
LONGEST = 200
KINDS = ("number", "whole", "fraction", "mixed", "decimal", "expression")


def typed_answer(text: str, reads: Reads) -> dict[str, Any]:
    """The fields of the answer that `text` is; Refused where nothing could check it."""
    told = _ascii(text)
    unit = _UNIT.fullmatch(told)
    if unit is not None:
        return number_answer(unit[1]) | {"unit": unit[2]}
    if any(one.fullmatch(told) for one in (_WHOLE, _MIXED, _FRACTION, _DECIMAL)):
        return number_answer(told)
    words = [one for one in _WORD.findall(told) if one.lower() not in _NAMES]
    if words:
        raise Refused(f"answer '{text[:40]}'", "typed words cannot be checked")
    if len(told) > LONGEST or "{" in told or "}" in told or not reads(told):
        raise Refused(f"answer '{text[:40]}'", "the answer checker cannot read it")
    return {"kind": "expression", "value": told}


def number_answer(text: str) -> dict[str, Any]:
    """The fields of a number's answer, in the form that it is written in."""
    told = _ascii(text)
    if _WHOLE.fullmatch(told):
        return {"kind": "whole", "value": str(int(told))}
    if found := _MIXED.fullmatch(told):
        part = int(found[2]) + _over(found[3], found[4], text)
        value = -part if found[1] == "-" else part
        return {"kind": "mixed", "value": number_text(value)}
    if found := _FRACTION.fullmatch(told):
        return {"kind": "fraction", "value": number_text(_over(found[1], found[2], text))}
    if found := _DECIMAL.fullmatch(told):
        return {"kind": "decimal", "value": number_text(_decimal(told, found))}
    raise Refused(f"answer '{text[:40]}'", "is no number")


def _over(top: str, bottom: str, text: str) -> Fraction:
    if int(bottom) == 0:
        raise Refused(f"answer '{text[:40]}'", "nothing can be divided by 0")
    return Fraction(int(top), int(bottom))


def _decimal(text: str, found: re.Match[str]) -> Fraction:
    if "," in text and len(found[3]) == 3:
        raise Refused(
            f"answer '{text}'",
            "this may be a thousand or a decimal: write it without a comma, or with a point",
        )
    size = Fraction(int((found[2] or "0") + found[3]), 10 ** len(found[3]))
    return -size if found[1] == "-" else size


def _ascii(text: str) -> str:
    """Every script's digits as ASCII, one kind of minus, one space between."""
    signs = {"\N{MINUS SIGN}": "-", "\N{ARABIC DECIMAL SEPARATOR}": "."}
    digits = (
        str(unicodedata.digit(one)) if one.isdecimal() else signs.get(one, one) for one in text
    )
    return " ".join("".join(digits).split())
