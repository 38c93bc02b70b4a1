"""A tap that comes twice: what was done is done once, and can still be taken back."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub.app import Hub
from tests.hub.evening import NAMES, Open, Phone, add_class, openings, wait_for, words

CLASS_PAGE = "/teacher/first/class"
NAME_PAGE = "/teacher/class/1/name"
IS_TAKEN = "There is a class called Class 5 already. Choose another name."


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    with openings(monkeypatch) as start:
        yield start


@pytest.fixture
def phone(opened: Open, tmp_path: Path) -> Phone:
    """A phone of a hub with one class of three."""
    made = opened(tmp_path / "home")
    add_class(made, "Darasa la 4")
    made.hand_in(NAMES)
    made.say_yes()
    return made


def rows(hub: Hub, select: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(hub.home.database)) as database:
        return database.execute(select).fetchall()


def add_unseen(hub: Hub, name: str) -> None:
    """A class that another tap has just written, and that the hub's memory does not have."""
    insert = "INSERT INTO classes (name, pack, join_code) VALUES (?, 1, 'UNSEEN')"
    hub.writer.call(lambda database: database.conn.execute(insert, (name,)))


def test_a_class_renamed_twice_to_the_same_gets_its_former_name_back(phone: Phone) -> None:
    for _ in range(2):
        page = phone.post(NAME_PAGE, at=NAME_PAGE, name="Darasa la 5")
    assert "Before, it was called Darasa la 4." in words(page)


def test_a_learner_renamed_twice_to_the_same_gets_the_former_name_back(phone: Phone) -> None:
    for _ in range(2):
        page = phone.change(1, does="rename", name="Amina Said")
        assert "Amina Said has this name now." in words(page)
    assert rows(phone.hub, "SELECT before, after FROM learner_changes") == [
        ("Amina Juma", "Amina Said")
    ]
    phone.undo()
    assert phone.here()[0] == "Amina Juma"


def test_the_name_that_a_learner_has_is_no_deed_to_take_back(phone: Phone) -> None:
    page = phone.change(1, does="rename", name="Amina Juma")
    assert page.status_code == 200
    assert "has this name now" not in words(page)
    assert rows(phone.hub, "SELECT * FROM learner_changes") == []


def test_a_class_is_not_added_under_a_name_that_was_given_meanwhile(phone: Phone) -> None:
    add_unseen(phone.hub, "Class 5")
    page = phone.post(CLASS_PAGE, at=CLASS_PAGE, name=" CLASS  5", pack=1)
    assert page.status_code == 400
    assert IS_TAKEN.replace("Class 5", "CLASS 5") in words(page)
    assert rows(phone.hub, "SELECT name FROM classes") == [("Darasa la 4",), ("Class 5",)]


def test_a_class_is_not_renamed_to_a_name_that_was_given_meanwhile(phone: Phone) -> None:
    add_unseen(phone.hub, "Class 5")
    page = phone.post(NAME_PAGE, at=NAME_PAGE, name="Class 5")
    assert page.status_code == 400
    assert IS_TAKEN in words(page)
    assert rows(phone.hub, "SELECT name FROM classes WHERE id = 1") == [("Darasa la 4",)]


def test_a_new_class_shows_once_its_room_is_ready(phone: Phone) -> None:
    adding = threading.Thread(target=add_class, args=(phone, "Class 5"))
    with phone.hub.classroom.lock:
        adding.start()
        # The class is on the disk; its room has to wait for the lock.
        wait_for(lambda: len(rows(phone.hub, "SELECT id FROM classes")) == 2)
        assert phone.get("/teacher/?class=2").status_code == 404
    adding.join()
    assert phone.get("/teacher/?class=2").status_code == 200
