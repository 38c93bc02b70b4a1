"""Where a class stood at some hub_seq, so that a start need not read a whole year."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database


def save(database: Database, class_id: int, hub_seq: int, body: bytes) -> None:
    """Replaces the class's snapshot, within the caller's transaction."""
    database.conn.execute(
        "INSERT OR REPLACE INTO snapshots (class, hub_seq, body) VALUES (?, ?, ?)",
        (class_id, hub_seq, body),
    )


def load(connection: sqlite3.Connection, class_id: int) -> tuple[int, bytes] | None:
    """The class's snapshot as (hub_seq, body), or None."""
    row = connection.execute(
        "SELECT hub_seq, body FROM snapshots WHERE class = ?", (class_id,)
    ).fetchone()
    return (int(row[0]), bytes(row[1])) if row else None
