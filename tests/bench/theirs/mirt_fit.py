"""mirt calibrates a 2PL by marginal maximum likelihood."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from mirt import fit_mirt  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`answers`: one examinee a line; its default of 21 nodes is raised to `nodes`."""
    lines = gzip.decompress(Path(arguments["answers"]).read_bytes()).split()
    answers = np.array([list(line) for line in lines], dtype=np.int64) - ord("0")

    def turn() -> tuple[int, Mapping[str, float]]:
        fitted = fit_mirt(
            answers, model="2PL", n_quadpts=arguments["nodes"], compute_standard_errors=False
        )
        return 1, {"log_likelihood": float(fitted.log_likelihood)}

    return Work(version("mirt"), turn)


if __name__ == "__main__":
    serve(set_up)
