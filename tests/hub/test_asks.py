"""A question that the teacher asks for: it comes next, once, by any road, and can be undone."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any

import pytest

from devices.messages import Activity, AskHint, Next, encode
from hub.app import Hub
from hub.errors import RosterError
from hub.lesson.rebuild import rebuild
from hub.lesson.room import ASK
from hub.replies import ASKED
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, pair_with, right_answer

ITEM, SEED = "a05.1", 2


@pytest.fixture
def start(start_starter: StartHub) -> StartHub:
    return start_starter


@pytest.fixture
def hub(start: StartHub) -> Hub:
    return start()


def is_asked(activity: Activity) -> bool:
    return (activity.item, activity.seed) == (ITEM, SEED)


def solved(hub: Hub, tablet: Tablet, reply: Next) -> Next:
    """The reply to a right answer to what `reply` asks."""
    sent = tablet.answer(asked(reply), right_answer(hub, asked(reply)))
    return tablet.reply(sent)


def test_what_the_teacher_asks_comes_with_the_very_next_reply_and_once(
    hub: Hub, tablet: Tablet
) -> None:
    first = tablet.sign_in(1)
    hub.teaching.ask(1, ITEM, SEED)
    reply = solved(hub, tablet, first)
    assert is_asked(asked(reply))
    assert asked(reply).why == "Your teacher asks you this question."
    assert asked(reply).reasons == (ASKED,)
    assert not is_asked(asked(solved(hub, tablet, reply)))
    assert hub.teaching.overrides(1) == []


def test_an_open_problem_is_finished_before_the_teachers_question_comes(
    hub: Hub, tablet: Tablet
) -> None:
    first = asked(tablet.sign_in(1))
    again = tablet.reply(tablet.answer(first, "999999"))
    assert (asked(again).item, asked(again).seed) == (first.item, first.seed)
    hub.teaching.ask(1, ITEM, SEED)
    assert asked(tablet.sign_in(1)).item == first.item
    assert is_asked(asked(solved(hub, tablet, again)))


def test_a_wrong_or_unreadable_answer_leaves_the_teachers_question_open(
    hub: Hub, tablet: Tablet
) -> None:
    hub.teaching.ask(1, ITEM, SEED)
    reply = tablet.sign_in(1)
    for text in ("what?", "999999"):
        reply = tablet.reply(tablet.answer(asked(reply), text))
        assert is_asked(asked(reply))
    assert [one.action for one in hub.teaching.overrides(1)] == [ASK]
    solved(hub, tablet, reply)
    assert hub.teaching.overrides(1) == []


def test_taking_the_question_back_gives_the_choice_that_was_before(
    hub: Hub, tablet: Tablet
) -> None:
    before = tablet.sign_in(1)
    undo = hub.teaching.ask(1, ITEM, SEED)
    assert is_asked(asked(tablet.sign_in(1)))
    hub.teaching.undo(1, undo)
    assert tablet.sign_in(1) == before
    with pytest.raises(RosterError, match="taken back already"):
        hub.teaching.undo(1, undo)


def test_two_taps_ask_once_and_two_questions_come_in_their_order(
    hub: Hub, tablet: Tablet
) -> None:
    once = hub.teaching.ask(1, ITEM, SEED)
    assert hub.teaching.ask(1, ITEM, SEED) == once
    hub.teaching.ask(1, "a06.1", 3)
    reply = tablet.sign_in(1)
    assert is_asked(asked(reply))
    reply = solved(hub, tablet, reply)
    assert (asked(reply).item, asked(reply).seed) == ("a06.1", 3)
    assert asked(tablet.sign_in(2)).item != "a06.1"


def test_a_pinned_skill_waits_for_the_teachers_question(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.ask(1, ITEM, SEED)
    room = hub.classroom.rooms[1]
    pinned = room.pack.skill_index["a09"]
    hub.teaching.override(1, "pin", pinned)
    reply = tablet.sign_in(1)
    assert is_asked(asked(reply))
    after = room.pack.item_index[asked(solved(hub, tablet, reply)).item]
    assert room.pack.item_skills[after][0] == pinned


def test_a_hint_on_the_teachers_question_keeps_it_open_over_a_restart(
    start: StartHub,
) -> None:
    hub = start()
    hub.teaching.ask(1, ITEM, SEED)
    with pair_with(hub) as tablet:
        tablet.sign_in(1)
        wanted = AskHint(learner=1, session=tablet.session, item=ITEM, seed=SEED)
        tablet.send(encode(wanted), leaf="event")
        assert asked(tablet.hear(Next)).hints_seen == 1
        hub.teaching.ask(1, "a06.1", 3)
    before = hub.classroom.rooms[1].save()
    hub.stop()
    hub = start()
    room = hub.classroom.rooms[1]
    assert room.save() == before
    assert [(one.action, one.seed) for one in room.overrides] == [(ASK, SEED), (ASK, 3)]
    replayed, found = rebuild(hub.reader, 1)
    assert replayed.save() == before
    assert found.is_equal


def test_a_learner_on_the_other_road_gets_the_teachers_question_too(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "kiosk")
    first = hub.classroom.start(device, 1).activity
    assert first is not None
    hub.teaching.ask(1, ITEM, SEED)
    fields = {"device_seq": 1, "boot": 7, "learner": 1, "item": first.item, "seed": first.seed}
    fields |= {"session": hub.devices.session(device.id, 1)}
    reply = post(hub, secret, fields | {"answer": right_answer(hub, first)})
    activity = reply["next"]["activity"]
    assert (activity["item"], activity["seed"]) == (ITEM, SEED)


@pytest.mark.parametrize(
    ("item", "seed"), [("none", 0), (ITEM, -1), (ITEM, 1 << 31), (ITEM, 1 << 62)]
)
def test_a_question_that_is_not_in_the_lessons_is_refused_and_not_logged(
    hub: Hub, item: str, seed: int
) -> None:
    with pytest.raises(RosterError, match="no such question"):
        hub.teaching.ask(1, item, seed)
    with pytest.raises(RosterError, match="no learner 99"):
        hub.teaching.ask(99, ITEM, SEED)
    count = hub.writer.call(
        lambda database: database.conn.execute(
            "SELECT count(*) FROM events WHERE kind = 'ask'"
        ).fetchone()
    )
    assert count == (0,)


def post(hub: Hub, secret: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The hub's JSON for an answer by HTTP."""
    with closing(http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)) as road:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        road.request("POST", "/learn/answer", json.dumps(fields), headers)
        found: dict[str, Any] = json.loads(road.getresponse().read())
        return found
