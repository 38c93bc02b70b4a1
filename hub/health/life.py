"""Signs of life: by them a start of the hub knows how the one before it ended, and when."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlite_utils import Database

from hub.clock import Clock
from hub.health.machine import Machine
from hub.health.timekeeping import vouched_by
from hub.store.writer import Writer

#: Changes each time the machine is switched on.
MACHINE_BOOT = "/proc/sys/kernel/random/boot_id"
#: "Today" for a hub that may know no date: a school day is shorter.
DAY_MS = 12 * 3600 * 1000
#: Who answered in the last hour of a start was in the lesson that it cut off.
LESSON_MS = 3600 * 1000
#: At most so many rows are looked through at a start: two busy days, some 50 ms.
MOST_ROWS = 20_000
#: Who vouches for the clock is asked later: another program answers that, in its own time.
_BEGUN = (
    "UPDATE hub_boots SET machine = ?, first_seq = ?, zero_ms = ?, seen_ms = ?,"
    " seen_wall_s = ?, seen_by = 'nobody' WHERE id = ?"
)
_SEEN = "UPDATE hub_boots SET seen_ms = ?, seen_wall_s = ?, seen_by = ?, is_ended = ?"


@dataclass(frozen=True, slots=True)
class Sign:
    """The last that is known of a start of the hub.

    `machine` is the machine's own start, `at_ms` counts from that. `by` vouched for `wall_s`.
    """

    machine: str
    at_ms: int
    wall_s: int
    by: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A start of the hub that did not end by itself.

    `answers` of its last hours are on the disk; `at_work` are the devices that answered in the
    last of them. `last` has the last number of each (device, boot) of that start; `gaps`
    numbers are missing among them, or among the hub's own.
    """

    boot: int
    sign: Sign
    answers: int
    gaps: int
    last: dict[tuple[int, int], int]
    at_work: frozenset[int]

    @property
    def devices(self) -> frozenset[int]:
        """All that answered since that start."""
        return frozenset(device for device, _ in self.last)


class Life:
    """This start of the hub; `begin` once, `beat` now and then, `end` when it ends by itself.

    `cut` is what ended the start before this one, None for an ordinary end.
    """

    def __init__(self, writer: Writer, clock: Clock, machine: Machine, boot: int) -> None:
        self._writer = writer
        self._clock = clock
        self._machine = machine
        self._boot = boot
        self.machine_boot = machine.text(MACHINE_BOOT) or ""
        self.began_ms = 0
        self.cut: Cut | None = None

    def begin(self, connection: sqlite3.Connection, last_seq: int) -> None:
        """Finds how the former start ended; marks the beginning of this one."""
        self.cut = find_cut(connection, self._boot, last_seq)
        self._clock.not_before_s = _floor_s(connection)
        now = self._clock.now()
        self.began_ms = int(self._clock.boottime() * 1000)
        zero_ms = self.began_ms - now.monotonic_ms
        begun = (self.machine_boot, last_seq, zero_ms, self.began_ms, now.wall_s, self._boot)
        self._writer.call(lambda database: database.conn.execute(_BEGUN, begun))

    def beat(self, *, is_end: bool = False) -> None:
        """Writes down that the hub is alive, when, and how well it knows the time."""
        by, now = vouched_by(self._machine, self._clock), self._clock.now()
        seen = (int(self._clock.boottime() * 1000), now.wall_s, by, int(is_end), self._boot)

        def work(database: Database) -> None:
            database.conn.execute(f"{_SEEN} WHERE id = ?", seen)

        self._writer.call(work)


