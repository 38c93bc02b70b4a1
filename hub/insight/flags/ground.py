"""What flags must know of a class's packs: an activity's skills, and what they build on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Located:
    """An activity in its pack, by ids: they stay when a class goes on with another pack."""

    item: str
    skills: tuple[str, ...]
    has_hints: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """`locate` finds the activity of an item's place and a seed; None for one of no pack.

    `prerequisites` are skills' ids by the id of the skill that builds on them.
    """

    locate: Callable[[int, int], Located | None]
    prerequisites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
