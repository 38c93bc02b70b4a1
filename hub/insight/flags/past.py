"""A learner's latest answers as the rules look at them: opportunities, skill by skill."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from math import log
from typing import NamedTuple

from hub.insight.flags.pace import Limit

#: The hint that tells the answer: a right answer after it shows that it was read.
BOTTOM_OUT = 3
#: Right first answers in a row that stand for mastery (Beck & Gong 2013).
IN_A_ROW = 3
#: Opportunities without them that are spinning wheels (the same).
SPIN_AFTER = 10
#: What the learner model would say of a question that nobody has asked yet.
EVEN = 0.5
#: An answer of a smaller chance than this tells no more than one of this.
LEAST_CHANCE = 0.02


class Seen(NamedTuple):
    """What a row of the log means for the rules; `answer` only tells equal ones apart.

    `p`: how likely a right answer was, as the learner model saw it before; None for all but the
    first answer to an activity, which is the one that moves the model.
    """

    hub_seq: int
    item: str
    seed: int
    skills: tuple[str, ...]
    is_right: bool
    p: float | None
    step: int
    ms: int
    hints: int
    misconception: str
    answer: int
    limit: Limit
    has_hints: bool

    @property
    def is_first(self) -> bool:
        """The first answer to its activity."""
        return self.p is not None

    @property
    def is_known(self) -> bool:
        """Right, and not because the answer was told."""
        return self.is_right and self.hints < BOTTOM_OUT


class Chance:
    """One opportunity: the first answer to an activity, and the `later` ones to the same.

    `mended`: whether the next try at the whole was right, None where there was none. `steps`
    are the first answers to its steps. `surprise` is how little the answer was to be expected
    by the learner model: -ln of its chance.
    """

    __slots__ = (
        "hub_seq",
        "is_quick",
        "is_right",
        "later",
        "mended",
        "seen",
        "steps",
        "surprise",
    )

    def __init__(self, seen: Seen, later: Sequence[Seen], *, is_quick: bool) -> None:
        self.seen = seen
        self.hub_seq = seen.hub_seq
        self.is_right = seen.is_known
        self.is_quick = is_quick
        self.later = later
        self.mended = None if self.is_right else _mended(seen, later)
        self.steps = _steps(later) if later else ()
        chance = EVEN if seen.p is None else seen.p
        self.surprise = -log(max(LEAST_CHANCE, chance if self.is_right else 1.0 - chance))

    def until(self, hub_seq: int) -> Chance:
        """The same as it stood after the row `hub_seq`."""
        later = [row for row in self.later if row.hub_seq <= hub_seq]
        return Chance(self.seen, later, is_quick=self.is_quick)


class End(NamedTuple):
    """What a skill came to, mastery or spinning wheels, and the row by which it had."""

    is_mastered: bool
    hub_seq: int


class Past:
    """A learner's answers up to some row, the oldest first."""

    def __init__(self, rows: Sequence[Seen], *, is_timed: bool = True) -> None:
        self.rows = rows
        self.is_timed = is_timed

    def until(self, hub_seq: int) -> Past:
        """The same as it stood after the row `hub_seq`; it shares what does not differ."""
        return _Earlier(self, hub_seq)

    @cached_property
    def chances(self) -> list[Chance]:
        """All opportunities."""
        begun: list[tuple[Seen, list[Seen]]] = []
        for row in self.rows:
            if row.is_first:
                begun.append((row, []))
            elif begun and (row.item, row.seed) == (begun[-1][0].item, begun[-1][0].seed):
                begun[-1][1].append(row)
        return [Chance(row, later, is_quick=self.is_quick(row)) for row, later in begun]

    @cached_property
    def skills(self) -> dict[str, list[Chance]]:
        """The opportunities of each skill; a question may practise several."""
        found: dict[str, list[Chance]] = {}
        for one in self.chances:
            for skill in one.seen.skills:
                found.setdefault(skill, []).append(one)
        return found

    @cached_property
    def wrong(self) -> list[Chance]:
        """The opportunities that were lost."""
        return [one for one in self.chances if not one.is_right]

    @cached_property
    def ends(self) -> dict[str, End]:
        """What skills came to; those still under way are left out."""
        found: dict[str, End] = {}
        for skill, spun, mastered in self.marks:
            if spun:
                found[skill] = End(is_mastered=False, hub_seq=spun)
            if mastered:
                found[skill] = End(is_mastered=True, hub_seq=mastered)
        return found

    @cached_property
    def marks(self) -> list[tuple[str, int, int]]:
        """The rows by which each skill was spinning and mastered, 0 where it was not."""
        found = []
        for skill, chances in self.skills.items():
            place = mastered_at(chances)
            mastered = 0 if place is None else chances[place].hub_seq
            is_spun = len(chances) >= SPIN_AFTER and (place is None or place >= SPIN_AFTER)
            spun = chances[SPIN_AFTER - 1].hub_seq if is_spun else 0
            if spun or mastered:
                found.append((skill, spun, mastered))
        return found

    def of(self, skill: str) -> list[Chance]:
        """The opportunities of `skill`; none where it was not met lately."""
        return self.skills.get(skill, [])

    def is_quick(self, row: Seen) -> bool:
        """Whether it came too quickly to have been thought about."""
        return self.is_timed and 0 < row.ms < row.limit.ms


class _Earlier(Past):
    """A past cut off at some row: all but its last opportunity stand as they are."""

    def __init__(self, whole: Past, hub_seq: int) -> None:
        cut = bisect_right(whole.rows, hub_seq, key=_row)
        super().__init__(whole.rows[:cut], is_timed=whole.is_timed)
        self._whole, self._hub_seq = whole, hub_seq

    @cached_property
    def chances(self) -> list[Chance]:
        """See `Past`."""
        return self._cut(self._whole.chances)

    def of(self, skill: str) -> list[Chance]:
        """See `Past`."""
        return self._cut(self._whole.of(skill))

    @cached_property
    def wrong(self) -> list[Chance]:
        """See `Past`."""
        return self._cut(self._whole.wrong)

    @cached_property
    def marks(self) -> list[tuple[str, int, int]]:
        """See `Past`."""
        last = self._hub_seq
        return [
            (skill, spun if spun <= last else 0, mastered if mastered <= last else 0)
            for skill, spun, mastered in self._whole.marks
        ]

    def _cut(self, chances: list[Chance]) -> list[Chance]:
        kept = chances[: bisect_right(chances, self._hub_seq, key=_row)]
        if kept and kept[-1].later and kept[-1].later[-1].hub_seq > self._hub_seq:
            kept[-1] = kept[-1].until(self._hub_seq)
        return kept


def _mended(first: Seen, later: Sequence[Seen]) -> bool | None:
    if not later or later[0].step:
        return None
    # Without a further hint: one who was told mends nothing.
    return later[0].is_right and later[0].hints <= first.hints


def _steps(later: Sequence[Seen]) -> tuple[Seen, ...]:
    found: dict[int, Seen] = {}
    for row in later:
        if row.step:
            found.setdefault(row.step, row)
    return tuple(found.values())


def _row(one: Seen | Chance) -> int:
    return one.hub_seq


def mastered_at(chances: Sequence[Chance]) -> int | None:
    """The place of the answer that first made three right ones in a row; None for none."""
    run = 0
    for place, one in enumerate(chances):
        run = run + 1 if one.is_right else 0
        if run == IN_A_ROW:
            return place
    return None


def right_run(chances: Sequence[Chance]) -> int:
    """How many right answers stand at the end."""
    run = 0
    for one in reversed(chances):
        if not one.is_right:
            break
        run += 1
    return run
