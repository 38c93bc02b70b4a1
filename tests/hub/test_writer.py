"""The one writer: groups, order, receipts, and a disk that refuses."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from hub.errors import StoreError, StoreFull
from hub.store import snapshots
from hub.store import writer as writer_module
from hub.store.database import open_reading
from hub.store.log import Row
from hub.store.receipts import Receipts
from hub.store.writer import Writer
from tests.hub.ground import DEADLINE_S, Heard, attempt, ready, writing

LONG = "7" * 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mangotree.db"


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def full_disk(path: Path, heard: Heard) -> Iterator[tuple[Writer, Database]]:
    """A writer whose disk is full from now on; `max_page_count` makes room again."""
    database = ready(path)
    with writing(database, heard.on_durable) as writer:
        pages = database.conn.execute("PRAGMA page_count").fetchone()[0]
        database.conn.execute(f"PRAGMA max_page_count = {pages}")
        yield writer, database


def make_room(database: Database) -> None:
    database.conn.execute("PRAGMA max_page_count = 1000000")


def stored(path: Path) -> list[int]:
    with closing(open_reading(path)) as reader:
        found = reader.execute("SELECT hub_seq FROM attempts ORDER BY hub_seq").fetchall()
    return [row[0] for row in found]


def wait_for_trouble(writer: Writer) -> None:
    """Back when the disk refused: whoever waits behind the rows is told so."""
    with pytest.raises(StoreError, match="cannot write to its disk"):
        writer.call(lambda _: None)
    assert writer.trouble is not None


def test_many_answers_in_one_window_share_one_commit(path: Path, heard: Heard) -> None:
    with writing(ready(path), heard.on_durable, window_ms=60_000) as writer:
        for seq in range(1, 201):
            writer.put(attempt(seq))
        assert writer.commits == 0
    assert writer.commits == 1
    assert stored(path) == heard.rows == list(range(1, 201))


def test_a_window_ends_by_itself(path: Path, heard: Heard) -> None:
    with writing(ready(path), heard.on_durable, window_ms=1) as writer:
        writer.put(attempt(1))
        heard.wait_for(1)
        assert writer.commits == 1


def test_a_full_batch_does_not_wait_for_its_window(path: Path, heard: Heard) -> None:
    with writing(ready(path), heard.on_durable, window_ms=60_000) as writer:
        for seq in range(1, writer_module.FULL_BATCH + 1):
            writer.put(attempt(seq))
        heard.wait_for(writer_module.FULL_BATCH)


def test_an_urgent_answer_takes_all_that_wait_along(path: Path, heard: Heard) -> None:
    with writing(ready(path), heard.on_durable, window_ms=60_000) as writer:
        writer.put(attempt(1))
        writer.put(attempt(2), is_urgent=True)
        heard.wait_for(2)
        assert writer.commits == 1


def test_nothing_is_called_durable_before_another_connection_can_read_it(path: Path) -> None:
    database, seen, is_done = ready(path), [], threading.Event()

    def look(rows: list[Row]) -> None:
        with closing(open_reading(path)) as reader:
            count = reader.execute("SELECT count(*) FROM attempts").fetchone()[0]
        seen.append((rows[-1].hub_seq, count))
        if rows[-1].hub_seq == 30:
            is_done.set()

    with writing(database, look, window_ms=0) as writer:
        for seq in range(1, 31):
            writer.put(attempt(seq))
        assert is_done.wait(DEADLINE_S)
    assert all(count == last for last, count in seen)


def test_a_receipt_is_waited_for_until_the_row_is_on_disk(path: Path) -> None:
    receipts = Receipts()
    with writing(ready(path), receipts.on_durable, window_ms=60_000) as writer:
        writer.put(attempt(1))
        assert not receipts.wait(1, 1, 1, timeout_s=0)
        assert receipts.upto(1, 1) == 0
        writer.put(attempt(2), is_urgent=True)
        assert receipts.wait(1, 1, 2, DEADLINE_S)
    assert receipts.upto(1, 1) == 2


def test_a_call_finds_every_row_before_it_on_disk(path: Path, heard: Heard) -> None:
    with writing(ready(path), heard.on_durable, window_ms=60_000) as writer:
        for round_ in range(20):
            for seq in range(round_ * 40 + 1, round_ * 40 + 41):
                writer.put(attempt(seq))
            assert writer.call(lambda database: database["attempts"].count) == (round_ + 1) * 40


def test_what_is_settled_is_on_the_disk_without_waiting_for_its_window(path: Path) -> None:
    with writing(ready(path), lambda _: None, window_ms=60_000) as writer:
        writer.settle()
        assert writer.commits == 0
        writer.put(attempt(1))
        writer.settle()
        assert stored(path) == [1]


def test_a_snapshot_never_stands_in_the_file_without_its_log(path: Path) -> None:
    torn: list[bool] = []
    reader = closing(sqlite3.connect(path, check_same_thread=False))
    database = ready(path)

    def look(_rows: list[Row]) -> None:
        kept = snapshots.load(seen, 1)
        last = seen.execute("SELECT max(hub_seq) FROM attempts").fetchone()[0]
        torn.append(kept is not None and kept[0] > last)

    with reader as seen, writing(database, look, window_ms=0) as writer:
        for seq in range(1, 101):
            writer.put(attempt(seq))
            if seq % 10 == 0:
                writer.call(partial(snapshots.save, class_id=1, hub_seq=seq, body=b""))
    assert torn
    assert not any(torn)


def test_a_call_that_fails_changes_nothing_and_raises_what_it_raised(path: Path) -> None:
    def work(database: Database) -> None:
        database.conn.execute("INSERT INTO secrets VALUES ('half', 'done')")
        raise LookupError("half way")

    with writing(ready(path), lambda _: None) as writer:
        with pytest.raises(LookupError, match="half way"):
            writer.call(work)
        kept = writer.call(lambda database: database["secrets"].count_where("name = 'half'"))
        assert kept == 0


def test_rows_wait_in_order_for_a_full_disk_and_are_written_when_it_has_room(
    full_disk: tuple[Writer, Database], path: Path, heard: Heard
) -> None:
    writer, database = full_disk
    for seq in range(1, 51):
        writer.put(attempt(seq, answer=LONG))
    wait_for_trouble(writer)
    for seq in range(51, 101):
        writer.put(attempt(seq, answer=LONG))
    wait_for_trouble(writer)
    assert writer.trouble == "database or disk is full"
    assert heard.rows == stored(path) == []
    make_room(database)
    heard.wait_for(100)
    assert heard.rows == stored(path) == list(range(1, 101))
    assert writer.call(lambda _: "works") == "works"
    assert writer.trouble is None


def test_whoever_settles_does_not_hang_on_a_full_disk(
    full_disk: tuple[Writer, Database], path: Path, heard: Heard
) -> None:
    writer, database = full_disk
    writer.put(attempt(1, answer=LONG * 20))
    writer.settle()
    assert writer.trouble is not None
    assert stored(path) == []
    make_room(database)
    heard.wait_for(1)
    assert stored(path) == [1]


def test_no_more_rows_are_taken_than_may_wait(
    full_disk: tuple[Writer, Database], heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MOST_WAITING", 100)
    writer, database = full_disk
    for seq in range(1, 101):
        writer.check_room()
        writer.put(attempt(seq, answer=LONG))
    with pytest.raises(StoreFull):
        writer.check_room()
    make_room(database)
    heard.wait_for(100)
    writer.call(lambda _: None)
    writer.check_room()


def test_a_stop_writes_what_waits(path: Path, heard: Heard) -> None:
    with writing(ready(path), heard.on_durable, window_ms=60_000) as writer:
        for seq in range(1, 11):
            writer.put(attempt(seq))
    assert heard.rows == stored(path) == list(range(1, 11))


def test_a_stop_on_a_full_disk_ends_and_receipts_nothing(
    full_disk: tuple[Writer, Database], path: Path, heard: Heard
) -> None:
    writer, _ = full_disk
    for seq in range(1, 51):
        writer.put(attempt(seq, answer=LONG))
    wait_for_trouble(writer)
    writer.stop()
    assert heard.rows == stored(path) == []
    with pytest.raises(StoreError, match="stopping"):
        writer.call(lambda _: None)


def test_a_row_that_the_database_refuses_is_trouble_and_never_silence(
    path: Path, heard: Heard
) -> None:
    with writing(ready(path), heard.on_durable) as writer:
        writer.put(attempt(1))
        heard.wait_for(1)
        writer.put(attempt(1))
        wait_for_trouble(writer)
        assert writer.trouble == "UNIQUE constraint failed: attempts.hub_seq"
    assert heard.rows == [1]
