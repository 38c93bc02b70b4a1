"""Answers that the hub has not receipted yet, kept on the device's own disk, in order.

A kill, a flat battery or a week out of reach costs no answer: `add` returns when the answer
is on disk, and only the hub's receipt removes it. An answer that the hub refuses for good
moves to a box of its own, where a person can see it. One device, one file, one process.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Literal

import msgspec

from devices.messages import Answer, encode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

logger = logging.getLogger(__name__)

#: Deletions wait until this many answers were receipted and then share one transaction,
#: which halves the cost of an answer. Lost deletions are harmless: an answer that is sent
#: twice counts once.
RECEIPTS_PER_DELETE = 32
#: About 200,000 answers: a device that fills this has been out of reach for years.
MAX_BYTES = 64 * 1024 * 1024
#: Written into the file's header, so that `file` and a technician know what it is ("MToB").
APPLICATION_ID = 0x4D546F42
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS boots (
    boot INTEGER PRIMARY KEY, place INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS answers (
    boot INTEGER NOT NULL, seq INTEGER NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (boot, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
    id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
    reason TEXT NOT NULL, payload BLOB NOT NULL
) STRICT;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = 1;
COMMIT;
"""
_INSERT = "INSERT INTO answers (boot, seq, payload) VALUES (?, ?, ?)"
_DELETE_UPTO = "DELETE FROM answers WHERE boot = ? AND seq <= ?"
_DELETE_FROM = "DELETE FROM answers WHERE boot = ? AND seq >= ?"
_DELETE_ONE = "DELETE FROM answers WHERE boot = ? AND seq = ?"
_REFUSE = "INSERT INTO refused (boot, seq, reason, payload) VALUES (?, ?, ?, ?)"

Synchronous = Literal["FULL", "NORMAL"]
Key = tuple[int, int]
_decoder = msgspec.json.Decoder(Answer)


class OutboxError(Exception):
    """The outbox cannot keep an answer; the message says what happened and what to do."""


class OutboxFull(OutboxError):
    """The device's storage has no room for one more answer."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An answer before the outbox gives it its place: all of `Answer` but boot and seq."""

    learner: int
    session: str
    item: str
    seed: int
    answer: str
    step: int = 0
    ms: int = 0
    hints: int = 0
    tries: int = 1
    at: int = 0


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """An answer that the hub will never take, as it was sent, and why."""

    boot: int
    device_seq: int
    reason: str
    payload: bytes


