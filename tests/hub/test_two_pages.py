"""Two pages of one learner, a full disk, another pack meanwhile: nothing of it is confused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from devices.messages import Activity, Answer, AskHint
from hub.cli import main
from hub.errors import Refused, StoreFull
from hub.lesson.twins import SEEDS
from tests.hub.conftest import StartHub
from tests.hub.test_newer_pack import begun, newer, switch
from tests.hub.test_tutoring import Child, child_of


@pytest.fixture
def child(start_hub: StartHub) -> Child:
    return child_of(start_hub())


def left_open(child: Child, asked: Activity, **changes: Any) -> AskHint:
    """What the page of `asked` sends when its hint is tapped."""
    sent = AskHint(
        learner=child.learner,
        session=child.session,
        item=asked.item,
        seed=asked.seed,
        step=asked.step,
    )
    return msgspec.structs.replace(sent, **changes)


def test_a_page_left_open_does_not_take_the_problem_at_hand_away(child: Child) -> None:
    over = child.now
    child.answer(child.right())
    child.answer(0)
    at_hand = child.room.problems[child.learner]
    reply = child.hub.classroom.hint(child.device, left_open(child, over))
    assert reply.hint.startswith("pointing")
    assert child.room.problems[child.learner] == at_hand
    assert child.answer(0, item=over.item, seed=over.seed, step=0).verdict == "wrong"
    assert child.room.problems[child.learner] == at_hand
    assert main(["rebuild", "--verify", "--home", str(stopped(child))]) == 0


def test_a_hint_of_a_former_packs_question_opens_nothing_in_the_new_one(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    child = begun(hub)
    # The newer pack leaves the last item out.
    while child.now.item == "s.2":
        child.answer(child.right())
    asked = child.now
    switch(hub, child.room.class_id, newer())
    reply = hub.classroom.hint(child.device, left_open(child, asked))
    assert reply.hint.startswith("pointing")
    assert child.room.problems == {}
    assert reply.activity is not None
    assert reply.activity.seed >= SEEDS


def test_an_item_that_its_pack_never_had_is_refused_and_not_graded_as_another(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    child = begun(hub)
    switch(hub, child.room.class_id, newer())
    sent = Answer(
        device_seq=child.seq + 1,
        boot=1,
        learner=child.learner,
        session=child.session,
        item="new.1",
        seed=SEEDS - 1,
        answer="7",
    )
    for refused in (
        lambda: hub.classroom.answer(child.device, sent),
        lambda: hub.classroom.hint(
            child.device, left_open(child, child.now, item="new.1", seed=7)
        ),
    ):
        assert reason(refused) == "unknown_activity"


def test_a_hint_is_refused_in_the_wires_words_while_the_disk_takes_nothing(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise StoreFull("The hub's disk takes no more answers for now.")

    monkeypatch.setattr(child.hub.writer, "check_room", full)
    assert reason(child.hint) == "hub_full"
    assert child.room.problems == {}


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.reason


def stopped(child: Child) -> Any:
    child.hub.stop()
    return child.hub.home.path
