"""Rows that follow what memory holds: many that change at once share one commit."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlite_utils import Database

from hub.errors import StoreError
from hub.store.writer import Writer

logger = logging.getLogger(__name__)

Key = TypeVar("Key")


class Unsaved(Generic[Key]):
    """Keys whose rows differ from memory; `write` brings the rows of one key up to date.

    Forty children who sign in at once wait for one or two commits, not for forty. `write` runs
    in the writer's thread: whoever saves must hold no lock that it takes.
    """

    def __init__(
        self, writer: Writer, write: Callable[[sqlite3.Connection, Key], None]
    ) -> None:
        self._writer = writer
        self._write = write
        self._lock = threading.Lock()
        self._keys: set[Key] = set()

    def note(self, key: Key) -> None:
        """The rows of `key` are written with the next ones that are saved."""
        with self._lock:
            self._keys.add(key)

    def save(self, key: Key) -> None:
        """Returns when the rows of `key` are on the disk.

        While the disk refuses, memory alone carries them: nobody is kept from learning by
        that, and they are written with the next ones.
        """
        self.note(key)
        taken: set[Key] = set()
        try:
            # Put back by the writer's thread: the next one there whose key was among them must
            # find it, or would call saved what was rolled back.
            self._writer.call(
                lambda database: self._drain(database, taken),
                on_undone=lambda: self._put_back(taken),
            )
        except StoreError as error:
            logger.warning("sign_in_unsaved error=%s", error)

    def _drain(self, database: Database, taken: set[Key]) -> None:
        with self._lock:
            taken |= self._keys
            self._keys.clear()
        for key in taken:
            self._write(database.conn, key)

    def _put_back(self, taken: set[Key]) -> None:
        with self._lock:
            self._keys |= taken
