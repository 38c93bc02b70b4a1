"""What a teacher changes about learners and classes later, by plain forms, and takes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.errors import RosterError
from hub.insight.words.teacher.refusals import understood
from hub.roster.changing import Changing
from tests.hub.evening import NAMES, Open, Phone, add_class, hidden, openings, words
from tests.hub.forms import teacher


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    with openings(monkeypatch) as start:
        yield start


@pytest.fixture
def phone(opened: Open, tmp_path: Path) -> Phone:
    return opened(tmp_path / "home")


@pytest.fixture
def at_class(phone: Phone) -> Phone:
    """A phone of a hub with one empty class, which works with a small pack."""
    add_class(phone, "Darasa la 4")
    return phone


def test_a_learner_is_renamed_moved_archived_and_brought_back(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    add_class(at_class, "Class 5")
    assert "Amina Said has this name now." in words(
        at_class.change(1, does="rename", name=" Amina  Said ")
    )
    at_class.undo()
    assert at_class.here()[0] == "Amina Juma"
    at_class.change(2, does="move", **{"class": "2"})
    assert (at_class.here(1), at_class.here(2)) == (
        ["Amina Juma", "محمد علي"],
        ["Neema Otieno"],
    )
    at_class.undo(class_id=2)
    assert at_class.here(2) == []
    at_class.change(3, does="archive")
    assert at_class.here() == ["Amina Juma", "Neema Otieno"]
    assert at_class.hub.classroom.rooms[1].away == {3}
    at_class.change(3, does="back")
    assert at_class.here() == ["Amina Juma", "Neema Otieno", "محمد علي"]
    at_class.undo()
    assert at_class.here() == ["Amina Juma", "Neema Otieno"]


def test_what_others_change_later_keeps_no_change_from_being_taken_back(
    at_class: Phone,
) -> None:
    add_class(at_class, "Class 5")
    at_class.hand_in(NAMES)
    at_class.say_yes()
    at_class.change(1, does="rename", name="Amina Said")
    at_class.hand_in("Zawadi\nKito", class_id=2)
    at_class.say_yes(class_id=2)
    # A list of another class came since: the name goes back, and then the list before it.
    at_class.undo()
    assert at_class.here() == ["Amina Juma", "Neema Otieno", "محمد علي"]
    at_class.undo()
    assert (at_class.here(1), at_class.here(2)) == ([], ["Zawadi", "Kito"])


def test_the_page_after_a_move_confirms_that_move_and_takes_it_back(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    add_class(at_class, "Class 5")
    page = at_class.change(2, does="move", **{"class": "2"})
    assert "Neema Otieno is in another class now." in words(page)
    assert hidden(page.get_data(as_text=True), "number") == "change-1"
    undo(at_class, "change-1")
    assert at_class.here(1) == ["Amina Juma", "Neema Otieno", "محمد علي"]
    assert at_class.here(2) == []


def test_a_class_offers_the_move_out_of_it_before_the_list_that_came_earlier(
    at_class: Phone,
) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    add_class(at_class, "Class 5")
    at_class.change(2, does="move", **{"class": "2"})
    for class_id in (1, 2):
        page = at_class.get(f"/teacher/first/{class_id}/learners").get_data(as_text=True)
        assert hidden(page, "number") == "change-1"


def test_a_button_takes_back_its_own_deed_whatever_came_since(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    at_class.change(1, does="rename", name="Amina Said")
    at_class.change(3, does="archive")
    undo(at_class, "change-1")
    assert at_class.here() == ["Amina Juma", "Neema Otieno"]
    for done_or_none in ("change-1", "change-9", "list-9", "change-" + "9" * 20, "list", ""):
        assert undo(at_class, done_or_none).status_code == 400
    assert at_class.here() == ["Amina Juma", "Neema Otieno"]


def test_a_list_that_changed_nothing_confirms_nothing(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    assert "3 learners have come in." in words(at_class.say_yes())
    at_class.hand_in(NAMES)
    page = at_class.say_yes()
    assert "How do the children sign in?" in words(page)
    assert 'name="number"' not in page.get_data(as_text=True)


def test_a_list_is_not_taken_back_under_what_was_said_of_a_learner_since(
    at_class: Phone,
) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    add_class(at_class, "Class 5")
    for learner, fields, sentence in (
        (1, {"does": "rename", "name": "Amina Said"}, "Amina Said got another name"),
        (2, {"does": "move", "class": "2"}, "Neema Otieno moved to another class"),
        (3, {"does": "archive"}, "محمد علي left the class"),
        (3, {"does": "back"}, "محمد علي came back"),
    ):
        at_class.change(learner, **fields)
        before = at_class.hub.people.learners
        where = "Class 5" if learner == 2 else "Darasa la 4"
        with pytest.raises(RosterError) as refused:
            at_class.hub.enrolling.undo(1)
        assert str(refused.value) == (
            f"{sentence} after this list came. Take that back first, on the page of the class "
            f"{where}."
        )
        assert understood(str(refused.value)) is not None
        at_class.hub.people.load()
        assert at_class.hub.people.learners == before
    answer = undo(at_class, "list-1")
    assert answer.status_code == 400
    assert "محمد علي came back after this list came." in words(answer)


def test_a_list_is_taken_back_once_what_was_said_since_is(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    at_class.change(1, does="rename", name="Amina Said")
    at_class.change(3, does="archive")
    at_class.change(3, does="back")
    for _ in range(3):
        assert len(at_class.here()) >= 2
        at_class.undo()
    assert at_class.here() == ["Amina Juma", "Neema Otieno", "محمد علي"]
    at_class.undo()
    assert at_class.here() == []


def test_the_pages_of_a_learner_who_is_gone_are_missing(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    at_class.undo()
    at = "/teacher/first/1/learners"
    assert at_class.get("/teacher/learner/1").status_code == 404
    assert at_class.get("/teacher/learner/1/word").status_code == 404
    for path, fields in (
        ("/teacher/learner/1/change", {"does": "rename", "name": "Nobody"}),
        ("/teacher/learner/1/override", {"action": "pin", "skill": "0"}),
        ("/teacher/learner/1/code", {}),
    ):
        assert at_class.post(path, at=at, **fields).status_code == 404


def test_a_later_word_stands_when_an_earlier_one_is_taken_back(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    change = Changing(at_class.hub.people, at_class.hub.writer, at_class.hub.teaching.catch_up)
    first = change.rename(1, "Amina Said")
    change.rename(1, "Amina Komba")
    change.undo(first)
    assert at_class.here()[0] == "Amina Komba"
    with pytest.raises(RosterError, match="taken back already"):
        change.undo(first)


def test_a_change_that_cannot_be_is_told_and_not_made(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    before = at_class.hub.people.learners
    for told, fields in (
        ("hidden sign", {"does": "rename", "name": "\u202eanimA"}),
        ("The name is missing.", {"does": "rename", "name": " "}),
        ("The learner is in this class already.", {"does": "move", "class": "1"}),
        ("There is no such class on this hub.", {"does": "move", "class": "9"}),
        ("The learner is here already.", {"does": "back"}),
        ("There is nothing like that to do.", {"does": "dance"}),
    ):
        answer = at_class.change(1, **fields)
        assert told in words(answer)
        assert answer.status_code in (400, 404)
        assert at_class.hub.people.learners == before


def test_a_class_is_renamed_and_gets_its_name_back(at_class: Phone) -> None:
    at = "/teacher/class/1/name"
    page = at_class.post(at, at=at, name="Darasa la 5")
    assert "Before, it was called Darasa la 4." in words(page)
    at_class.post(at, at=at, name="Darasa la 4")
    assert at_class.hub.people.classes[1].name == "Darasa la 4"


def test_no_two_classes_have_the_same_name(at_class: Phone) -> None:
    at = "/teacher/first/class"
    page = at_class.post(at, at=at, name="DARASA  LA 4", pack=0)
    assert "There is a class called DARASA LA 4 already." in words(page)
    assert len(at_class.hub.people.classes) == 1


def test_a_teacher_of_one_class_takes_nobody_out_of_another(at_class: Phone) -> None:
    hub = at_class.hub
    hub.teaching.add_class("Class 5", (1, hub.classroom.rooms[1].pack), [])
    mine = Phone(hub, teacher(at_class.client.application, hub, "teacher", [2]))
    at_class.hand_in_file("a.csv", b"Name,Id\nAmina,a1\n")
    at_class.say_yes()
    page = mine.hand_in_file("b.csv", b"Name,Id\nAmina,a1\n", class_id=2)
    assert "This list is about classes that are not yours." in words(page)
    assert mine.here(1) == ["Amina"]
    assert mine.get("/teacher/first/1/learners").status_code == 404
    assert mine.get("/teacher/first/school").status_code == 403
    at_class.change(1, does="move", **{"class": "2"})
    assert 'name="number"' not in mine.get("/teacher/first/2/learners").get_data(as_text=True)


def undo(phone: Phone, number: str) -> TestResponse:
    """A tap on the button that takes back what `number` names, on a page open since."""
    at = "/teacher/first/1/learners"
    return phone.post("/teacher/first/1/undo", at=at, number=number)
