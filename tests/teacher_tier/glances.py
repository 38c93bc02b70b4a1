"""What is seen of simulated classes from their first row to their last, beside the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from hub.insight.flags import Now
from hub.insight.flags.rules import four_wrong, spins
from hub.store.log import Attempt
from models.training.teaching.course import skill_of
from models.training.teaching.trouble import Taught, Told
from tests.teacher_tier.apart import Apart, take_apart
from tests.teacher_tier.trouble import Heard, heard, is_judged, skill_id

#: A teacher looks at the class every so many rows; flags are taken to pieces at fewer looks.
LOOK, TAKEN_APART = 900, 9_000
#: The answer by which a forecast is due.
DUE = 5


class Forecast(NamedTuple):
    """A skill's forecast at the fifth answer, and what it came to.

    `score` is None where it was mastered before. `has_spun` is Beck and Gong's outcome,
    `is_stuck` the truth of the law.
    """

    law: str
    score: float | None
    first: tuple[bool, ...]
    has_spun: bool
    is_stuck: bool

    @property
    def is_foreseen(self) -> bool:
        """Whether the flag was up."""
        return self.score is not None and self.score >= 0.0


@dataclass(slots=True)
class Alert:
    """A child at one skill, from its first question there to its last.

    `scores` are the forecasts after each question; `failed` what Kolibri's rule counts, and
    first answers alone; `four_at` the question at which its alert comes.
    """

    is_stuck: bool = False
    scores: list[tuple[int, float]] = field(default_factory=list)
    failed: int = 0
    failed_first: int = 0
    four_at: int | None = None

    @property
    def most(self) -> float:
        """The highest forecast of all; none where the skill was there at once."""
        return max((score for _, score in self.scores), default=float("-inf"))

    def at(self, limit: float) -> int | None:
        """The question at which a forecast first reaches `limit`."""
        return next((n for n, score in self.scores if score >= limit), None)


@dataclass(slots=True)
class Looks:
    """What was said of children at skills, beside the truth.

    `now` and `four_now` are what a teacher sees at looks at the class: the forecast for the
    skill at work and Kolibri's rule, each beside whether it was in vain.
    """

    alerts: list[Alert] = field(default_factory=list)
    now: list[tuple[float, bool]] = field(default_factory=list)
    four_now: list[tuple[bool, bool]] = field(default_factory=list)
    forecasts: list[Forecast] = field(default_factory=list)
    apart: Apart = field(default_factory=Apart)


def watch(letter: str, class_: Taught, looks: Looks) -> None:
    """One class from its first row to its last."""
    alerts: dict[tuple[int, int], Alert] = {}
    latest: dict[int, Told] = {}
    stored: list[Attempt] = []
    for now, row, truth in heard(class_):
        stored.append(row)
        latest[row.learner] = truth
        episode = truth.episode
        if episode is not None and is_judged(episode):
            alert = alerts.setdefault((row.learner, skill_of(row.item)), Alert())
            alert.is_stuck = episode.is_unproductive
            _count(alert, row, now)
        if row.hub_seq % LOOK == 0:
            _look(now, latest, alerts, looks)
        if row.hub_seq % TAKEN_APART == 0:
            take_apart(now.flags, class_, stored, looks.apart)
    looks.alerts += alerts.values()
    for one in class_.episodes:
        spun = spins(one.answers) if is_judged(one) else None
        if spun is not None:
            scores = dict(alerts[one.learner, one.skill].scores)
            first = tuple(one.answers[:DUE])
            forecast = Forecast(letter, scores.get(DUE), first, spun, one.is_unproductive)
            looks.forecasts.append(forecast)


def _count(alert: Alert, row: Attempt, now: Heard) -> None:
    """Kolibri's count of failed interactions, hints among them, and the forecast."""
    skill = skill_of(row.item)
    n = now.opportunities[row.learner, skill]
    if not row.step:
        alert.failed += (not row.is_right) + row.hints * (row.p is not None)
    if row.p is not None:
        alert.failed_first += not row.is_right
        judged = now.flags.score(row.learner, "stuck_soon", skill_id(skill), Now())
        if judged is not None:
            alert.scores.append((n, judged.score))
    if alert.four_at is None and four_wrong(alert.failed):
        alert.four_at = n


def _look(
    now: Heard,
    latest: dict[int, Told],
    alerts: dict[tuple[int, int], Alert],
    looks: Looks,
) -> None:
    """A glance at every child whose truth is known, at the skill where it works."""
    for learner, truth in latest.items():
        episode = truth.episode
        if episode is None or not is_judged(episode):
            continue
        skill = skill_of(truth.shown.item)
        judged = now.flags.score(learner, "stuck_soon", skill_id(skill), Now())
        score = float("-inf") if judged is None else judged.score
        looks.now.append((score, episode.is_unproductive))
        is_four = four_wrong(alerts[learner, skill].failed)
        looks.four_now.append((is_four, episode.is_unproductive))
