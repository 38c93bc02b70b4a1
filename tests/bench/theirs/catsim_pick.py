"""catsim picks the item of most information from a bank, 20 items given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from catsim.item_bank import ItemBank  # type: ignore[import-not-found]  # in the peers' venv
from catsim.selection import MaxInfoSelector  # type: ignore[import-not-found]  # the same

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, c, `thetas`, `given`; `c`: whether items are guessed at."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    c = bank["c"] if arguments["c"] else [0.0] * len(bank["a"])
    columns = [bank["a"], bank["b"], c, [1.0] * len(c)]
    items = ItemBank(np.array(columns).T)
    selector = MaxInfoSelector()
    thetas, given = bank["thetas"][: arguments["picks"]], bank["given"]

    def turn() -> tuple[int, Mapping[str, float]]:
        picked = [
            int(selector.select(item_bank=items, administered_items=given, est_theta=theta))
            for theta in thetas
        ]
        return len(thetas), {"first": picked[0], "sum": sum(picked)}

    return Work(version("catsim"), turn)


if __name__ == "__main__":
    serve(set_up)
