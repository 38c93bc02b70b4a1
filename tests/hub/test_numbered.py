"""Windows without scripts, reloads and an older copy of the hub: each answer counts, once."""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.app import Hub
from hub.web.factory import create_app
from hub.web.safety import DEVICE_COOKIE
from tests.hub.conftest import StartHub
from tests.hub.forms import Child, child_at

FIELD = re.compile(
    r'name="(boot|device_seq|item|seed|step|learner|session)"[^>]*? value="([^"]*)"'
)


@pytest.fixture
def child(hub: Hub) -> Child:
    return seated(hub)


def seated(hub: Hub) -> Child:
    found = child_at(app_of(hub), hub)
    found.post("/learn/sign-in", learner=1)
    return found


def app_of(hub: Hub) -> Flask:
    return create_app(hub.parts, threading.Event())


def window(child: Child) -> dict[str, str]:
    """What a window that is opened now sends with its answer."""
    return fields_of(child.get("/learn"))


def fields_of(page: TestResponse) -> dict[str, str]:
    found = dict(FIELD.findall(page.get_data(as_text=True)))
    assert {"boot", "device_seq", "item"} <= set(found)
    return found


def give(child: Child, fields: dict[str, str], text: str) -> TestResponse:
    return child.post("/learn/answer", **fields, whole_answer=text)


def logged(hub: Hub) -> list[tuple[int, str, int]]:
    """Learner, answer and number of each row on the disk."""
    with closing(sqlite3.connect(hub.home.database)) as database:
        rows = database.execute("SELECT learner, answer, device_seq FROM attempts")
        return [(int(who), str(text), int(number)) for who, text, number in rows]


def test_two_windows_with_one_number_lose_no_answer(hub: Hub, child: Child) -> None:
    one, two = window(child), window(child)
    assert one["device_seq"] == two["device_seq"] == "1"
    assert give(child, one, "1").status_code == 200
    assert give(child, two, "2").status_code == 200
    assert logged(hub) == [(1, "1", 1), (1, "2", 2)]


def test_a_reload_of_what_was_given_another_number_counts_once(hub: Hub, child: Child) -> None:
    one, two = window(child), window(child)
    for fields, text in ((one, "1"), (two, "2"), (two, "2"), (one, "1"), (two, "2")):
        give(child, fields, text)
    assert logged(hub) == [(1, "1", 1), (1, "2", 2)]


def test_the_same_wrong_answer_given_again_on_the_next_page_counts_again(
    hub: Hub, child: Child
) -> None:
    page = give(child, window(child), "999")
    give(child, fields_of(page), "999")
    assert logged(hub) == [(1, "999", 1), (1, "999", 2)]


def test_a_friends_window_with_the_same_number_is_not_taken_for_the_first(
    hub: Hub, child: Child
) -> None:
    first = window(child)
    child.post("/learn/sign-in", learner=2, friend=1)
    friends = window(child)
    assert (friends["learner"], friends["device_seq"]) == ("2", first["device_seq"])
    give(child, first, "1")
    give(child, friends, "2")
    assert logged(hub) == [(1, "1", 1), (2, "2", 2)]


def test_windows_that_send_at_the_same_moment_lose_and_double_nothing(
    hub: Hub, child: Child
) -> None:
    fields = window(child)
    others = [Child(hub, app_of(hub).test_client(), child.device) for _ in range(3)]
    cookie = child.client.get_cookie(DEVICE_COOKIE, domain="127.0.0.1")
    assert cookie is not None
    for one in others:
        one.client.set_cookie(DEVICE_COOKIE, cookie.value, domain="127.0.0.1")
    sent = [(one, text) for one, text in zip(others, ("1", "2", "2"), strict=True)]
    threads = [threading.Thread(target=give, args=(one, fields, text)) for one, text in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = logged(hub)
    assert sorted(text for _, text, _ in rows) == ["1", "2"]
    assert sorted(number for _, _, number in rows) == [1, 2]


def test_a_window_that_outlived_a_hub_restored_from_a_copy_gives_its_answer(
    start_hub: StartHub, tmp_path: Path
) -> None:
    hub = start_hub()
    child = seated(hub)
    child.get("/")
    hub.stop()
    shutil.copytree(hub.home.path, tmp_path / "copy")

    hub = start_hub()
    child = again(child, hub)
    page = give(child, window(child), "1")
    page = give(child, fields_of(page), "2")
    later = fields_of(page)
    assert later["device_seq"] == "3"
    hub.stop()

    hub = start_hub(home=tmp_path / "copy")
    child = again(child, hub)
    assert give(child, later, "3").status_code == 200
    give(child, later, "3")
    assert logged(hub) == [(1, "3", 1)]


def again(child: Child, hub: Hub) -> Child:
    """The same tablet before a hub that was started anew."""
    cookie = child.client.get_cookie(DEVICE_COOKIE, domain="127.0.0.1")
    assert cookie is not None
    client = app_of(hub).test_client()
    client.set_cookie(DEVICE_COOKIE, cookie.value, domain="127.0.0.1")
    return Child(hub, client, child.device)
