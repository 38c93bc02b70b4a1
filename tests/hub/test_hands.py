"""A raised hand: in the log, on the teacher's page, lowered by either, alive over a restart."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from devices.messages import Hand, Next, Refused, encode
from hub.app import Hub
from hub.lesson.rebuild import rebuild
from hub.web.teacher.board import Stop, look
from hub.web.teacher.need import Needs
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, pair_with, right_answer


def hand(tablet: Tablet, now: Any, *, is_up: bool = True, **fields: Any) -> Next:
    """The reply to a hand that goes up, or down, by MQTT."""
    own: dict[str, Any] = {"learner": tablet.learner, "session": tablet.session}
    own |= {"item": now.item, "seed": now.seed, "is_up": is_up}
    tablet.send(encode(Hand(**(own | fields))), leaf="event")
    return tablet.hear(Next)


def rows(hub: Hub) -> list[dict[str, Any]]:
    select = "SELECT body FROM events WHERE kind = 'hand' ORDER BY hub_seq"
    found = hub.writer.call(lambda database: database.conn.execute(select).fetchall())
    return [msgspec.json.decode(body) for (body,) in found]


def raised(hub: Hub) -> list[Stop]:
    """The hands that are up as the teacher's walk list has them."""
    found = look(hub.parts, 1, Needs(hub.flagging, 1))
    return [one for one in found.stops if one.state == "hand"]


def test_a_hand_goes_up_once_and_down_once_and_changes_no_question(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        for is_up in (True, True, False, False):
            reply = hand(tablet, now, is_up=is_up)
            assert reply.is_hand_up is is_up
            assert asked(reply) == now
    assert [(one["is_up"], one["by"]) for one in rows(hub)] == [
        (True, "learner"),
        (False, "learner"),
    ]


def test_a_hand_stays_up_over_answers_and_a_restart_until_the_teacher_was_there(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        hand(tablet, now)
        reply = tablet.reply(tablet.answer(now, right_answer(hub, now)))
        assert reply.is_hand_up
    before = hub.classroom.rooms[1].save()
    hub.stop()
    hub = start_hub()
    assert hub.classroom.rooms[1].save() == before
    [shown] = raised(hub)
    assert shown.learner.name == "Amani"
    assert shown.has_former_hand
    assert shown.at is not None
    with pair_with(hub) as tablet:
        assert tablet.sign_in(1).is_hand_up
        hub.teaching.lower_hand(1)
        assert not tablet.hear(Next).is_hand_up
    hub.teaching.lower_hand(1)
    assert [one["by"] for one in rows(hub)] == ["learner", "teacher"]
    assert raised(hub) == []
    _, found = rebuild(hub.reader, 1)
    assert found.is_equal


def test_hands_stand_in_the_order_in_which_they_went_up(start_hub: StartHub) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        for learner in (3, 1, 2):
            hand(tablet, asked(tablet.sign_in(learner)))
    assert [one.learner.id for one in raised(hub)] == [3, 1, 2]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"item": "none"}, "unknown_activity"),
        ({"learner": 99}, "unknown_learner"),
        ({"session": "another"}, "signed_out"),
        ({"learner": 2}, "signed_out"),
        ({"is_up": "yes"}, "not_understood"),
        ({"step": 65}, "not_understood"),
        ({"seed": -1}, "not_understood"),
    ],
)
def test_a_forged_hand_is_refused_and_not_logged(
    start_hub: StartHub, fields: dict[str, Any], reason: str
) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        own: dict[str, Any] = {"kind": "hand", "learner": 1, "session": tablet.session}
        own |= {"item": now.item, "seed": now.seed} | fields
        tablet.send(msgspec.json.encode(own), leaf="event")
        assert tablet.hear(Refused).reason == reason
    assert rows(hub) == []
