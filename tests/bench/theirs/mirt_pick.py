"""mirt's Rust picks the item of most information from a bank, 20 items given.

Its compiled function itself is called: the wrapper adds 20 us of checks to each pick. It knows
no guessing, so `c` is left out: a smaller sum than ours.
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
    """`bank`: a file with columns a, b and what is `asked`; `picks`: how many make a turn."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    a, b = np.array(bank["a"]), np.array(bank["b"])
    asked = []
    for theta, given in bank["asked"][: arguments["picks"]]:
        open_items = np.ones(len(a), dtype=np.bool_)
        open_items[given] = False
        asked.append((theta, open_items))

    def turn() -> tuple[int, Mapping[str, float]]:
        total = 0
        for theta, open_items in asked:
            total += int(mirt_rs.cat_select_max_info(theta, a, b, open_items))
        return len(asked), {"sum": total}

    return Work(version("mirt"), turn)


if __name__ == "__main__":
    serve(set_up)
