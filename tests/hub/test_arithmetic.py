"""After an update that computes otherwise: the log stays, what follows from it is made anew."""

from __future__ import annotations

import re

import pytest

from hub.app import Hub
from hub.cli import main
from hub.lesson.rebuild import rebuild
from hub.store import snapshots
from tests.hub.conftest import StartHub
from tests.hub.tablet import asked, pair_with, right_answer

OLDER, NEWER = 1, 2


def kernels_have(arithmetic: int, patch: pytest.MonkeyPatch) -> None:
    for module in ("tracing", "saved"):
        patch.setattr(f"hub.lesson.{module}.ARITHMETIC", arithmetic)
    patch.setattr("hub.teaching.ARITHMETIC", arithmetic)


def work(hub: Hub, answers: int) -> None:
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        for _ in range(answers):
            right = right_answer(hub, asked(reply))
            reply = tablet.reply(tablet.answer(asked(reply), right))
    hub.writer.call(lambda _: None)  # behind the rows: they are on the disk now


def log_says_other_chances(hub: Hub) -> None:
    """What kernels of another arithmetic would have written."""
    statement = "UPDATE attempts SET p = p * 0.9"
    hub.writer.call(lambda database: database.conn.execute(statement))


def take_snapshot(hub: Hub) -> bytes:
    room = hub.classroom.rooms[1]
    seq, body = room.hub_seq, room.save()
    hub.writer.call(lambda database: snapshots.save(database, 1, seq, body))
    return body


def test_an_update_of_the_arithmetic_is_no_fault(
    start_hub: StartHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kernels_have(OLDER, monkeypatch)
    hub = start_hub()
    work(hub, 12)
    before = take_snapshot(hub)
    log_says_other_chances(hub)
    assert rebuild(hub.reader, 1)[1].other_predictions == 12
    hub.stop()

    kernels_have(NEWER, monkeypatch)
    hub = start_hub()
    room = hub.classroom.rooms[1]
    assert room.is_of_this_arithmetic
    assert room.save() != before
    work(hub, 5)
    replayed, found = rebuild(hub.reader, 1)
    assert replayed.save() == room.save()
    assert (found.attempts, found.earlier, found.other_predictions) == (17, 12, 0)
    assert (found.snapshot_seq, found.is_equal) == (None, True)
    home = hub.home.path
    hub.stop()
    assert main(["rebuild", "--verify", "--home", str(home)]) == 0
    said = capsys.readouterr().out
    assert "17 answers (12 of them first traced by an earlier version, and anew since)" in said
    assert re.search(r"0 predictions or choices differ; .*\n.*\nEqual, bit for bit\.", said)


def test_the_same_arithmetic_starts_from_its_snapshot_and_logs_no_new_model(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    work(hub, 6)
    take_snapshot(hub)
    events = rebuild(hub.reader, 1)[1].events
    hub.stop()
    hub = start_hub()
    found = rebuild(hub.reader, 1)[1]
    assert (found.events, found.earlier, found.is_snapshot_equal) == (events, 0, True)
