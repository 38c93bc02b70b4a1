"""A class list from a spreadsheet (CSV or TSV), with a row of headings or without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.roster.lists.headings import Column, Headed, headed, language_tag
from hub.roster.lists.names import (
    folded,
    is_formula,
    name_fault,
    tidy,
    tidy_line,
    title_fault,
    unescaped,
)
from hub.roster.lists.remarks import Remark, Remarks, refused, remark
from hub.roster.lists.tables import Row, read_table
from hub.roster.lists.typed import namesakes
from hub.roster.lists.wanted import Group, Pupil, Reading

LONGEST_ID = 100
#: What a cell is told as where the sheet has no headings.
_PARTS: tuple[Column, ...] = ("given", "middle", "family")


def read_sheet(body: bytes, file: str) -> Reading:
    """The learners of a sheet; raises ListRefused with every row and field that is wrong."""
    rows = read_table(body, file).rows
    found = headed(rows[0].cells)
    if found is None:
        return _Sheet(file, _guessed(rows, file), rows, []).read()
    _check_headings(found, file, rows[0].number)
    return _Sheet(file, found.places, rows[1:], found.unknown, rows[0]).read()


class _Sheet:
    """One sheet while it is read."""

    def __init__(
        self,
        file: str,
        places: dict[Column, int],
        rows: list[Row],
        unknown: list[str],
        heading: Row | None = None,
    ) -> None:
        self._file = file
        self._places = places
        self._rows = rows
        self._unknown = unknown
        self._heading = heading
        self._faults = Remarks()
        self._groups: dict[str, Group] = {}
        self._ids: dict[str, int] = {}

    def read(self) -> Reading:
        pupils = [self._pupil(row) for row in self._rows]
        if not pupils:
            raise refused("sheet.none", self._file)
        self._faults.refuse_any()
        notes = [self._unkept(one) for one in self._unknown]
        notes += namesakes(pupils)
        return Reading(tuple(pupils), tuple(self._groups.values()), notes=tuple(notes))

    def _unkept(self, heading: str) -> Remark:
        return remark("note.column", self._file, field=heading, heading=heading)

    def _pupil(self, row: Row) -> Pupil:
        if self._heading is not None and any(row.cells[len(self._heading.cells) :]):
            told: dict[str, Any] = {
                "cells": len(row.cells),
                "headings": len(self._heading.cells),
            }
            self._faults.add("sheet.wide", self._file, row.number, **told)
        return Pupil(
            self._name(row),
            self._file,
            row.number,
            self._group(row),
            self._source_id(row),
            language_tag(self._cell(row, "language")),
        )

    def _name(self, row: Row) -> str:
        parts = [self._cell(row, one) for one in ("name", *_PARTS) if one in self._places]
        name = " ".join(part for part in parts if part)
        if self._heading is None:
            name = tidy_line(name)
        fault = name_fault(name)
        if self._heading is None and is_formula(name):
            fault = "cell.formula", {"sign": name[0]}
        if fault is not None:
            self._add(fault[0], row, "name" if "name" in self._places else "given", **fault[1])
        return name

    def _group(self, row: Row) -> str:
        name = self._cell(row, "class")
        if "class" not in self._places:
            return ""
        fault = title_fault(name)
        if fault is not None:
            code = "class.empty" if not name else fault[0]
            self._add(code, row, "class", **fault[1])
        return self._groups.setdefault(folded(name), Group(folded(name), name)).key

    def _source_id(self, row: Row) -> str:
        given = self._cell(row, "id")
        if len(given) > LONGEST_ID or not given.isprintable():
            self._add("id.odd", row, "id", most=LONGEST_ID)
        first = self._ids.setdefault(given, row.number) if given else row.number
        if first != row.number:
            self._add("id.twice", row, "id", id=given, first=first)
        return given

    def _cell(self, row: Row, column: Column) -> str:
        place = self._places.get(column)
        if place is None or place >= len(row.cells):
            return ""
        cell = row.cells[place]
        # Without headings a dash or a plus is the bullet of a list, and goes with it.
        if is_formula(cell) and self._heading is not None:
            self._add("cell.formula", row, column, sign=cell[0])
            return tidy(cell[1:]) or "x"
        return tidy(unescaped(cell))

    def _add(self, code: str, row: Row, column: Column, **facts: object) -> None:
        place = self._places[column]
        field = f"#{place + 1}" if self._heading is None else self._heading.cells[place]
        self._faults.add(code, self._file, row.number, field, **facts)


def _check_headings(found: Headed, file: str, row: int) -> None:
    for heading in found.doubled:
        raise refused("sheet.heading_twice", file, row, heading, heading=heading)
    if not {"name", "given"} & found.places.keys():
        raise refused("sheet.no_name", file, row)


def _guessed(rows: Sequence[Row], file: str) -> dict[Column, int]:
    """The columns of a sheet without headings: a name, or two parts of one, after a number."""
    width = max(len(row.cells) for row in rows)
    filled = [
        any(place < len(row.cells) and row.cells[place] for row in rows)
        for place in range(width)
    ]
    used = [place for place in range(width) if filled[place]]
    if len(used) > 1 and all(_is_number(row, used[0]) for row in rows):
        used = used[1:]
    if len(used) == 1:
        return {"name": used[0]}
    if len(used) == 2:
        return {"given": used[0], "family": used[1]}
    raise refused("sheet.no_headings", file, rows[0].number, columns=len(used))


def _is_number(row: Row, place: int) -> bool:
    cell = row.cells[place] if place < len(row.cells) else ""
    return cell.rstrip(".)").isdecimal()
