"""The teacher's pages in another language: no word of English is left, and who chooses it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from hub import web
from hub.app import DEMO_NAMES, Hub
from hub.insight.words import say
from hub.insight.words.teacher import OWN_NAMES
from hub.overriding import CLASS, Note, Whom
from hub.roster.roles import DUTIES
from hub.store.choices import choice
from hub.web.factory import create_app
from hub.web.tongue import CHOSEN, COOKIE
from models.domain.solution import bug_answers
from tests.hub.conftest import StartHub
from tests.hub.forms import TOKEN, base, teacher
from tests.hub.quiz import Pupil, begin, room_of

RULE = "sub.smaller_from_larger"
#: Words that are the same in every language.
SAME = ("Mangotree", "en-XA", *OWN_NAMES.values(), *DEMO_NAMES)
#: What no language writes: commands, addresses, and words that say which language they are.
NOT_WORDS = frozenset({"code", "script", "style"})
#: Where a question or an answer stands that the pack has filled in.
LESSONS = frozenset({"sum", "asked", "given", "drawn", "at"})


class Words(HTMLParser):
    """The words of a page that a reader sees or hears, but for what names its own language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        is_other = tag in NOT_WORDS or own.get("dir") == "ltr" or "lang" in own
        is_other = is_other or not LESSONS.isdisjoint((own.get("class") or "").split())
        is_kept = tag != "html" and (is_other or (bool(self._open) and self._open[-1][1]))
        if not is_kept:
            spoken = ("aria-label", "title", "alt", "placeholder")
            self.found += [own[one] or "" for one in spoken if one in own]
        if tag not in {"meta", "link", "input", "br", "path", "circle", "line", "use", "img"}:
            self._open.append((tag, is_kept))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][1]):
            self.found.append(" ".join(data.split()))


@pytest.fixture
def hub(start_starter: StartHub) -> Hub:
    """A class in which all happened that a page can tell of."""
    hub = start_starter()
    teaching, room = hub.teaching, room_of(hub)
    hub.devices.pair(1, "Amani")
    pupil = Pupil(hub, 1)
    for is_right in (True, False, True):
        pupil.says(is_right=is_right)
    mistaken(hub, 2)
    teaching.override(1, "pin", 1)
    teaching.override(1, "skip", 2)
    teaching.ask(1, room.pack.items[0].id, 5)
    teaching.words.set_group(1, [1, 2, 3], name="Amani")
    for whom in (CLASS, Whom(group=1)):
        teaching.words.set_pace(1, whom, 65, Note(reason="Amani", answers=10))
    begin(hub, learners=[1, 3])
    Pupil(hub, 3).says(is_right=True)
    hub.classroom.deed(1, "why", {"learner": 1, "item": 0, "seed": 5, "text": "Amani"})
    hub.writer.call(lambda _database: None)
    return hub


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def mistaken(hub: Hub, learner: int) -> None:
    """Answers of `learner` that follow a wrong rule wherever it shows itself."""
    room, child = room_of(hub), Pupil(hub, learner)
    for place, item in enumerate(room.pack.items):
        if item.skills[0] != "a05":
            continue
        made = room.pack.activity(place, 11)
        template = made.template
        wrong = dict(bug_answers(template.bugs, template.answer, made, room.pack)).get(RULE)
        if wrong is not None:
            child.answer(wrong, item=item.id, seed=11, step=0)


def phone(app: Flask, hub: Hub, tag: str) -> FlaskClient:
    client = teacher(app, hub)
    client.set_cookie(COOKIE, tag, domain="127.0.0.1")
    return client


