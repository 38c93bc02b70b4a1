"""Signing in: codes, wrong tries, cards, the teacher's word, seats and turns; by plain HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from devices.messages import SignedIn, SignIn, encode
from hub.app import Hub
from hub.errors import NotAllowed, RosterError
from hub.insight.words import say, words
from hub.roster.codes import CODE_PICTURES, SHORTEST_PASSWORD
from hub.roster.door import LET_IN_S
from hub.roster.people import STYLES, Style
from hub.roster.seats import Seated
from hub.roster.tries import FIRST_PAUSE_S, IN_A_ROW, LONGEST_PAUSE_S
from hub.web.factory import create_app
from hub.web.passages import text, words_of_page
from tests.hub.conftest import StartHub
from tests.hub.forms import (
    Child,
    base,
    child_at,
    code,
    is_lesson,
    skip_time,
    teacher,
    tell,
    wrong,
)
from tests.hub.tablet import pair_with


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


@pytest.fixture
def child(app: Flask, hub: Hub) -> Child:
    return child_at(app, hub)


def test_a_class_that_trusts_signs_in_by_a_tap(child: Child) -> None:
    assert is_lesson(child.post("/learn/sign-in", learner=3))
    assert child.sits() == Seated((3,), 3)


@pytest.mark.parametrize("style", ["pictures", "pin"])
def test_only_the_learners_own_code_opens(hub: Hub, child: Child, style: Style) -> None:
    hub.people.set_sign_in(1, style)
    card = child.post("/learn/sign-in", learner=3)
    assert not is_lesson(card)
    assert b'data-piece="code"' in card.data
    assert not is_lesson(child.enter(3, wrong(hub, 3, style)))
    assert child.sits().learners == ()
    assert is_lesson(child.enter(3, code(hub, 3, style)))
    assert child.sits() == Seated((3,), 3)


def test_a_code_is_taken_sign_by_sign_without_scripts(hub: Hub, child: Child) -> None:
    hub.people.set_sign_in(1, "pictures")
    one, two, three = code(hub, 3, "pictures").split()
    page = child.post("/learn/sign-in", learner=3, code="", picked=one)
    assert f'name="code" value="{one}"'.encode() in page.data
    page = child.post("/learn/sign-in", learner=3, code=one, picked=two)
    assert page.data.count(b"is-full") == 2
    assert b'data-left="1"' in page.data
    again = child.post("/learn/sign-in", learner=3, code=f"{one} {two}", again=1)
    assert again.data.count(b"is-full") == 0
    assert is_lesson(child.enter(3, f"{one} {two} {three}"))


def test_codes_are_drawn_anew_for_each_learner_and_kept(start_hub: StartHub) -> None:
    hub = start_hub()
    learners = list(hub.people.learners)
    codes = hub.door.codes.of_all(learners)
    assert len({one.pictures for one in codes}) > len(learners) / 2
    for one in codes:
        signs = one.pictures.split()
        assert len(signs) == len(set(signs)) == 3
        assert set(signs) < set(CODE_PICTURES)
        assert re.fullmatch(r"\d{4}", one.pin)
        assert len(set(one.pin)) > 1
    hub.stop()
    assert start_hub().door.codes.of_all(learners) == codes


def test_a_new_code_voids_the_old_one(app: Flask, hub: Hub, child: Child) -> None:
    hub.people.set_sign_in(1, "pictures")
    old = code(hub, 3, "pictures")
    assert tell(app, hub, "/teacher/learner/3/code").status_code == 302
    assert not is_lesson(child.enter(3, old))
    assert is_lesson(child.enter(3, code(hub, 3, "pictures")))


def test_the_first_password_is_the_teachers_and_the_next_one_the_learners(
    hub: Hub, child: Child
) -> None:
    hub.people.set_sign_in(1, "password")
    first = hub.door.codes.of(3).first_password or ""
    page = child.post("/learn/sign-in", learner=3, password=first.lower())
    assert b'action="/learn/password"' in page.data
    for refused in ("short", first, " " * 9):
        page = child.post("/learn/password", password=refused)
        assert b'id="refused"' in page.data
    assert is_lesson(child.post("/learn/password", password="sleepy goat"))
    child.get("/learn/done/3")
    assert not is_lesson(child.post("/learn/sign-in", learner=3, password=first))
    assert is_lesson(child.post("/learn/sign-in", learner=3, password="sleepy goat"))
    assert hub.door.codes.of(3).first_password is None
    assert len("sleepy goat") > SHORTEST_PASSWORD
    files = b"".join(one.read_bytes() for one in hub.home.database.parent.glob("mangotree.db*"))
    assert b"sleepy goat" not in files


def test_from_the_fifth_wrong_try_on_a_learner_waits_longer_and_longer(
    hub: Hub, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.people.set_sign_in(1, "pin")
    bad, right = wrong(hub, 3, "pin"), code(hub, 3, "pin")
    for _ in range(IN_A_ROW):
        assert not is_lesson(child.enter(3, bad))
    pair, tries = (child.device, 3), hub.door.tries
    assert 0 < tries.wait_s(pair) <= FIRST_PAUSE_S
    assert not is_lesson(child.enter(3, right))
    [waits] = hub.door.waiting(1)
    assert (waits.learner.id, waits.device, waits.needs_help) == (3, child.device, True)
    now_s = 0.0
    for pause_s in (120.0, 240.0, 480.0, LONGEST_PAUSE_S, LONGEST_PAUSE_S):
        now_s += LONGEST_PAUSE_S + 1
        skip_time(hub, monkeypatch, now_s)
        assert not is_lesson(child.enter(3, bad))
        assert tries.wait_s(pair) == pytest.approx(pause_s)
    skip_time(hub, monkeypatch, now_s + LONGEST_PAUSE_S + 1)
    assert is_lesson(child.enter(3, right))
    assert tries.stuck() == []


def test_a_pause_holds_for_one_learner_on_one_tablet(
    app: Flask, hub: Hub, child: Child
) -> None:
    hub.people.set_sign_in(1, "pin")
    for _ in range(IN_A_ROW):
        child.enter(3, wrong(hub, 3, "pin"))
    assert is_lesson(child.enter(4, code(hub, 4, "pin")))
    assert is_lesson(child_at(app, hub).enter(3, code(hub, 3, "pin")))


def test_wrong_tries_are_remembered_over_a_restart(start_hub: StartHub) -> None:
    hub = start_hub()
    hub.people.set_sign_in(1, "pin")
    device, _ = hub.devices.pair(1, "Tablet")
    learner = hub.people.learner(3)
    for _ in range(IN_A_ROW):
        with pytest.raises(NotAllowed):
            hub.door.enter(device.id, learner, wrong(hub, 3, "pin"))
    hub.stop()
    hub = start_hub()
    with pytest.raises(NotAllowed) as refused:
        hub.door.enter(device.id, learner, code(hub, 3, "pin"))
    assert refused.value.retry_s > 0
    assert [one.learner.id for one in hub.door.waiting(1)] == [3]
    hub.door.let_in(3)
    hub.stop()
    assert start_hub().door.tries.stuck() == []


def test_of_many_tries_at_once_no_more_than_five_are_free(hub: Hub) -> None:
    hub.people.set_sign_in(1, "pin")
    device, _ = hub.devices.pair(1, "Tablet")
    learner, bad = hub.people.learner(3), wrong(hub, 3, "pin")
    waits: list[float] = []

    def guess() -> None:
        try:
            hub.door.enter(device.id, learner, bad)
        except NotAllowed as error:
            waits.append(error.retry_s)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(waits) == 20
    count = hub.reader.execute("SELECT wrong FROM sign_in_tries").fetchone()
    assert count == (IN_A_ROW,)


def test_the_teacher_lets_in_once_where_the_child_waits(
    app: Flask, hub: Hub, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.people.set_sign_in(1, "pictures")
    other = child_at(app, hub)
    assert tell(app, hub, "/teacher/learner/3/let-in").status_code == 400
    page = child.post("/learn/sign-in", learner=3, call=1)
    assert "Your teacher knows" in page.get_data(as_text=True)
    live = teacher(app, hub).get("/teacher/?class=1", base_url=base(hub))
    assert "needs help signing in" in live.get_data(as_text=True)
    assert child.get("/learn/let-in/3").get_json() == {"is_let_in": False}
    assert tell(app, hub, "/teacher/learner/3/let-in").status_code == 302
    assert child.get("/learn/let-in/3").get_json() == {"is_let_in": True}
    assert other.get("/learn/let-in/3").get_json() == {"is_let_in": False}
    assert not is_lesson(other.post("/learn/sign-in", learner=3))
    assert is_lesson(child.post("/learn/sign-in", learner=3))
    child.get("/learn/done/3")
    assert not is_lesson(child.post("/learn/sign-in", learner=3))
    tell(app, hub, "/teacher/learner/3/let-in")
    skip_time(hub, monkeypatch, LET_IN_S + 1)
    assert not is_lesson(child.post("/learn/sign-in", learner=3))


def test_letting_in_ends_a_pause(app: Flask, hub: Hub, child: Child) -> None:
    hub.people.set_sign_in(1, "pin")
    for _ in range(IN_A_ROW):
        child.enter(3, wrong(hub, 3, "pin"))
    tell(app, hub, "/teacher/learner/3/let-in")
    assert is_lesson(child.post("/learn/sign-in", learner=3, call=1))
    assert hub.door.waiting(1) == []


def test_by_mqtt_nobody_comes_in_past_the_code(hub: Hub) -> None:
    hub.people.set_sign_in(1, "pictures")
    with pair_with(hub) as tablet:
        tablet.send(encode(SignIn(3)), leaf="event")
        assert tablet.refusal().reason == "signed_out"
        hub.door.seats.sit(tablet.device, 3)
        tablet.send(encode(SignIn(3)), leaf="event")
        assert tablet.hear(SignedIn).learner == 3


def as_json(hub: Hub, child: Child, **fields: object) -> TestResponse:
    return child.client.post("/learn/sign-in", base_url=base(hub), json=fields)


def test_a_device_of_its_own_sends_the_code_as_json(hub: Hub, child: Child) -> None:
    hub.people.set_sign_in(1, "pictures")
    asked = as_json(hub, child, learner=3)
    assert (asked.status_code, asked.get_json()["wants"]) == (403, "pictures")
    for bad in ("fish", 7, ["fish"], {"a": 1}, "x" * 9_000, "é"):
        assert as_json(hub, child, learner=3, code=bad).status_code in {403, 429}
    assert as_json(hub, child, learner=3, code="fish").status_code == 429
    found = as_json(hub, child, learner=4, code=code(hub, 4, "pictures"))
    assert found.status_code == 200
    assert hub.devices.is_session(found.get_json()["session"], child.device, 4)


#: What no page of ours sends.
STRANGE = (
    {"learner": ""},
    {"learner": "9" * 40},
    {"learner": "-1"},
    {"learner": "3", "picked": "<script>", "code": '"><b>'},
    {"learner": "3", "picked": "١", "code": "٣ ٤ ٥"},
    {"learner": "3", "picked": "fish " * 90, "code": "sun " * 90},
    {"learner": "3", "password": "\0" * 300, "picked": ""},
    {"learner": "3", "picked": " ", "code": " ", "friend": "1"},
)


def test_strange_forms_open_nothing_and_break_nothing(hub: Hub, child: Child) -> None:
    for style in ("pictures", "pin", "password"):
        hub.people.set_sign_in(1, style)
        for fields in STRANGE:
            page = child.post("/learn/sign-in", **fields)
            assert page.status_code in {200, 404}, fields
            assert b"<script>" not in page.data
            assert child.sits() == Seated()


def test_only_known_ways_can_be_set(app: Flask, hub: Hub) -> None:
    for style in STYLES:
        answer = tell(app, hub, "/teacher/class/1/sign-in", style=style)
        assert answer.status_code == 302
        assert hub.people.classes[1].sign_in == style
    answer = tell(app, hub, "/teacher/class/1/sign-in", style="face")
    assert answer.status_code == 400
    with pytest.raises(RosterError):
        hub.people.set_sign_in(99, "pin")
    assert tell(app, hub, "/teacher/class/99/sign-in", style="pin").status_code == 404
    assert tell(app, hub, "/teacher/learner/99/code").status_code == 404


def test_the_words_of_the_code_can_be_heard(hub: Hub) -> None:
    pack = hub.classroom.rooms[1].pack
    for tag in ("en", "sw", "ar"):
        heard = text(pack, words_of_page(1, tag, "page.code_wait", 4))
        assert heard == say(tag, "page.code_wait", minutes=4)
        assert text(pack, words_of_page(1, tag, "page.code_pictures")) in words(tag).values()
    with pytest.raises(LookupError):
        text(pack, words_of_page(1, "en", "page.nothing"))
