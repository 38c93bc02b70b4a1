"""The way of an answer in class: one update, one plan, the size of a class's state."""

from __future__ import annotations

from tests.bench.bench import Bench, Rival
from tests.bench.inputs import class_of
from tests.bench.sides import ours

BIG_CLASS = (40, 500, 5_000)


def measure(bench: Bench) -> None:
    """Updates beside pyBKT's Roster; what no peer has stands alone."""
    bench.times(
        "one answer from Python, reasons read",
        ours("update", updates=20_000),
        "us",
        "<= 2",
        rivals=[Rival("pyBKT Roster C++", "pyBKT", "pybkt_update", {"updates": 300}, 40)],
    )
    bench.times(
        "plan: 30 learners, 200 skills, 2,000 items", ours("plan", classes=20), "ms", "<= 1"
    )
    learners, skills, items = BIG_CLASS
    tracer = class_of(*BIG_CLASS)
    tracer.answer_many(
        [learner for learner in range(learners) for _ in range(items)],
        [item for _ in range(learners) for item in range(items)],
        [item % 3 > 0 for _ in range(learners) for item in range(items)],
    )
    name = f"state: {learners} learners, {skills} skills, {items:,} items, all answered"
    bench.show.row(name, round(len(tracer.to_bytes()) / 1e6, 3), "MB", "<= 2")
