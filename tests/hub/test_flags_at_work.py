"""Flags of a real hub: from a tablet's answers, over a restart, answered by the teacher."""

from __future__ import annotations

from devices.messages import Next
from hub.app import Hub
from hub.insight.flags import Flag, clearing, limit, part, sentence
from hub.insight.flags.need import STRENGTH
from hub.insight.words import say
from hub.lesson.rebuild import rebuild
from hub.store.database import open_reading
from tests.hub.conftest import StartHub
from tests.hub.tablet import Tablet, asked, pair_with
from tests.hub.test_flags import answer, told

LEARNER, CLASS = 1, 1
WRONG = "999999"


def lost(tablet: Tablet, now: Next, questions: int) -> None:
    """Answers wrong until so many questions were begun."""
    for _ in range(questions):
        at = asked(now)
        now = tablet.reply(tablet.answer(at, WRONG, step=at.step, ms=15_000))


def flags(hub: Hub) -> list[Flag]:
    """The learner's, as a page gets them."""
    return hub.flagging.of(CLASS, LEARNER)


def test_wrong_answers_at_a_tablet_become_a_flag_that_outlives_a_restart(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        lost(tablet, tablet.sign_in(LEARNER), 24)
    before = flags(hub)
    need = hub.flagging.need(CLASS, LEARNER)
    assert {flag.code for flag in before} & {"stuck_soon", "help_avoidance"}
    hub.stop()
    again = start_hub()
    assert flags(again) == before
    assert again.flagging.need(CLASS, LEARNER) == need


def test_a_flag_answered_by_the_teacher_is_gone_after_a_restart_and_back_by_undo(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    with pair_with(hub) as tablet:
        lost(tablet, tablet.sign_in(LEARNER), 24)
    flag = flags(hub)[0]
    row = hub.flagging.answer(CLASS, flag, "wrong")
    hub.stop()
    again = start_hub()
    assert flag.code not in {one.code for one in flags(again)}
    again.flagging.undo(CLASS, row)
    assert flag in flags(again)
    again.stop()
    connection = open_reading(again.home.database)
    _, found = rebuild(connection, CLASS)
    connection.close()
    assert found.is_equal


def test_every_flag_is_a_sentence_in_each_language() -> None:
    rows = [answer(seq, misconception="borrow", ms=400) for seq in range(1, 12)]
    rows += [answer(seq, is_right=True, hints=3) for seq in range(12, 17)]
    found = told(*rows).of(1) + told(*rows[:11]).of(1)
    for tag in ("en", "sw", "ar"):
        for flag in found:
            assert sentence(flag, tag, rule=lambda one: f"<{one}>")
            assert clearing(flag, tag)
            assert all(part(one.code, tag) for one in flag.parts)
            assert bool(limit(flag, tag)) == ("limit_from" in flag.numbers)
    assert len({flag.code for flag in found}) >= 6


def test_every_code_has_words_in_each_language() -> None:
    slots: dict[str, int | str] = {"skill": "S", "rule": "R", "before": "B", "n": 2, "m": 5}
    for tag in ("en", "sw", "ar"):
        for code in STRENGTH:
            assert say(tag, f"flag.{code}", **slots) != f"flag.{code}"