def find_cut(connection: sqlite3.Connection, boot: int, last_seq: int) -> Cut | None:
    """What the start before `boot` was cut off from; None where it ended by itself.

    Power that comes and goes makes several starts: those that took no answer are passed over.
    None, too, where a hub that kept no signs of life was the last.
    """
    rows = connection.execute(
        "SELECT id, machine, first_seq, zero_ms, seen_ms, seen_wall_s, seen_by, is_ended"
        " FROM hub_boots WHERE id < ? ORDER BY id DESC LIMIT 100",
        (boot,),
    ).fetchall()
    found: Cut | None = None
    upto = last_seq
    for one, machine, first_seq, zero_ms, seen_ms, wall_s, by, is_ended in rows:
        if is_ended or machine is None or seen_ms is None:
            break
        sign = Sign(machine, seen_ms, wall_s, by)
        cut = _cut(connection, one, (first_seq, upto), (sign, zero_ms))
        found = found or cut
        if cut.answers:
            return cut
        upto = first_seq
    return found


def _cut(
    connection: sqlite3.Connection,
    boot: int,
    span: tuple[int, int],
    known: tuple[Sign, int],
) -> Cut:
    """What the log has of that start, in the rows behind `span[0]` up to `span[1]`."""
    sign, zero_ms = known
    after, upto = max(span[0], span[1] - MOST_ROWS), span[1]
    row = connection.execute(
        "SELECT monotonic_ms, wall_s, clock_trusted FROM ("
        " SELECT hub_seq, monotonic_ms, wall_s, clock_trusted FROM attempts"
        "  WHERE hub_seq > ?1 AND hub_seq <= ?2"
        " UNION ALL SELECT hub_seq, monotonic_ms, wall_s, clock_trusted FROM events"
        "  WHERE hub_seq > ?1 AND hub_seq <= ?2) ORDER BY hub_seq DESC LIMIT 1",
        (after, upto),
    ).fetchone()
    if row is not None and zero_ms + row[0] > sign.at_ms:
        by = sign.by if row[2] else "nobody"
        sign = Sign(sign.machine, zero_ms + row[0], row[1], by)
    (answers,) = connection.execute(
        "SELECT count(*) FROM attempts WHERE hub_seq > ? AND hub_seq <= ?"
        " AND monotonic_ms >= ?",
        (after, upto, sign.at_ms - zero_ms - DAY_MS),
    ).fetchone()
    at_work = connection.execute(
        "SELECT DISTINCT device FROM attempts WHERE hub_seq > ? AND hub_seq <= ?"
        " AND monotonic_ms >= ?",
        (after, upto, sign.at_ms - zero_ms - LESSON_MS),
    ).fetchall()
    (rows,) = connection.execute(
        "SELECT (SELECT count(*) FROM attempts WHERE hub_seq > ?1 AND hub_seq <= ?2)"
        " + (SELECT count(*) FROM events WHERE hub_seq > ?1 AND hub_seq <= ?2)",
        (after, upto),
    ).fetchone()
    taken = connection.execute(_TAKEN, (after, upto)).fetchall()
    missing = sum(last - first + 1 - count for _, _, count, first, last in taken)
    last_of = {(device, its): last for device, its, _, _, last in taken}
    gaps = missing + (upto - after) - rows
    return Cut(boot, sign, answers, gaps, last_of, frozenset(one for (one,) in at_work))


#: What the hub took of each (device, boot), answers and refusals for good: their numbers
#: follow each other without a gap, or some are missing.
_TAKEN = """
SELECT device, boot, count(DISTINCT device_seq), min(device_seq), max(device_seq) FROM (
    SELECT device, boot, device_seq FROM attempts WHERE hub_seq > ?1 AND hub_seq <= ?2
    UNION ALL SELECT body ->> '$.device', body ->> '$.boot', body ->> '$.device_seq'
    FROM events WHERE kind = 'refused' AND hub_seq > ?1 AND hub_seq <= ?2
) GROUP BY device, boot
"""


def _floor_s(connection: sqlite3.Connection) -> int:
    """The last time that somebody vouched for; 0 for never."""
    row = connection.execute(
        "SELECT seen_wall_s FROM hub_boots WHERE seen_by IN ('phone', 'network', 'chip')"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return 0 if row is None else int(row[0])
