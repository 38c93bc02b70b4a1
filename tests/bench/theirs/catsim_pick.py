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
    """`bank`: a file with columns a, b, c and `asked`; `picks`: how many make a turn."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    columns = [bank["a"], bank["b"], bank["c"], [1.0] * len(bank["a"])]
    items = ItemBank(np.array(columns).T)
    selector = MaxInfoSelector()
    asked = bank["asked"][: arguments["picks"]]

    def turn() -> tuple[int, Mapping[str, float]]:
        total = 0
        for theta, given in asked:
            total += int(
                selector.select(item_bank=items, administered_items=given, est_theta=theta)
            )
        return len(asked), {"sum": total}

    return Work(version("catsim"), turn)


if __name__ == "__main__":
    serve(set_up)
