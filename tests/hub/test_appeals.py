"""Too easy, too hard: honoured at once, within limits, logged, and the teacher can overrule."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from devices.messages import Activity, Appeal, AskHint, Next, Refused, Saying, encode
from hub.app import Hub
from hub.errors import RosterError
from hub.lesson.appeals import LASTS, LOWEST, MOST
from hub.lesson.rebuild import rebuild
from hub.lesson.room import Room
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, pair_with, right_answer

HARD: Saying = "too_hard"
EASY: Saying = "too_easy"


@pytest.fixture
def start(start_starter: StartHub) -> StartHub:
    return start_starter


@pytest.fixture
def hub(start: StartHub) -> Hub:
    return start()


def says(tablet: Tablet, at: Activity, what: Saying, **fields: Any) -> Next:
    """The reply to an appeal by MQTT."""
    own: dict[str, Any] = {"learner": tablet.learner, "session": tablet.session}
    own |= {"item": at.item, "seed": at.seed, "step": at.step, "says": what}
    tablet.send(encode(Appeal(**(own | fields))), leaf="event")
    return tablet.hear(Next)


def solved(hub: Hub, tablet: Tablet, at: Activity) -> Next:
    return tablet.reply(tablet.answer(at, right_answer(hub, at)))


def warmed(hub: Hub, tablet: Tablet, answers: int = 4) -> Activity:
    """What Amani is asked after so many right answers: there is easier and harder then."""
    reply = tablet.sign_in(1)
    for _ in range(answers):
        reply = solved(hub, tablet, asked(reply))
    return asked(reply)


def room_of(hub: Hub) -> Room:
    return hub.classroom.rooms[1]


def chance(hub: Hub, activity: Activity) -> float:
    room = room_of(hub)
    return room.tracer.predict(room.places[1], room.pack.item_index[activity.item]).p


def rows(hub: Hub, kind: str) -> list[dict[str, Any]]:
    """The bodies of the log's events of that kind, once they are on the disk."""
    select = "SELECT body FROM events WHERE kind = ? ORDER BY hub_seq"
    found = hub.writer.call(lambda database: database.conn.execute(select, (kind,)).fetchall())
    return [msgspec.json.decode(body) for (body,) in found]


def attempts(hub: Hub) -> int:
    select = "SELECT count(*) FROM attempts"
    return int(hub.writer.call(lambda database: database.conn.execute(select).fetchone())[0])


def test_too_hard_brings_a_clearly_easier_question_at_once(hub: Hub, tablet: Tablet) -> None:
    hard = warmed(hub, tablet)
    reply = says(tablet, hard, HARD)
    easier = asked(reply)
    assert easier.item != hard.item
    assert chance(hub, easier) > chance(hub, hard) + 0.05
    assert easier.why.startswith("You said that the last one was too hard. This one is easier.")
    [reason] = easier.reasons
    assert reason.code == "APPEAL"
    assert reason.number == chance(hub, easier) - chance(hub, hard)
    assert reply.notice == "Then try this easier one. Your teacher sees what you said."


def test_too_easy_brings_a_clearly_harder_question_at_once(hub: Hub, tablet: Tablet) -> None:
    easy = asked(tablet.sign_in(1))
    reply = says(tablet, easy, EASY)
    harder = asked(reply)
    assert chance(hub, harder) < chance(hub, easy) - 0.05
    assert harder.why.startswith("You said that the last one was too easy. This one is harder.")


def test_a_question_put_aside_counts_nothing_and_keeps_away(hub: Hub, tablet: Tablet) -> None:
    hard = warmed(hub, tablet)
    before = room_of(hub).tracer.to_bytes()
    tablet.send(
        encode(AskHint(learner=1, session=tablet.session, item=hard.item, seed=hard.seed)),
        leaf="event",
    )
    assert asked(tablet.hear(Next)).hints_seen == 1
    reply = says(tablet, hard, HARD)
    assert attempts(hub) == 4
    assert room_of(hub).tracer.to_bytes() == before
    assert room_of(hub).problems == {}
    came = []
    for _ in range(LASTS):
        came.append(asked(reply).item)
        reply = solved(hub, tablet, asked(reply))
    assert hard.item not in came
    assert room_of(hub).appeals.fresh == []


