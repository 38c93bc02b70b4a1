"""A sound OneRoster set, to be taken in as it is or to be broken."""

from __future__ import annotations

import csv
import io
import zipfile

from hub.roster.lists.oneroster_files import (
    CLASSES,
    COURSES,
    ENROLLMENTS,
    LISTED,
    ORGS,
    ROLES,
    SESSIONS,
    USERS,
    Kind,
)

Grid = list[list[str]]


def grid(kind: Kind, *rows: dict[str, str]) -> Grid:
    """A file's cells: its headings, then the rows."""
    return [list(kind.columns), *([row.get(one, "") for one in kind.columns] for row in rows)]


class RosterSet:
    """A OneRoster 1.2 set of two classes with three learners and a teacher; then broken."""

    def __init__(self) -> None:
        people = {"u1": "Amina Juma", "u2": "Neema Otieno", "u3": "محمد علي", "t1": "Ms Kato"}
        homes = {"u1": "c1", "u2": "c1", "u3": "c2", "t1": "c1"}
        roles = {one: "teacher" if one == "t1" else "student" for one in people}
        room = {"courseSourcedId": "k1", "schoolSourcedId": "s1", "termSourcedIds": "y1"}
        room |= {"classType": "homeroom"}
        year = {"type": "schoolYear", "schoolYear": "2026", "title": "2026"}
        self.files: dict[str, Grid] = {
            "orgs": grid(ORGS, {"sourcedId": "s1", "name": "Hill School", "type": "school"}),
            "academicSessions": grid(
                SESSIONS,
                {"sourcedId": "y1", "startDate": "2026-01-01", "endDate": "2026-12-31", **year},
            ),
            "courses": grid(
                COURSES, {"sourcedId": "k1", "title": "Maths", "orgSourcedId": "s1"}
            ),
            "classes": grid(
                CLASSES,
                {"sourcedId": "c1", "title": "Standard 4", **room},
                {"sourcedId": "c2", "title": "Standard 5", **room},
            ),
            "users": grid(USERS, *(_user(one, name) for one, name in people.items())),
            "roles": grid(ROLES, *(_role(one, role) for one, role in roles.items())),
            "enrollments": grid(
                ENROLLMENTS,
                *(_enrolment(one, homes[one], role) for one, role in roles.items()),
            ),
        }
        told = [["manifest.version", "1.0"], ["oneroster.version", "1.2"]]
        told += [[f"file.{one}", "bulk" if one in self.files else "absent"] for one in LISTED]
        self.files = {"manifest": [["propertyName", "value"], *told]} | self.files

    def put(self, file: str, row: int, column: str, cell: str) -> RosterSet:
        """Another cell at a row as a spreadsheet counts it."""
        heading = self.files[file][0]
        self.files[file][row - 1][heading.index(column)] = cell
        return self

    def said(self, name: str, cell: str) -> RosterSet:
        """Another word of the manifest."""
        next(row for row in self.files["manifest"] if row[0] == name)[1] = cell
        return self

    def row_of(self, name: str) -> int:
        """Where a property stands in the manifest."""
        return 1 + [row[0] for row in self.files["manifest"]].index(name)

    def again(self, file: str, row: int, **cells: str) -> RosterSet:
        """A row once more at the end, with other cells."""
        copied = list(self.files[file][row - 1])
        for column, cell in cells.items():
            copied[self.files[file][0].index(column)] = cell
        self.files[file].append(copied)
        return self

    def headed(self, file: str, column: str, other: str) -> RosterSet:
        """Another heading."""
        self.files[file][0][self.files[file][0].index(column)] = other
        return self

    def bodies(self) -> dict[str, bytes]:
        """The files' bytes."""
        return {f"{name}.csv": table(cells) for name, cells in self.files.items()}

    def body(self, **others: bytes) -> bytes:
        """The zip; `others` are files as bytes, by their names without .csv."""
        return packed(self.bodies() | {f"{name}.csv": body for name, body in others.items()})


def _user(user: str, name: str) -> dict[str, str]:
    given, family = name.split()
    named = {"givenName": given, "familyName": family}
    return {"sourcedId": user, "enabledUser": "true", "username": user} | named


def _role(user: str, role: str) -> dict[str, str]:
    told = {"roleType": "primary", "role": role, "orgSourcedId": "s1"}
    return {"sourcedId": f"r-{user}", "userSourcedId": user} | told


def _enrolment(user: str, home: str, role: str) -> dict[str, str]:
    where = {"classSourcedId": home, "schoolSourcedId": "s1"}
    return {"sourcedId": f"e-{user}", "userSourcedId": user, "role": role} | where


def table(cells: Grid) -> bytes:
    """The cells as a CSV file's bytes."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(cells)
    return out.getvalue().encode()


def packed(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as any program makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in files.items():
            told = zipfile.ZipInfo(name, (2026, 1, 5, 8, 0, 0))
            archive.writestr(told, body, method)
    return out.getvalue()
