"""The real hub's command, with its rarer work made frequent, or one safety taken away.

`python -m tests.faults.weak_hub WEAKNESS start ...`: snapshots and checkpoints come every
few rows, so that cuts fall into them, too. WEAKNESS is `none`, or what the harness must be
seen to catch: `normal` or `off` (what SQLite syncs), `early` (receipts before the commit).
"""

from __future__ import annotations

import sys
from typing import Any

from hub import cli, keeper
from hub.store import database, writer
from hub.store.log import Row


def weaken(weakness: str) -> None:
    """Makes this process a hub with that weakness."""
    keeper.ROWS_BETWEEN = 40
    keeper.LOOK_EVERY_S = 0.05
    database.CHECKPOINT_PAGES = 48
    if weakness == "normal":
        database.SYNCHRONOUS = "NORMAL"
    elif weakness == "off":
        database.SYNCHRONOUS = "OFF"
    elif weakness == "early":
        _receipt_before_commit()
    elif weakness != "none":
        raise SystemExit(f"there is no weakness {weakness}")


def _receipt_before_commit() -> None:
    """Tells of rows as durable when they are queued: what a hasty hub would do."""
    put = writer.Writer.put

    def hasty(self: Any, row: Row, *, is_urgent: bool = False) -> None:
        put(self, row, is_urgent=is_urgent)
        self._on_durable([row])

    writer.Writer.put = hasty  # type: ignore[method-assign]


if __name__ == "__main__":
    weaken(sys.argv[1])
    sys.exit(cli.main(sys.argv[2:]))
