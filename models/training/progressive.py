"""Measures the shipped weights on a log from a cold start: each answer predicted first.

    python -m models.training.progressive FILE.csv.gz --limit 20000

No item or skill is known beforehand: every skill starts from the stack's defaults. The log is
traced twice, in the file's order and with 40 devices answering in turn.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from hub.kernels import Tracer, require_release
from models.domain.response_log import read_responses
from models.learner.weights import STACK_FILE, Stack, load_stack
from models.training.logs import Log, as_log, interleaved
from models.training.measures import auc, calibration_error, log_loss

DEVICES = 40


@dataclass(frozen=True, slots=True)
class Measured:
    """What tracing one log gave."""

    auc: float
    log_loss: float
    calibration_error: float
    answers_per_s: float

    def __str__(self) -> str:
        return (
            f"auc={self.auc:.4f} logloss={self.log_loss:.4f} "
            f"ece={self.calibration_error:.4f} answers_per_s={self.answers_per_s:,.0f}"
        )


def cold_tracer(log: Log, stack: Stack) -> Tracer:
    """A class for `log` of which nothing is known."""
    tracer = Tracer(
        skill_params=[stack.bkt.as_tuple()] * log.n_skills,
        prerequisites=[[]] * log.n_skills,
        item_skills=log.item_skills,
        item_difficulty=[0.0] * len(log.item_skills),
        weights=stack.weights,
    )
    tracer.add_learners(log.n_learners)
    return tracer


def measure(log: Log, stack: Stack) -> Measured:
    """Traces `log` answer by answer and compares each chance with what happened."""
    tracer = cold_tracer(log, stack)
    start = perf_counter()
    chances = tracer.answer_many(log.learners, log.items, log.rights)
    seconds = perf_counter() - start
    return Measured(
        auc(chances, log.rights),
        log_loss(chances, log.rights),
        calibration_error(chances, log.rights),
        len(log) / seconds,
    )


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Predict each answer of a log before it.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, default=None, help="only so many rows")
    parser.add_argument("--stack", type=Path, default=STACK_FILE)
    chosen = parser.parse_args(arguments)
    require_release()
    stack = load_stack(chosen.stack)
    log = as_log(read_responses(chosen.file, chosen.limit))
    out = sys.stdout.write
    out(f"{log.n_learners} learners, {len(log.item_skills)} items, {len(log)} answers\n")
    out(f"in the file's order: {measure(log, stack)}\n")
    out(f"{DEVICES} devices in turn: {measure(interleaved(log, DEVICES), stack)}\n")


if __name__ == "__main__":
    main()
