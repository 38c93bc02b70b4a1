"""How long a teacher stays signed in, whatever the clocks of hub and phone say."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.roster.staff_deeds import SCREEN
from hub.roster.teacher import Teacher
from hub.roster.teacher_door import TeacherDoor
from hub.roster.teacher_sessions import IDLE_S, LONGEST_S, MOST, START_S
from tests.hub.staff import PASSWORD, PHONE, School, first_head

HOUR_S = 3600
YEARS_S = 10 * 365 * 24 * HOUR_S


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path / "mangotree.db")


def somebody(door: TeacherDoor) -> Teacher:
    """A teacher; by which password they came in does not matter here."""
    return door.teachers.add("Rehema", "head", [], by=SCREEN)


def test_a_session_ends_when_it_is_left_alone_for_half_a_day(school: School) -> None:
    with school.running() as door:
        head = somebody(door)
        token = door.sessions.begin(head.id)
        for _ in range(5):
            school.later(IDLE_S - 1)
            assert door.sessions.teacher_of(token) == head.id
        school.later(IDLE_S + 1)
        assert not door.sessions.is_open(token)
        assert door.sessions.teacher_of(token) is None


def test_looking_whether_a_session_is_open_is_not_using_it(school: School) -> None:
    with school.running() as door:
        token = door.sessions.begin(somebody(door).id)
        school.later(IDLE_S)
        assert door.sessions.is_open(token)
        school.later(1)
        assert not door.sessions.is_open(token)


def test_a_session_in_daily_use_ends_after_a_month(school: School) -> None:
    with school.running() as door:
        token = door.sessions.begin(somebody(door).id)
        for _ in range(LONGEST_S // (10 * HOUR_S)):
            school.later(10 * HOUR_S)
            assert door.sessions.teacher_of(token) is not None
        school.later(HOUR_S)
        assert door.sessions.teacher_of(token) is None


def test_a_session_survives_a_restart_of_the_hub(school: School) -> None:
    with school.running() as door:
        head = somebody(door)
        token = door.sessions.begin(head.id)
    with school.running(is_clean=False) as door:
        assert door.sessions.teacher_of(token) == head.id
    with school.running() as door:
        assert door.sessions.teacher_of(token) == head.id


def test_nothing_that_a_clock_says_ends_a_session_of_a_hub_that_runs(school: School) -> None:
    with school.running() as door:
        head = somebody(door)
        token = door.sessions.begin(head.id)
        for jump_s in (YEARS_S, -2 * YEARS_S, -3 * YEARS_S, 4 * YEARS_S):
            school.wall_s += jump_s
            school.is_trusted = school.wall_s > 1_735_689_600
            assert door.sessions.teacher_of(token) == head.id


def test_a_clock_that_starts_in_another_year_shuts_nobody_out_for_good(school: School) -> None:
    with school.running() as door:
        head = first_head(door)
        token = door.sessions.begin(head.id)
    school.wall_s += YEARS_S
    with school.running() as door:
        assert door.sessions.teacher_of(token) is None
        token = door.sessions.begin(door.sign_in("", PASSWORD, PHONE).id)
        assert door.sessions.teacher_of(token) == head.id
    for back_s in (YEARS_S, 2 * YEARS_S):
        school.wall_s -= back_s
        with school.running() as door:
            assert door.sessions.teacher_of(token) == head.id


def test_days_of_which_the_clock_can_tell_count_though_the_hub_was_off(school: School) -> None:
    with school.running() as door:
        token = door.sessions.begin(somebody(door).id)
    school.wall_s += IDLE_S + 1
    with school.running() as door:
        assert door.sessions.teacher_of(token) is None


def test_without_a_clock_short_days_do_not_keep_a_session_for_ever(school: School) -> None:
    school.is_trusted = False
    with school.running() as door:
        token = door.sessions.begin(somebody(door).id)
    for _ in range(IDLE_S // START_S - 1):
        with school.running(is_clean=False) as door:
            assert door.sessions.is_open(token)
    for _ in range(2):
        with school.running(is_clean=False) as door:
            pass
    assert not door.sessions.is_open(token)


def test_without_a_clock_the_hours_that_the_hub_ran_count(school: School) -> None:
    school.is_trusted = False
    with school.running() as door:
        token = door.sessions.begin(somebody(door).id)
    for _ in range(3):
        with school.running() as door:
            assert door.sessions.is_open(token)
            school.later(4 * HOUR_S)
    with school.running() as door:
        assert not door.sessions.is_open(token)


def test_a_phone_is_signed_out_alone_or_all_at_once(school: School) -> None:
    with school.running() as door:
        head = somebody(door)
        one, two, three = (door.sessions.begin(head.id) for _ in range(3))
        door.sessions.end(one)
        assert [door.sessions.is_open(each) for each in (one, two, three)] == [
            False, True, True,
        ]  # fmt: skip
        assert door.sessions.end_all(head.id, but=two) == 1
        assert door.sessions.count(head.id) == 1
    with school.running(is_clean=False) as door:
        assert [door.sessions.is_open(each) for each in (one, two, three)] == [
            False, True, False,
        ]  # fmt: skip


def test_a_new_password_signs_out_everywhere_else(school: School) -> None:
    with school.running() as door:
        head = first_head(door)
        token = door.sessions.begin(head.id)
        door.change_password(head, PASSWORD, "a new password", PHONE)
        assert not door.sessions.is_open(token)
    with school.running() as door:
        assert not door.sessions.is_open(token)


def test_a_teacher_has_no_more_sessions_than_phones(school: School) -> None:
    with school.running() as door:
        head = somebody(door)
        tokens = []
        for _ in range(MOST + 3):
            tokens.append(door.sessions.begin(head.id))
            school.later(1)
        assert [door.sessions.is_open(one) for one in tokens] == [False] * 3 + [True] * MOST


def test_the_disk_holds_no_token_and_strange_ones_open_nothing(school: School) -> None:
    with school.running() as door:
        token = door.sessions.begin(somebody(door).id)
        kept = b"".join(one.read_bytes() for one in school.path.parent.iterdir())
        assert token.encode() not in kept
        for strange in ("", "x", token[:-1], token + "x", "é" * 30, "\0", "0" * 9000):
            assert door.sessions.teacher_of(strange) is None
