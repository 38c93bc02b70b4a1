"""Reads a response log (CSV, gzip or plain) and makes a pack of it: items without text."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from models.domain.faults import PackFault
from models.domain.pack import Skill
from models.domain.plain import encode_plain

COLUMNS = ("user", "item", "skill", "correct")
#: No answer is worth more than an hour of thought; logs hold nights that a tablet lay open.
LONGEST_MS = 3_600_000
#: More hints than any question has; some logs count every click.
MOST_HINTS = 100
UNITS = {"rt_s": "seconds", "hints": "a number", "time_s": "seconds"}


class Response(NamedTuple):
    """One row: one answer to one question, however many skills the question has.

    `ms` is 0 where the time taken is not known; `hints` and `time_s`, seconds of a clock that
    can be trusted, are None where they are not.
    """

    user: str
    item: str
    skills: tuple[str, ...]
    is_right: bool
    ms: int
    hints: int | None = None
    time_s: float | None = None


def read_responses(path: Path, limit: int | None = None) -> Iterator[Response]:
    """The first `limit` rows of the log, in the file's order.

    Columns `user,item,skill,correct,ord[,rt_s,hints,time_s]`; `skill` holds `a;b` where a
    question has several. A name that ends in .csv is read as it is, any other through gzip.
    Raises PackFault with the line where a row is not of this form.
    """
    opened = open if path.suffix == ".csv" else gzip.open
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
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


def pack_of(responses: Iterable[Response], name: str) -> bytes:
    """A pack (JSON) with every item and skill of `responses`, in order of appearance."""
    items: dict[str, tuple[str, ...]] = {}
    for response in responses:
        items.setdefault(response.item, response.skills)
    skills = dict.fromkeys(skill for skills in items.values() for skill in skills)
    logged = {"kind": "logged"}
    return encode_plain(
        name[:64],
        1,
        tuple(Skill(id=one, name=f"Skill {one}") for one in skills),
        [{"id": one, "skills": has, "answer": logged} for one, has in items.items()],
    )


def _response(path: Path, line: int, row: dict[str, str]) -> Response:
    if row["correct"] not in ("0", "1"):
        raise PackFault(f"{path}, line {line}: correct must be 0 or 1, not {row['correct']!r}")
    skills = tuple(dict.fromkeys(row["skill"].split(";")))
    if not all((row["user"], row["item"], *skills)):
        raise PackFault(f"{path}, line {line}: user, item and skill must not be empty")
    # 0 for none and for less, as clocks that were set meanwhile give.
    seconds = _number(path, line, "rt_s", row.get("rt_s") or "0")
    hints = None
    if row.get("hints"):
        hints = int(min(max(_number(path, line, "hints", row["hints"]), 0), MOST_HINTS))
    time_s = _number(path, line, "time_s", row["time_s"]) if row.get("time_s") else None
    ms = int(min(max(seconds * 1000, 0), LONGEST_MS))
    return Response(row["user"], row["item"], skills, row["correct"] == "1", ms, hints, time_s)


def _number(path: Path, line: int, column: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isnan(number) or (column != "rt_s" and math.isinf(number)):
        raise PackFault(f"{path}, line {line}: {column} must be {UNITS[column]}, not {text!r}")
    return number
