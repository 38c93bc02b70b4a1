"""The teachers' own pages: in, out, recovery, people; each deed in the log under its doer."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.errors import StoreError, WebError
from hub.roster.roles import Role
from hub.roster.tries import IN_A_ROW
from hub.store.database import open_reading
from hub.web.factory import create_app
from hub.web.safety import TEACHER_COOKIE, check_declared, may
from hub.web.teacher.sign_in import BROWSER_COOKIE
from tests.hub.forms import TOKEN, base, teacher, teacher_of

PASSWORD = "three quiet words"


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def send(client: FlaskClient, hub: Hub, path: str, **fields: object) -> TestResponse:
    """A form from a page that this client just opened."""
    page = client.get("/teacher/sign-in", base_url=base(hub)).get_data(as_text=True)
    found = TOKEN.search(page)
    assert found is not None
    return client.post(path, base_url=base(hub), data={"csrf_token": found[1], **fields})


def see(client: FlaskClient, hub: Hub, path: str) -> str:
    return client.get(path, base_url=base(hub)).get_data(as_text=True)


def come_in(app: Flask, hub: Hub, name: str = "Rehema", **more: object) -> FlaskClient:
    """A new browser, by a code from the hub's own screen."""
    client = app.test_client()
    code = hub.teacher_door.new_one_time_code()
    page = send(client, hub, "/teacher/sign-in", code=code).get_data(as_text=True)
    assert f'name="code" value="{code}"' in page
    fields = {"code": code, "name": name, "password": PASSWORD, **more}
    answer = send(client, hub, "/teacher/enter", **fields)
    assert answer.status_code == 302
    return client


def invite(head: FlaskClient, hub: Hub, name: str, role: Role, *classes: int) -> str:
    """Invites by the page; gives the code that it shows."""
    answer = send(
        head, hub, "/teacher/people", **{"name": name, "role": role, "class": classes}
    )
    assert answer.status_code == 302
    found = re.search(
        r'class="code" dir="ltr">([A-Z0-9]{8})<', see(head, hub, "/teacher/people")
    )
    assert found is not None
    return found[1]


def test_a_route_that_says_not_who_may_come_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/teacher/forgotten", "forgotten", lambda: "seen")
    with pytest.raises(WebError, match="/teacher/forgotten does not say who may see it"):
        check_declared(app)


def test_a_teachers_route_says_in_its_address_which_class_it_is_about(app: Flask) -> None:
    view = may("decide")(lambda number: "seen")
    app.add_url_rule("/teacher/group/<int:number>", "group", view)
    with pytest.raises(WebError, match="does not say which class it is about"):
        check_declared(app)


def test_the_first_evening_ends_on_the_class(app: Flask, hub: Hub) -> None:
    client = come_in(app, hub)
    assert [one.name for one in hub.teacher_door.teachers.heads] == ["Rehema"]
    assert "Demo class" in see(client, hub, "/teacher/")


