"""The other road: what a page's script may post, and what the hub says to what it may not."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from hub.app import Hub
from tests.hub.conftest import StartHub
from tests.hub.tablet import pair_with


def post(hub: Hub, secret: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """The hub's status and JSON for `body` as an answer of the device with that secret."""
    connection = http.client.HTTPConnection("127.0.0.1", hub.ports.http, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    connection.request("POST", "/learn/answer", body, headers)
    response = connection.getresponse()
    found = response.status, json.loads(response.read())
    connection.close()
    return found


def answer(hub: Hub, device: int, **changes: object) -> bytes:
    item = hub.classroom.rooms[1].pack.items[0].id
    fields: dict[str, object] = {
        "device_seq": 1,
        "boot": 77,
        "learner": 1,
        "session": hub.devices.session(device, 1),
        "item": item,
        "seed": 5,
        "answer": "3",
    }
    return json.dumps({**fields, **changes}).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no JSON", "not_understood"),
        (b'{"answer": "\xff\xfe"}', "not_understood"),
        (b"[" * 1_000, "not_understood"),
        (b'{"answer": "' + b"1" * 9_000 + b'"}', "too_large"),
    ],
)
def test_a_bad_post_is_refused_with_its_reason(hub: Hub, body: bytes, reason: str) -> None:
    device, secret = hub.devices.pair(1, "kiosk")
    status, found = post(hub, secret, body)
    assert (status, found["refused"]) == (400, reason)
    assert post(hub, secret, answer(hub, device.id))[0] == 200


def test_a_posted_answer_brings_its_receipt_and_counts_once(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "kiosk")
    for _ in range(2):
        status, found = post(hub, secret, answer(hub, device.id))
        assert status == 200
        assert found["receipt"] == {"boot": 77, "upto": 1}
    count = hub.reader.execute("SELECT count(*) FROM attempts").fetchone()
    assert count == (1,)


def test_a_post_out_of_sequence_is_told_what_is_expected(hub: Hub) -> None:
    device, secret = hub.devices.pair(1, "kiosk")
    status, found = post(hub, secret, answer(hub, device.id, device_seq=9))
    assert (status, found["refused"], found["expected"]) == (409, "out_of_sequence", 1)


def test_a_flood_of_posts_is_slowed_on_this_road_too(start_hub: StartHub) -> None:
    hub = start_hub(answers_per_s=0.01)
    _, secret = hub.devices.pair(1, "kiosk")
    device = hub.devices.by_secret(secret)
    assert device is not None
    while not hub.parts.intake.take(device.id):
        pass
    status, found = post(hub, secret, answer(hub, device.id))
    assert (status, found["refused"]) == (429, "too_fast")
    assert found["retry_ms"] > 0


def test_a_device_that_is_not_paired_is_turned_away(hub: Hub) -> None:
    assert post(hub, "guessed", b"{}")[0] == 401
    with pair_with(hub) as tablet:
        assert tablet.sign_in(1)
