"""One file to send, asked for on the pages of cards and of the sheet for the wall."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.paper import printer
from hub.paper.fonts import ALL
from hub.web.factory import create_app
from tests.hub.forms import base, child_at, is_lesson, teacher, tell
from tests.hub.paper import holds, read

CARD = re.compile(r'name="card" value="([^"]+)"')


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def offered(page: TestResponse) -> dict[str, object]:
    """The fields of the page's form for one file."""
    text = page.get_data(as_text=True)
    form = text.split('action="/teacher/class/1/paper"')[1].split("</form>")[0]
    fields: dict[str, object] = {"card": CARD.findall(form)}
    return fields | ({"wall": "1"} if 'name="wall"' in form else {})


def ask(app: Flask, hub: Hub, **fields: object) -> TestResponse:
    return tell(app, hub, "/teacher/class/1/paper", **fields)


def test_the_file_holds_the_cards_of_the_page_and_they_open(app: Flask, hub: Hub) -> None:
    fields = offered(tell(app, hub, "/teacher/class/1/cards"))
    answer = ask(app, hub, **fields)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    wall, first, second = read(answer.data)
    assert hub.people.classes[1].join_code in wall.words
    tokens = fields["card"]
    assert isinstance(tokens, list)
    assert len(tokens) == 20
    link = f"{base(hub)}/card/{tokens[10]}"
    assert holds(second.part(11, 11, 46, 53), link)
    names = [one.name for one in hub.people.in_class(1)]
    # Where letters stand close pdfium reads a blank between them.
    flat = [page.words.replace(" ", "") for page in (first, second)]
    assert all(name in flat[0] for name in names[:10])
    assert all(name in flat[1] for name in names[10:])
    assert is_lesson(child_at(app, hub).post(f"/card/{tokens[10]}"))


def test_asked_again_it_is_the_same_cards(app: Flask, hub: Hub) -> None:
    fields = offered(tell(app, hub, "/teacher/class/1/cards"))
    once, again = ask(app, hub, **fields), ask(app, hub, **fields)
    drawn = [[page.dots.tobytes() for page in read(one.data)] for one in (once, again)]
    assert drawn[0] == drawn[1]


def test_one_childs_card_comes_alone(app: Flask, hub: Hub) -> None:
    fields = offered(tell(app, hub, "/teacher/class/1/cards", learner=3))
    (page,) = read(ask(app, hub, **fields).data)
    assert "Chausiku" in page.words.replace(" ", "")


def test_the_sheet_for_the_wall_comes_alone_from_its_page(app: Flask, hub: Hub) -> None:
    page = teacher(app, hub).get("/teacher/first/1/wall", base_url=base(hub))
    (sheet,) = read(ask(app, hub, **offered(page)).data)
    assert hub.people.classes[1].join_code in sheet.words


def test_no_copy_is_kept_and_the_name_is_safe_to_save(app: Flask, hub: Hub) -> None:
    for name, told in (
        ("Darasa la 4", "filename=mangotree-Darasa-la-4.pdf"),
        ('../../etc/"x"; a=b\\c', "filename=mangotree-etc-x-a-b-c.pdf"),
        ("الصف", "filename*=UTF-8''mangotree-%D8%A7%D9%84%D8%B5%D9%81.pdf"),
        ("...", "filename=mangotree.pdf"),
    ):
        hub.people.classes[1] = replace(hub.people.classes[1], name=name)
        answer = ask(app, hub, wall="1")
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("attachment; ")
        assert told in disposition
        assert not set('/\\"') & set(disposition.split("filename=")[-1])
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_dead_cards_and_cards_of_others_are_refused(app: Flask, hub: Hub) -> None:
    other = hub.people.add_class("Other", hub.people.classes[1].pack)
    [guest] = hub.people.add_learners(other.id, ["Guest"])
    [foreign] = hub.door.codes.new_cards([guest.id])
    [dead] = hub.door.codes.new_cards([3])
    hub.door.codes.new_cards([3])
    for token in (foreign, dead, "made up", ""):
        answer = ask(app, hub, card=[token], wall="1")
        assert answer.status_code == 400
        assert "These cards do not work any more" in answer.get_data(as_text=True)
    assert ask(app, hub).status_code == 400


def test_a_phone_that_cannot_have_the_file_is_told_in_its_language(
    app: Flask, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = [type(font)(font.path / "gone", font.package) for font in ALL]
    monkeypatch.setattr(printer, "ALL", gone)
    client = teacher(app, hub)
    page = client.get("/teacher/first/1/wall", base_url=base(hub)).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    client.set_cookie("mangotree_language", "sw", domain="127.0.0.1")
    data = {"csrf_token": token[1], "wall": "1"}
    told = client.post("/teacher/class/1/paper", base_url=base(hub), data=data)
    assert told.status_code == 503
    assert "haina fonti" in told.get_data(as_text=True)
    assert "fonts-dejavu-core" in told.get_data(as_text=True)
