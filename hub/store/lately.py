"""Reads from the log what one learner answered and explained last, for the teacher."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from devices.messages import Answer
from hub.store.log import Attempt, Event


@dataclass(frozen=True, slots=True)
class Explanation:
    """A learner's own words; `answer` is what they belong to, `level` the teacher's word."""

    hub_seq: int
    item: int
    seed: int
    text: str
    answer: str
    level: int | None


def last_answers(
    connection: sqlite3.Connection, class_id: int, learner: int, most: int
) -> list[Attempt]:
    """The learner's last answers, the oldest first."""
    rows = connection.execute(
        "SELECT * FROM attempts WHERE class = ? AND learner = ? ORDER BY hub_seq DESC LIMIT ?",
        (class_id, learner, most),
    )
    return [Attempt(*row) for row in rows][::-1]


def last_of_class(connection: sqlite3.Connection, class_id: int, most: int) -> list[Attempt]:
    """The class's last answers, the newest first."""
    rows = connection.execute(
        "SELECT * FROM attempts WHERE class = ? ORDER BY hub_seq DESC LIMIT ?", (class_id, most)
    )
    return [Attempt(*row) for row in rows]


def number_of(
    connection: sqlite3.Connection, device: int, sent: Answer, item: int, least: int
) -> int | None:
    """The number, from `least` on, under which its device's boot gave this very answer."""
    row = connection.execute(
        "SELECT device_seq FROM attempts WHERE device = ? AND boot = ? AND device_seq >= ?"
        " AND learner = ? AND item = ? AND seed = ? AND step = ? AND answer = ?"
        " ORDER BY hub_seq LIMIT 1",
        (device, sent.boot, least, sent.learner, item, sent.seed, sent.step, sent.answer),
    ).fetchone()
    return None if row is None else int(row[0])


def explanations(
    connection: sqlite3.Connection, class_id: int, learner: int, most: int
) -> list[Explanation]:
    """What the learner explained last, the newest first."""
    rows = connection.execute(
        "SELECT hub_seq, body ->> '$.item', body ->> '$.seed', body ->> '$.text' FROM events"
        " WHERE class = ? AND kind = 'why' AND body ->> '$.learner' = ?"
        " ORDER BY hub_seq DESC LIMIT ?",
        (class_id, learner, most),
    ).fetchall()
    return [
        Explanation(
            hub_seq=hub_seq,
            item=item,
            seed=seed,
            text=text,
            answer=_answer(connection, learner, item, seed, hub_seq),
            level=_level(connection, class_id, hub_seq),
        )
        for hub_seq, item, seed, text in rows
    ]


def hinted(
    connection: sqlite3.Connection, class_id: int, learner: int, item: int, seed: int
) -> Event | None:
    """The first hint that the learner saw to this activity; None where none was seen."""
    row = connection.execute(
        "SELECT * FROM events WHERE class = ? AND kind = 'hint' AND body ->> '$.learner' = ?"
        " AND body ->> '$.item' = ? AND body ->> '$.seed' = ? ORDER BY hub_seq LIMIT 1",
        (class_id, learner, item, seed),
    ).fetchone()
    return None if row is None else Event(*row)


def appeals(
    connection: sqlite3.Connection, class_id: int, learner: int, most: int
) -> list[Event]:
    """What the learner said of questions, the newest first."""
    rows = connection.execute(
        "SELECT * FROM events WHERE class = ? AND kind = 'appeal'"
        " AND body ->> '$.learner' = ? ORDER BY hub_seq DESC LIMIT ?",
        (class_id, learner, most),
    )
    return [Event(*row) for row in rows]


def hub_boot(connection: sqlite3.Connection) -> int:
    """The number of the hub's present start; monotonic times count from it."""
    (found,) = connection.execute("SELECT max(id) FROM hub_boots").fetchone()
    return int(found or 0)


def is_explanation(connection: sqlite3.Connection, class_id: int, hub_seq: int) -> bool:
    """Whether the log has an explanation of this class there."""
    row = connection.execute(
        "SELECT 1 FROM events WHERE hub_seq = ? AND class = ? AND kind = 'why'",
        (hub_seq, class_id),
    ).fetchone()
    return row is not None


def _answer(
    connection: sqlite3.Connection, learner: int, item: int, seed: int, before: int
) -> str:
    """The last answer to the whole of an activity before the row `before`."""
    row = connection.execute(
        "SELECT answer FROM attempts WHERE learner = ? AND item = ? AND seed = ? AND step = 0"
        " AND hub_seq < ? ORDER BY hub_seq DESC LIMIT 1",
        (learner, item, seed, before),
    ).fetchone()
    return "" if row is None else str(row[0])


def _level(connection: sqlite3.Connection, class_id: int, hub_seq: int) -> int | None:
    row = connection.execute(
        "SELECT body ->> '$.level' FROM events WHERE class = ? AND kind = 'why_rubric'"
        " AND body ->> '$.of' = ? ORDER BY hub_seq DESC LIMIT 1",
        (class_id, hub_seq),
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])
