"""One simulated school term: classes of pupils under one law, taught by one rule.

Twenty days of fifteen items, then a week's rest, then the test: one middling item of every
skill, scored by its chance in the law. What the hub believes counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from models.training.teaching.chances import stream
from models.training.teaching.course import (
    Course,
    drawn_course,
    skill_of,
    with_labels,
    with_wrong_edges,
)
from models.training.teaching.laws import MASTERED, Law, Noise, Pupil
from models.training.teaching.rules import ITEMS_A_DAY, RULES, Rule, Setting

DAYS, REST_DAYS, CLASS_SIZE = 20, 7, 30
#: From so many answers on a skill without mastery on, a further one is wheel-spinning (Beck &
#: Gong 2013, Artificial Intelligence in Education 431-440).
WHEEL = 10
#: Below this chance an answer is hopeless.
HOPELESS = 0.4


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong in a term: shares of wrong edges and absences, noise, a bare pack."""

    name: str
    wrong_edges: float = 0.0
    is_noise_doubled: bool = False
    absences: float = 0.0
    has_labels_only: bool = False


TROUBLES = (
    Trouble("clean"),
    Trouble("wrong edges", wrong_edges=0.2),
    Trouble("doubled slips", is_noise_doubled=True),
    Trouble("absences", absences=0.2),
    Trouble("labels only", has_labels_only=True),
)


@dataclass(frozen=True, slots=True)
class Case:
    """All that a term's outcome depends on."""

    law: Law
    rule: str
    trouble: Trouble
    seed: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a term did: expected test scores after minus before, and shares of attempts.

    `lowest_quartile` is the gain of the quarter of pupils with the lowest score before.
    """

    gain: float
    lowest_quartile: float
    wheel_spin: float
    hopeless: float
    attempts: int


@dataclass(slots=True)
class _Tally:
    attempts: int = 0
    wheel_spin: int = 0
    hopeless: int = 0


def taught(case: Case) -> Outcome:
    """One term of `case.pupils` pupils in classes of thirty."""
    tally = _Tally()
    gains: list[tuple[float, float]] = []
    for number, first in enumerate(range(0, case.pupils, CLASS_SIZE)):
        size = min(CLASS_SIZE, case.pupils - first)
        gains += _class_term(case, number, size, tally)
    gains.sort()
    lowest = gains[: max(1, len(gains) // 4)]
    return Outcome(
        gain=fmean(gain for _, gain in gains),
        lowest_quartile=fmean(gain for _, gain in lowest),
        wheel_spin=tally.wheel_spin / max(1, tally.attempts),
        hopeless=tally.hopeless / max(1, tally.attempts),
        attempts=tally.attempts,
    )


def _class_term(case: Case, number: int, size: int, tally: _Tally) -> list[tuple[float, float]]:
    """Each pupil's score before and gain. Each class has a graph and a bank of its own.

    Pupils, their moods and absences are the same whatever rule teaches them.
    """
    seed, law = case.seed, case.law
    graph_seed = stream(seed, number, "graph").randrange(2**32)
    course = drawn_course(graph_seed)
    if case.trouble.wrong_edges:
        course = with_wrong_edges(course, case.trouble.wrong_edges, graph_seed)
    if case.trouble.has_labels_only:
        course = with_labels(course, graph_seed)
    noise = Noise().doubled() if case.trouble.is_noise_doubled else Noise()
    pupils = [
        law.draw(course, noise, stream(seed, number, law.letter, one)) for one in range(size)
    ]
    before = [_score(pupil, course) for pupil in pupils]
    slots = DAYS * ITEMS_A_DAY
    setting = Setting(course, pupils, slots, stream(seed, number, law.letter, case.rule))
    room = _Room(course, pupils, RULES[case.rule](setting), tally, (seed, number, law.letter))
    missing = stream(seed, number, "absences")
    for day in range(DAYS):
        present = [one for one in range(size) if missing.random() >= case.trouble.absences]
        room.lesson(day, present)
    for pupil in pupils:
        pupil.rest(REST_DAYS - 1)
    return [
        (old, _score(pupil, course) - old) for old, pupil in zip(before, pupils, strict=True)
    ]


def _score(pupil: Pupil, course: Course) -> float:
    return fmean(pupil.chance(skill) for skill in range(course.skills))


class _Room:
    """One class with its rule, and how often each pupil tried each skill unmastered."""

    def __init__(
        self,
        course: Course,
        pupils: list[Pupil],
        rule: Rule,
        tally: _Tally,
        key: tuple[int, int, str],
    ) -> None:
        self._course, self._pupils, self._rule, self._tally = course, pupils, rule, tally
        self._luck = [stream(*key, "answers", one) for one in range(len(pupils))]
        #: Answers so far while the skill was never mastered; -1 once it was.
        self._tries = [[0] * course.skills for _ in pupils]

    def lesson(self, day: int, present: list[int]) -> None:
        """Fifteen items for each pupil who is there, in turn, then a night for all."""
        for slot in range(day * ITEMS_A_DAY, (day + 1) * ITEMS_A_DAY):
            for one in present:
                self._attempt(one, self._rule.choose(one, slot))
        for pupil in self._pupils:
            pupil.rest(1)

    def _attempt(self, one: int, item: int) -> None:
        pupil, skill, tally = self._pupils[one], skill_of(item), self._tally
        difficulty = self._course.difficulty[item]
        chance = pupil.chance(skill, difficulty)
        tally.attempts += 1
        tally.hopeless += chance < HOPELESS
        tally.wheel_spin += self._spins(one, skill)
        is_right = self._luck[one].random() < chance
        pupil.practise(skill, difficulty, is_right=is_right)
        self._rule.saw(one, item, is_right=is_right)

    def _spins(self, one: int, skill: int) -> bool:
        tries = self._tries[one]
        if tries[skill] < 0:
            return False
        if self._pupils[one].competence(skill) >= MASTERED:
            tries[skill] = -1
            return False
        tries[skill] += 1
        return tries[skill] > WHEEL
