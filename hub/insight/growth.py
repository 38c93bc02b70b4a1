"""How far a learner's trees have grown: for the child's eyes, where a tree never shrinks."""

from __future__ import annotations

from hub.kernels import MASTERED

#: Trees below mastery: a seed, a sprout, and four that grow; the one after bears fruit.
SIZES = 6


class Grown:
    """The tallest that each tree was since the hub started; safe from any thread.

    P(L) goes down with a wrong answer, and the teacher's page shows it. A child who sees its
    tree shrink learns that trying costs something; here it stands still. The next day begins
    with what is so.
    """

    def __init__(self) -> None:
        self._tallest: dict[tuple[int, str], int] = {}

    def see(self, learner: int, skill: str, mastery: float) -> int:
        """The tree of the skill `skill`, by its id, at `mastery` now: never a smaller one."""
        tallest = max(tree_size(mastery), self._tallest.get((learner, skill), 0))
        self._tallest[learner, skill] = tallest
        return tallest


def tree_size(mastery: float) -> int:
    """The tree that stands for `mastery`."""
    return SIZES if mastery >= MASTERED else min(SIZES - 1, int(mastery * SIZES))
