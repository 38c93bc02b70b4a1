"""Flags follow from the log, add up, and are cleared by what they say clears them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

from hub.clock import Moment
from hub.insight.flags import Clears, Flag, Flags, Now
from hub.insight.flags.clearing import UNHURRIED_MS
from hub.insight.flags.projection import READ, SPAN
from hub.store.log import Attempt, Event, event
from models.training.teaching.course import drawn_course, skill_of
from models.training.teaching.growth import GROWTH
from models.training.teaching.trouble import Taught, taught
from tests.teacher_tier.trouble import CLASS, attempt, ground, heard, skill_id

COURSE = drawn_course(1)
ONE = 1
NOON = Moment(monotonic_ms=1, wall_s=0, is_trusted=False)
#: An item of the first skill, which builds on nothing.
ITEM = 0


def answer(hub_seq: int, *, is_right: bool = False, **changes: Any) -> Attempt:
    """A first answer to a question of its own."""
    row = Attempt(
        hub_seq=hub_seq,
        class_id=CLASS,
        device=1,
        boot=1,
        device_seq=hub_seq,
        learner=ONE,
        item=ITEM,
        seed=hub_seq,
        answer=str(hub_seq),
        is_right=int(is_right),
        step=0,
        ms=UNHURRIED_MS,
        hints=0,
        tries=1,
        at=0,
        hub_boot=1,
        monotonic_ms=hub_seq,
        wall_s=0,
        clock_trusted=0,
        p=0.5,
        next_item=None,
    )
    return row._replace(**changes)


def told(*rows: Attempt) -> Flags:
    """Flags that heard `rows`."""
    flags = Flags(ground(COURSE))
    flags.hear_all(rows)
    return flags


def said(hub_seq: int, flag: Flag, says: str) -> Event:
    """The row by which a teacher answers `flag`."""
    facts = {"learner": flag.learner, "code": flag.code, "skill": flag.skill, "says": says}
    return event(hub_seq, CLASS, "flag", facts, 1, NOON)


def codes(flags: Flags, now: Now | None = None) -> set[str]:
    """What is in force of the one learner."""
    return {flag.code for flag in flags.of(ONE, now)}


def flag_of(flags: Flags, code: str, now: Now | None = None) -> Flag:
    """The flag of this code; fails where it is not in force."""
    return next(flag for flag in flags.of(ONE, now) if flag.code == code)


@lru_cache(maxsize=1)
def small_class() -> Taught:
    """Eight children over eight days."""
    return taught(GROWTH, 7, size=8, days=8)


def test_ten_questions_without_three_right_in_a_row_are_spinning_wheels() -> None:
    rows = [answer(seq, is_right=seq % 3 == 0) for seq in range(1, 10)]
    assert "wheel_spinning" not in codes(told(*rows))
    flags = told(*rows, answer(10))
    assert flag_of(flags, "wheel_spinning").since == 10
    assert flag_of(flags, "wheel_spinning").rows == tuple(range(1, 11))


def test_five_lost_questions_foresee_that_the_skill_will_not_come() -> None:
    flags = told(*[answer(seq) for seq in range(1, 6)])
    assert flag_of(flags, "stuck_soon").skill == skill_id(skill_of(ITEM))


def test_three_right_answers_in_a_row_end_every_forecast() -> None:
    rows = [answer(seq) for seq in range(1, 6)]
    rows += [answer(seq, is_right=True) for seq in range(6, 9)]
    assert not codes(told(*rows)) & {"stuck_soon", "wheel_spinning"}


def test_a_mastered_skill_that_goes_wrong_again_is_being_forgotten() -> None:
    rows = [answer(seq, is_right=True) for seq in range(1, 4)]
    assert "forgetting" not in codes(told(*rows, answer(4)))
    assert "forgetting" in codes(told(*rows, answer(4), answer(5)))


def test_one_wrong_rule_in_three_questions_is_a_misconception() -> None:
    rows = [answer(seq, misconception="borrow") for seq in range(1, 4)]
    found = flag_of(told(*rows), "misconception")
    assert found.numbers["rule"] == "borrow"
    assert found.clears == Clears("right", 1)


def test_answers_too_quick_to_be_thought_about_are_guesses() -> None:
    calm = [answer(seq, is_right=seq % 2 == 0, ms=14_000) for seq in range(1, 300)]
    quick = [answer(seq, ms=900) for seq in range(300, 306)]
    found = flag_of(told(*calm, *quick), "rapid_guessing")
    assert found.numbers["limit_from"] == "item"
    assert found.numbers["limit_s"] == pytest.approx(1.4)


def test_who_is_out_of_rules_of_time_never_guesses_or_idles() -> None:
    quick = [answer(seq, ms=500) for seq in range(1, 9)]
    untimed = Now(is_timed=False, idle_s=900.0)
    assert {"rapid_guessing", "gaming"} <= codes(told(*quick))
    assert not codes(told(*quick), untimed) & {"rapid_guessing", "gaming", "idle"}


def test_a_missing_skill_before_is_told_with_its_mastery() -> None:
    skill = next(one for one, before in enumerate(COURSE.told) if before)
    before = skill_id(COURSE.told[skill][0])
    rows = [answer(seq, item=skill * 10) for seq in (1, 2, 3)]
    found = flag_of(told(*rows), "prerequisite", Now(mastery={before: 0.2}))
    assert (found.numbers["before"], found.skill) == (before, skill_id(skill))
    assert "prerequisite" not in codes(told(*rows), Now(mastery={before: 0.97}))


def test_hints_fetched_to_the_bottom_are_told_as_such() -> None:
    rows = [answer(seq, is_right=True, hints=3, ms=2_000) for seq in range(1, 6)]
    assert {"hint_abuse", "gaming"} <= codes(told(*rows))


def test_eleven_of_twelve_alone_are_ready_for_more() -> None:
    rows = [answer(seq, is_right=seq != 4) for seq in range(1, 13)]
    assert flag_of(told(*rows), "ready").clears == Clears("wrong", 1)


def test_a_raised_hand_comes_before_struggle_and_struggle_before_idleness() -> None:
    stuck = told(*[answer(seq) for seq in range(1, 12)])
    calm = told(answer(1, is_right=True))
    assert stuck.need(ONE).score > calm.need(ONE, Now(idle_s=3600.0)).score
    assert calm.need(ONE, Now(hand_up=2)).score > stuck.need(ONE).score
    found = stuck.need(ONE)
    assert found.score == sum(part.value for part in found.parts)
    assert found.top in stuck.of(ONE)


def test_a_flag_said_to_be_wrong_stays_away_until_it_comes_anew() -> None:
    flags = told(*[answer(seq) for seq in range(1, 11)])
    spinning = flag_of(flags, "wheel_spinning")
    flags.hear(said(11, spinning, "wrong"))
    assert "wheel_spinning" not in codes(flags)
    assert "wrong" in {flag.said for flag in flags.all_of(ONE)}
    undo = event(12, CLASS, "undo", {"of": 11}, 1, NOON)
    flags.hear(undo)
    assert "wheel_spinning" in codes(flags)


def test_a_flag_put_off_comes_back_after_ten_answers() -> None:
    flags = told(*[answer(seq) for seq in range(1, 11)])
    flags.hear(said(11, flag_of(flags, "wheel_spinning"), "not_now"))
    flags.hear_all([answer(seq) for seq in range(12, 21)])
    assert "wheel_spinning" not in codes(flags)
    flags.hear(answer(21))
    assert "wheel_spinning" in codes(flags)


def test_a_handled_flag_needs_new_evidence() -> None:
    flags = told(*[answer(seq) for seq in range(1, 6)])
    flags.hear(said(6, flag_of(flags, "stuck_soon"), "handled"))
    flags.hear(answer(7))
    assert "stuck_soon" not in codes(flags)
    flags.hear_all([answer(seq) for seq in range(8, 13)])
    assert min(flag_of(flags, "stuck_soon").rows) > 6


def test_scores_are_the_sums_of_their_parts_over_a_class() -> None:
    every = [flag for flags in _looks(small_class()) for flag in flags]
    assert len(every) > 50
    assert all(flag.score == sum(part.value for part in flag.parts) for flag in every)
    assert all(flag.score >= 0.0 for flag in every)


def test_what_is_said_to_clear_a_flag_clears_it() -> None:
    """The answers go as rows of the log into flags of their own."""
    tried = 0
    rows = [attempt(seq, one.shown) for seq, one in enumerate(small_class().told, 1)]
    flags = _flags([])
    for end in range(0, len(rows), STRIDE):
        flags.hear_all(rows[end : end + STRIDE])
        for learner in (0, 5):
            for flag in flags.of(learner):
                assert flag.clears is not None, flag
                for fewer in (1, 0):
                    after = _copy(flags)
                    after.hear_all(_answers(flag, after, flag.clears.count - fewer))
                    is_left = flag.code in {
                        one.code for one in after.of(learner) if one.skill == flag.skill
                    }
                    assert is_left == bool(fewer), flag
                tried += 1
    assert tried >= 5


def test_a_hub_that_starts_again_says_the_same() -> None:
    rows = [attempt(seq * 3, one.shown) for seq, one in enumerate(small_class().told, 1)]
    flags = _flags(rows)
    again = _flags([row for row in rows if row.hub_seq > rows[-1].hub_seq - READ])
    assert [flags.of(one) for one in range(8)] == [again.of(one) for one in range(8)]
    assert rows[-1].hub_seq > BLOCKS


def test_old_rows_count_no_longer() -> None:
    flags = told(*[answer(seq) for seq in range(1, 12)])
    flags.hear(answer(12 + SPAN, learner=2))
    assert not flags.of(ONE)


def test_hostile_answers_and_unknown_items_break_nothing() -> None:
    flags = told(answer(1, answer="\0=cmd|' /C calc'!A0<script>" * 99), answer(2, p=1.0))
    flags.hear(answer(3)._replace(is_right=None, judged="unreadable"))
    flags.hear(answer(4, ms=-5, hints=10**9, step=-1, tries=0, p=None))
    assert flags.of(ONE) is not None
    assert flags.of(999) == []
    assert flags.need(999).score == 0.0


BLOCKS, STRIDE = 2_000, 900


def _looks(class_: Taught) -> list[list[Flag]]:
    """Each child's flags at every hundredth row."""
    return [
        now.flags.of(learner)
        for now, row, _ in heard(class_)
        if row.hub_seq % 100 == 0
        for learner in range(8)
    ]


def _flags(rows: list[Attempt]) -> Flags:
    flags = Flags(ground(small_class().course))
    flags.hear_all(rows)
    return flags


def _copy(flags: Flags) -> Flags:
    """Flags of their own that have heard the same."""
    found = Flags(flags.ground)
    rows = [attempt(seq, one.shown) for seq, one in enumerate(small_class().told, 1)]
    found.hear_all(rows[: flags.hub_seq])
    return found


def _answers(flag: Flag, flags: Flags, count: int) -> list[Attempt]:
    """So many answers of the kind that clears `flag`, as rows of the log."""
    assert flag.clears is not None
    skill = int(flag.skill[1:]) if flag.skill else 0
    return [
        answer(
            flags.hub_seq + number,
            is_right=flag.clears.kind == "right",
            learner=flag.learner,
            item=skill * 10 + 1,
            answer=f"supposed {number}",
        )
        for number in range(1, count + 1)
    ]
