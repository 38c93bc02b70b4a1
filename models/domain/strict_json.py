"""The JSON files of a pack, decoded strictly: each fault with its file and its key or line."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from models.domain.container import ArchiveFault

Decoded = TypeVar("Decoded")
#: An item's values stand about ten deep.
DEEPEST = 40
#: Nothing in it is tried twice: a text of thirty megabytes would otherwise take gigabytes.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_BYTE = re.compile(r"\(byte (\d+)\)")
_KEY = re.compile(r"^(?P<what>.*) - at `(?P<key>.*)`$", re.DOTALL)


def decode(body: bytes, kind: type[Decoded], file: str) -> Decoded:
    """What `body` holds, as `kind`; raises ArchiveFault with the file, and key or line."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _fault(error, body, file) from error


def check(body: bytes, file: str) -> None:
    """Refuses what is no JSON in UTF-8, or is nested deeper than any pack needs."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise _fault(error, body, file) from error
    decode(body, msgspec.Raw, file)
    if _is_deeper(body, DEEPEST):
        raise ArchiveFault(f"is nested deeper than {DEEPEST}", file=file)


def _is_deeper(body: bytes, most: int) -> bool:
    """Whether brackets stand deeper than `most` in this sound JSON.

    Each round takes the innermost pairs away, all at once: no loop over twenty megabytes.
    """
    left = _STRING.sub(b"", body).translate(_AS_SQUARE, _NOT_BRACKETS)
    for _ in range(most):
        left = left.replace(b"[]", b"")
        if not left:
            return False
    return True


def _fault(error: Exception, body: bytes, file: str) -> ArchiveFault:
    if isinstance(error, UnicodeDecodeError):
        # Told of one text alone it has no place in the file: all of it is asked once more.
        return ArchiveFault("is no UTF-8", file=file, line=_line(body, _first_strange(body)))
    if isinstance(error, RecursionError):
        return ArchiveFault(f"is nested deeper than {DEEPEST}", file=file)
    found = _KEY.match(str(error))
    if found is not None:
        return ArchiveFault(found["what"], file=file, key=found["key"])
    byte = _BYTE.search(str(error))
    line = None if byte is None else _line(body, int(byte[1]))
    return ArchiveFault(str(error), file=file, line=line)


def _first_strange(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _line(body: bytes, byte: int) -> int:
    return body.count(b"\n", 0, byte) + 1
