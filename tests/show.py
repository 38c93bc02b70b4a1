"""Figures against their bars: printed as they come, and kept for whoever asks later."""

from __future__ import annotations

import json
import operator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("build/show")
_HOLDS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq, ">": operator.gt}
_MARKS = {True: "holds", False: "MISSED", None: ""}


@dataclass(frozen=True, slots=True)
class Peer:
    """Another library's figure for the same work; `ratio`: how many times better ours is."""

    name: str
    version: str
    value: float
    ratio: float


class Show:
    """One tier's figures; each row has `name, value, unit, must, holds`.

    A row with a peer also has `peer, peer_version, peer_value, ratio`; one that could not be
    measured has no value and says why in `skipped`, or in `broken` where it should have been.
    """

    def __init__(self, tier: str) -> None:
        self._tier = tier
        self._fails = 0
        self.rows: list[dict[str, object]] = []

    def row(
        self,
        name: str,
        value: float,
        unit: str,
        must: str = "",
        *,
        slack: float = 1.0,
        peer: Peer | None = None,
    ) -> None:
        """One figure; `must` reads like `<= 40`, empty where there is no bar.

        `slack`: how many times the bar a missed figure may be off before `save` says so:
        1 for what is right or wrong, more for times on a machine that others use, too.
        """
        holds = None
        if must:
            holds = _holds(value, must, 1.0)
            self._fails += not _holds(value, must, slack)
        self._keep(name, value, unit, must, holds=holds)
        line = f"{name:66} {value:>12,} {unit:14} {must:>10} {_MARKS[holds]:6}"
        if peer:
            self.rows[-1] |= {"peer": peer.name, "peer_version": peer.version}
            self.rows[-1] |= {"peer_value": peer.value, "ratio": peer.ratio}
            line += f" {peer.value:>12,} {peer.name} {peer.version}, x {peer.ratio:,}"
        print(line.rstrip(), flush=True)

    def skip(self, name: str, why: str) -> None:
        """A row that cannot be measured here."""
        self._keep(name, None, "", "", holds=None)
        self.rows[-1]["skipped"] = why
        print(f"{name:66} skipped: {why}", flush=True)

    def broken(self, name: str, why: str) -> None:
        """A row that should have been measured and could not: `save` says so."""
        self._keep(name, None, "", "", holds=False)
        self.rows[-1]["broken"] = why
        self._fails += 1
        print(f"{name:66} BROKEN: {why}", flush=True)

    def sum_up(self) -> None:
        """Prints how many bars hold, which do not, and how many rows were left out."""
        barred = [row for row in self.rows if row["holds"] is not None]
        missed = [row for row in barred if row["holds"] is False]
        left_out = sum("skipped" in row for row in self.rows)
        for row in missed:
            told = f"{row['value']} {row['unit']}, must be {row['must']}"
            print(f"MISSED {row['name']}: {row.get('broken', told)}")
        print(
            f"{len(barred) - len(missed)} of {len(barred)} bars hold, {left_out} rows skipped"
        )

    def save(self) -> bool:
        """Writes build/show/TIER.json; whether every bar holds, each with its slack."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{self._tier}.json").write_text(json.dumps(self.rows, indent=1) + "\n")
        return self._fails == 0

    def _keep(
        self, name: str, value: float | None, unit: str, must: str, *, holds: bool | None
    ) -> None:
        self.rows.append(
            {"name": name, "value": value, "unit": unit, "must": must, "holds": holds}
        )


def _holds(value: float, must: str, slack: float) -> bool:
    sign, bar = must.split(" ")
    eased = float(bar) * slack if sign.startswith("<") else float(bar) / slack
    return bool(_HOLDS[sign](value, eased))
