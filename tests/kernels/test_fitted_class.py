"""A class whose predictions come from a fitted stack, and what a replay can rely on."""

from __future__ import annotations

from math import nan
from random import Random

import pytest

from hub.kernels import ARITHMETIC, Tracer
from hub.kernels.stack import Answers, StackModel, fit
from models.learner.weights import load_stack

ITEM_SKILLS = [[0], [0], [1], [0, 1]]
PARAMS = (0.3, 0.1, 0.002, 0.2, 0.1)


def new_class(learners: int) -> Tracer:
    tracer = Tracer(
        skill_params=[PARAMS] * 2,
        prerequisites=[[], [0]],
        item_skills=ITEM_SKILLS,
        item_difficulty=[0.0] * 4,
        weights=load_stack().weights,
    )
    tracer.add_learners(learners)
    return tracer


def fitted(*, with_pace: bool = False) -> StackModel:
    random = Random(4)
    learners = [row // 20 for row in range(1200)]
    items = [random.randrange(4) for _ in learners]
    rights = [random.random() < (0.9, 0.6, 0.5, 0.3)[item] for item in items]
    pace_s = [random.uniform(1, 30) for _ in learners] if with_pace else None
    answers = Answers(learners, items, rights, pace_s=pace_s)
    return fit(answers, item_skills=ITEM_SKILLS, n_skills=2, data="made up")


def test_a_fitted_stack_predicts_plans_and_adds_up_in_the_layers_place() -> None:
    tracer = new_class(2)
    shipped = tracer.predict(0, 3)
    tracer.use_stack(fitted().stack(), range(4), [0, 1])
    own = tracer.predict(0, 3)
    assert own.p < shipped.p
    assert [code for code, _ in own.reasons][-1] == "SEQUENCE"
    traced = tracer.answer(0, 3, is_right=True)
    assert traced.p == own.p
    assert sum(part for _, part in traced.reasons) == pytest.approx(traced.logit, abs=1e-12)
    choice = tracer.plan(0)
    assert choice is not None
    assert choice.p == pytest.approx(tracer.predict(0, choice.item).p, abs=1e-12)
    tracer.use_layer()
    assert [code for code, _ in tracer.predict(0, 3).reasons][-1] == "NEW_SKILL"


def test_pace_and_hints_count_where_the_stack_was_fitted_with_them() -> None:
    quick, slow = new_class(1), new_class(1)
    for tracer, pace_s in ((quick, 1.0), (slow, 60.0)):
        tracer.use_stack(fitted(with_pace=True).stack(), range(4), [0, 1])
        tracer.answer(0, 0, is_right=False, pace_s=pace_s, hints=0.0)
    assert quick.predict(0, 0).p != slow.predict(0, 0).p
    before = quick.to_bytes()
    for name in ("pace_s", "hints"):
        with pytest.raises(ValueError, match=f"{name} is -1; allowed: 0 to"):
            quick.answer(0, 0, is_right=True, **{name: -1.0})
    assert quick.to_bytes() == before
    quick.answer(0, 0, is_right=True, pace_s=nan)


def test_a_class_finds_out_how_hard_a_question_is_of_which_the_log_knew_little() -> None:
    sure, doubting = new_class(2), new_class(2)
    stack = fitted().stack()
    sure.use_stack(stack, range(4), [0, 1])
    doubting.use_stack(stack, range(4), [0, 1], item_doubt=[1.0, 0, 0, 0], skill_doubt=0.0)
    for tracer in (sure, doubting):
        for _ in range(12):
            tracer.answer(0, 0, is_right=False)
    assert doubting.predict(1, 0).p < 0.6 < sure.predict(1, 0).p
    assert doubting.predict(1, 1).p == sure.predict(1, 1).p
    with pytest.raises(ValueError, match="item_doubt has 1 entries; allowed: 4"):
        sure.use_stack(stack, range(4), [0, 1], item_doubt=[0.1])
    with pytest.raises(ValueError, match="skill_doubt is NaN; allowed: 0 to 4"):
        sure.use_stack(stack, range(4), [0, 1], skill_doubt=nan)


def test_a_stack_that_does_not_fit_the_class_is_refused() -> None:
    tracer, stack = new_class(1), fitted().stack()
    with pytest.raises(ValueError, match="items has 3 entries; allowed: 4"):
        tracer.use_stack(stack, [0, 1, 2], [0, 1])
    with pytest.raises(KeyError, match="items 9 is unknown; allowed: 0 to 3"):
        tracer.use_stack(stack, [0, 1, 2, 9], [0, 1])
    with pytest.raises(ValueError, match="item 2 practises other skills"):
        tracer.use_stack(stack, range(4), [0, None])
    clock = Answers([0, 0], [0, 1], [True, False], times_s=[1.0, 2.0])
    with_clock = fit(clock, item_skills=ITEM_SKILLS, n_skills=2, data="made up").stack()
    with pytest.raises(ValueError, match="a hub's clock cannot always be trusted"):
        tracer.use_stack(with_clock, range(4), [0, 1])


def test_the_arithmetic_has_another_number_when_the_same_log_gives_other_numbers() -> None:
    """Where these differ: raise ARITHMETIC in core_rs/kernels/src/lib.rs, then pin them anew.

    A log names the arithmetic that it was traced with, so that after an update a replay is
    not taken for a fault.
    """
    random, layer, stack = Random(11), new_class(2), new_class(2)
    stack.use_stack(fitted(with_pace=True).stack(), range(4), [0, 1])
    for _ in range(60):
        learner, item, is_right = (
            random.randrange(2),
            random.randrange(4),
            random.random() < 0.6,
        )
        for tracer in (layer, stack):
            tracer.answer(learner, item, is_right, pace_s=random.uniform(1, 30))
    found = [
        round(tracer.predict(0, item).p, 9) for tracer in (layer, stack) for item in (0, 3)
    ]
    found += [round(mastery, 9) for mastery in layer.mastery(0)]
    pinned = [0.474729908, 0.589322666, 0.935052393, 0.373965905, 0.962130375, 0.707851344]
    assert (ARITHMETIC, found) == (2, pinned)
