"""The hub as a process of its own: started, killed, started again, without waiting for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from hub.commands.door import ask
from hub.home import Home, Running
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.faults.campaign import free_ports
from tests.faults.power import kill

START_S = 60.0


class Station:
    """One hub on `home`; its ports stay the same whatever happens to it."""

    def __init__(self, home: Path, log: Path) -> None:
        self._home = home
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._is_due_s: float | None = None
        self._since_s = 0.0
        self.is_up = False

    def prepare(self, learners: int) -> tuple[Running, str, list[int]]:
        """Starts it for the first time, with a class of so many; its code, and who is in it."""
        self._home.mkdir(parents=True)
        http, mqtt, socket = free_ports(3)
        (self._home / "settings.toml").write_text(
            'listen = "loopback"\nadvertise = false\nreceipt_window_ms = 60\n'
            f"http_port = {http}\nmqtt_port = {mqtt}\nwebsocket_port = {socket}\n"
        )
        self._start()
        running = self.wait()
        pack = self._home / "starter.json"
        pack.write_bytes(load_pack(starter_path())[1])
        fields = {"name": "A class", "pack_path": str(pack), "learners": names(learners)}
        made = ask(running, "/control/class", fields)
        return running, str(made["join_code"]), list(made["learners"])

    def kill(self, for_s: float) -> None:
        """SIGKILL now; it is to be started again after `for_s`, unless it was to be sooner."""
        self.end()
        due_s = time.monotonic() + for_s
        self._is_due_s = due_s if self._is_due_s is None else min(due_s, self._is_due_s)

    def end(self) -> None:
        """SIGKILL, and no more."""
        self.is_up = False
        if self._process is not None and self._process.poll() is None:
            kill(self._process)

    def stop(self) -> None:
        """In good order, as its owner stops it: what it believes then is on its disk."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(START_S)
        if code != 0:
            raise RuntimeError(f"The hub ended with {code}: {self._last_words()}")

    def look(self) -> None:
        """Starts it when it is time, and sees whether it has come up."""
        if self._is_due_s is not None and time.monotonic() >= self._is_due_s:
            self._is_due_s = None
            self._start()
        if self._is_due_s is None and not self.is_up:
            assert self._process is not None
            found = Home(self._home).running()
            self.is_up = found is not None and found.pid == self._process.pid
            is_late = time.monotonic() > self._since_s + START_S
            if not self.is_up and (is_late or self._process.poll() is not None):
                raise RuntimeError(f"The hub does not start: {self._last_words()}")

    def wait(self) -> Running:
        """Until it serves, now."""
        if self._is_due_s is not None:
            self._is_due_s = time.monotonic()
        self.look()
        while not self.is_up:
            assert self._process is not None
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)
            self.look()
        found = Home(self._home).running()
        assert found is not None
        return found

    def _start(self) -> None:
        command = [sys.executable, "-m", "hub.cli", "start", "--home", str(self._home)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=os.environ, stdout=log, stderr=log, start_new_session=True
            )
        self._since_s = time.monotonic()

    def _last_words(self) -> str:
        return self._log.read_text()[-3000:]


def names(learners: int) -> list[str]:
    """What the children of the class are called."""
    return [f"Child {number}" for number in range(1, learners + 1)]
