"""Printed cards, seats that outlive the hub, and friends who take turns at one tablet."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.roster.seats import MOST_SEATED, Seated
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import (
    Child,
    base,
    child_at,
    code,
    is_lesson,
    tell,
)


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


@pytest.fixture
def child(app: Flask, hub: Hub) -> Child:
    return child_at(app, hub)


def cards(app: Flask, hub: Hub, **fields: object) -> list[str]:
    """The pages' addresses in the order of the cards."""
    before = hub.door.codes.new_cards
    told: list[str] = []

    def listening(learners: list[int]) -> list[str]:
        told.extend(before(learners))
        return told

    hub.door.codes.new_cards = listening  # type: ignore[method-assign, assignment]
    page = tell(app, hub, "/teacher/class/1/cards", **fields)
    hub.door.codes.new_cards = before  # type: ignore[method-assign]
    assert page.data.count(b'<li class="printed-card">') == len(told) > 0
    return told


def test_a_printed_card_opens_without_memory_and_a_new_one_kills_it(
    app: Flask, hub: Hub, child: Child
) -> None:
    hub.people.set_sign_in(1, "pictures")
    tokens = cards(app, hub)
    assert len(set(tokens)) == 20
    assert len(tokens[2]) >= 22
    page = child.get(f"/card/{tokens[2]}")
    assert "Chausiku" in page.get_data(as_text=True)
    assert child.sits().learners == ()
    assert is_lesson(child.post(f"/card/{tokens[2]}"))
    assert child.sits() == Seated((3,), 3)
    child.get("/learn/done/3")
    [new] = cards(app, hub, learner=3)
    assert "does not work" in child.post(f"/card/{tokens[2]}").get_data(as_text=True)
    assert child.sits().learners == ()
    assert is_lesson(child.post(f"/card/{new}"))
    assert is_lesson(child.post(f"/card/{tokens[3]}"))
    files = b"".join(one.read_bytes() for one in hub.home.database.parent.glob("mangotree.db*"))
    assert new.encode() not in files


def test_a_card_names_nobody_to_a_stranger_or_to_another_class(
    app: Flask, hub: Hub, child: Child
) -> None:
    [token] = hub.door.codes.new_cards([3])
    stranger = app.test_client().get(f"/card/{token}", base_url=base(hub))
    assert stranger.status_code == 302
    pack = hub.classroom.rooms[1].pack
    other = hub.people.add_class("Other", hub.people.classes[1].pack)
    assert pack
    [guest] = hub.people.add_learners(other.id, ["Guest"])
    [foreign] = hub.door.codes.new_cards([guest.id])
    page = child.post(f"/card/{foreign}").get_data(as_text=True)
    assert "Guest" not in page
    assert "does not work" in page


def test_a_seat_survives_a_restart_with_its_turn(start_hub: StartHub) -> None:
    hub = start_hub()
    device, _ = hub.devices.pair(1, "Tablet")
    seats = hub.door.seats
    seats.sit(device.id, 3)
    seats.sit(device.id, 4, is_friend=True)
    seats.sit(device.id, 5, is_friend=True)
    seats.give_turn(device.id, 4)
    before = seats.at(device.id)
    assert before == Seated((3, 4, 5), 4)
    hub.stop()
    assert start_hub().door.seats.at(device.id) == before


def test_a_session_needs_neither_cookie_nor_clock(hub: Hub, child: Child) -> None:
    hub.people.set_sign_in(1, "pictures")
    child.enter(3, code(hub, 3, "pictures"))
    child.client.delete_cookie("session", domain="127.0.0.1")
    assert is_lesson(child.get("/learn"))
    # The card of who sits here asks for no code again; another card does.
    assert is_lesson(child.post("/learn/sign-in", learner=3))
    assert not is_lesson(child.post("/learn/sign-in", learner=4))
    child.get("/learn/done/3")
    assert not is_lesson(child.get("/learn"))
    assert not is_lesson(child.post("/learn/sign-in", learner=3))


def answered(child: Child) -> TestResponse:
    """The child whose turn it is answers what is asked."""
    page = child.get("/learn").get_data(as_text=True)
    part = page.split('id="form"')[1].split("</form>")[0]
    fields = dict(re.findall(r'name="([a-z_]+)"[^>]* value="([^"]*)"', part))
    return child.post("/learn/answer", **(fields | {"answer": "3"}))


def test_two_at_one_tablet_answer_in_turn_and_each_answer_is_their_own(
    hub: Hub, child: Child
) -> None:
    child.post("/learn/sign-in", learner=3)
    page = child.get("/learn/friend").get_data(as_text=True)
    assert "Chausiku" not in page
    child.post("/learn/sign-in", learner=4, friend=1)
    assert child.sits() == Seated((3, 4), 4)
    for turn, after in ((4, "Chausiku"), (3, "Daudi"), (4, "Chausiku")):
        assert child.sits().turn == turn
        page = answered(child).get_data(as_text=True)
        assert "Your turn!" in page
        assert after in page.split("Your turn!")[1].split("</section>")[0]
        assert is_lesson(child.post("/learn/turn", learner=child.sits().turn))
    hub.writer.call(lambda _: None)
    rows = hub.reader.execute("SELECT learner FROM attempts ORDER BY hub_seq").fetchall()
    assert rows == [(4,), (3,), (4,)]


def test_a_friend_leaves_with_one_tap_and_the_other_goes_on(child: Child) -> None:
    child.post("/learn/sign-in", learner=3)
    child.post("/learn/sign-in", learner=4, friend=1)
    assert is_lesson(child.get("/learn/done/4"))
    assert child.sits() == Seated((3,), 3)
    assert b"card-list" in child.get("/learn/done/3").data
    assert child.sits() == Seated()


def test_no_more_than_three_share_a_tablet(child: Child) -> None:
    child.post("/learn/sign-in", learner=1)
    for friend in (2, 3):
        child.post("/learn/sign-in", learner=friend, friend=1)
    assert is_lesson(child.get("/learn/friend"))
    child.post("/learn/sign-in", learner=4, friend=1)
    assert len(child.sits().learners) == MOST_SEATED
    assert child.sits().turn == 4
    child.post("/learn/turn", learner=9)
    assert child.sits().turn == 4
    child.post("/learn/sign-in", learner=5)
    assert child.sits() == Seated((5,), 5)


def test_an_explanation_is_kept_for_the_child_who_wrote_it(hub: Hub, child: Child) -> None:
    child.post("/learn/sign-in", learner=3)
    child.post("/learn/sign-in", learner=4, friend=1)
    item = hub.classroom.rooms[1].pack.items[0].id
    fields = {"item": item, "seed": 1, "text": "It is so."}
    session = hub.devices.session(child.device, 3)
    child.post("/learn/why", learner=3, session=session, **fields)
    child.post("/learn/why", learner=3, session="0" * 32, **fields)
    hub.writer.call(lambda _: None)
    rows = hub.reader.execute("SELECT body FROM events WHERE kind = 'why'").fetchall()
    assert len(rows) == 1
    assert '"learner":3' in rows[0][0]
