"""What did not work is told in the reader's language: what it is, what it means, what to do."""

from __future__ import annotations

import html
import http.client
import re
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import default_exceptions
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.errors import StoreError
from hub.insight.words import say, words
from hub.insight.words.teacher import OWN_NAMES, is_known
from hub.web import unread
from hub.web.factory import LARGEST_FORM, create_app
from hub.web.problems import KINDS
from hub.web.safety import TEACHER_COOKIE, for_anyone
from hub.web.server import LARGEST_BODY
from hub.web.tongue import COOKIE
from tests.hub.conftest import StartHub
from tests.hub.forms import TOKEN, Child, base, child_at, teacher, teacher_of
from tests.hub.quiz import room_of

#: Every kind, and the codes that are told as one: others as `bad` or `broken`.
TOLD = {400: "bad", 418: "bad", 500: "broken", 502: "broken", **KINDS}
OTHERS = ("stale", "ended", "tablet", "address", "other_site")
SECRET = "tembo mweupe"
FULL = "The hub's disk takes no more answers for now."


@pytest.fixture
def hub(start_starter: StartHub) -> Hub:
    return start_starter()


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    """The pages, and some that fail as views and the web server's own code do."""
    is_over = threading.Event()
    made = create_app(hub.parts, is_over)

    @for_anyone
    def fails(code: int) -> str:
        if code == 500:
            raise RuntimeError("nobody foresaw this")
        if code == 507:
            raise StoreError(FULL)
        abort(code)

    for room in ("", "/teacher"):
        made.add_url_rule(
            f"{room}/fails/<int:code>", f"fails{room}", fails, methods=["GET", "POST"]
        )
    yield made
    is_over.set()


def phone(app: Flask, hub: Hub, tag: str) -> FlaskClient:
    """The phone of a teacher who speaks that language."""
    client = teacher(app, hub)
    hub.teacher_door.teachers.set_language(teacher_of(hub).id, tag)
    return client


def tablet(app: Flask, hub: Hub, tag: str) -> Child:
    """A tablet of a class that speaks it, nobody sits there."""
    hub.teaching.set_language(1, tag)
    return child_at(app, hub)


def told(answer: TestResponse, tag: str, kind: str, *, learners: bool) -> str:
    """The page; it says the three things in its language, and nothing of the web server's."""
    page = html.unescape(answer.get_data(as_text=True))
    assert f'<html lang="{tag}"' in page
    start = "page.trouble_" if learners else "trouble."
    for part in ("", "_means", "_do"):
        assert say(tag, f"{start}{kind}{part}") in page, part
    for one in default_exceptions.values():
        assert str(one.description) not in page
    assert "Traceback" not in page
    return page


def test_every_kind_has_three_words_for_teachers_and_for_learners() -> None:
    for kind in {*TOLD.values(), *OTHERS}:
        for part in ("", "_means", "_do"):
            assert is_known(f"trouble.{kind}{part}")
            said = {words(tag)[f"page.trouble_{kind}{part}"] for tag in OWN_NAMES}
            assert len(said) == len(OWN_NAMES), (kind, part)


