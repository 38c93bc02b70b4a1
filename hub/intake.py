"""What every message must pass on either road: not too fast, not too large, not too deep."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from devices.messages import MAX_PAYLOAD_BYTES, is_too_deep
from hub.errors import Refused

#: What decoding raises; bytes that are no UTF-8 inside a string are Python's own error.
NOT_UNDERSTOOD = (msgspec.DecodeError, UnicodeDecodeError)


class Intake:
    """A token bucket for each device: one that floods is slowed, the others do not notice.

    Each may send `per_s` messages a second, and as many at once as in 2 s. A tablet that
    comes back with a full outbox sends 64 at once: the burst must hold that.
    """

    def __init__(
        self, per_s: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._burst = max(64.0, per_s * 2)
        self._monotonic = monotonic
        self._buckets: dict[int, tuple[float, float]] = {}

    def check(self, device: int, payload: bytes) -> bytes:
        """`payload`, when it may be decoded; raises Refused in the wire's words when not."""
        if wait_ms := self.take(device):
            raise Refused("too_fast", retry_ms=wait_ms)
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise Refused("too_large")
        if is_too_deep(payload):
            raise Refused("not_understood")
        return payload

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
