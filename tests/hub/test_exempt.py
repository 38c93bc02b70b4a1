"""A fit hears no times of whom the teacher took out of rules of time, while that holds."""

from __future__ import annotations

from argparse import Namespace
from math import isnan

from hub.app import Hub
from hub.commands.answers import answers
from hub.lesson.exempt import Exempt
from hub.lesson.rebuild import rebuild
from hub.lesson.rules import standing
from hub.overriding import CLASS, Note, Whom
from hub.store import log
from hub.store.log import Attempt
from models.learner.fitted import encode_model
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, pair_with, right_answer
from tests.hub.test_overrides import ME, OTHER, THIRD, room_of
from tests.hub.test_overrides_mastery import paced_model
from tests.hub.test_overrides_replay import Teacher, fresh


def times(hub: Hub) -> dict[int, list[float]]:
    """How long each answer took, in seconds, by learner, as a fit hears it; 0 for unknown."""
    records, _ = answers(Namespace(file=None, home=hub.home.path))
    found: dict[int, list[float]] = {}
    for learner, pace_s in zip(records.learner, records.pace_s, strict=True):
        number = int(records.users[learner])
        found.setdefault(number, []).append(0.0 if isnan(pace_s) else pace_s)
    return found


def work(hub: Hub, tablet: Tablet, learner: int, *seconds: int) -> None:
    """Right answers, each after so many seconds."""
    reply = tablet.sign_in(learner)
    for one in seconds:
        text = right_answer(hub, asked(reply))
        reply = tablet.reply(tablet.answer(asked(reply), text, ms=one * 1000))
    hub.writer.call(lambda _database: None)


def test_times_are_left_out_from_the_word_on_until_it_is_undone(
    hub: Hub, tablet: Tablet
) -> None:
    work(hub, tablet, ME, 3)
    word = hub.teaching.words.exempt(1, Whom(ME))
    work(hub, tablet, ME, 4, 5)
    work(hub, tablet, OTHER, 6)
    hub.teaching.undo(1, word)
    work(hub, tablet, ME, 7)
    assert times(hub) == {ME: [3, 0, 0, 7], OTHER: [6]}


def test_times_are_left_out_until_the_word_is_over(hub: Hub, tablet: Tablet) -> None:
    hub.teaching.words.exempt(1, CLASS, Note(answers=2))
    work(hub, tablet, ME, 3, 4, 5)
    work(hub, tablet, OTHER, 6)
    assert times(hub) == {ME: [0, 0, 5], OTHER: [0]}


def test_who_leaves_a_group_is_timed_again(hub: Hub, tablet: Tablet) -> None:
    group, _ = hub.teaching.words.set_group(1, [ME, OTHER], name="Red")
    hub.teaching.words.exempt(1, Whom(group=group))
    for learner in (ME, OTHER, THIRD):
        work(hub, tablet, learner, 3)
    hub.teaching.words.set_group(1, [OTHER], group=group)
    for learner in (ME, OTHER):
        work(hub, tablet, learner, 4)
    assert times(hub) == {ME: [0, 4], OTHER: [0, 0], THIRD: [3]}


def test_a_fit_leaves_out_the_very_times_that_the_class_at_work_left_out(hub: Hub) -> None:
    """Any words in any order, with their ends by answers, days and starts of the hub."""
    left_out = heard = 0
    for seed in range(4):
        room, _ = rebuild(hub.reader, 1)
        teacher, exempt = Teacher(room, seed), Exempt()
        for row in log.read(hub.reader, 1):
            exempt.passed(row)
        for _ in range(300):
            row = teacher.row()
            before = fresh(hub)
            before.restore(room.hub_seq, room.save())
            before.words.passed(row)
            exempt.passed(row)
            if room.apply(row) is not None:
                assert isinstance(row, Attempt)
                is_exempt = standing(before.words.of(row.learner)).is_exempt
                assert exempt.heard_ms(row) == (0 if is_exempt else row.ms), (seed, row)
                left_out += is_exempt
                heard += not is_exempt
    assert min(left_out, heard) > 100


def test_what_the_log_says_of_times_moves_a_fit_of_the_others_alone(
    start_hub: StartHub,
) -> None:
    """With a model that hears times; each time in the log is written over."""
    hub = start_hub()
    hub.teaching.use_model(encode_model(paced_model(room_of(hub).pack)))
    hub.teaching.words.exempt(1, Whom(ME))
    with pair_with(hub) as tablet:
        work(hub, tablet, ME, 3, 4)
        work(hub, tablet, OTHER, 3)
    before = times(hub)
    update = "UPDATE attempts SET ms = 90000"
    hub.writer.call(lambda database: database.conn.execute(update))
    assert (before, times(hub)) == ({ME: [0, 0], OTHER: [3]}, {ME: [0, 0], OTHER: [90]})
