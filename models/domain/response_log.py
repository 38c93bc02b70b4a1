"""Reads a response log (gzip CSV) and makes a pack of it: items with skills and no text."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from models.domain.pack import Item, Pack, PackFault, Skill
from models.domain.templates import Logged

COLUMNS = ("user", "item", "skill", "correct")
#: No answer is worth more than an hour of thought; logs hold nights that a tablet lay open.
LONGEST_MS = 3_600_000


class Response(NamedTuple):
    """One row: one answer to one question, however many skills the question has."""

    user: str
    item: str
    skills: tuple[str, ...]
    is_right: bool
    ms: int


def read_responses(path: Path, limit: int | None = None) -> Iterator[Response]:
    """The first `limit` rows of the log, in the file's order.

    Columns `user,item,skill,correct,ord[,rt_s,hints]`; `skill` holds `a;b` where a question
    has several. Raises PackFault with the line where a row is not of this form.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise PackFault(f"{path}: no column {', '.join(missing)}")
            for number, row in enumerate(reader):
                if limit is not None and number >= limit:
                    return
                yield _response(path, reader.line_num, row)
    except (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise PackFault(f"{path} is no whole gzip file of UTF-8 rows: {error}") from error


def pack_of(responses: Iterable[Response], name: str) -> Pack:
    """A pack with every item and skill that `responses` names, in order of appearance."""
    items: dict[str, tuple[str, ...]] = {}
    for response in responses:
        items.setdefault(response.item, response.skills)
    skills = dict.fromkeys(skill for skills in items.values() for skill in skills)
    return Pack(
        name=name[:64],
        version=1,
        skills=tuple(Skill(id=one, name=f"Skill {one}") for one in skills),
        items=tuple(Item(id=one, skills=has, template=Logged()) for one, has in items.items()),
    )


def _response(path: Path, line: int, row: dict[str, str]) -> Response:
    if row["correct"] not in ("0", "1"):
        raise PackFault(f"{path}, line {line}: correct must be 0 or 1, not {row['correct']!r}")
    skills = tuple(dict.fromkeys(row["skill"].split(";")))
    if not all((row["user"], row["item"], *skills)):
        raise PackFault(f"{path}, line {line}: user, item and skill must not be empty")
    ms = _milliseconds(path, line, row.get("rt_s") or "0")
    return Response(row["user"], row["item"], skills, row["correct"] == "1", ms)


def _milliseconds(path: Path, line: int, text: str) -> int:
    """The time taken; 0 for none and for less, as clocks that were set meanwhile give."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if math.isnan(seconds):
        raise PackFault(f"{path}, line {line}: rt_s must be seconds, not {text!r}")
    return int(min(max(seconds * 1000, 0), LONGEST_MS))
