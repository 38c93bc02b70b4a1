"""The published rules as they stand, on a learner's answers to one skill: to measure against.

None of them decides anything in the hub.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Kolibri 0.19.5, kolibri/core/notifications/api.py: more than three failed interactions.
KOLIBRI_FAILED = 4
#: Wise & Kong (2005): share of answers with solution behaviour; below it, effort was low.
LOW_EFFORT = 0.9


def four_wrong(failed: int) -> bool:
    """Kolibri's "needs help": four failed interactions with an exercise since it was begun.

    Wrong answers, further tries and hints all count; nothing takes any of it back until the
    exercise is mastered.
    """
    return failed >= KOLIBRI_FAILED


def spins(rights: Sequence[bool], within: int = 10, in_a_row: int = 3) -> bool | None:
    """Beck & Gong (2013): whether three right in a row never came `within` so many answers.

    None where there were too few answers to say: indeterminate.
    """
    run = 0
    for is_right in rights[:within]:
        run = run + 1 if is_right else 0
        if run == in_a_row:
            return False
    return True if len(rights) >= within else None


def open_at(rights: Sequence[bool], within: int = 5) -> bool:
    """The same rule cut short: not mastered by so many answers."""
    return spins(rights, within) is not False


def effort(quick: Sequence[bool]) -> float:
    """Response time effort: the share of answers that took long enough to be thought about."""
    return 1.0 - sum(quick) / len(quick) if quick else 1.0


def avoids_help(wrong: int, hints: int, mastery: float) -> bool:
    """Three or more wrong answers, not one hint, low mastery (after Aleven et al. 2006)."""
    return wrong >= 3 and hints == 0 and mastery < 0.5