@pytest.mark.parametrize("tag", OWN_NAMES)
@pytest.mark.parametrize("code", TOLD)
def test_each_code_is_told_in_our_words(app: Flask, hub: Hub, code: int, tag: str) -> None:
    answer = phone(app, hub, tag).get(f"/teacher/fails/{code}", base_url=base(hub))
    assert answer.status_code == code
    told(answer, tag, TOLD[code], learners=False)
    answer = tablet(app, hub, tag).get(f"/fails/{code}")
    assert answer.status_code == code
    told(answer, tag, TOLD[code], learners=True)


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_addresses_and_ways_that_are_not_there_are_told(app: Flask, hub: Hub, tag: str) -> None:
    client, child = phone(app, hub, tag), tablet(app, hub, tag)
    for path, code in (("/teacher/nowhere", 404), ("/teacher/sign-out", 405)):
        answer = client.get(path, base_url=base(hub))
        assert answer.status_code == code
        told(answer, tag, TOLD[code], learners=False)
    for path, code in (("/nowhere", 404), ("/learn/answer", 405)):
        answer = child.get(path)
        assert answer.status_code == code
        told(answer, tag, TOLD[code], learners=True)
    answer = client.get("/teacher/learner/4711", base_url=base(hub))
    page = html.unescape(answer.get_data(as_text=True))
    assert say(tag, "fault.no_learner") in page
    assert say(tag, "trouble.missing_do") in page
    answer = client.get("/nowhere", base_url=base(hub))
    told(answer, tag, "missing", learners=False)


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_a_form_that_is_too_large_is_told(app: Flask, hub: Hub, tag: str) -> None:
    client, child = phone(app, hub, tag), tablet(app, hub, tag)
    data = {"reason": "x" * (LARGEST_FORM + 1)}
    answer = client.post("/teacher/learner/1/word", base_url=base(hub), data=data)
    assert answer.status_code == 413
    told(answer, tag, "large", learners=False)
    answer = child.client.post("/learn/why", base_url=base(hub), data=data)
    assert answer.status_code == 413
    told(answer, tag, "large", learners=True)


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_a_disk_that_takes_nothing_is_told_with_its_reason(
    app: Flask, hub: Hub, tag: str
) -> None:
    answer = phone(app, hub, tag).get("/teacher/fails/507", base_url=base(hub))
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 503
    for key in ("fault.disk_full", "trouble.disk_means", "trouble.disk_do"):
        assert say(tag, key) in page
    answer = tablet(app, hub, tag).get("/fails/507")
    assert answer.status_code == 503
    told(answer, tag, "disk", learners=True)


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_what_an_account_may_not_do_is_told(app: Flask, hub: Hub, tag: str) -> None:
    client = teacher(app, hub, "technician", (1,))
    hub.teacher_door.teachers.set_language(teacher_of(hub, "technician", (1,)).id, tag)
    answer = client.get("/teacher/learner/1", base_url=base(hub))
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 403
    for key in ("fault.not_allowed", "trouble.forbidden_means", "trouble.forbidden_do"):
        assert say(tag, key) in page


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_a_form_without_its_token_gives_back_what_was_written(
    app: Flask, hub: Hub, tag: str
) -> None:
    client, child = phone(app, hub, tag), tablet(app, hub, tag)
    data = {"does": "goal", "reason": f"<b>{SECRET}</b>", "password": "my own", "code": "77"}
    answer = client.post("/teacher/learner/1/word", base_url=base(hub), data=data)
    assert answer.status_code == 400
    page = told(answer, tag, "stale", learners=False)
    assert say(tag, "trouble.written") in page
    assert f"&lt;b&gt;{SECRET}" in answer.get_data(as_text=True)
    assert "my own" not in page
    assert "77" not in TOKEN.sub("", page).partition("<main")[2]
    answer = child.client.post("/learn/why", base_url=base(hub), data={"text": SECRET})
    assert answer.status_code == 400
    assert SECRET in told(answer, tag, "stale", learners=True)


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_a_session_that_ended_in_the_middle_of_a_form_loses_no_word(
    app: Flask, hub: Hub, tag: str
) -> None:
    client = phone(app, hub, tag)
    page = client.get("/teacher/learner/1/word", base_url=base(hub)).get_data(as_text=True)
    token = TOKEN.search(page)
    assert token is not None
    me = teacher_of(hub)
    hub.teacher_door.sessions.end_all(me.id)
    client.set_cookie(COOKIE, tag, domain="127.0.0.1")
    before = room_of(hub).hub_seq
    data = {"csrf_token": token[1], "does": "goal", "goal": "support", "reason": SECRET}
    answer = client.post("/teacher/learner/1/word", base_url=base(hub), data=data)
    assert answer.status_code == 403
    page = told(answer, tag, "ended", learners=False)
    assert SECRET in page
    assert 'href="/teacher/sign-in"' in page
    assert room_of(hub).hub_seq == before


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_an_answer_of_who_is_not_signed_in_any_more_is_told_and_shown(
    app: Flask, hub: Hub, tag: str
) -> None:
    child = tablet(app, hub, tag)
    for path, fields in (
        ("/learn/answer", {"answer": "4711"}),
        ("/learn/hint", {"answer.top": "4711"}),
        ("/learn/why", {"text": "4711"}),
        ("/learn/appeal", {"answer": "4711"}),
    ):
        answer = child.post(path, session="0" * 32, learner=1, **fields)
        assert answer.status_code == 403, path
        page = told(answer, tag, "ended", learners=True)
        assert say(tag, "page.trouble_written") in page, path
        assert "4711" in page, path
    ticked = child.post("/learn/answer", session="0" * 32, learner=1, answer="b")
    assert say(tag, "page.trouble_written") not in ticked.get_data(as_text=True)
    assert room_of(hub).answers(1) == 0


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_a_tablet_that_was_shut_out_is_told_that_its_answer_was_not_taken(
    app: Flask, hub: Hub, tag: str
) -> None:
    child = tablet(app, hub, tag)
    token = TOKEN.search(child.get("/").get_data(as_text=True))
    assert token is not None
    hub.devices.revoke(child.device)
    spoken = {"Accept-Language": tag}
    for fields, status in (({"answer": "4711"}, 403), ({"says": "too_easy"}, 302)):
        answer = child.client.post(
            "/learn/answer",
            base_url=base(hub),
            data={"csrf_token": token[1], **fields},
            headers=spoken,
        )
        assert answer.status_code == status
        if status == 403:
            assert "4711" in told(answer, tag, "tablet", learners=True)


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_too_many_wrong_tries_are_told_with_how_long_to_wait(
    app: Flask, hub: Hub, tag: str
) -> None:
    teacher_of(hub)
    client = app.test_client()
    client.set_cookie(COOKIE, tag, domain="127.0.0.1")
    page = client.get("/teacher/sign-in", base_url=base(hub)).get_data(as_text=True)
    token = TOKEN.search(page)
    assert token is not None
    data = {"csrf_token": token[1], "code": "000-000"}
    for _ in range(30):
        answer = client.post("/teacher/sign-in", base_url=base(hub), data=data)
        if answer.status_code == 429:
            break
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 429
    for key in ("fault.too_many", "sign_in.wait_means"):
        assert say(tag, key) in page
    # "wait so many minutes, or ...": by its end, which no number stands in.
    assert re.split("[,،]", say(tag, "sign_in.wait", n=1))[-1].strip() in page


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_a_wrong_code_of_the_class_is_told_in_the_language_of_the_phone(
    app: Flask, hub: Hub, tag: str
) -> None:
    client, spoken = app.test_client(), {"Accept-Language": tag}
    page = client.get("/", base_url=base(hub), headers=spoken).get_data(as_text=True)
    token = TOKEN.search(page)
    assert token is not None
    assert f'<html lang="{tag}"' in page
    assert say(tag, "page.join_code") in page
    seen = {}
    for _ in range(40):
        answer = client.post(
            "/join",
            base_url=base(hub),
            data={"csrf_token": token[1], "code": "NOSUCH"},
            headers=spoken,
        )
        seen[answer.status_code] = html.unescape(answer.get_data(as_text=True))
    assert sorted(seen) == [403, 429]
    assert say(tag, "page.join_wrong") in seen[403]
    assert say(tag, "page.join_wait") in seen[429]


