"""Opens the database so that a commit means: it is on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

from sqlite_utils import Database

from hub.errors import StoreError

Result = TypeVar("Result")
FILE_NAME = "mangotree.db"
#: NORMAL and OFF lose acknowledged commits at a power cut (tests/faults shows both).
SYNCHRONOUS: Literal["FULL", "NORMAL", "OFF"] = "FULL"
#: At 12 answers a second a commit holds about six rows of 100 bytes: with SQLite's usual
#: 4,096-byte pages each answer cost 1,570 bytes of card writes, with 1,024 it costs 1,050.
PAGE_BYTES = 1024
#: Four megabytes of log before it is folded back: at 12 answers a second about an hour.
CHECKPOINT_PAGES = 4096
_LEVELS = {"OFF": 0, "NORMAL": 1, "FULL": 2}


def open_writing(path: Path) -> Database:
    """The one connection that writes; it may be handed to another thread.

    Raises StoreError when the file is no sound database, or cannot be made safe.
    """
    connection = _connect(path)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        level = connection.execute("PRAGMA synchronous").fetchone()[0]
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreError(f"{path} cannot be opened: {error}.") from error
    if mode != "wal" or level != _LEVELS[SYNCHRONOUS]:
        connection.close()
        raise StoreError(
            f"{path}: SQLite gave journal mode {mode} and synchronous {level}; answers would "
            "not be safe in a power cut. Put the data folder on a local disk."
        )
    return Database(connection)


def open_reading(path: Path) -> sqlite3.Connection:
    """A connection that can only read; any number of them beside the writer."""
    connection = sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def transact(database: Database, work: Callable[[Database], Result]) -> Result:
    """What `work` gives, once committed; nothing of it stays when it or the commit raises."""
    connection = database.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(database)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{path} cannot be opened: {error}. Is the folder writable?"
        ) from error
