"""Simulated classes in which it is known who is stuck, who is careless and who is not at work.

Pupils learn by one of the laws of this folder; over that law lies what a child brings along:
a skill that it does not get without help, a wrong rule, a careless hand, bouts of guessing, a
way of asking for hints. Skills come in their order, two at a time, each until three right
answers in a row or fifteen questions; nobody helps. What was true is told apart from what a
hub could see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import exp, log

from hub.kernels import Tracer
from models.learner.weights import load_stack
from models.training.teaching.chances import stream
from models.training.teaching.child import HINTS, STEP_PACE, STEPS, Child
from models.training.teaching.course import ITEMS_EACH, Course, drawn_course, skill_of
from models.training.teaching.laws import MASTERED, Law

CLASS_SIZE, DAYS, ITEMS_A_DAY = 40, 14, 15
#: Questions to a skill before the class goes on without it: Beck and Gong's longer limit.
MOST_ANSWERS = 15
#: Right answers in a row that close a skill (Beck & Gong 2013).
IN_A_ROW = 3
OPEN_AT_ONCE = 2
#: How often the class goes on to the next skill, whether a child is ready for it or not.
PUSHED = 0.25
#: One slot in so many looks at a skill that was closed before.
REVIEW_EVERY = 6
#: Seconds that an item takes in the middle, and how items differ.
MEDIAN_S, ITEM_SPREAD = 14.0, 0.4


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer as a hub logs it; `step` is 0 for the whole of a question.

    `p` is what the hub's tracer said before, None for all but a question's first answer.
    """

    learner: int
    item: int
    seed: int
    step: int
    tries: int
    is_right: bool
    ms: int
    hints: int
    p: float | None
    misconception: str
    answer: str
    at_ms: int
    boot: int


