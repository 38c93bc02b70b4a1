"""Keys that share a commit, on a disk that is full just when it commits."""

from __future__ import annotations

import resource
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from hub.roster.unsaved import Unsaved
from hub.store.database import open_reading
from hub.store.writer import Writer
from tests.hub.ground import DEADLINE_S, Heard, ready, writing


class Disk:
    """A real file with a table of keys, and a writer on it."""

    def __init__(self, path: Path, writer: Writer) -> None:
        self._path = path
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.writer = writer

    def fill(self) -> None:
        """Statements go through and commits do not: SQLite's log cannot grow."""
        log = Path(f"{self._path}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (log, self._before[1]))

    def make_room(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)

    def keys(self) -> list[int]:
        with closing(open_reading(self._path)) as reader:
            return [row[0] for row in reader.execute("SELECT key FROM kept ORDER BY key")]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    database = ready(tmp_path / "mangotree.db")
    database.conn.execute("CREATE TABLE kept (key INTEGER PRIMARY KEY) STRICT")
    with writing(database, Heard().on_durable) as writer:
        made = Disk(tmp_path / "mangotree.db", writer)
        yield made
        made.make_room()


def keep(connection: sqlite3.Connection, key: int) -> None:
    connection.execute("INSERT INTO kept (key) VALUES (?)", (key,))


def test_what_a_failed_commit_carried_is_written_with_the_next(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    unsaved = Unsaved(disk.writer, keep)
    unsaved.note(1)
    disk.fill()
    unsaved.save(2)
    assert "sign_in_unsaved" in caplog.text
    disk.make_room()
    assert disk.keys() == []
    unsaved.save(3)
    assert disk.keys() == [1, 2, 3]


def test_who_shared_a_commit_that_failed_goes_with_the_one_behind_it(disk: Disk) -> None:
    tried: list[int] = []

    def write(connection: sqlite3.Connection, key: int) -> None:
        tried.append(key)
        if len(tried) == 1:
            disk.fill()
        if len(tried) == 3:
            disk.make_room()
        keep(connection, key)

    unsaved = Unsaved(disk.writer, write)
    is_busy, is_free = threading.Event(), threading.Event()

    def be_busy(_database: Database) -> None:
        is_busy.set()
        assert is_free.wait(DEADLINE_S)

    threads = [threading.Thread(target=unsaved.save, args=(key,)) for key in (1, 2)]
    with ThreadPoolExecutor(1) as other:
        other.submit(disk.writer.call, be_busy)
        assert is_busy.wait(DEADLINE_S)
        for thread in threads:
            thread.start()
        changed, calls = disk.writer._changed, disk.writer._calls
        with changed:
            assert changed.wait_for(lambda: len(calls) == 2, DEADLINE_S)
        is_free.set()
    for thread in threads:
        thread.join(DEADLINE_S)
    assert disk.keys() == [1, 2]
    # Both with the commit that failed, and both again with the other's.
    assert sorted(tried) == [1, 1, 2, 2]
