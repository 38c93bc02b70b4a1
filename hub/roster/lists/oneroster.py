"""A OneRoster CSV set (a zip, 1.1 or 1.2, bulk): its classes and the learners enrolled in them.

Of a person the hub keeps the name and the sourcedId. Birthdays, sexes, addresses, parents,
marks, user names and passwords are not read, staff is not kept. A learner whose enrolment, or
whose own row, is `tobedeleted` leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from hub.roster.lists.names import name_fault, tidy, title_fault, unescaped
from hub.roster.lists.oneroster_files import (
    CLASSES,
    COURSES,
    ENROLLMENTS,
    KINDS,
    LISTED,
    MANIFEST,
    NEEDED,
    ORGS,
    ROLES,
    SESSIONS,
    USERS,
    VERSIONS,
    Kind,
)
from hub.roster.lists.oneroster_rows import Line, check_points, read_rows
from hub.roster.lists.remarks import Remarks, refused, remark
from hub.roster.lists.tables import Row, decoded, parsed
from hub.roster.lists.wanted import Frame, Group, Pupil, Reading
from hub.roster.lists.zips import unzipped

#: What stands for the family name of who has one name only; the binding asks for one.
NO_FAMILY = ("-", ".", "_", "—")
_MODES = ("bulk", "delta", "absent")
#: What is kept of a file that is about no person, so that an export can say it again.
FRAMES: dict[str, tuple[str, ...]] = {
    ORGS.name: ("name", "type"),
    SESSIONS.name: ("title", "type", "startDate", "endDate", "schoolYear"),
    COURSES.name: ("title", "orgSourcedId"),
    CLASSES.name: ("courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
}


def read_oneroster(body: bytes, file: str) -> Reading:
    """The classes and learners of a set; raises ListRefused with all that is wrong in it."""
    files = unzipped(body, file)
    if MANIFEST not in files:
        raise refused("or.no_manifest", file)
    faults = Remarks()
    listed = _listed(files, faults)
    faults.refuse_any()
    found = {kind.name: read_rows(files[kind.file], kind, faults) for kind in listed}
    known = {name: {line.source_id for line in lines} for name, lines in found.items()}
    for kind in listed:
        check_points(found[kind.name], kind, known, faults)
    return _Set(found, faults, set(files) - {kind.file for kind in KINDS}).reading()


class _Set:
    """The files of a set whose rows were read one by one."""

    def __init__(
        self, found: Mapping[str, list[Line]], faults: Remarks, others: set[str]
    ) -> None:
        self._found = found
        self._faults = faults
        self._others = others - {MANIFEST}

    def reading(self) -> Reading:
        names = self._names()
        enrolled = self._enrolled()
        groups = self._groups()
        homes = {line.source_id for line in self._lines(CLASSES) if _is_home(line)}
        pupils = []
        for line in self._lines(USERS):
            rows = enrolled.get(line.source_id)
            if rows is None or not _is_there(line):
                continue
            row = self._home(line, rows, homes)
            name = names[line.number]
            pupils.append(
                Pupil(
                    name, USERS.file, line.number, row.cells["classSourcedId"], line.source_id
                )
            )
        if not pupils and not self._faults.count:
            raise refused("or.no_learners", ENROLLMENTS.file)
        self._faults.refuse_any()
        here = {one.source_id for one in pupils}
        leaving = {line.source_id for line in self._found["users"]} - here
        notes = [remark("note.file", one, name=one) for one in sorted(self._others)]
        used = {one.group for one in pupils}
        return Reading(
            tuple(pupils),
            tuple(one for one in groups if one.key in used),
            frozenset(leaving),
            is_whole=True,
            frames=tuple(self._frames(used)),
            notes=tuple(notes),
        )

    def _lines(self, kind: Kind) -> list[Line]:
        return [line for line in self._found.get(kind.name, []) if line.is_active]

    def _names(self) -> dict[int, str]:
        names = {}
        for line in self._found[USERS.name]:
            parts = {
                one: tidy(unescaped(line.cells.get(one, "")))
                for one in ("givenName", "familyName")
            }
            for column, part in parts.items():
                is_blank = column == "familyName" and (part in NO_FAMILY or not part)
                fault = None if is_blank or not part else name_fault(part)
                if fault is not None and fault[0] != "name.letters":
                    self._faults.add(fault[0], USERS.file, line.number, column, **fault[1])
            kept = [part for part in parts.values() if part and part not in NO_FAMILY]
            names[line.number] = " ".join(kept)
            fault = name_fault(names[line.number])
            if fault is not None and fault[0] in {"name.letters", "name.long"}:
                self._faults.add(fault[0], USERS.file, line.number, "givenName", **fault[1])
        return names

    def _groups(self) -> list[Group]:
        groups = []
        for line in self._lines(CLASSES):
            title = tidy(unescaped(line.cells["title"]))
            fault = title_fault(title) if title else None
            if fault is not None:
                self._faults.add(fault[0], CLASSES.file, line.number, "title", **fault[1])
            groups.append(Group(line.source_id, title, line.source_id))
        return groups

    def _enrolled(self) -> dict[str, list[Line]]:
        """The enrolments of each learner, one for each class."""
        found: dict[str, dict[str, Line]] = defaultdict(dict)
        classes = {line.source_id for line in self._lines(CLASSES)}
        for line in self._lines(ENROLLMENTS):
            user, group = line.cells["userSourcedId"], line.cells["classSourcedId"]
            if line.cells["role"].lower() != "student" or group not in classes:
                continue
            first = found[user].setdefault(group, line)
            if first is not line:
                told = {"first": first.number}
                self._faults.add(
                    "or.enrolled_twice", ENROLLMENTS.file, line.number, "userSourcedId", **told
                )
        return {user: list(lines.values()) for user, lines in found.items()}

    def _home(self, user: Line, rows: list[Line], homes: set[str]) -> Line:
        """The enrolment that counts: the only one, or the one in a class of type homeroom."""
        at_home = [row for row in rows if row.cells["classSourcedId"] in homes]
        best = rows if len(rows) == 1 else at_home
        if len(best) != 1:
            told = {"id": user.source_id, "classes": len(rows)}
            self._faults.add(
                "or.several", ENROLLMENTS.file, rows[1].number, "classSourcedId", **told
            )
        return (best or rows)[0]

    def _frames(self, groups: set[str]) -> list[Frame]:
        """What is about no person: the classes used, and what they lead to."""
        lines = {
            name: {line.source_id: line for line in self._found.get(name, [])}
            for name in FRAMES
        }
        wanted: dict[str, set[str]] = defaultdict(set)
        wanted[CLASSES.name] = groups
        for kind in (CLASSES, COURSES):
            for one in wanted[kind.name]:
                for column, to in kind.points.items():
                    cell = (
                        lines[kind.name][one].cells.get(column, "")
                        if one in lines[kind.name]
                        else ""
                    )
                    if column in FRAMES[kind.name]:
                        wanted[to] |= {part.strip() for part in cell.split(",") if part.strip()}
        return [
            Frame(name, line.source_id, {one: line.cells.get(one, "") for one in columns})
            for name, columns in FRAMES.items()
            for line in lines[name].values()
            if line.source_id in wanted[name]
        ]


def _listed(files: Mapping[str, bytes], faults: Remarks) -> list[Kind]:
    """The kinds that the manifest says are there, and that are."""
    rows = parsed(decoded(files[MANIFEST], MANIFEST), MANIFEST, ",")
    told = _told(rows, faults)
    version = told.get("oneroster.version", (0, ""))
    if version[1] not in VERSIONS:
        words = ", ".join(VERSIONS)
        faults.add("or.version", MANIFEST, *_at(version[0]), cell=version[1], words=words)
    if told.get("manifest.version", (0, "1.0"))[1] != "1.0":
        row, cell = told["manifest.version"]
        faults.add("or.version", MANIFEST, *_at(row), cell=cell, words="1.0")
    return [kind for kind in KINDS if _is_listed(kind, told, files, faults, version[1])]


def _told(rows: list[Row], faults: Remarks) -> dict[str, tuple[int, str]]:
    """What the manifest says of each property, and in which row."""
    if rows[0].cells[:2] != ["propertyName", "value"]:
        raise refused("or.manifest_heading", MANIFEST, rows[0].number)
    told: dict[str, tuple[int, str]] = {}
    for row in rows[1:]:
        name, cell = [*row.cells, ""][:2]
        if name in told:
            faults.add("or.property_twice", MANIFEST, row.number, name, first=told[name][0])
        told.setdefault(name, (row.number, cell))
        mode = name.removeprefix("file.")
        if mode != name and mode in LISTED and cell not in _MODES:
            faults.add(
                "or.word", MANIFEST, row.number, name, cell=cell, words=", ".join(_MODES)
            )
    return told


def _is_listed(
    kind: Kind,
    told: Mapping[str, tuple[int, str]],
    files: Mapping[str, bytes],
    faults: Remarks,
    version: str,
) -> bool:
    row, mode = told.get(f"file.{kind.name}", (0, "absent"))
    field = f"file.{kind.name}"
    is_needed = kind.name in NEEDED or (kind is ROLES and version == "1.2")
    if mode == "delta":
        faults.add("or.delta", MANIFEST, row, field)
    elif mode == "bulk" and kind.file not in files:
        faults.add("or.missing", MANIFEST, row, field, name=kind.file)
    elif mode == "absent" and kind.file in files:
        faults.add("or.unlisted", MANIFEST, row, field, name=kind.file)
    elif mode == "absent" and is_needed:
        faults.add("or.needed", MANIFEST, row, field, name=kind.file)
    return mode == "bulk" and kind.file in files


def _at(row: int) -> tuple[int, str]:
    return row, "value"


def _is_there(line: Line) -> bool:
    return line.cells["enabledUser"].lower() != "false"


def _is_home(line: Line) -> bool:
    return line.cells["classType"].lower() == "homeroom"
