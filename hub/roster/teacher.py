"""The teacher's way in: a one-time code first, then a password of their own."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable

from sqlite_utils import Database

from hub.errors import NotAllowed, RosterError
from hub.roster.passwords import hash_of, is_password
from hub.roster.people import new_code
from hub.store.writer import Writer

SHORTEST_PASSWORD = 8
TRIES = 5
LOCKED_S = 60.0


class Teacher:
    """Checks codes and passwords; slow on purpose when they are guessed."""

    def __init__(
        self,
        writer: Writer,
        connection: sqlite3.Connection,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._writer = writer
        self._connection = connection
        self._monotonic = monotonic
        self._failures: dict[str, tuple[int, float]] = {}

    def secret(self, name: str) -> str | None:
        """The hub's stored secret `name`."""
        row = self._connection.execute(
            "SELECT value FROM secrets WHERE name = ?", (name,)
        ).fetchone()
        return str(row[0]) if row else None

    def secret_or_new(self, name: str) -> str:
        """The hub's stored secret `name`, made of 256 random bits the first time."""
        found = self.secret(name)
        if found is None:
            found = secrets.token_hex(32)
            self._store({name: found})
        return found

    @property
    def has_password(self) -> bool:
        """Whether a teacher has chosen a password yet."""
        return self.secret("teacher_password") is not None

    def new_one_time_code(self) -> str:
        """A code that lets a teacher in once; an earlier one is void."""
        code = new_code(8)
        self._store({"one_time_code": hash_of(code)})
        return code

    def sign_in(self, entered: str, *, source: str) -> bool:
        """Whether `entered` was the one-time code (True) or the password (False).

        Raises NotAllowed for anything else, and at once while `source` has to wait.
        """
        self._check_wait(source)
        code = "".join(entered.split()).upper()
        if self._matches("one_time_code", code) and self._use_up_code():
            self._failures.pop(source, None)
            return True
        if self._matches("teacher_password", entered):
            self._failures.pop(source, None)
            return False
        self._count_failure(source)
        raise NotAllowed("That is neither the password nor the code on the hub's screen.")

    def set_password(self, password: str) -> None:
        """The teacher's own password from now on; RosterError when it is too short."""
        if len(password) < SHORTEST_PASSWORD:
            raise RosterError(f"A password needs at least {SHORTEST_PASSWORD} characters.")
        self._store({"teacher_password": hash_of(password)})

    def _matches(self, name: str, entered: str) -> bool:
        stored = self.secret(name)
        return bool(stored) and is_password(str(stored), entered)

    def _use_up_code(self) -> bool:
        """Whether the code was still there: of two who enter it at once, one comes in."""

        def work(database: Database) -> bool:
            used = database.conn.execute("DELETE FROM secrets WHERE name = 'one_time_code'")
            return used.rowcount == 1

        return self._writer.call(work)

    def _check_wait(self, source: str) -> None:
        failures, last_s = self._failures.get(source, (0, 0.0))
        left_s = last_s + LOCKED_S - self._monotonic()
        if failures >= TRIES and left_s > 0:
            raise NotAllowed("Too many wrong tries. Wait a minute.", retry_s=left_s)

    def _count_failure(self, source: str) -> None:
        failures, last_s = self._failures.get(source, (0, 0.0))
        if last_s + LOCKED_S < self._monotonic():
            failures = 0
        self._failures[source] = (failures + 1, self._monotonic())

    def _store(self, values: dict[str, str]) -> None:
        def work(database: Database) -> None:
            database.conn.executemany(
                "INSERT OR REPLACE INTO secrets (name, value) VALUES (?, ?)", values.items()
            )

        self._writer.call(work)
