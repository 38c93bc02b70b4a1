"""mirt runs adaptive tests for many examinees in its fastest way: its Rust batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from mirt.cat import CATEngine  # type: ignore[import-not-found]  # in the peers' venv
from mirt.models import TwoParameterLogistic  # type: ignore[import-not-found]  # the same

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, thetas; `longest`; `se`: where to stop; `examinees`: how many."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    thetas = np.array(bank["thetas"][: arguments["examinees"]])
    model = TwoParameterLogistic(len(bank["a"]))
    model.set_parameters(discrimination=np.array(bank["a"]), difficulty=np.array(bank["b"]))
    model._is_fitted = True
    engine = CATEngine(
        model,
        se_threshold=arguments["se"],
        max_items=arguments["longest"],
        n_quadpts=61,
        seed=arguments["seed"],
    )

    def turn() -> tuple[int, Mapping[str, float]]:
        results = engine.run_batch_simulation(thetas)
        errors = np.array([result.theta for result in results]) - thetas
        lengths = [result.n_items_administered for result in results]
        figures = {
            "length": float(np.mean(lengths)),
            "rmse": float(np.sqrt(np.mean(errors * errors))),
        }
        return len(thetas), figures

    return Work(version("mirt"), turn)


if __name__ == "__main__":
    serve(set_up)
