"""Fits the prediction layer's weights and the tracing defaults, and writes them to a file.

    python -m models.training.fit_stack DATA_DIR --keep-tracing

Without `--keep-tracing` the tracing defaults are sought anew. On the logs that gains little
(models/learner/README.md), and they say what pupils practise until: look at what it does to
teaching (docs/teaching.md) before shipping others.

The logs are cut into classes that start cold, 40 devices answering in turn, as a hub sees
them. The learners of the first 20,000 rows of assist09 stay out: they are for measuring. The
weights are those that fit all classes best as they stand; each class moves its own from there,
and what is reported is measured so.
"""

from __future__ import annotations

import argparse
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, log
from pathlib import Path

import msgspec

from hub.kernels import WEIGHT_NAMES
from models.domain.response_log import Response, read_responses
from models.learner.weights import STACK_FILE, BktDefaults, Provenance, Stack, load_stack
from models.training.logs import Log, as_log, interleaved
from models.training.measures import auc, log_loss
from models.training.newton import fit
from models.training.progressive import DEVICES, cold_tracer

HELD_OUT = ("assist09.csv.gz", 20_000)
#: File, and how many answers make a class of it: long logs, long years.
CLASSES = {"assist09.csv.gz": 15_000, "statics11.csv.gz": 20_000, "ct_bridge06.csv.gz": 3_000}
#: Each log weighs as much as so many answers: a long one shall not outvote the others.
WEIGHT_OF_A_LOG = 100_000
ROUNDS = 2
#: What theory says of a weight's sign; fitted against it, it only mends its neighbours.
SIGNS = {"BIAS": 0, "ITEM_WRONG": -1, "MISSES": -1, "NEW_SKILL": -1}
START = BktDefaults(prior=0.5, learn=0.2, forget=0.02, guess=0.2, slip=0.2)
#: Beyond these a mastery stops meaning what a teacher takes it for: with less guessing two
#: right answers make it, with more forgetting nothing does.
LOWEST = BktDefaults(prior=0.3, learn=0.05, forget=0.001, guess=0.2, slip=0.05)
HIGHEST = BktDefaults(prior=0.5, learn=0.2, forget=0.02, guess=0.25, slip=0.2)


@dataclass(frozen=True, slots=True)
class Sample:
    """One cold class of one file."""

    file: str
    log: Log


@dataclass(frozen=True, slots=True)
class Table:
    """Features in columns, outcomes and row weights."""

    columns: list[array[float]]
    rights: array[float]
    shares: array[float]


def read_samples(data_dir: Path) -> list[Sample]:
    """All classes of all files, without the learners that are held out."""
    held_file, held_rows = HELD_OUT
    held = {row.user for row in read_responses(data_dir / held_file, held_rows)}
    samples = []
    for file, size in CLASSES.items():
        kept = (
            row
            for row in read_responses(data_dir / file)
            if file != held_file or row.user not in held
        )
        logs = (interleaved(as_log(rows), DEVICES) for rows in whole_learners(kept, size))
        samples += [Sample(file, log) for log in logs]
    return samples


def whole_learners(rows: Iterable[Response], size: int) -> Iterator[list[Response]]:
    """`rows` in parts of at least `size`, cut between learners; a small rest is left out."""
    part: list[Response] = []
    for _, own in groupby(rows, key=lambda row: row.user):
        part += own
        if len(part) >= size:
            yield part
            part = []
    if len(part) > size // 4:
        yield part


def tabulate(samples: Sequence[Sample], bkt: BktDefaults) -> Table:
    """The features of every answer before it, and what it was."""
    none = Stack("none", 1, dict.fromkeys(WEIGHT_NAMES, 0.0), bkt, Provenance("", "", 0, 0, 0))
    columns = [array("d") for _ in WEIGHT_NAMES]
    rights, shares = array("d"), array("d")
    share_of = shares_by_file(samples)
    for sample in samples:
        tracer = cold_tracer(sample.log, none)
        answers = zip(sample.log.learners, sample.log.items, sample.log.rights, strict=True)
        for learner, item, is_right in answers:
            for column, feature in zip(columns, tracer.features(learner, item), strict=True):
                column.append(feature)
            tracer.answer(learner, item, is_right)
        rights.extend(map(float, sample.log.rights))
        shares.extend([share_of[sample.file]] * len(sample.log))
    return Table(columns, rights, shares)


def shares_by_file(samples: Sequence[Sample]) -> dict[str, float]:
    """What one answer of each file weighs."""
    totals: dict[str, int] = {}
    for sample in samples:
        totals[sample.file] = totals.get(sample.file, 0) + len(sample.log)
    return {file: WEIGHT_OF_A_LOG / total for file, total in totals.items()}


