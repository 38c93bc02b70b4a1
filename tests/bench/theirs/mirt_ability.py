"""mirt's Rust scores 20 answers on 61 nodes: it keeps no posterior, so it does all 20 again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
from mirt import mirt_rs  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve

ANSWERS = 20


def set_up(arguments: dict[str, Any]) -> Work:
    """`updates`: how many make a turn."""
    chance = random.Random(1)
    a = np.array([chance.lognormvariate(0.1, 0.3) for _ in range(ANSWERS)])
    b = np.array([chance.gauss(0.0, 1.2) for _ in range(ANSWERS)])
    rights = np.array([chance.randrange(2) for _ in range(ANSWERS)], dtype=np.int32)
    nodes = np.linspace(-4.0, 4.0, 61)
    weights = np.exp(-nodes * nodes / 2)
    weights /= weights.sum()
    items = np.arange(ANSWERS, dtype=np.int32)

    def turn() -> tuple[int, Mapping[str, float]]:
        for _ in range(arguments["updates"]):
            theta, sd = mirt_rs.cat_eap_update(items, rights, a, b, nodes, weights)
        return arguments["updates"], {
            "theta": float(np.ravel(theta)[0]),
            "sd": float(np.ravel(sd)[0]),
        }

    return Work(version("mirt"), turn)


if __name__ == "__main__":
    serve(set_up)
