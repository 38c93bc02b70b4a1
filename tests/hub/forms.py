"""A child at a tablet without scripts, and the teacher's phone, by plain forms."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.roster.people import Style
from hub.roster.roles import Role
from hub.roster.seats import Seated
from hub.roster.staff_deeds import SCREEN
from hub.roster.teacher import Teacher
from hub.web.safety import DEVICE_COOKIE, TEACHER_COOKIE

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(slots=True)
class Child:
    """A browser on a paired tablet, without scripts."""

    hub: Hub
    client: FlaskClient
    device: int

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=base(self.hub), follow_redirects=True)

    def post(self, path: str, **fields: object) -> TestResponse:
        page = self.get("/").get_data(as_text=True)
        found = TOKEN.search(page)
        assert found is not None
        return self.client.post(
            path,
            base_url=base(self.hub),
            data={"csrf_token": found.group(1), **fields},
            follow_redirects=True,
        )

    def enter(self, learner: int, code: str, **more: object) -> TestResponse:
        """The card, then the signs of the code, the last of them on its own."""
        *first, last = code.split()
        fields = {"learner": learner, "code": " ".join(first), "picked": last, **more}
        return self.post("/learn/sign-in", **fields)

    def sits(self) -> Seated:
        return self.hub.door.seats.at(self.device)


def base(hub: Hub) -> str:
    return f"http://127.0.0.1:{hub.ports.http}"


def child_at(app: Flask, hub: Hub) -> Child:
    device, secret = hub.devices.pair(1, "Tablet")
    client = app.test_client()
    client.set_cookie(DEVICE_COOKIE, secret, domain="127.0.0.1")
    return Child(hub, client, device.id)


def teacher(
    app: Flask, hub: Hub, role: Role = "head", classes: Collection[int] = ()
) -> FlaskClient:
    """The phone of a teacher of that role who is signed in; the same one each time."""
    client = app.test_client()
    token = hub.teacher_door.sessions.begin(teacher_of(hub, role, classes).id)
    client.set_cookie(TEACHER_COOKIE, token, domain="127.0.0.1")
    return client


def teacher_of(hub: Hub, role: Role = "head", classes: Collection[int] = ()) -> Teacher:
    """A teacher of that role and these classes, by a name that says so."""
    teachers, name = hub.teacher_door.teachers, f"{role} {sorted(classes)}"
    found = next((one for one in teachers.all if one.name == name), None)
    return found or teachers.add(name, role, classes, by=SCREEN)


def tell(app: Flask, hub: Hub, path: str, **fields: object) -> TestResponse:
    """The teacher's phone sends a form."""
    client = teacher(app, hub)
    page = client.get("/teacher/class/1/sign-in", base_url=base(hub)).get_data(as_text=True)
    found = TOKEN.search(page)
    assert found is not None
    data = {"csrf_token": found.group(1), **fields}
    return client.post(path, base_url=base(hub), data=data)


def code(hub: Hub, learner: int, style: Style) -> str:
    """The learner's code as its signs are tapped."""
    found = hub.door.codes.of(learner)
    return found.pictures if style == "pictures" else " ".join(found.pin)


def wrong(hub: Hub, learner: int, style: Style) -> str:
    signs = code(hub, learner, style).split()
    return " ".join(reversed(signs)) if signs != signs[::-1] else "0 9 0 8"


def is_lesson(answer: TestResponse) -> bool:
    return answer.status_code == 200 and b'id="prompt"' in answer.data


def skip_time(hub: Hub, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    later_s = time.monotonic() + seconds
    for part in (hub.door, hub.door.tries):
        monkeypatch.setattr(part, "_monotonic", lambda: later_s)
