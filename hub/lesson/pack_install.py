"""A pack comes in: examined whole, put beside the former one, read back, and only then used.

Killed at any moment, the hub has the former pack or the new one, whole: whatever can be refused
is refused before the first byte is written, and each write is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlite_utils import Database

from hub import __version__
from hub.errors import PackError, StoreError
from hub.lesson.packs import check_parameters, trial
from hub.store import log
from hub.store.writer import Writer, committed
from models.domain.archive import ArchiveFault, Manifest, open_archive
from models.domain.faults import PackFault
from models.domain.manifest import numbers
from models.domain.pack import Pack, sha256
from models.domain.reading import decode_pack
from models.domain.signing import Keys

#: Hears each item that was tried: how many so far, and of how many.
OnItem = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A pack that was examined and may be put into the database; `where` names its file."""

    where: str
    body: bytes
    digest: str
    manifest: Manifest
    signer: str
    pack: Pack


def examine(body: bytes, keys: Keys, *, where: str, on_item: OnItem | None = None) -> Incoming:
    """The pack in `body`, signed by a key that this hub trusts, and able to teach.

    All files are unpacked and checked, the kernels take its skills, and each item makes
    activities. Raises PackError, naming `where` and the file in it.
    """
    trusted = {one: public.key for one, public in keys.trusted().items()}
    try:
        archive = open_archive(body, trusted, revoked=keys.revoked(), hub_version=__version__)
        archive.check()
        pack = decode_pack(body)
        check_parameters(pack)
        trial(pack, on_item)
    except (ArchiveFault, PackFault) as error:
        raise PackError(str(error), where=where) from error
    signer = archive.signer or ""
    return Incoming(where, body, sha256(body), archive.manifest, signer, pack)


def put(
    to: Writer | Database,
    new: Incoming,
    *,
    for_classes: Collection[int] = (),
    allow_older: bool = False,
) -> int:
    """Puts an examined pack beside the others, unless the very same is there; gives its id.

    Raises PackError for one that is older than what is there, unless that is allowed, and for
    a class that is not there; StoreError where the disk takes none. Nothing was changed then.
    """
    manifest = new.manifest

    def work(database: Database) -> int:
        run = database.conn.execute
        for class_id in for_classes:
            if run("SELECT 1 FROM classes WHERE id = ?", (class_id,)).fetchone() is None:
                raise _no_class(class_id)
        found = run("SELECT id FROM packs WHERE sha256 = ?", (new.digest,)).fetchone()
        if found is None:
            if not allow_older:
                _check_newer(database.conn, new)
            cursor = run(
                "INSERT INTO packs (sha256, body, pack_id, version, signer, items, hub_seq)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    new.digest,
                    new.body,
                    manifest.id,
                    manifest.version,
                    new.signer,
                    len(new.pack.items),
                    log.last_seq(database.conn),
                ),
            )
            return int(cursor.lastrowid or 0)
        # A body that a bad card has changed is put right by the file that it came from.
        run(
            "UPDATE packs SET body = ? WHERE id = ? AND body <> ?", (new.body, *found, new.body)
        )
        return int(found[0])

    return committed(to, work)


def read_back(to: Writer | Database, pack: int, new: Incoming) -> None:
    """Reads pack `pack` as classes will, before any class does; raises StoreError."""

    def work(database: Database) -> bytes:
        select = "SELECT body FROM packs WHERE id = ?"
        return bytes(database.conn.execute(select, (pack,)).fetchone()[0])

    if sha256(committed(to, work)) != new.digest:
        raise StoreError(
            f"{new.where}: the disk gave other bytes than were written. No class uses the new "
            "pack. Check the card before anything else."
        )


def want(to: Writer | Database, classes: Collection[int], pack: int) -> None:
    """Lets these classes work with pack `pack`: all of them, or none where one is not there."""

    def work(database: Database) -> None:
        update = "UPDATE classes SET wanted_pack = ? WHERE id = ?"
        for class_id in classes:
            if database.conn.execute(update, (pack, class_id)).rowcount == 0:
                raise _no_class(class_id)

    committed(to, work)


def digest_of(to: Writer | Database, pack: int) -> str:
    """The hash of pack `pack`, by which the log names it; PackError where there is none."""

    def work(database: Database) -> str:
        select = "SELECT sha256 FROM packs WHERE id = ?"
        row = database.conn.execute(select, (pack,)).fetchone()
        if row is None:
            raise PackError(f"there is no pack {pack}", where="Nothing changed")
        return str(row[0])

    return committed(to, work)


def _no_class(class_id: int) -> PackError:
    return PackError(f"there is no class {class_id}", where="Nothing changed")


def _check_newer(connection: sqlite3.Connection, new: Incoming) -> None:
    """A pack goes forward only: an old one, though signed, may bring an old error back."""
    select = "SELECT version FROM packs WHERE pack_id = ?"
    manifest = new.manifest
    for (version,) in connection.execute(select, (manifest.id,)):
        if numbers(version) > numbers(manifest.version):
            raise PackError(
                f"this is version {manifest.version}, and the hub holds {version} of "
                f"{manifest.id}. If you mean to go back, add --allow-older",
                where=new.where,
            )
        if version == manifest.version:
            raise PackError(
                f"the hub holds another {manifest.id} of the same version, {version}. Its "
                "author must give each change a version of its own; to take it anyway, add "
                "--allow-older",
                where=new.where,
            )
