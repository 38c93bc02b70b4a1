"""What learners write in their own words, the language of lessons, and the pieces of a page."""

from __future__ import annotations

import http.client
import json
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from hub.app import Hub
from hub.errors import RosterError
from hub.insight.words import languages, say, words
from hub.store.database import open_reading
from hub.store.lately import explanations, is_explanation, last_answers
from hub.web.maths import html
from models.domain.locales import locale
from models.domain.pieces import Maths, Number, Operator, StackedFraction, Words
from tests.hub.conftest import local_settings
from tests.hub.ground import attempt
from tests.packs import FIRST_ARITHMETIC

PACK = Path(__file__).parents[1] / "widgets_pack.json"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub(tmp_path / "home", local_settings(), demo_pack=PACK)
    hub.start(demo=True)
    yield hub
    hub.stop()


def send(
    hub: Hub, secret: str, path: str, body: dict[str, Any] | None = None
) -> tuple[int, str]:
    """The hub's status and text for a script's request."""
    with closing(http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)) as road:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        method, sent = ("GET", None) if body is None else ("POST", json.dumps(body))
        road.request(method, path, sent, headers)
        response = road.getresponse()
        return response.status, response.read().decode()


def test_an_explanation_is_kept_for_the_teacher_and_changes_nothing_else(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "tablet")
    session = hub.devices.session(device.id, 1)
    who = {"learner": 1, "session": session}
    before = hub.classroom.rooms[1].tracer.to_bytes()
    fields = {**who, "item": "w01.1", "seed": 5, "text": "<b>" + "x" * 500}
    assert send(hub, secret, "/learn/why", fields) == (200, '{"kept":true}\n')
    assert send(hub, secret, "/learn/why", {**fields, "item": "none"})[0] == 400
    assert send(hub, secret, "/learn/why", {**fields, "seed": "five"})[0] == 400
    assert hub.classroom.rooms[1].tracer.to_bytes() == before
    hub.teaching.judge_why(1, hub.classroom.rooms[1].hub_seq, 2)
    hub.writer.settle()
    with closing(open_reading(hub.home.database)) as connection:
        [one] = explanations(connection, 1, 1, 9)
        assert (one.text, one.level, one.seed) == ("<b>" + "x" * 397, 2, 5)
        assert is_explanation(connection, 1, one.hub_seq)
        assert not is_explanation(connection, 2, one.hub_seq)
        assert last_answers(connection, 1, 1, 9) == []


@pytest.mark.parametrize("body", ["[]", "7", '"x"'])
def test_an_explanation_that_is_none_is_refused(hub: Hub, body: str) -> None:
    _, secret = hub.devices.pair(1, "tablet")
    assert send(hub, secret, "/learn/why", json.loads(body))[0] == 400
    assert send(hub, secret, "/learn/sign-in", json.loads(body))[0] == 404


def test_a_seed_without_end_is_refused(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "tablet")
    who = {"learner": 1, "session": hub.devices.session(device.id, 1)}
    fields = {**who, "item": "w01.1", "seed": math.inf, "text": "so"}
    assert send(hub, secret, "/learn/why", fields)[0] == 400
    assert send(hub, secret, "/learn/sign-in", {"learner": math.inf})[0] == 404


def test_an_explanation_is_called_kept_once_it_is_on_the_disk(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "tablet")
    who = {"learner": 1, "session": hub.devices.session(device.id, 1)}
    for text in ("one", "two", "three"):
        assert send(hub, secret, "/learn/why", {**who, "item": "w01.1", "text": text})[0] == 200
        with closing(open_reading(hub.home.database)) as connection:
            assert explanations(connection, 1, 1, 1)[0].text == text


def test_the_piece_of_page_is_there_when_the_pack_changed_after_an_answer(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "tablet")
    session = hub.devices.session(device.id, 1)
    room = hub.classroom.rooms[1]
    last = len(room.pack.items) - 1
    row = attempt(room.hub_seq, answer="1")._replace(item=last, seed=5)
    hub.progress.on_answer(row)
    fewer = json.loads(FIRST_ARITHMETIC.read_text(encoding="utf-8"))
    fewer["items"] = fewer["items"][:3]
    pack, _ = hub.teaching.install_pack(json.dumps(fewer).encode(), where="fewer")
    hub.teaching.use_pack(1, pack)
    status, piece = send(hub, secret, f"/learn/task?learner=1&session={session}&told")
    assert status == 200
    assert 'id="task"' in piece


def test_a_hint_comes_by_http_as_by_mqtt_and_the_piece_of_page_shows_it(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "tablet")
    session = hub.devices.session(device.id, 1)
    who = {"learner": 1, "session": session, "item": "w01.1", "seed": 5, "level": 1}
    status, text = send(hub, secret, "/learn/hint", who)
    assert status == 200
    assert json.loads(text)["next"]["hint"] == "It is the same twice."
    assert json.loads(send(hub, secret, "/learn/hint", {**who, "item": "x"})[1]) == {
        "expected": 0,
        "refused": "unknown_activity",
        "retry_ms": 0,
    }
    path = f"/learn/task?learner=1&session={session}"
    status, piece = send(hub, secret, path)
    assert status == 200
    assert "It is the same twice." in piece
    assert 'data-key="w01.1.5.0"' in piece
    assert send(hub, secret, "/learn/task?learner=1&session=guessed")[0] == 403
    assert send(hub, secret, f"/learn/task?learner=2&session={session}")[0] == 403


def test_a_class_and_a_child_have_the_language_that_the_teacher_chose(hub: Hub) -> None:
    room = hub.classroom.rooms[1]
    hub.teaching.set_language(1, "ar")
    hub.teaching.set_language(1, "en", [2])
    assert (room.language(1), room.language(2)) == ("ar", "en")
    for class_id, tag, learners in ((1, "fr", []), (9, "ar", []), (1, "ar", [999])):
        with pytest.raises(RosterError):
            hub.teaching.set_language(class_id, tag, learners)


def test_every_language_has_all_words_with_the_same_slots() -> None:
    english = words("en")
    assert languages() == ("ar", "en", "sw")
    for tag in ("ar", "sw"):
        assert [key for key in english if words(tag)[key] == english[key]] == []
        for key, text in english.items():
            assert slots(words(tag)[key]) == slots(text), (tag, key)


def slots(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_words_fall_back_and_numbers_take_the_languages_digits() -> None:
    assert say("fr", "page.ok") == "OK"
    assert say("ar", "page.step", step=1, steps=23) == "الخطوة ١ من ٢٣"
    assert say("en-XA", "page.step", step=1, steps=2).endswith(" 2]")
    with pytest.raises(KeyError):
        say("en", "page.mood")


def test_mathematics_is_drawn_for_eyes_and_said_for_ears() -> None:
    half = StackedFraction((Number("1"),), (Number("2"),))
    pieces = (Words("a < b "), Maths((half, Operator("+"), Number("<3"))))
    text = str(html(pieces, locale("en")))
    assert text.startswith("a &lt; b <span")
    assert "one half" in text
    assert '<span class="top"><span class="n">1</span></span>' in text
    assert "&lt;3" in text
