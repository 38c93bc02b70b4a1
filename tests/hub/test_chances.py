"""What a chance rests on, in words: every code has them, and every "if" comes true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from random import Random

import pytest

from hub.insight.chances import EVIDENCE, MOST, SMALL, balance, in_ten, name, what_if
from hub.kernels import WEIGHT_NAMES, Tracer
from hub.kernels.stack import CODES
from models.learner.fitted import placed
from models.learner.weights import load_stack
from tests.hub.fitted import starter_model
from tests.packs import STARTER


@pytest.fixture(params=["shipped", "fitted"])
def tracer(request: pytest.FixtureRequest) -> Tracer:
    """The starter pack's class of three, predicted by what is shipped or by a fitted model."""
    stack = load_stack()
    tracer = Tracer(
        skill_params=[stack.bkt.as_tuple()] * len(STARTER.skills),
        prerequisites=STARTER.prerequisites,
        item_skills=STARTER.item_skills,
        item_difficulty=[item.difficulty for item in STARTER.items],
        weights=stack.weights,
    )
    if request.param == "fitted":
        here = placed(starter_model(), STARTER)
        tracer.use_stack(here.stack.stack(), here.items, here.skills)
    tracer.add_learners(3)
    return tracer


def after(tracer: Tracer, learner: int, item: int, rights: Sequence[bool]) -> float:
    return tracer.suppose(learner, item, rights).p


def test_every_kind_of_evidence_has_words_and_no_word_is_idle() -> None:
    assert set(EVIDENCE) == {*WEIGHT_NAMES, *CODES}
    for code in EVIDENCE:
        assert name(code, "sw") != name(code)
        assert balance([(code, 1.0)]) or code == "BIAS"
        assert balance([(code, -1.0)], "ar") or code == "BIAS"


def test_the_strongest_evidence_comes_first_and_small_parts_are_left_out() -> None:
    reasons = [
        ("BIAS", 2.0),
        ("ABILITY", 0.2),
        ("NEW_SKILL", -0.7),
        ("ITEM_DIFFICULTY", 0.9),
        ("MEMORY", SMALL / 2),
    ]
    assert balance(reasons) == (
        "For it: an easy question; does well overall. Against: never tried before."
    )
    assert balance([("BIAS", 3.0)]) == ""
    many = balance([(code, 1.0) for code in WEIGHT_NAMES])
    assert many.count(";") == MOST - 1


def test_what_is_said_of_more_answers_comes_true_by_them(tracer: Tracer) -> None:
    random = Random(3)
    said = 0
    for _ in range(60):
        learner, item = random.randrange(3), random.randrange(len(STARTER.items))
        tracer.answer(learner, item, random.random() < 0.6)
        choice = tracer.plan(learner)
        assert choice is not None
        before, state = tracer.predict(learner, choice.item).p, tracer.to_bytes()
        sentence = what_if(before, partial(after, tracer, learner, choice.item))
        assert tracer.to_bytes() == state
        for count, kind, tenths in re.findall(
            r"(\d+) (\w+) answers? would make it (\d+)", sentence
        ):
            for _ in range(int(count)):
                tracer.answer(learner, choice.item, kind == "right")
            found = tracer.predict(learner, choice.item).p
            assert in_ten(found) == int(tenths) != in_ten(before)
            tracer.load_bytes(state)
            said += 1
    assert said > 10


def test_a_chance_that_no_few_answers_change_is_left_unsaid() -> None:
    assert what_if(0.71, lambda _: 0.74) == ""
    assert what_if(0.71, lambda rights: 0.71 + 0.06 * len(rights) * all(rights)) == (
        "1 right answer would make it 8 in 10."
    )


def test_supposed_answers_are_refused_beyond_a_hundred(tracer: Tracer) -> None:
    with pytest.raises(ValueError, match="rights has 101 entries; allowed: at most 100"):
        tracer.suppose(0, 0, [True] * 101)
    with pytest.raises(KeyError, match="item 9999 is unknown"):
        tracer.suppose(0, 9999, [])
    assert tracer.suppose(0, 0, []).p == tracer.predict(0, 0).p
