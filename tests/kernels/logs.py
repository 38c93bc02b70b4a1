"""Made-up logs with known abilities, difficulties and habits, for tests of the stack."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, nan
from random import Random

from hub.kernels.stack import Answers


@dataclass
class MadeUp:
    """A log in which items differ, learners differ, and practice helps."""

    item_skills: list[list[int]]
    n_skills: int
    hardness: list[float]
    learners: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    rights: list[bool] = field(default_factory=list)
    pace_s: list[float] = field(default_factory=list)
    hints: list[float] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)

    def answers(self, *extras: str) -> Answers:
        return Answers(
            self.learners,
            self.items,
            self.rights,
            **{name: getattr(self, name) for name in extras},
        )


ALL = ("pace_s", "hints", "times_s")


def made_up(
    seed: int, n_learners: int = 120, each: int = 40, n_skills: int = 6, n_items: int = 60
) -> MadeUp:
    """Items of one skill or two, learners of different ability; all from the seed."""
    domain = Random(seed)
    skills = [
        domain.sample(range(n_skills), domain.choice((1, 1, 1, 2))) for _ in range(n_items)
    ]
    log = MadeUp(skills, n_skills, [domain.gauss(0, 1.2) for _ in range(n_items)])
    for learner in range(n_learners):
        add_learner(log, Random(1000 * seed + learner), learner, each)
    return log


def add_learner(log: MadeUp, random: Random, learner: int, each: int) -> None:
    ability, time_s = random.gauss(0.4, 1.0), 1e9 + random.random() * 1e6
    practised = [0] * log.n_skills
    for _ in range(each):
        item = random.randrange(len(log.item_skills))
        practice = sum(practised[skill] for skill in log.item_skills[item])
        chance = 1 / (1 + exp(log.hardness[item] - ability - 0.05 * practice))
        is_right = random.random() < chance
        time_s += random.choice((30.0, 60.0, 4000.0, 90_000.0))
        log.learners.append(learner)
        log.items.append(item)
        log.rights.append(is_right)
        log.chances.append(chance)
        log.pace_s.append(random.choice((nan, 3.0, 20.0, 45.0, 600.0)))
        log.hints.append(random.choice((0.0, 0.0, 1.0, 3.0, nan)))
        log.times_s.append(time_s)
        for skill in log.item_skills[item]:
            practised[skill] += 1
