"""A teacher's phone without scripts on an empty hub: the ground of these tests."""

from __future__ import annotations

import html
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.web.factory import create_app
from hub.web.teacher import lists
from tests.hub.conftest import local_settings
from tests.hub.forms import TOKEN, base, teacher
from tests.packs import FIRST_ARITHMETIC

NAMES = "1. Amina Juma\n2. Neema Otieno\n3. محمد علي\n"
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


@contextmanager
def openings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
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


def wait_for(is_so: Callable[[], bool]) -> None:
    """Until it is so, with a deadline that only a hanging program meets."""
    pause, deadline_s = threading.Event(), time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline_s
        pause.wait(0.01)
