"""A process in which a teacher's deed is done and killed at a chosen point, again and again.

It imports everything once and forks for each round: the fork is a real process that dies by
SIGKILL. `python -m tests.teacher_tier.desk` reads a Round a line and answers with an Ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import msgspec

from hub.classroom import Classroom
from hub.clock import Clock, Moment
from hub.lesson.models import Models
from hub.lesson.packs import Packs
from hub.lesson.rebuild import resume
from hub.overriding import Overriding
from hub.roster.devices import Devices
from hub.roster.people import People
from hub.store import log
from hub.store.database import open_reading, open_writing
from hub.store.ledger import Ledger
from hub.store.writer import Writer
from hub.teaching import Teaching
from models.domain.signing import Keys
from tests.teacher_tier.deeds import DEEDS

#: What a hasty hub would do: tell the teacher before the disk has it, or do a deed for a class
#: learner by learner.
Weakness = Literal["none", "early", "piecemeal"]
NOW = Moment(monotonic_ms=3_600_000, wall_s=1_790_000_000, is_trusted=True)
#: What the round writes once the teacher has been told.
TOLD = "told"


class Round(msgspec.Struct, frozen=True):
    """One deed; its process dies at the point of that number, or not."""

    home: str
    deed: str
    weakness: Weakness = "none"
    die_at: int | None = None


class Ended(msgspec.Struct, frozen=True):
    """How it ended: the points that were passed, and whether it was killed."""

    points: list[str]
    was_killed: bool
    error: str = ""


class Still(Clock):
    """A clock that stands: two runs of a deed write the same row."""

    def now(self) -> Moment:
        return NOW


def main() -> None:
    """Serves rounds until its input ends."""
    for line in sys.stdin.buffer:
        ended = play(msgspec.json.decode(line, type=Round))
        sys.stdout.buffer.write(msgspec.json.encode(ended) + b"\n")
        sys.stdout.buffer.flush()


def play(order: Round) -> Ended:
    """One round in a process of its own."""
    heard, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(heard)
        _live_and_die(order, said)
    os.close(said)
    with os.fdopen(heard, encoding="utf-8") as file:
        lines = file.read().splitlines()
    _, status = os.waitpid(pid, 0)
    errors = [line.removeprefix("ERROR ") for line in lines if line.startswith("ERROR ")]
    points = [line for line in lines if not line.startswith("ERROR ")]
    return Ended(points, os.WIFSIGNALED(status), errors[0] if errors else "")


def _live_and_die(order: Round, said: int) -> None:
    """The child: never returns."""
    passed = 0

    def point(name: str) -> None:
        nonlocal passed
        os.write(said, f"{' '.join(name.split())[:60]}\n".encode())
        if passed == order.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    try:
        do(Path(order.home), order.deed, point, order.weakness)
    except BaseException as error:  # noqa: BLE001  (a fork must not run its parent's code)
        os.write(said, f"ERROR {error!r}\n".encode())
    os._exit(0)


def do(
    home: Path, deed: str, point: Callable[[str], None], weakness: Weakness = "none"
) -> None:
    """The deed as a hub at work on `home` does it, up to the word that the teacher reads."""
    database = open_writing(home / "mangotree.db")
    writer = Writer(database, window_ms=1, on_durable=lambda _: None)
    writer.start()
    with closing(open_reading(home / "mangotree.db")) as reader:
        teaching = _teaching(writer, reader, home)
        teaching.catch_up()
        writer.call(lambda _: None)
        writer.call(lambda opened: opened.conn.set_trace_callback(point))
        if weakness == "early":
            hasty: Any = Overriding
            hasty.wait_for_disk = lambda _self: None
        if weakness == "piecemeal":
            for learner in (1, 2, 3):
                teaching.override(learner, "skip", 1)
        else:
            DEEDS[deed](teaching)
        if weakness != "early":
            writer.settle()
        point(TOLD)
        writer.stop()


def _teaching(writer: Writer, reader: Any, home: Path) -> Teaching:
    people = People(writer, reader)
    people.load()
    devices = Devices(writer, reader, hash_for_broker=lambda secret: secret)
    (boot,) = reader.execute("SELECT max(id) FROM hub_boots").fetchone()
    ledger = Ledger(writer, Still(), hub_boot=boot, last_seq=log.last_seq(reader))
    models, packs = Models(reader), Packs(reader)
    rooms = {one: resume(reader, one, models, packs) for one in people.classes}
    classroom = Classroom(rooms, devices, ledger)
    return Teaching(classroom, people, writer, models, packs, Keys(home / "keys"))


if __name__ == "__main__":
    main()
