"""The pages of a quiz: the teacher's, and a child's without scripts; what they tell when."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from flask import Flask

from hub.app import Hub
from hub.lesson.quiz_bank import worked_on
from hub.web.factory import create_app
from hub.web.safety import DEVICE_COOKIE
from tests.hub.forms import Child as Form
from tests.hub.forms import base, child_at, teacher, tell
from tests.hub.quiz import WRONG, Pupil, begin, move, room_of, sheet
from tests.hub.test_newer_pack import newer, switch
from tests.packs import FIRST_ARITHMETIC, right

MOVE = "/teacher/class/1/quiz/move"
SKILL = re.compile(r'name="skill" value="([^"]+)"')


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def test_nobody_hears_what_an_answer_was_worth_before_the_end(hub: Hub, app: Flask) -> None:
    begin(hub)
    pupil = Pupil(hub, 1)
    for is_right in (True, False):
        reply = pupil.says(is_right=is_right)
        assert (reply.is_right, reply.verdict, reply.expected) == (None, None, "")
        assert (reply.mastery_before, reply.mastery_after) == (None, None)
        assert (reply.is_noted, reply.feedback) == (True, "Noted.")
    page = piece(hub, pupil, "&told")
    assert 'class="solved" id="solved"></p>' in page
    child = child_at(app, hub)
    child.post("/learn/sign-in", learner=1)
    page = child.get("/learn/garden").get_data(as_text=True)
    assert "quiz-way" in page, "trees that grow would tell it"
    assert 'data-size="0"' in page


def test_a_tablet_gets_the_supply_of_a_quiz_by_name(hub: Hub) -> None:
    quiz = begin(hub)
    found = json.loads(piece(hub, Pupil(hub, 1), "", path="/learn/ahead"))
    assert (found["quiz"], found["tells"]) == (quiz.hub_seq, False)
    assert all(f'data-quiz="{quiz.hub_seq}"' in one["html"] for one in found["nodes"])
    move(hub, "pause")
    assert "quiz" not in json.loads(piece(hub, Pupil(hub, 1), "", path="/learn/ahead"))


def test_a_quiz_works_by_plain_forms_to_its_friendly_end(hub: Hub, app: Flask) -> None:
    begun = tell(
        app, hub, "/teacher/class/1/quiz", skill=["count10", "take10"], learner=[1, 2], most="4"
    )
    assert begun.status_code == 302
    child = child_at(app, hub)
    page = child.post("/learn/sign-in", learner=1).get_data(as_text=True)
    count = 0
    while "quiz-way" in page:
        page = answered(child, hub, page, is_right=count != 1)
        assert 'id="hint"' not in page
        assert 'class="feedback noted"' in page
        count += 1
    assert count == 4
    assert "You did the quiz!" in page
    assert page.count('<li class="right">') == 3
    assert page.count('<li class="not-yet">') == 1
    assert "quiz-end" in child.get("/learn").get_data(as_text=True), "a reload keeps it"
    number = room_of(hub).quizzes.kept[-1].hub_seq
    page = child.post("/learn/quiz/seen", quiz=number).get_data(as_text=True)
    assert "quiz-end" not in page
    assert 'id="prompt"' in page
    assert "quiz-end" not in child.get("/learn").get_data(as_text=True)


def test_the_teacher_sees_estimates_reasons_and_how_far_each_is(hub: Hub, app: Flask) -> None:
    begin(hub, learners=[1, 2])
    pupil = Pupil(hub, 1)
    for turn in range(3):
        pupil.says(is_right=turn != 1)
    page = seen_by_teacher(hub, app, "/teacher/class/1/quiz")
    assert "3 of at most 8 answered" in page
    assert "at question 4" in page
    assert "Not begun:" in page
    assert 'class="whisker"' in page
    assert "0 of 2 learners done" in seen_by_teacher(hub, app, "/teacher/")
    page = seen_by_teacher(hub, app, "/teacher/learner/1")
    assert "it tells most about this learner" in page
    assert page.count("✗ wrong") >= 1
    assert moved(hub, app, "end", as_drawn(page_of_quiz(hub, app))) == 302
    assert "stopped before the end" in seen_by_teacher(hub, app, "/teacher/class/1/quiz")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/teacher/class/1/quiz", {"skill": "x", "learner": 1}),
        ("/teacher/class/1/quiz", {"skill": "count10", "learner": 99}),
        ("/teacher/class/1/quiz", {"skill": "count10", "learner": 1, "most": 10**30}),
        ("/teacher/class/1/quiz", {}),
        ("/teacher/class/1/quiz/move", {"does": "dance"}),
        ("/teacher/class/1/quiz/move", {"does": "undo", "last": "x"}),
        ("/teacher/class/1/quiz/move", {"does": "undo", "last": 10**30}),
        ("/teacher/class/1/quiz/move", {}),
    ],
)
def test_bad_forms_are_refused_in_words(
    hub: Hub, app: Flask, path: str, fields: dict[str, Any]
) -> None:
    assert tell(app, hub, path, **fields).status_code == 400
    assert room_of(hub).quizzes.kept == []


def test_a_quiz_begins_with_what_the_class_works_on(hub: Hub, app: Flask) -> None:
    assert worked_on(room_of(hub)) == [0]
    hub.teaching.override(2, "pin", 5)
    assert worked_on(room_of(hub)) == [0, 5]
    page = page_of_quiz(hub, app)
    assert 'name="skill" value="missing20" checked' in page
    assert 'name="skill" value="take10">' in page


def test_one_thing_is_taken_back_however_often_the_form_is_sent(hub: Hub, app: Flask) -> None:
    begin(hub, learners=[1])
    Pupil(hub, 1).says(is_right=True)
    move(hub, "pause")
    last = as_drawn(page_of_quiz(hub, app))
    assert moved(hub, app, "undo", last) == 302
    for _ in range(2):
        reply = tell(app, hub, MOVE, does="undo", last=last)
        assert reply.status_code == 400
        assert "This was taken back already, or is done." in reply.get_data(as_text=True)
    [quiz] = room_of(hub).quizzes.kept
    assert quiz.state == "on"
    assert len(sheet(hub, 1).given) == 1, "what was answered is still there"


def test_a_quiz_that_is_taken_back_does_not_open_the_one_before_it(
    hub: Hub, app: Flask
) -> None:
    former = begin(hub)
    move(hub, "end")
    begin(hub)
    last = as_drawn(page_of_quiz(hub, app))
    assert [moved(hub, app, "undo", last) for _ in range(2)] == [302, 400]
    [left] = room_of(hub).quizzes.kept
    assert (left.hub_seq, left.state) == (former.hub_seq, "over")


@pytest.mark.parametrize(
    ("before", "stale", "meanwhile", "state"),
    [
        ((), "pause", ("pause",), "paused"),
        ((), "pause", ("pause", "resume"), "on"),
        (("pause",), "resume", ("resume", "pause"), "paused"),
        ((), "end", ("end",), "over"),
        ((), "end", ("end", "undo", "pause"), "paused"),
        ((), "end", ("end", "another"), "on"),
        ((), "pause", ("undo", "another"), "on"),
        ((), "undo", ("another pack",), "over"),
    ],
)
def test_a_page_of_before_changes_nothing_of_a_quiz(
    hub: Hub,
    app: Flask,
    before: tuple[str, ...],
    stale: str,
    meanwhile: tuple[str, ...],
    state: str,
) -> None:
    begin(hub)
    for does in before:
        move(hub, does)
    last = as_drawn(page_of_quiz(hub, app))
    for does in meanwhile:
        if does == "another":
            begin(hub)
        elif does == "another pack":
            switch(hub, 1, moved_pack())
        else:
            move(hub, does)
    stands = room_of(hub).save()
    assert moved(hub, app, stale, last) == 400
    assert room_of(hub).save() == stands
    assert room_of(hub).quizzes.kept[-1].state == state


def test_a_page_of_the_former_pack_asks_the_skills_that_it_showed(hub: Hub, app: Flask) -> None:
    page = page_of_quiz(hub, app)
    shown = SKILL.findall(page)
    assert shown[:2] == ["count10", "take10"]
    switch(hub, 1, moved_pack())
    fields = {"skill": shown[:2], "learner": 1, "most": 4}
    assert tell(app, hub, "/teacher/class/1/quiz", **fields).status_code == 302
    [quiz] = room_of(hub).quizzes.kept
    assert [room_of(hub).pack.skills[one].id for one in quiz.skills] == ["count10", "take10"]


def test_a_skill_that_the_new_pack_lacks_is_refused_in_words(hub: Hub, app: Flask) -> None:
    page = page_of_quiz(hub, app)
    switch(hub, 1, newer())
    fields = {"skill": SKILL.findall(page)[:2], "learner": 1, "most": 4}
    reply = tell(app, hub, "/teacher/class/1/quiz", **fields)
    assert reply.status_code == 400
    words = "There is no such skill in the lessons of this class."
    assert words in reply.get_data(as_text=True)
    assert room_of(hub).quizzes.kept == []


def moved_pack() -> bytes:
    """The class's pack with a skill before all others: each stands one place further."""
    body = msgspec.json.decode(FIRST_ARITHMETIC.read_bytes())
    body["version"] = 2
    body["skills"] = [{"id": "new", "name": "New", "prerequisites": []}, *body["skills"]]
    body["items"] = [{**body["items"][0], "id": "new.1", "skills": ["new"]}, *body["items"]]
    return msgspec.json.encode(body)


