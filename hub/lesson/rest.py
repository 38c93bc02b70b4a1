"""Breaks and a day's limit for the youngest: how long each learner worked, who rests now.

All of it follows from the log's rows. An answer is worth the time that its question stood open
on the tablet (`ms`), at most `MOST_MS`; where a page measured nothing, the time since the
learner's answer before. A break begins behind an answer that leaves no problem open.

A hub may have no clock. Spans are those of one start of it; over a restart they are what two
set clocks of the hub, or the one page on a tablet that went on meanwhile, have to say. Where
neither does the learner may go on sooner, never later than one break after the hub's start.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from hub.store.log import Attempt, Event, from_facts

#: Longer over one answer is not work at the screen: a learner who does nothing for two minutes
#: is idle (Holstein et al. 2018), and a page may stand open on an empty chair.
MOST_MS = 120_000
#: A day ends after so long without an answer: longer than a midday, shorter than a night. A
#: judgement; a calendar would need a clock and a time zone that a hub may not have.
NIGHT_MS = 6 * 3600 * 1000

Why = Literal["break", "day"]


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """A break of `break_s` after `after_s` of work, and `day_s` of work a day; 0 for none."""

    after_s: int = 0
    break_s: int = 0
    day_s: int = 0

    @property
    def is_on(self) -> bool:
        """Whether anything is limited."""
        return bool(self.after_s or self.day_s)


class When(msgspec.Struct, frozen=True, array_like=True):
    """An instant as the log has it."""

    hub_boot: int
    monotonic_ms: int
    wall_s: int
    clock_trusted: int


class Worked(msgspec.Struct, frozen=True, array_like=True):
    """One learner: the last answer, work since the last rest and this day, a break's begin.

    `place` is the device, its boot and its own clock (ms, 0 for unknown) at the last answer.
    """

    learner: int
    last: When
    place: tuple[int, int, int]
    spell_ms: int
    day_ms: int
    rest: When | None = None


class LetGo(msgspec.Struct, frozen=True, array_like=True):
    """The teacher's last word that learners may go on: how each stood before, and how much of
    the day's work was forgiven.
    """

    hub_seq: int
    before: list[tuple[Worked, int]]


class Rested(msgspec.Struct, frozen=True, array_like=True):
    """`Rests` on disk."""

    rule: Rule = Rule()
    rule_seq: int = 0
    former: Rule = Rule()
    worked: list[Worked] = []
    let_go: LetGo | None = None


class Resting(msgspec.Struct, frozen=True):
    """Why a learner rests, and how long yet; a day's rest has no known end."""

    why: Why
    left_ms: int = 0


class Left(msgspec.Struct, frozen=True):
    """Work left until the next break, and this day; None where there is no such limit."""

    break_ms: int | None
    day_ms: int | None


class Rests:
    """The work and rest of one class; nothing is counted while the teacher's rule is off."""

    def __init__(self) -> None:
        self.rule = Rule()
        self._rule_seq = 0
        self._former = Rule()
        self._worked: dict[int, Worked] = {}
        self._let_go: LetGo | None = None

    def answered(self, row: Attempt, *, is_open: bool) -> None:
        """Counts an answer's time where a rule is on; a break that is due begins unless a
        problem stays open.
        """
        after = _after(self._worked.get(row.learner), row, self.rule)
        is_due = self.rule.after_s and after.spell_ms >= self.rule.after_s * 1000
        if is_due and after.rest is None and not is_open:
            after = msgspec.structs.replace(after, rest=when(row))
        self._worked[row.learner] = after

    def set_rule(self, row: Event, facts: dict[str, Any]) -> None:
        """The teacher set breaks and limit, or took them away: then what was counted goes."""
        self._former, self.rule = self.rule, from_facts(facts, Rule)
        self._rule_seq, self._let_go = row.hub_seq, None
        self._forget_if_off()

    def let_go(self, row: Event, facts: dict[str, Any]) -> None:
        """The teacher lets learners go on: a break is over, a day used up begins anew."""
        now = when(row)
        mine = [self._worked[one] for one in facts["learners"] if one in self._worked]
        before = [(one, 0 if self._has_day_left(one, now) else one.day_ms) for one in mine]
        self._let_go = LetGo(row.hub_seq, before)
        for one, forgiven_ms in before:
            day_ms = one.day_ms - forgiven_ms
            self._worked[one.learner] = msgspec.structs.replace(
                one, spell_ms=0, day_ms=day_ms, rest=None
            )

    def undo(self, hub_seq: int) -> None:
        """Takes back the row `hub_seq`, if it is the last rule or the last letting go."""
        if hub_seq == self._rule_seq:
            self.rule, self._rule_seq = self._former, 0
            self._forget_if_off()
        elif self._let_go is not None and hub_seq == self._let_go.hub_seq:
            for before, forgiven_ms in self._let_go.before:
                since = self._worked[before.learner]
                self._worked[before.learner] = _joined(before, since, forgiven_ms)
            self._let_go = None

    @property
    def undoable(self) -> dict[str, int]:
        """The rows that `undo` can take back, as "rule" and "let_go"."""
        rows = {"rule": self._rule_seq}
        rows["let_go"] = 0 if self._let_go is None else self._let_go.hub_seq
        return {name: row for name, row in rows.items() if row}

    @property
    def let_go_learners(self) -> tuple[int, ...]:
        """Whom the teacher's last word let go on."""
        return (
            () if self._let_go is None else tuple(one.learner for one, _ in self._let_go.before)
        )

    def of(self, learner: int, now: When) -> Resting | None:
        """Why `learner` rests at `now`; None where there is work to do."""
        found = self._worked.get(learner)
        if found is None:
            return None
        if not self._has_day_left(found, now):
            return Resting("day")
        if not self.rule.after_s or found.rest is None:
            return None
        left_ms = self.rule.break_s * 1000 - since_ms(found.rest, now)
        return Resting("break", left_ms) if left_ms > 0 else None

    def left(self, learner: int, now: When) -> Left:
        """What `learner` may work yet."""
        rule, found = self.rule, self._worked.get(learner)
        spell_ms = 0 if found is None else self._spell_ms(found, now)
        day_ms = 0 if found is None else _day_ms(found, now)
        return Left(
            max(0, rule.after_s * 1000 - spell_ms) if rule.after_s else None,
            max(0, rule.day_s * 1000 - day_ms) if rule.day_s else None,
        )

    def save(self) -> Rested:
        """All of it, for the class's snapshot."""
        worked = [self._worked[learner] for learner in sorted(self._worked)]
        return Rested(self.rule, self._rule_seq, self._former, worked, self._let_go)

    def load(self, saved: Rested) -> None:
        """Becomes what `save` gave."""
        self.rule, self._rule_seq, self._former = saved.rule, saved.rule_seq, saved.former
        self._worked = {one.learner: one for one in saved.worked}
        self._let_go = saved.let_go

    def _forget_if_off(self) -> None:
        if not self.rule.is_on:
            self._worked.clear()
            self._let_go = None

    def _has_day_left(self, found: Worked, now: When) -> bool:
        return not self.rule.day_s or _day_ms(found, now) < self.rule.day_s * 1000

    def _spell_ms(self, found: Worked, now: When) -> int:
        """Work since the last rest, which may have been one without an answer behind it."""
        if found.rest is not None:
            return found.spell_ms if self.of(found.learner, now) else 0
        idle_ms = _span_ms(found.last, now)
        is_rested = idle_ms is None or idle_ms >= self.rule.break_s * 1000
        return 0 if is_rested else found.spell_ms


