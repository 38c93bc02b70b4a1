"""Every route, asked by everyone: what comes is what the route itself says of who may come."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hub.app import DEMO_NAMES, Hub
from hub.roster.roles import DUTIES, OF_A_CLASS, ROLES, Duty, Role, may
from hub.web.factory import create_app
from hub.web.safety import DEVICE_COOKIE
from tests.hub.forms import TOKEN, base, teacher

SIGN_IN = "/teacher/sign-in"


@dataclass(frozen=True, slots=True)
class Route:
    """One address and way of asking, with what it says of who may come."""

    endpoint: str
    method: str
    path: str
    needs: str


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    hub.devices.pair(1, "Tablet")
    hub.teaching.words.set_group(1, [1, 2], name="Owls")
    pack = hub.classroom.rooms[1].pack
    hub.teaching.add_class("Other class", (hub.people.classes[1].pack, pack), ["Zawadi"])
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def routes(app: Flask) -> list[Route]:
    return [
        Route(rule.endpoint, method, _path(rule), _needs(app, rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def of_teachers(app: Flask) -> list[Route]:
    found = [one for one in routes(app) if one.needs in DUTIES]
    assert len(found) > 30
    return found


def ask(client: FlaskClient, hub: Hub, route: Route) -> TestResponse:
    data = {"csrf_token": _token(client, hub)} if route.method == "POST" else None
    return client.open(
        route.path, method=route.method, base_url=base(hub), data=data, buffered=False
    )


def test_every_route_says_who_may_come(app: Flask) -> None:
    known = {*DUTIES, "anyone", "device", "control"}
    assert {one.needs for one in routes(app)} <= known
    assert {one.needs for one in routes(app)} >= {"watch", "help", "decide", "roster", "people"}


def test_who_is_no_teacher_is_sent_to_the_sign_in(app: Flask, hub: Hub) -> None:
    stranger, learner = app.test_client(), app.test_client()
    device, secret = hub.devices.pair(1, "Another")
    learner.set_cookie(DEVICE_COOKIE, secret, domain="127.0.0.1")
    hub.door.seats.sit(device.id, 1)
    before = hub.classroom.rooms[1].hub_seq
    for client in (stranger, learner):
        for route in of_teachers(app):
            answer = ask(client, hub, route)
            if route.method == "GET":
                assert (answer.status_code, answer.location) == (302, SIGN_IN), route
            else:
                # A form is not lost without a word: the page says so, and leads there.
                assert answer.status_code == 403, route
                assert f'href="{SIGN_IN}"' in answer.get_data(as_text=True), route
            answer.close()
    assert hub.classroom.rooms[1].hub_seq == before


#: Who asks: the head comes last, who may change all.
ASKING: tuple[tuple[Role, tuple[int, ...]], ...] = (
    ("technician", (1,)),
    ("assistant", (1,)),
    ("assistant", (2,)),
    ("teacher", (1,)),
    ("teacher", (2,)),
    ("head", ()),
)


def test_a_teacher_comes_where_the_role_and_the_class_let_them(app: Flask, hub: Hub) -> None:
    for role, classes in ASKING:
        reaches = role == "head" or 1 in classes
        for route in of_teachers(app):
            before = hub.classroom.rooms[1].hub_seq
            answer = ask(teacher(app, hub, role, classes), hub, route)
            check(app, route, answer, role, reaches=reaches)
            if not may(role, _duty(route)) or (_is_of_class_1(app, route) and not reaches):
                assert hub.classroom.rooms[1].hub_seq == before, (role, route)
            answer.close()


def check(app: Flask, route: Route, answer: TestResponse, role: Role, *, reaches: bool) -> None:
    """Whether the answer is what the route's own word makes of this role."""
    status, duty = answer.status_code, _duty(route)
    if not may(role, duty):
        is_led_home = route.endpoint == "teacher.live_class" and status == 302
        assert status == 403 or is_led_home, (role, route)
    elif duty in OF_A_CLASS and _is_of_class_1(app, route) and not reaches:
        assert status == 404, (role, route)
    else:
        assert status in {200, 302, 400, 404}, (role, route)
        assert answer.location != SIGN_IN or route.endpoint in LEAVING, (role, route)
        assert status != 404 or b"no such class" not in answer.data, (role, route)


#: After these one has to sign in anew.
LEAVING = {"teacher.sign_out", "people.remove", "people.sign_out"}


