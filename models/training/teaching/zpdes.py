"""ZPDES, the strongest published rule that needs no learner model, for one pupil.

Activities in the zone of proximal development are drawn in proportion to recent learning
progress: the mean success of the latest answers minus that of those before (Clement, Roy,
Oudeyer & Lopes 2015, Journal of Educational Data Mining 7(2):20-48). An activity enters the
zone when what it builds on succeeds, and leaves it when it succeeds itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

#: Answers over which progress is taken: the later half against the earlier one.
WINDOW = 8
#: Success in the later half of the window that opens what builds on a skill.
OPENS = 0.66
#: Success in the whole window that closes a skill.
CLOSES = 0.80
#: How fast quality follows progress, and the share of draws that ignore it.
PACE, EXPLORES = 0.3, 0.35
#: Quality of an activity that enters the zone: worth a look.
FIRST = 0.15
LEAST = 0.02


class Zpdes:
    """One pupil's bandit over skills."""

    def __init__(self, prerequisites: Sequence[Sequence[int]], random: Random) -> None:
        self._before = prerequisites
        self._random = random
        self._last: list[list[bool]] = [[] for _ in prerequisites]
        self._quality = [FIRST] * len(prerequisites)
        self._passed = [False] * len(prerequisites)
        self._closed = [False] * len(prerequisites)
        self._zone = self._reached()

    def draw(self) -> int:
        """The skill that comes next."""
        zone = self._zone
        if self._random.random() < EXPLORES:
            return zone[int(self._random.random() * len(zone))]
        return self._random.choices(zone, [self._quality[skill] for skill in zone])[0]

    def reward(self, skill: int, *, is_right: bool) -> None:
        """Takes in an answer."""
        last = self._last[skill]
        last.append(is_right)
        del last[:-WINDOW]
        half = WINDOW // 2
        if len(last) > half:
            late, early = last[-half:], last[:-half]
            progress = sum(late) / half - sum(early) / len(early)
            moved = (1.0 - PACE) * self._quality[skill] + PACE * progress
            self._quality[skill] = max(LEAST, moved)
        has_passed = len(last) >= half and sum(last[-half:]) / half >= OPENS
        is_closed = len(last) == WINDOW and sum(last) / WINDOW >= CLOSES
        if (has_passed and not self._passed[skill]) or is_closed != self._closed[skill]:
            self._passed[skill] |= has_passed
            self._closed[skill] = is_closed
            self._zone = self._reached()

    def _reached(self) -> list[int]:
        """Open skills; where all of them are closed, any that was passed comes again."""
        reached = [
            skill
            for skill, before in enumerate(self._before)
            if all(self._passed[one] for one in before)
        ]
        return [skill for skill in reached if not self._closed[skill]] or reached