@dataclass(slots=True)
class Episode:
    """A child's way through one skill; `closed` says how it ended, "open" where it did not.

    `best` is the highest competence of it, by the law. `kind` is the child's state there.
    """

    learner: int
    skill: int
    kind: str
    before: float
    best: float
    answers: list[bool] = field(default_factory=list)
    closed: str = "open"

    @property
    def is_unproductive(self) -> bool:
        """Whether all its questions left the skill where it was not there."""
        return self.closed == "given up" and self.best < MASTERED


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with the truth of its moment; `episode` is None for a review."""

    shown: Shown
    episode: Episode | None
    is_guessing: bool
    competence: float
    has_known: bool


@dataclass(slots=True)
class Taught:
    """A class over its days: what was shown, with the truth, and every episode."""

    course: Course
    told: list[Told]
    episodes: list[Episode]


def taught(law: Law, seed: int, *, size: int = CLASS_SIZE, days: int = DAYS) -> Taught:
    """One class under `law`; the same `seed` gives the same class, answer by answer."""
    course = drawn_course(stream(seed, law.letter, "graph").randrange(2**32))
    run = _Run(course, law, seed, size)
    told = [one for day in range(days) for one in run.day(day)]
    return Taught(course, told, run.episodes)


class _Run:
    """A class at work: its children, the hub's tracer beside them, and who is where."""

    def __init__(self, course: Course, law: Law, seed: int, size: int) -> None:
        self._course = course
        self._children = [
            Child(course, law, stream(seed, law.letter, "child", one)) for one in range(size)
        ]
        self._luck = [stream(seed, law.letter, "luck", one) for one in range(size)]
        times = stream(seed, law.letter, "times")
        self._item_s = [exp(times.gauss(log(MEDIAN_S), ITEM_SPREAD)) for _ in course.difficulty]
        self._ways = [_Way(course) for _ in range(size)]
        self.episodes: list[Episode] = []
        self._tracer = _tracer(course, size)
        self._seed = 0

    def day(self, day: int) -> Iterator[Told]:
        """A day's answers in the order in which they come, and the night after it."""
        size = len(self._children)
        clocks = [float(one % 7) for one in range(size)]
        left = dict.fromkeys(range(size), ITEMS_A_DAY)
        while left:
            one = min(left, key=lambda who: (clocks[who], who))
            yield from self._question(one, day, clocks)
            left[one] -= 1
            if not left[one]:
                del left[one]
        for child in self._children:
            child.rest()

    def _question(self, one: int, day: int, clocks: list[float]) -> Iterator[Told]:
        """A question: a second try where it was wrong, and steps where that was, too."""
        child, luck = self._children[one], self._luck[one]
        skill, episode = self._next(one)
        item = skill * ITEMS_EACH + luck.randrange(ITEMS_EACH)
        child.move()
        hints, is_right, self._seed = child.hints(skill), False, self._seed + 1
        asked = [(0, 1), (0, 2), *((step, 1) for step in range(1, STEPS + 1))]
        for step, tries in asked:
            competence, has_known = child.competence(skill), child.has_known(skill)
            is_first = (step, tries) == (0, 1)
            shown = self._shown(one, item, (step, tries), hints if is_first else 0)
            clocks[one] += shown.ms / 1000 + 2.0
            if is_first:
                self._count(one, episode, is_right=_counts(shown))
            yield Told(
                replace(shown, at_ms=int(clocks[one] * 1000), boot=day + 1),
                episode,
                child.is_guessing,
                competence,
                has_known,
            )
            is_right = is_right or (shown.is_right and not step)
            if is_right or hints == HINTS:
                break
        child.practise(item, is_right=is_right)
        if episode is not None:
            episode.best = max(episode.best, child.competence(skill))

    def _shown(self, one: int, item: int, asked: tuple[int, int], hints: int) -> Shown:
        """An answer to the whole or a step of an item."""
        child, luck, skill = self._children[one], self._luck[one], skill_of(item)
        step, tries = asked
        chance = child.chance_of_step(skill) if step else child.chance(item, hints, tries)
        is_right = luck.random() < chance
        seconds = child.seconds(item, self._item_s[item], hints) * (STEP_PACE if step else 1.0)
        rule = "" if is_right or step else child.rule_of(skill)
        shown = Shown(
            learner=one,
            item=item,
            seed=self._seed,
            step=step,
            tries=tries,
            is_right=is_right,
            ms=int(seconds * 1000),
            hints=hints,
            p=None,
            misconception=rule,
            answer="right" if is_right else rule or f"w{luck.randrange(9)}",
            at_ms=0,
            boot=0,
        )
        if asked != (0, 1):
            return shown
        counts = _counts(shown)
        traced = self._tracer.answer(one, item, counts, pace_s=seconds, hints=hints)
        return replace(shown, p=traced.p)

    def _next(self, one: int) -> tuple[int, Episode | None]:
        """The skill of the next question; None beside it where that is a review."""
        way, luck, child = self._ways[one], self._luck[one], self._children[one]
        if way.closed and (luck.randrange(REVIEW_EVERY) == 0 or way.is_over):
            return luck.choice(way.closed), None
        while len(way.open) < OPEN_AT_ONCE and way.ahead:
            skill = way.next_skill(is_pushed=luck.random() < PUSHED)
            start = child.competence(skill)
            episode = Episode(one, skill, child.kind(skill), start, start)
            way.begin(episode)
            self.episodes.append(episode)
        episode = luck.choice(way.open)
        return episode.skill, episode

    def _count(self, one: int, episode: Episode | None, *, is_right: bool) -> None:
        if episode is None:
            return
        episode.answers.append(is_right)
        if all(episode.answers[-IN_A_ROW:]) and len(episode.answers) >= IN_A_ROW:
            self._ways[one].close(episode, "mastered")
        elif len(episode.answers) == MOST_ANSWERS:
            self._ways[one].close(episode, "given up")


class _Way:
    """Which skills of a child are open, closed, mastered and to come."""

    def __init__(self, course: Course) -> None:
        self._before = course.told
        self.open: list[Episode] = []
        self.closed: list[int] = []
        self.ahead = list(range(course.skills))
        self._mastered: set[int] = set()

    @property
    def is_over(self) -> bool:
        """Whether nothing but reviews is left."""
        return not self.ahead and not self.open

    def next_skill(self, *, is_pushed: bool) -> int:
        """The first skill that is ready; the first of all where the class goes on."""
        for skill in self.ahead if not is_pushed else ():
            if self._mastered.issuperset(self._before[skill]):
                return skill
        return self.ahead[0]

    def begin(self, episode: Episode) -> None:
        """A skill is met."""
        self.open.append(episode)
        self.ahead.remove(episode.skill)

    def close(self, episode: Episode, how: str) -> None:
        """A skill is done with, `how` says why; it comes back in reviews."""
        episode.closed = how
        self.open.remove(episode)
        self.closed.append(episode.skill)
        if how == "mastered":
            self._mastered.add(episode.skill)


def _counts(shown: Shown) -> bool:
    """Whether a first answer counts as right: it was not told."""
    return shown.is_right and shown.hints < HINTS


def _tracer(course: Course, size: int) -> Tracer:
    stack = load_stack()
    tracer = Tracer(
        skill_params=[stack.bkt.as_tuple()] * course.skills,
        prerequisites=course.told,
        item_skills=[[skill_of(item)] for item in range(len(course.found))],
        item_difficulty=course.found,
        weights=stack.weights,
    )
    tracer.add_learners(size)
    return tracer
