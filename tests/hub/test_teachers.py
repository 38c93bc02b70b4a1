"""Who may teach: codes, passwords, invitations, roles, removal and its undo, wrong tries."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.errors import NotAllowed, RosterError, StoreError
from hub.roster.people import CODE_ALPHABET
from hub.roster.roles import DUTIES, ROLES, may
from hub.roster.teacher import LONGEST_NAME
from hub.roster.teacher_door import (
    INVITATION_S,
    SHORTEST_PASSWORD,
    From,
    TeacherDoor,
)
from hub.store.database import open_writing
from hub.store.migrations import MIGRATIONS, migrate
from tests.hub.staff import PASSWORD, PHONE, School, first_head, joined


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path / "mangotree.db")


@pytest.fixture
def door(school: School) -> Iterator[TeacherDoor]:
    with school.running() as opened:
        yield opened


def test_a_code_lets_one_teacher_in_once(door: TeacherDoor) -> None:
    code = door.new_one_time_code()
    assert set(code) <= set(CODE_ALPHABET)
    opened = door.open(f" {code[:4].lower()} {code[4:]}", PHONE)
    assert opened.invited is None
    assert door.enter(opened, "Rehema", PASSWORD).role == "head"
    with pytest.raises(NotAllowed):
        door.open(code, PHONE)
    with pytest.raises(RosterError, match="used a moment ago"):
        door.enter(opened, "Somebody", PASSWORD)
    assert [one.name for one in door.teachers.all] == ["Rehema"]


def test_a_new_code_makes_the_one_before_void(door: TeacherDoor) -> None:
    old, new = door.new_one_time_code(), door.new_one_time_code()
    with pytest.raises(NotAllowed):
        door.open(old, PHONE)
    door.open(new, PHONE)


def test_a_code_is_not_used_up_by_a_password_that_cannot_be(door: TeacherDoor) -> None:
    code = door.new_one_time_code()
    opened = door.open(code, PHONE)
    for name, password in (("Rehema", "short"), ("", PASSWORD), ("Rehema Ali", "rehema ali")):
        with pytest.raises(RosterError):
            door.enter(opened, name, password)
    assert door.enter(door.open(code, PHONE), "Rehema", PASSWORD).name == "Rehema"


def test_of_two_who_enter_one_code_at_once_one_comes_in(door: TeacherDoor) -> None:
    opened, gate = door.open(door.new_one_time_code(), PHONE), threading.Barrier(2)

    def enter(name: str) -> bool:
        gate.wait()
        try:
            return bool(door.enter(opened, name, PASSWORD))
        except RosterError:
            return False

    with ThreadPoolExecutor(2) as phones:
        assert sorted(phones.map(enter, ["one", "two"])) == [False, True]
    assert len(door.teachers.heads) == 1


def test_a_password_is_the_teachers_own(door: TeacherDoor) -> None:
    head = first_head(door)
    assert door.sign_in("  rehEMA ", PASSWORD, PHONE) == head
    assert door.sign_in("", PASSWORD, PHONE) == head
    for wrong in ("", PASSWORD.upper(), PASSWORD + " "):
        with pytest.raises(NotAllowed, match="do not belong together"):
            door.sign_in("Rehema", wrong, PHONE)
    other = joined(door, "Baraka", "teacher", (1,), by=head)
    assert door.sign_in("Baraka", PASSWORD + "Baraka", PHONE) == other
    for name, password in (("Baraka", PASSWORD), ("", PASSWORD), ("Nobody", PASSWORD)):
        with pytest.raises(NotAllowed, match="do not belong together"):
            door.sign_in(name, password, From("10.0.0.8"))


def test_passwords_and_codes_are_kept_as_slow_hashes_only(
    school: School, door: TeacherDoor
) -> None:
    code = door.new_one_time_code()
    head = first_head(door)
    assert door.teachers.password_hash(head.id).startswith("$argon2id$v=19$m=12288,t=3,p=1$")
    kept = b"".join(one.read_bytes() for one in school.path.parent.iterdir())
    assert code.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_a_password_that_cannot_be_is_refused_and_the_old_one_stays(door: TeacherDoor) -> None:
    head = first_head(door)
    for bad in ("m" * (SHORTEST_PASSWORD - 1), "m" * 201):
        with pytest.raises(RosterError, match="A password"):
            door.change_password(head, PASSWORD, bad, PHONE)
    with pytest.raises(NotAllowed, match="not your password until now"):
        door.change_password(head, "guess guess", "a new password", PHONE)
    assert door.sign_in("", PASSWORD, PHONE) == head
    door.change_password(head, PASSWORD, "a new password", PHONE)
    assert door.sign_in("", "a new password", PHONE).id == head.id


def test_who_is_invited_comes_in_by_a_code_of_ten_minutes(
    school: School, door: TeacherDoor
) -> None:
    head = first_head(door)
    invited = door.teachers.add("Baraka", "teacher", [1], by=head.id)
    late = door.invite(invited)
    assert door.left_s(late) == INVITATION_S
    school.later(INVITATION_S + 1)
    assert door.invitation(invited.id) is None
    with pytest.raises(NotAllowed):
        door.open(late.code, PHONE)
    again = door.invite(invited)
    opened = door.open(again.code, PHONE)
    assert opened.invited == invited
    entered = door.enter(opened, "Baraka Juma", PASSWORD)
    assert (entered.name, entered.role, set(entered.classes)) == ("Baraka Juma", "teacher", {1})
    with pytest.raises(NotAllowed):
        door.open(again.code, From("10.0.0.9"))
    with pytest.raises(RosterError, match="has not been in yet"):
        door.invite(entered)


def test_an_invitation_that_is_taken_back_opens_nothing(door: TeacherDoor) -> None:
    head = first_head(door)
    invited = door.teachers.add("Baraka", "teacher", [1], by=head.id)
    first = door.open(door.invite(invited).code, PHONE)
    door.revoke(invited.id)
    with pytest.raises(RosterError, match="used or taken back"):
        door.enter(first, "Baraka", PASSWORD)
    second = door.invite(invited)
    door.remove(invited.id, by=head.id)
    with pytest.raises(NotAllowed):
        door.open(second.code, PHONE)


def test_no_disk_ever_holds_an_invitation(school: School, door: TeacherDoor) -> None:
    head = first_head(door)
    made = door.invite(door.teachers.add("Baraka", "teacher", [1], by=head.id))
    kept = b"".join(one.read_bytes() for one in school.path.parent.iterdir())
    assert made.code.encode() not in kept


def test_one_head_always_stays(door: TeacherDoor) -> None:
    head = first_head(door)
    with pytest.raises(RosterError, match="One head teacher has to stay"):
        door.remove(head.id, by=head.id)
    with pytest.raises(RosterError, match="One head teacher has to stay"):
        door.teachers.change(head.id, "teacher", [1], by=head.id)
    door.teachers.add("Not here yet", "head", [], by=head.id)
    with pytest.raises(RosterError, match="One head teacher has to stay"):
        door.remove(head.id, by=head.id)
    joined(door, "Amina", "head", by=head)
    door.remove(head.id, by=head.id)
    assert [one.name for one in door.teachers.heads] == ["Amina"]


def test_a_removed_teacher_is_out_at_once_and_back_by_undo(door: TeacherDoor) -> None:
    head = first_head(door)
    other = joined(door, "Baraka", "teacher", (1, 2), by=head)
    token = door.sessions.begin(other.id)
    door.remove(other.id, by=head.id)
    assert door.sessions.teacher_of(token) is None
    with pytest.raises(NotAllowed):
        door.sign_in("Baraka", PASSWORD + "Baraka", From("10.0.0.8"))
    deed = door.teachers.undoable(other.id)
    assert deed is not None
    assert door.teachers.undo(deed.id, by=head.id) == other
    assert door.sign_in("Baraka", PASSWORD + "Baraka", From("10.0.0.9")) == other
    with pytest.raises(RosterError, match="taken back already"):
        door.teachers.undo(deed.id, by=head.id)


def test_a_change_of_role_is_taken_back_to_what_was_before(door: TeacherDoor) -> None:
    head = first_head(door)
    other = joined(door, "Baraka", "teacher", (1,), by=head)
    door.teachers.change(other.id, "technician", [1, 2], by=head.id)
    assert door.teachers.of(other.id).classes == frozenset()
    deed = door.teachers.undoable(other.id)
    assert deed is not None
    assert (deed.by, deed.kind, deed.before["role"]) == (head.id, "changed", "teacher")
    assert door.teachers.undo(deed.id, by=head.id) == other


def test_a_name_belongs_to_one_teacher(door: TeacherDoor) -> None:
    head = first_head(door, "Rehema")
    for taken in ("rehema", " REHEMA ", "\uff32\uff45hema"):
        with pytest.raises(RosterError, match="has this name"):
            door.teachers.add(taken, "teacher", [], by=head.id)
    for none in ("", "  ", "x" * (LONGEST_NAME + 1), "a\0b", "a\u202eb", "a\u200bb"):
        with pytest.raises(RosterError, match="Write a name"):
            door.teachers.add(none, "teacher", [], by=head.id)
    with pytest.raises(RosterError, match="no such role"):
        door.teachers.add("Baraka", "king", [], by=head.id)
    with pytest.raises(RosterError, match="no such teacher"):
        door.teachers.change(99, "teacher", [], by=head.id)


def test_by_the_hubs_screen_a_head_comes_in_again_and_the_others_are_told(
    door: TeacherDoor,
) -> None:
    head = first_head(door)
    other = joined(door, "Baraka", "teacher", (1,), by=head)
    token = door.sessions.begin(head.id)
    opened = door.open(door.new_one_time_code(), PHONE)
    back = door.enter(opened, "", "a newer password", head=head.id)
    assert back.id == head.id
    assert door.sessions.teacher_of(token) is None
    assert door.sign_in("Rehema", "a newer password", PHONE).id == head.id
    assert [one.about for one in door.teachers.news(other.id)] == [head.id]
    assert door.teachers.news(head.id) == []
    door.teachers.tell(other.id, door.teachers.news(other.id)[0].id)
    assert door.teachers.news(other.id) == []


def test_by_the_hubs_screen_nobody_takes_the_place_of_who_is_no_head(door: TeacherDoor) -> None:
    head = first_head(door)
    other = joined(door, "Baraka", "teacher", (1,), by=head)
    opened = door.open(door.new_one_time_code(), PHONE)
    for whose in (other.id, 99):
        with pytest.raises(RosterError, match="no such"):
            door.enter(opened, "", PASSWORD, head=whose)
    added = door.enter(opened, "Newcomer", PASSWORD)
    assert [one.name for one in door.teachers.heads] == ["Rehema", "Newcomer"]
    assert [one.about for one in door.teachers.news(head.id)] == [added.id]


def test_all_is_as_it_was_after_a_restart(school: School) -> None:
    with school.running() as door:
        head = first_head(door)
        other = joined(door, "Baraka", "assistant", (1, 2), by=head)
        door.teachers.set_language(other.id, "sw")
        door.remove(other.id, by=head.id)
        teachers = [door.teachers.of(one) for one in (head.id, other.id)]
        deeds = door.teachers.deeds
    with school.running() as door:
        assert [door.teachers.of(one) for one in (head.id, other.id)] == teachers
        assert door.teachers.deeds == deeds
        assert [one.kind for one in deeds] == ["removed", "joined", "invited", "first"]
        assert {one.by for one in deeds} == {head.id, other.id, 0}


def test_a_hub_with_one_password_has_its_first_head_after_the_upgrade(school: School) -> None:
    with school.running() as door:
        kept = door.teachers.password_hash(first_head(door).id)
    school.path.unlink()
    before = [step for step in MIGRATIONS if step[0] < "0010_teachers"]
    database = open_writing(school.path)
    migrate(database, before)
    database.conn.execute("INSERT INTO secrets VALUES ('teacher_password', ?)", (kept,))
    database.conn.close()
    with school.running() as door:
        found = door.sign_in("", PASSWORD, PHONE)
        assert (found.role, found.may("people"), found.reaches(2)) == ("head", True, True)
        assert door.teachers.heads == [found]


def test_a_change_that_cannot_be_written_down_is_no_change(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with school.running() as door:
        head = first_head(door)
        other = joined(door, "Baraka", "teacher", (1,), by=head)
        token = door.sessions.begin(other.id)
        code = door.new_one_time_code()
        opened = door.open(code, PHONE)
        with monkeypatch.context() as patch:
            patch.setattr("hub.roster.staff_deeds.insert", refuse)
            with pytest.raises(StoreError):
                door.remove(other.id, by=head.id)
            with pytest.raises(StoreError):
                door.enter(opened, "Newcomer", PASSWORD)
            with pytest.raises(StoreError):
                door.teachers.change(other.id, "assistant", [2], by=head.id)
        assert door.sessions.teacher_of(token) == other.id
        before = door.teachers.all, door.teachers.deeds
    with school.running(is_clean=False) as door:
        assert (door.teachers.all, door.teachers.deeds) == before
        assert door.sessions.teacher_of(token) == other.id
        assert door.open(code, PHONE).invited is None


def test_each_role_may_what_the_table_says() -> None:
    allowed = {role: [duty for duty in DUTIES if may(role, duty)] for role in ROLES}
    assert allowed == {
        "head": [*DUTIES],
        "teacher": ["watch", "help", "decide", "roster", "hub", "account"],
        "assistant": ["watch", "help", "account"],
        "technician": ["hub", "account"],
    }


def test_a_teacher_reaches_their_own_classes_only(door: TeacherDoor) -> None:
    head = first_head(door)
    mine = joined(door, "Baraka", "teacher", (2,), by=head)
    assert [mine.may_in("decide", one) for one in (1, 2, 3)] == [False, True, False]
    assert [head.may_in("decide", one) for one in (1, 2, 3)] == [True] * 3
