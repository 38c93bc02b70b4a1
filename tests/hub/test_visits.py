"""Visits: counted fairly, taken back exactly, alive over a restart, equal in a replay."""

from __future__ import annotations

import threading

import msgspec
import pytest

from devices.messages import Next
from hub.errors import RosterError
from hub.lesson.rebuild import rebuild
from hub.lesson.rest import When
from hub.lesson.visits import LEFT_ALONE_MS, TELLING_ANSWERS, Visits
from hub.store.log import Event
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import base, teacher, tell
from tests.hub.tablet import asked, pair_with, right_answer
from tests.hub.test_hands import hand


def word(seq: int, learner: int, does: str = "visited", at_ms: int = 0, boot: int = 1) -> Event:
    body = msgspec.json.encode({"learner": learner, "does": does}).decode()
    return Event(seq, 1, "visit", body, boot, at_ms, 0, 0)


def told(*words: Event, answers: int = 0) -> Visits:
    visits = Visits()
    for row in words:
        visits.add(row, answers, [])
    return visits


def at(ms: int, boot: int = 1) -> When:
    return When(boot, ms, 0, 0)


def test_visits_to_others_count_since_the_learners_own_last_one() -> None:
    visits = told(word(1, 7), word(2, 8), word(3, 9), word(4, 8))
    assert [visits.of(one).visits for one in (7, 8, 9, 10)] == [1, 2, 1, 0]
    assert [visits.others_since(one) for one in (7, 8, 9, 10)] == [3, 0, 1, 4]


@pytest.mark.parametrize("undone", [1, 2, 3, 4])
def test_a_visit_taken_back_leaves_the_count_as_if_it_had_not_been(undone: int) -> None:
    rows = [word(1, 7), word(2, 8), word(3, 9), word(4, 10)]
    visits = told(*rows)
    visits.undo(undone, [])
    without = told(*(row for row in rows if row.hub_seq != undone))
    assert visits.save() == without.save()


def test_not_now_is_no_visit_and_only_the_last_word_can_be_taken_back() -> None:
    visits = told(word(1, 7), word(2, 7, "not_now"))
    assert visits.of(7).visits == 1
    assert visits.undoable == {7: 2}
    visits.undo(1, [])
    assert visits.of(7).visits == 1
    visits.undo(2, [])
    assert visits.undoable == {}
    assert not visits.is_left_alone(7, at(1), 0)


def test_a_learner_is_left_alone_until_new_answers_tell_or_time_is_over() -> None:
    visits = told(word(1, 7), word(2, 8, "not_now"), answers=5)
    for learner in (7, 8):
        assert visits.is_left_alone(learner, at(LEFT_ALONE_MS - 1), 5)
        assert not visits.is_left_alone(learner, at(LEFT_ALONE_MS), 5)
        assert not visits.is_left_alone(learner, at(1, boot=2), 5)
    assert visits.is_left_alone(7, at(1), 5 + TELLING_ANSWERS - 1)
    assert not visits.is_left_alone(7, at(1), 5 + TELLING_ANSWERS)
    # Who was not visited has nothing that answers could tell of.
    assert visits.is_left_alone(8, at(1), 5 + TELLING_ANSWERS)
    assert not visits.is_left_alone(9, at(0), 0)


def test_a_visit_takes_the_hand_down_and_undo_puts_it_up_again(start_hub: StartHub) -> None:
    hub = start_hub()
    room = hub.classroom.rooms[1]
    with pair_with(hub) as tablet:
        hand(tablet, asked(tablet.sign_in(1)))
        [raised] = room.hands
        undo = hub.teaching.visit(1, "visited")
        assert room.hands == []
        assert not tablet.hear(Next).is_hand_up
        hub.teaching.undo(1, undo)
        assert room.hands == [raised]
        assert tablet.hear(Next).is_hand_up
        hub.teaching.visit(1, "not_now")
        assert room.hands == [raised]


