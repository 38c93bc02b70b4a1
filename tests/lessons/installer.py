"""A process that installs packs and is killed at a chosen point, again and again.

It imports everything once and forks for each round: a round costs milliseconds, and the fork
is a real process that dies by SIGKILL. `python -m tests.lessons.installer` reads a Round a line
and answers with an Ended a line.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlite_utils import Database

from hub.commands.pack import install
from hub.errors import HubError
from hub.lesson import pack_install
from hub.lesson.pack_install import Incoming
from hub.store import database as store
from hub.store.database import open_writing
from hub.store.writer import Writer
from models.domain.signing import Keys

#: `command`: as `mangotree pack install` where no hub runs; `writer`: as a running hub does it.
Road = Literal["command", "writer"]
#: What a hasty installer would do: write over the old pack, let classes use the new one before
#: it is there, or not wait for the disk.
Weakness = Literal["none", "in place", "early", "off"]


class Round(msgspec.Struct, frozen=True):
    """One installation; it dies at the point of that number, or after some seconds, or not."""

    home: str
    file: str
    road: Road = "command"
    weakness: Weakness = "none"
    die_at: int | None = None
    die_after_s: float | None = None


class Ended(msgspec.Struct, frozen=True):
    """How it ended: the points that were passed, and whether it was killed."""

    points: list[str]
    was_killed: bool
    error: str = ""


def main() -> None:
    """Serves rounds until its input ends."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(
            msgspec.json.encode(play(msgspec.json.decode(line, type=Round)))
        )
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()


def play(order: Round) -> Ended:
    """One round in a process of its own."""
    heard, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(heard)
        _live_and_die(order, said)
    os.close(said)
    if order.die_after_s is not None:
        _kill_after(pid, order.die_after_s)
    with os.fdopen(heard, encoding="utf-8") as file:
        lines = file.read().splitlines()
    _, status = os.waitpid(pid, 0)
    errors = [line.removeprefix("ERROR ") for line in lines if line.startswith("ERROR ")]
    points = [line for line in lines if not line.startswith("ERROR ")]
    return Ended(points, os.WIFSIGNALED(status), errors[0] if errors else "")


def _kill_after(pid: int, seconds: float) -> None:
    watched = os.pidfd_open(pid)
    try:
        if not select.select([watched], [], [], seconds)[0]:
            os.kill(pid, signal.SIGKILL)
    finally:
        os.close(watched)


def _live_and_die(order: Round, said: int) -> None:
    """The child: never returns."""
    passed = 0

    def point(name: str) -> None:
        nonlocal passed
        os.write(said, f"{' '.join(name.split())[:70]}\n".encode())
        if passed == order.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    # What it prints is nobody's business: the parent's output carries the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    try:
        _weaken(order.weakness)
        {"command": _by_command, "writer": _by_writer}[order.road](order, point)
    except (HubError, ValueError, OSError) as error:
        os.write(said, f"ERROR {error}\n".encode())
    except BaseException as error:  # noqa: BLE001  (a fork must not run its parent's code)
        os.write(said, f"ERROR {error!r}\n".encode())
    os._exit(0)


def _by_command(order: Round, point: Callable[[str], None]) -> None:
    """The command itself; only its database tells of each statement before it is done."""
    opened, examined = open_writing, pack_install.examine

    def traced(path: Path) -> Database:
        database = opened(path)
        database.conn.set_trace_callback(point)
        return database

    def told(*given: Any, **named: Any) -> Incoming:
        point("read")
        new = examined(*given, **named)
        point("examined")
        return new

    command: Any = install
    command.open_writing, command.examine = traced, told
    asked = argparse.Namespace(
        home=Path(order.home), file=Path(order.file), classes=[1], allow_older=False
    )
    install.run(asked)
    point("done")


def _by_writer(order: Round, point: Callable[[str], None]) -> None:
    """What a running hub does, through its one writer."""
    home = Path(order.home)
    body = Path(order.file).read_bytes()
    new = pack_install.examine(body, Keys(home / "keys"), where="it")
    point("examined")
    database = open_writing(home / "mangotree.db")
    database.conn.set_trace_callback(point)
    writer = Writer(database, window_ms=1, on_durable=lambda _: None)
    writer.start()
    pack = pack_install.put(writer, new, for_classes=[1])
    point("put")
    pack_install.read_back(writer, pack, new)
    point("read back")
    pack_install.want(writer, [1], pack)
    point("wanted")
    writer.stop()
    point("done")


def _weaken(weakness: Weakness) -> None:
    """Makes this process an installer with that weakness."""
    command: Any = install
    if weakness == "in place":
        command.put = _put_in_place
    elif weakness == "early":
        command.put = _put_late
    elif weakness == "off":
        store.SYNCHRONOUS = "OFF"


def _put_in_place(database: Database, new: Incoming, **_named: Any) -> int:
    """One write after the other over the pack that class 1 uses."""
    run = database.conn.execute
    (pack,) = run("SELECT coalesce(wanted_pack, pack) FROM classes WHERE id = 1").fetchone()
    run("UPDATE packs SET body = ? WHERE id = ?", (new.body, pack))
    run("UPDATE packs SET sha256 = ? WHERE id = ?", (new.digest, pack))
    return int(pack)


def _put_late(database: Database, new: Incoming, **_named: Any) -> int:
    """Tells the class of the pack, and then fetches it."""
    run = database.conn.execute
    run("PRAGMA foreign_keys = OFF")
    (pack,) = run("SELECT max(id) + 1 FROM packs").fetchone()
    run("UPDATE classes SET wanted_pack = ? WHERE id = 1", (pack,))
    insert = "INSERT INTO packs (id, sha256, body) VALUES (?, ?, ?)"
    run(insert, (pack, new.digest, new.body))
    return int(pack)


if __name__ == "__main__":
    main()
