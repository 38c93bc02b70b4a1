"""Our adaptive tests for many examinees in one call, one thread."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.cat import ItemBank, Stop
from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, thetas; `longest`; `se`: where to stop; `examinees`: how many."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    ids = [str(place) for place in range(len(bank["a"]))]
    items = ItemBank(ids, a=bank["a"], b=bank["b"])
    thetas: list[float] = bank["thetas"][: arguments["examinees"]]
    stop = Stop(max=arguments["longest"], se=arguments["se"])
    seed = int(arguments["seed"])

    def turn() -> tuple[int, Mapping[str, float]]:
        found = items.simulate(thetas, stop=stop, seed=seed, threads=1)
        errors = [told - theta for told, theta in zip(found.theta, thetas, strict=True)]
        figures = {
            "length": sum(found.lengths) / len(thetas),
            "rmse": math.sqrt(sum(error * error for error in errors) / len(thetas)),
        }
        return len(thetas), figures

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
