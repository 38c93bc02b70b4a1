"""Replays the log from its first row, and compares what comes out, bit for bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from hub.lesson.packs import class_packs
from hub.lesson.room import Room, agrees
from hub.store import log, snapshots
from hub.store.log import Attempt


@dataclass(slots=True)
class Rebuilt:
    """What a replay of one class found; `is_equal` is the promise."""

    class_id: int
    attempts: int = 0
    events: int = 0
    other_predictions: int = 0
    snapshot_seq: int | None = None
    is_snapshot_equal: bool = True

    @property
    def is_equal(self) -> bool:
        """Whether every prediction, choice and projection came out the same."""
        return self.is_snapshot_equal and self.other_predictions == 0


def rebuild(
    connection: sqlite3.Connection, class_id: int, on_row: Callable[[int], object] | None = None
) -> tuple[Room, Rebuilt]:
    """Class `class_id` as its log alone makes it, and how it compares with what is stored.

    `on_row` hears each row's hub_seq, for a progress bar.
    """
    room = Room(class_id, class_packs(connection)[class_id])
    found = Rebuilt(class_id)
    snapshot = snapshots.load(connection, class_id)
    if snapshot is not None:
        found.snapshot_seq = snapshot[0]
    for row in log.read(connection, class_id):
        p = room.apply(row)
        if isinstance(row, Attempt):
            found.attempts += 1
            found.other_predictions += not agrees(row, p, room.choose(row.learner))
        else:
            found.events += 1
        if snapshot is not None and row.hub_seq == snapshot[0]:
            found.is_snapshot_equal = room.save() == snapshot[1]
        if on_row is not None:
            on_row(row.hub_seq)
    return room, found


def resume(connection: sqlite3.Connection, class_id: int) -> Room:
    """The class as it stood at its last row: from its snapshot, and the log behind it."""
    room = Room(class_id, class_packs(connection)[class_id])
    snapshot = snapshots.load(connection, class_id)
    if snapshot is not None:
        room.restore(*snapshot)
    for row in log.read(connection, class_id, after=room.hub_seq):
        room.apply(row)
    return room
