"""Our bank gives the item of most information for each of many abilities, 20 items given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.cat import ItemBank
from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, c, `thetas`, `given`; `c`: whether items are guessed at."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    ids = [str(place) for place in range(len(bank["a"]))]
    items = ItemBank(ids, a=bank["a"], b=bank["b"], c=bank["c"] if arguments["c"] else None)
    thetas: list[float] = bank["thetas"][: arguments["picks"]]
    given = [ids[place] for place in bank["given"]]

    def turn() -> tuple[int, Mapping[str, float]]:
        picked = items.most_informative(thetas, given=given)
        return len(thetas), {"first": picked[0], "sum": sum(picked)}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
