"""Keeps a snapshot of each class behind its log, so that a start reads only the tail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from hub.classroom import Classroom
from hub.errors import StoreError
from hub.store import snapshots
from hub.store.writer import Writer

logger = logging.getLogger(__name__)

#: 5,000 rows are replayed in about a tenth of a second.
ROWS_BETWEEN = 5_000
#: What snapshots may add to the card's writes for each answer; a large class waits longer.
BYTES_AN_ANSWER = 100
LOOK_EVERY_S = 5.0


class Keeper:
    """Looks now and then whether a class has moved far enough, and once more at the end.

    `on_look` is asked each time: for what comes with time and not with an answer.
    """

    def __init__(
        self,
        classroom: Classroom,
        writer: Writer,
        *,
        on_look: Callable[[], object] = lambda: None,
    ) -> None:
        self._classroom = classroom
        self._writer = writer
        self._on_look = on_look
        self._kept = {class_id: room.hub_seq for class_id, room in classroom.rooms.items()}
        self._rows_due: dict[int, int] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self._thread.start()

    def stop(self) -> None:
        """Keeps every class as it stands now."""
        self._is_over.set()
        self._thread.join()
        self._rows_due.clear()
        self.keep(1)

    def keep(self, rows_between: int) -> None:
        """Saves each class that moved by so many rows, and far enough to be worth its bytes."""
        for class_id, room in list(self._classroom.rooms.items()):
            rows = room.hub_seq - self._kept.get(class_id, 0)
            if rows >= max(rows_between, self._rows_due.get(class_id, 0)):
                self._save(class_id)

    def _run(self) -> None:
        while not self._is_over.wait(LOOK_EVERY_S):
            try:
                self._on_look()
            except StoreError as error:
                # A full disk: the next look tries again.
                logger.warning("look_failed error=%s", error)
            self.keep(ROWS_BETWEEN)

    def _save(self, class_id: int) -> None:
        with self._classroom.lock:
            room = self._classroom.rooms[class_id]
            seq, body = room.hub_seq, room.save()
        try:
            size = self._writer.call(
                lambda database: snapshots.save(database, class_id, seq, body)
            )
        except StoreError as error:
            logger.warning("snapshot_failed class=%d error=%s", class_id, error)
            return
        self._kept[class_id], self._rows_due[class_id] = seq, size // BYTES_AN_ANSWER
