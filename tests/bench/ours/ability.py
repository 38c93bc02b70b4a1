"""Our EAP and its SD from 20 answers on 61 nodes, for many learners in one call."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from hub.kernels import __version__
from hub.kernels.irt import ItemBank, score
from tests.bench.turns import Work, serve

ANSWERS = 20


def set_up(arguments: dict[str, Any]) -> Work:
    """`updates`: how many learners make a turn."""
    chance = random.Random(1)
    a = [chance.lognormvariate(0.1, 0.3) for _ in range(ANSWERS)]
    b = [chance.gauss(0.0, 1.2) for _ in range(ANSWERS)]
    bank = ItemBank.binary([str(place) for place in range(ANSWERS)], a=a, b=b)
    answers = bytes(chance.randrange(2) for _ in range(ANSWERS * arguments["updates"]))

    def turn() -> tuple[int, Mapping[str, float]]:
        found = score(bank, answers, bounds=(-4.0, 4.0), nodes=61)
        return len(found.theta), {"theta": found.theta[0], "sd": found.se[0]}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
