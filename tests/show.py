"""Figures against their bars: printed as they come, and kept for whoever asks later."""

from __future__ import annotations

import json
import operator
from pathlib import Path

FOLDER = Path("build/show")
_HOLDS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq, ">": operator.gt}


class Show:
    """One tier's figures; each row has `name, value, unit, must, holds`."""

    def __init__(self, tier: str) -> None:
        self._tier = tier
        self.rows: list[dict[str, object]] = []

    def row(self, name: str, value: float, unit: str, must: str = "") -> None:
        """One figure; `must` reads like `<= 40`, empty where there is no bar."""
        holds = None
        if must:
            sign, bar = must.split(" ")
            holds = bool(_HOLDS[sign](value, float(bar)))
        fields = {"name": name, "value": value, "unit": unit, "must": must, "holds": holds}
        self.rows.append(fields)
        mark = {True: "holds", False: "MISSED", None: ""}[holds]
        print(f"{name:58} {value:>12,} {unit:14} {must:>10} {mark}", flush=True)

    def save(self) -> bool:
        """Writes build/show/TIER.json; whether every bar holds."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{self._tier}.json").write_text(json.dumps(self.rows, indent=1) + "\n")
        return all(row["holds"] is not False for row in self.rows)
