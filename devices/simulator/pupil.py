"""A pupil with a true ability and skills that grow with practice: what a hub must find out."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from devices.simulator.mistakes import plausible_mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from devices.messages import Activity

    #: What the domain pack knows of an activity.
    Solve = Callable[[Activity], "Known"]

#: A guess of an open number is rarely right; a child who knows slips about once in twenty.
GUESS = 0.02
SLIP = 0.05
#: Ability and difficulty have the same spread, as item banks of primary mathematics do.
ABILITY_SD = 1.0
DIFFICULTY_SD = 1.0
#: Log-odds gained by one practice of a skill; pupils differ by a factor of about two.
GROWTH_MEDIAN = 0.12
GROWTH_SPREAD = 0.4
#: Lognormal seconds for an answer: median 6 s, one answer in forty longer than 24 s.
MEDIAN_S = 6.0
TIME_SPREAD = 0.7
#: One who knows answers faster: log seconds per unit of log-odds.
FLUENCY = 0.1


@dataclass(frozen=True, slots=True)
class Known:
    """The right answer, and wrong ones that learners give: by a known rule, by a guess."""

    right: str
    wrong: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """What a pupil gives to an activity, and the seconds it took."""

    answer: str
    is_right: bool
    seconds: float
    hints: int


@dataclass(slots=True)
class Pupil:
    """One learner; two of the same `seed` and learner answer alike, word for word."""

    learner: int
    seed: int
    solve: Solve
    practised: dict[str, int] = field(default_factory=dict)
    rng: Random = field(init=False)
    ability: float = field(init=False)
    growth: float = field(init=False)

    def __post_init__(self) -> None:
        own = f"{self.seed}/learner/{self.learner}"
        self.rng = Random(own)  # noqa: S311 - a simulation is repeatable, not secret
        self.ability = self.rng.gauss(0.0, ABILITY_SD)
        self.growth = GROWTH_MEDIAN * math.exp(self.rng.gauss(0.0, GROWTH_SPREAD))

    def respond(self, activity: Activity) -> Response:
        """Answer `activity`, and learn from it."""
        known = self.solve(activity)
        logit = self._logit(activity.skill)
        is_right = self.rng.random() < self.chance(activity.skill)
        answer = known.right if is_right else self._mistake(known, activity.prompt)
        seconds = self.rng.lognormvariate(math.log(MEDIAN_S) - FLUENCY * logit, TIME_SPREAD)
        hints = int(not is_right and self.rng.random() < 0.2)
        self.practised[activity.skill] = self.practised.get(activity.skill, 0) + 1
        return Response(answer, is_right, seconds, hints)

    def _mistake(self, known: Known, prompt: str) -> str:
        wrong = [one for one in known.wrong if one != known.right]
        return (
            self.rng.choice(wrong)
            if wrong
            else plausible_mistake(known.right, prompt, self.rng)
        )

    def chance(self, skill: str) -> float:
        """The true probability of a right answer now: logistic in the practice of `skill`."""
        knows = 1.0 / (1.0 + math.exp(-self._logit(skill)))
        return GUESS + (1.0 - GUESS - SLIP) * knows

    def _logit(self, skill: str) -> float:
        practice = self.growth * self.practised.get(skill, 0)
        return self.ability + practice - skill_difficulty(self.seed, skill)


def skill_difficulty(seed: int, skill: str) -> float:
    """How hard `skill` is for everyone in the class that `seed` makes."""
    drawn = Random(f"{seed}/skill/{skill}")  # noqa: S311 - every pupil must meet the same
    return drawn.gauss(0.0, DIFFICULTY_SD)
