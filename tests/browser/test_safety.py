"""The safety rules, asked of every route that the hub has: a new one is asked, too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.web.factory import create_app
from hub.web.safety import DEVICE_COOKIE
from tests.browser.scene import address
from tests.hub.forms import teacher

#: Where a stranger may look: the start, the page that is kept and holds nothing of anyone,
#: pairing, the teacher's sign-in, the pages' own files.
OPEN = {"tablet.home", "tablet.here", "tablet.join_link", "tablet.join", "teacher.sign_in",
        "teacher.enter", "tongue.speak", "assets.one"}  # fmt: skip
#: What may be answered to somebody who may not come in.
CLOSED = {302, 400, 401, 403, 404}
#: What stands in an address; of what is counted, the first one.
VALUES = {"code": "X", "name": "tablet.css", "token": "X", "seal": "X"}


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    """The hub's pages, asked without a socket: forged hosts reach no other server."""
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Each route as endpoint, method and path."""
    return [
        (rule.endpoint, method, _path(app, rule))
        for rule in app.url_map.iter_rules()
        for method in sorted(
            (rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"}
        )
    ]


def _path(app: Flask, rule: Rule) -> str:
    values = {name: VALUES.get(name, "1") for name in rule.arguments}
    built = app.url_map.bind("127.0.0.1").build(rule.endpoint, values, force_external=False)
    return str(built)


def ask(client: FlaskClient, hub: Hub, method: str, path: str, **more: Any) -> TestResponse:
    return client.open(path, method=method, base_url=address(hub), buffered=False, **more)


def token(client: FlaskClient, hub: Hub) -> str:
    """The CSRF token of this client's session, from the first form that it sees."""
    page = ask(client, hub, "GET", "/teacher/sign-in").get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def as_learner(app: Flask, hub: Hub) -> FlaskClient:
    """A child who sits at a paired tablet."""
    device, secret = hub.devices.pair(1, "Tablet")
    client = app.test_client()
    client.set_cookie(DEVICE_COOKIE, secret, domain="127.0.0.1")
    hub.door.seats.sit(device.id, 1)
    return client


def test_every_route_is_known_to_this_walk(app: Flask) -> None:
    found = routes(app)
    assert len(found) > 20
    assert {endpoint for endpoint, _, _ in found} >= OPEN
    assert {method for _, method, _ in found} == {"GET", "POST"}


def test_no_route_answers_to_a_foreign_host(app: Flask, hub: Hub) -> None:
    client = teacher(app, hub)
    for endpoint, method, path in routes(app):
        for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", ""):
            answer = client.open(path, method=method, headers={"Host": host})
            assert answer.status_code == 400, (endpoint, host)
            answer.close()


def test_a_stranger_sees_only_the_doors(app: Flask, hub: Hub) -> None:
    client = app.test_client()
    for endpoint, method, path in routes(app):
        if endpoint in OPEN:
            continue
        form = {"csrf_token": token(client, hub)} if method == "POST" else None
        answer = ask(client, hub, method, path, data=form)
        assert answer.status_code in CLOSED, endpoint
        if answer.status_code == 302:
            assert answer.location in {"/", "/teacher/sign-in"}, endpoint
        answer.close()


def test_a_stranger_with_json_sees_no_more(app: Flask, hub: Hub) -> None:
    client = app.test_client()
    for endpoint, method, path in routes(app):
        if endpoint in OPEN:
            continue
        answer = ask(client, hub, method, path, json={})
        assert answer.status_code in CLOSED, endpoint
        answer.close()


def test_a_learner_comes_to_no_page_of_the_teacher_or_the_machine(app: Flask, hub: Hub) -> None:
    client = as_learner(app, hub)
    asked = 0
    for endpoint, method, path in routes(app):
        room = endpoint.split(".")[0]
        if room not in {"teacher", "codes", "control"} or endpoint in OPEN:
            continue
        asked += 1
        form = {"csrf_token": token(client, hub)} if method == "POST" else None
        answer = ask(client, hub, method, path, data=form)
        if room != "control" and method == "GET":
            assert (answer.status_code, answer.location) == (302, "/teacher/sign-in"), endpoint
        else:
            assert answer.status_code == 403, endpoint
        answer.close()
    assert asked > 10


def test_no_form_is_taken_without_its_token(app: Flask, hub: Hub) -> None:
    head, learner = teacher(app, hub), as_learner(app, hub)
    before = hub.classroom.rooms[1].hub_seq
    for endpoint, method, path in routes(app):
        if method == "POST":
            for client in (head, learner):
                answer = ask(client, hub, method, path, data={"state": "pause"})
                assert answer.status_code == 400, endpoint
                assert b"open for too long" in answer.data
    assert hub.classroom.rooms[1].hub_seq == before


def test_every_answer_carries_the_rules_for_what_its_page_may_load(
    app: Flask, hub: Hub
) -> None:
    for client in (app.test_client(), teacher(app, hub), as_learner(app, hub)):
        for endpoint, method, path in routes(app):
            answer = ask(client, hub, method, path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy, endpoint
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
            if endpoint not in {"assets.one", "tablet.here"}:
                assert answer.headers["Cache-Control"] == "no-store"
            answer.close()


def test_a_page_of_another_site_cannot_read_what_the_hub_says(app: Flask, hub: Hub) -> None:
    client = as_learner(app, hub)
    for _, method, path in routes(app):
        answer = ask(client, hub, method, path, headers={"Origin": "http://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers
        answer.close()


def test_a_file_comes_packed_to_who_takes_it_and_is_kept_for_good(app: Flask, hub: Hub) -> None:
    client = app.test_client()
    page = ask(client, hub, "GET", "/").get_data(as_text=True)
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    packed = ask(client, hub, "GET", path, headers={"Accept-Encoding": "gzip, deflate"})
    plain = ask(client, hub, "GET", path)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    other = path.replace(path.split("/")[2], "0" * 12)
    assert ask(client, hub, "GET", other).status_code == 404
