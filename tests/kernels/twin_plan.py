"""The planner once more, in plain Python, on top of the twin's state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from tests.kernels.twin import DUE, MASTERED, STEP_BACK, Practice, Twin, mastery_after

BLOCK = 3
EASE_KEPT = 0.6
NEAR_SKILL, NEAR_ITEM, TRIAL_SKILLS = 0.1, 0.1, 3


@dataclass(frozen=True)
class Pace:
    target: float = 0.78
    review_every: int = 3
    due: float = DUE
    open_at: float = MASTERED
    done_at: float = 0.955
    begun: float = 0.0
    known: float = 0.0
    small_step_from: int = 255
    small_step: int = 0
    options: int = 1


PACES = {
    "practice": Pace(),
    "support": Pace(target=0.85, due=0.85, begun=1.0, small_step_from=5, small_step=2),
    "accelerate": Pace(
        target=0.70, review_every=5, due=0.7, open_at=0.85, done_at=MASTERED, known=1.0
    ),
    "choice": Pace(options=3),
}


@dataclass(frozen=True)
class Rules:
    pinned: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    unlocked: tuple[int, ...] = ()
    banned_items: tuple[int, ...] = ()
    target: float | None = None
    goal: str = "practice"
    review_every: int | None = None
    exploration: float = 0.0
    seed: int = 0
    learner_id: int | None = None


@dataclass(frozen=True)
class Choice:
    item: int
    skill: int
    p: float
    reasons: list[tuple[str, float]]
    propensity: float = 1.0
    stuck_skill: int | None = None

    @property
    def score(self) -> float:
        return sum(number for _, number in self.reasons)

    @property
    def fit(self) -> float:
        return sum(number for _, number in self.reasons[-2:])


@dataclass(frozen=True)
class Lane:
    """A ranking of skills with their reasons, and how far the lane's items may go."""

    ranking: Sequence[tuple[int, list[tuple[str, float]]]]
    keeps_rest: bool = True
    opens_all: bool = False


class Chance:
    """SplitMix64, as published: a counter, mixed."""

    STEP, WORD = 0x9E3779B97F4A7C15, (1 << 64) - 1

    def __init__(self, seed: int) -> None:
        self.state = seed

    @classmethod
    def stream(cls, seed: int, number: int) -> Chance:
        return cls(cls(seed ^ number * cls.STEP & cls.WORD).next_word())

    def next_word(self) -> int:
        self.state = mixed = self.state + self.STEP & self.WORD
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & self.WORD
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & self.WORD
        return mixed ^ mixed >> 31

    def uniform(self) -> float:
        return (self.next_word() >> 11) / 2**53


