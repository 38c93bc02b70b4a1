"""Who changed who may come in: each change a row, with what was before and after it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec

from hub.clock import Moment
from hub.roster.teacher import Teacher

#: `by` where nobody was signed in: whoever stood before the hub's own screen.
SCREEN = 0
#: More than a school changes its teachers in a year; older ones stay on the disk.
MOST = 500
#: What can be taken back, as it was before; the rest is news alone.
UNDOABLE = frozenset({"changed", "removed"})


@dataclass(frozen=True, slots=True)
class StaffDeed:
    """One change. Its wall time is a label, to be shown only where `is_time_known`."""

    id: int
    by: int
    about: int
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    wall_s: int
    is_time_known: bool


def latest(connection: sqlite3.Connection) -> list[StaffDeed]:
    """The latest changes, the first of them first."""
    rows = connection.execute(
        "SELECT id, by, about, kind, before, after, wall_s, clock_trusted"
        " FROM teacher_deeds ORDER BY id DESC LIMIT ?",
        (MOST,),
    ).fetchall()
    return [
        StaffDeed(number, by, about, kind, _facts(before), _facts(after), wall_s, bool(known))
        for number, by, about, kind, before, after, wall_s, known in reversed(rows)
    ]


def insert(
    connection: sqlite3.Connection,
    kind: str,
    change: tuple[Teacher | None, Teacher],
    *,
    by: int,
    at: tuple[int, Moment],
) -> StaffDeed:
    """Writes one change down, within the caller's transaction; `at` is the hub's start and
    the instant.
    """
    (old, new), (boot, now) = change, at
    before, after = _told(old), _told(new)
    cursor = connection.execute(
        "INSERT INTO teacher_deeds (by, about, kind, before, after, hub_boot, monotonic_ms,"
        " wall_s, clock_trusted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (by, new.id, kind, _body(before), _body(after), boot, now.monotonic_ms, now.wall_s,
         int(now.is_trusted)),
    )  # fmt: skip
    number = int(cursor.lastrowid or 0)
    return StaffDeed(number, by, new.id, kind, before, after, now.wall_s, now.is_trusted)


def _told(teacher: Teacher | None) -> dict[str, Any]:
    """What is kept of a teacher before or after a change; never the password."""
    if teacher is None:
        return {}
    return {
        "name": teacher.name,
        "role": teacher.role,
        "classes": sorted(teacher.classes),
        "is_removed": teacher.is_removed,
    }


def _body(facts: dict[str, Any]) -> str:
    return msgspec.json.encode(facts).decode()


def _facts(body: str) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.json.decode(body)
    return facts
