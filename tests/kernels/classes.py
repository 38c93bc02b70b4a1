"""Made-up classes with known abilities, for tests: seeded, small, never real logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from random import Random

from hub.kernels import AheadNode, Choice, Tracer
from models.learner.weights import load_stack
from tests.kernels.twin import Params, Twin

RIGHT, WRONG = True, False


@dataclass(frozen=True)
class Domain:
    skill_params: list[Params]
    prerequisites: list[list[int]]
    item_skills: list[list[int]]
    item_difficulty: list[float]

    def tracer(self, weights: dict[str, float] | None = None) -> Tracer:
        return Tracer(
            skill_params=self.skill_params,
            prerequisites=self.prerequisites,
            item_skills=self.item_skills,
            item_difficulty=self.item_difficulty,
            weights=weights or load_stack().weights,
        )

    def twin(self, weights: dict[str, float] | None = None) -> Twin:
        return Twin(
            skill_params=self.skill_params,
            prerequisites=self.prerequisites,
            item_skills=self.item_skills,
            item_difficulty=self.item_difficulty,
            weights=weights or load_stack().weights,
        )


def random_domain(random: Random, n_skills: int = 8, n_items: int = 40) -> Domain:
    """A graph in which each skill builds on up to two before it; items of one to three."""
    return Domain(
        [random_params(random) for _ in range(n_skills)],
        [
            random.sample(range(skill), min(skill, random.randrange(3)))
            for skill in range(n_skills)
        ],
        [
            random.sample(range(n_skills), min(n_skills, random.choice((1, 1, 1, 2, 3))))
            for _ in range(n_items)
        ],
        [random.choice((0.0, random.uniform(-1.5, 1.5))) for _ in range(n_items)],
    )


def random_params(random: Random) -> Params:
    return (
        random.uniform(0.05, 0.6),
        random.uniform(0.02, 0.3),
        random.uniform(0.0, 0.02),
        random.uniform(0.05, 0.3),
        random.uniform(0.02, 0.2),
    )


def random_weights(random: Random) -> dict[str, float]:
    return {name: random.uniform(-1, 1) for name in load_stack().weights}


def chain(n_skills: int, items_each: int) -> Domain:
    """Skills in a row, each building on the one before, with items of that skill alone."""
    return Domain(
        [(0.3, 0.15, 0.005, 0.2, 0.1)] * n_skills,
        [[] if skill == 0 else [skill - 1] for skill in range(n_skills)],
        [[skill] for skill in range(n_skills) for _ in range(items_each)],
        [0.0] * (n_skills * items_each),
    )


def random_answers(
    random: Random, domain: Domain, n_learners: int, count: int
) -> Iterator[tuple[int, int, bool]]:
    """Answers of learners whose chance follows their ability and the item's difficulty."""
    ability = [random.gauss(0.5, 1.0) for _ in range(n_learners)]
    hardness = [random.gauss(0.0, 1.0) for _ in domain.item_skills]
    for _ in range(count):
        learner = random.randrange(n_learners)
        item = random.randrange(len(domain.item_skills))
        p = 1 / (1 + exp(hardness[item] - ability[learner]))
        yield learner, item, random.random() < p


def class_at_work(domain: Domain, n_learners: int, seed: int, count: int = 150) -> Tracer:
    tracer = domain.tracer()
    tracer.add_learners(n_learners)
    for answer in random_answers(Random(seed), domain, n_learners, count):
        tracer.answer(*answer)
    return tracer


def wide(n_skills: int = 4, items_each: int = 6) -> Domain:
    """Skills that build on nothing, so that all of them are the fringe."""
    return Domain(
        [(0.3, 0.1, 0.0, 0.2, 0.1)] * n_skills,
        [[]] * n_skills,
        [[skill] for skill in range(n_skills) for _ in range(items_each)],
        [0.0] * (n_skills * items_each),
    )


def said(choice: Choice | AheadNode | None) -> tuple[object, ...] | None:
    if choice is None:
        return None
    return (choice.item, choice.skill, choice.p, choice.reasons, choice.propensity)
