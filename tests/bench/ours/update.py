"""One answer into the hub's tracer, its chance and every reason read."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from hub.kernels import __version__
from tests.bench.inputs import class_of
from tests.bench.turns import Work, serve

LEARNERS, SKILLS, ITEMS = 30, 10, 100


def set_up(arguments: dict[str, Any]) -> Work:
    """`updates`: how many answers make a turn."""
    chance = random.Random(1)
    tracer = class_of(LEARNERS, SKILLS, ITEMS)
    asked = [
        (chance.randrange(LEARNERS), chance.randrange(ITEMS), bool(chance.randrange(2)))
        for _ in range(arguments["updates"])
    ]

    def turn() -> tuple[int, Mapping[str, float]]:
        for learner, item, right in asked:
            traced = tracer.answer(learner, item, right)
            told = (traced.p, traced.reasons)
        return len(asked), {"p": told[0]}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
