"""What every section of the table stands on: the data, the peers, and how a time is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.peers import Peers
from tests.bench.sides import Call, Measured, SideFailed, take_turns
from tests.show import Peer, Show

#: The machines are shared: a time may be off by so much before the run fails.
TIME_SLACK = 2.0
_SCALES = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


@dataclass(frozen=True, slots=True)
class Rival:
    """A peer's side: its name in the table, its library, its module and arguments."""

    name: str
    library: str
    module: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    #: Ours must be so many times faster, in the same run.
    must: float | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: where figures go, where logs are, who runs beside us."""

    show: Show
    data: Path | None
    peers: Peers | None

    def times(
        self,
        name: str,
        ours: Call,
        unit: str,
        must: str = "",
        *,
        rivals: Sequence[Rival] = (),
        turns: int = 4,
        is_middle: bool = False,
    ) -> dict[str, Measured]:
        """A row of CPU time a piece of work, one more for each further peer; what was measured.

        The best of the turns, or their middle. Empty where our side broke, which is told.
        """
        measured = self.measure(name, ours, rivals, turns)
        if not measured:
            return {}
        own = _told(measured["ours"], unit, is_middle=is_middle)
        running = [rival for rival in rivals if rival.name in measured]
        peers = {
            rival.name: self._peer(rival, measured, own, unit, is_middle=is_middle)
            for rival in running
        }
        first = peers.get(running[0].name) if running else None
        self.show.row(name, own, unit, must, slack=TIME_SLACK, peer=first)
        for rival in running[1:]:
            self.show.row(f"{name}, beside {rival.name}", own, unit, peer=peers[rival.name])
        for rival in running:
            if rival.must is not None:
                ratio, bar = peers[rival.name].ratio, f">= {rival.must:g}"
                self.show.row(f"{name}, times {rival.name}", ratio, "x", bar, slack=TIME_SLACK)
        return measured

    def measure(
        self, name: str, ours: Call, rivals: Sequence[Rival], turns: int
    ) -> dict[str, Measured]:
        """Both sides in turns, by name; a side that broke is told in the table and left out."""
        present = list(rivals) if self.peers else []
        calls = [ours]
        if self.peers:
            calls += [self.peers.call(rival.module, **rival.arguments) for rival in present]
        found: dict[str, Measured] = {}
        sides = ["ours", *(rival.name for rival in present)]
        for side, outcome in zip(sides, take_turns(calls, turns), strict=True):
            if isinstance(outcome, SideFailed):
                self.show.broken(f"{name}: {side}", str(outcome))
            else:
                found[side] = outcome
        return found if "ours" in found else {}

    def _peer(
        self,
        rival: Rival,
        measured: Mapping[str, Measured],
        own: float,
        unit: str,
        *,
        is_middle: bool,
    ) -> Peer:
        theirs = _told(measured[rival.name], unit, is_middle=is_middle)
        version = measured[rival.name].version
        return Peer(rival.name, version, theirs, short(theirs / own))


def short(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def _told(side: Measured, unit: str, *, is_middle: bool) -> float:
    return short((side.middle_s if is_middle else side.best_s) * _SCALES[unit])
