"""The one clock: monotonic time orders, wall time is only a label that somebody vouches for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hub.errors import ClockRefused

#: 2025-01-01: a wall clock before this was never set since the board lost power.
EARLIEST_PLAUSIBLE_S = 1_735_689_600
#: Nobody will run this version in 2045; a clock beyond it is wrong, too.
LATEST_PLAUSIBLE_S = 2_366_841_600
#: A clock that the network sets right may step back a little between two starts.
SLACK_S = 300


def boottime() -> float:
    """Seconds since the machine was switched on, sleep included; nothing sets this clock."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def is_plausible(wall_s: float) -> bool:
    """Whether a hub of this version can be at work at that time."""
    return EARLIEST_PLAUSIBLE_S < wall_s < LATEST_PLAUSIBLE_S


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, as every row of the log keeps it."""

    monotonic_ms: int
    wall_s: int
    is_trusted: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a teacher's phone said, and where the machine's own unsettable clock stood then.

    It holds until the machine is switched off: `boottime_s` begins anew then.
    """

    wall_s: float
    boottime_s: float


@dataclass(slots=True)
class Clock:
    """Reads the machine's clocks; a board without a clock chip may show 1970 or worse.

    `start_s` is the monotonic second at which this hub started: monotonic times in the
    log count from there, within one hub boot. `wall` gives the seconds since 1970, `boottime`
    those since the machine was switched on. What a phone `told` outranks the machine's wall
    clock, which a hub without the right to set it leaves alone. A machine's clock that stands
    before `not_before_s`, where the log has been already, is not believed.
    """

    start_s: float = field(default_factory=time.monotonic)
    wall: Callable[[], float] = time.time
    boottime: Callable[[], float] = boottime
    told: Told | None = None
    not_before_s: int = 0

    def now(self) -> Moment:
        """This instant; `is_trusted` says whether its wall time can be believed at all."""
        told = self.told
        wall_s = self.wall() if told is None else _since(told, self.boottime())
        is_behind = told is None and wall_s < self.not_before_s - SLACK_S
        return Moment(
            monotonic_ms=int((time.monotonic() - self.start_s) * 1000),
            wall_s=int(wall_s),
            is_trusted=is_plausible(wall_s) and not is_behind,
        )

    def is_behind(self) -> bool:
        """Whether the machine's clock stands where the log has been already."""
        return self.told is None and self.wall() < self.not_before_s - SLACK_S

    def heard(self, wall_s: float) -> Told:
        """What `wall_s`, said by a phone at this instant, would make of the clock.

        Raises ClockRefused for a year in which no hub of this version is at work.
        """
        if not is_plausible(wall_s):
            raise ClockRefused("Nobody is in that year. Look at the date of the phone.")
        return Told(float(wall_s), self.boottime())

    def off_by_s(self, wall_s: float) -> float:
        """How far the clock is ahead of `wall_s`; negative where it is behind."""
        told = self.told
        own_s = self.wall() if told is None else _since(told, self.boottime())
        return own_s - wall_s


def _since(told: Told, boottime_s: float) -> float:
    return told.wall_s + (boottime_s - told.boottime_s)
