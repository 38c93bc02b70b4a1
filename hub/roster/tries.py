"""Wrong tries to sign in: from five in a row on a learner has to wait on that tablet."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from hub.errors import NotAllowed
from hub.roster.unsaved import Unsaved
from hub.store.writer import Writer

#: The fifth wrong try in a row brings the first pause, each further one a pause twice as long.
#: Of the 120 picture codes a guesser so tries 9 in a quarter of an hour and 12 in an hour, and
#: from the fifth on the teacher's phone says who cannot get in, and on which tablet.
IN_A_ROW = 5
FIRST_PAUSE_S = 60.0
LONGEST_PAUSE_S = 900.0

#: A device and the learner whose card was tapped on it.
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Count:
    """Wrong tries in a row, until when the next one waits, and whether there is a row of it."""

    wrong: int
    until_s: float = 0.0
    is_kept: bool = False


class Tries:
    """The wrong tries of each learner on each tablet; kept over restarts.

    The database keeps counts alone, no times: a board without a clock may start in any year.
    A pause that a restart interrupts begins anew.
    """

    def __init__(
        self,
        writer: Writer,
        connection: sqlite3.Connection,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._unsaved = Unsaved(writer, self._write)
        self._counts: dict[Pair, Count] = {}

    def load(self) -> None:
        """Reads what the database holds."""
        rows = self._connection.execute("SELECT device, learner, wrong FROM sign_in_tries")
        now_s = self._monotonic()
        for device, learner, wrong in rows:
            self._counts[device, learner] = Count(wrong, now_s + _pause_s(wrong), is_kept=True)

    def begin(self, pair: Pair) -> None:
        """A try begins, and counts as wrong until it is `right`: of many at once none is free.

        Raises NotAllowed, with how long, while the pair has to wait.
        """
        with self._lock:
            count = self._counts.get(pair, Count(0))
            left_s = count.until_s - self._monotonic()
            if left_s > 0:
                raise NotAllowed("Too many wrong tries.", retry_s=left_s)
            wrong = count.wrong + 1
            until_s = self._monotonic() + _pause_s(wrong)
            self._counts[pair] = Count(wrong, until_s, count.is_kept)

    def wrong(self, pair: Pair) -> None:
        """The try that began was wrong; on the disk before anybody is told."""
        with self._lock:
            count = self._counts.get(pair, Count(1))
            self._counts[pair] = replace(count, is_kept=True)
        self._unsaved.save(pair)

    def right(self, pair: Pair) -> None:
        """The try was right, or the teacher vouches for the learner: tries begin anew."""
        with self._lock:
            count = self._counts.pop(pair, Count(0))
        if count.is_kept:
            self._unsaved.save(pair)

    def wait_s(self, pair: Pair) -> float:
        """How long the pair still has to wait; 0 where it need not."""
        count = self._counts.get(pair)
        return 0.0 if count is None else max(0.0, count.until_s - self._monotonic())

    def stuck(self) -> list[Pair]:
        """All who had to wait at least once and did not come in since."""
        counts = list(self._counts.items())
        return [pair for pair, count in counts if count.wrong >= IN_A_ROW]

    def _write(self, connection: sqlite3.Connection, pair: Pair) -> None:
        count = self._counts.get(pair)
        if count is None:
            connection.execute(
                "DELETE FROM sign_in_tries WHERE device = ? AND learner = ?", pair
            )
            return
        connection.execute(
            "INSERT OR REPLACE INTO sign_in_tries (device, learner, wrong) VALUES (?, ?, ?)",
            (*pair, count.wrong),
        )


def _pause_s(wrong: int) -> float:
    """How long to wait after so many wrong tries in a row."""
    if wrong < IN_A_ROW:
        return 0.0
    doublings = min(wrong - IN_A_ROW, 10)
    return float(min(FIRST_PAUSE_S * 2**doublings, LONGEST_PAUSE_S))