def fit_weights(samples: Sequence[Sample], bkt: BktDefaults) -> dict[str, float]:
    """The named weights for these tracing defaults."""
    table = tabulate(samples, bkt)
    signs = [SIGNS.get(name, 1) for name in WEIGHT_NAMES]
    found = fit(table.columns, table.rights, table.shares, signs)
    return dict(zip(WEIGHT_NAMES, found, strict=True))


def loss(samples: Sequence[Sample], weights: Mapping[str, float], bkt: BktDefaults) -> float:
    """Mean log-loss over the files, each weighing the same."""
    share_of = shares_by_file(samples)
    total = 0.0
    for sample in samples:
        traced = promised(sample, weights, bkt)
        total += log_loss(traced, sample.log.rights) * len(sample.log) * share_of[sample.file]
    return total / (WEIGHT_OF_A_LOG * len(share_of))


def area(samples: Sequence[Sample], weights: Mapping[str, float], bkt: BktDefaults) -> float:
    """The area under the ROC curve over all answers of the samples."""
    traced = array("d")
    for sample in samples:
        traced.extend(promised(sample, weights, bkt))
    return auc(traced, [is_right for sample in samples for is_right in sample.log.rights])


def promised(sample: Sample, weights: Mapping[str, float], bkt: BktDefaults) -> array[float]:
    """The chance of each answer of a class before it, from a cold start."""
    stack = Stack("tried", 1, dict(weights), bkt, Provenance("", "", 0, 0, 0))
    log = sample.log
    return cold_tracer(log, stack).answer_many(log.learners, log.items, log.rights)


def fit_bkt(
    samples: Sequence[Sample], weights: Mapping[str, float], bkt: BktDefaults
) -> BktDefaults:
    """The tracing defaults, one parameter after the other along its logit, within bounds."""
    best, least = bkt, loss(samples, weights, bkt)
    for field in BktDefaults.__struct_fields__:
        for change in (-0.4, 0.4, -0.15, 0.15):
            tried = moved(best, field, change)
            if tried != best and (found := loss(samples, weights, tried)) < least:
                best, least = tried, found
    return best


def moved(bkt: BktDefaults, field: str, change: float) -> BktDefaults:
    """`bkt` with one parameter moved along its logit, at most to its bounds."""
    value: float = getattr(bkt, field)
    lowest: float = getattr(LOWEST, field)
    highest: float = getattr(HIGHEST, field)
    logit = log(value / (1 - value)) + change
    bounded = min(max(1 / (1 + exp(-logit)), lowest), highest)
    return msgspec.structs.replace(bkt, **{field: bounded})


def left_out_aucs(samples: Sequence[Sample], bkt: BktDefaults) -> Iterator[tuple[str, float]]:
    """For each file the area on its classes with weights from the other files alone."""
    for file in CLASSES:
        weights = fit_weights([s for s in samples if s.file != file], bkt)
        yield file, area([s for s in samples if s.file == file], weights, bkt)


def fit_stack(samples: Sequence[Sample], kept: BktDefaults | None = None) -> Stack:
    """Weights and tracing defaults in turns, weights last; or weights for those `kept`."""
    bkt = kept or START
    for _ in range(0 if kept else ROUNDS):
        weights = fit_weights(samples, bkt)
        bkt = fit_bkt(samples, weights, bkt)
    weights = fit_weights(samples, bkt)
    provenance = Provenance(
        data=", ".join(CLASSES) + f"; without the learners of the first {HELD_OUT[1]} rows of "
        f"{HELD_OUT[0]}; classes from a cold start, {DEVICES} devices in turn",
        method="signed logistic regression by Newton's method, each log weighing the same; "
        "tracing defaults by coordinate search within bounds; measured as classes move them",
        answers=sum(len(sample.log) for sample in samples),
        log_loss=round(loss(samples, weights, bkt), 4),
        auc=round(area(samples, weights, bkt), 4),
    )
    rounded = {name: round(weight, 4) for name, weight in weights.items()}
    defaults = BktDefaults(*(round(value, 4) for value in bkt.as_tuple()))
    return Stack("stack", 1, rounded, defaults, provenance)


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Fit the stack's weights on response logs.")
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--out", type=Path, default=STACK_FILE)
    parser.add_argument("--left-out", action="store_true", help="also fit without each log")
    parser.add_argument("--keep-tracing", action="store_true", help="fit the weights alone")
    chosen = parser.parse_args(arguments)
    samples = read_samples(chosen.data_dir)
    stack = fit_stack(samples, load_stack().bkt if chosen.keep_tracing else None)
    chosen.out.write_bytes(msgspec.json.format(msgspec.json.encode(stack), indent=2) + b"\n")
    sys.stdout.write(f"{chosen.out}: {stack.provenance}\n")
    if chosen.left_out:
        for file, area in left_out_aucs(samples, stack.bkt):
            sys.stdout.write(f"{file} left out of the fit: auc={area:.4f}\n")


if __name__ == "__main__":
    main()
