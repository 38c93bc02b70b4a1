"""The one clock: monotonic time orders, wall time is only a label."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: 2025-01-01: a wall clock before this was never set since the board lost power.
EARLIEST_PLAUSIBLE_S = 1_735_689_600
#: Nobody will run this version in 2045; a clock beyond it is wrong, too.
LATEST_PLAUSIBLE_S = 2_366_841_600


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, as every row of the log keeps it."""

    monotonic_ms: int
    wall_s: int
    is_trusted: bool


@dataclass(slots=True)
class Clock:
    """Reads the machine's clocks; a board without a clock chip may show 1970 or worse.

    `start_s` is the monotonic second at which this hub started: monotonic times in the
    log count from there, within one hub boot. `wall` gives the seconds since 1970.
    """

    start_s: float = field(default_factory=time.monotonic)
    wall: Callable[[], float] = time.time

    def now(self) -> Moment:
        """This instant; `is_trusted` says whether its wall time can be believed at all."""
        wall_s = int(self.wall())
        return Moment(
            monotonic_ms=int((time.monotonic() - self.start_s) * 1000),
            wall_s=wall_s,
            is_trusted=EARLIEST_PLAUSIBLE_S < wall_s < LATEST_PLAUSIBLE_S,
        )
