"""pyBKT's C++ EM on one skill: so many iterations from fixed parameters, on one thread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from pyBKT.fit import EM_fit  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`answers`: a file of `lengths` and `rights`; `start`: the five parameters."""
    answers = json.loads(Path(arguments["answers"]).read_text())
    lengths = np.array(answers["lengths"], dtype=np.int64)
    rights = np.array(answers["rights"], dtype=np.int32)
    log = {
        "data": (rights + 1)[np.newaxis, :],
        "starts": np.cumsum(lengths) - lengths + 1,
        "lengths": lengths,
        "resources": np.ones(len(rights), dtype=np.int64),
    }
    iterations = int(arguments["iterations"])

    def turn() -> tuple[int, Mapping[str, float]]:
        # A tolerance of 0 never stops it: it asks for a difference below.
        start = model(**arguments["start"])
        fitted, seen = EM_fit.EM_fit(start, log, tol=0, maxiter=iterations, parallel=False)
        if len(seen) != iterations:
            raise RuntimeError(f"{len(seen)} iterations, not {iterations}")
        return len(rights) * iterations, {"prior": float(fitted["pi_0"][1][0])}

    return Work(version("pyBKT"), turn)


def model(
    prior: float, learn: float, forget: float, guess: float, slip: float
) -> dict[str, Any]:
    """The parameters as pyBKT keeps them."""
    return {
        "learns": np.array([learn]),
        "forgets": np.array([forget]),
        "guesses": np.array([guess]),
        "slips": np.array([slip]),
        "prior": prior,
        "pi_0": np.array([[1 - prior], [prior]]),
        "As": np.array([[[1 - learn, forget], [learn, 1 - forget]]]),
    }


if __name__ == "__main__":
    serve(set_up)
