"""Carts of devices: each a process with a few of them, started, killed and listened to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import msgspec

from devices.pairing import save
from devices.simulator.classroom import pair_devices
from tests.browser_faults.client import Client
from tests.browser_faults.pupils import Plan, RoadName
from tests.faults.power import kill

#: A kill takes so many devices with it: one process for each would cost a GB.
DEVICES_PER_CART = 4
CHUNK = 1 << 16


class Cart:
    """One process of devices; what they tell is counted with their clients."""

    def __init__(self, folder: Path, clients: list[Client]) -> None:
        self._folder = folder
        self._clients = {client.number: client for client in clients}
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._allowed: dict[int, int] = {}
        self.refused = 0
        self.has_changed = False

    def start(self) -> None:
        """Begins, or goes on from what the devices' disks hold."""
        # A fault of a library that ends the process is to say where it was.
        command = [sys.executable, "-X", "faulthandler", "-m", "tests.browser_faults.pupils"]
        command.append(str(self._folder))
        with (self._folder / "errors.log").open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._unread = b""
        self._allowed.clear()
        for client in self._clients.values():
            client.waiting = 1  # until it has said how many
            self._write(f"given {client.number} {len(client.told)}\n")

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """All its devices at once; what they told before is heard."""
        if self._process is not None:
            kill(self._process)
            self.listen()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None

    def allow(self, upto: dict[int, int]) -> None:
        """How many answers each client may have given."""
        for number in self._clients:
            if self._process is not None and self._allowed.get(number) != upto[number]:
                self._allowed[number] = upto[number]
                self._write(f"upto {number} {upto[number]}\n")

    def listen(self) -> None:
        """Takes in what the devices have told since."""
        while found := self._read():
            *lines, self._unread = (self._unread + found).split(b"\n")
            for line in lines:
                self._hear(*line.decode().split(" ", 2))

    def last_words(self) -> str:
        """How its process ended, and what it complained of."""
        code = None if self._process is None else self._process.poll()
        return f"code {code}: {(self._folder / 'errors.log').read_text()[-3000:]}"

    def _read(self) -> bytes:
        if self._process is None or self._process.stdout is None:
            return b""
        try:
            return os.read(self._process.stdout.fileno(), CHUNK)
        except BlockingIOError:
            return b""

    def _write(self, line: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()

    def _hear(self, kind: str, number: str, rest: str) -> None:
        client = self._clients[int(number)]
        if kind == "T":
            client.told.append(json.loads(rest))
        elif kind == "W":
            client.waiting = int(rest)
        else:
            self.refused += 1


def loaded(
    folder: Path, clients: list[Client], url: str, join_code: str, random: Random
) -> list[Cart]:
    """Carts of paired devices for all `clients`; the last device of each goes by HTTP."""
    paired = iter(pair_devices(url, join_code, len(clients)) if clients else [])
    carts = []
    for begin in range(0, len(clients), DEVICES_PER_CART):
        ours = clients[begin : begin + DEVICES_PER_CART]
        place = folder / f"cart-{begin // DEVICES_PER_CART}"
        place.mkdir()
        for client in ours:
            path = place / f"{client.number:02}.json"
            save(path, *next(paired))
            road: RoadName = "http" if client is ours[-1] else "mqtt"
            seed = random.randrange(1 << 32)
            plan = Plan(client.number, client.learners, road, url, seed)
            path.with_suffix(".plan").write_bytes(msgspec.json.encode(plan))
        carts.append(Cart(place, ours))
    return carts
