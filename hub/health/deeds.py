"""What a teacher does to the hub itself: sets its clock, puts a greeting away. In the log.

These rows belong to no class: they stand there as class 0, which no class's replay reads.
"""

from __future__ import annotations

import sqlite3
from threading import RLock
from typing import Any

import msgspec

from hub.clock import Clock, Told
from hub.health.timekeeping import DISAGREE_S
from hub.store.ledger import Ledger

NO_CLASS = 0
#: From the ocean's last island to its first one, in minutes ahead of UTC.
LEAST_ZONE_MIN, MOST_ZONE_MIN = -12 * 60, 14 * 60


class ClockWord(msgspec.Struct, frozen=True):
    """A "clock" row: what a phone said, and where the machine's own clock stood then.

    `machine` is the machine's start to which `boottime_s` belongs. `phone` is drawn at random
    for a sign-in; `zone_min` is how far its own time is ahead of UTC, None where it did not
    say. `before_s` is what the clock showed before. `is_undone` takes the former word back.
    """

    wall_s: float
    boottime_s: float
    machine: str
    phone: str = ""
    zone_min: int | None = None
    before_s: int = 0
    is_undone: bool = False


class Disagreement(Exception):
    """Another phone set the clock, `by_s` seconds ahead of what this one says."""

    def __init__(self, by_s: float) -> None:
        super().__init__(by_s)
        self.by_s = by_s


class HubDeeds:
    """The deeds; `lock` is the classroom's, which keeps the log's order."""

    def __init__(self, lock: RLock, ledger: Ledger, clock: Clock, machine_boot: str) -> None:
        self._lock = lock
        self._ledger = ledger
        self._clock = clock
        self._machine_boot = machine_boot
        self.word: ClockWord | None = None
        self.zone_min: int | None = None

    def load(self, connection: sqlite3.Connection) -> None:
        """Takes up the last word on the clock, if the machine was not switched off since."""
        rows = connection.execute(
            "SELECT body FROM events WHERE class = 0 AND kind = 'clock'"
            " ORDER BY hub_seq DESC LIMIT 1"
        )
        for (body,) in rows:
            word = msgspec.json.decode(body, type=ClockWord)
            self.zone_min = word.zone_min
            if word.machine == self._machine_boot != "":
                self._take(word)

    def set_clock(
        self, wall_s: float, *, phone: str, zone_min: int | None, is_sure: bool = False
    ) -> None:
        """Lets the clock show what a phone says, from now until the machine is switched off.

        The order of the log does not follow from it and stays. Raises ClockRefused for a year
        in which nobody is, and Disagreement where another phone said something else before,
        unless the teacher `is_sure`.
        """
        with self._lock:
            told = self._clock.heard(wall_s)
            by_s = self._clock.off_by_s(wall_s)
            former = self.word
            is_other = former is not None and former.phone != phone
            if is_other and abs(by_s) > DISAGREE_S and not is_sure:
                raise Disagreement(by_s)
            if zone_min is None or not LEAST_ZONE_MIN <= zone_min <= MOST_ZONE_MIN:
                zone_min = self.zone_min
            before_s = self._clock.now().wall_s
            place = (told.wall_s, told.boottime_s, self._machine_boot)
            self._log_clock(ClockWord(*place, phone, zone_min, before_s))

    def undo_clock(self) -> None:
        """Takes the phone's word back: the machine's own clock counts again."""
        with self._lock:
            if self.word is not None:
                before_s = self._clock.now().wall_s
                gone = msgspec.structs.replace(self.word, before_s=before_s, is_undone=True)
                self._log_clock(gone)

    def dismiss_greeting(self, boot: int) -> None:
        """The teacher has read what was said after the power came back, at this start."""
        with self._lock:
            self._log("greeting", {"boot": boot})

    def _log_clock(self, word: ClockWord) -> None:
        self._log("clock", msgspec.to_builtins(word))
        self.zone_min = word.zone_min
        self._take(word)

    def _log(self, kind: str, facts: dict[str, Any]) -> None:
        self._ledger.check_room()
        row = self._ledger.event(NO_CLASS, kind, facts)
        self._ledger.append(row, is_urgent=True)

    def _take(self, word: ClockWord) -> None:
        self.word = None if word.is_undone else word
        self._clock.told = None if word.is_undone else Told(word.wall_s, word.boottime_s)
