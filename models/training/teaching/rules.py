"""The rules that are compared: each gives a pupil's next item from the answers alone.

Only the bound sees the pupils themselves; it stands for what no hub can do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from hub.kernels import MASTERED, Tracer
from models.learner.weights import load_stack
from models.training.teaching.course import ITEMS_EACH, SKILLS, Course, skill_of
from models.training.teaching.laws import MASTERED as KNOWN
from models.training.teaching.laws import Pupil
from models.training.teaching.zpdes import Zpdes

#: What each unmastered skill that waits behind one adds to its worth for the bound.
BEHIND = 0.25
#: Slots of a day's lesson.
ITEMS_A_DAY = 15


class Rule(Protocol):
    """Chooses for a whole class; learners are numbered from 0."""

    def choose(self, learner: int, slot: int) -> int:
        """The item for `learner` in the `slot`-th place of the whole course."""
        ...

    def saw(self, learner: int, item: int, *, is_right: bool) -> None:
        """Takes in the answer."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rule may look at: the pack, the class, its length, and chance of its own."""

    course: Course
    pupils: Sequence[Pupil]
    slots: int
    random: Random


def class_tracer(setting: Setting) -> Tracer:
    """The hub's own learner model with the shipped weights, as a new class has it."""
    stack, course = load_stack(), setting.course
    tracer = Tracer(
        skill_params=[stack.bkt.as_tuple()] * course.skills,
        prerequisites=course.told,
        item_skills=[[skill_of(item)] for item in range(len(course.found))],
        item_difficulty=course.found,
        weights=stack.weights,
    )
    tracer.add_learners(len(setting.pupils))
    return tracer


class AtRandom:
    """Any skill, any item."""

    def __init__(self, setting: Setting) -> None:
        self._random, self._items = setting.random, len(setting.course.found)

    def choose(self, learner: int, slot: int) -> int:
        """See `Rule`."""
        del learner, slot
        return self._random.randrange(self._items)

    def saw(self, learner: int, item: int, *, is_right: bool) -> None:
        """See `Rule`; nothing is remembered."""


class FixedOrder:
    """The whole class goes through the skills in their order, the same time for each."""

    def __init__(self, setting: Setting) -> None:
        self._random, self._setting = setting.random, setting

    def choose(self, learner: int, slot: int) -> int:
        """See `Rule`."""
        del learner
        skill = slot * self._setting.course.skills // self._setting.slots
        return _item_of(skill, self._random)

    def saw(self, learner: int, item: int, *, is_right: bool) -> None:
        """See `Rule`; nothing is remembered."""


class _Traced:
    """A rule that looks at the hub's own learner model."""

    def __init__(self, setting: Setting) -> None:
        self._random, self._course = setting.random, setting.course
        self._tracer = class_tracer(setting)

    def saw(self, learner: int, item: int, *, is_right: bool) -> None:
        """See `Rule`."""
        self._tracer.answer(learner, item, is_right)


class LinearMastery(_Traced):
    """The skills in their order, each until the hub takes it as mastered; then any."""

    def choose(self, learner: int, slot: int) -> int:
        """See `Rule`."""
        del slot
        for skill, mastery in enumerate(self._tracer.mastery(learner)):
            if mastery < MASTERED:
                return _item_of(skill, self._random)
        return _item_of(self._random.randrange(self._course.skills), self._random)


class SureSuccess(_Traced):
    """The item whose chance of success is nearest 75 %, whatever the skill: known to harm.

    It looks at two items a skill, drawn anew each time from the whole bank, and is here so
    that a simulation that no longer sees harm is found out.
    """

    def choose(self, learner: int, slot: int) -> int:
        """See `Rule`."""
        del slot
        predict, items = self._tracer.predict, len(self._course.found)
        looked_at = [int(self._random.random() * items) for _ in range(2 * SKILLS)]
        return min(looked_at, key=lambda item: abs(predict(learner, item).p - 0.75))


class Hub(_Traced):
    """The hub's planner, as a class meets it: no teacher's rules, the shipped settings."""

    def choose(self, learner: int, slot: int) -> int:
        """See `Rule`."""
        del slot
        choice = self._tracer.plan(learner)
        if choice is None:
            raise RuntimeError("the planner has nothing left although nothing is banned")
        return choice.item


class TrueState:
    """Sees the pupils: the skill and item that add most now, more where much builds on it.

    Greedy, so it is no proof of the best; it shows how much room is left above the hub.
    """

    def __init__(self, setting: Setting) -> None:
        self._pupils, self._course = setting.pupils, setting.course
        self._behind = _behind(setting.course.prerequisites)
        self._worth: dict[int, list[float]] = {}
        self._known: dict[int, list[bool]] = {}

    def choose(self, learner: int, slot: int) -> int:
        """See `Rule`; looks at the whole pupil when a day begins, then at what moved."""
        if slot % ITEMS_A_DAY == 0 or learner not in self._worth:
            self._worth[learner] = [0.0] * self._course.skills
            self._known[learner] = [False] * self._course.skills
            for skill in range(self._course.skills):
                self._look(learner, skill)
        worth, known = self._worth[learner], self._known[learner]

        def gain(skill: int) -> float:
            waiting = sum(not known[one] for one in self._behind[skill])
            return worth[skill] * (1.0 + BEHIND * waiting)

        best = max(range(self._course.skills), key=gain)
        pupil, difficulty = self._pupils[learner], self._course.difficulty
        return max(
            self._course.items_of(best), key=lambda item: pupil.worth(best, difficulty[item])
        )

    def saw(self, learner: int, item: int, *, is_right: bool) -> None:
        """See `Rule`."""
        del is_right
        skill = skill_of(item)
        self._look(learner, skill)
        for one, before in enumerate(self._course.prerequisites):
            if skill in before:
                self._look(learner, one)

    def _look(self, learner: int, skill: int) -> None:
        pupil = self._pupils[learner]
        self._worth[learner][skill] = pupil.worth(skill, 0.0)
        self._known[learner][skill] = pupil.competence(skill) >= KNOWN


class OwnWindows:
    """ZPDES with the course's graph and items at random inside the activity."""

    def __init__(self, setting: Setting) -> None:
        self._random = setting.random
        self._bandits = [Zpdes(setting.course.told, setting.random) for _ in setting.pupils]

    def choose(self, learner: int, slot: int) -> int:
        """See `Rule`."""
        del slot
        return _item_of(self._bandits[learner].draw(), self._random)

    def saw(self, learner: int, item: int, *, is_right: bool) -> None:
        """See `Rule`."""
        self._bandits[learner].reward(skill_of(item), is_right=is_right)


#: Name in tables, and how a class gets the rule.
RULES: dict[str, Callable[[Setting], Rule]] = {
    "random": AtRandom,
    "fixed order": FixedOrder,
    "linear mastery": LinearMastery,
    "ZPDES": OwnWindows,
    "hub": Hub,
    "75 % success": SureSuccess,
    "true state": TrueState,
}


def _item_of(skill: int, random: Random) -> int:
    return skill * ITEMS_EACH + random.randrange(ITEMS_EACH)


def _behind(prerequisites: Sequence[Sequence[int]]) -> list[set[int]]:
    """For each skill all those that build on it, directly or not."""
    behind: list[set[int]] = [set() for _ in prerequisites]
    for skill in reversed(range(len(prerequisites))):
        for before in prerequisites[skill]:
            behind[before] |= {skill} | behind[skill]
    return behind