def test_a_child_who_is_too_fast_with_an_explanation_keeps_it(
    app: Flask, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tablet(app, hub, "sw")
    child.post("/learn/sign-in", learner=1)
    now_s = time.monotonic()
    monkeypatch.setattr(hub.parts.intake, "_monotonic", lambda: now_s)
    while not hub.parts.intake.take(child.device):
        pass
    answer = child.post("/learn/why", item=room_of(hub).pack.items[0].id, text=SECRET)
    assert answer.status_code == 429
    assert SECRET in told(answer, "sw", "often", learners=True)


def test_a_program_is_told_in_one_english_sentence(app: Flask, hub: Hub) -> None:
    client = app.test_client()
    for path, code in (("/fails/418", 418), ("/fails/500", 500), ("/nowhere", 404)):
        answer = client.post(path, base_url=base(hub), json={})
        assert answer.status_code == code
        assert answer.get_json() == {"error": say("en", f"trouble.{TOLD[code]}")}
    answer = client.post("/fails/507", base_url=base(hub), json={})
    assert (answer.status_code, answer.get_json()) == (503, {"error": FULL})


def test_a_foreign_address_and_a_foreign_page_are_told(app: Flask, hub: Hub) -> None:
    client = phone(app, hub, "en")
    answer = client.get("/teacher/", base_url="http://evil.example")
    assert answer.status_code == 400
    assert say("en", "trouble.address_do") in html.unescape(answer.get_data(as_text=True))
    client.set_cookie(TEACHER_COOKIE, "x", domain="127.0.0.1")
    answer = client.post(
        "/teacher/sign-out", base_url=base(hub), headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 400
    assert say("en", "trouble.other_site_do") in html.unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["POST /teacher/sign-in HTTP/1.1", f"Content-Length: {LARGEST_BODY + 1}"], 413),
        (["GET / HTTP/1.1", "X-Long: " + "x" * 262_144], 431),
        (["GET / HTTP/1.1", "Content-Length: some"], 400),
        (["POST / HTTP/1.1", "Transfer-Encoding: gzip"], 501),
    ],
)
def test_what_the_server_turns_away_by_itself_is_told_in_every_language(
    hub: Hub, lines: list[str], code: int
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=30)
    connection.connect()
    connection.sock.sendall(("\r\n".join([*lines, "Host: 127.0.0.1"]) + "\r\n\r\n").encode())
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    page = html.unescape(answer.read().decode())
    connection.close()
    assert answer.status == code
    assert answer.getheader("Content-Type") == "text/html; charset=utf-8"
    kind = {413: "large", 431: "large", 400: "bad", 501: "broken"}[code]
    for tag in OWN_NAMES:
        for part in ("", "_means", "_do"):
            assert say(tag, f"trouble.{kind}{part}") in page
    assert "waitress" not in page
    assert html.unescape(unread.page(code)) == page
