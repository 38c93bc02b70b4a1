"""The one thread that writes: answers gather for a moment, then one commit makes all safe.

Measured: one answer a commit is bound by the disk (282 a second), eight a commit reach
2,301. A receipt is only ever made from rows whose commit returned.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlite_utils import Database

from hub.errors import StoreError, StoreFull
from hub.store import log
from hub.store.database import transact
from hub.store.log import Row

Result = TypeVar("Result")
OnDurable = Callable[[list[Row]], None]
logger = logging.getLogger(__name__)

#: More than a class can answer in ten minutes; past it, tablets keep their answers.
MOST_WAITING = 5_000
#: Enough rows to share a flush; waiting for more would only delay receipts.
FULL_BATCH = 256
RETRY_S = 0.5


class _Call:
    """A piece of work for the writer's thread, and its result."""

    def __init__(
        self, work: Callable[[Database], object], behind: int, on_undone: Callable[[], object]
    ) -> None:
        self.work = work
        self.behind = behind
        self.on_undone = on_undone
        self.done = threading.Event()
        self.result: object = None
        self.error: Exception | None = None


class Writer:
    """Owns the writing connection; rows go in, `on_durable` hears of them once on disk.

    `trouble` is the disk's last complaint while it lasts, else None; `commit_ms` what the last
    commit took, None before the first.
    """

    def __init__(self, database: Database, *, window_ms: int, on_durable: OnDurable) -> None:
        self._database = database
        self._window_s = window_ms / 1000
        self._on_durable = on_durable
        self._changed = threading.Condition()
        self._rows: list[Row] = []
        self._calls: list[_Call] = []
        self._put = 0
        self._written = 0
        self._is_urgent = False
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self.trouble: str | None = None
        self.commits = 0
        self.commit_ms: float | None = None

    @property
    def waiting(self) -> int:
        """How many rows are on their way to the disk."""
        return len(self._rows)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def stop(self) -> None:
        """Writes what waits, if the disk lets it, and closes the database."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self._thread.join()

    def check_room(self) -> None:
        """Raises StoreFull when no more rows may wait; nothing was taken then."""
        if len(self._rows) >= MOST_WAITING:
            raise StoreFull("The hub's disk takes no more answers for now.")

    def put(self, row: Row, *, is_urgent: bool = False) -> None:
        """Queues `row`; an urgent one is written at once, with all that wait."""
        with self._changed:
            self._rows.append(row)
            self._put += 1
            self._is_urgent |= is_urgent
            if is_urgent or len(self._rows) in (1, FULL_BATCH):
                self._changed.notify()

    def call(
        self,
        work: Callable[[Database], Result],
        *,
        on_undone: Callable[[], object] = lambda: None,
    ) -> Result:
        """Runs `work` in one transaction of its own, behind the rows queued so far.

        Gives its result once committed; raises what it raised, with nothing changed. Where
        `work` or its commit failed, `on_undone` hears it before any other call runs.
        """
        with self._changed:
            if self._is_stopping:
                raise StoreError("The hub is stopping.")
            call = _Call(work, self._put, on_undone)
            self._calls.append(call)
            self._changed.notify()
        call.done.wait()
        if call.error is not None:
            raise call.error
        return call.result  # type: ignore[return-value]  # as typed by `work`

    def settle(self) -> None:
        """Comes back once all rows that were put are on the disk, or the disk refuses them.

        Then `trouble` says why; the rows hold meanwhile and are written as soon as it does.
        """
        if self._rows:
            with contextlib.suppress(StoreError):
                self.call(lambda _database: None)

    def _run(self) -> None:
        while self._wait_for_work():
            rows = self._take_rows()
            if rows and not self._write_until_safe(rows):
                break
            for call in self._take_calls():
                self._do(call)
        for call in self._calls:
            call.error = StoreError("The hub is stopping.")
            call.done.set()
        self._database.conn.close()

    def _wait_for_work(self) -> bool:
        """Whether there is work; waits for it, and then for the group to gather."""
        with self._changed:
            while not (self._rows or self._calls or self._is_stopping):
                self._changed.wait()
            due_s = time.monotonic() + self._window_s
            while not self._is_due() and (left_s := due_s - time.monotonic()) > 0:
                self._changed.wait(left_s)
            return bool(self._rows or self._calls)

    def _is_due(self) -> bool:
        is_full = len(self._rows) >= FULL_BATCH
        return is_full or self._is_urgent or bool(self._calls) or self._is_stopping

    def _take_rows(self) -> list[Row]:
        with self._changed:
            self._is_urgent = False
            return self._rows[:]

    def _take_calls(self) -> list[_Call]:
        """The calls that have no unwritten row before them: a snapshot must follow its log."""
        with self._changed:
            due = [call for call in self._calls if call.behind <= self._written]
            self._calls = [call for call in self._calls if call.behind > self._written]
            return due

    def _write_until_safe(self, rows: list[Row]) -> bool:
        """Commits `rows`, again and again while the disk refuses; False if told to stop."""
        while True:
            began_s = time.monotonic()
            try:
                transact(self._database, lambda database: log.insert(database.conn, rows))
            except sqlite3.Error as error:
                if self.trouble != str(error):
                    logger.error(  # noqa: TRY400 - the disk's news, no fault of ours to trace
                        "store_trouble error=%s waiting=%d", error, len(self._rows)
                    )
                self.trouble = str(error)
                with self._changed:
                    if self._is_stopping:
                        return False
                    self._fail_calls(error)
                    self._changed.wait(RETRY_S)
                continue
            break
        if self.trouble is not None:
            logger.info("store_recovered rows=%d", len(rows))
        self.trouble = None
        self.commits += 1
        self.commit_ms = (time.monotonic() - began_s) * 1000
        with self._changed:
            del self._rows[: len(rows)]
            self._written += len(rows)
        self._on_durable(rows)
        return True

    def _fail_calls(self, error: Exception) -> None:
        """Nobody may hang on a disk that refuses: what waits behind the rows fails now."""
        for call in self._calls:
            call.error = StoreError(f"The hub cannot write to its disk: {error}.")
            call.done.set()
        self._calls.clear()

    def _do(self, call: _Call) -> None:
        try:
            call.result = transact(self._database, call.work)
        except Exception as error:  # noqa: BLE001  (handed to the caller, who raises it)
            call.error = error
            if isinstance(error, sqlite3.OperationalError):
                call.error = StoreError(f"The hub cannot write to its disk: {error}.")
            call.on_undone()
        call.done.set()


def committed(to: Writer | Database, work: Callable[[Database], Result]) -> Result:
    """What `work` gave, once it is on the disk; StoreError where it cannot be written.

    By a running hub's writer, or on the database of a hub that does not run.
    """
    if isinstance(to, Writer):
        return to.call(work)
    try:
        return transact(to, work)
    except sqlite3.Error as error:
        raise StoreError(f"The hub cannot write to its disk: {error}.") from error
