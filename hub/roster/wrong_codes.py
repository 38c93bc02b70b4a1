"""How many wrong class codes this hub was shown lately: whoever guesses is slowed down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

#: 31 letters, 6 places: at 20 wrong tries a minute a code stands for 40 years.
MOST = 20
WITHIN_S = 60.0


class WrongCodes:
    """The wrong tries of the last minute, at whatever tablet: a code is the whole class's."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._at_s: list[float] = []

    def add(self) -> None:
        """A code was wrong."""
        with self._lock:
            self._at_s.append(self._monotonic())

    def wait_s(self) -> float:
        """How long to wait before the next code is looked at; 0 where none need wait."""
        with self._lock:
            now_s = self._monotonic()
            self._at_s = [when for when in self._at_s if when > now_s - WITHIN_S]
            if len(self._at_s) < MOST:
                return 0.0
            return self._at_s[-MOST] + WITHIN_S - now_s
