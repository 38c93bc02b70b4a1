"""How a mastery came to be what it is: the last steps, exact, and the same in every replay."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from hub.app import Hub
from hub.lesson.paths import KEPT, Paths, Step
from hub.lesson.rebuild import rebuild
from hub.lesson.saved import Saved
from hub.store import snapshots
from hub.web.teacher.paths import path
from tests.hub.conftest import StartHub
from tests.hub.tablet import asked, pair_with, right_answer


def work(hub: Hub, pattern: str) -> None:
    """Learner 1 answers: `r` right, `w` wrong."""
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        for turn in pattern:
            right = right_answer(hub, asked(reply))
            text = right if turn == "r" else f"{right}0"
            reply = tablet.reply(tablet.answer(asked(reply), text))
    hub.writer.call(lambda _: None)


def test_the_steps_lead_without_a_gap_to_the_mastery_of_now(start_hub: StartHub) -> None:
    hub = start_hub()
    work(hub, "rrwrwwr")

    room = hub.classroom.rooms[1]
    moved = [skill for skill in range(len(room.pack.skills)) if room.paths.of(1, skill)]
    assert moved
    for skill in moved:
        steps = room.paths.of(1, skill)
        assert len(steps) <= KEPT
        assert all(a.after == b.before for a, b in pairwise(steps))
        assert steps[-1].after == room.mastery(1, skill)
        assert all((one.after > one.before) == (one.mark != "wrong") for one in steps)


def test_a_replay_and_a_restart_know_the_same_steps(start_hub: StartHub) -> None:
    hub = start_hub()
    work(hub, "rwrrw")
    before = hub.classroom.rooms[1].paths.saved()
    hub.stop()

    hub = start_hub()

    assert before
    assert hub.classroom.rooms[1].paths.saved() == before
    assert rebuild(hub.reader, 1)[0].paths.saved() == before


def test_a_snapshot_of_a_version_that_kept_no_steps_is_left_for_the_log(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    work(hub, "rwrrw")
    room = hub.classroom.rooms[1]
    earlier = msgspec.structs.replace(
        msgspec.msgpack.decode(room.save(), type=Saved), paths=None
    )
    body = msgspec.msgpack.encode(earlier)
    hub.writer.call(lambda database: snapshots.save(database, 1, room.hub_seq, body))

    replayed, found = rebuild(hub.reader, 1)

    assert found.snapshot_seq is None
    assert replayed.paths.saved() == room.paths.saved() != []


def test_another_pack_keeps_the_steps_of_the_skills_that_it_has() -> None:
    one, other = Step(3, "right", 0.2, 0.5), Step(4, "wrong", 0.5, 0.3)
    paths = Paths([(1, 0, [one]), (1, 2, [other])])

    moved = paths.moved([None, 0, 1])

    assert moved.saved() == [(1, 1, [other])]


def test_a_teacher_reads_what_moved_a_skill_and_sees_the_same_drawn() -> None:
    steps = [Step(1, "right", 0.34, 0.5), Step(2, "wrong", 0.5, 0.4), Step(3, "set", 0.4, 0.95)]

    said = path(steps, "en")

    assert said.sentence.replace("\u2068", "").replace("\u2069", "") == (
        "Last 3 steps: right, wrong, set by a teacher. They took this skill from 34 % to 95 %."
    )
    assert [one.mark for one in said.dots] == ["right", "wrong", "set"]
    assert said.dots[1].y > said.dots[0].y > said.dots[2].y == said.bar
    assert "٣٤٪ إلى ٩٥٪" in path(steps, "ar").sentence
