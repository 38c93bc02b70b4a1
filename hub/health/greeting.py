"""What the hub says after it was cut off: how long, what is safe, which tablets are back."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from devices.messages import Hello
from hub.clock import Clock
from hub.health.life import Cut, Life
from hub.health.timekeeping import VOUCHED
from hub.store.log import Attempt

Kind = Literal["power", "program"]
Unit = Literal["now", "minutes", "hours", "days", "while"]
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 24 * 3600
#: Two hours are still told in minutes, two days in hours.
IN_MINUTES_S, IN_HOURS_S = 2 * HOUR_S, 2 * DAY_S
#: A hub that lay in a cupboard for longer than this was not merely cut off.
LONGEST_S = 400 * DAY_S


@dataclass(frozen=True, slots=True)
class Greeting:
    """`n` of `unit` without power, or with the program stopped; "while" if nobody can tell.

    `answers` of the hours before are on the disk, `gaps` numbers among them are missing.
    `missing` tablets were told that an answer is safe which the disk does not have. Of the
    `tablets` that were at work then, `back` have spoken since; `drained` answers have come
    that they held.
    """

    boot: int
    kind: Kind
    unit: Unit
    n: int
    answers: int
    gaps: int
    missing: int
    tablets: int
    back: int
    drained: int

    @property
    def is_whole(self) -> bool:
        """Whether it is proven that nothing which the hub had confirmed is lost."""
        return self.gaps == 0 and self.missing == 0


class Returns:
    """Which tablets came back after the cut, and what they brought; safe from any thread."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._lock = threading.Lock()
        self._waiting: dict[int, int] = {}
        self._gaps: dict[int, tuple[int, int]] = {}
        self.back: set[int] = set()
        self.missing: set[int] = set()
        self.drained = 0

    def on_hello(self, device: int, hello: Hello) -> None:
        """A device connected; it may say how many answers it holds."""
        with self._lock:
            if device in self._cut.devices and device not in self._waiting:
                self.back.add(device)
                self._waiting[device] = hello.waiting or 0

    def on_answer(self, row: Attempt) -> None:
        """An answer was counted; the first ones of a tablet are those that it held."""
        device = row.device
        with self._lock:
            if device not in self._cut.devices:
                return
            self.back.add(device)
            if self._waiting.get(device, 0) > 0:
                self._waiting[device] -= 1
                self.drained += 1
            self._close(device, row.boot, row.device_seq)

    def on_gap(self, device: int, boot: int, expected: int) -> None:
        """A device sent an answer behind one that the hub waits for: it may still come."""
        with self._lock:
            if device in self._cut.devices:
                self.back.add(device)
                self._gaps.setdefault(device, (boot, expected))

    def _close(self, device: int, boot: int, device_seq: int) -> None:
        """The number that was waited for came, or the device went on without it: it is gone.

        A device gives the rest a fresh boot once it sees that it does not hold that answer
        any more, which it dropped because the hub had said that it is safe.
        """
        gap = self._gaps.pop(device, None)
        if gap is None:
            return
        if boot == gap[0] and device_seq < gap[1]:
            self._gaps[device] = gap
        elif boot != gap[0] and (device, boot) not in self._cut.last and device_seq == 1:
            self.missing.add(device)
        elif boot != gap[0]:
            self._gaps[device] = gap


def greet(life: Life, returns: Returns, clock: Clock, by: str) -> Greeting | None:
    """What to say now; None after an ordinary end. `by` vouches for the clock's present time.

    It is worked out anew each time: a clock that was set since makes the span known.
    """
    cut = life.cut
    if cut is None:
        return None
    kind, off_s = _off(life, cut, clock, by)
    unit, n = _span(off_s)
    return Greeting(
        boot=cut.boot,
        kind=kind,
        unit=unit,
        n=n,
        answers=cut.answers,
        gaps=cut.gaps,
        missing=len(returns.missing),
        tablets=len(cut.at_work),
        back=len(returns.back & cut.at_work),
        drained=returns.drained,
    )


def _off(life: Life, cut: Cut, clock: Clock, by: str) -> tuple[Kind, float | None]:
    """What stopped, and for how long; None unless clocks that somebody vouches for tell."""
    if life.machine_boot and cut.sign.machine == life.machine_boot:
        return "program", (life.began_ms - cut.sign.at_ms) / 1000
    if by not in VOUCHED or cut.sign.by not in VOUCHED:
        return "power", None
    switched_on_s = clock.now().wall_s - clock.boottime()
    off_s = switched_on_s - cut.sign.wall_s
    return "power", off_s if 0 <= off_s <= LONGEST_S else None


def _span(off_s: float | None) -> tuple[Unit, int]:
    """Whole minutes, hours or days, rounded: a sign of life may be a minute old."""
    if off_s is None:
        return "while", 0
    if off_s < MINUTE_S:
        return "now", 0
    if off_s < IN_MINUTES_S:
        return "minutes", round(off_s / MINUTE_S)
    if off_s < IN_HOURS_S:
        return "hours", round(off_s / HOUR_S)
    return "days", round(off_s / DAY_S)
