"""Findings of a pack's check: kept once each, with file, key and line, errors and warnings."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """One thing that is wrong (an error) or doubtful; `line` is 0 where there is none."""

    file: str
    key: str
    line: int
    message: str
    is_error: bool

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.message) if part)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, sorted by file, key and line; `items` were tried with `seeds` each."""

    pack: str
    items: int
    seeds: int
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
