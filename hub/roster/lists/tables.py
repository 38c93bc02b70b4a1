"""A table from the bytes of a CSV or TSV file: which letters, which separator, which rows."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence
from io import StringIO
from typing import NamedTuple

from hub.roster.lists.remarks import refused

#: A row of a sheet is about 60 bytes; so much is 60,000 of them.
MOST_BYTES = 4 * 2**20
#: Ten thousand learners have to be read; a hub serves some hundred.
MOST_ROWS = 20_000
MOST_COLUMNS = 60
#: More than any name or number; a file whose quote is never closed has one endless cell.
LONGEST_CELL = 2_000
SEPARATORS = ",;\t|"
#: So many rows tell the separator.
_LOOKED_AT = 30
_SEP_LINE = re.compile(r"sep=([,;\t|])\r?\n?")
#: What begins so is no text: the kinds of files that are sent by mistake.
_OTHER_FILES = {
    b"PK\3\4": "xlsx",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"{\\rtf": "rtf",
}
#: Of letters outside ASCII in a Western European text; an Arabic one read so has nearly all.
_MOST_WESTERN = 0.4
#: Fewer zero bytes than this are a damaged file, not another alphabet.
_FEWEST_ZEROS = 3


class Row(NamedTuple):
    """One row and its number, as the spreadsheet counts: from 1, blank ones too."""

    number: int
    cells: list[str]


class Table(NamedTuple):
    """The rows that are not blank."""

    rows: list[Row]
    separator: str


def read_table(body: bytes, file: str) -> Table:
    """The table in `body`; raises ListRefused for what is none, or is too large."""
    text = decoded(body, file)
    first = _SEP_LINE.match(text)
    if first is not None:
        text, separator = text[first.end() :], first[1]
    else:
        separator = _separator(text)
    rows = parsed(text, file, separator)
    if not rows:
        raise refused("file.empty", file)
    return Table(rows, separator)


def decoded(body: bytes, file: str, *, most: int = MOST_BYTES) -> str:
    """The text in `body`: UTF-8, UTF-16, else Western European where it looks like that."""
    if len(body) > most:
        raise refused("file.large", file, most=f"{most / 2**20:.0f} MB")
    if not body.strip(b" \r\n\t,;\0"):
        raise refused("file.empty", file)
    for start, kind in _OTHER_FILES.items():
        if body.startswith(start):
            raise refused(f"file.{kind}", file)
    text = _by_mark(body, file)
    if "\0" in text:
        raise refused("file.nul", file, text.count("\n", 0, text.index("\0")) + 1)
    if re.match(r"\s*<(!doctype|html|table|\?xml)", text, re.IGNORECASE):
        raise refused("file.html", file)
    return text


def parsed(text: str, file: str, separator: str, *, most: int = MOST_ROWS) -> list[Row]:
    """The rows of `text` that are not blank; each cell without blanks at its ends."""
    rows = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if not any(map(str.strip, cells)):
                continue
            _check_row(cells, file, number)
            rows.append(Row(number, [cell.strip(" ") for cell in cells]))
    except csv.Error as error:
        raise refused("file.quotes", file, number + 1) from error
    if len(rows) > most + 1:
        raise refused("file.rows", file, rows=f"{len(rows):,}", most=f"{most:,}")
    return rows


def _check_row(cells: Sequence[str], file: str, number: int) -> None:
    if len(cells) > MOST_COLUMNS:
        raise refused("file.columns", file, number, most=MOST_COLUMNS)
    if max(map(len, cells)) > LONGEST_CELL:
        raise refused("file.cell", file, number, most=LONGEST_CELL)


def _by_mark(body: bytes, file: str) -> str:
    """The text by its byte order mark, and without one by what its bytes look like."""
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refused("file.letters", file)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _text(body, "utf-16", file)
    if (order := _utf_16_order(body)) is not None:
        return _text(body, order, file)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if body.startswith(codecs.BOM_UTF8):
            raise refused(
                "file.letters", file, body.count(b"\n", 0, error.start) + 1
            ) from error
    return _western(body, file)


def _utf_16_order(body: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of a comma, a blank, a line's end is zero."""
    zeros = body[::2].count(0), body[1::2].count(0)
    few, many = sorted(zeros)
    if len(body) % 2 or many < max(_FEWEST_ZEROS, len(body) / 24) or few * 10 > many:
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _western(body: bytes, file: str) -> str:
    """Windows-1252, the older spreadsheets' own; refused where the letters would be others."""
    text = _text(body, "cp1252", file)
    letters = sum(map(str.isalpha, text))
    others = sum(sign > "\x7f" for sign in text)
    if others > _MOST_WESTERN * letters:
        raise refused("file.letters", file)
    return text


def _text(body: bytes, encoding: str, file: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused("file.letters", file) from error


def _separator(text: str) -> str:
    """The separator that gives the first rows most columns, all of them alike."""
    lines = "\n".join(text[: LONGEST_CELL * 10].splitlines()[:_LOOKED_AT])
    best, most = ",", 1
    for one in SEPARATORS:
        counts = _columns(lines, one)
        alike = max(set(counts), key=counts.count, default=1)
        # The heading's number of columns counts where the rows below differ.
        columns = alike if counts[:1] == [alike] else max(counts[:1], default=1)
        if columns > most:
            best, most = one, columns
    return best


def _columns(lines: str, separator: str) -> list[int]:
    reader = csv.reader(StringIO(lines, newline=""), delimiter=separator)
    try:
        return [len(cells) for cells in reader if any(cells)]
    except csv.Error:
        return []
