"""Reads from the log what teachers said, page by page, and what was taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from hub.store.log import Event

#: Before any number that a log may reach.
NEWEST = 2**62


def spoken(
    connection: sqlite3.Connection,
    class_id: int,
    most: int,
    *,
    before: int = NEWEST,
    learner: int | None = None,
    group: int | None = None,
) -> list[Event]:
    """The teachers' words before the row `before`, the newest first; all, or those on `learner`
    alone, or on `group`, who is in it included. 0 stands for none: both 0 for the class's own.
    """
    rows = connection.execute(
        "SELECT * FROM events WHERE class = ? AND kind IN ('override', 'ask', 'group')"
        " AND hub_seq < ? AND coalesce(?, body ->> '$.learner', 0)"
        " = coalesce(body ->> '$.learner', 0)"
        " AND coalesce(?, body ->> '$.group', 0) = coalesce(body ->> '$.group', 0)"
        " ORDER BY hub_seq DESC LIMIT ?",
        (class_id, before, learner, group, most),
    )
    return [Event(*row) for row in rows]


def reasons(connection: sqlite3.Connection, of: Sequence[int]) -> dict[int, str]:
    """Why the words of the rows `of` were said; empty where nobody said why."""
    select = (
        "SELECT hub_seq, coalesce(body ->> '$.reason', '') FROM events"
        " WHERE hub_seq IN (SELECT value FROM json_each(?))"
    )
    wanted = msgspec.json.encode(list(of)).decode()
    return dict(connection.execute(select, (wanted,)).fetchall())


def taken_back(
    connection: sqlite3.Connection, class_id: int, of: Sequence[int]
) -> dict[int, Event]:
    """The row that took back each of the rows `of`, where there is one."""
    if not of:
        return {}
    select = (
        "SELECT * FROM events WHERE class = ? AND kind = 'undo' AND hub_seq > ?"
        " AND body ->> '$.of' IN (SELECT value FROM json_each(?)) ORDER BY hub_seq"
    )
    wanted = msgspec.json.encode(list(of)).decode()
    rows = [Event(*row) for row in connection.execute(select, (class_id, min(of), wanted))]
    return {row.facts["of"]: row for row in rows}
