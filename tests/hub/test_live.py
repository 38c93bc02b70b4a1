"""What phones are pushed: little, only what changed, made once for all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from flask import Flask

from hub.app import Hub
from hub.lesson.room import Room
from hub.store.log import Attempt
from hub.web.factory import create_app
from hub.web.teacher import board
from hub.web.teacher.board import Board, Frame, Stop
from hub.web.teacher.live import MOST, Phone, Screens, Shown
from hub.web.teacher.need import Needs
from hub.web.tongue import COOKIE
from models.domain.pack import starter_path
from tests.hub.class_of_forty import WRONG, Forty
from tests.hub.conftest import local_settings
from tests.hub.forms import base
from tests.hub.ground import attempt

PHONES = 3
#: Wrong answers in a row after which a child is stuck.
ROUNDS = 5


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forty]:
    home = tmp_path_factory.mktemp("forty") / "home"
    hub = Hub(home, local_settings(), demo_pack=starter_path())
    hub.start(demo=True)
    made = Forty(hub)
    made.open()
    yield made
    hub.stop()


@pytest.fixture
def app(forty: Forty) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(forty.hub.parts, is_over)
    is_over.set()


@pytest.fixture
def screens(app: Flask) -> Screens:
    made: Screens = app.extensions["mangotree-screens"]
    return made


def shown(app: Flask, forty: Forty, tag: str = "en", *, frame: Frame | None = None) -> Shown:
    """The class as a phone of that language is to have it."""
    made: Screens = app.extensions["mangotree-screens"]
    header = {"Cookie": f"{COOKIE}={tag}"}
    with app.test_request_context(base_url=base(forty.hub), headers=header):
        found = frame or made.board(forty.class_id).now()
        return made.shown(forty.class_id, found, tag)


def look(forty: Forty) -> Frame:
    """The class at this moment, by itself."""
    needs = Needs(forty.hub.flagging, forty.class_id)
    return board.look(forty.hub.parts, forty.class_id, needs)


def pushed(phone: Phone, wanted: Shown) -> list[dict[str, Any]]:
    """What the phone is sent until it has all; each within the limit."""
    found = []
    is_all = False
    while not is_all:
        text, is_all = phone.push(wanted)
        assert len(text.encode()) <= MOST
        found.append(msgspec.json.decode(text.partition("data: ")[2]))
    return found


def test_forty_answers_at_once_are_a_push_of_three_kilobytes(app: Flask, forty: Forty) -> None:
    phone = Phone()
    first = pushed(phone, shown(app, forty))[-1]["order"]
    for _ in range(ROUNDS):
        for learner in forty.learners:
            forty.answers(learner, is_right=learner % 4 != 0)
        changes = pushed(phone, shown(app, forty))
        assert len(changes[0]["tiles"]) == len(forty.learners) == 40
        # New cards come with it, or half a second later.
        assert len(changes) <= 2
    assert phone.order is not None
    assert list(phone.order) != first


def test_an_answer_pushes_its_own_tile_and_nothing_else(app: Flask, forty: Forty) -> None:
    learner = forty.learners[1]
    phone = Phone()
    forty.answers(learner, is_right=False)
    pushed(phone, shown(app, forty))
    forty.answers(learner, is_right=True)
    [change] = pushed(phone, shown(app, forty))
    assert list(change["tiles"]) == [str(learner)]
    assert all(f'id="stop-{learner}"' in one for one in change.get("html", ()))
    text, _ = phone.push(shown(app, forty))
    assert text == ": here\n\n"


def test_no_card_of_the_pack_is_too_long_for_a_push(app: Flask, forty: Forty) -> None:
    room: Room = forty.hub.classroom.rooms[forty.class_id]
    frame = look(forty)
    longest = 0
    # Arabic takes two bytes a letter: no other language of the pack is as long.
    for number, row in enumerate(_wrongs(room, frame.stops[0].learner.id)):
        stop = replace(frame.stops[0], at=(row.item, row.seed, row.step), wrong=row)
        other = replace(frame, number=number, stops=(stop,))
        html = shown(app, forty, "ar", frame=other).elements[f"stop-{stop.learner.id}"]
        event = Phone().push(Shown({}, {"stop": html}, (stop.learner.id,)))[0]
        longest = max(longest, len(event.encode()))
    print(f"longest_card_bytes={longest}")
    assert 0 < longest <= MOST


def _wrongs(room: Room, learner: int) -> Iterator[Attempt]:
    """A wrong answer to each item, by one of its wrong rules where it has any."""
    for item in range(len(room.pack.items)):
        bugs = room.pack.activity(item, 1).template.bugs
        rule = bugs[0].misconception if bugs else None
        yield attempt(1)._replace(
            learner=learner, item=item, seed=1, step=0, answer=WRONG, misconception=rule
        )


def test_phones_that_watch_together_get_one_frame_made_once(
    forty: Forty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PUSH_EVERY_S", 0.0)
    monkeypatch.setattr(board, "BEAT_S", 60.0)
    shared = Board(forty.hub.parts, forty.class_id, threading.Event())
    first = shared.now()
    with ThreadPoolExecutor(PHONES) as pool:
        waiting = [pool.submit(shared.after, first.number) for _ in range(PHONES)]
        forty.answers(forty.learners[0], is_right=True)
        found = {id(one.result(60)) for one in waiting}
    assert len(found) == 1
    assert shared.after(first.number).number == first.number + 1


def test_no_phone_misses_frames_because_another_is_quicker_to_ask(
    forty: Forty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PUSH_EVERY_S", 0.1)
    shared = Board(forty.hub.parts, forty.class_id, threading.Event())
    start, frames = shared.now().number, 20

    def watch() -> int:
        """How many of the frames this phone is given."""
        given, number = 0, start
        while number < start + frames:
            number = shared.after(number).number
            forty.hub.parts.progress.changed()
            given += 1
        return given

    with ThreadPoolExecutor(PHONES) as pool:
        given = [one.result(60) for one in [pool.submit(watch) for _ in range(PHONES)]]
    # One that is only given what the others left has a third of them.
    assert min(given) >= frames // 2


def test_a_card_is_written_once_for_all_phones_of_a_language(
    app: Flask, forty: Forty, screens: Screens
) -> None:
    first = shown(app, forty)
    with app.test_request_context(base_url=base(forty.hub)):
        frame = screens.board(forty.class_id).now()
        again = screens.shown(forty.class_id, frame, "en")
        assert screens.shown(forty.class_id, frame, "en") is again
    cards = [key for key in first.elements if key.startswith("stop-")]
    assert cards
    assert all(again.elements[key] is first.elements[key] for key in cards)


def test_what_does_not_fit_into_a_push_comes_with_the_next_and_the_order_last() -> None:
    elements = {f"stop-{one}": f"<li id=stop-{one}>{'x' * 1300}</li>" for one in range(3)}
    tiles = {one: "w11111" for one in range(40)}
    changes = pushed(Phone(), Shown(tiles, elements, (2, 0, 1)))
    assert [len(one.get("html", ())) for one in changes] == [1, 2]
    assert [one.get("order") for one in changes] == [None, [2, 0, 1]]
    assert [len(one.get("tiles", ())) for one in changes] == [40, 0]


def test_a_new_phone_is_told_that_nobody_is_to_be_visited() -> None:
    # Its page may stand there since before, with cards.
    phone, nobody = Phone(), Shown({1: "w"}, {"top": "<p>"}, ())
    [change] = pushed(phone, nobody)
    assert change["order"] == []
    assert phone.push(nobody)[0] == ": here\n\n"


def test_a_hostile_name_or_answer_stays_text_in_what_is_pushed(
    app: Flask, forty: Forty
) -> None:
    name = "</script><img src=x onerror=alert(1)>\u202e"
    [learner] = forty.hub.teaching.add_learners(forty.class_id, [name])
    frame = look(forty)
    row = attempt(1)._replace(learner=learner.id, item=0, seed=1, step=0, answer=name)
    stop: Stop = replace(frame.stops[0], learner=learner, at=(0, 1, 0), wrong=row)
    found = shown(app, forty, frame=replace(frame, number=-1, stops=(stop,)))
    html = found.elements[f"stop-{learner.id}"]
    assert "<img" not in html
    assert "</script" not in html
    assert "&lt;img" in html
