"""Which licences let a school take, change and pass on a text; by name or by address."""

from __future__ import annotations

import re

_VERSIONS = "(1.0|2.0|2.5|3.0|4.0)"
_ADDRESS = re.compile(
    rf"https?://creativecommons\.org/(licenses/(by|by-sa)/{_VERSIONS}|publicdomain/zero/1\.0)"
    r"(/[a-z-]*)*"
)
_NAMED = re.compile(rf"cc[ -]?(by|by-sa)[ -]?{_VERSIONS}")


def open_licence(told: str) -> str:
    """The SPDX name of an open licence; empty for all others: unknown, none, NC, ND."""
    for part in re.split(r"[<>]", told.lower()):
        found = _one(part.strip())
        if found:
            return found
    return ""


def _one(told: str) -> str:
    if re.fullmatch(r"cc0([ -]1\.0)?", told):
        return "CC0-1.0"
    address = _ADDRESS.fullmatch(told)
    if address is not None:
        return f"CC-{address[2].upper()}-{address[3]}" if address[2] else "CC0-1.0"
    named = _NAMED.fullmatch(told.replace("cc by sa", "cc by-sa"))
    return f"CC-{named[1].upper()}-{named[2]}" if named else ""
