"""catsim runs adaptive tests, one examinee after the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from catsim.estimation import (  # type: ignore[import-not-found]  # in the peers' venv
    NumericalSearchEstimator,
)
from catsim.initialization import (  # type: ignore[import-not-found]  # the same
    FixedPointInitializer,
)
from catsim.selection import MaxInfoSelector  # type: ignore[import-not-found]  # the same
from catsim.simulation import Simulator  # type: ignore[import-not-found]  # the same
from catsim.stopping import MinErrorStopper  # type: ignore[import-not-found]  # the same

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, thetas; `longest`; `se`: where to stop; `examinees`: how many."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    n_items = len(bank["a"])
    items = np.array([bank["a"], bank["b"], [0.0] * n_items, [1.0] * n_items]).T
    thetas = np.array(bank["thetas"][: arguments["examinees"]])

    def turn() -> tuple[int, Mapping[str, float]]:
        tests = Simulator(
            items,
            thetas,
            FixedPointInitializer(0.0),
            MaxInfoSelector(),
            NumericalSearchEstimator(),
            MinErrorStopper(arguments["se"], max_items=arguments["longest"]),
            seed=arguments["seed"],
        )
        tests.simulate()
        errors = np.array(tests.latest_estimations) - thetas
        lengths = [len(given) for given in tests.administered_items]
        figures = {
            "length": float(np.mean(lengths)),
            "rmse": float(np.sqrt(np.mean(errors * errors))),
        }
        return len(thetas), figures

    return Work(version("catsim"), turn)


if __name__ == "__main__":
    serve(set_up)