def when(row: Attempt | Event) -> When:
    """When `row` was taken in."""
    return When(row.hub_boot, row.monotonic_ms, row.wall_s, row.clock_trusted)


def since_ms(past: When, now: When) -> int:
    """At least so long ago `past` was: in another start of the hub no later than its begin."""
    known_ms = _span_ms(past, now)
    return max(0, now.monotonic_ms) if known_ms is None else known_ms


def _after(before: Worked | None, row: Attempt, rule: Rule) -> Worked:
    """The learner's work once `row` is counted; a break that is over is gone."""
    now, place = when(row), (row.device, row.boot, row.at)
    worked_ms = _worked_ms(before, row)
    if before is None:
        return Worked(row.learner, now, place, worked_ms, worked_ms)
    by_page_ms, by_hub_ms = _page_ms(before, row), _span_ms(before.last, now)
    # Answers that waited on a tablet come all at once: its page's own clock says more.
    idle_ms = by_hub_ms if by_page_ms is None else by_page_ms
    if before.rest is not None:
        is_rested = since_ms(before.rest, now) >= rule.break_s * 1000
    else:
        is_rested = idle_ms is None
    is_rested = is_rested or (idle_ms or 0) - worked_ms >= rule.break_s * 1000
    is_same_day = idle_ms is not None and max(idle_ms, by_hub_ms or 0) < NIGHT_MS
    return Worked(
        row.learner,
        now,
        place,
        spell_ms=worked_ms + (0 if is_rested else before.spell_ms),
        day_ms=worked_ms + (before.day_ms if is_same_day else 0),
        rest=None if is_rested else before.rest,
    )


def _worked_ms(before: Worked | None, row: Attempt) -> int:
    """What an answer counts: by the tablet's steady clock, else since the one before it."""
    if row.ms:
        return min(row.ms, MOST_MS)
    if before is None or before.last.hub_boot != row.hub_boot:
        return 0
    return min(since_ms(before.last, when(row)), MOST_MS)


def _page_ms(before: Worked, row: Attempt) -> int | None:
    """From one answer to the next by the clock of the page of both; None for two pages."""
    device, boot, at = before.place
    is_one = (device, boot) == (row.device, row.boot) and at and row.at
    return max(0, row.at - at) if is_one else None


def _span_ms(past: When, now: When) -> int | None:
    """How long ago `past` was by the hub's clock; None over a restart that no set clock spans,
    or only one that was set back.
    """
    if past.hub_boot == now.hub_boot:
        return max(0, now.monotonic_ms - past.monotonic_ms)
    wall_ms = (now.wall_s - past.wall_s) * 1000
    are_trusted = past.clock_trusted and now.clock_trusted
    return wall_ms if are_trusted and wall_ms >= now.monotonic_ms else None


def _day_ms(found: Worked, now: When) -> int:
    """What was worked on the day of `now`, as far as the hub knows by itself."""
    idle_ms = _span_ms(found.last, now)
    return found.day_ms if idle_ms is not None and idle_ms < NIGHT_MS else 0


def _joined(before: Worked, since: Worked, forgiven_ms: int) -> Worked:
    """What stood `before` a word that was taken back, and what was worked `since`."""
    is_same_day = _day_ms(before, since.last) > 0
    return msgspec.structs.replace(
        since,
        spell_ms=before.spell_ms + since.spell_ms,
        day_ms=since.day_ms + (forgiven_ms if is_same_day else 0),
        rest=before.rest,
    )
