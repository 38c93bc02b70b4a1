"""What a tablet gets for the time out of reach: the questions to come, and keys to them."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.messages import Answer
from hub.app import Hub
from hub.lesson.ahead import END, MOST, supply
from hub.lesson.keys import as_typed, fnv1a, keys_of
from hub.lesson.room import Room
from hub.lesson.tutoring import Problem
from models.domain.locales import locale
from models.domain.pack import Pack
from models.domain.reading import load_pack
from models.domain.showing import Showing
from models.domain.solution import right_answer
from tests.packs import right

STARTER = Path("models/domain/starter")


@pytest.fixture(scope="module")
def starter() -> Pack:
    return load_pack(STARTER)[0]


def get(hub: Hub, secret: str, path: str) -> tuple[int, dict[str, Any], int]:
    connection = http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "gzip"}
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.headers.get("Content-Encoding") == "gzip":
        return response.status, json.loads(gzip.decompress(body)), len(body)
    return response.status, json.loads(body), len(body)


def room_of(hub: Hub) -> Room:
    return hub.classroom.rooms[1]


def test_the_hub_asks_next_what_the_supply_foresaw(hub: Hub) -> None:
    device, _ = hub.devices.pair(1, "kiosk")
    room, session = room_of(hub), hub.devices.session(device.id, 1)
    for number in range(1, 30):
        now = hub.classroom.start(device, 1).activity
        assert now
        coming = supply(room, 1)
        is_right = number % 3 != 0
        text = right(room.pack, now.item, now.seed) if is_right else "99999"
        sent = Answer(
            device_seq=number,
            boot=7,
            learner=1,
            session=session,
            item=now.item,
            seed=now.seed,
            answer=text,
        )
        is_first_try = 1 not in room.problems
        then = hub.classroom.answer(device, sent).activity
        foreseen = coming.nodes[coming.right if is_right else coming.wrong]
        if is_first_try and is_right:
            assert then
            assert (room.pack.items[foreseen.item].id, foreseen.seed) == (
                then.item,
                then.seed,
            )


def test_every_way_through_the_supply_ends_and_asks_nothing_twice_in_a_row(hub: Hub) -> None:
    coming = supply(room_of(hub), 1)
    assert 12 < len(coming.nodes) <= MOST
    assert coming.right != END
    for at, one in enumerate(coming.nodes):
        for after in {one.right, one.wrong} - {END}:
            assert at < after < len(coming.nodes)
            there = coming.nodes[after]
            assert (there.item, there.seed) != (one.item, one.seed)


def test_what_the_teacher_asks_comes_first_after_the_open_question(hub: Hub) -> None:
    room, pack = room_of(hub), room_of(hub).pack
    without = supply(room, 1)
    room.problems[1] = Problem(0, 5, tries=1)
    hub.teaching.ask(1, pack.items[3].id, 77)
    hub.teaching.ask(1, pack.items[2].id, 78)
    coming = supply(room, 1)
    assert (coming.right, coming.wrong) == (0, 0)
    assert [(one.item, one.seed) for one in coming.nodes[:2]] == [(3, 77), (2, 78)]
    assert (coming.nodes[0].right, coming.nodes[0].wrong) == (1, 1)
    assert coming.nodes[1].right == 2
    assert len(without.nodes) > 12
    for at, one in enumerate(coming.nodes):
        assert {one.right, one.wrong} <= {END, *range(at + 1, len(coming.nodes))}
    assert coming.nodes[2].seed == room.seed(1, 3)


def test_the_teachers_question_at_hand_is_not_supplied_again(hub: Hub) -> None:
    room, pack = room_of(hub), room_of(hub).pack
    hub.teaching.ask(1, pack.items[3].id, 77)
    assert all((one.item, one.seed) != (3, 77) for one in supply(room, 1).nodes)
    room.problems[1] = Problem(3, 77, tries=1)
    assert all((one.item, one.seed) != (3, 77) for one in supply(room, 1).nodes)


def test_a_tablet_is_told_that_the_teacher_asks_the_question_to_come(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "kiosk")
    session = hub.devices.session(device.id, 1)
    room_of(hub).problems[1] = Problem(0, 5, tries=1)
    hub.teaching.ask(1, room_of(hub).pack.items[3].id, 77)
    _, coming, _ = get(hub, secret, f"/learn/ahead?learner=1&session={session}")
    first = coming["nodes"][coming["start"]["right"]]
    assert (first["item"], first["seed"]) == (room_of(hub).pack.items[3].id, 77)
    assert "Your teacher asks you this question." in first["html"]


def way_right(coming: Any) -> Iterator[Any]:
    at = coming["start"]["right"]
    while at != END:
        yield coming["nodes"][at]
        at = coming["nodes"][at]["right"]


def test_the_supply_holds_questions_to_show_and_weighs_little(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "kiosk")
    session = hub.devices.session(device.id, 1)
    path = f"/learn/ahead?learner=1&session={session}"
    status, coming, weight = get(hub, secret, path)
    assert status == 200
    assert weight < 8_000
    now = hub.classroom.start(device, 1).activity
    assert now
    assert (coming["here"]["item"], coming["here"]["seed"]) == (now.item, now.seed)
    shown = list(way_right(coming))
    assert len(shown) > 10
    for node in shown:
        assert f'value="{node["item"]}"' in node["html"]
        text = right(room_of(hub).pack, node["item"], node["seed"])
        key = fnv1a(f"{node['item']}|{node['seed']}|0|{as_typed(text, locale('en'))}")
        assert key in node["keys"]


def test_a_stranger_gets_no_supply(hub: Hub) -> None:
    _, secret = hub.devices.pair(1, "kiosk")
    assert get(hub, secret, "/learn/ahead?learner=1&session=made-up")[0] == 403
    assert get(hub, "no such secret", "/learn/ahead?learner=1&session=x")[0] in {401, 403}


def test_a_class_without_questions_has_an_empty_supply(hub: Hub) -> None:
    room = room_of(hub)
    for skill in range(len(room.pack.skills)):
        hub.teaching.override(1, "skip", skill)
    device, secret = hub.devices.pair(1, "kiosk")
    session = hub.devices.session(device.id, 1)
    _, coming, _ = get(hub, secret, f"/learn/ahead?learner=1&session={session}")
    assert (coming["here"], coming["nodes"]) == (None, [])
    assert coming["start"] == {"right": END, "wrong": END}


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_a_tablet_can_tell_most_right_answers_of_the_starter_pack(
    starter: Pack, tag: str
) -> None:
    without = []
    for place, head in enumerate(starter.items):
        made = starter.activity(place, 11)
        found = keys_of(starter, place, 11, Showing(starter, made, locale(tag)))
        expected = right_answer(made.template.answer, made)
        typed = fnv1a(f"{head.id}|11|0|{as_typed(expected, locale(tag))}")
        if not found.keys:
            without.append(head.id)
        elif found.sure == "all":
            assert typed in found.keys, head.id
    assert len(without) <= len(starter.items) // 50, without


def test_a_key_is_the_published_hash_of_its_text() -> None:
    # Reference values of the hash's authors: the empty text, "a", "foobar".
    assert [fnv1a(text) for text in ("", "a", "foobar")] == ["811c9dc5", "e40c292c", "bf9cf968"]
    assert as_typed(" \u0661\u0662  \u2212\u0663 ", locale("ar")) == "12 -3"