class Outbox:
    """The unreceipted answers of one device, in the order in which they were given.

    `synchronous="FULL"` survives a power cut; "NORMAL" survives a kill of the process only,
    and is meant for many simulated devices that share one disk. A file that cannot be read
    is renamed, never deleted, and `set_aside` then names it.
    """

    def __init__(
        self, path: Path, *, synchronous: Synchronous = "FULL", max_bytes: int = MAX_BYTES
    ) -> None:
        self._path = path
        self._synchronous = synchronous
        self._max_bytes = max_bytes
        self._held: dict[int, dict[int, Answer]] = {}
        self._receipted: dict[int, int] = {}
        self._undeleted = 0
        self._last_seq = 0
        self.set_aside: Path | None = None
        self.boot = 0
        self._db = self._open_or_set_aside()

    def add(self, draft: Draft) -> Answer:
        """`draft` with its boot and device_seq; it is on disk when this returns.

        Raises `OutboxFull`, `OutboxError`, or `msgspec.ValidationError` for what the wire
        does not allow.
        """
        payload = encode(_answer(draft, self.boot, self._last_seq + 1))
        answer = _decoder.decode(payload)
        self._write(_INSERT, (self.boot, answer.device_seq, payload))
        self._last_seq = answer.device_seq
        self._held.setdefault(self.boot, {})[answer.device_seq] = answer
        return answer

    def receipted(self, boot: int, upto: int) -> list[Key]:
        """Drop what the hub holds on disk: the answers of `boot` up to `upto`; which they were.

        Their deletion on disk may come later: at worst they are sent again, and count once.
        """
        held = self._held.get(boot, {})
        dropped = []
        for seq in held:
            if seq > upto:
                break
            dropped.append((boot, seq))
        for _, seq in dropped:
            del held[seq]
        if dropped:
            self._receipted[boot] = dropped[-1][1]
            self._undeleted += len(dropped)
            if self._undeleted >= RECEIPTS_PER_DELETE:
                self._delete_when_possible()
        return dropped

    def refused(self, boot: int, seq: int, reason: str) -> Answer | None:
        """Move an answer to the refused box; None where it is not held (any more)."""
        answer = self.get((boot, seq))
        if answer is None:
            return None
        with self._transaction():
            self._db.execute(_REFUSE, (boot, seq, reason, encode(answer)))
            self._db.execute(_DELETE_ONE, (boot, seq))
        del self._held[boot][seq]
        return answer

    def rekey(self, boot: int, from_seq: int) -> int:
        """Move the answers of `boot` from `from_seq` on to a fresh boot; how many moved.

        For a hub that waits for a number which this device no longer holds: nothing would
        ever close that gap. The fresh boot stands right behind the old one in the order.
        """
        moved = [a for seq, a in self._held.get(boot, {}).items() if seq >= from_seq]
        if not moved:
            return 0
        fresh = _new_boot()
        answers = [
            msgspec.structs.replace(answer, boot=fresh, device_seq=seq)
            for seq, answer in enumerate(moved, start=1)
        ]
        with self._transaction():
            self._place_behind(boot, fresh)
            self._db.execute(_DELETE_FROM, (boot, from_seq))
            self._db.executemany(_INSERT, [(fresh, a.device_seq, encode(a)) for a in answers])
        self._insert_behind(boot, {a.device_seq: a for a in answers}, from_seq, fresh)
        if boot == self.boot:
            self.boot, self._last_seq = fresh, len(answers)
        return len(answers)

    def get(self, key: Key) -> Answer | None:
        """The held answer with this (boot, device_seq)."""
        return self._held.get(key[0], {}).get(key[1])

    def first_from(self, boot: int, seq: int) -> Key | None:
        """The first held answer of `boot` at or behind `seq`."""
        found = min((s for s in self._held.get(boot, {}) if s >= seq), default=None)
        return None if found is None else (boot, found)

    def holds_session(self, session: str) -> bool:
        """Whether an answer that was given in `session` is still held."""
        return any(
            answer.session == session
            for held in self._held.values()
            for answer in held.values()
        )

    def pending(self) -> list[Answer]:
        """All held answers: boots in the order of their creation, then by device_seq."""
        return [answer for held in self._held.values() for answer in held.values()]

    def boots(self) -> list[int]:
        """The boots of which answers are held, oldest first."""
        return [boot for boot, held in self._held.items() if held]

    def refused_box(self) -> list[RefusedAnswer]:
        """What the hub refused for good, oldest first."""
        rows = self._db.execute("SELECT boot, seq, reason, payload FROM refused ORDER BY id")
        return [RefusedAnswer(*row) for row in rows]

    def close(self) -> None:
        """Write what waits to be deleted, and give the file back."""
        self._delete_when_possible()
        self._db.close()

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def _write(self, sql: str, values: tuple[int, int, bytes]) -> None:
        """One statement, one transaction; receipted answers make room where there is none."""
        try:
            self._db.execute(sql, values)
        except sqlite3.DatabaseError as error:
            if _code(error) != sqlite3.SQLITE_FULL:
                raise _outbox_error(self._path, error) from error
            self._delete_when_possible()
        else:
            return
        try:
            self._db.execute(sql, values)
        except sqlite3.DatabaseError as error:
            raise _outbox_error(self._path, error) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.DatabaseError as error:
            raise _outbox_error(self._path, error) from error

    def _delete_when_possible(self) -> None:
        """Delete what was receipted; on a failing disk it stays, and is deleted later."""
        try:
            with self._transaction():
                self._db.executemany(_DELETE_UPTO, self._receipted.items())
        except OutboxError as error:
            logger.warning("outbox=undeleted answers=%d cause=%s", self._undeleted, error)
            return
        self._receipted.clear()
        self._undeleted = 0

    def _place_behind(self, boot: int, fresh: int) -> None:
        self._db.execute(
            "UPDATE boots SET place = place + 1"
            " WHERE place > (SELECT place FROM boots WHERE boot = ?)",
            (boot,),
        )
        self._db.execute(
            "INSERT INTO boots SELECT ?, place + 1 FROM boots WHERE boot = ?", (fresh, boot)
        )

    def _insert_behind(
        self, boot: int, answers: dict[int, Answer], from_seq: int, fresh: int
    ) -> None:
        held: dict[int, dict[int, Answer]] = {}
        for each, its in self._held.items():
            held[each] = its
            if each == boot:
                held[each] = {seq: a for seq, a in its.items() if seq < from_seq}
                held[fresh] = answers
        self._held = held

    def _open_or_set_aside(self) -> sqlite3.Connection:
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            if _code(error) not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise _outbox_error(self._path, error) from error
            self.set_aside = _rename_aside(self._path)
            logger.exception("outbox=unreadable path=%s kept_as=%s", self._path, self.set_aside)
        return self._open()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._path, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        # One process owns the file: no shared memory, no lock calls for each answer.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise OutboxError(f"The storage under {self._path} cannot keep a write-ahead log.")
        db.execute(f"PRAGMA synchronous = {self._synchronous}")
        damage = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise _corrupt(damage)
        db.executescript(_SCHEMA)
        page_bytes = db.execute("PRAGMA page_size").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {self._max_bytes // page_bytes}")
        self._begin_boot(db)
        self._load(db)

    def _begin_boot(self, db: sqlite3.Connection) -> None:
        self.boot = _new_boot()
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM boots WHERE boot NOT IN (SELECT boot FROM answers)")
            db.execute(
                "INSERT INTO boots SELECT ?, COALESCE(MAX(place), 0) + 1 FROM boots",
                (self.boot,),
            )

    def _load(self, db: sqlite3.Connection) -> None:
        self._held = {}
        for boot, seq, payload in _rows(db):
            try:
                self._held.setdefault(boot, {})[seq] = _decoder.decode(payload)
            except msgspec.DecodeError:
                # Written by a version that knew more: kept where a person can see it.
                with db:
                    db.execute("BEGIN IMMEDIATE")
                    db.execute(_REFUSE, (boot, seq, "unreadable", payload))
                    db.execute(_DELETE_ONE, (boot, seq))


def _rows(db: sqlite3.Connection) -> Iterator[tuple[int, int, bytes]]:
    yield from db.execute(
        "SELECT boot, seq, payload FROM answers JOIN boots USING (boot) ORDER BY place, seq"
    ).fetchall()


def _answer(draft: Draft, boot: int, seq: int) -> Answer:
    return Answer(device_seq=seq, boot=boot, **msgspec.structs.asdict(draft))


def _new_boot() -> int:
    """A random number from 1 to 2^52 - 1: two boots of one device never meet."""
    return 1 + secrets.randbelow(2**52 - 1)


def _corrupt(damage: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(damage)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _rename_aside(path: Path) -> Path:
    """Move the file and its log to the first free `.unreadable-N`; the new name."""
    aside = next(
        name
        for number in count(1)
        if not (name := path.with_name(f"{path.name}.unreadable-{number}")).exists()
    )
    for suffix in ("-wal", "-shm", ""):
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.rename(aside.with_name(aside.name + suffix))
    return aside


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for an error of the Python module itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _outbox_error(path: Path, error: sqlite3.Error) -> OutboxError:
    match _code(error):
        case sqlite3.SQLITE_FULL:
            return OutboxFull(
                f"The device has no room for one more answer ({path}). "
                "Bring it to its hub, or free some storage, then answer again."
            )
        case sqlite3.SQLITE_BUSY:
            return OutboxError(
                f"Another program uses the outbox {path}. Close it, then start again."
            )
    return OutboxError(
        f"The outbox {path} cannot be used: {error}. Check the storage of this device."
    )
