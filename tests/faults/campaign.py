"""Cuts and kills against the real hub with real devices, and the count of what they cost."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from devices.pairing import cards, pair, save
from hub.home import Home, Running
from hub.store import log
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.faults.power import Policy, Recorder, cut, kill

DEADLINE_S = 40.0
Weakness = Literal["none", "normal", "off", "early"]
Identity = tuple[int, int, int]


@dataclass(slots=True)
class Tally:
    """What a campaign did and found."""

    cuts: int = 0
    kills: int = 0
    answers: int = 0
    receipted: int = 0
    lost: int = 0
    doubled: int = 0
    gaps: int = 0
    unreadable: int = 0
    took_something: int = 0
    is_equal: bool = True
    words: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every promise held."""
        faults = self.lost + self.doubled + self.gaps + self.unreadable
        return faults == 0 and self.is_equal


class Campaign:
    """One hub and its devices, each a process that can be killed, on one data folder."""

    def __init__(
        self,
        folder: Path,
        library: Path,
        *,
        seed: int,
        weakness: Weakness = "none",
        broker: str = "embedded",
        devices: int = 6,
    ) -> None:
        self.folder = folder
        self.home = folder / "data"
        self.stall = folder / "stall"
        self.write_error = folder / "write-error"
        self.random = Random(seed)
        self.tally = Tally()
        self.submitted: set[Identity] = set()
        self.receipts: dict[tuple[int, int], int] = {}
        self.refused = 0
        self._recorder = Recorder(self.home, folder / "cut.log", library)
        self._weakness = weakness
        self._devices = devices
        self._hub: subprocess.Popen[bytes] | None = None
        self._pupils: subprocess.Popen[str] | None = None
        self._unread = ""
        self.home.mkdir(parents=True, exist_ok=True)
        ports = free_ports(3)
        (self.home / "settings.toml").write_text(
            f'broker = "{broker}"\nlisten = "loopback"\nreceipt_window_ms = 60\n'
            f"http_port = {ports[0]}\nmqtt_port = {ports[1]}\nwebsocket_port = {ports[2]}\n"
        )

    def prepare(self) -> None:
        """Starts the hub for the first time, pairs the devices, lets them begin."""
        running = self.start_hub()
        paired = self.folder / "pupils" / "paired"
        paired.mkdir(parents=True)
        pack, _ = load_pack(starter_path())
        (paired.parent / "items").write_text(" ".join(item.id for item in pack.items))
        for number in range(self._devices):
            address, credential = pair(running.url, running.join_code, name=f"cut {number}")
            learner = cards(running.url, credential.token)[number].learner
            save(paired / f"{learner}.json", address, credential)
        self.start_pupils()

    def start_hub(self) -> Running:
        """Starts the hub, and waits until it serves."""
        command = [sys.executable, "-m", "tests.faults.weak_hub", self._weakness, "start"]
        output = (self.folder / "hub.log").open("ab")
        self._hub = subprocess.Popen(
            [*command, "--demo", "--home", str(self.home)],
            env=os.environ
            | self._recorder.environment(
                stall_ms=2000, stall_file=self.stall, write_error_file=self.write_error
            ),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        output.close()
        return self._wait_for_hub(self._hub)

    def start_pupils(self) -> None:
        """Starts the devices' process on the outboxes that are there."""
        command = [sys.executable, "-m", "tests.faults.pupils", str(self.folder / "pupils")]
        errors = (self.folder / "pupils.log").open("ab")
        self._pupils = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
        errors.close()
        self._unread = ""

    def listen(self, is_enough: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        """Follows what the devices tell until `is_enough`; fails when it takes too long."""
        end_s = time.monotonic() + deadline_s
        while not is_enough():
            assert self._read(end_s - time.monotonic()), f"stuck: {self._last_words()}"

    def receipts_more(self, count: int) -> Callable[[], bool]:
        """A condition: `count` more answers are receipted than now."""
        goal = self.receipted + count
        return lambda: self.receipted >= goal

    @property
    def receipted(self) -> int:
        """How many answers the devices hold a receipt for."""
        return sum(self.receipts.values())

    def cut_power(self, policy: Policy) -> None:
        """Kills the hub, leaves the disk as a cut could, and counts what is missing."""
        assert self._hub is not None
        kill(self._hub)
        while self._read(0.0):
            pass
        report = cut(self.home, self._recorder.log, policy, self.random)
        assert not report.unseen, report.unseen
        self.tally.cuts += policy != "none"
        self.tally.kills += policy == "none"
        self.tally.took_something += report.took_something
        self.inspect()

    def kill_pupils(self) -> None:
        """Kills all devices; what they kept is in their outboxes."""
        assert self._pupils is not None
        kill(self._pupils)
        while self._read(0.0):
            pass
        if self._pupils.stdout is not None:
            self._pupils.stdout.close()
        self.tally.kills += 1

    def kill_broker(self) -> None:
        """Kills the broker's own process; the hub is to bring it back."""
        running = Home(self.home).running()
        assert running is not None
        for pid in children_of(running.pid):
            os.kill(pid, signal.SIGKILL)
            self.tally.kills += 1

    def wait_for(self, is_so: Callable[[], object]) -> None:
        """Waits until `is_so`, while the devices go on; fails when it takes too long."""
        end_s = time.monotonic() + DEADLINE_S
        while not is_so():
            assert time.monotonic() < end_s, self._last_words()
            self._read(0.05)

    def inspect(self) -> None:
        """Looks at a copy of the disk: is every receipted answer there, and once?"""
        with self._copy() as database:
            try:
                self._count(database)
            except sqlite3.DatabaseError as error:
                self.tally.unreadable += 1
                self.tally.words.append(str(error))

    def end(self) -> None:
        """Waits until all is receipted, stops everything in order, and replays the log."""
        assert self._hub is not None
        self.listen(self.receipts_more(5))
        self.kill_pupils()
        self._hub.terminate()
        assert self._hub.wait(DEADLINE_S) == 0, self._last_words()
        self.inspect()
        command = [sys.executable, "-m", "hub.cli", "rebuild", "--verify"]
        done = subprocess.run(
            [*command, "--home", str(self.home)], capture_output=True, text=True, check=False
        )
        self.tally.is_equal = done.returncode == 0
        self.tally.words.append(done.stdout + done.stderr)

    def close(self) -> None:
        """Leaves no process behind, whatever happened."""
        for process in (self._pupils, self._hub):
            if process is not None and process.poll() is None:
                kill(process)
        if self._pupils is not None and self._pupils.stdout is not None:
            self._pupils.stdout.close()

    def _count(self, database: sqlite3.Connection) -> None:
        verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        rows = database.execute("SELECT device, boot, device_seq FROM attempts").fetchall()
        stored = set(rows)
        promised = {
            (device, boot, seq)
            for (device, boot), upto in self.receipts.items()
            for seq in range(1, upto + 1)
        }
        self.tally.answers = len(self.submitted)
        self.tally.receipted = len(promised)
        self.tally.lost += len(promised - stored)
        self.tally.doubled += len(rows) - len(stored)
        self.tally.gaps += log.gaps(database)

    @contextmanager
    def _copy(self) -> Iterator[sqlite3.Connection]:
        """The database as the next start will find it, without touching the original."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for path in self.home.glob("mangotree.db*"):
            shutil.copy(path, copy)
        with contextlib.closing(sqlite3.connect(copy / "mangotree.db")) as database:
            yield database

    def _read(self, timeout_s: float) -> bool:
        """Takes in what the devices have told; False when they told nothing in time."""
        assert self._pupils is not None
        assert self._pupils.stdout is not None
        if self._pupils.stdout.closed:
            return False
        descriptor = self._pupils.stdout.fileno()
        ready, _, _ = select.select([descriptor], [], [], max(0.0, timeout_s))
        found = os.read(descriptor, 65536).decode() if ready else ""
        *lines, self._unread = (self._unread + found).split("\n")
        for line in lines:
            kind, device, boot, seq = line.split(" ")
            key = (int(device), int(boot))
            if kind == "S":
                self.submitted.add((*key, int(seq)))
            elif kind == "R":
                self.receipts[key] = max(self.receipts.get(key, 0), int(seq))
            else:
                self.refused += 1
        return bool(found)

    def _wait_for_hub(self, process: subprocess.Popen[bytes]) -> Running:
        end_s = time.monotonic() + DEADLINE_S
        while time.monotonic() < end_s:
            found = Home(self.home).running()
            if found is not None and found.pid == process.pid:
                return found
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.01)
                break
        raise HubDidNotStart(self._last_words())

    def _last_words(self) -> str:
        path = self.folder / "hub.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""


class HubDidNotStart(Exception):
    """The hub could not start on what the cut left; its last words."""


def children_of(pid: int) -> list[int]:
    """The processes that `pid` has started and that still run."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    if not found:
        threads = Path(f"/proc/{pid}/task").glob("*/children")
        found = [child for path in threads for child in path.read_text().split()]
    return [int(child) for child in found]


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nothing uses now."""
    with contextlib.ExitStack() as open_now:
        sockets = [open_now.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
