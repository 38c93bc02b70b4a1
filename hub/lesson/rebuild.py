"""Replays the log from its first row, and compares what comes out, bit for bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from hub.errors import StoreError
from hub.lesson.models import Models
from hub.lesson.packs import Packs
from hub.lesson.room import Room
from hub.lesson.saved import as_now, is_whole
from hub.store import log, snapshots
from hub.store.log import Attempt, Row

#: What a row raises that no hub wrote: an unknown learner, item or kind, a broken body.
_UNREADABLE = (KeyError, IndexError, ValueError, RuntimeError, msgspec.MsgspecError)


@dataclass(slots=True)
class Rebuilt:
    """What a replay of one class found; `is_equal` is the promise.

    `earlier` answers were traced by kernels of another arithmetic: they cannot come out the
    same, and the hub has traced them anew since.
    """

    class_id: int
    attempts: int = 0
    earlier: int = 0
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
    packs = Packs(connection)
    room = Room(class_id, packs.begun(class_id), Models(connection), packs)
    found = Rebuilt(class_id)
    snapshot = _snapshot(connection, class_id)
    if snapshot is not None:
        found.snapshot_seq, found.is_snapshot_equal = snapshot[0], False
    for row in log.read(connection, class_id):
        p = _apply(room, row)
        if isinstance(row, Attempt):
            found.attempts += 1
            if room.is_of_this_arithmetic:
                found.other_predictions += not _agrees(row, p, room.next_item(row.learner))
            else:
                found.earlier += 1
        else:
            found.events += 1
        if snapshot is not None and row.hub_seq == snapshot[0]:
            found.is_snapshot_equal = _is_same(room, snapshot[1])
        if on_row is not None:
            on_row(row.hub_seq)
    return room, found


def resume(connection: sqlite3.Connection, class_id: int, models: Models, packs: Packs) -> Room:
    """The class as it stood at its last row: from its snapshot, and the log behind it.

    A snapshot by kernels of another arithmetic, or of a version that kept less, is left aside,
    and the whole log replayed.
    Raises StoreError for a snapshot or a row that cannot be read.
    """
    room = Room(class_id, packs.begun(class_id), models, packs)
    snapshot = _snapshot(connection, class_id)
    if snapshot is not None:
        _restore(room, *snapshot)
    for row in log.read(connection, class_id, after=room.hub_seq):
        _apply(room, row)
    return room


def _snapshot(connection: sqlite3.Connection, class_id: int) -> tuple[int, bytes] | None:
    """The class's snapshot; None too where kernels of another arithmetic made it, or a version
    that kept less.
    """
    snapshot = snapshots.load(connection, class_id)
    if snapshot is None:
        return None
    try:
        is_ours = is_whole(snapshot[1])
    except msgspec.MsgspecError:
        return snapshot  # to be found broken where it is used
    return snapshot if is_ours else None


def _is_same(room: Room, body: bytes) -> bool:
    """Whether the snapshot is the room's; one of an earlier version lacks what came since."""
    try:
        return room.save() == as_now(body)
    except msgspec.MsgspecError:
        return False


def _apply(room: Room, row: Row) -> float | None:
    try:
        return room.apply(row)
    except _UNREADABLE as error:
        raise StoreError(
            f"Row {row.hub_seq} of the log cannot be replayed for class {room.class_id} "
            f"({type(error).__name__}: {error}). Keep a copy of the data folder, and ask your "
            "technician."
        ) from error


def _restore(room: Room, hub_seq: int, body: bytes) -> None:
    try:
        room.restore(hub_seq, body)
    except _UNREADABLE as error:
        raise StoreError(
            f"The snapshot of class {room.class_id} cannot be read ({error}). Nothing is lost: "
            "it follows from the log. Run: mangotree rebuild"
        ) from error


def _agrees(row: Attempt, p: float | None, next_item: int | None) -> bool:
    """Whether a replay of `row` said and chose exactly what the hub did then."""
    return row.p == p and row.next_item == next_item
