"""What was found of one part of the hub: a level, a case that has words, and its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

#: From "nothing to do" to "do something now"; "unknown" says that nobody could look.
Level = Literal["ok", "unknown", "look", "act"]
GRAVITY: dict[Level, int] = {"ok": 0, "unknown": 1, "look": 2, "act": 3}


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. `case` names its sentence, `numbers` fill it.

    `since_s` is how long the level has been as it is, as far as this start of the hub saw;
    None where nobody kept watch. Numbers only, and words of the machine (a chip, a file
    system): never a name of a person.
    """

    code: str
    level: Level
    case: str
    numbers: dict[str, int | float | str] = {}
    since_s: int | None = None


def unknown(code: str, case: str = "unknown", **numbers: float | str) -> Finding:
    """What could not be looked at."""
    return Finding(code, "unknown", case, dict(numbers))


def worst(findings: Iterable[Finding]) -> Level:
    """The gravest level among them; "ok" only if each of them is."""
    levels: list[Level] = [one.level for one in findings]
    return max(levels, key=GRAVITY.__getitem__, default="unknown")
