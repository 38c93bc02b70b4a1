"""Response logs as the columns that a tracer takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.domain.response_log import Response


@dataclass(frozen=True, slots=True)
class Log:
    """Answers in the order in which they came; names became indices from 0."""

    learners: list[int]
    items: list[int]
    rights: list[bool]
    item_skills: list[list[int]]
    n_skills: int

    @property
    def n_learners(self) -> int:
        """How many learners answered."""
        return 1 + max(self.learners, default=-1)

    def __len__(self) -> int:
        return len(self.learners)


def as_log(rows: Iterable[Response]) -> Log:
    """`rows` with each name replaced by its place in the order of first appearance."""
    users: dict[str, int] = {}
    items: dict[str, int] = {}
    skills: dict[str, int] = {}
    log = Log([], [], [], [], 0)
    for row in rows:
        if row.item not in items:
            item_skills = dict.fromkeys(row.skills)
            log.item_skills.append([skills.setdefault(s, len(skills)) for s in item_skills])
        log.learners.append(users.setdefault(row.user, len(users)))
        log.items.append(items.setdefault(row.item, len(items)))
        log.rights.append(row.is_right)
    return Log(log.learners, log.items, log.rights, log.item_skills, len(skills))


def interleaved(log: Log, devices: int) -> Log:
    """`log` as a class sends it: learners share out `devices`, which answer in turn."""
    turns: list[list[int]] = [[] for _ in range(devices)]
    for place, learner in enumerate(log.learners):
        turns[learner % devices].append(place)
    longest = max(map(len, turns), default=0)
    order = [turn[at] for at in range(longest) for turn in turns if at < len(turn)]
    return Log(
        _picked(log.learners, order),
        _picked(log.items, order),
        [log.rights[place] for place in order],
        log.item_skills,
        log.n_skills,
    )


def _picked(column: Sequence[int], order: Sequence[int]) -> list[int]:
    return [column[place] for place in order]
