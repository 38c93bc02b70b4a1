"""A device joins with a code, and every way in which that fails is a sentence."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from devices.pairing import Address, Card, Credential, PairingError, cards, load, pair, save
from tests.devices.ground import free_port
from tests.devices.http_hub import CODE, HttpHub, http_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def pages() -> Iterator[HttpHub]:
    with http_hub() as server:
        yield server


def test_a_code_brings_an_address_and_a_credential(pages: HttpHub) -> None:
    address, credential = pair(pages.url, CODE, name="Tablet 1")
    assert address == Address(host="127.0.0.1", port=1883, mqtt_version=4)
    assert credential == Credential(device=1, secret="s3cret", class_id=1, token="t0ken")
    assert pages.joined == [{"code": CODE, "name": "Tablet 1"}]


def test_a_slash_behind_the_address_does_no_harm(pages: HttpHub) -> None:
    assert pair(f"{pages.url}/", CODE, name="x")[1].device == 1


def test_the_cards_are_those_of_the_class(pages: HttpHub) -> None:
    found = cards(pages.url, "t0ken")
    assert found[0] == Card(learner=1, name="Child 1", picture="mango")
    assert len(found) == 3


def test_a_wrong_code_is_said_so(pages: HttpHub) -> None:
    with pytest.raises(PairingError, match="does not know this code"):
        pair(pages.url, "wrong", name="x")


def test_too_many_tries_say_how_long_to_wait(pages: HttpHub) -> None:
    pages.too_many = 1
    with pytest.raises(PairingError, match="Wait 1 seconds") as caught:
        pair(pages.url, CODE, name="x")
    assert caught.value.retry_after_s == 1.0


def test_a_hub_out_of_reach_is_said_so() -> None:
    with pytest.raises(PairingError, match="does not answer"):
        pair(f"http://127.0.0.1:{free_port()}", CODE, name="x", timeout_s=2)


@pytest.mark.parametrize("reply", [b"<html>", b"{}", b'{"device":"x"}', b"\xff"])
def test_something_else_that_answers_is_said_so(pages: HttpHub, reply: bytes) -> None:
    pages.raw_reply = reply
    with pytest.raises(PairingError, match="not this kind of hub"):
        pair(pages.url, CODE, name="x")


@pytest.mark.parametrize("url", ["mango.local", "file:///etc/passwd", "http://", ""])
def test_what_is_no_address_is_said_so(url: str) -> None:
    with pytest.raises(PairingError, match="not a hub's address"):
        pair(url, CODE, name="x")


def test_a_pairing_outlives_the_program_and_is_private(tmp_path: Path) -> None:
    address = Address(host="10.42.0.1", port=8883, mqtt_version=5, websocket_port=9001)
    credential = Credential(device=3, secret="s", class_id=2, token="t")
    save(tmp_path / "pairing", address, credential)
    save(tmp_path / "pairing", address, credential)
    assert load(tmp_path / "pairing") == (address, credential)
    assert stat.S_IMODE((tmp_path / "pairing").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["pairing"]


def test_a_device_that_was_never_paired_says_so(tmp_path: Path) -> None:
    with pytest.raises(PairingError, match="not paired"):
        load(tmp_path / "pairing")


def test_a_pairing_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "pairing").write_text("{")
    with pytest.raises(PairingError, match="cannot be read"):
        load(tmp_path / "pairing")


def test_a_credential_does_not_show_its_secret() -> None:
    assert "hidden" not in repr(Credential(device=1, secret="hidden", class_id=1))
