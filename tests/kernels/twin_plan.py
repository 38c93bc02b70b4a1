"""The planner once more, in plain Python, on top of the twin's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.kernels.twin import DUE, Practice, Twin

REVIEW_EVERY, BLOCK = 3, 3


@dataclass(frozen=True)
class Rules:
    pinned: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    unlocked: tuple[int, ...] = ()
    banned_items: tuple[int, ...] = ()
    target: float = 0.78


@dataclass(frozen=True)
class Choice:
    item: int
    skill: int
    p: float
    reasons: list[tuple[str, float]]

    @property
    def score(self) -> float:
        return sum(number for _, number in self.reasons)


@dataclass(frozen=True)
class Planner:
    twin: Twin
    learner: int
    rules: Rules

    def choose(self) -> Choice | None:
        lanes: list[Callable[[], Choice | None]] = [
            self.pinned,
            self.step_back,
            self.due_review,
            lambda: self.fringe(keeps_rest=True),
            lambda: self.review(keeps_rest=True),
            lambda: self.fringe(keeps_rest=False),
            lambda: self.review(keeps_rest=False),
            self.parked,
        ]
        return next((choice for lane in lanes if (choice := lane())), None)

    @property
    def practices(self) -> tuple[Practice, ...]:
        return self.twin.learners[self.learner].practices

    @property
    def answers(self) -> int:
        return self.twin.learners[self.learner].answers

    def pinned(self) -> Choice | None:
        pins = [skill for skill in self.rules.pinned if skill not in self.rules.skipped]
        open_pins = [skill for skill in pins if not self.practices[skill].is_mastered]
        done = sorted(set(pins) - set(open_pins), key=lambda s: (-self.faded(s), s))
        reasons = [[("TEACHER", 1.0)]] * len(pins)
        return self.first([*open_pins, *done], reasons, keeps_rest=False, opens_all=True)

    def step_back(self) -> Choice | None:
        who = self.twin.learners[self.learner]
        if who.stuck is None or who.answers >= who.stuck_until:
            return None
        if who.stuck in self.rules.skipped or self.practices[who.stuck].is_mastered:
            return None
        before = [s for s in self.twin.prerequisites[who.stuck] if self.is_open(s)]
        ranking = sorted(before, key=lambda s: (self.practices[s].mastery, s))
        weakness = [[("STEP_BACK", 1 - self.practices[s].mastery)] for s in ranking]
        return self.first(ranking, weakness, keeps_rest=True)

    def due_review(self) -> Choice | None:
        if self.answers % REVIEW_EVERY != REVIEW_EVERY - 1:
            return None
        return self.review(keeps_rest=True, floor=1 - DUE)

    def review(self, *, keeps_rest: bool, floor: float = -1.0) -> Choice | None:
        known = [
            skill
            for skill, practice in enumerate(self.practices)
            if practice.is_mastered and self.is_open(skill) and self.faded(skill) > floor
        ]
        ranking = sorted(known, key=lambda s: (-self.faded(s), s))
        reasons = [[("REVIEW", self.faded(skill))] for skill in ranking]
        return self.first(ranking, reasons, keeps_rest=keeps_rest)

    def fringe(self, *, keeps_rest: bool) -> Choice | None:
        ready = [s for s in self.unmastered() if self.practices[s].parked_until <= self.answers]
        return self.by_progress("FRINGE", ready, keeps_rest=keeps_rest)

    def parked(self) -> Choice | None:
        return self.by_progress("PARKED", self.unmastered(), keeps_rest=False)

    def unmastered(self) -> list[int]:
        skills = range(len(self.practices))
        return [s for s in skills if not self.practices[s].is_mastered and self.is_open(s)]

    def by_progress(self, code: str, skills: list[int], *, keeps_rest: bool) -> Choice | None:
        reasons = {}
        for skill in skills:
            practice = self.practices[skill]
            progress = max(practice.quick - practice.slow, 0.0)
            order = -skill / len(self.practices)
            reasons[skill] = [(code, 1.0), ("PROGRESS", progress), ("ORDER", order)]
        ranking = sorted(skills, key=lambda s: (-sum(n for _, n in reasons[s]), s))
        return self.first(ranking, [reasons[s] for s in ranking], keeps_rest=keeps_rest)

    def faded(self, skill: int) -> float:
        return 1 - self.practices[skill].retrievability(self.answers)

    def is_open(self, skill: int) -> bool:
        if skill in self.rules.skipped:
            return False
        return skill in (*self.rules.pinned, *self.rules.unlocked) or all(
            self.practices[before].is_mastered or before in self.rules.skipped
            for before in self.twin.prerequisites[skill]
        )

    def is_rested(self, skill: int) -> bool:
        practice = self.practices[skill]
        is_parked = practice.parked_until > self.answers and not practice.is_mastered
        return not is_parked and not (practice.last == self.answers and practice.run >= BLOCK)

    def first(
        self,
        ranking: Iterable[int],
        reasons: Iterable[list[tuple[str, float]]],
        *,
        keeps_rest: bool,
        opens_all: bool = False,
    ) -> Choice | None:
        for skill, why in zip(ranking, reasons, strict=True):
            items = self.items(skill, keeps_rest=keeps_rest, opens_all=opens_all)
            choices = [self.with_item(skill, item, why) for item in items]
            if choices:
                return max(choices, key=lambda c: (sum(n for _, n in c.reasons[-2:]), -c.item))
        return None

    def items(self, skill: int, *, keeps_rest: bool, opens_all: bool) -> list[int]:
        def suits(each: int) -> bool:
            return (
                each not in self.rules.skipped
                and (opens_all or self.is_open(each))
                and (not keeps_rest or self.is_rested(each))
            )

        return [
            item
            for item, skills in enumerate(self.twin.item_skills)
            if skill in skills
            and item not in self.rules.banned_items
            and all(map(suits, skills))
        ]

    def with_item(self, skill: int, item: int, why: list[tuple[str, float]]) -> Choice:
        p = self.twin.predict(self.learner, item)
        last = self.twin.learners[self.learner].last_on_item.get(item)
        exposure = -1 / (1 + self.answers - last[0]) if last else 0.0
        fit = [("DIFFICULTY", -abs(p - self.rules.target)), ("EXPOSURE", exposure)]
        return Choice(item, skill, p, [*why, *fit])
