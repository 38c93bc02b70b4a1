"""A prediction knows nothing of its own answer, of later ones, or of other learners."""

from __future__ import annotations

from random import Random

import pytest

from hub.kernels import stack
from tests.kernels.logs import ALL, MadeUp, made_up


@pytest.fixture(scope="module")
def fitted() -> stack.Stack:
    log = made_up(11)
    answers = log.answers(*ALL)
    model = stack.fit(
        answers, item_skills=log.item_skills, n_skills=log.n_skills, data="made up"
    )
    return model.stack()


def traced(fitted: stack.Stack, log: MadeUp) -> list[float]:
    extras = {name: getattr(log, name) for name in ALL}
    return list(fitted.trace(log.learners, log.items, log.rights, **extras))


@pytest.mark.parametrize("seed", range(10))
def test_other_answers_from_here_on_change_no_chance_up_to_here(
    fitted: stack.Stack, seed: int
) -> None:
    log, random = made_up(11), Random(seed)
    before = traced(fitted, log)
    row = random.randrange(len(log.rights))
    who = log.learners[row]
    for later in range(row, len(log.rights)):
        if log.learners[later] == who:
            log.rights[later] = not log.rights[later]
            log.pace_s[later], log.hints[later] = random.uniform(1, 300), 2.0
    after = traced(fitted, log)
    known = [at for at in range(len(before)) if log.learners[at] != who or at <= row]
    assert [after[at] for at in known] == [before[at] for at in known]


def test_other_answers_do_change_the_chances_that_follow(fitted: stack.Stack) -> None:
    log = made_up(11)
    before = traced(fitted, log)
    log.rights[0] = not log.rights[0]
    after = traced(fitted, log)
    assert after[0] == before[0]
    assert after[1:40] != before[1:40]
