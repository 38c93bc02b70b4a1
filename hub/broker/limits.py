"""A token bucket for each device: one that floods is slowed, the others do not notice."""

from __future__ import annotations

import time
from collections.abc import Callable


class Limits:
    """Lets each device send `per_s` messages a second, and as many at once as in 2 s.

    A tablet that comes back with a full outbox sends 64 at once: the burst must hold that.
    """

    def __init__(
        self, per_s: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._burst = max(64.0, per_s * 2)
        self._monotonic = monotonic
        self._buckets: dict[int, tuple[float, float]] = {}

    def take(self, device: int) -> int:
        """0 when the message may pass, else the milliseconds to wait before the next try."""
        now_s = self._monotonic()
        tokens, last_s = self._buckets.get(device, (self._burst, now_s))
        tokens = min(self._burst, tokens + (now_s - last_s) * self._per_s)
        if tokens < 1.0:
            self._buckets[device] = (tokens, now_s)
            return int(1000 * (1.0 - tokens) / self._per_s) + 1
        self._buckets[device] = (tokens - 1.0, now_s)
        return 0
