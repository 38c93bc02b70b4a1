"""Measures a stack fitted on a log on the learners who were left out of the fit.

    python -m models.training.left_out FILE.csv.gz --out stack.json

The split is by learner and fixed: a learner is left out when the SHA-1 of the name, as a whole
number modulo 100, is 80 or more. Each of their answers is predicted from their own answers
before it; no number of the stack moves. Columns `rt_s` and `hints` are used where the file has
them, `time_s` (seconds of a clock that can be trusted) likewise.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

from hub.kernels.stack import Answers, StackModel, encode, fit
from models.training.measures import auc, calibration_error, log_loss

#: Column of the file, and of the log.
EXTRAS = {"rt_s": "pace_s", "hints": "hints", "time_s": "times_s"}
NOT_KNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Columns:
    """A log in columns; names became indices, and learners keep theirs for the split."""

    names: list[str] = field(default_factory=list)
    item_skills: list[list[int]] = field(default_factory=list)
    skills: dict[str, int] = field(default_factory=dict)
    learners: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    rights: list[bool] = field(default_factory=list)
    extras: dict[str, list[float]] = field(default_factory=dict)

    def answers(self, rows: Sequence[int]) -> Answers:
        """The rows as the stack takes them."""
        extras = {
            name: array("d", (column[row] for row in rows))
            for name, column in self.extras.items()
        }
        return Answers(
            array("q", (self.learners[row] for row in rows)),
            array("q", (self.items[row] for row in rows)),
            array("B", (self.rights[row] for row in rows)),
            **extras,
        )


def read(path: Path) -> Columns:
    """The log in a gzip CSV file with user, item, skill (a;b) and correct."""
    log = Columns()
    learners: dict[str, int] = {}
    items: dict[str, int] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["item"] not in items:
                own = dict.fromkeys(row["skill"].split(";"))
                log.item_skills.append([log.skills.setdefault(s, len(log.skills)) for s in own])
            log.learners.append(learners.setdefault(row["user"], len(learners)))
            log.items.append(items.setdefault(row["item"], len(items)))
            log.rights.append(row["correct"] == "1")
            for name in EXTRAS.keys() & row.keys():
                number = float(row[name] or NOT_KNOWN)
                known = number if number >= 0 else NOT_KNOWN
                log.extras.setdefault(EXTRAS[name], []).append(known)
    log.names.extend(learners)
    return log


def is_left_out(name: str) -> bool:
    """Whether the learner of this name takes no part in the fit: about one in five."""
    digest = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 100 >= 80


@dataclass(frozen=True, slots=True)
class Measured:
    """What a stack is worth on the learners who were left out."""

    model: StackModel
    answers: int
    auc: float
    log_loss: float
    calibration_error: float
    fit_s: float
    trace_us: float

    def __str__(self) -> str:
        fitted = self.model.provenance
        return (
            f"fitted on {fitted.answers} answers of {fitted.learners} learners in "
            f"{self.fit_s:.2f} CPU-s\n{self.answers} answers left out: auc={self.auc:.4f} "
            f"logloss={self.log_loss:.4f} ece={self.calibration_error:.4f} "
            f"us_per_answer={self.trace_us:.3f}\n"
        )


def measure(log: Columns, origin: str) -> Measured:
    """Fits on four fifths of the learners and predicts the others."""
    out = [is_left_out(name) for name in log.names]
    rows = range(len(log.items))
    kept = log.answers([row for row in rows if not out[log.learners[row]]])
    left = [row for row in rows if out[log.learners[row]]]
    start = process_time()
    model = fit(kept, item_skills=log.item_skills, n_skills=len(log.skills), data=origin)
    fit_s = process_time() - start
    stack, answers = model.stack(), log.answers(left)
    start = process_time()
    chances = stack.trace(
        answers.learners,
        answers.items,
        answers.rights,
        pace_s=answers.pace_s,
        hints=answers.hints,
        times_s=answers.times_s,
    )
    trace_s = process_time() - start
    rights = [log.rights[row] for row in left]
    return Measured(
        model,
        len(left),
        auc(chances, rights),
        log_loss(chances, rights),
        calibration_error(chances, rights),
        fit_s,
        1e6 * trace_s / len(left),
    )


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Fit a stack and judge it on other learners.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, default=None, help="keep the model here")
    chosen = parser.parse_args(arguments)
    found = measure(read(chosen.file), f"{chosen.file.name}, without one learner in five")
    if chosen.out is not None:
        chosen.out.write_bytes(encode(found.model))
    sys.stdout.write(str(found))


if __name__ == "__main__":
    main()
