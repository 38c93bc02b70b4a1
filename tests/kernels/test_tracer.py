"""What must hold of tracing, whoever answers what."""

from __future__ import annotations

from random import Random
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels import MASTERED, Tracer
from tests.kernels.classes import RIGHT, WRONG, Domain, chain, random_answers, random_domain

seeds = st.integers(0, 2**32)
many = settings(max_examples=40, deadline=None)


def one_learner(domain: Domain) -> Tracer:
    tracer = domain.tracer()
    tracer.add_learner()
    return tracer


@given(seeds)
@many
def test_a_right_answer_never_lowers_and_a_wrong_one_never_raises_mastery(seed: int) -> None:
    domain = random_domain(Random(seed))
    tracer = one_learner(domain)
    for _, item, is_right in random_answers(Random(seed), domain, 1, 80):
        traced = tracer.answer(0, item, is_right)
        for (skill, before), (same, after) in zip(traced.before, traced.after, strict=True):
            assert skill == same
            assert after >= before if is_right else after <= before
            assert 0 <= after <= 1


@given(seeds)
@many
def test_only_the_skills_of_the_item_change_their_mastery(seed: int) -> None:
    domain = random_domain(Random(seed))
    tracer = one_learner(domain)
    for _, item, is_right in random_answers(Random(seed), domain, 1, 20):
        before = tracer.mastery(0)
        tracer.answer(0, item, is_right)
        after = tracer.mastery(0)
        for skill in set(range(tracer.n_skills)) - set(domain.item_skills[item]):
            assert before[skill] == after[skill]


@given(seeds)
@many
def test_the_reasons_add_up_to_the_logit(seed: int) -> None:
    domain = random_domain(Random(seed))
    tracer = one_learner(domain)
    for _, item, is_right in random_answers(Random(seed), domain, 1, 40):
        predicted = tracer.predict(0, item)
        traced = tracer.answer(0, item, is_right)
        assert (predicted.p, predicted.reasons) == (traced.p, traced.reasons)
        assert sum(number for _, number in traced.reasons) == pytest.approx(
            traced.logit, abs=1e-9
        )
        assert 0 < traced.p < 1


@given(seed=seeds, mastery=st.floats(0, 1))
@many
def test_a_mastery_set_by_the_teacher_is_the_one_answers_start_from(
    seed: int, mastery: float
) -> None:
    domain = random_domain(Random(seed))
    tracer = one_learner(domain)
    skill = domain.item_skills[0][0]
    tracer.set_mastery(0, skill, mastery)
    kept = tracer.mastery(0)[skill]
    assert kept == pytest.approx(mastery, abs=1.3e-10)  # kept in steps of 1/4,000,000,000
    assert dict(tracer.answer(0, 0, RIGHT).before)[skill] == kept
    assert tracer.evidence(0, skill).is_mastered == (tracer.mastery(0)[skill] >= MASTERED)


def test_a_prediction_moves_nothing() -> None:
    tracer = one_learner(chain(2, 2))
    tracer.answer(0, 0, RIGHT)
    before = tracer.to_bytes()
    tracer.predict(0, 1)
    tracer.plan(0)
    tracer.ahead(0, 1, depth=4)
    assert tracer.to_bytes() == before


def test_a_new_item_starts_at_its_skills_running_difficulty() -> None:
    tracer = chain(2, 5).tracer()
    tracer.add_learners(12)
    for learner in range(10):
        for item in range(4):
            tracer.answer(learner, item, WRONG)
    hard, untouched = tracer.predict(11, 4), tracer.predict(11, 9)
    parts = dict(hard.reasons)
    assert parts["ITEM_DIFFICULTY"] == 0
    assert parts["SKILL_DIFFICULTY"] < -0.5
    assert hard.p < untouched.p


def test_an_item_that_classmates_missed_is_expected_to_be_harder() -> None:
    tracer = chain(1, 2).tracer()
    tracer.add_learners(9)
    for learner in range(8):
        tracer.answer(learner, 0, WRONG)
        tracer.answer(learner, 1, RIGHT)
    assert tracer.predict(8, 0).p < tracer.predict(8, 1).p - 0.1


def test_evidence_counts_answers_and_keeps_the_latest_five() -> None:
    tracer = one_learner(chain(1, 1))
    rights = [True, True, False, True, False, False, True]
    for is_right in rights:
        tracer.answer(0, 0, is_right)
    evidence = tracer.evidence(0, 0)
    assert (evidence.attempts, evidence.right) == (7, 4)
    assert evidence.recent == rights[-5:]
    assert tracer.answers(0) == 7


def test_learners_are_numbered_from_zero() -> None:
    tracer = chain(1, 1).tracer()
    assert [tracer.add_learner(), tracer.add_learners(3), tracer.add_learner()] == [0, 1, 4]
    assert (tracer.n_learners, tracer.n_skills, tracer.n_items) == (5, 1, 1)


def test_a_wrong_type_is_a_type_error() -> None:
    tracer = one_learner(chain(1, 1))
    with pytest.raises(TypeError):
        tracer.answer(0, 0, "yes")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        tracer.answer("0", 0, RIGHT)  # type: ignore[arg-type]


def test_threads_may_share_a_tracer() -> None:
    domain = chain(3, 10)
    tracer = domain.tracer()
    tracer.add_learners(4)
    answers = [list(random_answers(Random(n), domain, 1, 3000)) for n in range(4)]

    def practise(learner: int) -> None:
        items = [item for _, item, _ in answers[learner]]
        rights = [is_right for _, _, is_right in answers[learner]]
        tracer.answer_many([learner] * len(items), items, rights)
        for item, is_right in zip(items[:500], rights, strict=False):
            tracer.answer(learner, item, is_right)
            tracer.plan(learner)

    threads = [Thread(target=practise, args=(learner,)) for learner in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [tracer.answers(learner) for learner in range(4)] == [3500] * 4
