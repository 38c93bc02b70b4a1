"""The database file: opened safe or not at all, migrated step by step, its log checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from hub.clock import Moment
from hub.errors import StoreError
from hub.store import log
from hub.store.database import open_reading, open_writing
from hub.store.log import Row
from hub.store.migrations import MIGRATIONS, migrate
from tests.hub.ground import attempt, ready

NEXT = (
    "9999_a_later_step",
    "ALTER TABLE learners ADD COLUMN note TEXT;"
    "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT",
)
NOW = Moment(monotonic_ms=1, wall_s=2, is_trusted=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mangotree.db"


def tables(database: Database) -> set[str]:
    return set(database.table_names())


def test_a_commit_is_made_for_power_cuts(path: Path) -> None:
    with closing(open_writing(path).conn) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_database_that_cannot_be_made_safe_is_refused() -> None:
    # In memory there is no write-ahead log; neither is there on a strange file system.
    with pytest.raises(
        StoreError, match=r"journal mode memory and synchronous 2; .*local disk"
    ):
        open_writing(Path(":memory:"))


def test_a_file_that_is_no_database_is_refused_in_one_sentence(path: Path) -> None:
    path.write_bytes(b"this is a shopping list, and a long one at that. " * 100)
    with pytest.raises(StoreError, match="cannot be opened: file is not a database"):
        open_writing(path)


def test_a_folder_in_the_place_of_the_file_is_refused_in_one_sentence(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreError, match="cannot be opened: unable to open database file"):
        open_writing(path)


def test_a_reader_cannot_write(path: Path) -> None:
    ready(path).conn.close()
    with closing(open_reading(path)) as reader, pytest.raises(sqlite3.OperationalError):
        reader.execute("INSERT INTO secrets VALUES ('a', 'b')")


def test_an_empty_file_gets_every_step_once(path: Path) -> None:
    database = open_writing(path)
    assert migrate(database) == [name for name, _ in MIGRATIONS]
    assert {"attempts", "events", "snapshots", "packs", "learners"} <= tables(database)
    assert migrate(database) == []
    database.conn.close()


def test_every_table_keeps_its_types(path: Path) -> None:
    database = ready(path)
    strict = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict"
    loose = [row[0] for row in database.conn.execute(strict)]
    assert [name for name in loose if not name.startswith("sqlite_")] == []
    database.conn.close()


@pytest.mark.parametrize("had", range(len(MIGRATIONS) + 1))
def test_a_file_of_any_former_version_gets_what_it_lacks_and_keeps_its_rows(
    path: Path, had: int
) -> None:
    steps = [*MIGRATIONS, NEXT]
    database = open_writing(path)
    assert migrate(database, steps[:had]) == [name for name, _ in steps[:had]]
    if had == len(MIGRATIONS):
        log.insert(database.conn, [attempt(1)])
    assert migrate(database, steps) == [name for name, _ in steps[had:]]
    assert "later" in tables(database)
    assert "note" in {column.name for column in database["learners"].columns}
    assert log.last_seq(database.conn) == (had == len(MIGRATIONS))
    database.conn.close()


def test_a_step_that_fails_half_way_leaves_the_former_version_whole(path: Path) -> None:
    database = ready(path)
    broken = (
        "9999_broken",
        "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT; CREATE nonsense",
    )
    with pytest.raises(StoreError, match="could not be made ready"):
        migrate(database, [*MIGRATIONS, broken])
    assert "later" not in tables(database)
    assert migrate(database) == []
    database.conn.close()


def test_a_disk_too_full_for_a_step_is_named_and_nothing_of_it_stays(path: Path) -> None:
    database = open_writing(path)
    database.conn.execute("PRAGMA max_page_count = 4")
    with pytest.raises(StoreError, match=r"database or disk is full\. Free some space"):
        migrate(database)
    assert "attempts" not in tables(database)
    database.conn.execute("PRAGMA max_page_count = 1000000")
    assert migrate(database) == [name for name, _ in MIGRATIONS]
    database.conn.close()


def test_a_database_of_a_newer_hub_is_refused_and_untouched(path: Path) -> None:
    database = open_writing(path)
    migrate(database, [*MIGRATIONS, NEXT])
    with pytest.raises(StoreError, match=r"newer hub \(it knows 9999_a_later_step\)"):
        migrate(database)
    assert "later" in tables(database)
    database.conn.close()


def test_a_sound_log_has_no_gap_and_nothing_twice(path: Path) -> None:
    database = ready(path)
    rows: list[Row] = [
        attempt(1),
        log.event(2, 1, "enrol", {"learners": [1]}, 1, NOW),
        attempt(3),
    ]
    log.insert(database.conn, rows)
    assert (log.gaps(database.conn), log.doubled(database.conn)) == (0, 0)
    assert log.last_seq(database.conn) == 3
    assert list(log.read(database.conn, 1)) == rows
    assert list(log.read(database.conn, 1, after=1)) == rows[1:]
    assert list(log.read(database.conn, 2)) == []
    database.conn.close()


def test_a_planted_gap_and_planted_doubles_are_counted(path: Path) -> None:
    database = ready(path)
    log.insert(database.conn, [attempt(1), attempt(2), attempt(4), attempt(7)])
    assert log.gaps(database.conn) == 3
    log.insert(database.conn, [attempt(8, device_seq=1), attempt(9, device_seq=1)])
    assert log.doubled(database.conn) == 2
    database.conn.close()
