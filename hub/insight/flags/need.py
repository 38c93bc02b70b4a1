"""How much a learner needs a visit: one number that adds up, to rank a class by.

A raised hand comes first, then struggle, then idleness: teachers left alone go to the idle,
while help that follows struggle is what goes with learning (Jin et al. 2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from hub.insight.flags.flag import Flag, Now, Part

#: No sum of the others reaches it.
HAND = 100.0
#: What a flag adds at its strongest. Struggle: above 1 each; idleness: at most 1 together.
STRENGTH = {
    "stuck_soon": 8.0,
    "wheel_spinning": 4.0,
    "misconception": 4.0,
    "prerequisite": 3.0,
    "forgetting": 2.0,
    "help_avoidance": 2.0,
    "rapid_guessing": 6.0,
    "gaming": 3.0,
    "hint_abuse": 2.0,
    "idle": 1.0,
    "ready": 0.5,
}
#: Counts above a limit and log-odds both go to a share of the strength by the logistic curve.
EVEN = 1.0


@dataclass(frozen=True, slots=True)
class Need:
    """`score` is the sum of `parts`, each a flag's code or HAND; `top` is the flag to tell."""

    learner: int
    score: float
    parts: tuple[Part, ...]
    top: Flag | None


def need(learner: int, parts: Sequence[Part], now: Now, top: Flag | None) -> Need:
    """What `parts`, the strongest of each code, and a raised hand come to."""
    hand = () if now.hand_up is None else (Part("HAND", HAND, (now.hand_up,)),)
    told = (*hand, *parts)
    return Need(learner, sum(part.value for part in told), told, top)


def weight(code: str, score: float) -> float:
    """What a flag adds to the need: its strength, by how far it is above its limit."""
    return STRENGTH[code] / (1.0 + exp(-(score + EVEN)))
