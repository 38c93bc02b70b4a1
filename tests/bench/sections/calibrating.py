"""Calibration of item banks beside girth and mirt, all on 61 nodes, one thread."""

from __future__ import annotations

from pathlib import Path

from tests.bench.bench import Bench, Rival
from tests.bench.sides import ours

NODES = 61
SETS = {"1000x50": "<= 0.06", "5000x100": "<= 0.6"}
#: One to warm up, which costs mirt a second, and one to count; girth takes 25 s a turn.
TURNS = 2


def measure(bench: Bench) -> None:
    """The time of a fit; that it is the right one is told by the rows of conformance."""
    if bench.data:
        for name, must in SETS.items():
            _fit(bench, bench.data / f"irt/synthetic_2pl_{name}.csv.gz", name, must)


def _fit(bench: Bench, answers: Path, name: str, must: str) -> None:
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
        turns=TURNS,
    )
