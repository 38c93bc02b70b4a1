"""A learner's name as a list gives it: tidied where that is safe, else refused with why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

#: The longest that still fits on a sign-in card in two lines; four names in full have about 45.
LONGEST_NAME = 60
#: More marks than this on one letter are no writing system's (Vietnamese 2, Tibetan 4).
MOST_MARKS = 4
#: A spreadsheet runs a cell that begins so (OWASP, "CSV Injection"), full-width forms included.
#: A sign alone runs nothing: a dash stands for a name that somebody does not have.
FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20][\s\S]")
#: The same behind the apostrophes by which a spreadsheet is told that it is text.
_ESCAPED = re.compile(rf"'+{FORMULA.pattern}")
_BLANKS = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
#: What stands before a name in a list on paper or in a chat: numbers, bullets, boxes.
_BULLET = re.compile(
    r"^(?:[\-\u2010-\u2015*+•·▪▫◦●○‣\u2043►▶➢✓✔☐☑→]+\s*|\[[ xX]?\]\s*"
    r"|[(\[]?\d{1,4}[.)\]:،\-]+\s*|\d{1,4}\s+)+"
)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z'.\- ]{0,59}")
#: Letters and blanks of the scripts that most lists are in: nothing there has to be looked at.
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0621-\u063a\u0641-\u064a"
_LETTERS = re.compile(f"[{_LETTER}'. ]*[{_LETTER}]")
#: Marks that no eye sees and that turn what stands around them.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: They part or join letters in Persian, Urdu and Indian names; anywhere else they hide.
_JOINERS = frozenset("\u200c\u200d")
_SEPARATORS = frozenset(";|")


def tidy(text: str) -> str:
    """`text` in composed letters (NFC), with single blanks and none at its ends."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def tidy_line(text: str) -> str:
    """A typed line without the number or bullet before its name."""
    line = tidy(text)
    return _BULLET.sub("", line).strip(" ,;،؛")


def folded(name: str) -> str:
    """What two spellings of one name have in common: case and forms of letters apart."""
    return unicodedata.normalize("NFKC", tidy(name)).casefold()


def unescaped(cell: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from running it."""
    return cell[1:] if _ESCAPED.match(cell) else cell


def escaped(cell: str) -> str:
    """A cell that no spreadsheet runs; `unescaped` gives the cell back."""
    is_risky = FORMULA.match(cell) or _ESCAPED.match(cell)
    return f"'{cell}" if is_risky else cell


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run the cell."""
    return FORMULA.match(cell) is not None


def name_fault(name: str) -> tuple[str, dict[str, Any]] | None:
    """The code of what is wrong with a tidied name, and its facts; None for a good one."""
    if _PLAIN.fullmatch(name) or (_LETTERS.fullmatch(name) and len(name) <= LONGEST_NAME):
        return None
    if not name:
        return "name.empty", {}
    return next(_faults(name), None)


def title_fault(name: str) -> tuple[str, dict[str, Any]] | None:
    """The same for the name of a class, which may be a number."""
    fault = name_fault(name)
    return None if fault is not None and fault[0] == "name.letters" else fault


def _faults(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, sign in enumerate(name):
        code = _sign_fault(name, place, sign)
        if code is not None:
            yield code, {"sign": f"U+{ord(sign):04X}"}
    if _most_marks(name) > MOST_MARKS:
        yield "name.marks", {}
    if len(name) > LONGEST_NAME:
        yield "name.long", {"letters": len(name), "most": LONGEST_NAME}
    if not any(sign.isalpha() for sign in name):
        yield "name.letters", {"name": name}


def _sign_fault(name: str, place: int, sign: str) -> str | None:
    kind = unicodedata.category(sign)
    if sign == "\ufffd":
        return "name.lost"
    if sign in _BIDI:
        return "name.bidi"
    if sign in _JOINERS:
        around = name[max(place - 1, 0) : place] + name[place + 1 : place + 2]
        is_between = len(around) == 2 and all(
            unicodedata.category(one)[0] in "LM" for one in around
        )
        return None if is_between else "name.control"
    if kind in {"Cc", "Cf", "Zl", "Zp"}:
        return "name.control"
    if kind in {"Cs", "Co", "Cn"}:
        return "name.unknown"
    return "name.separator" if sign in _SEPARATORS else None


def _most_marks(name: str) -> int:
    most = run = 0
    for sign in name:
        run = run + 1 if unicodedata.combining(sign) else 0
        most = max(most, run)
    return most
