"""Wrong tries at the teachers' door: who guesses waits, and shuts nobody else out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.errors import NotAllowed
from hub.roster.teacher_door import STRANGERS_IN_A_ROW, From, TeacherDoor
from hub.roster.tries import FIRST_PAUSE_S, IN_A_ROW
from tests.hub.staff import PASSWORD, PHONE, School, first_head


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path / "mangotree.db")


@pytest.fixture
def door(school: School) -> Iterator[TeacherDoor]:
    with school.running() as opened:
        yield opened


def guess(door: TeacherDoor, source: From = PHONE, name: str = "Rehema") -> None:
    with pytest.raises(NotAllowed) as caught:
        door.sign_in(name, "guess guess", source)
    assert caught.value.retry_s == 0


def test_after_five_wrong_tries_that_place_waits_and_no_other(
    school: School, door: TeacherDoor
) -> None:
    head = first_head(door)
    for _ in range(IN_A_ROW):
        guess(door)
    with pytest.raises(NotAllowed, match="Too many wrong tries") as caught:
        door.sign_in("Rehema", PASSWORD, PHONE)
    assert caught.value.retry_s == FIRST_PAUSE_S
    assert door.sign_in("Rehema", PASSWORD, From("10.0.0.8")) == head
    school.later(FIRST_PAUSE_S)
    assert door.sign_in("Rehema", PASSWORD, PHONE) == head


def test_wrong_tries_are_remembered_over_a_restart(school: School) -> None:
    with school.running() as door:
        first_head(door)
        for _ in range(IN_A_ROW):
            guess(door)
    with school.running() as door, pytest.raises(NotAllowed) as caught:
        door.sign_in("Rehema", PASSWORD, PHONE)
    assert caught.value.retry_s == FIRST_PAUSE_S


def test_a_guesser_with_many_addresses_waits_and_the_teachers_own_phone_does_not(
    door: TeacherDoor,
) -> None:
    head = first_head(door)
    own = From("10.0.0.7", door.mark(head))
    token = door.sessions.begin(head.id)
    for place in range(STRANGERS_IN_A_ROW):
        guess(door, From(f"10.0.1.{place}"))
    with pytest.raises(NotAllowed) as caught:
        door.sign_in("Rehema", PASSWORD, From("10.0.2.1"))
    assert caught.value.retry_s == FIRST_PAUSE_S
    assert door.sign_in("Rehema", PASSWORD, own) == head
    assert door.sessions.teacher_of(token) == head.id


def test_a_mark_is_good_for_its_teacher_and_their_present_password_only(
    door: TeacherDoor,
) -> None:
    head = first_head(door)
    mark = door.mark(head)
    assert door.known_by(mark) == head
    number, seal = mark.split(".")[1:]
    for forged in ("", "1", "1.2", "..", f"2.{number}.{seal}", f"1.x{number}.{seal}", "é.é.é",
                   "9" * 40, f"²{mark}"):  # fmt: skip
        assert door.known_by(forged) is None
    door.change_password(head, PASSWORD, "a new password", PHONE)
    assert door.known_by(mark) is None


def test_one_house_of_the_newer_addresses_counts_as_one_place(door: TeacherDoor) -> None:
    first_head(door)
    for place in range(IN_A_ROW):
        guess(door, From(f"fe80::1:{place}"))
    with pytest.raises(NotAllowed, match="Too many"):
        door.sign_in("Rehema", PASSWORD, From("fe80::2:1"))


def test_the_right_password_forgives_the_wrong_tries(door: TeacherDoor) -> None:
    head = first_head(door)
    for _ in range(3):
        for _ in range(IN_A_ROW - 1):
            guess(door)
        assert door.sign_in("Rehema", PASSWORD, PHONE) == head


def test_who_guesses_codes_waits_as_well(door: TeacherDoor) -> None:
    code = door.new_one_time_code()
    for _ in range(IN_A_ROW):
        with pytest.raises(NotAllowed, match="no code"):
            door.open("AAAAAAAA", PHONE)
    with pytest.raises(NotAllowed, match="Too many"):
        door.open(code, PHONE)
    assert door.open(code, From("10.0.0.8")).invited is None
