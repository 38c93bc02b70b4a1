"""Lists of learners for elsewhere: a plain CSV, and a OneRoster 1.2 CSV set.

Both hold who is in the classes now, in the order in which they came, and nothing that depends
on the day: the same learners give the same bytes, also on another hub that took the set in.
"""

from __future__ import annotations

import csv
import sqlite3
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

import msgspec

from hub.errors import RosterError
from hub.roster.lists.known import Known, KnownClass, KnownLearner, known
from hub.roster.lists.names import escaped
from hub.roster.lists.oneroster import NO_FAMILY
from hub.roster.lists.oneroster_files import (
    CLASSES,
    COURSES,
    ENROLLMENTS,
    LISTED,
    MANIFEST,
    ORGS,
    ROLES,
    SESSIONS,
    USERS,
    Kind,
)
from models.domain.container import zipped

#: Ids of rows that join two others follow from the ids of those, on every hub alike.
_JOINED = uuid.UUID("6f0e4c1e-3f0b-5d53-9b0e-5a3c1b0a7a11")
#: A spreadsheet takes UTF-8 for another alphabet unless the file begins so.
_MARK = "\ufeff"
_CSV_HEADINGS = ("name", "class", "language", "id")
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class School:
    """What a set says besides learners, where no other system's set said it: the school's name
    and, by the classes' packs, what is taught; `year` is when the school year begins.
    """

    name: str
    year: int
    courses: Mapping[int, str]


def sheet(
    connection: sqlite3.Connection, classes: Collection[int], languages: Mapping[int, str]
) -> bytes:
    """The learners of these classes as a CSV that spreadsheets open; `read_sheet` reads it.

    `languages` holds the learners who have one of their own.
    """
    found = known(connection)
    rows = [
        (
            one.name,
            found.classes[one.class_id].name,
            languages.get(one.id, ""),
            found.source(one),
        )
        for one in _here(found, classes)
    ]
    return (_MARK + _table(_CSV_HEADINGS, rows)).encode()


def oneroster(
    connection: sqlite3.Connection, classes: Collection[int], school: School
) -> bytes:
    """These classes and their learners as a OneRoster 1.2 CSV set, bulk.

    A class with nobody in it is left out; RosterError where that is so of all.
    """
    found = known(connection)
    frames = _Frames(connection, found, school)
    people = _here(found, classes)
    if not people:
        raise RosterError("Nobody is in these classes, and OneRoster has no empty files.")
    at_work = {one.class_id for one in people}
    rooms = [frames.of_class(one) for one in found.classes.values() if one.id in at_work]
    placed = {one["sourcedId"]: one for one in rooms}
    enrolled = [
        (one, placed[found.class_source(found.classes[one.class_id])]) for one in people
    ]
    courses = frames.of_courses(rooms)
    files: list[tuple[Kind, list[Cells]]] = [
        (ORGS, frames.of_orgs([*rooms, *courses])),
        (SESSIONS, frames.of_sessions(rooms)),
        (COURSES, courses),
        (CLASSES, rooms),
        (USERS, [_user(found, one, room) for one, room in enrolled]),
        (ROLES, [_role(found, one, room) for one, room in enrolled]),
        (ENROLLMENTS, [_enrolment(found, one, room) for one, room in enrolled]),
    ]
    # The binding allows no file without rows: a set that came without courses goes out so.
    filled = [(kind, rows) for kind, rows in files if rows]
    bodies = {kind.file: _file(kind, rows) for kind, rows in filled}
    return zipped({MANIFEST: _manifest([kind for kind, _ in filled])} | bodies)


