"""The teacher's word: it wins at once, is in the log, can be undone, survives a restart."""

from __future__ import annotations

import json

import pytest

from devices.messages import Next
from hub.app import Hub
from hub.errors import RosterError
from hub.lesson.models import Models
from hub.lesson.packs import Packs
from hub.lesson.rebuild import rebuild, resume
from hub.store import snapshots
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, pair_with, right_answer

#: Skills of the starter pack, by their place.
COUNT10, TAKE10, TIMES10 = 0, 1, 10


def answer(hub: Hub, tablet: Tablet, reply: Next, *, is_right: bool = True) -> Next:
    """Answers what `reply` asks; gives the reply to that."""
    right = right_answer(hub, asked(reply))
    return tablet.reply(tablet.answer(asked(reply), right if is_right else f"1{right}"))


def skill_of(hub: Hub, reply: Next) -> int:
    names = [skill.name for skill in hub.classroom.rooms[1].pack.skills]
    return names.index(asked(reply).skill)


def events(hub: Hub, kind: str) -> list[dict[str, object]]:
    query = "SELECT body FROM events WHERE kind = ? ORDER BY hub_seq"
    rows = hub.writer.call(lambda database: database.conn.execute(query, (kind,)).fetchall())
    return [json.loads(row[0]) for row in rows]


def test_a_pinned_skill_comes_with_the_very_next_reply(hub: Hub, tablet: Tablet) -> None:
    first = tablet.sign_in(1)
    assert skill_of(hub, first) == COUNT10
    hub.teaching.override(1, "pin", TIMES10)
    pinned = answer(hub, tablet, first)
    assert skill_of(hub, pinned) == TIMES10
    assert asked(pinned).why.startswith("Your teacher chose Times tables up to 10 for you.")
    assert skill_of(hub, answer(hub, tablet, pinned, is_right=False)) == TIMES10
    assert events(hub, "override") == [{"learner": 1, "action": "pin", "skill": TIMES10}]


