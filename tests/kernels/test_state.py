"""The state of a class as bytes: exact, complete, and refused when it is not ours."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels import MASTERED, Tracer
from tests.kernels.classes import RIGHT, Domain, chain, random_answers, random_domain


def practised(domain: Domain, seed: int, count: int) -> Tracer:
    tracer = domain.tracer()
    tracer.add_learners(3)
    for learner, item, is_right in random_answers(Random(seed), domain, 3, count):
        tracer.answer(learner, item, is_right)
    return tracer


@given(seed=st.integers(0, 2**32), count=st.integers(0, 120))
@settings(max_examples=25, deadline=None)
def test_a_reloaded_class_goes_on_bit_for_bit(seed: int, count: int) -> None:
    domain = random_domain(Random(seed))
    tracer = practised(domain, seed, count)
    copy = domain.tracer()
    copy.load_bytes(tracer.to_bytes())
    assert copy.to_bytes() == tracer.to_bytes()
    for learner, item, is_right in random_answers(Random(seed + 1), domain, 3, 60):
        assert (
            copy.answer(learner, item, is_right).p == tracer.answer(learner, item, is_right).p
        )
        one, other = copy.plan(learner), tracer.plan(learner)
        assert (one and (one.item, one.reasons)) == (other and (other.item, other.reasons))
    assert copy.to_bytes() == tracer.to_bytes()


def test_the_same_log_gives_the_same_bytes_one_by_one_and_in_a_batch() -> None:
    domain = random_domain(Random(3))
    answers = list(random_answers(Random(4), domain, 3, 200))
    one_by_one, batch = domain.tracer(), domain.tracer()
    one_by_one.add_learners(3)
    batch.add_learners(3)
    chances = [one_by_one.answer(*answer).p for answer in answers]
    learners, items, rights = zip(*answers, strict=True)
    assert list(batch.answer_many(learners, items, rights)) == chances
    assert batch.to_bytes() == one_by_one.to_bytes()


def test_loading_brings_the_learners_along() -> None:
    domain = chain(2, 2)
    tracer = practised(domain, 1, 30)
    copy = domain.tracer()
    copy.add_learners(7)
    copy.load_bytes(tracer.to_bytes())
    assert copy.n_learners == 3
    assert [copy.mastery(n) for n in range(3)] == [tracer.mastery(n) for n in range(3)]


@pytest.mark.parametrize("place", [0, 8, 16, 24, 32, 40, 48, 100, -9, -1])
def test_a_flipped_bit_is_refused_and_nothing_changes(place: int) -> None:
    domain = chain(2, 2)
    tracer = practised(domain, 1, 30)
    damaged = bytearray(tracer.to_bytes())
    damaged[place] ^= 1
    before = tracer.to_bytes()
    with pytest.raises(ValueError, match="saved state"):
        tracer.load_bytes(bytes(damaged))
    assert tracer.to_bytes() == before


@pytest.mark.parametrize("cut", [1, 8, 50, 10_000])
def test_a_torn_state_is_refused(cut: int) -> None:
    tracer = practised(chain(2, 2), 1, 30)
    with pytest.raises(ValueError, match="saved state"):
        tracer.load_bytes(tracer.to_bytes()[:-cut])


def test_a_state_of_another_domain_is_refused() -> None:
    state = practised(chain(2, 2), 1, 30).to_bytes()
    with pytest.raises(ValueError, match="number of items"):
        chain(2, 3).tracer().load_bytes(state)
    other = chain(2, 2)
    other.item_difficulty[1] = 0.5
    with pytest.raises(ValueError, match="fingerprint of the domain"):
        other.tracer().load_bytes(state)


def test_the_state_of_forty_learners_500_skills_and_5000_items_is_below_a_megabyte() -> None:
    tracer = chain(500, 10).tracer()
    tracer.add_learners(40)
    assert len(tracer.to_bytes()) < 1_000_000


def test_a_mastery_of_up_to_nine_decimals_is_kept_as_it_was_set() -> None:
    tracer = chain(1, 1).tracer()
    tracer.add_learner()
    for mastery in (0.0, 0.05, 0.3, 0.949_999_999, 0.95, 0.123_456_789, 1.0):
        tracer.set_mastery(0, 0, mastery)
        assert tracer.mastery(0) == [mastery]
        assert tracer.evidence(0, 0).is_mastered == (mastery >= MASTERED)


def test_a_learner_goes_on_after_more_answers_than_the_small_counts_hold() -> None:
    tracer = chain(2, 3).tracer()
    tracer.add_learner()
    count = 66_000
    tracer.answer_many(
        [0] * count, [n % 3 for n in range(count)], [n % 4 > 0 for n in range(count)]
    )
    evidence = tracer.evidence(0, 0)
    assert (tracer.answers(0), evidence.attempts) == (count, 65_535)
    assert 0 < evidence.right < evidence.attempts
    copy = chain(2, 3).tracer()
    copy.load_bytes(tracer.to_bytes())
    choice, other = tracer.plan(0), copy.plan(0)
    assert choice
    assert other
    assert (choice.item, choice.reasons) == (other.item, other.reasons)
    assert copy.answer(0, 5, RIGHT).p == tracer.answer(0, 5, RIGHT).p


@pytest.mark.parametrize("count", [-1, 1_000_000, 2**63, 2**70])
def test_more_learners_than_any_hub_has_are_refused(count: int) -> None:
    tracer = practised(chain(2, 2), 1, 30)
    before = tracer.to_bytes()
    with pytest.raises(ValueError, match="allowed"):
        tracer.add_learners(count)
    assert tracer.to_bytes() == before


def test_the_state_of_an_older_layout_is_refused_by_its_version() -> None:
    tracer = practised(chain(2, 2), 1, 30)
    older = bytearray(tracer.to_bytes())
    older[8] = 1
    with pytest.raises(ValueError, match="version is 1; allowed: 3"):
        tracer.load_bytes(bytes(older))
