"""The way of an answer, from a tablet to the hub's disk and back: read this test first."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from devices.messages import Next, Receipt
from hub import cli
from hub.app import Hub
from hub.settings import Settings
from tests.hub.tablet import asked, pair_with, right_answer
from tests.packs import FIRST_ARITHMETIC

LOCAL = Settings(listen="loopback", http_port=0, mqtt_port=0, websocket_port=0, advertise=False)


def test_an_answer_is_graded_kept_traced_and_followed_by_the_next_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A hub starts on an empty folder, with the demo class.
    hub = Hub(tmp_path, LOCAL, demo_pack=FIRST_ARITHMETIC)
    hub.start(demo=True)
    # A tablet joins over HTTP with the code that the teacher shows, and gets a secret of
    # its own; with that it connects by MQTT. A child taps its card.
    tablet = pair_with(hub)
    learner = hub.people.in_class(1)[0].id
    with tablet:
        first = tablet.sign_in(learner)
        # The child answers. The hub grades the answer again and says at once what it was
        # worth, what the child should do next, and why.
        sent = tablet.answer(asked(first), right_answer(hub, asked(first)))
        reply = tablet.reply(sent)
        check_reply(hub, learner, reply)
        # The receipt comes when the answer is on the disk: only now may the tablet forget it.
        assert tablet.receipt(sent) == Receipt(sent.boot, sent.device_seq)
    assert rows(tmp_path) == [(tablet.device, 1, 1, learner, sent.answer, 1)]
    hub.stop()

    # The power was gone; the tablet never saw the receipt and sends the answer again. It
    # is answered again, with its receipt, and counted once.
    hub = Hub(tmp_path, LOCAL, demo_pack=FIRST_ARITHMETIC)
    hub.start()
    with tablet.at(hub.ports.mqtt) as tablet:
        tablet.sign_in(learner)
        tablet.answer(asked(first), sent.answer, device_seq=1)
        assert tablet.reply(sent).activity == reply.activity
        assert tablet.receipt(sent).upto == 1
    hub.stop()
    assert len(rows(tmp_path)) == 1

    # All that the hub believes of its learners follows from its log, bit for bit.
    assert cli.main(["rebuild", "--verify", "--home", str(tmp_path)]) == 0
    assert "Equal, bit for bit." in capsys.readouterr().out


def check_reply(hub: Hub, learner: int, reply: Next) -> None:
    assert reply.is_right is True
    assert reply.mastery_before is not None
    assert reply.mastery_after is not None
    assert reply.mastery_after > reply.mastery_before
    choice = hub.classroom.rooms[1].choose(learner)
    assert choice is not None
    reasons = [(one.code, one.number) for one in asked(reply).reasons]
    assert reasons == choice.reasons
    assert sum(number for _, number in reasons) == pytest.approx(choice.score, abs=1e-9)
    assert asked(reply).why.startswith("You are ready for ")


def rows(home: Path) -> list[tuple[object, ...]]:
    fields = "device, boot, device_seq, learner, answer, is_right"
    with closing(sqlite3.connect(home / "mangotree.db")) as database:
        return database.execute(f"SELECT {fields} FROM attempts").fetchall()
