"""What must hold of every choice, whatever the class did and the teacher set."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels import MASTERED, AheadNode, Choice, Tracer
from tests.kernels.classes import RIGHT, WRONG, Domain, chain, random_answers, random_domain
from tests.kernels.test_twin import handle_of, planned, random_rules
from tests.kernels.twin_plan import PACES

seeds = st.integers(0, 2**32)
many = settings(max_examples=60, deadline=None)


def practised(domain: Domain, seed: int, count: int = 60) -> Tracer:
    tracer = domain.tracer()
    tracer.add_learner()
    random = Random(seed)
    for _, item, is_right in random_answers(random, domain, 1, random.randrange(count)):
        tracer.answer(0, item, is_right)
    for skill in range(tracer.n_skills):
        if random.random() < 0.3:
            tracer.set_mastery(0, skill, random.choice((0.2, 0.96, 1.0)))
    return tracer


def answered(tracer: Tracer, *, is_right: bool, count: int) -> list[Choice]:
    """The next `count` choices, all answered right or all wrong."""
    choices = []
    for _ in range(count):
        choice = tracer.plan(0)
        assert choice
        tracer.answer(0, choice.item, is_right)
        choices.append(choice)
    return choices


@given(seeds)
@many
def test_the_teachers_rules_hold_for_every_choice(seed: int) -> None:
    domain = random_domain(Random(seed))
    tracer = practised(domain, seed)
    rules = random_rules(Random(seed), domain)
    choice = planned(tracer, 0, rules)
    if choice is None:
        return
    skills = domain.item_skills[choice.item]
    assert choice.item not in rules.banned_items
    assert not set(skills) & set(rules.skipped)
    assert choice.skill in skills
    if choice.skill not in rules.pinned:
        for skill in set(skills) - set(rules.unlocked) - set(rules.pinned):
            mastery = tracer.mastery(0)
            for before in set(domain.prerequisites[skill]) - set(rules.skipped):
                assert mastery[before] >= PACES[rules.goal].open_at


@given(seeds)
@many
def test_the_reasons_add_up_to_the_score(seed: int) -> None:
    domain = random_domain(Random(seed))
    choice = planned(practised(domain, seed), 0, random_rules(Random(seed), domain))
    if choice:
        assert sum(number for _, number in choice.reasons) == pytest.approx(
            choice.score, abs=1e-9
        )


@given(seeds)
@many
def test_what_is_pinned_comes_first_in_the_order_of_pinning(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random)
    tracer = practised(domain, seed)
    single = {skills[0] for skills in domain.item_skills if len(skills) == 1}
    pins = random.sample(sorted(single), min(3, len(single)))
    mastery = tracer.mastery(0)
    unmastered = [skill for skill in pins if mastery[skill] < MASTERED]
    choice = tracer.plan(0, pinned=pins)
    assert choice
    assert choice.reasons[0] == ("TEACHER", 1.0)
    assert choice.skill == unmastered[0] if unmastered else choice.skill in pins


def test_a_pin_opens_a_skill_whose_prerequisites_are_unmastered() -> None:
    tracer = chain(4, 2).tracer()
    tracer.add_learner()
    choice = tracer.plan(0, pinned=[3, 1])
    assert choice
    assert choice.skill == 3


def test_a_skipped_skill_lets_the_next_one_open() -> None:
    tracer = chain(3, 2).tracer()
    tracer.add_learner()
    choice = tracer.plan(0, skipped=[0])
    assert choice
    assert choice.skill == 1


def test_nothing_is_left_when_everything_is_skipped_or_banned() -> None:
    tracer = chain(2, 2).tracer()
    tracer.add_learner()
    assert tracer.plan(0, skipped=[0, 1]) is None
    assert tracer.plan(0, banned_items=[0, 1, 2, 3]) is None


def test_a_right_answering_learner_walks_up_the_chain() -> None:
    tracer = chain(4, 6).tracer()
    tracer.add_learner()
    choices = answered(tracer, is_right=True, count=40)
    fringe = [choice.skill for choice in choices if not choice.is_review]
    assert fringe == sorted(fringe)
    assert min(tracer.mastery(0)) >= MASTERED


def test_no_skill_comes_more_than_three_times_in_a_row_while_there_is_another() -> None:
    domain = Domain(
        [(0.3, 0.05, 0.0, 0.25, 0.1)] * 3,
        [[], [], []],
        [[n % 3] for n in range(30)],
        [0.0] * 30,
    )
    tracer = domain.tracer()
    tracer.add_learner()
    random = Random(5)
    skills = []
    for _ in range(27):  # no skill is parked yet: that needs ten tries of each
        choice = tracer.plan(0)
        assert choice
        skills.append(choice.skill)
        tracer.answer(0, choice.item, random.random() < 0.6)
    runs = [skills[at : at + 4] for at in range(len(skills) - 3)]
    assert all(len(set(run)) > 1 for run in runs)


def test_a_faded_skill_is_reviewed_in_every_third_slot() -> None:
    domain = Domain(
        [(0.3, 0.2, 0.0, 0.1, 0.1)] * 2, [[], []], [[0]] * 8 + [[1]] * 8, [0.0] * 16
    )
    tracer = domain.tracer()
    tracer.add_learner()
    for item in range(6):
        tracer.answer(0, item, RIGHT)
    for turn in range(30):
        tracer.answer(0, 8 + turn % 8, WRONG)
    slots = []
    for _ in range(3):
        choice = tracer.plan(0, unlocked=[1])
        assert choice
        slots.append((tracer.answers(0) % 3, choice.is_review, choice.reasons[0][0]))
        tracer.answer(0, 8, WRONG)
    assert (2, True, "REVIEW") in slots
    assert tracer.evidence(0, 0).is_mastered


def test_ten_tries_without_mastery_step_back_to_the_weakest_prerequisite() -> None:
    domain = Domain(
        [(0.3, 0.1, 0.0, 0.2, 0.1)] * 3,
        [[], [], [0, 1]],
        [[0]] * 4 + [[1]] * 4 + [[2]] * 12,
        [0.0] * 20,
    )
    tracer = domain.tracer()
    tracer.add_learner()
    tracer.set_mastery(0, 0, 1.0)
    tracer.set_mastery(0, 1, 0.96)
    for item in range(8, 18):
        assert tracer.plan(0) is not None
        tracer.answer(0, item, WRONG)
    steps = answered(tracer, is_right=False, count=1) + answered(tracer, is_right=True, count=2)
    assert [choice.skill for choice in steps] == [1, 1, 0]
    assert all(choice.is_step_back for choice in steps)
    assert steps[0].reasons[0][0] == "STEP_BACK"
    after = tracer.plan(0)
    assert after
    assert not after.is_step_back


def test_a_step_back_ends_when_each_prerequisite_was_right_once() -> None:
    domain = Domain(
        [(0.3, 0.1, 0.0, 0.2, 0.1)] * 2, [[], [0]], [[0]] * 4 + [[1]] * 12, [0.0] * 16
    )
    tracer = domain.tracer()
    tracer.add_learner()
    tracer.set_mastery(0, 0, 0.952)
    for item in range(4, 14):
        tracer.answer(0, item, WRONG)
    (step,) = answered(tracer, is_right=True, count=1)
    assert (step.skill, step.is_step_back) == (0, True)
    after = tracer.plan(0)
    assert after
    assert not after.is_step_back


def test_practice_goes_on_beyond_mastery_until_it_is_firm() -> None:
    tracer = chain(2, 8).tracer()
    tracer.add_learner()
    tracer.set_mastery(0, 0, 0.952)
    choice = tracer.plan(0)
    assert choice
    assert (choice.skill, choice.reasons[0][0]) == (0, "FRINGE")
    hasty = tracer.plan(0, tracer.rules(goal="accelerate"))
    assert hasty
    assert hasty.skill == 1
    tracer.set_mastery(0, 0, 0.97)
    choice = tracer.plan(0)
    assert choice
    assert choice.skill == 1


def test_a_skill_that_cannot_become_firm_does_not_hold_the_learner_for_ever() -> None:
    domain = Domain(
        [(0.3, 0.1, 0.04, 0.2, 0.1)] * 2, [[], [0]], [[0]] * 8 + [[1]] * 8, [0.0] * 16
    )
    tracer = domain.tracer()
    tracer.add_learner()
    for turn in range(30):
        tracer.answer(0, turn % 8, RIGHT)
    assert MASTERED <= tracer.mastery(0)[0] < 0.97
    choice = tracer.plan(0)
    assert choice
    assert choice.skill == 1


def test_a_parked_skill_returns_after_twenty_answers() -> None:
    domain = Domain(
        [(0.3, 0.1, 0.0, 0.2, 0.1)] * 2, [[], []], [[0]] * 10 + [[1]] * 10, [0.0] * 20
    )
    tracer = domain.tracer()
    tracer.add_learner()
    tracer.set_mastery(0, 1, 0.99)
    for item in range(10):
        tracer.answer(0, item, WRONG)
    resting = answered(tracer, is_right=True, count=20)
    assert {choice.skill for choice in resting[:3]} == {1}
    assert not any(code == "FRINGE" for choice in resting for code, _ in choice.reasons)
    choice = tracer.plan(0, skipped=[1])
    assert choice
    assert (choice.skill, choice.reasons[0][0]) == (0, "FRINGE")


def ladder() -> Tracer:
    """A learner before one skill of seven items from easy to hard, and one more to practise."""
    difficulty = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 0.0]
    tracer = Domain([(0.3, 0.1, 0.0, 0.2, 0.1)], [[]], [[0]] * 8, difficulty).tracer()
    tracer.add_learner()
    return tracer


def test_a_new_skill_begins_with_its_easiest_item_whatever_the_target() -> None:
    for target in (0.3, 0.85):
        choice = ladder().plan(0, target=target)
        assert choice
        assert choice.item == 0


def test_the_item_nearest_the_target_is_chosen_once_a_skill_is_practised() -> None:
    tracer = ladder()
    for turn in range(40):
        tracer.answer(0, 7, turn % 2 == 0)
    for target in (0.3, 0.5, 0.7, 0.85):
        choice = tracer.plan(0, target=target, banned_items=[7])
        assert choice
        nearest = min(range(7), key=lambda item: abs(tracer.predict(0, item).p - target))
        assert choice.item == nearest


def test_an_item_just_seen_comes_back_last() -> None:
    tracer = chain(1, 5).tracer()
    tracer.add_learner()
    seen = [choice.item for choice in answered(tracer, is_right=False, count=5)]
    assert sorted(seen) == [0, 1, 2, 3, 4]


@given(seeds)
@many
def test_what_was_seen_ahead_is_what_then_comes(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random)
    tracer = practised(domain, seed)
    rules = random_rules(random, domain)
    choice = planned(tracer, 0, rules)
    if choice is None:
        return
    node: AheadNode | None = tracer.ahead(
        0, choice.item, handle_of(tracer, rules), depth=2, further=3
    )
    for at in range(5):
        assert node
        is_right = random.random() < 0.5
        if at >= 2:
            is_right = node.p >= 0.5
            assert (node.if_wrong if is_right else node.if_right) is None
        tracer.answer(0, node.item, is_right)
        node = node.if_right if is_right else node.if_wrong
        real = planned(tracer, 0, rules)
        assert (node is None) == (real is None)
        if node is None or real is None:
            return
        assert (node.item, node.skill, node.p) == (real.item, real.skill, real.p)
        assert (node.score, node.reasons) == (real.score, real.reasons)
        assert node.propensity == real.propensity
        assert (node.is_review, node.is_step_back) == (real.is_review, real.is_step_back)
    assert node
    assert node.if_right is None
    assert node.if_wrong is None