def test_a_technician_reads_no_childs_name_on_any_page(app: Flask, hub: Hub) -> None:
    client = teacher(app, hub, "technician", (1,))
    for route in routes(app):
        if route.method == "GET":
            answer = ask(client, hub, route)
            if answer.mimetype in {"text/html", "application/json"}:
                page = answer.get_data(as_text=True)
                assert not [name for name in DEMO_NAMES if name in page], route
            answer.close()


def test_a_teacher_reads_no_name_of_another_class_on_any_page(app: Flask, hub: Hub) -> None:
    for classes, hidden in (((2,), [*DEMO_NAMES, "Owls"]), ((1,), ["Zawadi", "Other class"])):
        client = teacher(app, hub, "teacher", classes)
        for route in of_teachers(app):
            if route.method == "GET":
                answer = ask(client, hub, route)
                if answer.mimetype == "text/html":
                    page = answer.get_data(as_text=True)
                    assert not [name for name in hidden if name in page], route
                answer.close()


def test_no_page_offers_what_its_reader_may_not_do(app: Flask, hub: Hub) -> None:
    hub.teaching.override(1, "pin", 0)
    table = app.url_map.bind("127.0.0.1")
    for role in ROLES:
        client = teacher(app, hub, role, (1,))
        for route in of_teachers(app):
            if route.method != "GET" or not may(role, _duty(route)) or "/live/" in route.path:
                continue
            page = ask(client, hub, route).get_data(as_text=True)
            offered = [
                (path, "POST") for path in re.findall(r'action="(/teacher[^"?#]*)', page)
            ]
            offered += [(path, "GET") for path in re.findall(r'href="(/teacher[^"?#]*)', page)]
            for path, method in offered:
                endpoint, _ = table.match(path, method=method)
                needs = str(getattr(app.view_functions[endpoint], "needs", ""))
                is_open = needs == "anyone" or endpoint == "teacher.live_class"
                is_theirs = any(one == needs and may(role, one) for one in DUTIES)
                assert is_open or is_theirs, (role, route.path, path)


def test_numbers_in_a_form_reach_no_other_class(app: Flask, hub: Hub) -> None:
    stranger = teacher(app, hub, "teacher", (2,))
    pinned = hub.teaching.override(1, "pin", 0)
    before = hub.classroom.rooms[1].hub_seq
    learner = hub.people.in_class(2)[0].id
    for path, fields in (
        ("/teacher/class/2/language", {"learner": 1, "locale": "en"}),
        ("/teacher/class/2/quiz", {"skill": "count10", "learner": 1}),
        (f"/teacher/learner/{learner}/override", {"undo": pinned}),
        ("/teacher/class/2/rest/undo", {"undo": pinned}),
        (f"/teacher/learner/{learner}/why/{before}", {"level": 1}),
    ):
        data = {"csrf_token": _token(stranger, hub), **fields}
        assert stranger.post(path, base_url=base(hub), data=data).status_code == 400, path
    data = {"csrf_token": _token(stranger, hub), "learner": 1}
    cards = stranger.post("/teacher/class/2/cards", base_url=base(hub), data=data)
    assert "Amani" not in cards.get_data(as_text=True)
    assert stranger.get("/teacher/?class=1", base_url=base(hub)).status_code == 404
    assert hub.classroom.rooms[1].hub_seq == before


def test_a_live_page_ends_when_its_teacher_is_signed_out(app: Flask, hub: Hub) -> None:
    client = teacher(app, hub, "teacher", (1,))
    answer = client.get("/teacher/live/1", base_url=base(hub), buffered=False)
    events = iter(answer.response)
    assert b"event: class" in next(events)
    mine = next(one for one in hub.teacher_door.teachers.all if one.role == "teacher")
    hub.teacher_door.sessions.end_all(mine.id)
    hub.progress.changed()
    assert list(events) == []
    answer.close()


def _path(rule: Rule) -> str:
    """An address of the rule: number 1 of whatever is counted, so of class 1 and its own."""
    return re.sub("<[^>]+>", "x", re.sub("<int:[^>]+>", "1", rule.rule))


def _needs(app: Flask, rule: Rule) -> str:
    return str(getattr(app.view_functions[rule.endpoint], "needs", ""))


def _duty(route: Route) -> Duty:
    return next(one for one in DUTIES if one == route.needs)


def _is_of_class_1(app: Flask, route: Route) -> bool:
    rules = app.url_map.iter_rules(route.endpoint)
    return any({"class_id", "learner_id", "device_id"} & rule.arguments for rule in rules)


def _token(client: FlaskClient, hub: Hub) -> str:
    found = TOKEN.search(client.get(SIGN_IN, base_url=base(hub)).get_data(as_text=True))
    assert found is not None
    return found[1]
