"""The next activity of each learner of a class, in one call."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from hub.kernels import __version__
from tests.bench.inputs import class_of
from tests.bench.turns import Work, serve

LEARNERS, SKILLS, ITEMS = 30, 200, 2_000
ANSWERS = 3_000


def set_up(arguments: dict[str, Any]) -> Work:
    """`classes`: how many times the whole class is planned in a turn."""
    chance = random.Random(1)
    tracer = class_of(LEARNERS, SKILLS, ITEMS)
    tracer.answer_many(
        [chance.randrange(LEARNERS) for _ in range(ANSWERS)],
        [chance.randrange(ITEMS) for _ in range(ANSWERS)],
        [chance.random() < 0.6 for _ in range(ANSWERS)],
    )

    learners, rules = list(range(LEARNERS)), tracer.rules()

    def turn() -> tuple[int, Mapping[str, float]]:
        for _ in range(arguments["classes"]):
            planned = tracer.plan_many(learners, rules)
        return arguments["classes"], {"planned": sum(choice is not None for choice in planned)}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
