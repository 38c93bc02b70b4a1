"""Wrong tries to sign in: from five in a row on, the next one has to wait."""

from __future__ import annotations

import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from hub.errors import NotAllowed
from hub.roster.unsaved import Unsaved
from hub.store.writer import Writer

#: The fifth wrong try in a row brings the first pause, each further one a pause twice as long.
#: Of the 120 picture codes a guesser so tries 9 in a quarter of an hour and 12 in an hour, and
#: from the fifth on the teacher's phone says who cannot get in, and on which tablet.
IN_A_ROW = 5
FIRST_PAUSE_S = 60.0
LONGEST_PAUSE_S = 900.0

#: Who is guessed at, and from where.
Key = TypeVar("Key")
#: A device and the learner whose card was tapped on it.
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Count:
    """Wrong tries in a row, until when the next one waits, and whether there is a row of it."""

    wrong: int
    until_s: float = 0.0
    is_kept: bool = False


class Waits(ABC, Generic[Key]):
    """Wrong tries by key; kept over restarts.

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
        self._counts: dict[Key, Count] = {}

    def load(self) -> None:
        """Reads what the database holds."""
        now_s = self._monotonic()
        for key, wrong in self._read(self._connection):
            until_s = now_s + _pause_s(wrong - self._free(key))
            self._counts[key] = Count(wrong, until_s, is_kept=True)

    def begin(self, key: Key) -> None:
        """A try begins, and counts as wrong until it is `right`: of many at once none is free.

        Raises NotAllowed, with how long, while the key has to wait.
        """
        with self._lock:
            count = self._counts.get(key, Count(0))
            left_s = count.until_s - self._monotonic()
            if left_s > 0:
                raise NotAllowed("Too many wrong tries.", retry_s=left_s)
            wrong = count.wrong + 1
            until_s = self._monotonic() + _pause_s(wrong - self._free(key))
            self._counts[key] = Count(wrong, until_s, count.is_kept)

    def wrong(self, key: Key) -> None:
        """The try that began was wrong; on the disk before anybody is told."""
        with self._lock:
            count = self._counts.get(key, Count(1))
            self._counts[key] = replace(count, is_kept=True)
        self._unsaved.save(key)

    def right(self, key: Key) -> None:
        """The try was right, or the teacher vouches for the learner: tries begin anew."""
        with self._lock:
            count = self._counts.pop(key, Count(0))
        if count.is_kept:
            self._unsaved.save(key)

    def wait_s(self, key: Key) -> float:
        """How long the key still has to wait; 0 where it need not."""
        count = self._counts.get(key)
        return 0.0 if count is None else max(0.0, count.until_s - self._monotonic())

    def stuck(self) -> list[Key]:
        """All who had to wait at least once and did not come in since."""
        counts = list(self._counts.items())
        return [key for key, count in counts if count.wrong > self._free(key)]

    def _free(self, _key: Key) -> int:
        """How many wrong tries in a row bring no pause yet."""
        return IN_A_ROW - 1

    @abstractmethod
    def _read(self, connection: sqlite3.Connection) -> Iterable[tuple[Key, int]]:
        """The keys on the disk, with their counts."""

    @abstractmethod
    def _write(self, connection: sqlite3.Connection, key: Key) -> None:
        """Brings the row of `key` up to date."""


class Tries(Waits[Pair]):
    """The wrong tries of each learner on each tablet."""

    def _read(self, connection: sqlite3.Connection) -> Iterable[tuple[Pair, int]]:
        rows = connection.execute("SELECT device, learner, wrong FROM sign_in_tries")
        return (((device, learner), wrong) for device, learner, wrong in rows)

    def _write(self, connection: sqlite3.Connection, key: Pair) -> None:
        count = self._counts.get(key)
        if count is None:
            connection.execute(
                "DELETE FROM sign_in_tries WHERE device = ? AND learner = ?", key
            )
            return
        connection.execute(
            "INSERT OR REPLACE INTO sign_in_tries (device, learner, wrong) VALUES (?, ?, ?)",
            (*key, count.wrong),
        )


def _pause_s(paid: int) -> float:
    """How long to wait after so many wrong tries beyond the free ones."""
    if paid < 1:
        return 0.0
    return float(min(FIRST_PAUSE_S * 2 ** min(paid - 1, 10), LONGEST_PAUSE_S))