def test_a_word_said_again_before_the_child_did_anything_is_the_same_word(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    room = hub.classroom.rooms[1]
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        before = room.visits.save()
        hand(tablet, now)
        [raised] = room.hands
        undo = hub.teaching.visit(1, "visited")
        stands = room.save()
        assert hub.teaching.visit(1, "visited") == undo
        assert room.save() == stands
        hub.teaching.undo(1, undo)
        assert room.hands == [raised], "the first tap took it down, so undo puts it up"
        assert room.visits.save() == before
        undo = hub.teaching.visit(1, "not_now")
        assert hub.teaching.visit(1, "not_now") == undo
        assert hub.teaching.visit(1, "visited") > undo, "another word is another word"


@pytest.mark.parametrize("meanwhile", ["an answer", "a hand", "ten minutes", "undo"])
def test_a_word_said_again_after_something_happened_counts(
    start_hub: StartHub, meanwhile: str
) -> None:
    hub = start_hub()
    room = hub.classroom.rooms[1]
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        once = hub.teaching.visit(1, "visited")
        if meanwhile == "an answer":
            tablet.reply(tablet.answer(now, right_answer(hub, now)))
        elif meanwhile == "a hand":
            hand(tablet, now)
        elif meanwhile == "ten minutes":
            hub.clock.start_s -= LEFT_ALONE_MS / 1000
        else:
            hub.teaching.undo(1, once)
        assert hub.teaching.visit(1, "visited") > once
        assert room.visits.total == (1 if meanwhile == "undo" else 2)
        assert room.hands == []


def test_two_phones_that_send_it_count_one_visit(start_hub: StartHub) -> None:
    hub = start_hub()
    is_over = threading.Event()
    app = create_app(hub.parts, is_over)
    replies = [tell(app, hub, "/teacher/class/1/visit", word="visited 1") for _ in range(2)]
    assert [one.status_code for one in replies] == [302, 302]
    visits = hub.classroom.rooms[1].visits
    assert visits.total == 1
    page = teacher(app, hub).get("/teacher/?class=1", base_url=base(hub)).get_data(as_text=True)
    assert "You visited" in page
    assert tell(app, hub, "/teacher/class/1/visit", undo=visits.undoable[1]).status_code == 302
    assert visits.total == 0
    is_over.set()


def test_a_log_with_a_word_said_twice_replays_as_it_always_did(start_hub: StartHub) -> None:
    hub = start_hub()
    for _ in range(2):
        # As the hub logged a double tap once.
        hub.classroom.deed(1, "visit", {"learner": 1, "does": "visited"})
    assert hub.classroom.rooms[1].visits.total == 2
    before = hub.classroom.rooms[1].save()
    hub.stop()
    hub = start_hub()
    assert hub.classroom.rooms[1].save() == before
    _, found = rebuild(hub.reader, 1)
    assert found.is_equal


def test_visits_outlive_a_restart_and_come_out_the_same_in_a_replay(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    for learner, does in ((1, "visited"), (2, "visited"), (1, "not_now"), (3, "visited")):
        last = hub.teaching.visit(learner, does)
    hub.teaching.undo(1, last)
    before = hub.classroom.rooms[1].save()
    hub.stop()
    hub = start_hub()
    assert hub.classroom.rooms[1].save() == before
    assert hub.classroom.rooms[1].visits.others_since(1) == 1
    _, found = rebuild(hub.reader, 1)
    assert found.is_equal


def test_a_word_that_there_is_not_is_refused_and_not_logged(start_hub: StartHub) -> None:
    hub = start_hub()
    before = hub.classroom.rooms[1].hub_seq
    for does in ("", "undo", "VISITED"):
        with pytest.raises(RosterError):
            hub.teaching.visit(1, does)
    with pytest.raises(RosterError):
        hub.teaching.visit(999, "visited")
    assert hub.classroom.rooms[1].hub_seq == before
