"""What would clear a flag: the fewest answers after which it is gone, found by trying them."""

from __future__ import annotations

from collections.abc import Callable

from hub.insight.flags.flag import Clears, Code, Kind
from hub.insight.flags.pace import CAP_MS, FIXED
from hub.insight.flags.past import EVEN, Seen

#: More answers than this are no advice.
MOST = 12
#: Answers of which kind speak against each flag.
KINDS: dict[Code, Kind] = {
    "stuck_soon": "right",
    "wheel_spinning": "right",
    "misconception": "right",
    "prerequisite": "right",
    "forgetting": "right",
    "help_avoidance": "right",
    "hint_abuse": "right",
    "rapid_guessing": "unhurried",
    "gaming": "unhurried",
    "idle": "any",
    "ready": "wrong",
}
#: No limit of quick answers is above half of it.
UNHURRIED_MS = 2 * CAP_MS


def clears(code: Code, holds_after: Callable[[Kind, int], bool]) -> Clears | None:
    """The fewest answers after which a flag no longer holds; None where a dozen do not do."""
    kind = KINDS[code]
    if kind == "any":
        return Clears(kind, 1)
    for count in range(1, MOST + 1):
        if not holds_after(kind, count):
            return Clears(kind, count)
    return None


def supposed(kind: Kind, count: int, skills: tuple[str, ...], after: int) -> list[Seen]:
    """Answers that have not been given, behind the row `after` of the log.

    Each is to a question of its own, without hints. An unhurried one is taken as wrong.
    """
    return [
        Seen(
            hub_seq=after + number,
            item=f"supposed {number}",
            seed=0,
            skills=skills,
            is_right=kind == "right",
            p=EVEN,
            step=0,
            ms=UNHURRIED_MS,
            hints=0,
            misconception="",
            answer=-number,
            limit=FIXED,
            has_hints=True,
        )
        for number in range(1, count + 1)
    ]
