"""Calibration of item banks beside girth and mirt, all on 61 nodes, one thread."""

from __future__ import annotations

from pathlib import Path

from tests.bench.bench import Bench, Rival
from tests.bench.sides import ours

NODES = 61
#: Which answers, the bar in seconds, and the turns that the slowest peer leaves time for.
SETS = (("1000x50", "<= 0.06", 2), ("5000x100", "<= 0.6", 1))


def measure(bench: Bench) -> None:
    """The time of a fit; that it is the right one is told by the rows of conformance."""
    if bench.data:
        for name, must, turns in SETS:
            _fit(bench, bench.data / f"irt/synthetic_2pl_{name}.csv.gz", name, must, turns)


def _fit(bench: Bench, answers: Path, name: str, must: str, turns: int) -> None:
    arguments = {"answers": str(answers.absolute()), "nodes": NODES}
    bench.times(
        f"2PL calibration, {name.replace('x', ' x ')}, {NODES} nodes",
        ours("calibrate", **arguments),
        "s",
        must,
        rivals=[
            Rival("mirt", "mirt", "mirt_fit", arguments),
            Rival("girth", "girth", "girth_fit", arguments),
        ],
        turns=turns,
    )
