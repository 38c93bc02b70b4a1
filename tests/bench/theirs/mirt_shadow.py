"""mirt assembles a shadow test under quotas by integer programming and picks from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from mirt.cat.content import (  # type: ignore[import-not-found]  # in the peers' venv
    ContentArea,
    ContentBlueprint,
)
from mirt.cat.shadow import ShadowTestSelection  # type: ignore[import-not-found]  # the same
from mirt.models import TwoParameterLogistic  # type: ignore[import-not-found]  # the same

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, area; `quotas`: least and most of each area; `picks` a turn."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    n_items = len(bank["a"])
    model = TwoParameterLogistic(n_items)
    model.set_parameters(discrimination=np.array(bank["a"]), difficulty=np.array(bank["b"]))
    areas = [
        ContentArea(
            f"area {area}",
            items={item for item in range(n_items) if bank["area"][item] == area},
            min_items=least,
            max_items=most,
        )
        for area, (least, most) in enumerate(arguments["quotas"])
    ]
    selection = ShadowTestSelection(
        test_length=arguments["length"], blueprint=ContentBlueprint(areas)
    )
    everything = set(range(n_items))
    thetas = bank["thetas"][: arguments["picks"]]

    def turn() -> tuple[int, Mapping[str, float]]:
        total = 0
        for theta in thetas:
            total += int(selection.select_item(model, theta, everything, [], []))
        return len(thetas), {"sum": total}

    return Work(version("mirt"), turn)


if __name__ == "__main__":
    serve(set_up)