def test_who_signs_in_gets_cookies_that_no_clock_ends(app: Flask, hub: Hub) -> None:
    come_in(app, hub)
    client = app.test_client()
    answer = send(client, hub, "/teacher/sign-in", password=PASSWORD)
    given = {one.split("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}
    for name in (TEACHER_COOKIE, BROWSER_COOKIE):
        assert "Max-Age=" in given[name]
        assert "HttpOnly" in given[name]
        assert "SameSite=Lax" in given[name]
    assert not any("xpires" in one for one in given.values())


def test_with_two_teachers_the_name_is_asked_for_and_known_again(app: Flask, hub: Hub) -> None:
    head = come_in(app, hub)
    assert 'name="name"' not in see(head, hub, "/teacher/sign-in")
    code = invite(head, hub, "Baraka", "teacher", 1)
    phone = app.test_client()
    assert send(phone, hub, "/teacher/sign-in", code=code).status_code == 200
    send(phone, hub, "/teacher/enter", code=code, name="Baraka", password=PASSWORD + "!")
    send(phone, hub, "/teacher/sign-out")
    page = see(phone, hub, "/teacher/sign-in")
    assert 'value="Baraka"' in page
    assert "Rehema" not in page
    wrong = send(phone, hub, "/teacher/sign-in", name="Baraka", password=PASSWORD)
    assert (wrong.status_code, b"do not belong together" in wrong.data) == (403, True)
    right = send(phone, hub, "/teacher/sign-in", name="baraka", password=PASSWORD + "!")
    assert right.location == "/teacher/"


def test_who_guesses_is_told_how_long_to_wait(app: Flask, hub: Hub) -> None:
    come_in(app, hub)
    client = app.test_client()
    for _ in range(IN_A_ROW):
        assert send(client, hub, "/teacher/sign-in", password="guess guess").status_code == 403
    answer = send(client, hub, "/teacher/sign-in", password=PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert b"Wait 1 minute" in answer.data


def test_a_full_disk_is_told_to_who_wants_in(
    app: Flask, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("The hub cannot write to its disk: database or disk is full.")

    client = app.test_client()
    code = hub.teacher_door.new_one_time_code()
    monkeypatch.setattr(hub.writer, "call", refuse)
    answer = send(client, hub, "/teacher/enter", code=code, name="Rehema", password=PASSWORD)
    assert (answer.status_code, b"disk is full" in answer.data) == (503, True)


def test_a_sign_out_ends_the_session_itself_not_the_cookie_alone(app: Flask, hub: Hub) -> None:
    client = teacher(app, hub)
    kept = client.get_cookie(TEACHER_COOKIE, domain="127.0.0.1")
    assert kept is not None
    send(client, hub, "/teacher/sign-out")
    client.set_cookie(TEACHER_COOKIE, kept.value, domain="127.0.0.1")
    answer = client.get("/teacher/", base_url=base(hub))
    assert answer.location == "/teacher/sign-in"


def test_the_hub_knows_its_teachers_after_a_restart(app: Flask, hub: Hub) -> None:
    client = come_in(app, hub)
    kept = client.get_cookie(TEACHER_COOKIE, domain="127.0.0.1")
    assert kept is not None
    hub.stop()
    hub.start()
    fresh = create_app(hub.parts, threading.Event()).test_client()
    fresh.set_cookie(TEACHER_COOKIE, kept.value, domain="127.0.0.1")
    assert "Demo class" in see(fresh, hub, "/teacher/")


def test_an_invited_technician_sees_the_account_and_no_childs_name(
    app: Flask, hub: Hub
) -> None:
    head = come_in(app, hub)
    code = invite(head, hub, "Fundi", "technician", 1)
    phone = app.test_client()
    send(phone, hub, "/teacher/enter", code=code, name="Fundi", password=PASSWORD + "!")
    answer = phone.get("/teacher/", base_url=base(hub), follow_redirects=True)
    assert answer.status_code == 200
    assert "Amani" not in answer.get_data(as_text=True)
    assert phone.get("/teacher/people", base_url=base(hub)).status_code == 403


def test_a_code_can_be_taken_back_and_made_anew(app: Flask, hub: Hub) -> None:
    head = come_in(app, hub)
    code = invite(head, hub, "Baraka", "teacher", 1)
    invited = hub.teacher_door.teachers.all[-1]
    send(head, hub, f"/teacher/people/{invited.id}/code", revoke=1)
    assert code not in see(head, hub, "/teacher/people")
    refused = send(app.test_client(), hub, "/teacher/sign-in", code=code)
    assert (refused.status_code, b"no code that is valid" in refused.data) == (403, True)
    send(head, hub, f"/teacher/people/{invited.id}/code")
    assert hub.teacher_door.invitation(invited.id) is not None


def test_roles_classes_and_removal_are_changed_on_the_page_and_taken_back(
    app: Flask, hub: Hub
) -> None:
    head, other = teacher(app, hub), teacher_of(hub, "teacher", (1,))
    phone = teacher(app, hub, "teacher", (1,))
    teachers, path = hub.teacher_door.teachers, f"/teacher/people/{other.id}"
    was = {"was": "teacher", "was_class": 1}
    send(head, hub, path, role="assistant", **was, **{"class": [1, 77, "x"]})
    late = send(head, hub, path, role="teacher", **was, **{"class": [1]})
    assert (late.status_code, b"meanwhile" in late.data) == (400, True)
    assert (teachers.of(other.id).role, set(teachers.of(other.id).classes)) == (
        "assistant",
        {1},
    )
    assert phone.get("/teacher/tablets/1", base_url=base(hub)).status_code == 403
    undo = re.search(r'name="deed" value="(\d+)"', see(head, hub, "/teacher/people"))
    assert undo is not None
    assert send(head, hub, "/teacher/people/undo", deed=undo[1]).status_code == 302
    assert teachers.of(other.id) == other
    send(head, hub, f"{path}/remove")
    assert phone.get("/teacher/", base_url=base(hub)).location == "/teacher/sign-in"
    undo = re.search(r'name="deed" value="(\d+)"', see(head, hub, "/teacher/people"))
    assert undo is not None
    send(head, hub, "/teacher/people/undo", deed=undo[1])
    assert teachers.of(other.id) == other
    again = send(head, hub, "/teacher/people/undo", deed=undo[1])
    assert (again.status_code, b"taken back already" in again.data) == (400, True)


def test_a_lost_phone_is_signed_out_from_the_page(app: Flask, hub: Hub) -> None:
    head, phone = teacher(app, hub), teacher(app, hub, "teacher", (1,))
    other = teacher_of(hub, "teacher", (1,))
    send(head, hub, f"/teacher/people/{other.id}/sign-out")
    assert phone.get("/teacher/", base_url=base(hub)).location == "/teacher/sign-in"
    assert send(head, hub, "/teacher/people/99/sign-out").status_code == 404


def test_by_the_hubs_screen_a_head_is_back_and_the_others_read_of_it(
    app: Flask, hub: Hub
) -> None:
    come_in(app, hub)
    rehema = hub.teacher_door.teachers.heads[0]
    amina = come_in(app, hub, "Amina", head=0)
    answer = send(amina, hub, "/teacher/sign-out")
    come_in(app, hub, "", head=rehema.id, password="another password")
    answer = send(amina, hub, "/teacher/sign-in", name="Amina", password=PASSWORD)
    assert answer.location == "/teacher/news"
    assert "Rehema" in see(amina, hub, "/teacher/news")
    assert send(amina, hub, "/teacher/news").location == "/teacher/"
    assert hub.teacher_door.teachers.news(hub.teacher_door.teachers.heads[1].id) == []


def test_the_own_name_and_password_are_changed_with_the_old_one(app: Flask, hub: Hub) -> None:
    client, other = come_in(app, hub), app.test_client()
    send(other, hub, "/teacher/sign-in", password=PASSWORD)
    assert send(client, hub, "/teacher/password", name="Rehema Juma").status_code == 302
    for old, new, status in (
        ("a guess", "another password", 400),
        (PASSWORD, "short", 400),
        (PASSWORD, "another password", 302),
    ):
        answer = send(client, hub, "/teacher/password", old=old, password=new)
        assert answer.status_code == status
    assert client.get("/teacher/", base_url=base(hub)).status_code == 200
    assert other.get("/teacher/", base_url=base(hub)).location == "/teacher/sign-in"
    assert hub.teacher_door.teachers.heads[0].name == "Rehema Juma"


def test_what_a_teacher_does_stands_in_the_log_under_their_number(app: Flask, hub: Hub) -> None:
    doer = teacher_of(hub, "teacher", (1,))
    phone = teacher(app, hub, "teacher", (1,))
    send(phone, hub, "/teacher/class/1/state", state="pause")
    send(phone, hub, "/teacher/learner/1/override", action="pin", skill="count10")
    hub.teaching.set_state(1, "practice")
    hub.writer.call(lambda _database: None)
    with closing(open_reading(hub.home.database)) as reader:
        rows = reader.execute(
            "SELECT teacher FROM events WHERE kind IN ('class_state', 'override', 'word')"
            " ORDER BY hub_seq"
        ).fetchall()
    assert rows == [(doer.id,), (doer.id,), (None,)]


def test_a_form_from_another_site_is_refused_though_it_had_the_token(
    app: Flask, hub: Hub
) -> None:
    client = teacher(app, hub)
    page = see(client, hub, "/teacher/sign-in")
    found = TOKEN.search(page)
    assert found is not None
    for origin, status in (
        ("http://evil.example", 400),
        (f"http://127.0.0.1:{hub.ports.http + 1}", 400),
        ("http://127.0.0.1.evil.example", 400),
        (base(hub), 302),
        ("null", 302),
    ):
        answer = client.post(
            "/teacher/class/1/state",
            base_url=base(hub),
            data={"csrf_token": found[1]},
            headers={"Origin": origin},
        )
        assert answer.status_code == status, origin


def test_a_jump_of_the_hubs_clock_takes_no_form_from_a_page(
    app: Flask, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = teacher(app, hub)
    found = TOKEN.search(see(client, hub, "/teacher/sign-in"))
    assert found is not None
    for wall_s in (0.0, 4e9):
        with monkeypatch.context() as patch:
            patch.setattr("time.time", lambda wall_s=wall_s: wall_s)
            answer = client.post(
                "/teacher/class/1/state", base_url=base(hub), data={"csrf_token": found[1]}
            )
        assert answer.status_code == 302


def test_hostile_names_of_teachers_are_words_on_the_page(app: Flask, hub: Hub) -> None:
    head = teacher(app, hub)
    name = "<script>alert(1)</script>\"'&{{7*7}}"
    assert send(head, hub, "/teacher/people", name=name, role="teacher").status_code == 302
    page = see(head, hub, "/teacher/people")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    for bad in ("", "x" * 61, "a\u202eb"):
        answer = send(head, hub, "/teacher/people", name=bad, role="teacher")
        assert (answer.status_code, b"Write a name" in answer.data) == (400, True)
