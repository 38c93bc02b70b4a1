"""What a broken or hostile tablet may send: counted, refused with its reason, harmless."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

import pytest

from devices.messages import (
    FINAL_REFUSALS,
    MAX_INTEGER,
    MAX_PAYLOAD_BYTES,
    Answer,
    Hello,
    Next,
    Receipt,
    SignIn,
    encode,
)
from hub.app import Hub
from tests.hub.conftest import local_settings
from tests.hub.tablet import Tablet, asked, pair_with, right_answer
from tests.packs import FIRST_ARITHMETIC

BROKERS = ("embedded", "mosquitto")
#: What a child wrote, and what must never stand in a log.
SECRET_ANSWER = "31415926"


class Bad(NamedTuple):
    """Bytes in the place of a good answer: `changes` to it, or `payload` instead of it."""

    reason: str
    changes: dict[str, Any] | None = None
    payload: bytes = b""
    is_named: bool = True

    def bytes_of(self, good: Answer) -> bytes:
        if self.changes is None:
            return self.payload
        return json.dumps(json.loads(encode(good)) | self.changes).encode()


def nameless(payload: bytes) -> Bad:
    return Bad("not_understood", None, payload, is_named=False)


BAD = {
    "no JSON": nameless(b"seven"),
    "nothing": nameless(b""),
    "half of it": nameless(b'{"device_seq": 1, "boot": 1, "learn'),
    "a list": nameless(b"[1, 2, 3]"),
    "no UTF-8": Bad(
        "not_understood", payload=b'{"boot": 1, "device_seq": 1, "answer": "\xff\xfe"}'
    ),
    "no UTF-8 in a number's place": nameless(b'{"boot": 1, "device_seq": "\xff"}'),
    "half a character": nameless(b'{"boot": 1, "device_seq": 1, "answer": "\\ud800"}'),
    "NaN": Bad("not_understood", {"ms": float("nan")}, is_named=False),
    "a thousand levels": nameless(b"[" * 1000 + b"]" * 1000),
    "a thousand levels in a field": nameless(b'{"x": ' * 1000 + b"1" + b"}" * 1000),
    "a number beyond all": Bad("not_understood", {"device_seq": 10**100}, is_named=False),
    "a number beyond the wire": Bad("not_understood", {"seed": MAX_INTEGER + 1}),
    "a negative time": Bad("not_understood", {"ms": -1}),
    "a negative number": Bad("not_understood", {"device_seq": -1}, is_named=False),
    "a number as answer": Bad("not_understood", {"answer": 7}),
    "a fraction": Bad("not_understood", {"learner": 1.5}),
    "a text as number": Bad("not_understood", {"seed": "1"}),
    "a null": Bad("not_understood", {"item": None}),
    "an endless answer": Bad("not_understood", {"answer": "7" * 513}),
    "an unknown learner": Bad("unknown_learner", {"learner": 4711}),
    "an unknown item": Bad("unknown_activity", {"item": "latin.1"}),
    "a wrong session": Bad("signed_out", {"session": "f" * 32}),
    "a session in another script": Bad("signed_out", {"session": "é" * 32}),
}


@pytest.fixture(scope="module", params=BROKERS)
def room(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hub]:
    """One hub for each broker; every test brings tablets of its own."""
    settings = local_settings(broker=request.param, answers_per_s=0.5)
    hub = Hub(
        tmp_path_factory.mktemp(request.param) / "home", settings, demo_pack=FIRST_ARITHMETIC
    )
    hub.start(demo=True)
    yield hub
    hub.stop()


@pytest.fixture
def tablet(room: Hub) -> Iterator[Tablet]:
    with pair_with(room, name="The one that errs") as joined:
        yield joined


@pytest.fixture
def other(room: Hub) -> Iterator[Tablet]:
    with pair_with(room, name="Another one") as joined:
        yield joined


@pytest.fixture(autouse=True)
def log(room: Hub, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens in a test, no log line names a learner or tells an answer."""
    caplog.set_level(logging.DEBUG, logger="hub")
    yield
    for name in (one.name for one in room.people.learners.values()):
        assert name not in caplog.text
    assert SECRET_ANSWER not in caplog.text
    assert "Traceback" not in caplog.text