def test_an_appeal_moves_the_success_aimed_for_and_fades(hub: Hub, tablet: Tablet) -> None:
    hard = warmed(hub, tablet)
    room = room_of(hub)
    reply = says(tablet, hard, HARD)
    targets = [room._rules_of(1).target]
    for _ in range(LASTS):
        reply = solved(hub, tablet, asked(reply))
        targets.append(room._rules_of(1).target)
    usual = room.tracer.rules().target
    assert targets == sorted(targets, reverse=True)
    assert targets[0] == pytest.approx(usual + 0.1)
    assert targets[-1] == usual


def test_the_shift_of_many_appeals_has_an_end_and_a_fourth_asks_for_the_teacher(
    hub: Hub, tablet: Tablet
) -> None:
    now = warmed(hub, tablet)
    for _ in range(MOST):
        now = asked(says(tablet, now, EASY))
    assert room_of(hub)._rules_of(1).target == LOWEST
    reply = says(tablet, now, EASY)
    assert asked(reply) == now
    assert reply.notice == "Your teacher sees this. Try this one for now."
    for _ in range(5):
        says(tablet, now, EASY)
        says(tablet, now, EASY, seed=now.seed + 1)
    assert [one["outcome"] for one in rows(hub, "appeal")] == ["moved"] * 3 + ["limit"]


def test_the_limit_ends_with_the_answers_that_follow(hub: Hub, tablet: Tablet) -> None:
    now = warmed(hub, tablet)
    for _ in range(MOST):
        now = asked(says(tablet, now, HARD))
    for _ in range(LASTS):
        now = asked(solved(hub, tablet, now))
    assert asked(says(tablet, now, EASY)).item != now.item


def test_an_appeal_sent_twice_counts_once(hub: Hub, tablet: Tablet) -> None:
    hard = warmed(hub, tablet)
    first = says(tablet, hard, HARD)
    assert says(tablet, hard, HARD) == first
    assert len(rows(hub, "appeal")) == 1


def test_appeals_replay_to_the_same_state_and_go_on_after_a_restart(start: StartHub) -> None:
    hub = start()
    with pair_with(hub) as tablet:
        now = warmed(hub, tablet)
        now = asked(says(tablet, now, HARD))
        tablet.reply(tablet.answer(now, "999999"))
        now = asked(says(tablet, now, HARD))
        now = asked(solved(hub, tablet, now))
        coming = asked(says(tablet, now, EASY))
    before = room_of(hub).save()
    hub.stop()
    hub = start()
    assert room_of(hub).save() == before
    replayed, found = rebuild(hub.reader, 1)
    assert found.is_equal
    assert found.other_predictions == 0
    assert replayed.save() == before
    with pair_with(hub) as tablet:
        assert asked(tablet.sign_in(1)) == coming
        solved(hub, tablet, coming)
    _, found = rebuild(hub.reader, 1)
    assert found.is_equal


def test_the_teacher_overrules_an_appeal_once(hub: Hub, tablet: Tablet) -> None:
    hard = warmed(hub, tablet)
    says(tablet, hard, HARD)
    [made] = room_of(hub).appeals.fresh
    hub.teaching.undo(1, made.hub_seq)
    back = tablet.sign_in(1)
    assert (asked(back).item, asked(back).seed) == (hard.item, hard.seed)
    assert room_of(hub)._rules_of(1).target == room_of(hub).tracer.rules().target
    with pytest.raises(RosterError, match="taken back already"):
        hub.teaching.undo(1, made.hub_seq)
    _, found = rebuild(hub.reader, 1)
    assert found.is_equal


