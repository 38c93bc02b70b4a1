"""The first evening by plain forms: from an empty hub to a ready class, and changes later."""

from __future__ import annotations

import html
import io
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.web.factory import create_app
from tests.hub.conftest import local_settings
from tests.hub.forms import TOKEN, base, teacher

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

    def change(self, learner: int, class_id: int = 1, **fields: object) -> TestResponse:
        at = f"/teacher/first/{class_id}/learners"
        return self.post(f"/teacher/learner/{learner}/change", at=at, **fields)

    def undo(self, class_id: int = 1) -> TestResponse:
        at = f"/teacher/first/{class_id}/learners"
        number = hidden(self.get(at).get_data(as_text=True), "number")
        return self.post(f"/teacher/first/{class_id}/undo", at=at, number=number)

    def here(self, class_id: int = 1) -> list[str]:
        return [one.name for one in self.hub.people.in_class(class_id)]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens an empty hub on a folder; a former one is stopped first."""
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
    """A phone of a hub with one empty class."""
    phone.post("/teacher/first/class", at="/teacher/first/class", name="Darasa la 4", pack=0)
    return phone


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)


def words(answer: TestResponse) -> str:
    """The page as a reader sees it, without its elements."""
    bare = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(html.unescape(bare).split())


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
