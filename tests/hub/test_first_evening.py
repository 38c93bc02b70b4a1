"""The first evening by plain forms: from an empty hub to a ready class, and changes later."""

from __future__ import annotations

import html
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.roster import drafts
from hub.roster.lists.plan import Plan
from hub.web.factory import create_app
from hub.web.teacher import lists
from tests.hub.conftest import local_settings
from tests.hub.forms import TOKEN, base, teacher
from tests.packs import FIRST_ARITHMETIC

NAMES = "1. Amina Juma\n2. Neema Otieno\n3. محمد علي\n"
HOSTILE = "<script>alert(1)</script> & \"Bobby'"
Open = Callable[[Path], "Phone"]


@dataclass(slots=True)
class Phone:
    """A teacher's phone without scripts."""

    hub: Hub
    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=base(self.hub), follow_redirects=True)

    def post(self, path: str, *, at: str, **fields: object) -> TestResponse:
        """Sends a form of the page `at`, its hidden fields along."""
        page = self.get(at).get_data(as_text=True)
        found = TOKEN.search(page)
        assert found is not None
        return self.client.post(
            path,
            base_url=base(self.hub),
            data={"csrf_token": found.group(1), **fields},
            follow_redirects=True,
        )

    def hand_in(self, names: str, class_id: int = 1) -> TestResponse:
        path = f"/teacher/first/{class_id}/learners"
        return self.post(path, at=path, text=names)

    def hand_in_file(self, name: str, body: bytes, class_id: int = 1) -> TestResponse:
        path = f"/teacher/first/{class_id}/learners"
        return self.post(path, at=path, text="", file=(io.BytesIO(body), name))

    def say_yes(self, class_id: int = 1) -> TestResponse:
        """Yes to what the page of the list shows."""
        path = f"/teacher/first/{class_id}/learners"
        page = self.get(path).get_data(as_text=True)
        fields = {name: hidden(page, name) for name in ("draft", "digest")}
        return self.post(f"{path}/take", at=path, **fields)

    def change(self, learner: int, **fields: str) -> TestResponse:
        at = "/teacher/first/1/learners"
        return self.post(f"/teacher/learner/{learner}/change", at=at, **fields)

    def undo(self, class_id: int = 1) -> TestResponse:
        at = f"/teacher/first/{class_id}/learners"
        number = hidden(self.get(at).get_data(as_text=True), "number")
        return self.post(f"/teacher/first/{class_id}/undo", at=at, number=number)

    def here(self, class_id: int = 1) -> list[str]:
        return [one.name for one in self.hub.people.in_class(class_id)]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens an empty hub on a folder; a former one is stopped first. Its pages wait for
    their work, however loaded the machine is.
    """
    monkeypatch.setattr(lists, "PATIENCE_S", 60.0)
    running: list[tuple[Hub, threading.Event]] = []

    def stop() -> None:
        while running:
            hub, is_over = running.pop()
            is_over.set()
            hub.stop()

    def start(home: Path) -> Phone:
        stop()
        hub, is_over = Hub(home, local_settings()), threading.Event()
        hub.start()
        running.append((hub, is_over))
        app: Flask = create_app(hub.parts, is_over)
        return Phone(hub, teacher(app, hub))

    yield start
    stop()


@pytest.fixture
def phone(opened: Open, tmp_path: Path) -> Phone:
    return opened(tmp_path / "home")


@pytest.fixture
def at_class(phone: Phone) -> Phone:
    """A phone of a hub with one empty class, which works with a small pack."""
    add_class(phone, "Darasa la 4")
    return phone


def add_class(phone: Phone, name: str) -> None:
    body = FIRST_ARITHMETIC.read_bytes()
    pack = phone.hub.teaching.install_pack(body, where="a small pack")
    phone.hub.teaching.add_class(name, pack, [])


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)


def words(answer: TestResponse) -> str:
    """The page as a reader sees it, without its elements and the marks around names."""
    page = re.sub(r"</?bdi>", "", answer.get_data(as_text=True))
    bare = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return " ".join(re.sub("[\u2066-\u2069]", "", bare).split())


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
        at_class.get("/teacher/first/1/learners?changed=1").get_data(as_text=True),
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


def wait_for(is_so: Callable[[], bool]) -> None:
    """Until it is so, with a deadline that only a hanging program meets."""
    pause, deadline_s = threading.Event(), time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline_s
        pause.wait(0.01)
