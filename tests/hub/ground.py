"""Rows and writers for tests of the store, on a real database file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from hub.store.database import open_writing
from hub.store.log import Attempt, Row
from hub.store.migrations import migrate
from hub.store.writer import Writer

DEADLINE_S = 60.0


def attempt(hub_seq: int, *, device_seq: int | None = None, answer: str = "7") -> Attempt:
    """A row of the log, valid in all its fields."""
    return Attempt(
        hub_seq=hub_seq,
        class_id=1,
        device=1,
        boot=1,
        device_seq=hub_seq if device_seq is None else device_seq,
        learner=1,
        item=0,
        seed=1,
        answer=answer,
        is_right=1,
        step=0,
        ms=0,
        hints=0,
        tries=1,
        at=0,
        hub_boot=1,
        monotonic_ms=hub_seq,
        wall_s=0,
        clock_trusted=0,
        p=0.5,
        next_item=0,
    )


@dataclass(slots=True)
class Heard:
    """What a writer said was durable, and what a reader saw in the file at that moment."""

    batches: list[list[int]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def rows(self) -> list[int]:
        """The hub_seq of all rows so far, in the order in which they became durable."""
        return [one for batch in self.batches for one in batch]

    def on_durable(self, rows: list[Row]) -> None:
        with self.changed:
            self.batches.append([row.hub_seq for row in rows])
            self.changed.notify_all()

    def wait_for(self, count: int) -> None:
        """Returns when so many rows are durable; fails when that takes too long."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.rows) >= count, DEADLINE_S)


def ready(path: Path) -> Database:
    """A database of this version, open for writing."""
    database = open_writing(path)
    migrate(database)
    return database


@contextmanager
def writing(
    database: Database, on_durable: Callable[[list[Row]], None], *, window_ms: int = 10
) -> Iterator[Writer]:
    """A writer at work on `database`, stopped at the end."""
    writer = Writer(database, window_ms=window_ms, on_durable=on_durable)
    writer.start()
    try:
        yield writer
    finally:
        writer.stop()
