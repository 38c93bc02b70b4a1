"""Our EM on one skill: so many iterations from fixed parameters, on one thread.

A fit climbs twice here, for all skills pooled and for the one there is, from the same start
over the same answers; equal sequences are walked once, but almost none are equal.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.bkt import PLAIN, Log, Rates, fit
from tests.bench.turns import Work, serve

CLIMBS = 2


def set_up(arguments: dict[str, Any]) -> Work:
    """`answers`: a file of `lengths` and `rights`; `start`: the five parameters."""
    answers = json.loads(Path(arguments["answers"]).read_text())
    lengths: list[int] = answers["lengths"]
    learners = array("q", (who for who, many in enumerate(lengths) for _ in range(many)))
    log = Log(learners, array("q", [0]) * len(learners), bytes(answers["rights"]), ["skill"])
    iterations = int(arguments["iterations"])

    def turn() -> tuple[int, Mapping[str, float]]:
        model = fit(
            log,
            PLAIN,
            starts=1,
            start=Rates(**arguments["start"]),
            minimum=0,
            iterations=iterations,
            tolerance=0.0,
            threads=1,
        )
        skill = model.skills["skill"]
        if len(skill.path) != iterations + 1:
            raise RuntimeError(f"{len(skill.path) - 1} iterations, not {iterations}")
        return CLIMBS * len(learners) * iterations, {"prior": skill.rates.prior}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
