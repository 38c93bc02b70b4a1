"""Which answers came too quickly to have been thought about, from the class's own times.

NT10 (Wise & Ma 2012): quicker than a tenth of the item's mean time, and never a limit above
10 s. An item with too few times is judged by a tenth of the mean of all items of the class;
a class with too few, by 3 s, the fixed rule that NT10 was made to better.

The means move in blocks: an answer is judged by the answers before its block, so that a
replay of the log that begins a while earlier judges it the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

#: Wise & Ma (2012), annual meeting of the NCME: a tenth, at most 10 s.
SHARE, CAP_MS = 0.1, 10_000
#: The fixed limit, where nothing is known yet.
FIXED_MS = 3_000
#: Times until a mean counts: an item's, a class's.
ENOUGH, ENOUGH_OF_ALL = 10, 50
#: Rows of the log in a block, and how far back a block's means look.
BLOCK, BACK = 256, 4_096
#: A longer time is a tablet left alone, and would lift the mean.
LONGEST_MS = 600_000

Source = Literal["item", "class", "fixed"]


@dataclass(frozen=True, slots=True)
class Limit:
    """Below `ms` an answer is a guess; `source` says whose times gave it."""

    ms: float
    source: Source


FIXED = Limit(FIXED_MS, "fixed")


class Pace:
    """The limits of one class's items, as its latest times make them."""

    def __init__(self) -> None:
        self._times: deque[tuple[int, str, int]] = deque()
        self._block = -1
        self._limits: dict[str, Limit] = {}
        self._of_all = FIXED

    def hear(self, hub_seq: int, item: str, ms: int) -> Limit:
        """The limit for this answer; its own time counts for answers of later blocks."""
        block = hub_seq // BLOCK
        if block != self._block:
            self._begin(block)
        if 0 < ms <= LONGEST_MS:
            self._times.append((hub_seq, item, ms))
        return self._limits.get(item, self._of_all)

    def _begin(self, block: int) -> None:
        self._block = block
        oldest = block * BLOCK - BACK
        while self._times and self._times[0][0] < oldest:
            self._times.popleft()
        found: dict[str, list[int]] = {}
        for _, item, ms in self._times:
            found.setdefault(item, []).append(ms)
        every = len(self._times)
        total = sum(ms for _, _, ms in self._times)
        self._of_all = _limit(total / every, "class") if every >= ENOUGH_OF_ALL else FIXED
        self._limits = {
            item: _limit(sum(times) / len(times), "item")
            for item, times in found.items()
            if len(times) >= ENOUGH
        }


def _limit(mean_ms: float, source: Source) -> Limit:
    return Limit(min(SHARE * mean_ms, CAP_MS), source)
