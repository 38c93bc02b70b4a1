"""What teachers said of a class and its learners, when, why, and what became of it."""

from __future__ import annotations

import sqlite3
from typing import Any, Literal

import msgspec

from hub.lesson.contest import Claim
from hub.lesson.overrides import ASK, Ends, Override
from hub.lesson.rest import When, when
from hub.lesson.state import State
from hub.store.log import Event
from hub.store.spoken import NEWEST, spoken, taken_back

#: A screen or two of a phone.
PAGE = 20
#: `over`: it ended by itself, was followed by another one, or what it was about is gone.
Became = Literal["in_force", "taken_back", "over"]


class Undone(msgspec.Struct, frozen=True):
    """By which teacher (0: not known) and when a word was taken back, and the row of it."""

    hub_seq: int
    by: int
    at: When


class Entry(msgspec.Struct, frozen=True):
    """One word of a teacher: on whom, what, why, by whom, until when.

    `learner` and `group` are 0 for the whole class. `about` holds what the row says beyond
    that: a skill, item or seed by their places in the pack of then, learners of a group.
    `before` and `after` are what held and what was set: a mastery or a success to aim for
    (0 to 1), a goal's name, the words on a skill; None where there was nothing.
    """

    hub_seq: int
    at: When
    by: int
    action: str
    learner: int
    group: int
    about: dict[str, Any]
    before: Any
    after: Any
    reason: str
    answers: int
    days: int
    became: Became
    ends: Ends
    undone: Undone | None
    claim: Claim | None


def history(
    connection: sqlite3.Connection,
    room: State,
    now: When,
    *,
    before: int = NEWEST,
    learner: int | None = None,
    group: int | None = None,
    most: int = PAGE,
) -> list[Entry]:
    """A page of words, the newest first; the next one is that `before` its last `hub_seq`.

    All, or those on `learner` or `group`; where both are 0, those on the whole class.
    """
    rows = spoken(connection, room.class_id, most, before=before, learner=learner, group=group)
    undone = taken_back(connection, room.class_id, [row.hub_seq for row in rows])
    in_force = {one.hub_seq: one for one in room.overrides}
    return [
        _entry(room, row, undone.get(row.hub_seq), in_force.get(row.hub_seq), now)
        for row in rows
    ]


def _entry(
    room: State, row: Event, undone: Event | None, word: Override | None, now: When
) -> Entry:
    facts = row.facts
    is_held = word is not None or row.hub_seq in room.words.settings_now
    action = facts.get("action", "group" if row.kind == "group" else ASK)
    return Entry(
        hub_seq=row.hub_seq,
        at=when(row),
        by=facts.get("by") or row.teacher or 0,
        action=action,
        learner=facts.get("learner", 0),
        group=facts.get("group", 0),
        about={
            one: facts[one] for one in ("skill", "item", "seed", "learners") if one in facts
        },
        before=facts.get("before"),
        after=facts.get("value", facts.get("goal", action)),
        reason=facts.get("reason", ""),
        answers=facts.get("answers", 0),
        days=facts.get("days", 0),
        became="taken_back" if undone else "in_force" if is_held else "over",
        ends=room.words.ends(word, now, word.learner) if word else Ends(),
        undone=undone and _undone(undone),
        claim=room.contest.of(row.hub_seq),
    )


def _undone(row: Event) -> Undone:
    return Undone(row.hub_seq, row.facts.get("by") or row.teacher or 0, when(row))
