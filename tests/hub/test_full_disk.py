"""A disk that is full in the middle of a lesson: the class goes on, and no receipt is false."""

from __future__ import annotations

import threading

import pytest
from sqlite_utils import Database

from devices.messages import encode
from hub import cli
from hub.app import Hub
from hub.broker.gateway import HUB_FULL_RETRY_MS
from hub.errors import StoreError
from hub.intake import Intake
from hub.keeper import Keeper
from hub.store import snapshots
from hub.store import writer as writer_module
from hub.store.database import open_reading
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import TOKEN, base, teacher, tell
from tests.hub.tablet import Tablet, asked, pair_with

#: Long enough that a few rows fill a page, and no number, so that nothing is traced.
LONG = "I do not know. " * 30


def fill(hub: Hub) -> Database:
    """Lets the database grow no more; gives it, so that room can be made again."""

    def work(database: Database) -> Database:
        pages = database.conn.execute("PRAGMA page_count").fetchone()[0]
        database.conn.execute(f"PRAGMA max_page_count = {pages}")
        return database

    return hub.writer.call(work)


def test_a_class_goes_on_while_the_disk_is_full_and_every_answer_is_kept(
    start_hub: StartHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MOST_WAITING", 20)
    # There is room for one or two: all shall come before the first of them is written.
    hub = start_hub(receipt_window_ms=2_000)
    with pair_with(hub) as tablet:
        first = tablet.sign_in(1)
        database = fill(hub)
        sent = [tablet.answer(asked(first), LONG) for _ in range(21)]
        # Each is answered from memory; the one for which there is no room is refused for now.
        said = tablet.reply(sent[19]).feedback
        assert said == "I could not read that. Please look at it again."
        refusal = tablet.refusal()
        assert (refusal.reason, refusal.device_seq) == ("hub_full", 21)
        assert refusal.retry_ms == HUB_FULL_RETRY_MS
        assert hub.receipts.upto(tablet.device, 1) == 0
        with pytest.raises(StoreError):
            hub.writer.call(lambda _: None)
        database.conn.execute("PRAGMA max_page_count = 1000000")
        assert tablet.receipt(sent[19]).upto == 20
        tablet.send(encode(sent[20]))
        assert tablet.receipt(sent[20]).upto == 21
    assert cli.main(["rebuild", "--verify", "--home", str(hub.home.path)]) == 0


def test_a_rule_that_the_disk_cannot_take_is_not_half_in_force(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MOST_WAITING", 0)
    before = hub.classroom.rooms[1].save()
    with pytest.raises(StoreError):
        hub.teaching.override(1, "pin", 3)
    assert hub.classroom.rooms[1].save() == before
    monkeypatch.undo()
    pin = hub.teaching.override(1, "pin", 3)
    assert [one.hub_seq for one in hub.teaching.overrides(1)] == [pin]
    hub.writer.call(lambda _: None)
    assert cli.main(["rebuild", "--verify", "--home", str(hub.home.path)]) == 0


def test_what_a_teacher_is_told_is_on_the_disk(start_hub: StartHub) -> None:
    hub = start_hub(receipt_window_ms=2_000)
    app = create_app(hub.parts, threading.Event())
    tell(app, hub, "/teacher/class/1/state", state="pause")
    with open_reading(hub.home.database) as reader:
        found = reader.execute("SELECT count(*) FROM events WHERE kind = 'class_state'")
        assert found.fetchone() == (1,)


def test_on_a_full_disk_a_pause_holds_and_the_page_says_what_is_wrong(hub: Hub) -> None:
    app = create_app(hub.parts, threading.Event())
    phone = teacher(app, hub)
    page = phone.get("/teacher/?class=1", base_url=base(hub)).get_data(as_text=True)
    assert "disk" not in page
    database = fill(hub)
    for _ in range(40):
        hub.classroom.deed(1, "aloud", {"aloud": "off", "padding": LONG})
    token = TOKEN.search(page)
    assert token is not None
    fields = {"csrf_token": token.group(1), "state": "pause"}
    told = phone.post("/teacher/class/1/state", base_url=base(hub), data=fields)
    assert told.status_code == 302
    assert hub.classroom.rooms[1].state == "pause"
    page = phone.get("/teacher/?class=1", base_url=base(hub)).get_data(as_text=True)
    assert "disk" in page
    for path in ("/teacher/learner/1", "/teacher/learner/1/word"):
        assert phone.get(path, base_url=base(hub)).status_code == 200, path
    database.conn.execute("PRAGMA max_page_count = 1000000")
    hub.writer.settle()
    assert hub.writer.trouble is None


def test_a_snapshot_is_kept_once_a_class_has_moved_far_enough(hub: Hub, tablet: Tablet) -> None:
    keeper, room = Keeper(hub.classroom, hub.writer), hub.classroom.rooms[1]
    first = tablet.sign_in(1)
    for _ in range(4):
        tablet.reply(tablet.answer(asked(first), "I do not know"))
    keeper.keep(5)
    assert snapshots.load(hub.reader, 1) is None
    tablet.reply(tablet.answer(asked(first), "I do not know"))
    keeper.keep(5)
    assert snapshots.load(hub.reader, 1) == (room.hub_seq, room.save())


def test_a_full_outbox_may_come_at_once_and_then_the_pace_counts() -> None:
    now_s = [0.0]
    limits = Intake(10.0, monotonic=lambda: now_s[0])
    assert [limits.take(1) for _ in range(64)] == [0] * 64
    assert limits.take(1) == 101
    assert limits.take(2) == 0
    now_s[0] += 0.1
    assert (limits.take(1), limits.take(1)) == (0, 101)
    now_s[0] += 3600
    assert [limits.take(1) for _ in range(65)].count(0) == 64
