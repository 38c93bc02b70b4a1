"""Lists on a real hub: what tests of them do and look at."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from hub.app import Hub
from hub.lesson.rebuild import rebuild
from hub.roster.lists.plan import Plan
from hub.roster.lists.reading import read_list
from hub.roster.lists.writing import School, oneroster, sheet
from hub.store.database import open_reading
from models.domain.pack import Pack
from tests.hub.rosters import RosterSet
from tests.packs import FIRST_ARITHMETIC


def pack_of(hub: Hub) -> tuple[int, Pack]:
    """The pack that the first class of a hub is to work with."""
    return hub.teaching.install_pack(FIRST_ARITHMETIC.read_bytes(), where="first")


def names(hub: Hub, class_id: int) -> list[str]:
    return [one.name for one in hub.people.in_class(class_id)]


def changes(plan: Plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for step in plan.steps:
        found.setdefault(step.change, []).append(step.name)
    return found


def exported(hub: Hub, *classes: int) -> bytes:
    courses = {one.pack: "Numbers" for one in hub.people.classes.values()}
    school, shown = School("Hill School", 2026, courses), classes or tuple(hub.people.classes)
    return hub.writer.call(lambda database: oneroster(database.conn, shown, school))


def as_sheet(hub: Hub, *classes: int, languages: Mapping[int, str] | None = None) -> bytes:
    return hub.writer.call(
        lambda database: sheet(database.conn, classes, {} if languages is None else languages)
    )


def unpacked(body: bytes) -> dict[str, list[str]]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name).decode().splitlines() for name in archive.namelist()}


def take_set(hub: Hub, changed: RosterSet | None = None, into: str = "") -> dict[str, int]:
    """Takes the sound set in; the classes' numbers by name."""
    hub.enrolling.take(read_list((changed or RosterSet()).body(), "set.zip"), into)
    return {one.name: one.id for one in hub.people.classes.values()}


def is_replayed_alike(hub: Hub) -> bool:
    """Whether each class's state follows from its log."""
    hub.writer.call(lambda _database: None)
    with closing(open_reading(hub.home.database)) as connection:
        rooms = hub.classroom.rooms
        return all(rebuild(connection, one)[0].save() == rooms[one].save() for one in rooms)


def tables(hub: Hub) -> list[Any]:
    """All that the database says of who is where."""
    reads = ("SELECT * FROM learners", "SELECT * FROM classes", "SELECT * FROM roster_frames")
    run = hub.writer.call(
        lambda database: [database.conn.execute(one).fetchall() for one in reads]
    )
    return [
        *run,
        hub.writer.call(
            lambda database: database.conn.execute("SELECT max(hub_seq) FROM events").fetchone()
        ),
    ]
