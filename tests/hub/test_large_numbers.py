"""Numbers beyond all that the hub holds, in an address, a query or a form: no page breaks."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import hub.web
from hub.app import Hub
from hub.web.factory import create_app
from tests.hub.forms import TOKEN, Child, base, child_at, teacher

#: SQLite's largest whole number and one more, the wire's, twenty digits, and more digits than
#: Python reads.
LARGE = (str(2**63 - 1), str(2**63), str(2**53), "9" * 20, "9" * 5000)
#: Whatever else a form has to say for its numbers to be read.
WORDS = (
    *({"does": one} for one in ("skill", "exempt", "ban", "undo", "rename", "set", "move")),
    *({"action": one} for one in ("ask", "pin")),
    {"lasts": "answers", "action": "park", "does": "skill"},
    {"breaks": "", "limit": "", "word": "visited " + "9" * 20},
    {"style": "pin", "locale": "en", "says": "agree", "flag": "idle", "role": "head"},
)
#: After these nobody is signed in any more, or these never end.
LEFT_OUT = {"teacher.sign_out", "people.remove", "people.sign_out", "teacher.live"}


@pytest.fixture
def app(hub: Hub) -> Iterator[Flask]:
    hub.teaching.words.set_group(1, [1, 2], name="Owls")
    is_over = threading.Event()
    yield create_app(hub.parts, is_over)
    is_over.set()


def asked_for() -> set[str]:
    """The names by which the pages read whole numbers out of queries and forms."""
    sources = Path(hub.web.__file__).parent.rglob("*.py")
    text = "\n".join(one.read_text(encoding="utf-8") for one in sources)
    found = set(re.findall(r"""\.get(?:list)?\(\s*"(\w+)"[^()]*\bint\)""", text))
    assert found > {"before", "class", "learner", "undo"}
    return found | {"item", "number", "draft"}


@pytest.mark.parametrize("number", LARGE, ids=len)
def test_no_address_with_a_large_number_breaks(app: Flask, hub: Hub, number: str) -> None:
    client, count = teacher(app, hub), 0
    found = TOKEN.search(client.get("/teacher/password", base_url=base(hub)).text)
    assert found is not None
    for rule in app.url_map.iter_rules():
        for name in re.findall(r"<int:(\w+)>", rule.rule):
            path = rule.rule.replace(f"<int:{name}>", number)
            path = re.sub("<[^>]+>", "1", path)
            is_read = "GET" in (rule.methods or ())
            data = None if is_read else {"csrf_token": found[1], "level": "1"}
            method = "GET" if is_read else "POST"
            answer = client.open(path, method=method, base_url=base(hub), data=data)
            # 405 where the same address takes another way of asking, too.
            assert answer.status_code in {404, 405}, path
            count += 1
    assert count > 30


@pytest.mark.parametrize("number", LARGE[1:2] + LARGE[-1:], ids=len)
def test_no_query_and_no_form_with_large_numbers_breaks(
    app: Flask, hub: Hub, number: str
) -> None:
    client = teacher(app, hub)
    found = TOKEN.search(client.get("/teacher/password", base_url=base(hub)).text)
    assert found is not None
    numbers = dict.fromkeys(sorted(asked_for()), number)
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/teacher") or rule.endpoint in LEFT_OUT:
            continue
        path = re.sub("<[^>]+>", "1", rule.rule)
        if "GET" in (rule.methods or ()):
            answer = client.get(path, query_string=numbers, base_url=base(hub))
            assert answer.status_code < 500, path
        for more in WORDS if "POST" in (rule.methods or ()) else ():
            data = {"csrf_token": found[1]} | numbers | more
            answer = client.post(path, data=data, base_url=base(hub))
            assert answer.status_code < 500, (path, more)
    # All of it was read as a teacher's word.
    assert client.get("/teacher/learner/1", base_url=base(hub)).status_code == 200


def test_a_word_page_before_a_number_too_large_is_the_newest(app: Flask, hub: Hub) -> None:
    hub.teaching.override(1, "pin", 0)
    client, path = teacher(app, hub), "/teacher/learner/1/word"
    for before in ({}, *({"before": one} for one in LARGE)):
        answer = client.get(path, query_string=before, base_url=base(hub))
        assert 'name="undo"' in answer.get_data(as_text=True), before


@pytest.mark.parametrize("number", LARGE[1:2] + LARGE[-1:], ids=len)
def test_no_form_of_a_child_with_large_numbers_breaks(
    app: Flask, hub: Hub, number: str
) -> None:
    child: Child = child_at(app, hub)
    child.post("/learn/sign-in", learner=1)
    item = next(iter(hub.classroom.rooms[1].pack.item_index))
    good = {"boot": "1", "device_seq": "1", "seed": "1", "step": "0", "level": "1"}
    for name in (*good, "learner", "quiz"):
        for more in ({}, {"whole_answer": "7"}, {"hand": "up"}, {"text": "because"}):
            for path in PATHS:
                fields = good | {"item": item, name: number} | more
                answer = child.post(path, **fields)
                assert answer.status_code < 500, (path, name, more)


#: Where a child's forms go.
PATHS = tuple(
    f"/learn/{one}"
    for one in ("answer", "hint", "why", "appeal", "hand", "quiz/seen", "turn", "sign-in")
)
