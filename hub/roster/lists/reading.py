"""Reads a list, whatever it is: a OneRoster zip, a sheet, or names one a line."""

from __future__ import annotations

from hub.roster.lists.headings import headed
from hub.roster.lists.oneroster import read_oneroster
from hub.roster.lists.sheet import read_sheet
from hub.roster.lists.typed import read_typed
from hub.roster.lists.wanted import Reading
from hub.roster.lists.zips import MOST_ZIP_BYTES

#: Whoever takes a file in needs to read no more of it than this: it is refused then.
ENOUGH_BYTES = MOST_ZIP_BYTES + 1


def read_list(body: bytes, file: str) -> Reading:
    """The learners in a file; raises ListRefused with all that is wrong in it.

    `file` is its name: what ends in .zip is a OneRoster set, everything else is a sheet.
    """
    return (
        read_oneroster(body, file) if file.lower().endswith(".zip") else read_sheet(body, file)
    )


def read_pasted(text: str) -> Reading:
    """The learners in a text that somebody typed or pasted: lines, or rows of a spreadsheet."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if "\t" in first and headed([cell.strip() for cell in first.split("\t")]) is not None:
        return read_sheet(text.encode(), "")
    return read_typed(text)
