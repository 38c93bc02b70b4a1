"""Law B: a skill is not known until it falls into place at one blow; nights take some back.

All-or-none learning (Bower 1961, Psychometrika 26:255-280) with gates: with a prerequisite
missing, the blow is rare. It differs from the hub's tracing in what that leaves out: gates,
each pupil's own rate, forgetting by nights and not by answers, quicker learning of what was
once known, and items whose difficulty moves guesses and slips.
"""

from __future__ import annotations

from math import exp
from random import Random

from models.training.teaching.chances import logit, sigmoid
from models.training.teaching.course import Course
from models.training.teaching.laws import Law, Noise

#: Chance that an answer makes the skill known, its spread between pupils.
LEARN, LEARN_SPREAD = 0.14, 0.5
#: What is left of it for each prerequisite that is missing.
GATED = 0.18
#: What was known once comes back this many times as fast.
SAVING = 2.0
#: Chance that a night takes a skill that was not practised that day.
NIGHT = 0.012
#: Chance to begin with a skill, given its prerequisites: logit, spread, fall with depth.
START, START_SD, DEPTH = 0.7, 1.0, 0.09
#: How far an item's difficulty moves the log-odds of a guess or a slip.
ITEM_EFFECT = 0.5


class InsightfulPupil:
    """A pupil who knows a skill or does not."""

    def __init__(self, course: Course, noise: Noise, random: Random) -> None:
        self._before = course.prerequisites
        self._guess, self._slip = logit(noise.guess), logit(noise.slip)
        self._random = random
        ability = random.gauss(0.0, 1.0)
        self._learn = min(0.6, LEARN * exp(LEARN_SPREAD * random.gauss(0.0, 1.0)))
        self._known: list[bool] = []
        self._today: set[int] = set()
        for skill in range(course.skills):
            chance = sigmoid(START + START_SD * ability - DEPTH * skill)
            is_built = all(self._known[one] for one in self._before[skill])
            self._known.append(random.random() < chance and is_built)
        self._once = list(self._known)

    def competence(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`; 0 or 1, whatever the item."""
        del difficulty
        return float(self._known[skill])

    def chance(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`."""
        if self._known[skill]:
            return 1.0 - sigmoid(self._slip + ITEM_EFFECT * difficulty)
        return sigmoid(self._guess - ITEM_EFFECT * difficulty)

    def practise(self, skill: int, difficulty: float, *, is_right: bool) -> None:
        """See `Pupil`; neither the item nor the outcome matters to the blow."""
        del difficulty, is_right
        self._today.add(skill)
        if not self._known[skill] and self._random.random() < self._blow(skill):
            self._known[skill] = self._once[skill] = True

    def rest(self, nights: int) -> None:
        """See `Pupil`."""
        fresh = 1.0 - (1.0 - NIGHT) ** (nights - 1)
        faded = 1.0 - (1.0 - NIGHT) ** nights
        for skill, is_known in enumerate(self._known):
            loss = fresh if skill in self._today else faded
            if is_known and self._random.random() < loss:
                self._known[skill] = False
        self._today.clear()

    def worth(self, skill: int, difficulty: float) -> float:
        """See `Pupil`."""
        del difficulty
        return 0.0 if self._known[skill] else self._blow(skill)

    def _blow(self, skill: int) -> float:
        missing = sum(not self._known[one] for one in self._before[skill])
        saved = SAVING if self._once[skill] else 1.0
        return min(0.9, self._learn * saved * GATED**missing)


INSIGHT = Law(
    "B",
    "insight",
    "a skill is known or not, falls into place at one blow, and is slowly lost by nights",
    InsightfulPupil,
)
