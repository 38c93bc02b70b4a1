"""What is seen of simulated classes from their first row to their last, beside the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from hub.insight.flags import Now
from hub.insight.flags.need import weight
from hub.insight.flags.rules import four_wrong, spins
from hub.store.log import Attempt
from models.training.teaching.course import skill_of
from models.training.teaching.trouble import Taught, Told
from tests.teacher_tier.apart import Apart, take_apart
from tests.teacher_tier.trouble import Heard, heard, is_judged, skill_id

#: A teacher looks at the class every so many rows; flags are taken to pieces at fewer looks.
LOOK, TAKEN_APART = 900, 5_400
#: The answer by which a forecast is due.
DUE = 5
CODES_OF_NEED = ("stuck_soon", "rapid_guessing")


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
class Looks:
    """What was said of a child at a look, each beside whether it did need a visit.

    `four` is Kolibri's rule, `four_first` the same on first answers alone, `flagged` the
    flags in force.
    """

    need: list[tuple[float, bool]] = field(default_factory=list)
    four: list[tuple[bool, bool]] = field(default_factory=list)
    four_first: list[tuple[bool, bool]] = field(default_factory=list)
    flagged: list[tuple[bool, bool]] = field(default_factory=list)
    forecasts: list[Forecast] = field(default_factory=list)
    apart: Apart = field(default_factory=Apart)


def watch(letter: str, class_: Taught, looks: Looks) -> None:
    """One class from its first row to its last."""
    failed: dict[tuple[int, int], list[int]] = {}
    latest: dict[int, Told] = {}
    scores: dict[tuple[int, int], float] = {}
    stored: list[Attempt] = []
    for now, row, truth in heard(class_):
        stored.append(row)
        latest[row.learner] = truth
        _count_failed(failed, row)
        if row.p is not None and truth.episode is not None:
            skill = skill_of(row.item)
            if now.opportunities[row.learner, skill] == DUE:
                judged = now.flags.score(row.learner, "stuck_soon", skill_id(skill), Now())
                if judged is not None:
                    scores[row.learner, skill] = judged.score
        if row.hub_seq % LOOK == 0:
            _look(now, latest, failed, looks)
        if row.hub_seq % TAKEN_APART == 0:
            take_apart(now.flags, class_, stored, looks.apart)
    for one in class_.episodes:
        spun = spins(one.answers) if is_judged(one) else None
        if spun is not None:
            score = scores.get((one.learner, one.skill))
            first = tuple(one.answers[:DUE])
            looks.forecasts.append(Forecast(letter, score, first, spun, one.is_unproductive))


def _count_failed(failed: dict[tuple[int, int], list[int]], row: Attempt) -> None:
    """Kolibri's count of failed interactions, hints among them, and of first answers alone."""
    counts = failed.setdefault((row.learner, skill_of(row.item)), [0, 0])
    if row.step:
        return
    counts[0] += (not row.is_right) + row.hints * (row.p is not None)
    counts[1] += (not row.is_right) * (row.p is not None)


def _look(
    now: Heard,
    latest: dict[int, Told],
    failed: dict[tuple[int, int], list[int]],
    looks: Looks,
) -> None:
    """A glance at every child whose truth is known: stuck where it works, or not at work."""
    for learner, truth in latest.items():
        episode = truth.episode
        if episode is not None and not is_judged(episode):
            continue
        needs = truth.is_guessing or (episode is not None and episode.is_unproductive)
        need = now.flags.need(learner)
        every, first = failed[learner, skill_of(truth.shown.item)]
        is_open = episode is not None
        looks.need.append((need.score, needs))
        looks.four.append((four_wrong(every) and is_open, needs))
        looks.four_first.append((four_wrong(first) and is_open, needs))
        # A forecast below its limit is a part of the need, too, and no flag.
        is_flagged = any(
            one.code in CODES_OF_NEED and one.value >= weight(one.code, 0.0)
            for one in need.parts
        )
        looks.flagged.append((is_flagged, needs))
