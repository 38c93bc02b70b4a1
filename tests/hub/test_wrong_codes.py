"""Guessing the class's code: slowed on this hub, for a minute, and on no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.pairing import PairingError, pair
from hub.app import Hub
from hub.roster.wrong_codes import MOST, WITHIN_S, WrongCodes
from tests.hub.conftest import StartHub


def join(hub: Hub, code: str) -> int:
    """The number of the device that came in."""
    return pair(f"http://127.0.0.1:{hub.ports.http}", code, name="A tablet")[1].device


def guess(hub: Hub) -> None:
    with pytest.raises(PairingError, match="does not know this code"):
        join(hub, "WRONG1")


def test_after_twenty_wrong_codes_the_right_one_waits_a_minute(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1000.0]
    monkeypatch.setattr(hub.parts, "wrong_codes", WrongCodes(monotonic=lambda: now_s[0]))
    right = hub.people.classes[1].join_code
    for _ in range(MOST):
        guess(hub)
        now_s[0] += 1.0
    with pytest.raises(PairingError, match="Too many tries") as refused:
        join(hub, right)
    assert refused.value.retry_after_s == WITHIN_S - MOST
    now_s[0] += refused.value.retry_after_s
    assert join(hub, right)
    assert not hub.parts.wrong_codes.wait_s()


def test_guesses_at_one_hub_slow_no_other(start_hub: StartHub, tmp_path: Path) -> None:
    guessed, other = start_hub(), start_hub(home=tmp_path / "other")
    for _ in range(MOST):
        guess(guessed)
    with pytest.raises(PairingError, match="Too many tries"):
        join(guessed, "WRONG1")
    assert join(other, other.people.classes[1].join_code)
