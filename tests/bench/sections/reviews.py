"""Spaced review: FSRS-6 beside py-fsrs, the same ratings at the same times."""

from __future__ import annotations

from tests.bench.bench import Bench, Rival, short
from tests.bench.sides import ours

PEER = "py-fsrs"
#: Both schedulers compute in doubles; py-fsrs rounds nothing, and neither do we.
SAME = 1e-9


def measure(bench: Bench) -> None:
    """A review of a card from Python, and whether both end with the same memory."""
    arguments = {"reviews": 2_000}
    rival = Rival(PEER, "fsrs", "fsrs_review", arguments)
    name = "FSRS-6: one review of a card from Python"
    measured = bench.times(name, ours("review", **arguments), "us", rivals=[rival])
    if PEER in measured:
        stabilities = [measured[side].figures["stability"] for side in ("ours", PEER)]
        off = short(abs(stabilities[0] / stabilities[1] - 1))
        name = f"FSRS-6: stability after {arguments['reviews']:,} reviews, off by"
        bench.show.row(name, off, "of 1", f"<= {SAME}")
