"""`mangotree rebuild`: whoever touched the log or a snapshot is found out, in one sentence."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hub import cli
from hub.app import Hub
from hub.errors import HomeInUse, StoreError
from tests.hub.conftest import StartHub, local_settings
from tests.hub.tablet import asked, pair_with, right_answer
from tests.packs import FIRST_ARITHMETIC

#: A statement that touches what the hub wrote, and what the command says of it.
TAMPERED = {
    "a verdict": (
        "UPDATE attempts SET is_right = 1 - is_right WHERE hub_seq = 5",
        "predictions or choices differ",
    ),
    "a prediction": (
        "UPDATE attempts SET p = p + 1e-12 WHERE hub_seq = 5",
        "1 predictions or choices differ",
    ),
    "a choice": (
        "UPDATE attempts SET next_item = next_item + 1 WHERE hub_seq = 5",
        "1 predictions or choices differ",
    ),
    "whose answer it was": (
        "UPDATE attempts SET learner = 2 WHERE hub_seq = 5",
        "predictions or choices differ",
    ),
    "an answer that is gone": ("DELETE FROM attempts WHERE hub_seq = 5", "Missing numbers: 1."),
    "an answer that stands twice": (
        "UPDATE attempts SET device_seq = 1 WHERE hub_seq = 5",
        "Answers twice in the log: 1.",
    ),
    "the last verdict": (
        "UPDATE attempts SET is_right = 1 - is_right"
        " WHERE hub_seq = (SELECT max(hub_seq) FROM attempts)",
        "DIFFERENT",
    ),
    "a snapshot": ("UPDATE snapshots SET body = cast(body || x'00' AS BLOB)", "DIFFERENT"),
    "a snapshot of no row": ("UPDATE snapshots SET hub_seq = hub_seq + 1", "DIFFERENT"),
    "a learner who is not there": (
        "UPDATE attempts SET learner = 4711 WHERE hub_seq = 5",
        "Row 5 of the log cannot be replayed for class 1",
    ),
    "an item that is not there": (
        "UPDATE attempts SET item = 4711 WHERE hub_seq = 5",
        "Row 5 of the log cannot be replayed for class 1",
    ),
    "an event that nobody knows": (
        "UPDATE events SET kind = 'party' WHERE hub_seq = 2",
        "Row 2 of the log cannot be replayed for class 1",
    ),
    "an event's body": (
        "UPDATE events SET body = '{' WHERE hub_seq = 2",
        "Row 2 of the log cannot be replayed for class 1",
    ),
    "the log's beginning": (
        "DELETE FROM events WHERE kind = 'model'",
        "Row 2 of the log cannot be replayed for class 1",
    ),
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a hub that has worked: a model, an enrolment and twelve answers."""
    home = tmp_path_factory.mktemp("worked") / "home"
    hub = Hub(home, local_settings(), demo_pack=FIRST_ARITHMETIC)
    hub.start(demo=True)
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        for turn in range(12):
            right = right_answer(hub, asked(reply))
            text = f"{right}0" if turn % 3 else right
            reply = tablet.reply(tablet.answer(asked(reply), text))
    hub.stop()
    return home


@pytest.fixture
def home(worked: Path, tmp_path: Path) -> Path:
    shutil.copytree(worked, tmp_path / "home")
    return tmp_path / "home"


def tamper(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "mangotree.db")) as database:
        assert database.execute(statement).rowcount > 0
        database.commit()


def verify(home: Path) -> int:
    return cli.main(["rebuild", "--verify", "--home", str(home)])


def test_an_untouched_log_is_equal_bit_for_bit(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(home) == 0
    said = capsys.readouterr().out
    assert "12 answers and 2 events replayed; 0 predictions or choices differ" in said
    assert said.endswith("Equal, bit for bit.\n")


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_was_touched_is_found(
    what: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statement, sentence = TAMPERED[what]
    tamper(home, statement)
    assert verify(home) == 1
    heard = capsys.readouterr()
    assert sentence in heard.out + heard.err
    assert "Traceback" not in heard.err


def test_a_rebuild_writes_snapshots_that_are_equal_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(home, "UPDATE snapshots SET body = x'00', hub_seq = 3")
    assert cli.main(["rebuild", "--home", str(home)]) == 0
    assert "The snapshots now follow from the log." in capsys.readouterr().out
    assert verify(home) == 0


def test_a_hub_with_a_broken_snapshot_says_what_to_do_and_then_starts(
    home: Path, start_hub: StartHub
) -> None:
    tamper(home, "UPDATE snapshots SET body = x'00'")
    with pytest.raises(StoreError, match=r"cannot be read .*Run: mangotree rebuild"):
        start_hub()
    assert cli.main(["rebuild", "--home", str(home)]) == 0
    assert start_hub().classroom.rooms[1].positions == {(1, 1): 12}


def test_a_hub_does_not_start_on_a_log_that_it_cannot_read(
    home: Path, start_hub: StartHub
) -> None:
    tamper(home, "DELETE FROM snapshots")
    tamper(home, "UPDATE attempts SET learner = 4711 WHERE hub_seq = 5")
    with pytest.raises(StoreError, match=r"Row 5 of the log .*Keep a copy of the data folder"):
        start_hub()


def test_a_folder_without_a_hub_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(tmp_path) == 1
    said = f"mangotree rebuild: There is no hub's data in {tmp_path}.\n"
    assert capsys.readouterr().err == said


def test_a_running_hub_can_be_verified_and_not_rebuilt(
    start_hub: StartHub, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        first = tablet.sign_in(1)
        tablet.receipt(tablet.answer(asked(first), "1"))
    assert verify(hub.home.path) == 0
    assert cli.main(["rebuild", "--home", str(hub.home.path)]) == 1
    assert "A hub is already running on" in capsys.readouterr().err
    assert hub.home.running() is not None
    with pytest.raises(HomeInUse):
        Hub(hub.home.path, local_settings()).start()


def test_a_deed_that_cannot_be_done_leaves_nothing_in_the_log(start_hub: StartHub) -> None:
    hub = start_hub()
    before = hub.classroom.rooms[1].save()
    with pytest.raises(KeyError):
        hub.classroom.deed(1, "party", {})
    assert hub.classroom.rooms[1].save() == before
    hub.teaching.set_state(1, "pause")
    hub.stop()
    assert verify(hub.home.path) == 0