def works(hub: Hub, tablet: Tablet, first: Next, *, seq: int) -> None:
    """The tablet's answer `seq` is graded, counted and receipted."""
    sent = tablet.answer(asked(first), right_answer(hub, asked(first)), device_seq=seq)
    assert tablet.reply(sent).is_right is True
    assert tablet.receipt(sent).upto == seq


def stored(hub: Hub, tablet: Tablet) -> list[int]:
    with closing(sqlite3.connect(hub.home.database)) as database:
        rows = database.execute(
            "SELECT device_seq FROM attempts WHERE device = ? ORDER BY hub_seq",
            (tablet.device,),
        )
        return [row[0] for row in rows.fetchall()]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_refused_with_its_reason_and_the_class_goes_on(
    name: str, room: Hub, tablet: Tablet, other: Tablet
) -> None:
    bad, before = BAD[name], room.gateway.counts.copy()
    first = tablet.sign_in(1)
    good = tablet.next_answer(asked(first), SECRET_ANSWER)
    tablet.send(bad.bytes_of(good))
    refusal = tablet.refusal()
    assert refusal.reason == bad.reason
    assert (refusal.boot, refusal.device_seq) == ((1, 1) if bad.is_named else (0, 0))
    is_final = bad.reason in FINAL_REFUSALS
    works(room, tablet, first, seq=2 if is_final else 1)
    works(room, other, other.sign_in(2), seq=1)
    assert room.gateway.counts - before == {bad.reason: 1, "answers": 2}
    assert stored(room, tablet) == [2 if is_final else 1]


def test_a_refusal_for_good_is_receipted_so_that_the_tablet_can_go_on(
    room: Hub, tablet: Tablet
) -> None:
    tablet.sign_in(1)
    tablet.answer(asked(tablet_first(room)), SECRET_ANSWER, session="f" * 32)
    assert tablet.refusal().reason == "signed_out"
    assert tablet.hear(Receipt) == Receipt(1, 1)
    tablet.answer(asked(tablet_first(room)), SECRET_ANSWER, session="f" * 32, device_seq=1)
    assert tablet.refusal().reason == "signed_out"
    assert stored(room, tablet) == []


def tablet_first(hub: Hub) -> Next:
    device = next(iter(hub.devices.all.values()))
    return hub.classroom.start(device, 1)


@pytest.mark.parametrize(
    ("leaf", "payload"),
    [
        ("event", b""),
        ("event", b'{"kind": "dance"}'),
        ("event", b'{"kind": "sign_in", "learner": "Ada"}'),
        ("event", b'{"kind": "sign_out", "session": "\xff"}'),
        ("hello", b"{"),
        ("hello", b'{"boots": "all"}'),
        ("hello", b'{"boots": [' + b"1," * 64 + b"1]}"),
    ],
)
def test_a_bad_event_or_hello_is_refused_too(
    leaf: str, payload: bytes, room: Hub, tablet: Tablet
) -> None:
    tablet.send(payload, leaf=leaf)
    assert tablet.refusal().reason == "not_understood"
    works(room, tablet, tablet.sign_in(1), seq=1)


def test_a_card_of_another_class_or_of_nobody_opens_nothing(room: Hub, tablet: Tablet) -> None:
    tablet.send(encode(SignIn(4711)), leaf="event")
    assert tablet.refusal().reason == "unknown_learner"
    works(room, tablet, tablet.sign_in(1), seq=1)


def test_an_answer_out_of_sequence_is_told_which_one_is_expected(
    room: Hub, tablet: Tablet
) -> None:
    first = tablet.sign_in(1)
    tablet.answer(asked(first), SECRET_ANSWER, device_seq=3)
    refusal = tablet.refusal()
    assert (refusal.reason, refusal.expected, refusal.device_seq) == ("out_of_sequence", 1, 3)
    works(room, tablet, first, seq=1)
    assert stored(room, tablet) == [1]


def test_an_answer_sent_again_is_answered_again_and_counted_once(
    room: Hub, tablet: Tablet
) -> None:
    first = tablet.sign_in(1)
    sent = tablet.answer(asked(first), SECRET_ANSWER)
    reply, receipt = tablet.reply(sent), tablet.receipt(sent)
    for _ in range(3):
        tablet.send(encode(sent))
        repeated = tablet.reply(sent)
        assert (repeated.is_right, repeated.activity) == (reply.is_right, reply.activity)
        assert tablet.receipt(sent) == receipt
    assert stored(room, tablet) == [1]


