"""What a hub's learner model heard live is what a fit to its log, and a rebuild, hear."""

from __future__ import annotations

from argparse import Namespace
from math import nan

import pytest

from hub.cli import main
from hub.commands.answers import answers
from hub.lesson.packs import new_tracer
from models.training.records import Records
from tests.hub.conftest import StartHub
from tests.hub.test_tutoring import Child, after_the_steps, child_of


@pytest.fixture
def child(start_hub: StartHub) -> Child:
    return child_of(start_hub())


def heard(child: Child) -> Records:
    """The answers of the hub's log as a fit reads them."""
    child.hub.stop()
    return answers(Namespace(file=None, home=child.hub.home.path))[0]


def live(child: Child) -> tuple[bytes, list[bool]]:
    """The learner model's state, and which answers it took as right."""
    place = child.room.places[child.learner]
    return child.room.tracer.to_bytes(), child.room.tracer.evidence(place, 0).recent


def test_a_right_answer_after_the_last_hint_is_heard_as_wrong_by_a_fit_too(
    child: Child,
) -> None:
    child.answer(child.right())
    for _ in range(3):
        child.hint()
    assert child.answer(child.right()).is_right is True
    child.hint()
    child.answer(child.right())
    _, recent = live(child)
    records = heard(child)
    assert (recent, records.rights) == ([True, False, True], [True, False, True])
    assert list(records.hints) == [0, 3, 1]


def test_a_fresh_model_that_hears_what_a_fit_reads_ends_in_the_live_models_state(
    child: Child,
) -> None:
    child.answer(child.right())
    child.answer(child.right(), hints=3)
    child.hint()
    child.answer(0)
    child.answer(child.right())
    after_the_steps(child)
    child.answer(0)
    child.answer("x+")
    for _ in range(3):
        child.hint()
    child.answer(0)
    child.hub.teaching.override(child.learner, "pin", 0)
    child.answer(child.right())
    state, _ = live(child)
    room, records = child.room, heard(child)
    assert records.rights == [True, False, False, False, False, True]
    fresh = new_tracer(room.pack, room.model)
    for _ in room.places:
        fresh.add_learner()
    place = room.places[child.learner]
    for item, right, hints in zip(records.item, records.rights, records.hints, strict=True):
        name = records.items[item].rpartition("/")[2]
        at = room.pack.item_index[name]
        fresh.answer(place, at, right, pace_s=nan, hints=int(hints))
    assert fresh.to_bytes() == state
    assert main(["rebuild", "--verify", "--home", str(child.hub.home.path)]) == 0
