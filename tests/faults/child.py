"""Processes to be cut: one commits rows and acknowledges them, one scribbles on files."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

FILES_PER_PROCESS = 3
STEPS = 60
BLOCK_BYTES = 3000  # not a multiple of a sector: edges must come back too


def say(line: str) -> None:
    """One write, at once: what was said before a kill was really said."""
    os.write(1, f"{line}\n".encode())


def commit(database: str, journal: str, synchronous: str) -> None:
    """Commits rows one by one and acknowledges each; after an error waits for a line."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal}")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA wal_autocheckpoint=40")  # so that cuts hit checkpoints
    connection.execute(
        "CREATE TABLE IF NOT EXISTS answer (id INTEGER PRIMARY KEY, text TEXT) STRICT"
    )
    (last,) = connection.execute("SELECT COALESCE(MAX(id), 0) FROM answer").fetchone()
    while True:
        row = (last + 1, row_text(last + 1))
        try:
            connection.execute("INSERT INTO answer VALUES (?, ?)", row)
        except sqlite3.OperationalError as error:
            say(f"error {error}")
            os.read(0, 1)
            continue
        last += 1
        say(str(last))


def row_text(row_id: int) -> str:
    return f"{row_id} " * 20


def scribble(folder: str, seed: str) -> None:
    """Changes files in every way, from threads and two processes; says what was synced.

    A line for each file: name, digest at its last sync, digest now. Then waits to be killed.
    """
    side = "parent" if os.fork() else "child"
    paths = [Path(folder) / f"{side}-{number}" for number in range(FILES_PER_PROCESS)]
    scribblers = [Scribbler(path, Random(f"{seed} {path.name}")) for path in paths]
    shared = os.open(Path(folder) / f"{side}-shared", os.O_CREAT | os.O_RDWR)
    threads = [
        threading.Thread(target=scribbler.run, args=(shared, lane))
        for lane, scribbler in enumerate(scribblers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.fsync(shared)
    for scribbler in scribblers:
        scribbler.report()
    digest = digest_of(Path(folder) / f"{side}-shared")
    say(f"{side}-shared {digest} {digest}")
    signal.pause()


class Scribbler:
    """One file, changed by random steps, and what it held when it was last synced."""

    def __init__(self, path: Path, random: Random) -> None:
        self._path = path
        self._random = random
        self._file = os.open(path, os.O_CREAT | os.O_RDWR)
        self._tail = os.open(path, os.O_WRONLY | os.O_APPEND)
        self._synced = ""

    def run(self, shared: int, lane: int) -> None:
        self._sync()
        steps: list[Callable[[], object]] = [
            *(3 * [self._overwrite]),
            self._append,
            self._scatter,
            self._copy,
            self._resize,
            self._start_again,
            self._sync,
        ]
        for step in range(STEPS):
            self._random.choice(steps)()
            os.pwrite(shared, self._block(), (step * FILES_PER_PROCESS + lane) * BLOCK_BYTES)

    def report(self) -> None:
        say(f"{self._path.name} {self._synced} {digest_of(self._path)}")

    def _block(self) -> bytes:
        return self._random.randbytes(self._random.randint(1, BLOCK_BYTES))

    def _place(self) -> int:
        return self._random.randint(0, 40_000)

    def _overwrite(self) -> None:
        os.pwrite(self._file, self._block() * 10, self._place())

    def _append(self) -> None:
        os.writev(self._tail, [self._block(), b"", self._block()])

    def _scatter(self) -> None:
        os.lseek(self._file, self._place(), os.SEEK_SET)
        os.writev(self._file, [self._block(), self._block()])
        os.write(self._file, self._block())
        os.pwritev(self._file, [self._block(), self._block()], self._place())

    def _copy(self) -> None:
        os.lseek(self._file, self._place(), os.SEEK_SET)
        with Path(__file__).open("rb") as source:
            os.sendfile(self._file, source.fileno(), 0, BLOCK_BYTES)
            os.copy_file_range(
                source.fileno(), self._file, BLOCK_BYTES, offset_dst=self._place()
            )

    def _resize(self) -> None:
        os.ftruncate(self._file, self._place())
        os.posix_fallocate(self._file, self._place(), BLOCK_BYTES)
        os.truncate(self._path, self._place())

    def _start_again(self) -> None:
        self._path.write_bytes(self._block())

    def _sync(self) -> None:
        self._random.choice([os.fsync, os.fdatasync])(self._file)
        self._synced = digest_of(self._path)


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    play: dict[str, Callable[..., None]] = {"commit": commit, "scribble": scribble}
    play[sys.argv[1]](*sys.argv[2:])
