"""What is taught in the simulation: skills in a graph, their items, and what the hub is told.

The truth and the hub's pack differ on purpose. Items have a difficulty in logits; the pack
brings what a calibration found, or an author's label alone (easy, middle, hard). The pack's
graph may have wrong edges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from models.training.teaching.chances import stream

SKILLS = 24
ITEMS_EACH = 10
#: A skill builds on one or two of the skills at most so far before it.
REACH = 6
#: Skills at the start that build on nothing.
ROOTS = 3
#: How far items of one skill differ, in logits: ASSISTments' items of one skill differ by
#: about as much (standard deviation .9 after taking out the skill's mean).
ITEM_SD = 0.9
#: How far a calibrated difficulty is off, in logits: what some fifty answers to an item leave.
CALIBRATION_SD = 0.3
#: How far an author's feeling for an item is off before it becomes a label.
AUTHOR_SD = 0.5


@dataclass(frozen=True, slots=True)
class Course:
    """`prerequisites` and `difficulty` are the truth; the hub knows `told` and `found`.

    Skills stand in an order in which they can be taught: prerequisites come first. Item i
    practises skill i // ITEMS_EACH.
    """

    prerequisites: tuple[tuple[int, ...], ...]
    difficulty: tuple[float, ...]
    told: tuple[tuple[int, ...], ...]
    found: tuple[float, ...]

    @property
    def skills(self) -> int:
        """How many skills."""
        return len(self.prerequisites)

    def items_of(self, skill: int) -> range:
        """The items of `skill`."""
        return range(skill * ITEMS_EACH, (skill + 1) * ITEMS_EACH)


def skill_of(item: int) -> int:
    """The skill that `item` practises."""
    return item // ITEMS_EACH


def drawn_course(seed: int) -> Course:
    """A course with a random graph; the hub is told the true one."""
    random = stream(seed, "course")
    graph = tuple(_before(random, skill) for skill in range(SKILLS))
    difficulty = tuple(random.gauss(0.0, ITEM_SD) for _ in range(SKILLS * ITEMS_EACH))
    found = tuple(one + random.gauss(0.0, CALIBRATION_SD) for one in difficulty)
    return Course(graph, difficulty, graph, found)


def with_wrong_edges(course: Course, share: float, seed: int) -> Course:
    """The same course, of which the hub is told a graph with a `share` of its edges wrong.

    A wrong edge names another earlier skill than the true one, so no circle can come.
    """
    random = stream(seed, "wrong edges")
    told = []
    for skill, before in enumerate(course.prerequisites):
        wrong = [random.random() < share for _ in before]
        others = [one for one in range(skill) if one not in before]
        random.shuffle(others)
        kept = [one for one, is_wrong in zip(before, wrong, strict=True) if not is_wrong]
        told.append(tuple(sorted(kept + others[: sum(wrong)])))
    return replace(course, told=tuple(told))


def with_labels(course: Course, seed: int) -> Course:
    """The same course, of which the hub has nothing but its author's labels of items."""
    random = stream(seed, "labels")
    felt = (one + random.gauss(0.0, AUTHOR_SD) for one in course.difficulty)
    return replace(course, found=tuple(_label(one) for one in felt))


def _before(random: Random, skill: int) -> tuple[int, ...]:
    if skill < ROOTS:
        return ()
    near = range(max(0, skill - REACH), skill)
    return tuple(sorted(random.sample(near, random.choice((1, 2)))))


def _label(felt: float) -> float:
    """Easy, middle or hard, as the logit that stands for it: the mean of its third."""
    if felt < -0.44:
        return -1.1
    return 1.1 if felt > 0.44 else 0.0
