"""Secrets and rules, and that both say the same to Mosquitto."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.messages import class_topic, down_topic, state_topic, up_topic
from hub.broker.access import (
    Action,
    acl_file,
    hash_secret,
    is_secret,
    may,
    may_retain,
    new_secret,
    password_file,
)
from hub.broker.base import HUB, Login

HASH = hash_secret("secret")
DEVICE = Login("12", HASH, 3)
THE_HUB = Login(HUB, HASH, None)
IDS = st.integers(1, 2**53 - 1)


def test_a_secret_is_known_by_its_hash() -> None:
    assert is_secret("secret", HASH)
    assert not is_secret("Secret", HASH)


def test_two_hashes_of_one_secret_differ() -> None:
    assert hash_secret("secret") != HASH


def test_a_new_secret_has_128_bits() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) * 6 >= 128


def test_a_hash_of_mosquittos_own_tool_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-c", "-b", file, "12", "secret"], check=True)
    username, _, password_hash = file.read_text().strip().partition(":")
    assert username == "12"
    assert is_secret("secret", password_hash)


@pytest.mark.parametrize("broken", ["", "secret", "$6$101$AA==$AA==", HASH + "\n13:x"])
def test_a_hash_in_another_form_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="stored secret"):
        is_secret("secret", broken)
    with pytest.raises(ValueError, match="stored secret"):
        password_file([Login("12", broken, 3)])


@pytest.mark.parametrize("name", ["", "0", "+", "#", "12/down", "12\nuser hub", "Hub", "-1"])
def test_a_login_has_a_name_that_means_one_thing(name: str) -> None:
    with pytest.raises(ValueError, match="device id"):
        Login(name, HASH, 3)


@pytest.mark.parametrize(
    ("login", "action", "topic", "is_allowed"),
    [
        (DEVICE, "write", up_topic(12, "answer"), True),
        (DEVICE, "write", up_topic(12, "event"), True),
        (DEVICE, "write", up_topic(12, "hello"), True),
        (DEVICE, "write", state_topic(12), True),
        (DEVICE, "write", up_topic(13, "answer"), False),
        (DEVICE, "write", state_topic(1), False),
        (DEVICE, "write", down_topic(12, "next"), False),
        (DEVICE, "write", class_topic(3), False),
        (DEVICE, "read", down_topic(12, "next"), True),
        (DEVICE, "subscribe", down_topic(12, "receipt"), True),
        (DEVICE, "subscribe", down_topic(12, "control"), True),
        (DEVICE, "subscribe", class_topic(3), True),
        (DEVICE, "subscribe", class_topic(4), False),
        (DEVICE, "subscribe", up_topic(12, "answer"), False),
        (DEVICE, "subscribe", "mangotree/1/dev/12/down/+", False),
        (DEVICE, "subscribe", "#", False),
        (Login("12", HASH, None), "subscribe", "mangotree/1/class/None/all/control", False),
        (THE_HUB, "write", down_topic(12, "next"), True),
        (THE_HUB, "write", class_topic(3), True),
        (THE_HUB, "write", up_topic(12, "answer"), False),
        (THE_HUB, "read", up_topic(12, "answer"), True),
        (THE_HUB, "read", state_topic(12), True),
        (THE_HUB, "subscribe", "mangotree/1/dev/+/up/+", True),
        (THE_HUB, "subscribe", "mangotree/1/dev/+/state", True),
        (THE_HUB, "subscribe", "#", False),
        (THE_HUB, "subscribe", "mangotree/1/dev/+/down/next", False),
    ],
)
def test_each_may_do_its_part(
    login: Login, action: Action, topic: str, *, is_allowed: bool
) -> None:
    assert may(login, action, topic) is is_allowed


@given(IDS, IDS, st.text(alphabet="0123456789abcdefnpuwx/+#", max_size=20))
def test_no_device_touches_what_is_anothers(own: int, other: int, leaf: str) -> None:
    login = Login(str(own), HASH, 3)
    topic = f"mangotree/1/dev/{other}/{leaf}"
    actions: tuple[Action, ...] = ("read", "write", "subscribe")
    if own != other:
        assert not any(may(login, action, topic) for action in actions)


def test_a_device_may_retain_its_state_only() -> None:
    kept = [topic for topic in (up_topic(12, "answer"), state_topic(12)) if
            may_retain(DEVICE, topic)]  # fmt: skip
    assert kept == [state_topic(12)]


def test_the_files_for_mosquitto_name_everyone() -> None:
    logins = [THE_HUB, DEVICE]
    assert password_file(logins) == f"hub:{HASH}\n12:{HASH}\n"
    assert "user 12\ntopic read mangotree/1/class/3/all/control\n" in acl_file(logins)
