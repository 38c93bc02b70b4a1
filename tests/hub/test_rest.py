"""Breaks and a day's limit: what counts as work, and who rests how long, on any clock."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from devices.messages import Activity, Next, Rest
from hub.app import Hub
from hub.errors import RosterError
from hub.lesson.rebuild import rebuild
from hub.lesson.rest import MOST_MS, NIGHT_MS, Rests, Rule, When
from hub.store.log import Attempt, Event
from tests.hub.conftest import StartHub
from tests.hub.ground import attempt
from tests.hub.tablet import Tablet, asked, pair_with, right_answer

MIN = 60_000
BREAKS = Rule(after_s=15 * 60, break_s=3 * 60)
DAY = Rule(day_s=30 * 60)


def told(seq: int, kind: str, at_ms: int = 0, boot: int = 1, **facts: Any) -> Event:
    body = msgspec.json.encode(facts).decode()
    return Event(seq, 1, kind, body, boot, at_ms, 0, 0)


def resting(rule: Rule) -> Rests:
    rests = Rests()
    row = told(1, "rest", **msgspec.structs.asdict(rule))
    rests.set_rule(row, row.facts)
    return rests


def answered(at_ms: int, ms: int, boot: int = 1, **fields: Any) -> Attempt:
    own = {"monotonic_ms": at_ms, "ms": ms, "hub_boot": boot} | fields
    return attempt(2)._replace(**own)


def at(ms: int, boot: int = 1, wall_s: int = 0, trusted: int = 0) -> When:
    return When(boot, ms, wall_s, trusted)


def work(rests: Rests, minutes: int, *, since_ms: int = 0, boot: int = 1) -> int:
    """So many minutes of answers, one a minute; gives the time of the last."""
    for minute in range(1, minutes + 1):
        rests.answered(answered(since_ms + minute * MIN, MIN, boot), is_open=False)
    return since_ms + minutes * MIN


def test_a_break_begins_after_so_much_work_and_ends_by_itself() -> None:
    rests = resting(BREAKS)
    end = work(rests, 14)
    assert rests.of(1, at(end)) is None
    assert rests.left(1, at(end)).break_ms == MIN
    end = work(rests, 1, since_ms=end)
    found = rests.of(1, at(end + MIN))
    assert found is not None
    assert (found.why, found.left_ms) == ("break", 2 * MIN)
    assert rests.of(1, at(end + 3 * MIN)) is None
    assert rests.left(1, at(end + 3 * MIN)).break_ms == 15 * MIN
    assert rests.of(2, at(end)) is None


def test_no_break_begins_while_a_problem_is_open() -> None:
    rests = resting(BREAKS)
    end = work(rests, 14)
    rests.answered(answered(end + MIN, MIN), is_open=True)
    assert rests.of(1, at(end + MIN)) is None
    rests.answered(answered(end + 2 * MIN, MIN), is_open=False)
    assert rests.of(1, at(end + 2 * MIN)) is not None


def test_an_hour_at_one_question_counts_two_minutes() -> None:
    rests = resting(BREAKS)
    rests.answered(answered(60 * MIN, 60 * MIN), is_open=False)
    assert rests.left(1, at(60 * MIN)).break_ms == 15 * MIN - MOST_MS


def test_a_page_that_measures_nothing_counts_the_time_between_answers() -> None:
    rests = resting(BREAKS)
    for at_ms in (MIN, 2 * MIN, 60 * MIN):
        rests.answered(answered(at_ms, 0), is_open=False)
    # One minute, then two of the hour, and that hour was a rest.
    assert rests.left(1, at(60 * MIN)).break_ms == 15 * MIN - MOST_MS


def test_who_was_away_as_long_as_a_break_has_rested() -> None:
    rests = resting(BREAKS)
    end = work(rests, 14) + 5 * MIN
    assert rests.left(1, at(end)).break_ms == 15 * MIN
    rests.answered(answered(end, MIN), is_open=False)
    assert rests.left(1, at(end)).break_ms == 14 * MIN


def test_answers_that_waited_on_a_tablet_count_as_they_were_given() -> None:
    rests = resting(BREAKS)
    for minute in range(1, 11):
        row = answered(90 * MIN + minute, MIN, at=minute * MIN)
        rests.answered(row, is_open=False)
    assert rests.left(1, at(90 * MIN + 10)).break_ms == 5 * MIN
    later = answered(90 * MIN + 11, MIN, at=15 * MIN)
    rests.answered(later, is_open=False)
    assert rests.left(1, at(90 * MIN + 11)).break_ms == 14 * MIN


@pytest.mark.parametrize("jump_ms", [-(10**12), -5 * MIN, 10**12])
def test_a_tablets_clock_that_jumps_makes_no_rest_longer_than_one(jump_ms: int) -> None:
    rests = resting(BREAKS)
    start = 2 * 10**12
    for minute in range(1, 30):
        jumped = start + minute * MIN + (jump_ms if minute > 10 else 0)
        rests.answered(answered(minute * MIN, MIN, at=jumped), is_open=False)
        found = rests.of(1, at(minute * MIN))
        assert found is None or 0 < found.left_ms <= 3 * MIN
    assert rests.of(1, at(29 * MIN + 3 * MIN)) is None


def test_a_break_goes_on_over_a_restart_and_no_longer_than_one_break() -> None:
    rests = resting(BREAKS)
    work(rests, 15)
    found = rests.of(1, at(MIN, boot=2))
    assert found is not None
    assert found.left_ms == 2 * MIN
    assert rests.of(1, at(3 * MIN, boot=2)) is None
    rests.answered(answered(4 * MIN, MIN, boot=2), is_open=False)
    assert rests.left(1, at(4 * MIN, boot=2)).break_ms == 14 * MIN


def test_a_set_clock_ends_a_break_over_a_restart_and_a_wrong_one_never_makes_it_longer() -> (
    None
):
    rests = resting(BREAKS)
    work(rests, 14)
    row = answered(15 * MIN, MIN, wall_s=10_000, clock_trusted=1)
    rests.answered(row, is_open=False)
    for wall_s, is_over in ((10_180, True), (10_060, False), (5, False)):
        found = rests.of(1, at(0, boot=2, wall_s=wall_s, trusted=1))
        assert (found is None) is is_over
        assert found is None or found.left_ms <= 3 * MIN
    assert rests.of(1, at(3 * MIN, boot=2, wall_s=-(10**9), trusted=1)) is None


def test_a_days_limit_ends_with_a_night_or_a_start_that_nothing_spans() -> None:
    rests = resting(DAY)
    end = work(rests, 29)
    assert rests.left(1, at(end)).day_ms == MIN
    end = work(rests, 1, since_ms=end)
    found = rests.of(1, at(end + NIGHT_MS - 1))
    assert found is not None
    assert found.why == "day"
    assert rests.of(1, at(end + NIGHT_MS)) is None
    assert rests.of(1, at(0, boot=2)) is None
    rests.answered(answered(end + NIGHT_MS, MIN), is_open=False)
    assert rests.left(1, at(end + NIGHT_MS)).day_ms == 29 * MIN


def test_an_answer_in_a_rest_is_counted_and_leaves_the_rest_as_it_is() -> None:
    rests = resting(Rule(after_s=15 * 60, break_s=180, day_s=16 * 60))
    end = work(rests, 15)
    before = rests.of(1, at(end + MIN))
    rests.answered(answered(end + MIN // 2, MIN // 2), is_open=False)
    assert rests.of(1, at(end + MIN)) == before
    assert rests.left(1, at(end + MIN)).day_ms == MIN // 2


def let_go(rests: Rests, *learners: int, at_ms: int) -> None:
    row = told(50, "rest_over", at_ms, learners=list(learners))
    rests.let_go(row, row.facts)


def test_the_teacher_lets_go_on_and_takes_that_back() -> None:
    rests = resting(Rule(after_s=15 * 60, break_s=180, day_s=15 * 60))
    end = work(rests, 15)
    let_go(rests, 1, 2, at_ms=end)
    assert rests.of(1, at(end)) is None
    assert rests.left(1, at(end)).day_ms == 15 * MIN
    end = work(rests, 1, since_ms=end)
    rests.undo(50)
    found = rests.of(1, at(end))
    assert found is not None
    assert found.why == "day"
    once = rests.save()
    rests.undo(50)
    assert rests.save() == once
    assert rests.undoable == {"rule": 1}


def test_a_rule_that_is_taken_back_is_as_it_was_before() -> None:
    rests = resting(BREAKS)
    work(rests, 15)
    row = told(60, "rest", after_s=0, break_s=0, day_s=0)
    rests.set_rule(row, row.facts)
    assert rests.of(1, at(15 * MIN)) is None
    rests.undo(60)
    assert rests.rule == BREAKS
    # What was counted went with the rule: nobody is sent to rest by taking a word back.
    assert rests.of(1, at(15 * MIN)) is None
    assert "rule" not in rests.undoable


def test_what_is_saved_is_what_is_loaded() -> None:
    rests = resting(Rule(after_s=60, break_s=30, day_s=600))
    end = work(rests, 3)
    let_go(rests, 1, at_ms=end)
    again = Rests()
    again.load(
        msgspec.msgpack.decode(msgspec.msgpack.encode(rests.save()), type=type(rests.save()))
    )
    assert again.save() == rests.save()
    for one in (rests, again):
        work(one, 2, since_ms=end)
    assert again.save() == rests.save()


def answer(hub: Hub, tablet: Tablet, now: Activity, *, ms: int) -> Next:
    return tablet.reply(tablet.answer(now, right_answer(hub, now), ms=ms))


def rest_of(reply: Next) -> Rest:
    assert reply.rest is not None
    return reply.rest


def later(hub: Hub, seconds: float) -> None:
    """So much time passes for the hub."""
    hub.clock.start_s -= seconds


def test_a_tablet_hears_of_its_break_and_of_the_question_after_it(hub: Hub) -> None:
    with pair_with(hub) as tablet:
        assert tablet.sign_in(1).rest is None
        hub.teaching.set_rest(1, Rule(after_s=180, break_s=60))
        now = asked(tablet.sign_in(1))
        reply = answer(hub, tablet, now, ms=MOST_MS)
        assert rest_of(reply) == Rest(work_ms=MIN, spell_ms=3 * MIN, break_ms=MIN)
        reply = answer(hub, tablet, asked(reply), ms=MOST_MS)
        assert reply.is_right
        assert reply.activity is None
        assert rest_of(reply).why == "break"
        assert 0 < rest_of(reply).left_ms <= MIN
        assert asked(tablet.sign_in(2))
        assert tablet.sign_in(1).activity is None
        later(hub, 60)
        reply = tablet.sign_in(1)
        assert asked(reply)
        assert rest_of(reply) == Rest(work_ms=3 * MIN, spell_ms=3 * MIN, break_ms=MIN)


def test_a_wrong_answer_keeps_its_problem_and_the_break_waits_for_it(
    start_starter: StartHub,
) -> None:
    hub = start_starter()
    hub.teaching.set_rest(1, Rule(after_s=60, break_s=60))
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        reply = tablet.reply(tablet.answer(now, "999999", ms=MOST_MS))
        assert asked(reply).item == now.item
        reply = answer(hub, tablet, now, ms=1)
        assert reply.activity is None
        assert rest_of(reply).why == "break"


def test_an_answer_that_comes_in_a_break_is_kept_and_receipted(hub: Hub) -> None:
    hub.teaching.set_rest(1, Rule(after_s=60, break_s=600))
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        assert answer(hub, tablet, now, ms=MOST_MS).activity is None
        hub.teaching.set_rest(1, Rule())
        more = asked(tablet.sign_in(1))
        hub.teaching.set_rest(1, Rule(after_s=60, break_s=600))
        assert answer(hub, tablet, more, ms=MOST_MS).activity is None
        sent = tablet.answer(more, right_answer(hub, more), ms=MIN)
        assert rest_of(tablet.reply(sent)).why == "break"
        assert tablet.receipt(sent).upto == sent.device_seq
    count = hub.reader.execute("SELECT count(*) FROM attempts").fetchone()
    assert count == (3,)


def test_a_hub_that_stops_in_a_break_comes_back_in_it_and_a_replay_agrees(
    start_hub: StartHub,
) -> None:
    hub = start_hub()
    hub.teaching.set_rest(1, Rule(after_s=60, break_s=600, day_s=3600))
    with pair_with(hub) as tablet:
        for learner in (1, 2):
            answer(hub, tablet, asked(tablet.sign_in(learner)), ms=MOST_MS)
    hub.teaching.let_go_on(1, 2)
    before = hub.classroom.rooms[1].save()
    hub.stop()
    hub = start_hub()
    assert hub.classroom.rooms[1].save() == before
    assert list(hub.classroom.resting(1)) == [1]
    later(hub, 600)
    assert hub.classroom.resting(1) == {}
    room, found = rebuild(hub.reader, 1)
    assert found.is_equal
    assert room.save() == before


def test_the_teachers_word_reaches_the_tablet_at_once(hub: Hub) -> None:
    hub.teaching.set_rest(1, Rule(after_s=60, break_s=600))
    with pair_with(hub) as tablet:
        now = asked(tablet.sign_in(1))
        answer(hub, tablet, now, ms=MOST_MS)
        undo = hub.teaching.let_go_on(1)
        reply = tablet.hear(Next)
        assert asked(reply).item
        hub.teaching.undo(1, undo)
        assert rest_of(tablet.hear(Next)).why == "break"
        with pytest.raises(RosterError):
            hub.teaching.undo(1, undo)
        hub.teaching.set_rest(1, Rule())
        assert tablet.hear(Next).rest is None
    with pytest.raises(RosterError, match="over already"):
        hub.teaching.let_go_on(1)


def test_an_equal_rule_sent_again_keeps_what_can_be_taken_back(hub: Hub) -> None:
    room = hub.classroom.rooms[1]
    former, rule = Rule(day_s=3600), Rule(after_s=60, break_s=600)
    hub.teaching.set_rest(1, former)
    undo = hub.teaching.set_rest(1, rule)
    with pair_with(hub) as tablet:
        answer(hub, tablet, asked(tablet.sign_in(1)), ms=MOST_MS)
    let_go = hub.teaching.let_go_on(1)
    stands = room.save()
    assert hub.teaching.set_rest(1, rule) == undo
    assert room.save() == stands
    assert room.rests.undoable == {"rule": undo, "let_go": let_go}
    hub.teaching.undo(1, undo)
    assert room.rests.rule == former
    assert hub.teaching.set_rest(1, former) == 0, "nothing was set, so nothing undoes it"
    assert room.rests.rule == former


def test_a_rule_that_nobody_can_keep_is_refused_and_not_logged(hub: Hub) -> None:
    before = hub.classroom.rooms[1].hub_seq
    for rule in (
        Rule(after_s=-1, break_s=60),
        Rule(after_s=60),
        Rule(after_s=60, break_s=-1),
        Rule(after_s=10**9, break_s=60),
        Rule(after_s=60, break_s=10**9),
        Rule(day_s=-1),
        Rule(day_s=10**9),
        Rule(break_s=-5),
    ):
        with pytest.raises(RosterError):
            hub.teaching.set_rest(1, rule)
    with pytest.raises(RosterError):
        hub.teaching.set_rest(99, Rule())
    assert hub.classroom.rooms[1].hub_seq == before
