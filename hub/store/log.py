"""The log: what happened, in the order the hub took it; everything else follows from it."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any, NamedTuple, TypeVar

import msgspec

from hub.clock import Moment
from hub.store import acting

Told = TypeVar("Told", bound=msgspec.Struct)


class Attempt(NamedTuple):
    """One answer as it stands in the log; `p` and `next_item` are what the hub said then.

    `is_right` is None where the answer is no evidence of anything: `judged` then says why
    (unreadable, ambiguous, wrong_form). `misconception` is the wrong rule that gives it.
    """

    hub_seq: int
    class_id: int
    device: int
    boot: int
    device_seq: int
    learner: int
    item: int
    seed: int
    answer: str
    is_right: int | None
    step: int
    ms: int
    hints: int
    tries: int
    at: int
    hub_boot: int
    monotonic_ms: int
    wall_s: int
    clock_trusted: int
    p: float | None
    next_item: int | None
    judged: str | None = None
    misconception: str | None = None


class Event(NamedTuple):
    """Anything else that changes what the hub does next: enrolment, rules, a refusal.

    `teacher` is whose deed it was; None where it was nobody's, or before teachers had numbers.
    """

    hub_seq: int
    class_id: int
    kind: str
    body: str
    hub_boot: int
    monotonic_ms: int
    wall_s: int
    clock_trusted: int
    teacher: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """The event's own fields."""
        facts: dict[str, Any] = msgspec.json.decode(self.body)
        return facts


Row = Attempt | Event

_INSERT = {
    Attempt: "INSERT INTO attempts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    Event: "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?)",
}


def event(
    hub_seq: int, class_id: int, kind: str, facts: dict[str, Any], hub_boot: int, now: Moment
) -> Event:
    """An event row for `facts`, of the teacher on whose word this thread works."""
    body = msgspec.json.encode(facts).decode()
    stamp = (now.monotonic_ms, now.wall_s, int(now.is_trusted))
    return Event(hub_seq, class_id, kind, body, hub_boot, *stamp, acting.teacher())


def from_facts(facts: Mapping[str, Any], kind: type[Told]) -> Told:
    """A struct without names on disk, from a row's named facts; those of its last fields that
    are not told are as they are by default. Raises msgspec's error for facts that are none.
    """
    told = takewhile(facts.__contains__, kind.__struct_fields__)
    return msgspec.convert([facts[name] for name in told], kind)


def insert(connection: sqlite3.Connection, rows: list[Row]) -> None:
    """Puts `rows` into the log, within the caller's transaction."""
    for kind, statement in _INSERT.items():
        connection.executemany(statement, [row for row in rows if type(row) is kind])


def last_seq(connection: sqlite3.Connection) -> int:
    """The highest hub_seq on disk, 0 for an empty log."""
    row = connection.execute(
        "SELECT max((SELECT coalesce(max(hub_seq), 0) FROM attempts),"
        " (SELECT coalesce(max(hub_seq), 0) FROM events))"
    ).fetchone()
    return int(row[0])


def read(connection: sqlite3.Connection, class_id: int, after: int = 0) -> Iterator[Row]:
    """The rows of one class behind hub_seq `after`, in order.

    Both tables are read through their key only, whatever the classes: a hub holds few.
    """
    attempts = connection.execute(
        "SELECT * FROM attempts WHERE hub_seq > ? AND class = ? ORDER BY hub_seq",
        (after, class_id),
    )
    events = connection.execute(
        "SELECT * FROM events WHERE hub_seq > ? AND class = ? ORDER BY hub_seq",
        (after, class_id),
    )
    rows: Iterator[Row] = heapq.merge(
        (Attempt(*row) for row in attempts),
        (Event(*row) for row in events),
        key=lambda row: row[0],
    )
    return rows


def doubled(connection: sqlite3.Connection) -> int:
    """How many attempts stand in the log more than once by (device, boot, device_seq)."""
    row = connection.execute(
        "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM attempts"
        " GROUP BY device, boot, device_seq HAVING n > 1)"
    ).fetchone()
    return int(row[0])


def gaps(connection: sqlite3.Connection) -> int:
    """How many numbers are missing from the hub's own sequence."""
    count = connection.execute(
        "SELECT (SELECT count(*) FROM attempts) + (SELECT count(*) FROM events)"
    ).fetchone()
    return last_seq(connection) - int(count[0])
