"""How much a learner needs a visit, as one number, and why: by the flags and the tablet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.flagging import Flagging
from hub.insight.flags import Flag, Now, Part
from hub.insight.flags.need import STRENGTH
from hub.insight.progress import Seen, Status

#: Flags of a child who does not get on; the others tell of haste, hints, rest and plenty.
STRUGGLE = frozenset(
    {"stuck_soon", "wheel_spinning", "misconception", "prerequisite", "help_avoidance"}
)
#: A tablet that went silent, in the measure of the flags' strengths: a little less than a child
#: who sits idle before one that works.
SILENT = 0.9
#: A forecast at half its strength or more is worth a word, though it is no flag yet.
DOUBT = STRENGTH["stuck_soon"] / 2
MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Need:
    """`flag` is the one to tell of, None for none; two that read the same are the same."""

    score: float = field(default=0.0, compare=False)
    flag: Flag | None = field(default=None, compare=False)
    told: tuple[object, ...] = ()
    is_silent: bool = False
    is_in_doubt: bool = False

    @property
    def is_stuck(self) -> bool:
        """Whether the child does not get on."""
        return self.flag is not None and self.flag.code in STRUGGLE

    @property
    def skill(self) -> str:
        """The id of the skill in trouble; empty for none."""
        return "" if self.flag is None else self.flag.skill


class Needs:
    """The needs of a class, each worked out anew only when its learner's flags may differ."""

    def __init__(self, flagging: Flagging, class_id: int) -> None:
        self._flagging = flagging
        self._class_id = class_id
        self._known: dict[int, tuple[tuple[int, Status], list[Flag], Need]] = {}

    def of(self, learner: int, seen: Seen, status: Status, idle_min: int) -> Need:
        """What is known of a learner who is here."""
        idle_s = idle_min * MINUTE_S if status == "idle" else None
        now, key = Now(idle_s=idle_s), (seen.answers, status)
        flags = self._flagging.of(self._class_id, learner, now)
        known = self._known.get(learner)
        if known is None or known[0] != key or not _are_same(known[1], flags):
            found = self._flagging.need(self._class_id, learner, now)
            known = key, flags, _need(found.parts, found.top, is_silent=status == "silent")
            self._known[learner] = known
        return known[2]


def _need(parts: Sequence[Part], top: Flag | None, *, is_silent: bool) -> Need:
    # The walk list puts hands first by itself.
    known = {part.code: part.value for part in parts if part.code != "HAND"}
    told = () if top is None else (top.code, top.skill, top.parts, _sorted(top))
    return Need(
        score=sum(known.values()) + (SILENT if is_silent else 0.0),
        flag=top,
        told=told,
        is_silent=is_silent,
        is_in_doubt=top is None and known.get("stuck_soon", 0.0) >= DOUBT,
    )


def _sorted(flag: Flag) -> tuple[tuple[str, float | str], ...]:
    return tuple(sorted(flag.numbers.items()))


def _are_same(former: Sequence[Flag], flags: Sequence[Flag]) -> bool:
    """Whether the flags were not worked out anew since."""
    return len(former) == len(flags) and all(map(_is, former, flags))


def _is(one: Flag, other: Flag) -> bool:
    return one is other
