"""Numbers from a seed, equal on every machine and version."""

from __future__ import annotations

_MASK = (1 << 64) - 1


class Draws:
    """A stream of whole numbers from a seed (SplitMix64, Steele, Lea and Flood 2014)."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self._mixed() % (high - low + 1)

    def shuffled(self, count: int) -> tuple[int, ...]:
        """The numbers from 0 to `count` - 1, each order as likely (Fisher and Yates)."""
        order = list(range(count))
        for place in range(count - 1, 0, -1):
            other = self.between(0, place)
            order[place], order[other] = order[other], order[place]
        return tuple(order)

    def _mixed(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)
