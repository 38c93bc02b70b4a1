"""Fitted models of made-up logs for tests: of the starter pack's items, or of any."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from random import Random

from hub.kernels.stack import Answers, fit
from models.domain.pack import Pack
from models.learner.fitted import FittedModel, Judged, encode_model
from tests.packs import STARTER


@functools.cache
def starter_model(seed: int = 1) -> FittedModel:
    """A model of the starter pack's items, some much easier than others."""
    return model_of(STARTER, seed)


def starter_body(seed: int = 1) -> bytes:
    """The same as a file holds it."""
    return encode_model(starter_model(seed))


def model_of(pack: Pack, seed: int, *, clock: bool = False) -> FittedModel:
    """A model of 40 learners who answered 30 items each."""
    learners, items, rights = made_up_answers(len(pack.items), seed)
    times = [float(row) for row in range(len(learners))] if clock else None
    return FittedModel(
        format="mangotree-model",
        version=1,
        items=tuple(item.id for item in pack.items),
        skills=tuple(skill.id for skill in pack.skills),
        stack=fit(
            Answers(learners, items, rights, times_s=times),
            item_skills=pack.item_skills,
            n_skills=len(pack.skills),
            data=f"made up, seed {seed}",
        ),
        held_out=Judged(100, 10, 0.75, 0.7, 0.5, 0.02, 0.8),
    )


def made_up_answers(
    n_items: int, seed: int
) -> tuple[Sequence[int], Sequence[int], Sequence[bool]]:
    """Columns of learners, items and rights; whether an item is easy comes from the seed."""
    random = Random(seed)
    easy = [random.choice((0.15, 0.5, 0.95)) for _ in range(n_items)]
    learners = [row // 30 for row in range(1200)]
    items = [random.randrange(n_items) for _ in learners]
    return learners, items, [random.random() < easy[item] for item in items]