class _Frames:
    """What a set says of schools, terms, courses and classes: as it came, else as made here."""

    def __init__(self, connection: sqlite3.Connection, found: Known, school: School) -> None:
        rows = connection.execute(
            "SELECT file, source_id, fields FROM roster_frames ORDER BY place"
        )
        self._kept: dict[str, dict[str, Cells]] = {}
        for file, source_id, fields in rows:
            cells = msgspec.json.decode(fields, type=dict[str, str])
            self._kept.setdefault(file, {})[source_id] = cells
        self._found = found
        self._school = school

    def of_class(self, one: KnownClass) -> Cells:
        source_id = self._found.class_source(one)
        made = {
            "courseSourcedId": self._found.made("course", one.pack),
            "classType": "homeroom",
            "schoolSourcedId": self._found.made("school", 0),
            "termSourcedIds": self._found.made("year", self._school.year),
        }
        cells = self._kept.get(CLASSES.name, {}).get(source_id, made)
        return {"sourcedId": source_id, "title": one.name, **cells}

    def of_courses(self, rooms: Iterable[Cells]) -> list[Cells]:
        made = {
            self._found.made("course", pack): {
                "title": title,
                "orgSourcedId": self._found.made("school", 0),
            }
            for pack, title in self._school.courses.items()
        }
        return self._used(COURSES, made, [one["courseSourcedId"] for one in rooms])

    def of_orgs(self, rows: Iterable[Cells]) -> list[Cells]:
        made = {
            self._found.made("school", 0): {"name": self._school.name, "type": "school"},
        }
        ids = [one.get("schoolSourcedId") or one.get("orgSourcedId", "") for one in rows]
        return self._used(ORGS, made, ids)

    def of_sessions(self, rooms: Iterable[Cells]) -> list[Cells]:
        year = self._school.year
        made = {
            self._found.made("year", year): {
                "title": str(year),
                "type": "schoolYear",
                "startDate": f"{year}-01-01",
                "endDate": f"{year + 1}-01-01",
                # The binding: the year in which the school year ends.
                "schoolYear": str(year),
            }
        }
        ids = [part.strip() for one in rooms for part in one["termSourcedIds"].split(",")]
        return self._used(SESSIONS, made, ids)

    def _used(self, kind: Kind, made: Mapping[str, Cells], ids: Sequence[str]) -> list[Cells]:
        """The rows that are pointed at, each once, in the order in which they came."""
        rows = {**made, **self._kept.get(kind.name, {})}
        return [{"sourcedId": one, **cells} for one, cells in rows.items() if one in set(ids)]


def _here(found: Known, classes: Collection[int]) -> list[KnownLearner]:
    everyone = found.learners.values()
    return [one for one in everyone if one.presence == "here" and one.class_id in classes]


def _user(found: Known, one: KnownLearner, room: Cells) -> Cells:
    given, _, family = one.name.partition(" ")
    source_id = found.source(one)
    return {
        "sourcedId": source_id,
        "enabledUser": "true",
        "username": source_id,
        "givenName": given,
        "familyName": family or NO_FAMILY[0],
        "primaryOrgSourcedId": room["schoolSourcedId"],
    }


def _role(found: Known, one: KnownLearner, room: Cells) -> Cells:
    return {
        "sourcedId": _joined("role", found.source(one), room["schoolSourcedId"]),
        "userSourcedId": found.source(one),
        "roleType": "primary",
        "role": "student",
        "orgSourcedId": room["schoolSourcedId"],
    }


def _enrolment(found: Known, one: KnownLearner, room: Cells) -> Cells:
    return {
        "sourcedId": _joined("enrolment", found.source(one), room["sourcedId"]),
        "classSourcedId": room["sourcedId"],
        "schoolSourcedId": room["schoolSourcedId"],
        "userSourcedId": found.source(one),
        "role": "student",
    }


def _joined(kind: str, *ids: str) -> str:
    return str(uuid.uuid5(_JOINED, "\0".join((kind, *ids))))


def _manifest(files: Collection[Kind]) -> bytes:
    names = {kind.name for kind in files}
    rows = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
    rows += [(f"file.{one}", "bulk" if one in names else "absent") for one in LISTED]
    rows += [("source.systemName", "Mangotree"), ("source.systemCode", "mangotree")]
    return _table(("propertyName", "value"), rows).encode()


def _file(kind: Kind, rows: Iterable[Cells]) -> bytes:
    cells = [[row.get(column, "") for column in kind.columns] for row in rows]
    return _table(kind.columns, cells).encode()


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    return out.getvalue()
