"""Flags on a learner's page: said in words with their numbers, answered, taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from hub.app import Hub
from hub.insight.words.teacher import figure
from hub.web.factory import create_app
from tests.hub.forms import base, teacher, tell
from tests.hub.tablet import asked, pair_with

PAGE = "/teacher/learner/1"


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def all_wrong(hub: Hub, answers: int) -> None:
    with pair_with(hub) as tablet:
        reply = tablet.sign_in(1)
        for _ in range(answers):
            reply = tablet.reply(tablet.answer(asked(reply), "4711"))
    hub.writer.call(lambda _: None)


def page(app: Flask, hub: Hub) -> str:
    return teacher(app, hub).get(PAGE, base_url=base(hub)).get_data(as_text=True)


def names(hub: Hub) -> list[str]:
    return [f"{one.code}:{one.skill}" for one in hub.parts.flagging.of(1, 1)]


def test_a_flag_is_told_with_its_numbers_and_what_clears_it(app: Flask, hub: Hub) -> None:
    assert 'id="flags"' not in page(app, hub)
    all_wrong(hub, 6)
    shown = page(app, hub)
    flags = hub.parts.flagging.of(1, 1)
    assert flags
    assert shown.count('name="says" value="handled"') == len(flags)
    assert "would clear this" in shown
    numbers = [figure("en", one.value, 3, is_signed=True) for one in flags[0].parts]
    assert [number for number in numbers if number not in shown] == []


def test_a_word_on_a_flag_holds_and_is_taken_back(app: Flask, hub: Hub) -> None:
    all_wrong(hub, 6)
    before = names(hub)
    name = before[0]
    assert tell(app, hub, f"{PAGE}/flag", flag=name, says="wrong").status_code == 302
    assert name not in names(hub)
    assert "You said that this is wrong." in page(app, hub)
    row = next(said for _, said in hub.parts.flagging.all_of(1, 1) if said)
    assert tell(app, hub, f"{PAGE}/flag", undo=row).status_code == 302
    assert names(hub) == before


def test_nonsense_about_flags_is_refused(app: Flask, hub: Hub) -> None:
    all_wrong(hub, 6)
    before, seq = names(hub), hub.classroom.rooms[1].hub_seq
    for fields in (
        {"flag": before[0], "says": "maybe"},
        {"flag": "gaming:none", "says": "wrong"},
        {"undo": 4711},
        {},
    ):
        assert tell(app, hub, f"{PAGE}/flag", **fields).status_code == 400, fields
    assert (names(hub), hub.classroom.rooms[1].hub_seq) == (before, seq)
