"""What a picture of a model shows: promise against outcome, and success by opportunity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.training.logs import Log


@dataclass(frozen=True, slots=True)
class Point:
    """Answers that belong together: what was promised of them on average, and what came."""

    at: float
    promised: float
    kept: float
    answers: int


def calibration_curve(
    chances: Sequence[float], rights: Sequence[bool], bins: int = 10
) -> list[Point]:
    """One point for each of `bins` equally wide ranges of chance that holds answers.

    `at` is the middle of the range. A model is calibrated where promised equals kept.
    """
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for chance, is_right in zip(chances, rights, strict=True):
        groups[min(int(chance * bins), bins - 1)].append((chance, is_right))
    return [_point((place + 0.5) / bins, group) for place, group in enumerate(groups) if group]


def learning_curve(log: Log, chances: Sequence[float], longest: int = 20) -> list[Point]:
    """Success at the first, second, ... opportunity on a skill, over learners and skills.

    An answer to an item of several skills counts once for each. Where those who master a skill
    leave it, later points hold the slower learners: a flat curve need not mean no learning.
    """
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(longest)]
    met: dict[tuple[int, int], int] = {}
    for learner, item, is_right, chance in zip(
        log.learners, log.items, log.rights, chances, strict=True
    ):
        for skill in log.item_skills[item]:
            opportunity = met.get((learner, skill), 0)
            met[learner, skill] = opportunity + 1
            if opportunity < longest:
                groups[opportunity].append((chance, is_right))
    return [_point(place + 1, group) for place, group in enumerate(groups) if group]


def _point(at: float, group: Sequence[tuple[float, bool]]) -> Point:
    count = len(group)
    promised = sum(chance for chance, _ in group) / count
    return Point(at, promised, sum(is_right for _, is_right in group) / count, count)
