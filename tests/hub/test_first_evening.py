"""The first evening by plain forms: from an empty hub to a class that is ready."""

from __future__ import annotations

import html
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.roster import drafts
from hub.roster.lists.plan import Plan
from hub.web.teacher import lists
from tests.hub.evening import NAMES, Open, Phone, add_class, hidden, openings, wait_for, words
from tests.hub.forms import base

HOSTILE = "<script>alert(1)</script> & \"Bobby'"


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


def test_an_empty_hub_leads_to_a_ready_class_by_forms_alone(phone: Phone) -> None:
    assert "Which language" in words(phone.get("/teacher/"))
    at = "/teacher/first/language"
    page = phone.post(
        "/teacher/language", at=at, tongue="en", **{"from": "/teacher/first/class"}
    )
    assert "What is your class called?" in words(page)
    page = phone.post(
        "/teacher/first/class", at="/teacher/first/class", name=" Class  4 ", pack=0
    )
    assert "Who is in the class?" in words(page)
    page = phone.hand_in(NAMES)
    assert "3 new learners come in" in words(page)
    assert phone.here() == []
    page = phone.say_yes()
    assert "3 learners have come in." in words(page)
    assert phone.here() == ["Amina Juma", "Neema Otieno", "محمد علي"]
    at = "/teacher/first/1/sign-in"
    page = phone.post(at, at=at, style="pictures")
    assert "What is practice for?" in words(page)
    at = "/teacher/first/1/goal"
    page = phone.post(at, at=at, goal="support")
    assert phone.hub.people.classes[1].join_code in words(page)
    phone.hub.devices.pair(1, "Tablet")
    assert "1 tablet has joined" in words(phone.get("/teacher/first/1/tablets"))
    at = "/teacher/first/1/cards"
    assert phone.post(at, at=at).get_data().count(b"printed-card") == 3
    assert "Class 4 is ready" in words(phone.get("/teacher/first"))
    assert phone.hub.people.classes[1].sign_in == "pictures"
    assert [one.goal for one in phone.hub.teaching.overrides(1)] == ["support"]


def test_the_steps_know_where_a_closed_phone_was(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    page = words(at_class.get("/teacher/first"))
    assert "Class done Learners done Sign-in not yet" in page.replace("✓ ", "").replace(
        "○ ", ""
    )
    assert "Go on: Language" in page
    at = "/teacher/first/1/sign-in"
    at_class.post(at, at=at, style="tap")
    assert "Sign-in done" in words(at_class.get("/teacher/first"))


def test_a_list_that_waits_survives_a_cut_and_is_taken_once(
    opened: Open, tmp_path: Path
) -> None:
    phone = opened(tmp_path / "home")
    add_class(phone, "Class 4")
    phone.hand_in(NAMES)
    phone = opened(tmp_path / "home")
    assert "3 new learners come in" in words(phone.get("/teacher/first/1/learners"))
    page = phone.get("/teacher/first/1/learners").get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("draft", "digest")}
    path = "/teacher/first/1/learners"
    phone.say_yes()
    phone.post(f"{path}/take", at=path, **fields)
    assert len(phone.here()) == 3
    assert drafts.waiting(phone.hub.home.database, 1) is None


