"""Text as a font can write it: nothing that steers, a box for what it has no letter for."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator

#: What stands for a letter that the font has not; DejaVu has the box itself.
BOX = "□"
#: They part or join letters in Persian, Urdu and Indian names; no other invisible sign is kept.
_JOINERS = frozenset("\u200c\u200d")


def writable(text: str, known: Container[int]) -> str:
    """`text` in letters of `known`, in a line: a box for each other one, without controls."""
    return "".join(_signs(unicodedata.normalize("NFC", text), known)).strip()


def _signs(text: str, known: Container[int]) -> Iterator[str]:
    is_box = False
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in {"Cc", "Cf", "Cs"} and sign not in _JOINERS:
            # A tab or a line's end parts words; whatever else is hidden parts nothing.
            if sign.isspace():
                yield " "
            continue
        if kind[0] == "Z":
            is_box = False
            yield " "
        elif kept := _kept(sign, known):
            is_box = False
            yield kept
        elif sign not in _JOINERS and not (is_box and kind[0] == "M"):
            # The marks of a letter that became a box belong to that box.
            is_box = True
            yield BOX


def _kept(sign: str, known: Container[int]) -> str:
    """The sign itself, or taken apart where the font has its parts alone; empty for neither."""
    parts = unicodedata.normalize("NFD", sign)
    return next((one for one in (sign, parts) if all(ord(part) in known for part in one)), "")
