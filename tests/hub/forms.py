"""A child at a tablet without scripts, and the teacher's phone, by plain forms."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.roster.people import Style
from hub.roster.seats import Seated
from hub.web.safety import DEVICE_COOKIE

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


def teacher(app: Flask, hub: Hub) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction(base_url=base(hub)) as session:
        session["teacher"], session["must_choose"] = True, False
    return client


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
