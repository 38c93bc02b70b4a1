"""The packs that classes work with, as the database holds them."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

from hub.errors import PackError
from hub.store.writer import Writer
from models.domain.pack import Pack, PackFault, decode_pack, sha256


def install(writer: Writer, body: bytes, *, where: str) -> int:
    """Puts a pack into the database, unless the very same is there; gives its id.

    Raises PackError, naming `where`, for a pack with a fault; nothing was changed then.
    """
    try:
        decode_pack(body)
    except PackFault as error:
        raise PackError(str(error), where=where) from error

    def work(database: Database) -> int:
        digest = sha256(body)
        run = database.conn.execute
        found = run("SELECT id FROM packs WHERE sha256 = ?", (digest,)).fetchone()
        if found is not None:
            return int(found[0])
        insert = "INSERT INTO packs (sha256, body) VALUES (?, ?)"
        return int(run(insert, (digest, body)).lastrowid or 0)

    return writer.call(work)


def class_packs(connection: sqlite3.Connection) -> dict[int, Pack]:
    """Each class's pack; classes that share one share the value."""
    bodies = dict(connection.execute("SELECT id, body FROM packs").fetchall())
    packs = {pack: decode_pack(body) for pack, body in bodies.items()}
    return {
        class_id: packs[pack]
        for class_id, pack in connection.execute("SELECT id, pack FROM classes")
    }
