"""Takes lessons from elsewhere: a table, a QTI package, or folders of step problems."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tqdm import tqdm

from hub.commands.pack.whole import check_folder
from hub.errors import PackError
from hub.kernels.answer import Unread, read
from models.domain.archive import ArchiveFault
from models.domain.container import LONGEST_NAME, MOST_ARCHIVE_BYTES, MOST_FILE_BYTES, shown
from models.domain.exchange.draft import slug
from models.domain.exchange.oatutor import is_problem_folder, read_problems
from models.domain.exchange.qti_reading import Reading, read_qti
from models.domain.exchange.report import ExchangeFault, Notes, Refused, Report
from models.domain.exchange.source import NOT_STATED, About, Gathered, Progress, write_source
from models.domain.exchange.table import read_table

#: More lines than anybody reads on a terminal; the file given with --report has all.
MOST_LINES = 30


def run(asked: argparse.Namespace) -> int:
    """Writes the pack's source folder `--out` and tells what was left out; 0 when done."""
    notes = Notes()
    source: Path = asked.source
    if asked.report is not None:
        check_folder(asked.report)
    try:
        with progress("Reading") as on_item:
            gathered = _gathered(source, asked, notes, on_item)
        about = About(
            id=asked.id or f"org.example.{slug(source.stem, 'pack')}",
            name=asked.name or source.stem,
            locale=asked.locale,
            created=datetime.now(tz=UTC).date(),
            licence=asked.licence,
            authors=tuple(asked.author) or ("not stated",),
        )
        with progress("Trying each item") as on_item:
            count = write_source(asked.out, gathered, about, notes, on_item)
    except (ExchangeFault, ArchiveFault) as error:
        tell(Report(source.name, 0, tuple(notes.rows)), asked.report)
        raise PackError(str(error), where=str(source)) from error
    tell(Report(source.name, count, tuple(notes.rows)), asked.report)
    print(f"{asked.out}: look through it, then mangotree pack build.")
    if not gathered.licence and asked.licence == NOT_STATED:
        print("No licence is stated in it: say with --licence under which it may be passed on.")
    return 0


def _gathered(
    source: Path, asked: argparse.Namespace, notes: Notes, on_item: Progress
) -> Gathered:
    if source.is_dir():
        if not is_problem_folder(source):
            raise ExchangeFault("there are no problems of a step tutor in this folder")
        return read_problems(source, asked.locale, _can_be_read, notes, on_item)
    if not source.is_file():
        raise ExchangeFault("there is no such file or folder")
    with source.open("rb") as opened:
        # One byte more than it may have: a file without end must not fill the memory.
        body = opened.read(MOST_ARCHIVE_BYTES + 1)
    if body.startswith(b"PK") or source.suffix.lower() == ".xml":
        how = Reading(asked.locale, source.stem, _can_be_read)
        return read_qti(body, how, notes, on_item)
    return read_table(body, asked.locale, _can_be_read, notes, partial(_beside, source.parent))


def _beside(folder: Path, name: str) -> bytes:
    """A picture that a table names: a plain file of its own folder, nothing further away."""
    path = folder / name
    is_name = Path(name).name == name and len(name.encode()) <= LONGEST_NAME
    if not is_name or path.is_symlink() or not path.is_file():
        raise Refused(f"file '{shown(name)}'", "is not beside the table")
    with path.open("rb") as opened:
        return opened.read(MOST_FILE_BYTES)


def _can_be_read(text: str) -> bool:
    return not isinstance(read(text), Unread)


def tell(report: Report, file: Path | None) -> None:
    """Prints what was left out, and writes all of it to `file`."""
    lines = list(report.lines())
    for line in lines[:MOST_LINES]:
        print(line)
    if len(lines) > MOST_LINES:
        more = "" if file else ": --report FILE.json writes all of them"
        print(f"... and {len(lines) - MOST_LINES} lines more{more}.")
    if file is not None:
        file.write_bytes(report.json())


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal after a second; what it gives takes done and total."""
    with tqdm(unit="item", desc=what, delay=1, disable=None) as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield move
