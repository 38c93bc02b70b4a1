"""The teacher's words that are in force in a class, on whom they are, and when each one ends.

A word is on one learner, on a group, or on the whole class; where two differ, the nearer one
holds: a learner's own before a group's before the class's, and of equally near ones the later.

A word may end by itself: after so many answers of each learner whom it is on, or after days. A
day is 24 hours of a clock that was right both when the word was spoken and when it is looked
at, or of one start of the hub without a break. Where neither tells, each start of the hub since
counts as a day: children must not wait for ever on a board that has no clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal

import msgspec

from hub.lesson.rest import When, when
from hub.store.log import Attempt, Event, Row
from models.domain.pack import Pack

#: What a teacher can set for one skill, each undoable.
ACTIONS = ("pin", "skip", "unlock")
#: The one that is about a question: it comes once, then its word is over.
ASK = "ask"
#: All that may stand in a word's `action`: `park` is a skill's that rests, `ban` an item's;
#: `pace` is the success to aim for, `exempt` takes what was quick or slow out of the evidence.
Action = Literal[
    "pin", "skip", "unlock", "ask", "park", "ban", "mastery", "goal", "pace", "exempt"
]
#: Those that say what comes, and so win over what an appeal led to.
OF_QUESTIONS = frozenset({"pin", "skip", "unlock", "park", "ban"})
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
#: So many settings of a group's learners are kept, to be taken back one by one.
KEPT_SETTINGS = 8
#: How near a word is; see the head.
OWN, OF_GROUP, OF_CLASS = 0, 1, 2


class Until(msgspec.Struct, frozen=True, array_like=True):
    """When a word ends: after so many answers, or days since `since`; 0 for never."""

    answers: int
    days: int
    since: When


class Override(msgspec.Struct, frozen=True, array_like=True):
    """A teacher's word; `hub_seq` is where the log has it.

    `learner` is 0 where it is on a group, or (`group` 0, too) on the whole class. `skill`,
    `item` and `seed` say what it is about; -1 for nothing of the kind. `value` is the number of
    a mastery or of a success to aim for, `goal` a goal's name.
    """

    hub_seq: int
    learner: int
    action: str
    skill: int
    item: int = -1
    seed: int = -1
    group: int = 0
    value: float = 0.0
    goal: str = ""
    until: Until | None = None

    @property
    def nearness(self) -> int:
        """`OWN`, `OF_GROUP` or `OF_CLASS`."""
        if self.learner:
            return OWN
        return OF_GROUP if self.group else OF_CLASS


class Setting(msgspec.Struct, frozen=True, array_like=True):
    """Who is in a group since the log's row `hub_seq`.

    `is_oldest`: what held before it is kept no longer, so it cannot be taken back.
    """

    hub_seq: int
    learners: list[int]
    is_oldest: bool = False


class Ends(msgspec.Struct, frozen=True):
    """What is left of a word: answers of one learner, ms of a clock, or starts of the hub.

    None where that does not end it.
    """

    answers: int | None = None
    ms: int | None = None
    starts: int | None = None


class Overrides:
    """The words in force in a class, its groups, and how many answers each word has had."""

    def __init__(
        self,
        in_force: Iterable[Override] = (),
        groups: Iterable[tuple[int, Sequence[Setting]]] = (),
        spent: Iterable[tuple[int, Sequence[tuple[int, int]]]] = (),
    ) -> None:
        self.in_force = list(in_force)
        self._groups = {group: list(settings) for group, settings in groups}
        self._spent = {hub_seq: dict(counts) for hub_seq, counts in spent}

    def add(self, row: Event, facts: dict[str, Any]) -> Override:
        """Takes in the word of a row of the log."""
        made = override_of(row.hub_seq, facts, when(row))
        self.in_force.append(made)
        return made

    def drop(self, over: Collection[int]) -> bool:
        """Ends the words of these rows; whether there was any."""
        had = len(self.in_force)
        self.in_force = [one for one in self.in_force if one.hub_seq not in over]
        for hub_seq in over:
            self._spent.pop(hub_seq, None)
        return len(self.in_force) < had

    def of(self, learner: int) -> list[Override]:
        """All words that hold for `learner`, the oldest first."""
        if not self.in_force:
            return []
        mine = self.groups_of(learner)
        return [
            one
            for one in self.in_force
            if (one.learner or learner) == learner
            and (one.learner or not one.group or one.group in mine)
            and not self._is_spent(one, learner)
        ]

    def on(self, one: Override, everyone: Collection[int]) -> Collection[int]:
        """Whom the word is on."""
        if one.learner:
            return [one.learner]
        return self.groups.get(one.group, ()) if one.group else everyone

    def answered(self, row: Attempt, everyone: Collection[int]) -> bool:
        """Counts an answer that moved a model; whether a word ended for its learner by it."""
        counting = [one for one in self.of(row.learner) if one.until and one.until.answers]
        ended = False
        for one in counting:
            counts = self._spent.setdefault(one.hub_seq, {})
            counts[row.learner] = counts.get(row.learner, 0) + 1
            ended |= self._is_spent(one, row.learner)
        if ended:
            mine = ((one, self.on(one, everyone)) for one in counting)
            self.drop(
                [
                    one.hub_seq
                    for one, on in mine
                    if all(self._is_spent(one, learner) for learner in on)
                ]
            )
        return ended

    def passed(self, row: Row) -> list[Override]:
        """The words whose days are over at `row`; they hold no longer."""
        if not self.in_force:
            return []
        now = when(row)
        due = [one for one in self.in_force if one.until and _is_over(one.until, now)]
        if due:
            self.drop([one.hub_seq for one in due])
        return due

    def is_due(self, now: When) -> bool:
        """Whether the days of some word are over by now."""
        return any(one.until and _is_over(one.until, now) for one in self.in_force)

    def is_whole(self, one: Override, now: When) -> bool:
        """Whether nothing of a word's time has passed: nobody's answer, no whole hour of its
        days, and no start of the hub where those count.
        """
        left = self.ends(one, now)
        is_young = (
            left.ms is None
            or one.until is None
            or (left.ms > one.until.days * DAY_MS - HOUR_MS)
        )
        is_of_this_start = (
            left.starts is None or one.until is None or (left.starts >= one.until.days)
        )
        return one.hub_seq not in self._spent and is_young and is_of_this_start

    def ends(self, one: Override, now: When, learner: int = 0) -> Ends:
        """What is left of a word, for `learner`, or for whoever has had least of it."""
        if one.until is None:
            return Ends()
        return Ends(
            answers=self._answers_left(one, one.until, learner) if one.until.answers else None,
            ms=_ms_left(one.until, now),
            starts=_starts_left(one.until, now),
        )

    def set_group(self, hub_seq: int, group: int, learners: Sequence[int]) -> None:
        """Who is in the group from the row `hub_seq` on; nobody ends it."""
        settings = self._groups.setdefault(group, [])
        settings.append(Setting(hub_seq, sorted(set(learners))))
        if len(settings) > KEPT_SETTINGS:
            del settings[:-KEPT_SETTINGS]
            settings[0] = msgspec.structs.replace(settings[0], is_oldest=True)

    def unset_group(self, hub_seq: int) -> bool:
        """Takes back the setting of a group of that row; whether it was the last one."""
        for group, settings in self._groups.items():
            if settings[-1].hub_seq == hub_seq and not settings[-1].is_oldest:
                settings.pop()
                if not settings:
                    del self._groups[group]
                return True
        return False

    def last_setting(self, group: int) -> int:
        """The row that set the group last; 0 where it cannot be taken back.

        So it is with its first one while words are on the group: they would be on nobody.
        """
        settings = self._groups.get(group)
        if not settings or settings[-1].is_oldest:
            return 0
        is_said_of = any(one.group == group for one in self.in_force)
        return 0 if len(settings) == 1 and is_said_of else settings[-1].hub_seq

    @property
    def last_settings(self) -> set[int]:
        """The rows that may be taken back of those that set a group."""
        return {self.last_setting(group) for group in self._groups} - {0}

    def setting(self, group: int) -> int:
        """The row that says who is in the group now; 0 where there is no such group."""
        settings = self._groups.get(group)
        return settings[-1].hub_seq if settings else 0

    @property
    def settings_now(self) -> set[int]:
        """The rows that say who is in each group now."""
        return {settings[-1].hub_seq for settings in self._groups.values()}

    @property
    def groups(self) -> dict[int, list[int]]:
        """Who is in each group."""
        return {group: settings[-1].learners for group, settings in self._groups.items()}

    def groups_of(self, learner: int) -> set[int]:
        """The groups that `learner` is in."""
        return {group for group, learners in self.groups.items() if learner in learners}

    def saved_groups(self) -> list[tuple[int, list[Setting]]]:
        """For `Overrides(groups=...)`; what is equal gives equal bytes."""
        return sorted(self._groups.items())

    def saved_counts(self) -> list[tuple[int, list[tuple[int, int]]]]:
        """For `Overrides(spent=...)`, in the same way."""
        return sorted((one, sorted(counts.items())) for one, counts in self._spent.items())

    def moved(self, former: Pack, pack: Pack) -> None:
        """Goes on with another pack: what a word is about must stand in it, too."""
        kept = [_carried(one, former, pack) for one in self.in_force]
        gone = {one.hub_seq for one, to in zip(self.in_force, kept, strict=True) if not to}
        self.drop(gone)
        self.in_force = [one for one in kept if one is not None]

    def _is_spent(self, one: Override, learner: int) -> bool:
        had = self._spent.get(one.hub_seq)
        if had is None or one.until is None or not one.until.answers:
            return False
        return had.get(learner, 0) >= one.until.answers

    def _answers_left(self, one: Override, until: Until, learner: int) -> int:
        had = self._spent.get(one.hub_seq, {})
        whose = one.learner or learner
        return until.answers - (had.get(whose, 0) if whose else 0)


def override_of(hub_seq: int, facts: dict[str, Any], since: When) -> Override:
    """The word that a row of the log, written at `since`, tells of."""
    answers, days = facts.get("answers", 0), facts.get("days", 0)
    return Override(
        hub_seq,
        facts["learner"],
        facts.get("action", ASK),
        facts.get("skill", -1),
        facts.get("item", -1),
        facts.get("seed", -1),
        facts.get("group", 0),
        facts.get("value", 0.0),
        facts.get("goal", ""),
        Until(answers, days, since) if answers or days else None,
    )


def without_ask(
    overrides: Iterable[Override], learner: int, item: int, seed: int
) -> list[Override]:
    """`overrides` without the teacher's wish for this question: its word is over."""
    over = (learner, ASK, item, seed)
    return [one for one in overrides if (one.learner, one.action, one.item, one.seed) != over]


