"""Our bank assembles a shadow test under quotas and tells its items."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.kernels import __version__
from hub.kernels.cat import ItemBank
from tests.bench.turns import Work, serve


def set_up(arguments: dict[str, Any]) -> Work:
    """`bank`: columns a, b, area; `quotas`: least and most of each area; `picks` a turn."""
    bank = json.loads(Path(arguments["bank"]).read_text())
    ids = [str(place) for place in range(len(bank["a"]))]
    areas = [f"area {area}" for area in bank["area"]]
    items = ItemBank(ids, a=bank["a"], b=bank["b"], area=areas)
    quotas = {
        f"area {at}": (least, most) for at, (least, most) in enumerate(arguments["quotas"])
    }
    thetas: list[float] = bank["thetas"][: arguments["picks"]]

    def turn() -> tuple[int, Mapping[str, float]]:
        total = 0
        for theta in thetas:
            found = items.shadow(theta, arguments["length"], quotas=quotas)
            total += int(found.items[0]) if found else -1
        return len(thetas), {"sum": total}

    return Work(__version__, turn)


if __name__ == "__main__":
    serve(set_up)
