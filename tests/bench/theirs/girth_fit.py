"""girth calibrates a 2PL by marginal maximum likelihood."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from girth import twopl_mml  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`answers`: one examinee a line; its default of 41 nodes is raised to `nodes`."""
    lines = gzip.decompress(Path(arguments["answers"]).read_bytes()).split()
    answers = np.array([list(line) for line in lines], dtype=np.int64) - ord("0")
    items = np.ascontiguousarray(answers.T)

    def turn() -> tuple[int, Mapping[str, float]]:
        fitted = twopl_mml(items, {"quadrature_n": arguments["nodes"]})
        return 1, {"first_a": float(fitted["Discrimination"][0])}

    return Work(version("girth"), turn)


if __name__ == "__main__":
    serve(set_up)
