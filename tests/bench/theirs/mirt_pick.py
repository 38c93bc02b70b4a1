"""mirt's Rust picks the item of most information from a bank, 20 items given.

Its compiled function itself is called: the wrapper adds 20 us of checks to each pick. It knows
items without guessing only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from mirt import mirt_rs  # type: ignore[import-not-found]  # in the peers' venv

from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, `thetas`, `given`; `picks`: how many make a turn."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    a, b = np.array(bank["a"]), np.array(bank["b"])
    thetas = bank["thetas"][: arguments["picks"]]
    open_items = np.ones(len(a), dtype=np.bool_)
    open_items[bank["given"]] = False

    def turn() -> tuple[int, Mapping[str, float]]:
        picked = [int(mirt_rs.cat_select_max_info(theta, a, b, open_items)) for theta in thetas]
        return len(thetas), {"first": picked[0], "sum": sum(picked)}

    return Work(version("mirt"), turn)


if __name__ == "__main__":
    serve(set_up)
