"""A hub's teachers on a database file of their own, with clocks that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.clock import Moment
from hub.roster.teacher import Teacher
from hub.roster.teacher_door import From, TeacherDoor
from hub.roster.teacher_sessions import TeacherSessions
from hub.roster.teachers import Teachers
from hub.store.database import open_reading
from tests.hub.ground import ready, writing

PHONE = From("10.0.0.7")
PASSWORD = "mango mango"
#: A school day of 2026.
WALL_S = 1_790_000_000


@dataclass(slots=True)
class School:
    """The clocks of a hub, and its teachers' door while it runs."""

    path: Path
    monotonic_s: float = 1000.0
    wall_s: int = WALL_S
    is_trusted: bool = True
    boot: int = 0
    awake_s: float = 0.0

    def later(self, seconds: float) -> None:
        """Time goes by; the hub runs and its clock goes right."""
        self.monotonic_s += seconds
        self.awake_s += seconds
        self.wall_s += int(seconds)

    def now(self) -> tuple[int, Moment]:
        return self.boot, Moment(int(self.awake_s * 1000), self.wall_s, self.is_trusted)

    @contextmanager
    def running(self, *, is_clean: bool = True) -> Iterator[TeacherDoor]:
        """The hub starts on its file, and stops at the end; unclean as by a power cut."""
        self.boot += 1
        self.awake_s = 0.0
        database = ready(self.path)
        database.conn.executescript(
            "INSERT OR IGNORE INTO packs (id, sha256, body) VALUES (1, '0', x'00');"
            "INSERT OR IGNORE INTO classes (id, name, pack, join_code)"
            " VALUES (1, 'One', 1, 'AAAAAA'), (2, 'Two', 1, 'BBBBBB');"
        )
        with (
            writing(database, lambda _: None) as writer,
            closing(open_reading(self.path)) as reader,
        ):
            door = TeacherDoor(
                Teachers(writer, reader, now=self.now),
                TeacherSessions(writer, reader, now=self.now),
                writer,
                reader,
                mark_key="00",
                monotonic=lambda: self.monotonic_s,
            )
            door.load()
            yield door
            if is_clean:
                door.sessions.stop()


def first_head(door: TeacherDoor, name: str = "Rehema", password: str = PASSWORD) -> Teacher:
    """Who comes in by the code on the hub's screen."""
    opened = door.open(door.new_one_time_code(), PHONE)
    return door.enter(opened, name, password)


def joined(
    door: TeacherDoor, name: str, role: str, classes: tuple[int, ...] = (), *, by: Teacher
) -> Teacher:
    """Who was invited and came in."""
    invited = door.teachers.add(name, role, classes, by=by.id)
    opened = door.open(door.invite(invited).code, PHONE)
    return door.enter(opened, "", PASSWORD + name)