def moved(hub: Hub, app: Flask, does: str, last: str) -> int:
    """What comes of that button on a page with that number."""
    return tell(app, hub, MOVE, does=does, last=last).status_code


def as_drawn(page: str) -> str:
    """The number that the page's form carries."""
    return _value(page, "last")


def page_of_quiz(hub: Hub, app: Flask) -> str:
    return seen_by_teacher(hub, app, "/teacher/class/1/quiz")


def answered(child: Form, hub: Hub, page: str, *, is_right: bool) -> str:
    """Sends the page's form; the page that follows."""
    fields = {
        name: _value(page, name) for name in ("item", "seed", "step", "boot", "device_seq")
    }
    text = right(room_of(hub).pack, fields["item"], int(fields["seed"])) if is_right else WRONG
    return child.post("/learn/answer", **fields, answer=text).get_data(as_text=True)


def _value(page: str, name: str) -> str:
    return page.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def seen_by_teacher(hub: Hub, app: Flask, path: str) -> str:
    return teacher(app, hub).get(path, base_url=base(hub)).get_data(as_text=True)


def piece(hub: Hub, pupil: Pupil, more: str, path: str = "/learn/task") -> str:
    """What a page's script gets from `path`."""
    is_over = threading.Event()
    client = create_app(hub.parts, is_over).test_client()
    device, secret = hub.devices.pair(1, "T")
    client.set_cookie(DEVICE_COOKIE, secret, domain="127.0.0.1")
    token = hub.devices.session(device.id, pupil.learner)
    url = f"{path}?learner={pupil.learner}&session={token}{more}"
    reply = client.get(url, base_url=f"http://127.0.0.1:{hub.ports.http}")
    body = reply.get_data()
    if reply.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    assert reply.status_code == 200
    return body.decode()
