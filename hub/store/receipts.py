"""Which answers are on the disk: from here, and from nowhere else, receipts are made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from hub.store.log import Attempt, Row

#: (device, boot) and the highest device_seq of it on disk.
Position = tuple[tuple[int, int], int]
OnPositions = Callable[[list[Position]], object]


class Receipts:
    """Hears of each commit, keeps how far each device's boot is on disk, and tells."""

    def __init__(self) -> None:
        self._durable: dict[tuple[int, int], int] = {}
        self._changed = threading.Condition()
        self.listeners: list[OnPositions] = []

    def load(self, positions: Iterable[Position]) -> None:
        """Takes over what the log already held when the hub started."""
        self._durable.update(positions)

    def on_durable(self, rows: list[Row]) -> None:
        """`rows` are on the disk now; called by the writer after its commit."""
        found: dict[tuple[int, int], int] = {}
        for row in rows:
            if isinstance(row, Attempt):
                found[row.device, row.boot] = row.device_seq
            elif row.kind == "refused":
                facts = row.facts
                found[facts["device"], facts["boot"]] = facts["device_seq"]
        with self._changed:
            self._durable.update(found)
            self._changed.notify_all()
        for listener in self.listeners:
            listener(list(found.items()))

    def upto(self, device: int, boot: int) -> int:
        """The highest device_seq of this boot on disk, 0 for none."""
        return self._durable.get((device, boot), 0)

    def wait(self, device: int, boot: int, device_seq: int, timeout_s: float) -> bool:
        """Whether that answer is on disk, waiting for it up to `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self.upto(device, boot) >= device_seq, timeout_s
            )
