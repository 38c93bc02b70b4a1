"""What a run gave, what the hub's disk holds of it, and whether both are the same."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.browser_faults.client import Client, Content, content


@dataclass(slots=True)
class Tally:
    """What the run did and found.

    `untold`: answers that a device kept on its disk and was killed before it could tell.
    """

    given_by_pages: int = 0
    given_by_devices: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    untold: int = 0
    refused: int = 0
    is_equal: bool = False
    answers_apart: int = 0
    states_apart: int = 0
    worked_s: float = 0.0
    pages_drained_s: float = 0.0
    devices_drained_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    @property
    def given(self) -> int:
        """All answers that the clients know of."""
        return self.given_by_pages + self.given_by_devices

    @property
    def is_clean(self) -> bool:
        """Whether every promise held."""
        wrong = self.lost + self.doubled + self.disordered + self.refused
        wrong += self.answers_apart + self.states_apart
        return wrong == 0 and self.is_equal

    def lines(self) -> list[str]:
        """All of it, for people to read."""
        return [
            *self.words,
            f"given={self.given} pages={self.given_by_pages} devices={self.given_by_devices} "
            f"untold={self.untold} stored={self.stored}",
            f"lost={self.lost} doubled={self.doubled} disordered={self.disordered} "
            f"refused={self.refused} equal={self.is_equal}",
            f"answers_apart={self.answers_apart} states_apart={self.states_apart}",
            f"worked_s={self.worked_s:.0f} pages_drained_s={self.pages_drained_s:.1f} "
            f"devices_drained_s={self.devices_drained_s:.1f}",
            f"faults={self.faults.total()} "
            + " ".join(f"{kind}={count}" for kind, count in sorted(self.faults.items())),
        ]


def inspect(home: Path, pages: list[Client], devices: list[Client], tally: Tally) -> None:
    """Counts what was told of against the log, and replays the log."""
    items = [item.id for item in load_pack(starter_path())[0].items]
    with closing(sqlite3.connect(home / "mangotree.db")) as database:
        rows = database.execute(
            "SELECT learner, item, seed, step, ms, at, device FROM attempts ORDER BY hub_seq"
        ).fetchall()
    stored: list[Content] = [(row[0], items[row[1]], *row[2:6]) for row in rows]
    tally.given_by_pages = sum(len(client.told) for client in pages)
    tally.given_by_devices = sum(len(client.told) for client in devices)
    given = {content(one) for client in [*pages, *devices] for one in client.told}
    tally.stored = len(stored)
    tally.lost = tally.given - len(given & set(stored))
    tally.doubled = len(stored) - len(set(stored))
    tally.untold = len(set(stored) - given)
    by_device: dict[int, list[int]] = {}
    for row in rows:
        by_device.setdefault(row[6], []).append(row[5])
    tally.disordered = sum(ats != sorted(ats) for ats in by_device.values())
    command = [sys.executable, "-m", "hub.cli", "rebuild", "--verify", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    tally.is_equal = done.returncode == 0
    tally.words.append(done.stdout + done.stderr)
