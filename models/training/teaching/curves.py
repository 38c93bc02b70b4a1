"""Law D: learning curves as logs show them; no gates, but spirits that fall and rise.

Log-odds of a right answer are a start, which differs much between pupils, plus a gain per
answer, which differs little (Koedinger, Carvalho, Liu & McLaughlin 2023, PNAS 120
e2221311120: about a tenth of a logit an answer, alike for nearly all). Nothing gates: what is
learned of a skill carries over in part to those that build on it. But a pupil who fails again
and again stops trying (Beck 2005, Artificial Intelligence in Education: engagement tracing):
with low spirits, an answer teaches less and is careless. A night brings the spirits back.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from random import Random

from models.training.teaching.chances import sigmoid
from models.training.teaching.course import Course
from models.training.teaching.laws import Law, Noise


@dataclass(frozen=True, slots=True)
class Curves:
    """Mean start in logits, its spread between pupils and between skills; gain an answer.

    The defaults lie among what `curves_fit` finds in logs: Cognitive Tutor's Bridge to Algebra
    2006-2007 has -0.08, 0.80, 1.11, 0.12, 0.50; the first 40,000 answers of ASSISTments
    2009-2010 have 0.52, 0.88, 1.15, 0.06, 0.79. The gain is above both, for in these logs
    weaker pupils answer more often, which flattens a curve.
    """

    start: float = 0.45
    start_sd: float = 0.75
    skill_sd: float = 1.0
    gain: float = 0.18
    gain_spread: float = 0.5


#: Share of a gain that carries over to each skill that builds on this one.
CARRIES = 0.2
#: Gains shrink as a skill nears this many logits.
CEILING = 3.0
#: Share of what was gained that a night takes.
NIGHT = 0.006
#: What a wrong and a right answer do to the spirits, and the least that is left of them.
FALL, RISE, LOWEST = 0.12, 0.10, 0.25
DEPTH = 0.04


class ImprovingPupil:
    """A pupil on a learning curve."""

    def __init__(
        self, course: Course, noise: Noise, random: Random, curves: Curves | None = None
    ) -> None:
        shape = curves or Curves()
        self._noise = noise
        self._after: list[list[int]] = [[] for _ in range(course.skills)]
        for skill, before in enumerate(course.prerequisites):
            for one in before:
                self._after[one].append(skill)
        ability = random.gauss(shape.start, shape.start_sd)
        self._gain = shape.gain * exp(shape.gain_spread * random.gauss(0.0, 1.0))
        self._start = [
            ability - DEPTH * (skill - course.skills / 2) + random.gauss(0.0, shape.skill_sd)
            for skill in range(course.skills)
        ]
        self._gained = [0.0] * course.skills
        self._spirits = 1.0

    def competence(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`."""
        return sigmoid(self._start[skill] + self._gained[skill] - difficulty)

    def chance(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`."""
        return self._noise.blur(self.competence(skill, difficulty))

    def practise(self, skill: int, difficulty: float, *, is_right: bool) -> None:
        """See `Pupil`."""
        del difficulty
        gain = self._next_gain(skill)
        self._gained[skill] += gain
        for one in self._after[skill]:
            self._gained[one] += CARRIES * gain
        moved = self._spirits + (RISE if is_right else -FALL)
        self._spirits = min(1.0, max(LOWEST, moved))

    def rest(self, nights: int) -> None:
        """See `Pupil`."""
        keep = (1.0 - NIGHT) ** nights
        self._gained = [gained * keep for gained in self._gained]
        self._spirits = 1.0

    def worth(self, skill: int, difficulty: float) -> float:
        """See `Pupil`."""
        known = self.competence(skill)
        heart = 0.5 + 0.5 * self.chance(skill, difficulty)
        return known * (1.0 - known) * self._next_gain(skill) * heart

    def _next_gain(self, skill: int) -> float:
        room = CEILING - self._start[skill] - self._gained[skill]
        return self._gain * self._spirits * min(1.0, max(0.0, room / 2.0))


CURVES = Law(
    "D",
    "curves",
    "log-odds rise a little with each answer, no gates; failing again and again disheartens",
    ImprovingPupil,
)