def _carried(one: Override, former: Pack, pack: Pack) -> Override | None:
    """The word for a class that goes on with `pack`; None where that has not what it is about.

    A question that the teacher asked for was one of the former pack.
    """
    skill, item = one.skill, one.item
    if one.action == ASK:
        return None
    if skill >= 0:
        skill = pack.skill_index.get(former.skills[skill].id, -1)
    if item >= 0:
        item = pack.item_index.get(former.items[item].id, -1)
    is_gone = (skill < 0 <= one.skill) or (item < 0 <= one.item)
    return None if is_gone else msgspec.structs.replace(one, skill=skill, item=item)


def _is_over(until: Until, now: When) -> bool:
    left = _ms_left(until, now), _starts_left(until, now)
    return any(one is not None and one <= 0 for one in left)


def _ms_left(until: Until, now: When) -> int | None:
    """By a clock that can be relied on at both ends; None where there is none."""
    if not until.days:
        return None
    if until.since.hub_boot == now.hub_boot:
        return until.days * DAY_MS - (now.monotonic_ms - until.since.monotonic_ms)
    if until.since.clock_trusted and now.clock_trusted:
        return until.days * DAY_MS - (now.wall_s - until.since.wall_s) * 1000
    return None


def _starts_left(until: Until, now: When) -> int | None:
    """By starts of the hub, where no clock tells."""
    if not until.days or _ms_left(until, now) is not None:
        return None
    return until.days - (now.hub_boot - until.since.hub_boot)
