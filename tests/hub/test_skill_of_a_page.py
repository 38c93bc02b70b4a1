"""A page that stood open while its class went on with another pack still means its skill."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import msgspec
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.lesson.overrides import Override
from hub.web.factory import create_app
from tests.hub.conftest import StartHub
from tests.hub.forms import base, teacher, tell
from tests.hub.test_newer_pack import MORE, newer, switch
from tests.hub.test_tutoring import PACK

ADDING = "s"
NOWHERE = "There is no such skill"


@pytest.fixture
def hub(start_hub: StartHub) -> Hub:
    """A hub whose class 2 works with a pack of one skill, `ADDING`."""
    hub = start_hub()
    pack = hub.teaching.install_pack(msgspec.json.encode(PACK), where="tutored")
    hub.teaching.add_class("Tutored", pack, ["Ada", "Ben"])
    return hub


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def ada(hub: Hub) -> int:
    return hub.people.in_class(2)[0].id


def skill_on(app: Flask, hub: Hub, path: str) -> str:
    """What the page's form posts for the one skill that the pack has."""
    page = teacher(app, hub).get(path, base_url=base(hub)).get_data(as_text=True)
    found = re.search(
        r'name="skill" value="([^"]+)"|<select id="skill"[^>]*>\s*<option value="([^"]+)"',
        page,
    )
    assert found is not None
    return found[1] or found[2]


def words(hub: Hub) -> list[Override]:
    return hub.classroom.rooms[2].overrides


def skills_said(hub: Hub) -> list[str]:
    room = hub.classroom.rooms[2]
    return [room.pack.skills[one.skill].id for one in words(hub)]


def override(app: Flask, hub: Hub, skill: str, **fields: object) -> TestResponse:
    return tell(app, hub, f"/teacher/learner/{ada(hub)}/override", skill=skill, **fields)


@pytest.mark.parametrize("action", ["pin", "skip"])
def test_a_tap_on_an_older_page_of_a_learner_means_the_skill_it_showed(
    app: Flask, hub: Hub, action: str
) -> None:
    skill = skill_on(app, hub, f"/teacher/learner/{ada(hub)}")
    switch(hub, 2, newer())

    told = override(app, hub, skill, action=action)

    assert told.status_code == 302
    assert skills_said(hub) == [ADDING]
    page = teacher(app, hub).get(told.location, base_url=base(hub)).get_data(as_text=True)
    row = page.partition(f'id="{told.location.partition("#")[2]}"')[2].partition("</li>")[0]
    assert "Adding" in row
    assert 'name="undo"' in row


@pytest.mark.parametrize("action", ["known", "not_yet", "pin", "skip", "unlock", "park"])
@pytest.mark.parametrize("whom", ["learner", "group", "class"])
def test_a_word_from_an_older_page_is_of_the_skill_it_named(
    app: Flask, hub: Hub, whom: str, action: str
) -> None:
    group, _ = hub.teaching.words.set_group(2, [ada(hub)], name="Owls")
    path = {
        "learner": f"/teacher/learner/{ada(hub)}/word",
        "group": f"/teacher/class/2/group/{group}/word",
        "class": "/teacher/class/2/word",
    }[whom]
    skill = skill_on(app, hub, path)
    switch(hub, 2, newer())
    fields = {"lasts": "answers:10"} if action == "park" else {"reason": "counts goats"}

    told = tell(app, hub, path, does="skill", skill=skill, action=action, **fields)

    assert told.status_code == 302
    assert skills_said(hub) == [ADDING]


def test_a_skill_that_the_newer_pack_has_no_more_is_refused_in_words(
    app: Flask, hub: Hub
) -> None:
    page, word = f"/teacher/learner/{ada(hub)}", f"/teacher/learner/{ada(hub)}/word"
    skill = skill_on(app, hub, page)
    without = {"skills": [{"id": "new", "name": "Times"}], "items": [MORE]}
    switch(hub, 2, newer(**without, misconceptions=[], locales={}))
    before = hub.classroom.rooms[2].hub_seq
    # A place is no id: 0 was the former skill, and is another one now.
    for wanted in (skill, "0", "", "x" * 300):
        for action in ("pin", "known"):
            fields = {"does": "skill", "action": action, "reason": "counts goats"}
            for told in (
                tell(app, hub, word, skill=wanted, **fields),
                override(app, hub, wanted, action="pin"),
            ):
                assert told.status_code == 400, (wanted, action)
                assert NOWHERE in told.get_data(as_text=True), (wanted, action)
    assert hub.classroom.rooms[2].hub_seq == before
    assert words(hub) == []
