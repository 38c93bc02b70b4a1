"""The rows of one OneRoster file, each checked: columns, ids, words, dates, where ids lead."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date
from typing import Any, NamedTuple

from hub.roster.lists.names import is_formula, unescaped
from hub.roster.lists.oneroster_files import STATUSES, Kind
from hub.roster.lists.remarks import Remarks, refused
from hub.roster.lists.tables import LONGEST_CELL, MOST_COLUMNS, decoded, parsed
from hub.roster.lists.zips import MOST_FILE_BYTES

#: GUIDs have 36 signs; the binding allows any text, and systems write longer ones.
LONGEST_ID = 100
#: All learners of a district; of a set the hub keeps the classes that are asked for.
MOST_ROWS = 100_000
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


class Line(NamedTuple):
    """One row of a file: its number in the spreadsheet and its cells by column."""

    number: int
    cells: Mapping[str, str]

    @property
    def source_id(self) -> str:
        """What the school's system calls it."""
        return self.cells["sourcedId"]

    @property
    def is_active(self) -> bool:
        """False where the row says that it is to be deleted."""
        return self.cells.get("status", "").lower() != "tobedeleted"


def read_rows(body: bytes, kind: Kind, faults: Remarks) -> list[Line]:
    """The rows of `kind`'s file, ids and words checked; what is wrong goes to `faults`.

    Raises ListRefused where the file itself cannot be read.
    """
    text = decoded(body, kind.file, most=MOST_FILE_BYTES)
    _check_utf_8(body, kind.file)
    rows = parsed(text, kind.file, ",", most=MOST_ROWS)
    heading = rows[0]
    columns = _columns(heading.cells, kind, heading.number, faults)
    if columns is None:
        return []
    if len(rows) == 1:
        faults.add("or.no_rows", kind.file)
    found = []
    for row in rows[1:]:
        if len(row.cells) != len(heading.cells):
            told: dict[str, Any] = {"cells": len(row.cells), "headings": len(heading.cells)}
            faults.add("or.width", kind.file, row.number, **told)
            continue
        cells = {name: row.cells[place] for name, place in columns.items()}
        found.append(Line(row.number, cells))
    _check_ids(found, kind, faults)
    _check_cells(found, kind, faults)
    for line in found if kind.dates else ():
        _check_dates(line, kind, faults)
    return found


def check_points(
    lines: list[Line], kind: Kind, known: Mapping[str, Container[str]], faults: Remarks
) -> None:
    """Whether each id in `lines` leads to a row of a file that is there."""
    for column, to in kind.points.items():
        if to not in known:
            continue
        for line in lines:
            cell = line.cells.get(column, "")
            if not cell or (cell in known[to] and to != kind.name):
                continue
            for one in _several(cell):
                if one not in known[to]:
                    told = {"id": one, "to": f"{to}.csv"}
                    faults.add("or.leads_nowhere", kind.file, line.number, column, **told)
                elif one == line.source_id and to == kind.name:
                    faults.add("or.own_parent", kind.file, line.number, column)


def _check_utf_8(body: bytes, file: str) -> None:
    try:
        body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = body.count(b"\n", 0, error.start) + 1
        raise refused("or.utf_8", file, row) from error


def _columns(
    heading: list[str], kind: Kind, row: int, faults: Remarks
) -> dict[str, int] | None:
    """Where each column stands; None where one that is needed is missing."""
    if len(heading) > MOST_COLUMNS or max(map(len, heading)) > LONGEST_CELL:
        raise refused("file.columns", kind.file, row, most=MOST_COLUMNS)
    before = faults.count
    for name in kind.columns:
        if name in kind.needed and name not in heading:
            alike = next((one for one in heading if one.lower() == name.lower()), "")
            code = "or.column_case" if alike else "or.column"
            faults.add(code, kind.file, row, name, column=name, written=alike)
    for name in sorted({one for one in heading if one and heading.count(one) > 1}):
        faults.add("or.column_twice", kind.file, row, name)
    if faults.count > before:
        return None
    return {name: heading.index(name) for name in kind.read if name in heading}


def _check_ids(lines: list[Line], kind: Kind, faults: Remarks) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        given = line.source_id
        if not given:
            continue
        first = seen.setdefault(given, line.number)
        if first != line.number:
            faults.add("id.twice", kind.file, line.number, "sourcedId", id=given, first=first)
        if len(given) > LONGEST_ID or not given.isprintable():
            faults.add("id.odd", kind.file, line.number, "sourcedId", most=LONGEST_ID)


def _check_cells(lines: list[Line], kind: Kind, faults: Remarks) -> None:
    """Column by column: filled where it must be, no formula, a word that may stand there."""
    allowed = {column: {one.lower() for one in all_} for column, all_ in kind.words.items()}
    allowed["status"] = set(STATUSES)
    for line in lines:
        for column, cell in line.cells.items():
            if not cell:
                if column in kind.needed:
                    faults.add("or.empty", kind.file, line.number, column, column=column)
            elif is_formula(cell):
                faults.add("cell.formula", kind.file, line.number, column, sign=cell[0])
            elif column in allowed and cell.lower() not in allowed[column]:
                words = ", ".join(kind.words.get(column, STATUSES))
                told = {"cell": cell, "words": words}
                faults.add("or.word", kind.file, line.number, column, **told)


def _check_dates(line: Line, kind: Kind, faults: Remarks) -> None:
    days = []
    for column in kind.dates:
        cell = line.cells.get(column, "")
        day = _day(cell)
        if cell and day is None:
            faults.add("or.date", kind.file, line.number, column, cell=cell)
        days.append(day)
    if len(days) == 2 and days[0] is not None and days[1] is not None and days[1] < days[0]:
        faults.add("or.dates", kind.file, line.number, kind.dates[1])


def _day(cell: str) -> date | None:
    found = _DATE.fullmatch(cell)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def _several(cell: str) -> list[str]:
    """The ids in a cell: a list of them has commas between."""
    return [one.strip() for one in unescaped(cell).split(",") if one.strip()]
