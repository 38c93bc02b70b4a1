"""catsim estimates ability by maximum likelihood from 20 answers."""

from __future__ import annotations

import random
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
from catsim.estimation import (  # type: ignore[import-not-found]  # in the peers' venv
    NumericalSearchEstimator,
)
from catsim.item_bank import ItemBank  # type: ignore[import-not-found]  # the same

from tests.bench.turns import Work, serve

ANSWERS = 20


def set_up(arguments: dict[str, Any]) -> Work:
    """`updates`: how many make a turn."""
    chance = random.Random(1)
    rows = [
        [chance.lognormvariate(0.1, 0.3), chance.gauss(0.0, 1.2), 0.0, 1.0]
        for _ in range(ANSWERS)
    ]
    rights = [chance.random() < 0.5 for _ in range(ANSWERS)]
    bank = ItemBank(np.array(rows))
    estimator = NumericalSearchEstimator()
    given = list(range(ANSWERS))

    def turn() -> tuple[int, Mapping[str, float]]:
        for _ in range(arguments["updates"]):
            theta = estimator.estimate(
                item_bank=bank, administered_items=given, response_vector=rights, est_theta=0.0
            )
        return arguments["updates"], {"theta": float(theta)}

    return Work(version("catsim"), turn)


if __name__ == "__main__":
    serve(set_up)
