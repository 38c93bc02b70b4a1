"""The data folder: where everything of one hub lies, held by one hub at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

import msgspec

from hub.errors import HomeInUse, StoreError

#: A pack on its way into a running hub.
OFFERED = "pack-{}.part"


class Running(msgspec.Struct, frozen=True):
    """What a running hub tells programs on its own machine; the file is the owner's alone."""

    pid: int
    http_port: int
    mqtt_port: int
    websocket_port: int | None
    broker: str
    broker_pids: list[int]
    join_code: str
    control_token: str

    @property
    def url(self) -> str:
        """Where this machine reaches the hub's pages."""
        return f"http://127.0.0.1:{self.http_port}"


def default_home(environment: dict[str, str] | os._Environ[str]) -> Path:
    """`MANGOTREE_HOME`, else the user's own data folder."""
    if named := environment.get("MANGOTREE_HOME"):
        return Path(named)
    data = environment.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "mangotree"


class Home:
    """One data folder; `open` makes it and keeps every other hub out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "mangotree.db"
        self.broker = path / "broker"
        self.keys = path / "keys"
        self.sounds = path / "sounds"
        self._running = path / "running.json"
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Makes the folder, private to its owner; raises HomeInUse or StoreError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)
            self._lock = (self.path / "lock").open("w", encoding="utf-8")
        except OSError as error:
            raise StoreError(
                f"The data folder {self.path} cannot be used: {error.strerror}. "
                "Set MANGOTREE_HOME to a folder on this machine's own disk."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise HomeInUse(
                f"A hub is already running on {self.path}. Stop that one first, or give this "
                "one a folder of its own with MANGOTREE_HOME."
            ) from error
        # Left by an install that was killed: up to 64 MB each, for a hub that is gone.
        for left in self.path.glob(OFFERED.format("*")):
            left.unlink(missing_ok=True)

    def close(self) -> None:
        """Lets the next hub in."""
        self._running.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()

    def announce(self, running: Running) -> None:
        """Tells this machine's other programs how to reach the hub."""
        draft = self._running.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(msgspec.json.encode(running))
        draft.replace(self._running)

    def running(self) -> Running | None:
        """The hub that runs on this folder now; None when there is none."""
        try:
            found = msgspec.json.decode(self._running.read_bytes(), type=Running)
            os.kill(found.pid, 0)
        except (FileNotFoundError, NotADirectoryError, ProcessLookupError, msgspec.DecodeError):
            return None
        except PermissionError:
            return found
        return found
