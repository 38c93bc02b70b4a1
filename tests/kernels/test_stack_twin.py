"""The fitted stack and its plain Python twin give the same numbers."""

from __future__ import annotations

from math import exp, nan

import pytest

from hub.kernels.stack import CODES, StackModel, fit
from tests.kernels.logs import ALL, MadeUp, made_up
from tests.kernels.twin_stack import Person, StackTwin

CASES = [(), ("pace_s", "hints"), ALL]


def fitted(log: MadeUp, *extras: str) -> StackModel:
    return fit(
        log.answers(*extras), item_skills=log.item_skills, n_skills=log.n_skills, data="made up"
    )


def extras_at(log: MadeUp, row: int, extras: tuple[str, ...]) -> dict[str, float]:
    names = {"pace_s": "pace_s", "hints": "hints", "times_s": "time_s"}
    return {names[name]: getattr(log, name)[row] for name in extras}


@pytest.mark.parametrize("extras", CASES)
def test_a_log_is_traced_as_the_twin_traces_it(extras: tuple[str, ...]) -> None:
    log = made_up(3, n_learners=40)
    model = fitted(log, *extras)
    columns = log.answers(*extras)
    traced = model.stack().trace(
        log.learners,
        log.items,
        log.rights,
        pace_s=columns.pace_s,
        hints=columns.hints,
        times_s=columns.times_s,
    )
    twin, people = StackTwin(model), [Person() for _ in range(40)]
    for row, (learner, item) in enumerate(zip(log.learners, log.items, strict=True)):
        numbers = extras_at(log, row, extras)
        logit = twin.logit(people[learner], item, numbers.get("time_s", nan))
        assert traced[row] == pytest.approx(1 / (1 + exp(-logit)), abs=1e-12)
        twin.learn(people[learner], item, is_right=log.rights[row], **numbers)


@pytest.mark.parametrize("extras", CASES)
def test_answers_one_by_one_give_what_the_whole_log_gives(extras: tuple[str, ...]) -> None:
    log = made_up(4, n_learners=30)
    stack = fitted(log, *extras).stack()
    columns = log.answers(*extras)
    traced = stack.trace(
        log.learners,
        log.items,
        log.rights,
        pace_s=columns.pace_s,
        hints=columns.hints,
        times_s=columns.times_s,
    )
    room = stack.learners(30)
    for row, (learner, item) in enumerate(zip(log.learners, log.items, strict=True)):
        numbers = extras_at(log, row, extras)
        told = room.answer(learner, item, log.rights[row], **numbers)
        assert told.p == pytest.approx(traced[row], abs=1e-12)
        assert [code for code, _ in told.reasons] == CODES
        assert sum(number for _, number in told.reasons) == pytest.approx(told.logit, abs=1e-12)