def test_a_pin_is_for_one_learner_only(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.override(1, "pin", TIMES10)
    assert skill_of(hub, tablet.sign_in(2)) == COUNT10
    assert skill_of(hub, tablet.sign_in(1)) == TIMES10


def test_undoing_a_rule_gives_back_the_choice_that_was_before(hub: Hub, tablet: Tablet) -> None:
    first = tablet.sign_in(1)
    pin = hub.teaching.override(1, "pin", TIMES10)
    assert skill_of(hub, tablet.sign_in(1)) == TIMES10
    hub.teaching.undo(1, pin)
    assert tablet.sign_in(1) == first
    assert hub.teaching.overrides(1) == []
    with pytest.raises(RosterError, match="taken back already"):
        hub.teaching.undo(1, pin)
    assert events(hub, "undo") == [{"of": pin}]


def test_a_skipped_skill_never_comes_and_counts_as_met(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.override(1, "skip", COUNT10)
    reply = tablet.sign_in(1)
    seen = set()
    for turn in range(12):
        seen.add(skill_of(hub, reply))
        reply = answer(hub, tablet, reply, is_right=turn % 3 > 0)
    assert TAKE10 in seen
    assert COUNT10 not in seen


def test_a_rule_set_twice_is_one_rule_and_undone_once(hub: Hub, tablet: Tablet) -> None:
    pin, again = (hub.teaching.override(1, "pin", TIMES10) for _ in range(2))
    assert again == pin
    assert skill_of(hub, tablet.sign_in(1)) == TIMES10
    hub.teaching.undo(1, pin)
    assert skill_of(hub, tablet.sign_in(1)) == COUNT10


@pytest.mark.parametrize(("action", "skill"), [("praise", 0), ("pin", 99), ("pin", -1)])
def test_a_rule_that_means_nothing_is_refused_and_not_logged(
    action: str, skill: int, hub: Hub
) -> None:
    with pytest.raises(RosterError, match="no such skill"):
        hub.teaching.override(1, action, skill)
    assert events(hub, "override") == []
    with pytest.raises(RosterError, match="no learner 99"):
        hub.teaching.override(99, "pin", 0)


def test_a_pause_keeps_recording_and_asks_nothing_until_the_class_goes_on(
    hub: Hub, tablet: Tablet
) -> None:
    first = tablet.sign_in(1)
    hub.teaching.set_state(1, "pause")
    sent = tablet.answer(asked(first), right_answer(hub, asked(first)))
    reply = tablet.reply(sent)
    assert (reply.is_right, reply.activity, reply.state) == (True, None, "pause")
    assert tablet.receipt(sent).upto == 1
    assert tablet.sign_in(2).activity is None
    hub.teaching.set_state(1, "practice")
    assert tablet.sign_in(1).activity is not None
    assert [one["state"] for one in events(hub, "class_state")] == ["pause", "practice"]
    with pytest.raises(RosterError, match="no class 9"):
        hub.teaching.set_state(9, "pause")


def work(hub: Hub, tablet: Tablet, turns: int) -> None:
    """Two learners at work, some answers wrong, some unreadable, under some rules."""
    replies = {learner: tablet.sign_in(learner) for learner in (1, 2)}
    sessions = {one: hub.devices.session(tablet.device, one) for one in replies}
    for turn in range(turns):
        learner = 1 + turn % 2
        tablet.learner, tablet.session = learner, sessions[learner]
        activity = asked(replies[learner])
        text = "no idea" if turn % 7 == 0 else right_answer(hub, activity)
        if turn % 3 == 0:
            text = f"{text}0"
        replies[learner] = tablet.reply(tablet.answer(activity, text))


def test_rules_and_state_survive_a_restart(start_hub: StartHub) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        pin = hub.teaching.override(2, "pin", TIMES10)
        hub.teaching.override(1, "skip", TAKE10)
        work(hub, tablet, 20)
        hub.teaching.set_state(1, "pause")
    before = hub.classroom.rooms[1].save()
    hub.stop()
    hub = start_hub()
    room = hub.classroom.rooms[1]
    assert room.save() == before
    assert room.state == "pause"
    assert [one.action for one in room.overrides] == ["pin", "skip"]
    hub.teaching.undo(1, pin)
    assert [one.action for one in room.overrides] == ["skip"]


def test_snapshot_and_tail_give_the_same_bytes_as_the_whole_log(start_hub: StartHub) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        work(hub, tablet, 15)
        room = hub.classroom.rooms[1]
        seq, body = room.hub_seq, room.save()
        hub.teaching.override(2, "pin", TIMES10)
        work(hub, tablet, 15)
    at_work = hub.classroom.rooms[1].save()
    hub.stop()
    hub = start_hub()
    hub.writer.call(lambda database: snapshots.save(database, 1, seq, body))
    replayed, found = rebuild(hub.reader, 1)
    resumed = resume(hub.reader, 1, Models(hub.reader), Packs(hub.reader))
    assert at_work == replayed.save() == resumed.save()
    assert (found.snapshot_seq, found.is_equal, found.attempts) == (seq, True, 30)
    assert at_work != body


def test_an_erased_snapshot_is_made_again_from_the_log(start_hub: StartHub) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        work(hub, tablet, 10)
    before = hub.classroom.rooms[1].save()
    hub.writer.call(lambda database: database.conn.execute("DELETE FROM snapshots"))
    hub.stop()
    hub = start_hub()
    assert hub.classroom.rooms[1].save() == before
    hub.teaching.set_state(1, "pause")
    hub.stop()
    hub = start_hub()
    kept = snapshots.load(hub.reader, 1)
    assert kept == (hub.classroom.rooms[1].hub_seq, hub.classroom.rooms[1].save())


def test_a_learner_whom_a_cut_left_half_added_is_enrolled_at_the_next_start(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    # The names are on the disk; the cut came before the log heard of them.
    late = [one.id for one in hub.people.add_learners(1, ["Wanjiru", "Otieno"])]
    assert not set(late) & set(hub.classroom.rooms[1].places)
    hub.stop()
    hub = start_hub()
    with pair_with(hub) as tablet:
        for learner in late:
            assert tablet.sign_in(learner).activity is not None
    assert events(hub, "enrol")[-1] == {"learners": late}
    hub.stop()
    assert len(events(start_hub(), "enrol")) == 2


def test_a_class_that_a_cut_left_half_added_is_ready_at_the_next_start(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    added = hub.people.add_class("Cut short", hub.people.classes[1].pack)
    hub.stop()
    hub = start_hub()
    [learner] = hub.teaching.add_learners(added.id, ["Achieng"])
    with pair_with(hub, added.id) as tablet:
        assert tablet.sign_in(learner.id).activity is not None
        tablet.send(b'{"kind": "sign_in", "learner": 1}', leaf="event")
        assert tablet.refusal().reason == "unknown_learner"
