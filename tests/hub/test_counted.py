"""An activity is evidence once, whoever answers it again; a log from before stays as it was."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec
import pytest

from devices.messages import Activity, Next
from hub.app import Hub
from hub.cli import main
from hub.commands.answers import answers
from hub.lesson.counted import COUNTING, KEPT, Counted
from hub.lesson.rebuild import rebuild
from hub.store import snapshots
from hub.store.log import Attempt, read
from tests.hub.conftest import StartHub
from tests.hub.test_newer_pack import newer, switch
from tests.hub.test_tutoring import Child, child_of
from tests.hub.test_two_pages import left_open


@pytest.fixture
def child(start_hub: StartHub) -> Child:
    return child_of(start_hub())


def again(child: Child, asked: Activity, text: str | int) -> Next:
    """An answer from a page that still shows `asked`."""
    return child.answer(text, item=asked.item, seed=asked.seed, step=asked.step)


def solved(child: Child) -> tuple[Activity, int]:
    """What was asked and answered right, and its answer."""
    asked, right = child.now, child.right()
    assert child.answer(right).is_right is True
    return asked, right


def rows(hub: Hub, class_id: int) -> list[Attempt]:
    hub.writer.call(lambda _: None)  # behind the rows: they are on the disk now
    return [row for row in read(hub.reader, class_id) if isinstance(row, Attempt)]


def verified(child: Child) -> int:
    child.hub.stop()
    return main(["rebuild", "--verify", "--home", str(child.hub.home.path)])


def test_a_later_answer_is_graded_and_logged_and_moves_no_model(child: Child) -> None:
    asked, right = solved(child)
    before, coming = child.room.tracer.to_bytes(), child.now
    assert again(child, asked, right).is_right is True
    reply = again(child, asked, 0)
    assert (reply.is_right, reply.verdict) == (False, "wrong")
    assert reply.mastery_before == reply.mastery_after
    assert child.room.tracer.to_bytes() == before
    assert child.now == reply.activity == coming
    logged = rows(child.hub, child.room.class_id)
    assert [(row.answer, row.is_right) for row in logged] == [
        (str(right), 1),
        (str(right), 1),
        ("0", 0),
    ]
    assert [row.p is None for row in logged] == [False, True, True]
    assert verified(child) == 0


def test_a_hint_of_a_question_that_is_over_opens_nothing(child: Child) -> None:
    asked, _ = solved(child)
    assert child.room.problems == {}
    reply = child.hub.classroom.hint(child.device, left_open(child, asked))
    assert reply.hint.startswith("pointing")
    assert child.room.problems == {}
    assert reply.activity == child.now


def test_another_tablets_answer_to_what_was_answered_meanwhile_counts_no_more(
    child: Child,
) -> None:
    other = Child(child.hub, child.learner)
    asked, _ = solved(child)
    assert again(other, asked, 0).is_right is False
    assert child.answers == 1
    assert verified(child) == 0


def test_a_wrong_first_answer_counts_and_the_tries_after_it_go_on(child: Child) -> None:
    asked = child.now
    child.answer(0)
    assert (child.now.item, child.now.seed) == (asked.item, asked.seed)
    child.hint()
    child.answer(child.right())
    assert child.answers == 1
    again(child, asked, 0)
    assert child.answers == 1
    assert child.room.problems == {}


def test_what_could_not_be_read_has_not_counted(child: Child) -> None:
    asked, right = child.now, child.right()
    child.answer("x+")
    again(child, asked, right)
    assert child.answers == 1


def test_no_question_of_the_road_comes_again_after_one_that_could_not_be_read(
    child: Child,
) -> None:
    """A tablet out of reach walks on past an answer that only the hub finds unreadable."""
    room, learner = child.room, child.learner
    item = child.now.item
    seeds = [room.seed(learner, ahead) for ahead in range(6)]
    assert len(set(seeds)) == 6
    texts = ["1", "x+", "1", "x+", "1", "1"]
    for seed, text in zip(seeds, texts, strict=True):
        child.answer(text, item=item, seed=seed, step=0)
        room.problems.pop(learner, None)
    assert child.answers == 4
    coming = [room.seed(learner, ahead) for ahead in range(6)]
    # What could not be read may come once more; what counted does not.
    counted = {seed for seed, text in zip(seeds, texts, strict=True) if text == "1"}
    assert counted.isdisjoint(coming)
    assert len(set(coming)) == 6


def test_what_the_teacher_asks_for_again_counts_again(child: Child) -> None:
    asked, right = solved(child)
    child.hub.teaching.ask(child.learner, asked.item, asked.seed)
    assert (child.now.item, child.now.seed) == (asked.item, asked.seed)
    child.answer(right)
    assert child.answers == 2
    assert (child.now.item, child.now.seed) != (asked.item, asked.seed)
    again(child, asked, right)
    assert child.answers == 2
    assert verified(child) == 0


def test_it_is_known_after_a_cut_and_in_the_next_pack(start_hub: StartHub) -> None:
    child = child_of(start_hub())
    class_id, device, learner = child.room.class_id, child.device, child.learner
    asked, right = solved(child)
    child.hub.stop()
    hub = start_hub()
    child, seq = Child(hub, learner, device), child.seq
    child.seq = seq
    again(child, asked, right)
    assert child.answers == 1
    switch(hub, class_id, newer())
    if asked.item in child.room.pack.item_index:
        again(child, asked, right)
    assert child.answers == 1
    assert verified(child) == 0


def test_a_log_from_before_gives_what_it_gave_and_goes_on_by_the_new_rule(
    start_hub: StartHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.teaching.COUNTING", 0)
    child = child_of(start_hub())
    class_id, device, learner = child.room.class_id, child.device, child.learner
    asked, right = solved(child)
    again(child, asked, right)
    assert child.answers == 2
    before, seq = child.room.tracer.to_bytes(), child.seq
    child.hub.stop()

    monkeypatch.setattr("hub.teaching.COUNTING", COUNTING)
    hub = start_hub()
    child = Child(hub, learner, device)
    child.seq = seq
    assert child.room.tracer.to_bytes() == before
    replayed, found = rebuild(hub.reader, class_id)
    assert (replayed.save(), found.other_predictions) == (child.room.save(), 0)
    asked, right = solved(child)
    again(child, asked, right)
    assert child.answers == 3
    assert verified(child) == 0


def test_a_snapshot_from_before_is_equal_to_what_its_log_gives(
    child: Child, capsys: pytest.CaptureFixture[str]
) -> None:
    solved(child)
    room = child.room
    fields = msgspec.msgpack.decode(room.save())
    fields["counted"] = []
    del fields["hands"]
    seq, class_id = room.hub_seq, room.class_id
    older = msgspec.msgpack.encode({**fields, "counted": room._loop.counted.saved()})
    child.hub.writer.call(lambda database: snapshots.save(database, class_id, seq, older))
    assert rebuild(child.hub.reader, class_id)[1].is_equal
    empty = msgspec.msgpack.encode(fields)
    child.hub.writer.call(lambda database: snapshots.save(database, class_id, seq, empty))
    assert not rebuild(child.hub.reader, class_id)[1].is_equal


def test_a_fit_hears_what_the_hub_heard(child: Child) -> None:
    asked, right = solved(child)
    again(child, asked, 0)
    child.answer(0)
    again(child, asked, right)
    child.hub.stop()
    heard, _ = answers(Namespace(file=None, home=Path(child.hub.home.path)))
    assert heard.rights == [True, False]


def test_what_is_remembered_stays_small_and_keeps_its_order() -> None:
    counted = Counted(COUNTING)
    for seed in range(3 * KEPT):
        counted.add(7, 0, seed)
    assert not counted.has(7, 0, 2 * KEPT - 1)
    assert counted.has(7, 0, 2 * KEPT)
    same = Counted(COUNTING, counted.saved())
    assert same.saved() == counted.saved()
    same.add(7, 1, 0)
    assert not same.has(7, 0, 2 * KEPT)
    assert same.saved()[0][1][-2:] == [1, 0]


def test_before_the_rule_nothing_is_remembered() -> None:
    counted = Counted()
    counted.add(7, 0, 1)
    assert not counted.has(7, 0, 1)
    assert counted.saved() == []
