"""Fitted models in the database: the whole model or none, and one choice at any moment."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from hub.errors import ModelError, StoreError
from hub.lesson.models import bodies, choose, chosen, install, stored
from hub.store.database import open_reading, open_writing
from hub.store.migrations import MIGRATIONS, migrate
from models.learner.fitted import decode_model
from tests.hub.fitted import starter_body
from tests.hub.ground import ready, writing

#: Installs and chooses the model in the second file, and dies before the statement given.
DYING = """
import os, signal, sys
from pathlib import Path
from hub.lesson.models import choose, install
from hub.store.database import open_writing
database = open_writing(Path(sys.argv[1]))
left = int(sys.argv[3])
def count(statement):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
database.conn.set_trace_callback(count)
choose(database, install(database, Path(sys.argv[2]).read_bytes()))
print("done")
"""
STATEMENTS = 7


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mangotree.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = ready(path)
    yield opened
    opened.conn.close()


def test_a_model_is_kept_as_it_came_and_known_by_its_hash(database: Database) -> None:
    body = starter_body()
    digest = install(database, body)
    assert digest == hashlib.sha256(body).hexdigest()
    assert bodies(database.conn) == {digest: body}
    assert stored(database.conn) == {digest: decode_model(body, "it")}


def test_the_same_model_is_kept_once_and_stays_chosen(database: Database) -> None:
    first, other = install(database, starter_body()), install(database, starter_body(2))
    choose(database, first)
    assert install(database, starter_body()) == first
    assert list(stored(database.conn)) == [first, other]
    assert chosen(database.conn) == first


def test_what_is_shipped_is_chosen_until_another_is_and_again_after_it(
    database: Database,
) -> None:
    digest = install(database, starter_body())
    assert chosen(database.conn) is None
    choose(database, digest)
    assert chosen(database.conn) == digest
    choose(database, None)
    assert chosen(database.conn) is None
    assert list(stored(database.conn)) == [digest]


def test_a_choice_that_cannot_be_made_leaves_the_former_one(database: Database) -> None:
    digest = install(database, starter_body())
    choose(database, digest)
    with pytest.raises(ModelError, match="holds no model 00000000"):
        choose(database, "0" * 64)
    assert chosen(database.conn) == digest


@pytest.mark.parametrize("body", [b"", b"{}", starter_body()[:-40], b"\xff" * 100])
def test_what_is_no_model_is_not_kept(body: bytes, database: Database) -> None:
    with pytest.raises(ModelError, match="What came in is no fitted model"):
        install(database, body)
    assert bodies(database.conn) == {}


def test_the_database_itself_takes_no_second_choice(database: Database) -> None:
    first, second = install(database, starter_body()), install(database, starter_body(2))
    choose(database, first)
    choose(database, second)
    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        database.conn.execute("UPDATE models SET is_chosen = 1")
    assert chosen(database.conn) == second


def test_a_running_hubs_writer_takes_it_in_as_well(path: Path) -> None:
    with writing(ready(path), lambda _: None) as writer:
        digest = install(writer, starter_body())
        choose(writer, digest)
        with pytest.raises(ModelError):
            choose(writer, "0" * 64)
    with closing(open_reading(path)) as reader:
        assert chosen(reader) == digest


def test_a_full_disk_takes_none_of_it_and_says_so(path: Path, database: Database) -> None:
    digest = install(database, starter_body())
    choose(database, digest)
    pages = database.conn.execute("PRAGMA page_count").fetchone()[0]
    database.conn.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(StoreError, match="cannot write to its disk: database or disk is full"):
        install(database, starter_body(2))
    assert (list(stored(database.conn)), chosen(database.conn)) == ([digest], digest)
    database.conn.execute("PRAGMA max_page_count = 1000000")
    assert len({digest, install(database, starter_body(2))}) == 2


@pytest.mark.parametrize("before", range(STATEMENTS + 1))
def test_whoever_is_killed_between_leaves_the_whole_model_or_none(
    before: int, path: Path, tmp_path: Path
) -> None:
    database = ready(path)
    old = install(database, starter_body())
    choose(database, old)
    database.conn.close()
    body = starter_body(2)
    (tmp_path / "new.json").write_bytes(body)
    words = ["-c", DYING, str(path), str(tmp_path / "new.json"), str(before)]
    ended = subprocess.run([sys.executable, *words], capture_output=True, check=False)
    is_done = before >= STATEMENTS
    assert ended.returncode == (0 if is_done else -signal.SIGKILL), ended.stderr
    with closing(open_writing(path).conn) as connection:
        new = hashlib.sha256(body).hexdigest()
        assert bodies(connection).get(new, body) == body
        assert chosen(connection) in ((new,) if is_done else (old,))
        assert set(stored(connection)) <= {old, new}


def test_a_model_whose_bytes_have_changed_is_named_and_not_used(database: Database) -> None:
    digest = install(database, starter_body())
    database.conn.execute("UPDATE models SET body = cast(body || x'20' AS BLOB)")
    with pytest.raises(StoreError, match=rf"{digest[:8]} cannot be read .*have changed"):
        stored(database.conn)
    assert install(database, starter_body()) == digest
    assert list(stored(database.conn)) == [digest]


def test_a_folder_of_an_earlier_version_has_no_models_and_gets_their_table(
    path: Path,
) -> None:
    with closing(open_writing(path).conn) as connection:
        migrate(Database(connection), MIGRATIONS[:1])
        assert (stored(connection), chosen(connection)) == ({}, None)
        assert migrate(Database(connection))[0] == "0002_models"
        assert (stored(connection), chosen(connection)) == ({}, None)
