"""The teacher's word on a phone without scripts: said, in force at once, seen, taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.lesson.rebuild import rebuild
from hub.web.factory import create_app
from tests.hub.forms import base, teacher, tell
from tests.hub.tablet import asked, pair_with, right_answer

PAGE = "/teacher/learner/1/word"
#: Skills of the demo class's pack, its first two.
COUNT10, TAKE10 = "count10", "take10"


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def page(app: Flask, hub: Hub, path: str = PAGE) -> str:
    answer = teacher(app, hub).get(path, base_url=base(hub))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def say(app: Flask, hub: Hub, does: str, **fields: object) -> TestResponse:
    return tell(app, hub, PAGE, does=does, **fields)


def last_word(hub: Hub) -> int:
    return hub.classroom.rooms[1].overrides[-1].hub_seq


def test_each_word_holds_at_once_and_is_gone_when_taken_back(app: Flask, hub: Hub) -> None:
    room = hub.classroom.rooms[1]
    before = room.standing(1)
    for does, fields, says in (
        ("pace", {"pace": 85}, "Of 100 answers about 85 should be right."),
        ("goal", {"goal": "accelerate"}, "Goal: "),
        ("exempt", {}, "How fast answers come does not count."),
        ("skill", {"skill": TAKE10, "action": "park", "lasts": "answers:10"}, "Rests: "),
        ("ban", {"item": room.pack.items[0].id}, "This question does not come: "),
    ):
        assert say(app, hub, does, **fields, reason="we talked").status_code == 302, does
        assert room.standing(1) != before, does
        shown = page(app, hub)
        assert says in shown
        assert "we talked" in shown
        assert say(app, hub, "undo", undo=last_word(hub)).status_code == 302
        assert room.standing(1) == before, does
        assert "taken back" in page(app, hub)


def test_a_word_for_days_says_when_it_ends(app: Flask, hub: Hub) -> None:
    assert say(app, hub, "pace", pace=85, lasts="days:7").status_code == 302
    shown = page(app, hub)
    assert "ends within 168 hours" in shown
    assert '<option value="days:1">for 1 day</option>' in shown


def test_a_stated_mastery_needs_a_reason_shows_in_the_path_and_is_replayed(
    app: Flask, hub: Hub
) -> None:
    refused = say(app, hub, "skill", skill=COUNT10, action="known")
    assert refused.status_code == 400
    assert "Say why" in refused.get_data(as_text=True)

    told = {"skill": COUNT10, "action": "known", "reason": "counts aloud"}
    assert say(app, hub, "skill", **told).status_code == 302

    room = hub.classroom.rooms[1]
    assert room.mastery(1, 0) > 0.9
    assert [one.mark for one in room.paths.of(1, 0)] == ["set"]
    assert "set by a teacher" in page(app, hub, "/teacher/learner/1")
    hub.writer.call(lambda _: None)
    assert rebuild(hub.reader, 1)[0].save() == room.save()


def test_a_mastery_that_is_taken_back_is_what_it_was_and_the_path_says_how(
    app: Flask, hub: Hub
) -> None:
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        for _ in range(3):
            reply = tablet.reply(tablet.answer(asked(reply), right_answer(hub, asked(reply))))
    room = hub.classroom.rooms[1]
    before = room.mastery(1, 0)
    say(app, hub, "skill", skill=COUNT10, action="not_yet", reason="guessed")
    assert room.mastery(1, 0) < 0.5 < before

    say(app, hub, "undo", undo=last_word(hub))

    assert room.mastery(1, 0) == before == room.paths.of(1, 0)[-1].after
    assert [one.mark for one in room.paths.of(1, 0)] == ["right"] * 3 + ["set"] * 2


def test_what_is_hostile_or_nonsense_changes_nothing(app: Flask, hub: Hub) -> None:
    seq = hub.classroom.rooms[1].hub_seq
    for does, fields in (
        ("dance", {}),
        ("pace", {"pace": 3}),
        ("goal", {"goal": "<script>"}),
        ("skill", {"skill": "nothing", "action": "pin"}),
        ("skill", {"skill": COUNT10, "action": "park"}),
        ("pace", {"pace": 85, "lasts": "days:4711"}),
        ("ban", {"item": "../../etc"}),
        ("undo", {"undo": 4711}),
        ("pace", {"pace": 85, "reason": "x" * 300}),
    ):
        assert say(app, hub, does, **fields).status_code == 400, (does, fields)
    assert hub.classroom.rooms[1].hub_seq == seq
    say(app, hub, "exempt", reason="<b>bold</b>\u202e")
    shown = page(app, hub)
    assert "&lt;b&gt;bold" in shown
    assert "\u202e" not in shown
