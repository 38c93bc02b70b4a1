"""Children with the same need now: the same wrong rule, or stuck at the same skill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hub.insight.flags import Flag

#: Flags that say of a skill that it does not come.
STUCK = ("stuck_soon", "wheel_spinning")
#: Fewer are no group.
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Alike:
    """Learners of whom the same holds now: `about` is the id of a wrong rule, or of a skill."""

    kind: Literal["rule", "stuck"]
    about: str
    learners: tuple[int, ...]


def alike(flags: Iterable[Flag]) -> list[Alike]:
    """Who of a class has a need in common, by the flags of all in it; most children first.

    A wrong rule comes before a skill: it says what to talk about.
    """
    found: dict[tuple[Literal["rule", "stuck"], str], set[int]] = {}
    for flag in flags:
        if flag.code == "misconception":
            found.setdefault(("rule", str(flag.numbers["rule"])), set()).add(flag.learner)
        elif flag.code in STUCK:
            found.setdefault(("stuck", flag.skill), set()).add(flag.learner)
    many = [
        Alike(kind, about, tuple(sorted(learners)))
        for (kind, about), learners in found.items()
        if len(learners) >= FEWEST
    ]
    return sorted(many, key=lambda one: (-len(one.learners), one.kind, one.about))
