"""Law D's numbers from a response log: how far starts differ, and what an answer gains.

The additive factors model (Cen, Koedinger & Junker 2006, Intelligent Tutoring Systems
164-175) with a random start and a random gain for each learner: log-odds = start of the
learner + ease of the skill + gain of the learner * answers on the skill before. Means and
spreads come from an EM whose posteriors are Gaussians (Laplace); guesses and slips are the
simulation's own. Cost: O(answers) a round. Spreads are rough where learners answered little.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from math import sqrt
from pathlib import Path

from models.domain.response_log import Response, read_responses
from models.training.teaching.chances import sigmoid
from models.training.teaching.curves import CURVES, Curves, ImprovingPupil
from models.training.teaching.laws import Law, Noise

ROUNDS = 16
#: Answers on a skill beyond this gain no more: curves bend, and few pupils go on so long.
LONGEST = 15


def fitted_law(path: Path) -> Law:
    """Law D with the numbers of the log in `path`; raises `ValueError` when it has none."""
    curves = fitted(read_responses(path))
    return Law(
        CURVES.letter,
        f"{CURVES.name} of {path.name}",
        CURVES.sentence,
        partial(ImprovingPupil, curves=curves),
    )


@dataclass(slots=True)
class _Factors:
    """Normal numbers, one for each name: their common mean and variance, and each one's."""

    mean: float
    variance: float
    own: dict[str, float] = field(default_factory=dict)
    slope: dict[str, float] = field(default_factory=dict)
    curvature: dict[str, float] = field(default_factory=dict)

    def of(self, name: str) -> float:
        return self.own.get(name, self.mean)

    def add(self, name: str, slope: float, curvature: float) -> None:
        self.slope[name] = self.slope.get(name, 0.0) + slope
        self.curvature[name] = self.curvature.get(name, 0.0) + curvature

    def step(self, *, keeps_mean: bool) -> None:
        """One Newton step for each number, then mean and variance anew."""
        doubt = 0.0
        for name, curvature in self.curvature.items():
            old = self.of(name)
            whole = curvature + 1.0 / self.variance
            pull = self.slope[name] - (old - self.mean) / self.variance
            self.own[name] = old + max(-1.0, min(1.0, pull / whole))
            doubt += 1.0 / whole
        count = len(self.own)
        if keeps_mean:
            middle = sum(self.own.values()) / count - self.mean
            self.own = {name: one - middle for name, one in self.own.items()}
        else:
            self.mean = sum(self.own.values()) / count
        spread = sum((one - self.mean) ** 2 for one in self.own.values())
        self.variance = max(1e-4, (spread + doubt) / count)
        self.slope.clear()
        self.curvature.clear()


def fitted(rows: Iterable[Response]) -> Curves:
    """The curves that make `rows` likely; raises `ValueError` without learning in them."""
    answers = list(_counted(rows))
    if not answers:
        raise ValueError("the log has no answers to fit learning curves to")
    starts, skills, gains = _Factors(0.0, 1.0), _Factors(0.0, 0.5), _Factors(0.1, 0.01)
    # One after the other: all three at once overshoot, for each explains what the others do.
    for _ in range(ROUNDS):
        for factors in (skills, starts, gains):
            for answer in answers:
                _weigh(answer, factors, starts, skills, gains)
            factors.step(keeps_mean=factors is skills)
    if gains.mean <= 0.0:
        raise ValueError("the log's learning curves do not rise: law D cannot be fitted to it")
    return Curves(
        start=starts.mean,
        start_sd=sqrt(starts.variance),
        skill_sd=sqrt(skills.variance),
        gain=gains.mean,
        gain_spread=min(1.0, sqrt(gains.variance) / gains.mean),
    )


def _counted(rows: Iterable[Response]) -> Iterable[tuple[str, str, int, bool]]:
    """Learner, first skill, answers on it before, outcome."""
    tries: dict[tuple[str, str], int] = {}
    for row in rows:
        skill = row.skills[0]
        before = tries.get((row.user, skill), 0)
        tries[row.user, skill] = before + 1
        yield row.user, skill, min(before, LONGEST), row.is_right


def _weigh(
    answer: tuple[str, str, int, bool],
    factors: _Factors,
    starts: _Factors,
    skills: _Factors,
    gains: _Factors,
) -> None:
    """Adds to `factors` what one answer says about its learner or its skill."""
    learner, skill, before, is_right = answer
    noise = Noise()
    known = sigmoid(starts.of(learner) + skills.of(skill) + gains.of(learner) * before)
    p = noise.blur(known)
    tilt = (1.0 - noise.guess - noise.slip) * known * (1.0 - known)
    slope = (is_right - p) * tilt / (p * (1.0 - p))
    curvature = tilt * tilt / (p * (1.0 - p))
    if factors is gains:
        factors.add(learner, slope * before, curvature * before * before)
    else:
        factors.add(skill if factors is skills else learner, slope, curvature)
