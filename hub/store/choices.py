"""What was chosen on this hub for whoever comes next, by name: the language of sign-in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from hub.store.database import open_reading
from hub.store.writer import Writer


def choice(database: Path, name: str) -> str:
    """What was chosen; empty where nobody has."""
    with closing(open_reading(database)) as connection:
        found = connection.execute("SELECT value FROM choices WHERE name = ?", (name,))
        row = found.fetchone()
    return "" if row is None else str(row[0])


def choose(writer: Writer, name: str, value: str) -> None:
    """Keeps `value`; on the disk once this returns."""

    def work(database: Database) -> None:
        database.conn.execute(
            "INSERT OR REPLACE INTO choices (name, value) VALUES (?, ?)", (name, value)
        )

    writer.call(work)
