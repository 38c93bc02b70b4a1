"""Law C: each answer leaves a trace that fades as a power of time; spaced ones fade slower.

Activation is ln sum(w t^-d) over all traces (Anderson & Schooler 1991, Psychological Science
2:396-408). A trace's decay d = a + c exp(activation when it was laid) is what makes spacing
worth it (Pavlik & Anderson 2005, Cognitive Science 29:559-586; a is theirs, and that nights
count for less than their length). A right answer lays a full trace, a wrong one with its
feedback 3/5 of it: this law favours items that succeed. Traces are laid as strongly as
prerequisites are recalled.
"""

from __future__ import annotations

from math import exp, log
from random import Random

from models.training.teaching.chances import sigmoid
from models.training.teaching.course import Course
from models.training.teaching.laws import Law, Noise

#: The published c is 0.217 for one word pair again and again; items of one skill differ, so
#: a second one is less massed than a repetition: about a quarter of it.
DECAY, SPACING = 0.177, 0.05
#: Minutes an answer takes, and minutes that a night counts: time away interferes less.
ANSWER, NIGHT = 1.0, 72.0
#: Activation at which recall is even, and how sharp that is.
EVEN, SHARP = 0.28, 3.4
WRONG = 0.6
#: Strength of a trace: its spread between pupils, what is left without prerequisites.
SPREAD, UNGATED = 0.2, 0.05
#: What a pupil brings along, as one old trace: its weight at the mean and its spread.
START, START_SD, DEPTH, SKILL_SD = 1.15, 0.45, 0.1, 0.3
START_AGE, START_DECAY = 60.0, 0.12


class RememberingPupil:
    """A pupil whose skills are memories."""

    def __init__(self, course: Course, noise: Noise, random: Random) -> None:
        self._before = course.prerequisites
        self._noise = noise
        self._now = 0.0
        ability = random.gauss(0.0, 1.0)
        self._strength = exp(SPREAD * random.gauss(0.0, 1.0) + 0.1 * ability)
        #: Per skill and trace: when, weight, decay.
        self._traces: list[list[tuple[float, float, float]]] = []
        for skill in range(course.skills):
            weight = START + START_SD * ability - DEPTH * skill + random.gauss(0.0, SKILL_SD)
            self._traces.append([(-START_AGE, exp(weight), START_DECAY)])
        self._recalled: list[float | None] = [None] * course.skills

    def competence(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`."""
        return sigmoid(SHARP * (self._activation(skill) - EVEN) - difficulty)

    def chance(self, skill: int, difficulty: float = 0.0) -> float:
        """See `Pupil`."""
        return self._noise.blur(self.competence(skill, difficulty))

    def practise(self, skill: int, difficulty: float, *, is_right: bool) -> None:
        """See `Pupil`."""
        del difficulty
        weight = self._gate(skill) * self._strength * (1.0 if is_right else WRONG)
        decay = DECAY + SPACING * exp(self._activation(skill))
        self._traces[skill].append((self._now, weight, decay))
        self._recalled[skill] = None
        self._now += ANSWER

    def rest(self, nights: int) -> None:
        """See `Pupil`."""
        self._now += NIGHT * nights
        self._recalled = [None] * len(self._traces)

    def worth(self, skill: int, difficulty: float) -> float:
        """See `Pupil`: what the trace would still be worth when the test comes."""
        ahead = 8 * NIGHT
        right = self.chance(skill, difficulty)
        weight = self._gate(skill) * self._strength * (right + (1.0 - right) * WRONG)
        decay = DECAY + SPACING * exp(self._activation(skill))
        left = sum(w * (self._now + ahead - at) ** -d for at, w, d in self._traces[skill])
        added = weight * ahead**-decay
        later = (log(left) - EVEN) * SHARP
        return sigmoid(later + SHARP * log(1.0 + added / left)) - sigmoid(later)

    def _activation(self, skill: int) -> float:
        now = self._now + ANSWER
        return log(sum(w * (now - at) ** -d for at, w, d in self._traces[skill]))

    def _gate(self, skill: int) -> float:
        recalled = min((self._recall(one) for one in self._before[skill]), default=1.0)
        return UNGATED + (1.0 - UNGATED) * recalled

    def _recall(self, skill: int) -> float:
        """Competence on a prerequisite, once a day and after practice of it: close enough."""
        known = self._recalled[skill]
        if known is None:
            known = self._recalled[skill] = self.competence(skill)
        return known


MEMORY = Law(
    "C",
    "memory",
    "each answer leaves a trace that fades as a power of time; spaced and right ones last",
    RememberingPupil,
)
