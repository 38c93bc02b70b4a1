"""Our calibration of a 2PL by marginal maximum likelihood."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.calibration import calibrate
from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`answers`: one examinee a line; `nodes`."""
    lines = gzip.decompress(Path(arguments["answers"]).read_bytes()).split()
    flat = bytes(digit - ord("0") for line in lines for digit in line)
    n_items = len(lines[0])

    def turn() -> tuple[int, Mapping[str, float]]:
        fitted = calibrate(
            flat, n_items=n_items, nodes=arguments["nodes"], standard_errors=False, threads=1
        )
        return 1, {"log_likelihood": fitted.log_likelihood, "first_a": fitted.a[0]}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
