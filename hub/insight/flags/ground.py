"""What flags must know of a class's packs: an activity's skills, and what they build on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Located:
    """An activity in its pack, by ids: they stay when a class goes on with another pack."""

    item: str
    skills: tuple[str, ...]
    has_hints: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """`locate` finds the activity of an item's place and a seed; None for one of no pack.

    `before` gives the ids of the skills that the one with this id builds on.
    """

    locate: Callable[[int, int], Located | None]
    before: Callable[[str], tuple[str, ...]] = lambda _: ()