def pages(app: Flask, hub: Hub, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Every page of the teachers' that can be looked at, and one that is refused."""
    named = ("class_id", "group_id", "device_id", "teacher_id")
    values: dict[str, Any] = {"learner_id": 2} | dict.fromkeys(named, 1)
    found = ["/teacher/learner/1", "/teacher/learner/3", "/teacher/class/99/quiz"]
    for rule in app.url_map.iter_rules():
        needs = getattr(app.view_functions[rule.endpoint], "needs", "")
        is_page = needs in DUTIES or rule.rule == "/teacher/sign-in"
        if is_page and "GET" in (rule.methods or ()) and rule.arguments <= values.keys():
            with app.test_request_context(base_url=base(hub)):
                path = url_for(rule.endpoint, **{n: values[n] for n in rule.arguments})
            found.append(path)
    for path in found:
        answer = client.get(path, base_url=base(hub), buffered=False)
        if answer.mimetype == "text/html" and answer.status_code != 302:
            yield path, answer.get_data(as_text=True)
        answer.close()


def names(hub: Hub) -> list[str]:
    """What a page may repeat as it stands: names of people and things, words of the lessons."""
    room = room_of(hub)
    lessons = [text for tag in room.pack.locales for text in room.pack.texts(tag).values()]
    own = [
        hub.people.classes[1].name,
        "head",
        base(hub),
        *(one.name for one in hub.devices.all.values()),
    ]
    return sorted([*SAME, *lessons, *own], key=len, reverse=True)


def english(text: str, allowed: list[str]) -> str:
    """What is left of `text` in plain letters without accents, but for what is allowed."""
    for one in allowed:
        text = text.replace(one, "")
    return " ".join(re.findall(r"[A-Za-z]{2,}", text))


TEMPLATES = Path(web.__file__).parent / "templates/teacher"
#: What Jinja puts in, and what browsers and machines read.
FILLED = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<code.*?</code>", re.DOTALL)
SPOKEN = re.compile(r"(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"")


def written(template: str) -> list[str]:
    """Words that stand in a template itself."""
    bare = FILLED.sub("", template)
    parts = [*SPOKEN.findall(bare), re.sub(r"<[^>]*>", " ", bare)]
    return [one for part in parts for one in re.findall(r"[^\W\d_]{2,}", part)]


def test_no_template_of_a_teacher_holds_words_itself() -> None:
    found = {path.name: written(path.read_text("utf-8")) for path in TEMPLATES.glob("*.html")}
    left = {name: [one for one in words if one != "Mangotree"] for name, words in found.items()}
    assert {name: words for name, words in left.items() if words} == {}


def test_words_that_stand_in_a_template_or_on_a_page_are_seen() -> None:
    assert written('<p title="Why">{{ t("x") }} and <b>so</b>{% if a %}</p>') == [
        "Why",
        "and",
        "so",
    ]
    seen = Words('<html lang="sw"><p>Amani <i lang="en">x</i> is <b title="one">in</b></p>')
    assert seen.found == ["Amani", "is", "one", "in"]
    assert english("Amani is in", ["Amani"]) == "is in"


def test_no_page_of_a_teacher_holds_words_that_no_table_has(hub: Hub, app: Flask) -> None:
    allowed = names(hub)
    left = {
        (path, text)
        for path, page in pages(app, hub, phone(app, hub, "en-XA"))
        for text in Words(page).found
        if english(text, allowed)
    }
    assert sorted(left) == []
    whole = "".join(page for _, page in pages(app, hub, phone(app, hub, "sw")))
    for part in ("now", "next", "behind", "said", "answers", "quiz", "quiz-move", "tally"):
        assert f'id="{part}"' in whole, part


def test_every_page_runs_as_its_language_does(hub: Hub, app: Flask) -> None:
    for tag, direction in (("sw", "ltr"), ("ar", "rtl")):
        found = dict(pages(app, hub, phone(app, hub, tag)))
        assert len(found) > 8
        for path, page in found.items():
            assert f'<html lang="{tag}" dir="{direction}">' in page, path


def test_a_refusal_is_told_in_the_language_of_the_page(hub: Hub, app: Flask) -> None:
    client = phone(app, hub, "sw")
    page = client.get("/teacher/class/99/quiz", base_url=base(hub)).get_data(as_text=True)
    assert say("sw", "fault.no_class") in page
    page = client.get("/teacher/nowhere", base_url=base(hub)).get_data(as_text=True)
    assert say("sw", "trouble.missing") in page


def chosen(client: FlaskClient, hub: Hub, **fields: str) -> tuple[int, str]:
    """The status and the next page's language after a form of languages was sent."""
    page = client.get("/teacher/sign-in", base_url=base(hub)).get_data(as_text=True)
    found = TOKEN.search(page)
    assert found is not None
    data = {"csrf_token": found.group(1), **fields}
    status = client.post("/teacher/language", base_url=base(hub), data=data).status_code
    page = client.get("/teacher/sign-in", base_url=base(hub)).get_data(as_text=True)
    return status, page.partition('<html lang="')[2].partition('"')[0]


def test_the_phone_chooses_until_a_teacher_does_and_then_for_the_next_sign_in(
    hub: Hub, app: Flask
) -> None:
    stranger = app.test_client()
    accepts = {"Accept-Language": "sw-TZ,sw;q=0.9,en;q=0.8"}
    page = stranger.get("/teacher/sign-in", base_url=base(hub), headers=accepts)
    assert '<html lang="sw"' in page.get_data(as_text=True)
    assert chosen(stranger, hub, tongue="ar") == (302, "ar")
    assert choice(hub.home.database, CHOSEN) == "", "a stranger's choice is for the own phone"
    assert chosen(app.test_client(), hub, tongue="fr") == (400, "en")
    assert chosen(teacher(app, hub), hub, tongue="sw") == (302, "sw")
    page = app.test_client().get("/teacher/sign-in", base_url=base(hub))
    assert '<html lang="sw"' in page.get_data(as_text=True)


@pytest.mark.parametrize("path", ["//evil.example", "/learn", "/teacher/x?next=//evil", ""])
def test_a_choice_of_language_leads_nowhere_but_to_a_teachers_page(
    hub: Hub, app: Flask, path: str
) -> None:
    client = teacher(app, hub)
    token = TOKEN.search(client.get("/teacher/", base_url=base(hub)).get_data(as_text=True))
    assert token is not None
    data = {"csrf_token": token.group(1), "tongue": "sw", "from": path}
    assert client.post("/teacher/language", base_url=base(hub), data=data).location == (
        "/teacher/"
    )