def test_a_class_without_appeals_keeps_its_question_and_the_teacher_sees_it(
    hub: Hub, tablet: Tablet
) -> None:
    now = warmed(hub, tablet)
    hub.teaching.set_reach(1, "off")
    reply = says(tablet, now, HARD)
    assert asked(reply) == now
    assert [one["outcome"] for one in rows(hub, "appeal")] == ["off"]
    with pytest.raises(RosterError, match="no such limit"):
        hub.teaching.set_reach(1, "everywhere")


def test_a_near_limit_stays_within_the_skill(hub: Hub, tablet: Tablet) -> None:
    now = warmed(hub, tablet)
    hub.teaching.set_reach(1, "near")
    room = room_of(hub)
    reply = says(tablet, now, HARD)
    skills = [
        room.pack.item_skills[room.pack.item_index[one.item]] for one in (now, asked(reply))
    ]
    [made] = room.appeals.fresh
    assert made.to == -1 or not set(skills[0]).isdisjoint(skills[1])


def test_the_teachers_question_and_pinned_skill_outrank_an_appeal(
    hub: Hub, tablet: Tablet
) -> None:
    hub.teaching.ask(1, "a05.1", 2)
    wish = asked(tablet.sign_in(1))
    reply = says(tablet, wish, HARD)
    assert asked(reply) == wish
    assert reply.notice.startswith("Your teacher asks you this question")
    now = asked(solved(hub, tablet, wish))
    says(tablet, now, HARD)
    pinned = room_of(hub).pack.skill_index["a09"]
    hub.teaching.override(1, "pin", pinned)
    came = asked(tablet.sign_in(1))
    room = room_of(hub)
    assert pinned in room.pack.item_skills[room.pack.item_index[came.item]]
    again = asked(says(tablet, came, HARD))
    assert pinned in room.pack.item_skills[room.pack.item_index[again.item]]


def test_of_another_question_than_the_open_one_nothing_follows(
    hub: Hub, tablet: Tablet
) -> None:
    now = warmed(hub, tablet)
    open_one = asked(tablet.reply(tablet.answer(now, "999999")))
    old = msgspec.structs.replace(now, seed=now.seed + 1)
    reply = says(tablet, old, HARD)
    assert asked(reply) == open_one
    assert reply.notice == ""
    assert rows(hub, "appeal") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"item": "none"},
        {"learner": 99},
        {"session": "another"},
        {"seed": 2**53 - 1},
    ],
)
def test_a_forged_appeal_is_refused_and_not_logged(
    hub: Hub, tablet: Tablet, fields: dict[str, Any]
) -> None:
    now = asked(tablet.sign_in(1))
    own: dict[str, Any] = {"kind": "appeal", "learner": 1, "session": tablet.session}
    own |= {"item": now.item, "seed": now.seed, "says": HARD} | fields
    tablet.send(msgspec.json.encode(own), leaf="event")
    if "seed" in fields:
        assert tablet.hear(Next).notice == ""
    else:
        assert tablet.hear(Refused).reason in {
            "unknown_activity",
            "unknown_learner",
            "signed_out",
        }
    assert rows(hub, "appeal") == []


@pytest.mark.parametrize("what", ["", "boring", None, 5, ["too_hard"]])
def test_an_appeal_that_says_nothing_known_is_not_understood(
    hub: Hub, tablet: Tablet, what: object
) -> None:
    now = asked(tablet.sign_in(1))
    own: dict[str, Any] = {"kind": "appeal", "learner": 1, "session": tablet.session}
    own |= {"item": now.item, "seed": now.seed, "says": what}
    tablet.send(msgspec.json.encode(own), leaf="event")
    assert tablet.hear(Refused).reason == "not_understood"
    assert rows(hub, "appeal") == []


def test_a_small_pack_never_runs_out_of_questions(start_hub: StartHub) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        for _ in range(MOST + 2):
            reply = says(tablet, now, HARD)
            assert reply.activity is not None
            now = asked(reply)
        solved(hub, tablet, now)
    _, found = rebuild(hub.reader, 1)
    assert found.is_equal