def test_a_cut_after_the_writing_leaves_a_list_of_known_learners(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    drafts.keep(at_class.hub.writer, 1, "", NAMES.encode())
    page = words(at_class.get("/teacher/first/1/learners"))
    assert "3 learners are here already" in page
    assert "Good, nothing changes" in page
    at_class.say_yes()
    assert len(at_class.here()) == 3


def test_every_fault_of_a_file_says_row_field_and_what_to_do(at_class: Phone) -> None:
    body = b"Name,Class\nAmina,Class 4\n=HYPERLINK(1),Class 4\n,Class 4\n"
    page = words(at_class.hand_in_file("class list.csv", body))
    assert "Nothing was written yet." in page
    assert "class list.csv, row 3, Name" in page
    assert (
        "class list.csv, row 4, Name The name is missing. Write it, or delete the row." in page
    )
    assert at_class.here() == []


def test_a_file_that_is_no_list_is_told_and_nothing_is_written(at_class: Phone) -> None:
    for name, body, told in (
        ("photo.jpg", b"\xff\xd8\xff\xe0", "This is a picture, not a CSV file."),
        ("set.zip", b"PK\3\4 broken", "zip"),
        ("list.csv", b"", "The file is empty."),
        ("long.csv", b"Name\n" + b"a\n" * 2_200_000, "The file is larger than 4 MB."),
    ):
        assert told in words(at_class.hand_in_file(name, body)), name
        assert at_class.here() == []


def test_only_lists_may_be_as_long_as_a_list(at_class: Phone) -> None:
    at = "/teacher/first/class"
    answer = at_class.post(at, at=at, name="x" * 300_000)
    assert answer.status_code == 413
    stranger = at_class.hub, at_class.client.application.test_client()
    sent = Phone(*stranger).client.post(
        "/teacher/first/1/learners", base_url=base(at_class.hub), data={"text": "x" * 300_000}
    )
    assert sent.status_code in (400, 413)


def test_a_hostile_name_stands_on_the_pages_as_letters(at_class: Phone) -> None:
    at_class.hand_in(HOSTILE)
    preview = at_class.get("/teacher/first/1/learners").get_data(as_text=True)
    at_class.say_yes()
    pages = [
        preview,
        at_class.get("/teacher/first/1/learners?changed=list-1").get_data(as_text=True),
    ]
    at = "/teacher/first/1/cards"
    pages.append(at_class.post(at, at=at).get_data(as_text=True))
    for page in pages:
        assert HOSTILE in html.unescape(page)
        assert "<script>alert" not in page


def test_a_changed_class_is_looked_at_again_before_the_list_comes_in(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    page = at_class.get("/teacher/first/1/learners").get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("draft", "digest")}
    at_class.hub.teaching.add_learners(1, ["Amina Juma"])
    path = "/teacher/first/1/learners"
    told = words(at_class.post(f"{path}/take", at=path, **fields))
    assert "The class has changed since this list was looked at." in told
    assert at_class.here() == ["Amina Juma"]
    assert "2 new learners come in" in words(at_class.get(path))


def test_a_list_that_was_taken_in_is_taken_back(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at_class.say_yes()
    assert len(at_class.hub.classroom.rooms[1].places) == 3
    at_class.undo()
    assert at_class.here() == []
    assert at_class.hub.classroom.rooms[1].away == {1, 2, 3}


def test_a_forgotten_list_is_gone_and_nothing_was_written(at_class: Phone) -> None:
    at_class.hand_in(NAMES)
    at = "/teacher/first/1/learners"
    page = words(at_class.post(f"{at}/drop", at=at))
    assert "Names, one a line" in page
    assert drafts.waiting(at_class.hub.home.database, 1) is None
    assert at_class.here() == []


def test_a_list_of_the_whole_school_makes_its_classes(phone: Phone) -> None:
    body = b"Name,Class,Id\nAmina,Standard 4,a1\nNeema,Standard 5,a2\nBaraka,Standard 4,a3\n"
    path = "/teacher/first/school"
    page = phone.post(path, at=path, file=(io.BytesIO(body), "school.csv"))
    assert "Into a new class, Standard 4. Into a new class, Standard 5." in words(page)
    shown = page.get_data(as_text=True)
    fields = {name: hidden(shown, name) for name in ("draft", "digest")}
    phone.post(f"{path}/take", at=path, **fields)
    assert (phone.here(1), phone.here(2)) == (["Amina", "Baraka"], ["Neema"])


def test_a_long_list_answers_at_once_and_says_how_far_it_is(
    at_class: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PATIENCE_S", 0.0)
    going_on = threading.Event()
    plan = at_class.hub.enrolling.plan

    def slow(*given: Any) -> Plan:
        assert going_on.wait(60)
        return plan(*given)

    monkeypatch.setattr(at_class.hub.enrolling, "plan", slow)
    body = "Name\n" + "".join(f"Child {chr(97 + n % 26)} {n}\n" for n in range(2_000))
    page = at_class.hand_in_file("long.csv", body.encode())
    assert 'id="again"' in page.get_data(as_text=True)
    draft = drafts.waiting(at_class.hub.home.database, 1)
    assert draft is not None
    job = at_class.client.application.extensions["mangotree-jobs"].of(("look", draft.id))
    wait_for(lambda: job.stage == 1)
    page = at_class.get("/teacher/first/1/learners")
    assert "Read 2000 rows; comparing them with the class." in words(page).replace(",", "")
    going_on.set()
    assert job.is_over(60)
    page = at_class.get("/teacher/first/1/learners")
    assert "2000 new learners come in" in words(page).replace(",", "")
    assert page.get_data().count(b"<li><bdi>") == lists.SHOWN
