"""Lists that a teacher has handed in and not decided on yet: kept until taken in or dropped.

A phone that closes, or a hub that loses its power, between the list and the teacher's yes finds
the list again. One a class; 0 stands for a list of the whole school.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from hub.store.database import open_reading
from hub.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Draft:
    """A list as it came; `file` is the file's name, empty for what was typed or pasted."""

    id: int
    class_id: int
    file: str
    body: bytes


def keep(writer: Writer, class_id: int, file: str, body: bytes) -> None:
    """Keeps a list in place of the class's former one; on the disk once this returns."""

    def work(database: Database) -> None:
        database.conn.execute("DELETE FROM list_drafts WHERE class = ?", (class_id,))
        database.conn.execute(
            "INSERT INTO list_drafts (class, file, body) VALUES (?, ?, ?)",
            (class_id, file, body),
        )

    writer.call(work)


def waiting(database: Path, class_id: int) -> Draft | None:
    """The list that waits for the teacher's word; None where none does."""
    with closing(open_reading(database)) as connection:
        select = "SELECT id, class, file, body FROM list_drafts WHERE class = ?"
        row = connection.execute(select, (class_id,)).fetchone()
    return None if row is None else Draft(*row)


def drop(writer: Writer, draft_id: int) -> None:
    """Forgets a list; nothing happens where it is gone already."""
    delete = "DELETE FROM list_drafts WHERE id = ?"
    writer.call(lambda database: database.conn.execute(delete, (draft_id,)))
