"""Keeps an eye on the hub: all findings when asked, a sign of life each minute."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from threading import RLock

import msgspec

from devices.messages import Hello
from hub import __version__
from hub.clock import Clock
from hub.errors import StoreError
from hub.health.board import heat, memory, power
from hub.health.deeds import HubDeeds
from hub.health.finding import Finding, Level, unknown
from hub.health.greeting import Greeting, Returns, greet
from hub.health.life import Life
from hub.health.machine import Machine
from hub.health.radio import radio
from hub.health.report import report
from hub.health.saving import backup, found_by_name, queue, sync
from hub.health.storage import card, disk
from hub.health.tablets import Batteries, batteries, strangers, tablets
from hub.health.timekeeping import By, timekeeping, vouched_by
from hub.insight.progress import Progress
from hub.roster.devices import Device, Devices
from hub.store.database import FILE_NAME as DATABASE
from hub.store.database import open_reading
from hub.store.ledger import Ledger
from hub.store.log import Attempt, last_seq
from hub.store.writer import Writer

logger = logging.getLogger(__name__)

#: How exactly the end of a start is known; a beat writes 5.5 KB, 8 MB a day.
BEAT_S = 60.0
Probe = Callable[[], Finding]


@dataclass(frozen=True, slots=True)
class Organs:
    """What of the hub is looked at."""

    machine: Machine
    clock: Clock
    writer: Writer
    devices: Devices
    progress: Progress


def watch(
    organs: Organs, connection: sqlite3.Connection, ledger: Ledger, lock: RLock
) -> Health:
    """The health of the start of the hub that `ledger` numbers for, and how the former ended.

    Called once, before anything is answered: what the log holds by then is of former starts.
    """
    boot = ledger.now()[0]
    life = Life(organs.writer, organs.clock, organs.machine, boot)
    deeds = HubDeeds(lock, ledger, organs.clock, life.machine_boot)
    deeds.load(connection)
    life.begin(connection, last_seq(connection))
    return Health(organs, life, deeds)


class Health:
    """The health of a running hub. `knocks` counts tries of unknown tablets, `name_state`
    says whether the hub is found by name; both are set once those parts run. Only a start that
    `is_serving` can end in an orderly way: one that failed before hides no cut before it.
    """

    def __init__(self, organs: Organs, life: Life, deeds: HubDeeds) -> None:
        self._organs = organs
        self._life = life
        self.deeds = deeds
        self.batteries = Batteries()
        self.returns = None if life.cut is None else Returns(life.cut)
        self.knocks: Callable[[], int] = lambda: 0
        self.name_state: Callable[[], str] = lambda: "off"
        self.is_serving = False
        self._dismissed = False
        self._by: tuple[float, By] | None = None
        self._levels: dict[str, tuple[Level, float]] = {}
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        """Begins to give signs of life."""
        self._thread.start()

    def stop(self) -> None:
        """The last sign of life says that this end was an orderly one."""
        self._is_over.set()
        self._thread.join()
        self._beat(is_end=self.is_serving)

    @property
    def machine(self) -> Machine:
        """The machine that is looked at."""
        return self._organs.machine

    def findings(self) -> list[Finding]:
        """Everything that can be looked at, each part by itself: none hides another."""
        found = [_safely(code, probe) for code, probe in self._probes().items()]
        return [self._dated(one) for one in found]

    def report(self) -> bytes:
        """The file for a technician."""
        with closing(open_reading(self.machine.home / DATABASE)) as connection:
            return report(__version__, self.findings(), self.machine, connection)

    def greeting(self) -> Greeting | None:
        """What to say after the hub was cut off; None otherwise, or once it was read."""
        if self.returns is None or self._dismissed:
            return None
        return greet(self._life, self.returns, self._organs.clock, self.by())

    def dismiss_greeting(self) -> None:
        """The teacher has read it: logged, and not said again."""
        if self._life.cut is not None and not self._dismissed:
            self.deeds.dismiss_greeting(self._life.cut.boot)
            self._dismissed = True

    def by(self) -> By:
        """Who vouches for the clock; asked anew each minute, and when a phone spoke."""
        if self._organs.clock.told is not None:
            return "phone"
        if self._by is None or time.monotonic() - self._by[0] > BEAT_S:
            by = vouched_by(self._organs.machine, self._organs.clock)
            self._by = (time.monotonic(), by)
        return self._by[1]

    def on_hello(self, device: Device, hello: Hello) -> None:
        """A device connected, or its battery changed."""
        self.batteries.on_hello(device.id, hello)
        if self.returns is not None:
            self.returns.on_hello(device.id, hello)

    def on_answer(self, row: Attempt) -> None:
        """An answer was counted."""
        if self.returns is not None:
            self.returns.on_answer(row)

    def on_gap(self, device: Device, boot: int, expected: int) -> None:
        """A device sent an answer behind one that the hub waits for."""
        if self.returns is not None:
            self.returns.on_gap(device.id, boot, expected)

    def _disk(self) -> Finding:
        with closing(open_reading(self.machine.home / DATABASE)) as connection:
            return disk(self.machine, connection)

    def _probes(self) -> dict[str, Probe]:
        """In the order in which a teacher is told where levels are equal."""
        organs, machine = self._organs, self._organs.machine
        silent = organs.progress.silent_devices
        return {
            "queue": lambda: queue(organs.writer),
            "power": lambda: power(machine),
            "radio": lambda: radio(machine),
            "tablets": lambda: tablets(organs.devices.all.values(), silent()),
            "battery": lambda: batteries(self.batteries.known()),
            "clock": lambda: timekeeping(machine, organs.clock),
            "disk": self._disk,
            "card": lambda: card(machine),
            "heat": lambda: heat(machine),
            "memory": lambda: memory(machine),
            "strangers": lambda: strangers(self.knocks()),
            "name": lambda: found_by_name(self.name_state()),
            "backup": backup,
            "sync": sync,
        }

    def _dated(self, found: Finding) -> Finding:
        """`found` with the time for which its level has been what it is."""
        with self._lock:
            now_s = time.monotonic()
            level, since_s = self._levels.get(found.code, (found.level, now_s))
            if level != found.level:
                since_s = now_s
            self._levels[found.code] = (found.level, since_s)
        return msgspec.structs.replace(found, since_s=int(now_s - since_s))

    def _run(self) -> None:
        self._beat()
        while not self._is_over.wait(BEAT_S):
            self._beat()
            self.findings()

    def _beat(self, *, is_end: bool = False) -> None:
        try:
            self._life.beat(is_end=is_end)
        except StoreError as error:
            # The disk says so itself on the teacher's page; an end that could not be written
            # down is taken for a cut at the next start, and then nothing is lost either.
            logger.warning("beat_failed error=%s", error)


def _safely(code: str, probe: Probe) -> Finding:
    """What the probe found; unknown where it could not look."""
    try:
        return probe()
    except (OSError, ValueError, sqlite3.Error) as error:
        logger.warning("probe_failed code=%s error=%s", code, error)
        return unknown(code, "unknown")
