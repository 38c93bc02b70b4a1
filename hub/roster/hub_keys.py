"""The hub's own secrets: random keys that are made once and stay."""

from __future__ import annotations

import secrets
import sqlite3

from hub.store.writer import Writer


class HubKeys:
    """Keys by name; each hub has its own."""

    def __init__(self, writer: Writer, connection: sqlite3.Connection) -> None:
        self._writer = writer
        self._connection = connection

    def key(self, name: str) -> str:
        """The key `name`, made of 256 random bits the first time, in hexadecimal digits."""
        found = self._connection.execute(
            "SELECT value FROM secrets WHERE name = ?", (name,)
        ).fetchone()
        if found is not None:
            return str(found[0])
        made = secrets.token_hex(32)
        self._writer.call(
            lambda database: database.conn.execute(
                "INSERT INTO secrets (name, value) VALUES (?, ?)", (name, made)
            )
        )
        return made
