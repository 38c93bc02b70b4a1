"""The planner before simulated pupils, under every law of learning: does it teach?"""

from __future__ import annotations

from models.training.teaching.report import Design, simulate
from models.training.teaching.school import TROUBLES
from models.training.teaching.table import FIXED, HUB, ZPDES, verdicts
from tests.bench.bench import Bench, short

#: The reported seeds and class sizes, without troubles: `mangotree simulate teach` has all.
DESIGN = Design(rules=(HUB, ZPDES, FIXED), troubles=TROUBLES[:1])
_SIGNS = {"at least": ">=", "at most": "<="}


def measure(bench: Bench) -> None:
    """The worst law for each bar; all figures come from the laws' own tests."""
    report = simulate(DESIGN)
    for verdict in verdicts(report, DESIGN.troubles[0].name):
        words, number = verdict.bar.rsplit(" ", 1)
        name = f"teaching, {verdict.what}, worst law ({verdict.law})"
        bench.show.row(name, short(verdict.value), "of 1", f"{_SIGNS[words]} {number}")
