"""The fitted models that this hub holds, and which one its classes are to work with."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping

from sqlite_utils import Database

from hub.errors import ModelError, StoreError
from hub.store.writer import Writer, committed
from models.domain.pack import Pack
from models.learner.fitted import DoesNotFit, FittedModel, decode_model, placed


class Models:
    """Fitted models by their hash, each read once from `connection`; the rest is unread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._read: dict[str, FittedModel] = {}

    def __getitem__(self, digest: str) -> FittedModel:
        """The model; raises StoreError, with what to do, for one that is gone or broken."""
        if digest not in self._read:
            body = bodies(self._connection, digest).get(digest)
            if body is None:
                raise _unreadable(digest, "it is not there")
            self._read[digest] = _decoded(digest, body)
        return self._read[digest]

    @property
    def chosen(self) -> str | None:
        """The hash of the one that classes are to work with; None is what is shipped."""
        return chosen(self._connection)


def install(to: Writer | Database, body: bytes) -> str:
    """Keeps a model's bytes, unless the very same are there; gives their hash (sha256).

    `to` is the running hub's writer, or the database where no hub runs. Raises ModelError for
    what is no model and StoreError where the disk takes none; nothing was changed then.
    """
    try:
        decode_model(body, "What came in")
    except ValueError as error:
        raise ModelError(str(error)) from error
    digest = hashlib.sha256(body).hexdigest()

    def work(database: Database) -> str:
        # A body that a bad card has changed is put right by the file that it came from.
        database.conn.execute(
            "INSERT INTO models (sha256, body) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET body = excluded.body WHERE body <> excluded.body",
            (digest, body),
        )
        return digest

    return committed(to, work)


def choose(to: Writer | Database, sha256: str | None) -> None:
    """Lets classes work with this model from the next start on; None is what is shipped.

    Raises ModelError for one that is not there; the choice is as it was then.
    """

    def work(database: Database) -> None:
        execute = database.conn.execute
        execute("UPDATE models SET is_chosen = 0 WHERE is_chosen = 1")
        update = "UPDATE models SET is_chosen = 1 WHERE sha256 = ?"
        if sha256 is not None and execute(update, (sha256,)).rowcount == 0:
            raise ModelError(f"This hub holds no model {sha256[:8]}.")

    committed(to, work)


def stored(connection: sqlite3.Connection) -> dict[str, FittedModel]:
    """All models by their hash, in the order in which they came.

    Raises StoreError for one whose bytes are not those that were put in.
    """
    return {digest: _decoded(digest, body) for digest, body in bodies(connection).items()}


def bodies(connection: sqlite3.Connection, only: str | None = None) -> dict[str, bytes]:
    """The same as they were put in, unread; `only` the one of this hash."""
    if not _is_there(connection):
        return {}
    select = "SELECT sha256, body FROM models WHERE sha256 = coalesce(?, sha256) ORDER BY rowid"
    return dict(connection.execute(select, (only,)).fetchall())


def chosen(connection: sqlite3.Connection) -> str | None:
    """The hash of the model that classes are to work with; None is what is shipped."""
    if not _is_there(connection):
        return None
    row = connection.execute("SELECT sha256 FROM models WHERE is_chosen = 1").fetchone()
    return None if row is None else str(row[0])


def misfits(model: FittedModel, packs: Mapping[int, Pack]) -> dict[int, str]:
    """The classes, by the packs they work with, that cannot use `model`; and why not."""
    found = {}
    for class_id, pack in packs.items():
        try:
            placed(model, pack)
        except DoesNotFit as error:
            found[class_id] = str(error)
    return found


def _is_there(connection: sqlite3.Connection) -> bool:
    """A data folder that an earlier version wrote has no such table until the next start."""
    table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'models'"
    return connection.execute(table).fetchone() is not None


def _decoded(digest: str, body: bytes) -> FittedModel:
    if hashlib.sha256(body).hexdigest() != digest:
        raise _unreadable(digest, "its bytes have changed")
    try:
        return decode_model(body, "It")
    except ValueError as error:
        raise _unreadable(digest, str(error)) from error


def _unreadable(digest: str, why: str) -> StoreError:
    return StoreError(
        f"The model {digest[:8]} cannot be read from the database: {why}. Put it back from its "
        "file: mangotree models --use MODEL.json"
    )
