"""Recorded answers with their fixed split: who trains, who is predicted."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.domain.response_log import Response, read_responses
from models.training.records import is_held_out


@dataclass(frozen=True, slots=True)
class Split:
    """Rows of the learners who train, and of those who are predicted, in the file's order."""

    train: Sequence[Response]
    test: Sequence[Response]

    @property
    def rights(self) -> list[bool]:
        """What happened in the predicted rows."""
        return [row.is_right for row in self.test]

    @property
    def held_out_users(self) -> list[str]:
        """Who is predicted."""
        return sorted({row.user for row in self.test})


def read_split(path: Path) -> Split:
    """The log at `path`, split by learner."""
    rows = list(read_responses(path))
    return Split(
        [row for row in rows if not is_held_out(row.user)],
        [row for row in rows if is_held_out(row.user)],
    )


def log_path(data: Path, name: str) -> Path:
    """Where the log of that name stands."""
    return (data / f"{name}.csv.gz").absolute()


def read_chances(path: Path) -> array[float]:
    """What a side wrote: one double a predicted row."""
    chances = array("d")
    chances.frombytes(path.read_bytes())
    return chances
