"""The tablets as the hub sees them: who is silent, whose battery is low, who is not paired."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable

from devices.messages import Hello
from hub.health.finding import Finding, unknown
from hub.roster.devices import Device

#: Android shows its own warning at 15 %; at 30 % a lesson of 45 minutes may not end.
EMPTY_PERCENT, LOW_PERCENT = 15, 30
#: A tablet says it anew with each 5 %; what is older than an hour belongs to another lesson.
STALE_S = 3600.0
#: One stale tablet of another hub is no news; somebody who tries again and again is.
MANY_KNOCKS = 5


class Batteries:
    """What tablets said last of their batteries; those whose browser hides it say nothing."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._said: dict[int, tuple[float, int, bool]] = {}

    def on_hello(self, device: int, hello: Hello) -> None:
        """A device said how it is."""
        if hello.battery is not None:
            with self._lock:
                said = (self._monotonic(), hello.battery, bool(hello.is_charging))
                self._said[device] = said

    def known(self) -> dict[int, tuple[int, bool]]:
        """By device: percent, and whether it is being charged; nothing that is stale."""
        oldest_s = self._monotonic() - STALE_S
        with self._lock:
            said = dict(self._said)
        return {device: one[1:] for device, one in said.items() if one[0] >= oldest_s}


def batteries(known: dict[int, tuple[int, bool]]) -> Finding:
    """Whether a tablet will give up soon."""
    if not known:
        return unknown("battery", "none")
    draining = [percent for percent, is_charging in known.values() if not is_charging]
    low = [percent for percent in draining if percent <= LOW_PERCENT]
    if low:
        level, case = ("act", "empty") if min(low) <= EMPTY_PERCENT else ("look", "low")
        return Finding(
            "battery",
            "act" if level == "act" else "look",
            case,
            {"n": len(low), "percent": min(low)},
        )
    lowest = min(percent for percent, _ in known.values())
    return Finding("battery", "ok", "well", {"n": len(known), "percent": lowest})


def tablets(devices: Iterable[Device], silent: Collection[int]) -> Finding:
    """How many are paired, and how many fell silent with a learner at them."""
    paired = [one for one in devices if not one.is_revoked]
    if not paired:
        return Finding("tablets", "look", "none")
    if silent:
        numbers: dict[str, int | float | str] = {"n": len(silent), "of": len(paired)}
        return Finding("tablets", "look", "silent", numbers)
    return Finding("tablets", "ok", "well", {"n": len(paired)})


def strangers(knocks: int) -> Finding:
    """Tries of tablets that the hub does not know, since it was started."""
    if knocks >= MANY_KNOCKS:
        return Finding("strangers", "look", "knocking", {"n": knocks})
    return Finding("strangers", "ok", "quiet", {"n": knocks})
