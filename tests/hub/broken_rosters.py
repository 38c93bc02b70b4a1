"""What can be wrong with a roster, each by its name, and where its first fault is then."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from tests.hub.rosters import RosterSet, packed, table


@dataclass(frozen=True)
class Broken:
    """A roster that has to be refused, and where its first fault is."""

    body: bytes
    file: str
    row: int = 0
    field: str = ""
    name: str = "set.zip"


class _Raw(NamedTuple):
    file: str
    row: int
    column: str
    cell: str


#: A cell that makes a set wrong at this very place.
CELLS = {
    "org without a name": _Raw("orgs", 2, "name", ""),
    "org of no known kind": _Raw("orgs", 2, "type", "castle"),
    "org whose parent is not there": _Raw("orgs", 2, "parentSourcedId", "s9"),
    "org that is its own parent": _Raw("orgs", 2, "parentSourcedId", "s1"),
    "session without a title": _Raw("academicSessions", 2, "title", ""),
    "session of no known kind": _Raw("academicSessions", 2, "type", "week"),
    "session that begins on no day": _Raw("academicSessions", 2, "startDate", "2026-02-30"),
    "session with a day in another form": _Raw("academicSessions", 2, "endDate", "31.12.2026"),
    "session that ends before it begins": _Raw("academicSessions", 2, "endDate", "2025-12-31"),
    "course without a title": _Raw("courses", 2, "title", ""),
    "course of a school that is not there": _Raw("courses", 2, "orgSourcedId", "s2"),
    "course of a year that is not there": _Raw("courses", 2, "schoolYearSourcedId", "y9"),
    "class without a title": _Raw("classes", 3, "title", ""),
    "class without a course": _Raw("classes", 2, "courseSourcedId", ""),
    "class of a course that is not there": _Raw("classes", 2, "courseSourcedId", "k9"),
    "class of a school that is not there": _Raw("classes", 3, "schoolSourcedId", "s9"),
    "class of a term that is not there": _Raw("classes", 3, "termSourcedIds", "y1,y9"),
    "class of no known kind": _Raw("classes", 2, "classType", "club"),
    "class whose title turns the writing": _Raw("classes", 2, "title", "P4\u202e"),
    "class whose title is a formula": _Raw("classes", 2, "title", "=1+1"),
    "learner without an id": _Raw("users", 2, "sourcedId", ""),
    "learner with an endless id": _Raw("users", 2, "sourcedId", "x" * 200),
    "learner without a given name": _Raw("users", 3, "givenName", ""),
    "learner without a family name": _Raw("users", 3, "familyName", ""),
    "learner whose name is a formula": _Raw("users", 2, "givenName", "=HYPERLINK(1)"),
    "learner whose name begins with a plus": _Raw("users", 2, "familyName", "+cmd"),
    "learner whose name begins with an at": _Raw("users", 2, "givenName", "@SUM(A1)"),
    "learner whose name turns the writing": _Raw("users", 4, "givenName", "a\u202eb"),
    "learner whose name has a hidden mark": _Raw("users", 4, "familyName", "a\u200eb"),
    "learner whose name has a control sign": _Raw("users", 2, "givenName", "A\x07b"),
    "learner whose name has two lines": _Raw("users", 2, "givenName", "A\nb"),
    "learner whose name lost a letter": _Raw("users", 2, "familyName", "J\ufffdma"),
    "learner whose name has a zero-width space": _Raw("users", 2, "givenName", "A\u200bb"),
    "learner whose name is endless": _Raw("users", 2, "givenName", "A" * 61),
    "learner whose name holds a semicolon": _Raw("users", 2, "givenName", "A;=1"),
    "learner with more marks than letters": _Raw("users", 2, "givenName", "A" + "\u0301" * 9),
    "learner of no known status": _Raw("users", 2, "status", "sleeping"),
    "learner neither enabled nor not": _Raw("users", 2, "enabledUser", "yes"),
    "learner of a school that is not there": _Raw("users", 2, "primaryOrgSourcedId", "s9"),
    "role of a user who is not there": _Raw("roles", 2, "userSourcedId", "u9"),
    "role of no known kind": _Raw("roles", 2, "role", "pupil"),
    "role of no known type": _Raw("roles", 2, "roleType", "third"),
    "role at a school that is not there": _Raw("roles", 2, "orgSourcedId", "s9"),
    "role that begins on no day": _Raw("roles", 2, "beginDate", "soon"),
    "enrolment of a user who is not there": _Raw("enrollments", 2, "userSourcedId", "u9"),
    "enrolment in a class that is not there": _Raw("enrollments", 3, "classSourcedId", "c9"),
    "enrolment at a school that is not there": _Raw("enrollments", 2, "schoolSourcedId", "s9"),
    "enrolment in no class": _Raw("enrollments", 2, "classSourcedId", ""),
    "enrolment of no known role": _Raw("enrollments", 2, "role", "learner"),
    "enrolment primary neither true nor false": _Raw("enrollments", 2, "primary", "1"),
    "enrolment that ends on no day": _Raw("enrollments", 2, "endDate", "2026-13-01"),
    "enrolment of no known status": _Raw("enrollments", 2, "status", "gone"),
}
#: A word of the manifest that makes a set wrong.
SAYINGS = {
    "manifest of another version": ("oneroster.version", "1.0", "value"),
    "manifest of a later form": ("manifest.version", "2.0", "value"),
    "changes only": ("file.users", "delta", "file.users"),
    "users that are absent": ("file.users", "absent", "file.users"),
    "roles that are there and absent": ("file.roles", "absent", "file.roles"),
    "demographics in a word of their own": ("file.demographics", "some", "file.demographics"),
    "results in a word of their own": ("file.results", "BULKY", "file.results"),
}


def _by_cell(one: _Raw) -> Broken:
    body = RosterSet().put(*one).body()
    return Broken(body, f"{one.file}.csv", one.row, one.column)


def _by_saying(name: str, cell: str, field: str) -> Broken:
    made = RosterSet().said(name, cell)
    return Broken(made.body(), "manifest.csv", made.row_of(name), field)


def _without(name: str) -> dict[str, bytes]:
    files = RosterSet().bodies()
    del files[name]
    return files


def _listed_and_gone() -> Broken:
    row = RosterSet().row_of("file.enrollments")
    body = packed(_without("enrollments.csv"))
    return Broken(body, "manifest.csv", row, "file.enrollments")


def _named(name: str, body: bytes = b"x") -> bytes:
    return packed(RosterSet().bodies() | {name: body})


def _twice() -> bytes:
    out = io.BytesIO(RosterSet().body())
    with zipfile.ZipFile(out, "a") as archive:
        # The second of two equal names is the one that many programs show.
        info = zipfile.ZipInfo("users.csX")
        archive.writestr(info, b"x")
    return out.getvalue().replace(b"users.csX", b"users.csv")


def _link() -> bytes:
    out = io.BytesIO(packed(_without("orgs.csv")))
    with zipfile.ZipFile(out, "a") as archive:
        told = zipfile.ZipInfo("orgs.csv")
        told.create_system = 3
        told.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(told, b"/etc/passwd")
    return out.getvalue()


def _locked() -> bytes:
    body = bytearray(packed({"manifest.csv": b"x"}, method=zipfile.ZIP_STORED))
    body[6] |= 1
    body[body.index(b"PK\1\2") + 8] |= 1
    return bytes(body)


def _lying() -> bytes:
    """A zip whose header tells ten bytes where ten million come."""
    body = bytearray(packed({"users.csv": b"\n" * 10_000_000}))
    struct.pack_into("<L", body, body.index(b"PK\1\2") + 24, 10)
    struct.pack_into("<L", body, 22, 10)
    return bytes(body)


def _cut_row() -> bytes:
    made = RosterSet()
    made.files["users"][2] = made.files["users"][2][:5]
    return made.body()


def _wide_row() -> bytes:
    made = RosterSet()
    made.files["enrollments"][3].append("more")
    return made.body()


def _only_headings() -> bytes:
    made = RosterSet()
    del made.files["enrollments"][1:]
    return made.body()


def _nobody() -> bytes:
    made = RosterSet()
    for row in range(2, 6):
        made.put("enrollments", row, "role", "teacher")
    return made.body()


def _in_two_classes() -> bytes:
    again = {"sourcedId": "e-9", "classSourcedId": "c2"}
    return RosterSet().again("enrollments", 2, **again).body()


def _utf_16() -> bytes:
    return RosterSet().body(users=RosterSet().bodies()["users.csv"].decode().encode("utf-16"))


def _latin() -> bytes:
    users = RosterSet().put("users", 3, "givenName", "José").files["users"][:4]
    return RosterSet().body(users=table(users[:3]).decode().encode("latin-1"))


def _twice_in_manifest() -> bytes:
    made = RosterSet()
    made.files["manifest"].append(["file.users", "bulk"])
    return made.body()


def _headings() -> dict[str, Callable[[], Broken]]:
    user = RosterSet().bodies()["users.csv"]
    extra = user.replace(b"sourcedId,", b"sourcedId,sourcedId,").replace(b"\nu", b"\nu,u")
    quote = user.replace(b"Amina", b'"Amina')
    return {
        "users without headings": lambda: Broken(
            RosterSet().body(users=user.split(b"\n", 1)[1]), "users.csv", 1, "sourcedId"
        ),
        "users without given names": lambda: Broken(
            RosterSet().headed("users", "givenName", "firstName").body(),
            *("users.csv", 1, "givenName"),
        ),
        "users with a heading in capitals": lambda: Broken(
            RosterSet().headed("users", "sourcedId", "SourcedID").body(),
            *("users.csv", 1, "sourcedId"),
        ),
        "users with a heading twice": lambda: Broken(
            RosterSet().body(users=extra), "users.csv", 1, "sourcedId"
        ),
        "users with an open quotation mark": lambda: Broken(
            RosterSet().body(users=quote), "users.csv", 2
        ),
        "users with a byte of no text": lambda: Broken(
            RosterSet().body(users=user.replace(b"Neema", b"N\0ema")), "users.csv", 3
        ),
        "users that are a spreadsheet": lambda: Broken(
            RosterSet().body(users=packed({"a": b"b"})), "users.csv"
        ),
        "manifest with other headings": lambda: Broken(
            RosterSet().headed("manifest", "value", "Value").body(), "manifest.csv", 1
        ),
    }


#: Sets with something wrong in rows, files or the zip itself; made when they are asked for.
SETS: dict[str, Callable[[], Broken]] = {
    **{name: partial(_by_cell, one) for name, one in CELLS.items()},
    **{name: partial(_by_saying, *told) for name, told in SAYINGS.items()},
    **_headings(),
    "two learners with one id": lambda: Broken(
        RosterSet().put("users", 3, "sourcedId", "u1").body(), "users.csv", 3, "sourcedId"
    ),
    "two classes with one id": lambda: Broken(
        RosterSet().put("classes", 3, "sourcedId", "c1").body(), "classes.csv", 3, "sourcedId"
    ),
    "a learner enrolled twice in a class": lambda: Broken(
        RosterSet().again("enrollments", 2, sourcedId="e-9").body(),
        *("enrollments.csv", 6, "userSourcedId"),
    ),
    "a learner in two homerooms": lambda: Broken(
        _in_two_classes(), "enrollments.csv", 6, "classSourcedId"
    ),
    "nobody enrolled as a student": lambda: Broken(_nobody(), "enrollments.csv"),
    "a row cut short": lambda: Broken(_cut_row(), "users.csv", 3),
    "a row with a cell too many": lambda: Broken(_wide_row(), "enrollments.csv", 4),
    "a file of headings alone": lambda: Broken(_only_headings(), "enrollments.csv"),
    "a file in UTF-16": lambda: Broken(_utf_16(), "users.csv", 1),
    "a file in Latin letters": lambda: Broken(_latin(), "users.csv", 3),
    "an empty file": lambda: Broken(RosterSet().body(users=b""), "users.csv"),
    "a property said twice": lambda: Broken(
        _twice_in_manifest(), "manifest.csv", 25, "file.users"
    ),
    "a file listed and gone": _listed_and_gone,
    "a set without a manifest": lambda: Broken(packed(_without("manifest.csv")), "set.zip"),
    "an empty zip": lambda: Broken(packed({}), "set.zip"),
    "no zip at all": lambda: Broken(b"Name\nAmina\n", "set.zip"),
    "a zip cut short": lambda: Broken(RosterSet().body()[:-40], "set.zip"),
    "a zip with changed bytes": lambda: Broken(
        RosterSet().body().replace(b"PK\3\4", b"PK\3\5"), "set.zip"
    ),
    "a zip with a folder": lambda: Broken(
        packed({f"roster/{name}": body for name, body in RosterSet().bodies().items()}),
        *("set.zip", 0, "roster/manifest.csv"),
    ),
    "a zip that leaves its folder": lambda: Broken(
        _named("../users.csv"), "set.zip", 0, "../users.csv"
    ),
    "a zip that begins at the root": lambda: Broken(
        _named("/etc/passwd"), "set.zip", 0, "/etc/passwd"
    ),
    "a zip with a drive letter": lambda: Broken(
        _named("C:users.csv"), "set.zip", 0, "C:users.csv"
    ),
    "a zip with a name that cannot be read": lambda: Broken(_named("a\x07.csv"), "set.zip"),
    "a zip with a file twice": lambda: Broken(_twice(), "users.csv"),
    "a zip with a link": lambda: Broken(_link(), "orgs.csv"),
    "a zip with a password": lambda: Broken(_locked(), "manifest.csv"),
    "a zip that is a bomb": lambda: Broken(_named("bomb.csv", bytes(15_000_000)), "bomb.csv"),
    "a zip that lies of its sizes": lambda: Broken(_lying(), "set.zip"),
    "a zip of very many files": lambda: Broken(
        packed({f"{number}.csv": b"x" for number in range(61)}), "set.zip"
    ),
}


def _sheet(body: bytes, row: int = 0, field: str = "", name: str = "class.csv") -> Broken:
    return Broken(body, name, row, field, name)


#: The same for sheets.
SHEETS: dict[str, Callable[[], Broken]] = {
    "an empty sheet": lambda: _sheet(b""),
    "a sheet of commas": lambda: _sheet(b",,,\n,,\n"),
    "a sheet of headings alone": lambda: _sheet(b"Name,Class\n"),
    "a sheet that is a spreadsheet": lambda: _sheet(packed({"xl/workbook.xml": b"<a/>"})),
    "a sheet that is an old spreadsheet": lambda: _sheet(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9
    ),
    "a sheet that is a PDF": lambda: _sheet(b"%PDF-1.7\n1 0 obj"),
    "a sheet that is a picture": lambda: _sheet(b"\x89PNG\r\n\x1a\n0000"),
    "a sheet that is a web page": lambda: _sheet(b"<html><table><tr><td>Amina</td></tr>"),
    "a sheet with a byte of no text": lambda: _sheet(b"Name\nAmina\nNee\0ma\n", 3),
    "a sheet in Arabic letters of one byte": lambda: _sheet("محمد\nأمينة\n".encode("cp1256")),
    "a sheet half in UTF-8": lambda: _sheet(b"\xef\xbb\xbfName\nAmina\nJos\xe9\n", 3),
    "a sheet with an open quotation mark": lambda: _sheet(b'Name,Id\n"Amina,1\nNeema,2\n', 2),
    "a sheet with a quotation mark inside": lambda: _sheet(b'Name,Id\n"Am"ina,1\n', 2),
    "a sheet without a name column": lambda: _sheet(b"Class,Id\nP4,1\n", 1),
    "a sheet with two name columns": lambda: _sheet(b"Name,Jina\nA,B\n", 1, "Jina"),
    "a sheet of four columns unheaded": lambda: _sheet(b"a,b,c,d\ne,f,g,h\n", 1),
    "a row without a name": lambda: _sheet(b"Name,Class\nAmina,P4\n,P4\n", 3, "Name"),
    "a row without a class": lambda: _sheet(b"Name,Class\nAmina,P4\nNeema,\n", 3, "Class"),
    "a row with a cell beyond the headings": lambda: _sheet(b"Name,Id\nJuma,Amina,1\n", 2),
    "a name that is a formula": lambda: _sheet(b"Name\nAmina\n=1+1\n", 3, "Name"),
    "a name that begins with a dash": lambda: _sheet(b"Name\n-2+3+cmd\n", 2, "Name"),
    "a class that is a formula": lambda: _sheet(b"Name,Class\nAmina,@SUM(1)\n", 2, "Class"),
    "a name that turns the writing": lambda: _sheet(
        "Jina,Darasa\nAmina,4\nA\u202eb,4\n".encode(), 3, "Jina"
    ),
    "a name that is a number": lambda: _sheet(b"Name,Id\n12,1\n", 2, "Name"),
    "a name that is endless": lambda: _sheet(b"Name\n" + b"A" * 61 + b"\n", 2, "Name"),
    "two learners with one number": lambda: _sheet(b"Name,Id\nAmina,7\nNeema,7\n", 3, "Id"),
    "a cell that is endless": lambda: _sheet(b"Name\n" + b"A" * 3000 + b"\n", 2),
    "a sheet of many columns": lambda: _sheet(b"Name" + b",x" * 70 + b"\n", 1),
    "a sheet of too many rows": lambda: _sheet(b"Name\n" + b"Amina\n" * 20_001),
    "a sheet that is too large": lambda: _sheet(b"Name\n" + b"A" * 5_000_000),
}

#: All of them.
BROKEN = SETS | SHEETS