@dataclass(frozen=True)
class Planner:
    twin: Twin
    learner: int
    rules: Rules

    def choose(self) -> Choice | None:
        best, others = self.offer()
        if best is None or not others:
            return best
        rate, answers = self.rules.exploration, self.answers
        id_ = self.learner if self.rules.learner_id is None else self.rules.learner_id
        chance = Chance.stream(Chance.stream(self.rules.seed, id_).next_word(), answers)
        if chance.uniform() >= rate:
            return replace(best, propensity=1 - rate)
        weights = [self.twin.items[other.item].variance for other in others]
        left = chance.uniform() * sum(weights)
        passed = [total > left for total in accumulate(weights)]
        place = passed.index(True)
        return replace(others[place], propensity=rate * (weights[place] / sum(weights)))

    def odds(self) -> dict[int, float]:
        best, others = self.offer()
        if best is None:
            return {}
        if not others:
            return {best.item: 1.0}
        doubt = {other.item: self.twin.items[other.item].variance for other in others}
        shares = {item: weight / sum(doubt.values()) for item, weight in doubt.items()}
        rate = self.rules.exploration
        return {best.item: 1 - rate} | {item: rate * share for item, share in shares.items()}

    def options(self) -> list[Choice]:
        best, _ = self.offer()
        if best is None or self.pace.options == 1:
            choice = self.choose()
            return [choice] if choice else []
        if best.reasons[0][0] != "FRINGE":
            return [best]
        lane = self.fringe(keeps_rest=True)
        if self.first(lane) is None:
            lane = self.fringe(keeps_rest=False)
        found: list[Choice] = []
        for skill, why in lane.ranking:
            choices = self.choices(lane, skill, why)
            if choices and best_of(choices).item not in [choice.item for choice in found]:
                found.append(best_of(choices))
        return found[: self.pace.options]

    def offer(self) -> tuple[Choice | None, list[Choice]]:
        """What wins, and what may be tried instead."""
        lanes: list[Callable[[], Lane]] = [
            self.pinned,
            self.step_back,
            self.due_review,
            lambda: self.fringe(keeps_rest=True),
            lambda: self.review(keeps_rest=True),
            lambda: self.fringe(keeps_rest=False),
            lambda: self.review(keeps_rest=False),
            self.parked,
        ]
        for make in lanes:
            lane = make()
            best = self.first(lane)
            if best:
                return best, self.trials(lane, best)
        return None, []

    def trials(self, lane: Lane, best: Choice) -> list[Choice]:
        if best.reasons[0][0] != "FRINGE" or not self.rules.exploration:
            return []
        if self.pace.options > 1:
            return []
        scores = {skill: sum(n for _, n in why) for skill, why in lane.ranking}
        groups = []
        for skill, why in lane.ranking[[s for s, _ in lane.ranking].index(best.skill) :]:
            if scores[skill] < scores[best.skill] - NEAR_SKILL:
                break
            choices = self.choices(lane, skill, [("TRIAL", 1.0), *why[1:]])
            if choices:
                top = max(choice.fit for choice in choices)
                groups.append([c for c in choices if c.fit >= top - NEAR_ITEM])
        near: dict[int, Choice] = {}
        for choice in (choice for group in groups[:TRIAL_SKILLS] for choice in group):
            near.setdefault(choice.item, choice)
        near.pop(best.item, None)
        return list(near.values())

    @property
    def pace(self) -> Pace:
        pace = PACES[self.rules.goal]
        if self.rules.target is not None:
            pace = replace(pace, target=self.rules.target)
        if self.rules.review_every is not None:
            pace = replace(pace, review_every=self.rules.review_every)
        return pace

    @property
    def practices(self) -> tuple[Practice, ...]:
        return self.twin.learners[self.learner].practices

    @property
    def answers(self) -> int:
        return self.twin.learners[self.learner].answers

    def pinned(self) -> Lane:
        pins = [skill for skill in self.rules.pinned if skill not in self.rules.skipped]
        open_pins = [skill for skill in pins if not self.practices[skill].is_mastered]
        done = sorted(set(pins) - set(open_pins), key=lambda s: (-self.faded(s), s))
        ranking = [(skill, [("TEACHER", 1.0)]) for skill in (*open_pins, *done)]
        return Lane(ranking, keeps_rest=False, opens_all=True)

    def step_back(self) -> Lane:
        stuck = self.stuck()
        if stuck is None:
            return Lane([])
        before = [
            skill
            for skill in self.twin.prerequisites[stuck]
            if self.is_open(skill) and not self.was_right_since(skill)
        ]
        ranking = sorted(before, key=lambda s: (self.practices[s].mastery, s))
        return Lane([(s, [("STEP_BACK", 1 - self.practices[s].mastery)]) for s in ranking])

    def was_right_since(self, skill: int) -> bool:
        who, practice = self.twin.learners[self.learner], self.practices[skill]
        is_stuck = who.stuck is not None and who.answers < who.stuck_until
        is_later = practice.last > who.stuck_until - STEP_BACK
        return is_stuck and is_later and practice.rights[-1]

    def stuck(self) -> int | None:
        who, pace = self.twin.learners[self.learner], self.pace
        held = [
            skill
            for skill, practice in enumerate(self.practices)
            if skill not in self.rules.skipped and not practice.is_mastered
        ]
        if who.stuck in held and who.answers < who.stuck_until:
            return who.stuck
        around = [
            (self.answers - self.practices[skill].last, skill)
            for skill in held
            if self.practices[skill].tries >= pace.small_step_from
            and not self.practices[skill].rights[-1]
            and self.answers - self.practices[skill].last < pace.small_step
        ]
        return min(around)[1] if around else None

    def due_review(self) -> Lane:
        every = self.pace.review_every
        if every == 0 or self.answers % every != every - 1:
            return Lane([])
        return self.review(keeps_rest=True, floor=1 - self.pace.due)

    def review(self, *, keeps_rest: bool, floor: float = -1.0) -> Lane:
        known = [
            skill
            for skill in range(len(self.practices))
            if self.is_done(skill) and self.is_open(skill) and self.faded(skill) > floor
        ]
        ranking = sorted(known, key=lambda s: (-self.faded(s), s))
        return Lane([(s, [("REVIEW", self.faded(s))]) for s in ranking], keeps_rest)

    def fringe(self, *, keeps_rest: bool) -> Lane:
        ready = [s for s in self.unmastered() if self.practices[s].parked_until <= self.answers]
        return self.by_progress("FRINGE", ready, keeps_rest=keeps_rest)

    def parked(self) -> Lane:
        return self.by_progress("PARKED", self.unmastered(), keeps_rest=False)

    def unmastered(self) -> list[int]:
        skills = range(len(self.practices))
        return [s for s in skills if not self.is_done(s) and self.is_open(s)]

    def is_done(self, skill: int) -> bool:
        practice = self.practices[skill]
        params = self.twin.params[skill]
        next_best = mastery_after(params, practice.mastery, is_right=True)
        reaches = next_best >= self.pace.done_at
        return practice.mastery >= self.pace.done_at or (practice.is_mastered and not reaches)

    def by_progress(self, code: str, skills: list[int], *, keeps_rest: bool) -> Lane:
        reasons = {skill: self.why(code, skill) for skill in skills}
        ranking = sorted(skills, key=lambda s: (-sum(n for _, n in reasons[s]), s))
        return Lane([(skill, reasons[skill]) for skill in ranking], keeps_rest)

    def why(self, code: str, skill: int) -> list[tuple[str, float]]:
        practice, pace = self.practices[skill], self.pace
        why = [
            (code, 1.0),
            ("PROGRESS", max(practice.quick - practice.slow, 0.0)),
            ("ORDER", -skill / len(self.practices)),
        ]
        if pace.begun and practice.rights:
            why.append(("BEGUN", pace.begun))
        if pace.known and practice.mastery >= pace.open_at:
            why.append(("KNOWN", -pace.known))
        return why

    def faded(self, skill: int) -> float:
        return 1 - self.practices[skill].retrievability(self.answers)

    def is_open(self, skill: int) -> bool:
        if skill in self.rules.skipped:
            return False
        return skill in (*self.rules.pinned, *self.rules.unlocked) or all(
            self.practices[before].mastery >= self.pace.open_at or before in self.rules.skipped
            for before in self.twin.prerequisites[skill]
        )

    def is_rested(self, skill: int) -> bool:
        practice = self.practices[skill]
        is_parked = practice.parked_until > self.answers and not practice.is_mastered
        came_last = bool(practice.rights) and practice.last == self.answers
        return not is_parked and not (came_last and practice.run >= BLOCK)

    def first(self, lane: Lane) -> Choice | None:
        for skill, why in lane.ranking:
            choices = self.choices(lane, skill, why)
            if choices:
                return best_of(choices)
        return None

    def choices(self, lane: Lane, skill: int, why: list[tuple[str, float]]) -> list[Choice]:
        return [self.with_item(skill, item, why) for item in self.items(lane, skill)]

    def items(self, lane: Lane, skill: int) -> list[int]:
        def suits(each: int) -> bool:
            return (
                each not in self.rules.skipped
                and (lane.opens_all or self.is_open(each))
                and (not lane.keeps_rest or self.is_rested(each))
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
        exposure = -1 / (1 + self.answers - last[0]) ** 2 if last else 0.0
        practised = len(self.twin.learners[self.learner].practices[skill].rights)
        aim = self.pace.target + (1 - self.pace.target) * EASE_KEPT**practised
        fit = [("DIFFICULTY", -abs(p - aim)), ("EXPOSURE", exposure)]
        stuck = self.stuck() if why[0][0] == "STEP_BACK" else None
        return Choice(item, skill, p, [*why, *fit], stuck_skill=stuck)


def best_of(choices: list[Choice]) -> Choice:
    return max(choices, key=lambda choice: (choice.fit, -choice.item))
