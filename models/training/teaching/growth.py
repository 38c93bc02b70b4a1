"""Law A: each skill grows along an S-curve, as fast as what it builds on allows.

Strength x in [0, 1] grows by rate * gate * challenge * x (1 - x): Verhulst's logistic growth,
used for learning by van Geert (1991, Psychological Review 98:3-53). The gate is the weakest
prerequisite's strength, squared. The challenge is greatest where the pupil is half sure, and
an item that is hopeless or trivial teaches 2/5 of that. A night takes a small share back.
"""

from __future__ import annotations

from math import exp
from random import Random

from models.training.teaching.chances import sigmoid
from models.training.teaching.course import Course
from models.training.teaching.laws import Law, Noise

#: Steepness of the answer curve over strength: x = 0.5 is a middling item half the time.
STEEP = 5.6
#: Share of strength above the floor that a night takes.
NIGHT = 0.012
FLOOR = 0.05
#: Growth per answer at full gate, its spread between pupils, and how it goes with the start.
RATE, RATE_SPREAD, RATE_AND_START = 0.7, 0.35, 0.3
#: How a pupil's start spreads in logits of strength, how it falls with depth in the course.
START, START_SD, DEPTH, SKILL_SD = -0.2, 0.8, 0.08, 0.8


class GrowingPupil:
    """A pupil whose skills grow bit by bit."""

    def __init__(self, course: Course, noise: Noise, random: Random) -> None:
        self._before = course.prerequisites
        self._noise = noise
        ability = random.gauss(0.0, 1.0)
        drawn = RATE_AND_START * ability + random.gauss(0.0, 1.0)
        self._rate = RATE * exp(RATE_SPREAD * drawn)
        self._strength = [
            sigmoid(START + START_SD * ability - DEPTH * skill + random.gauss(0.0, SKILL_SD))
            for skill in range(course.skills)
        ]

    def competence(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`."""
        return sigmoid(STEEP * (self._strength[skill] - 0.5) - difficulty)

    def chance(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`."""
        return self._noise.blur(self.competence(skill, difficulty))

    def practise(self, skill: int, difficulty: float, *, is_right: bool) -> None:
        """See `Pupil`; right or wrong, the feedback teaches the same."""
        del is_right
        self._strength[skill] += self._growth(skill, difficulty)

    def rest(self, nights: int) -> None:
        """See `Pupil`."""
        keep = (1.0 - NIGHT) ** nights
        self._strength = [
            FLOOR + (x - FLOOR) * keep if x > FLOOR else x for x in self._strength
        ]

    def worth(self, skill: int, difficulty: float) -> float:
        """See `Pupil`."""
        known = self.competence(skill)
        return STEEP * max(known * (1.0 - known), 0.08) * self._growth(skill, difficulty)

    def _growth(self, skill: int, difficulty: float) -> float:
        x = self._strength[skill]
        known = self.competence(skill, difficulty)
        challenge = 0.4 + 2.4 * known * (1.0 - known)
        gate = min((self._strength[one] for one in self._before[skill]), default=1.0) ** 2
        return min(self._rate * gate * challenge * x * (1.0 - x), 0.5 * (1.0 - x))


GROWTH = Law(
    "A",
    "growth",
    "a skill grows bit by bit, gated by its prerequisites; half-sure items teach most",
    GrowingPupil,
)
