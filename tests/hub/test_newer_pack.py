"""A class goes on with a newer pack: what stands in both is kept, by its id, and replays."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import msgspec

from devices.messages import Answer
from hub.app import Hub
from hub.cli import main
from hub.commands.answers import answers
from hub.lesson.pack_install import want
from tests.hub.conftest import StartHub
from tests.hub.test_tutoring import PACK, Child

MORE: dict[str, Any] = {
    "id": "new.1",
    "skills": ["new"],
    "draw": {"a": "range(1, 9)", "b": "range(1, 9)"},
    "maths": {"task": "{a} * {b} = ?"},
    "answer": {"kind": "whole", "value": "a * b"},
}


def newer(**changes: Any) -> bytes:
    """The pack with its skills moved, one new, and another answer to its first item."""
    body = msgspec.json.decode(msgspec.json.encode(PACK)) | {"version": 2}
    body["skills"] = [{"id": "new", "name": "Times"}, *body["skills"]]
    body["items"] = [MORE, *body["items"][:2]]
    return msgspec.json.encode(body | changes)


def switch(hub: Hub, class_id: int, body: bytes) -> None:
    pack, _ = hub.teaching.install_pack(body, where="newer")
    hub.teaching.use_pack(class_id, pack)


def begun(hub: Hub) -> Child:
    pack = hub.teaching.install_pack(msgspec.json.encode(PACK), where="tutored")
    added = hub.teaching.add_class("Tutored", pack, ["Ada", "Ben"])
    child = Child(hub, hub.people.in_class(added.id)[0].id)
    for _ in range(6):
        child.answer(child.right())
    hub.teaching.override(child.learner, "pin", 0)
    return child


def test_what_a_learner_knows_goes_along_and_the_new_begins_anew(start_hub: StartHub) -> None:
    hub = start_hub()
    child = begun(hub)
    before = child.room.mastery(child.learner, 0)
    switch(hub, child.room.class_id, newer())
    assert child.room.mastery(child.learner, 1) == before
    assert child.room.mastery(child.learner, 0) < before
    assert [one.skill for one in child.room.overrides] == [1]
    assert child.now.item in ("s.0", "s.1")
    assert child.answer(child.right()).is_right is True


def test_the_log_over_two_packs_replays_and_a_restart_goes_on(start_hub: StartHub) -> None:
    hub = start_hub()
    child = begun(hub)
    switch(hub, child.room.class_id, newer())
    for _ in range(5):
        child.answer(child.right())
    state = child.room.save()
    hub.stop()
    again = start_hub()
    assert again.classroom.rooms[child.room.class_id].save() == state
    assert main(["rebuild", "--verify", "--home", str(again.home.path)]) == 0


def test_an_answer_that_comes_late_is_graded_by_the_pack_that_asked(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    child = begun(hub)
    asked, right = child.now, child.right()
    other = msgspec.json.decode(newer())
    for item in other["items"][1:]:
        item["answer"]["value"] = "a + b + 100"
    switch(hub, child.room.class_id, msgspec.json.encode(other))
    late = Answer(
        device_seq=child.seq + 1,
        boot=1,
        learner=child.learner,
        session=child.session,
        item=asked.item if asked.item != "s.2" else "s.0",
        seed=asked.seed,
        answer=str(right),
    )
    if asked.item != "s.2":
        assert hub.classroom.answer(child.device, late).is_right is True
    assert child.now.seed >= 1 << 31


def test_choosing_the_same_pack_again_changes_nothing(start_hub: StartHub) -> None:
    hub = start_hub()
    child = begun(hub)
    switch(hub, child.room.class_id, newer())
    seq = child.room.hub_seq
    switch(hub, child.room.class_id, newer())
    assert child.room.hub_seq == seq


def test_a_choice_that_was_cut_before_the_log_heals_at_the_next_start(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    child = begun(hub)
    pack, _ = hub.teaching.install_pack(newer(), where="newer")
    want(hub.writer, [child.room.class_id], pack)
    hub.stop()
    room = start_hub().classroom.rooms[child.room.class_id]
    assert [skill.id for skill in room.pack.skills] == ["new", "s"]


def test_a_fit_reads_each_answer_with_the_pack_of_its_time(start_hub: StartHub) -> None:
    hub = start_hub()
    child = begun(hub)
    switch(hub, child.room.class_id, newer())
    child.answer(child.right())
    home = hub.home.path
    hub.stop()
    records, _ = answers(Namespace(file=None, home=home))
    assert len(records) == 7
    assert "new.1" in {name.rpartition("/")[2] for name in records.items}