def test_an_answer_that_nobody_can_read_is_kept_and_teaches_the_hub_nothing(
    room: Hub, tablet: Tablet
) -> None:
    first = tablet.sign_in(3)
    before = room.classroom.rooms[1].tracer.answers(room.classroom.rooms[1].places[3])
    sent = tablet.answer(asked(first), f"I think {SECRET_ANSWER}")
    reply = tablet.reply(sent)
    assert reply.is_right is None
    assert reply.mastery_after == reply.mastery_before
    assert reply.activity == first.activity
    assert tablet.receipt(sent).upto == 1
    assert stored(room, tablet) == [1]
    after = room.classroom.rooms[1].tracer.answers(room.classroom.rooms[1].places[3])
    assert after == before


def test_a_message_of_8_kib_is_read_and_a_larger_one_is_dropped(
    room: Hub, tablet: Tablet, other: Tablet
) -> None:
    first = tablet.sign_in(1)
    good = encode(tablet.next_answer(asked(first), right_answer(room, asked(first))))
    padding = b', "unknown": "%s"}'
    fits = good[:-1] + padding % (b"x" * (MAX_PAYLOAD_BYTES - len(good) - len(padding) + 3))
    assert len(fits) == MAX_PAYLOAD_BYTES
    before = room.gateway.counts["answers"]
    tablet.send(fits + b" ", qos=0)  # with 1, paho leaves an MQTT 5 broker that says no
    tablet.send(fits)
    assert tablet.receipt(tablet.next_answer(asked(first), "")).upto == 1
    assert room.gateway.counts["answers"] == before + 1
    works(room, other, other.sign_in(2), seq=1)


def test_nobody_writes_in_the_name_of_another_device(
    room: Hub, tablet: Tablet, other: Tablet
) -> None:
    first, others = tablet.sign_in(1), other.sign_in(2)
    before = room.gateway.counts.copy()
    forged = other.next_answer(asked(others), SECRET_ANSWER)
    tablet.send(encode(forged), device=other.device)
    works(room, tablet, first, seq=1)
    works(room, other, others, seq=1)
    assert room.gateway.counts - before == {"answers": 2}
    assert SECRET_ANSWER not in answers_of(room, other)


def answers_of(hub: Hub, tablet: Tablet) -> list[str]:
    with closing(sqlite3.connect(hub.home.database)) as database:
        rows = database.execute(
            "SELECT answer FROM attempts WHERE device = ?", (tablet.device,)
        )
        return [row[0] for row in rows.fetchall()]


def test_a_device_that_floods_is_slowed_and_the_others_do_not_notice(
    room: Hub, tablet: Tablet, other: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tablet.sign_in(1)
    # On a slow machine a hundred answers are no flood.
    now_s = time.monotonic()
    monkeypatch.setattr(room.parts.intake, "_monotonic", lambda: now_s)
    for seq in range(1, 101):
        tablet.answer(asked(first), SECRET_ANSWER, device_seq=seq)
    refusal = tablet.refusal()
    assert refusal.reason == "too_fast"
    assert 0 < refusal.retry_ms <= 2_001
    assert refusal.device_seq > 60
    works(room, other, other.sign_in(2), seq=1)
    assert room.gateway.counts["too_fast"] >= 1
    assert stored(room, tablet) == list(range(1, refusal.device_seq))


def test_a_revoked_device_is_not_heard_any_more(
    room: Hub, tablet: Tablet, other: Tablet
) -> None:
    first = tablet.sign_in(1)
    works(room, tablet, first, seq=1)
    room.devices.revoke(tablet.device)
    before = room.gateway.counts.copy()
    # The broker has not been told yet: the hub itself must know.
    tablet.answer(asked(first), SECRET_ANSWER, device_seq=2)
    tablet.send(encode(Hello([1])), leaf="hello")
    works(room, other, other.sign_in(2), seq=1)
    assert room.gateway.counts - before == {"unknown_device": 2, "answers": 1}
    assert stored(room, tablet) == [1]
