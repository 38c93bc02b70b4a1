"""Rules made once: goals, a whole class in one call, trials with their chances, small steps."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels import Rules, Tracer
from tests.kernels.classes import (
    RIGHT,
    WRONG,
    Domain,
    chain,
    class_at_work,
    random_answers,
    random_domain,
    said,
    wide,
)
from tests.kernels.test_twin import handle_of, random_rules

seeds = st.integers(0, 2**32)
many = settings(max_examples=40, deadline=None)

GOALS = {
    "practice": (0.78, 3),
    "support": (0.85, 3),
    "accelerate": (0.70, 5),
    "choice": (0.78, 3),
}


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_sets_the_target_and_the_share_of_reviews(goal: str) -> None:
    rules = chain(2, 2).tracer().rules(goal=goal)
    assert (rules.target, rules.review_every) == GOALS[goal]
    assert (rules.goal, rules.exploration) == (goal, 0.0)


def test_what_is_set_by_name_goes_before_the_goal() -> None:
    rules = chain(2, 2).tracer().rules(goal="support", target=0.6, review_every=0)
    assert (rules.goal, rules.target, rules.review_every) == ("support", 0.6, 0)


@given(seeds)
@many
def test_a_class_in_one_call_gets_what_each_would_get_alone(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random)
    tracer = class_at_work(domain, 5, seed)
    learners = [random.randrange(5) for _ in range(8)]
    each = [handle_of(tracer, random_rules(random, domain)) for _ in learners]
    alone = [tracer.plan(who, rules) for who, rules in zip(learners, each, strict=True)]
    assert [*map(said, tracer.plan_many(learners, each))] == [*map(said, alone)]
    shared = [tracer.plan(who, each[0]) for who in learners]
    assert [*map(said, tracer.plan_many(learners, each[0]))] == [*map(said, shared)]


def test_nobody_is_planned_for_where_nobody_is_named() -> None:
    tracer = class_at_work(chain(2, 2), 2, 1)
    assert tracer.plan_many([], tracer.rules()) == []
    assert tracer.plan_many([], []) == []


def test_rules_by_name_and_as_a_handle_choose_the_same() -> None:
    tracer = class_at_work(chain(4, 3), 1, 5)
    handle = tracer.rules(pinned=[2], skipped=[0], unlocked=[3], banned_items=[1], target=0.6)
    by_name = tracer.plan(
        0, pinned=[2], skipped=[0], unlocked=[3], banned_items=[1], target=0.6
    )
    assert said(tracer.plan(0, handle)) == said(by_name)


def test_threads_may_plan_while_others_answer() -> None:
    domain = random_domain(Random(2))
    tracer = class_at_work(domain, 4, 2)
    rules = tracer.rules(exploration=0.1)
    lengths: list[int] = []

    def plan() -> None:
        lengths.extend(len(tracer.plan_many(range(4), rules)) for _ in range(200))

    threads = [Thread(target=plan) for _ in range(3)]
    for thread in threads:
        thread.start()
    for answer in random_answers(Random(9), domain, 4, 500):
        tracer.answer(*answer)
    for thread in threads:
        thread.join()
    assert lengths == [4] * 600


def mean_p(tracer: Tracer, rules: Rules) -> float:
    """The mean chance of success of what the rules choose for a class."""
    choices = tracer.plan_many(range(tracer.n_learners), rules)
    return sum(choice.p for choice in choices if choice) / len(choices)


def test_support_gives_easier_items_than_accelerate() -> None:
    random = Random(4)
    domain = Domain(
        [(0.3, 0.1, 0.0, 0.2, 0.1)] * 3,
        [[], [], []],
        [[n % 3] for n in range(90)],
        [random.uniform(-3, 3) for _ in range(90)],
    )
    found = {}
    tracer = class_at_work(domain, 20, 4, 600)
    for goal in ("support", "practice", "accelerate"):
        found[goal] = mean_p(tracer, tracer.rules(goal=goal))
    assert found["support"] > found["practice"] > found["accelerate"]


def reviews(goal: str) -> list[bool]:
    """Which of 300 choices are reviews, for a learner who mastered ten skills of forty."""
    domain = Domain(
        [(0.3, 0.02, 0.0, 0.2, 0.1)] * 40,
        [[]] * 40,
        [[n % 40] for n in range(160)],
        [0.0] * 160,
    )
    tracer = domain.tracer()
    tracer.add_learner()
    for skill in range(10):
        tracer.answer(0, skill, RIGHT)
        tracer.set_mastery(0, skill, 0.99)
    random, rules, found = Random(3), tracer.rules(goal=goal), []
    for _ in range(300):
        choice = tracer.plan(0, rules)
        assert choice
        found.append(choice.is_review)
        tracer.answer(0, choice.item, choice.is_review or random.random() < 0.4)
    return found


def test_at_most_one_slot_in_three_is_a_review_and_fewer_for_who_is_ahead() -> None:
    counts = {goal: reviews(goal) for goal in GOALS}
    for goal, found in counts.items():
        every = GOALS[goal][1]
        assert all(sum(found[at : at + every]) <= 1 for at in range(0, 300, every))
    shares = {goal: sum(found) for goal, found in counts.items()}
    assert shares["support"] >= shares["practice"] > shares["accelerate"] > 0


def test_support_finishes_what_was_begun_before_it_opens_another_skill() -> None:
    tracer = wide().tracer()
    tracer.add_learner()
    tracer.answer(0, 6 * 3, WRONG)
    chosen = {goal: tracer.plan(0, tracer.rules(goal=goal)) for goal in GOALS}
    skills = {goal: choice.skill for goal, choice in chosen.items() if choice}
    assert skills == {"practice": 0, "support": 3, "accelerate": 0, "choice": 0}


def test_accelerate_builds_on_what_is_nearly_mastered_and_puts_it_off() -> None:
    tracer = chain(3, 3).tracer()
    tracer.add_learner()
    tracer.set_mastery(0, 0, 0.9)
    usual, ahead = (tracer.plan(0, tracer.rules(goal=g)) for g in ("practice", "accelerate"))
    assert usual
    assert ahead
    assert (usual.skill, ahead.skill) == (0, 1)


def test_support_steps_back_for_two_answers_after_five_failing_tries() -> None:
    tracer = chain(2, 8).tracer()
    tracer.add_learner()
    tracer.set_mastery(0, 0, 0.97)
    rules = tracer.rules(goal="support", review_every=0)
    for item in range(8, 12):
        tracer.answer(0, item, WRONG)
        choice = tracer.plan(0, rules)
        assert choice
        assert not choice.is_step_back
    tracer.answer(0, 12, WRONG)
    for _ in range(2):
        step = tracer.plan(0, rules)
        usual = tracer.plan(0, tracer.rules(review_every=0))
        assert step
        assert usual
        assert (step.skill, step.is_step_back, step.stuck_skill) == (0, True, 1)
        assert not usual.is_step_back
        tracer.answer(0, step.item, RIGHT)
    after = tracer.plan(0, rules)
    assert after
    assert (after.skill, after.is_step_back, after.stuck_skill) == (1, False, None)


def test_ten_tries_without_mastery_are_shown_to_the_teacher_until_the_rest_is_over() -> None:
    tracer = chain(2, 10).tracer()
    tracer.add_learner()
    tracer.set_mastery(0, 0, 0.99)
    for item in range(10, 20):
        assert tracer.parked(0) == []
        tracer.answer(0, item, WRONG)
    assert tracer.parked(0) == [1]
    step = tracer.plan(0)
    assert step
    assert (step.is_step_back, step.stuck_skill, step.skill) == (True, 1, 0)
    for turn in range(20):
        assert tracer.parked(0) == [1]
        tracer.answer(0, turn % 10, RIGHT)
    assert tracer.parked(0) == []


def test_a_mastery_that_the_teacher_sets_ends_the_rest() -> None:
    tracer = chain(1, 10).tracer()
    tracer.add_learner()
    for item in range(10):
        tracer.answer(0, item, WRONG)
    tracer.set_mastery(0, 0, 0.5)
    assert tracer.parked(0) == []


def test_a_choice_offers_up_to_three_skills_and_the_best_item_of_each() -> None:
    tracer = class_at_work(wide(), 1, 3, 4)
    rules = tracer.rules(goal="choice", review_every=0)
    options = tracer.plan_choices(0, rules)
    assert len({option.skill for option in options}) == len(options) == 3
    assert said(options[0]) == said(tracer.plan(0, rules))
    first = [option.skill for option in options]
    for place, option in enumerate(options):
        skipped = tracer.rules(goal="choice", review_every=0, skipped=first[:place])
        alone = tracer.plan(0, skipped)
        assert alone
        assert (alone.item, alone.score) == (option.item, option.score)


def test_there_is_one_option_when_the_teacher_pinned_or_a_review_is_due() -> None:
    tracer = class_at_work(wide(), 1, 3, 4)
    pinned = tracer.plan_choices(0, tracer.rules(goal="choice", pinned=[2]))
    assert [option.skill for option in pinned] == [2]
    assert len(tracer.plan_choices(0, tracer.rules(goal="practice"))) == 1
    assert tracer.plan_choices(0, tracer.rules(goal="choice", skipped=[0, 1, 2, 3])) == []


BAD: list[Callable[[Tracer], object]] = [
    lambda t: t.rules(goal="speed"),
    lambda t: t.rules(target=1.0),
    lambda t: t.rules(target=float("nan")),
    lambda t: t.rules(review_every=2),
    lambda t: t.rules(review_every=1001),
    lambda t: t.rules(review_every=-1),
    lambda t: t.rules(exploration=0.21),
    lambda t: t.rules(exploration=-0.01),
    lambda t: t.rules(exploration=float("nan")),
    lambda t: t.rules(seed=-1),
    lambda t: t.rules(seed=2**64),
    lambda t: t.rules(learner_id=-5),
    lambda t: t.plan(0, t.rules(), pinned=[1]),
    lambda t: t.plan(0, t.rules(), target=0.5),
    lambda t: t.ahead(0, 0, t.rules(), banned_items=[1]),
    lambda t: t.ahead(0, 0, depth=-1),
    lambda t: t.plan_many([0, 0], [t.rules()] * 3),
    lambda t: t.plan_many([0, 0], []),
    lambda t: t.plan(0, chain(9, 2).tracer().rules()),
    lambda t: t.plan_many([0], chain(3, 4).tracer().rules()),
    lambda t: t.ahead(0, 0, chain(2, 2).tracer().rules()),
    lambda t: t.odds(0, chain(2, 2).tracer().rules()),
    lambda t: t.plan_choices(0, chain(2, 2).tracer().rules()),
]


@pytest.mark.parametrize("call", BAD)
def test_rules_that_cannot_be_are_a_value_error(call: Callable[[Tracer], object]) -> None:
    tracer = chain(3, 2).tracer()
    tracer.add_learner()
    with pytest.raises(ValueError, match="allowed"):
        call(tracer)


UNKNOWN: list[Callable[[Tracer], object]] = [
    lambda t: t.rules(pinned=[3]),
    lambda t: t.rules(skipped=[-1]),
    lambda t: t.rules(unlocked=[3]),
    lambda t: t.rules(banned_items=[6]),
    lambda t: t.plan(1, t.rules()),
    lambda t: t.plan_many([0, 1], t.rules()),
    lambda t: t.plan_many([-1], t.rules()),
    lambda t: t.plan_choices(1, t.rules()),
    lambda t: t.odds(1, t.rules()),
    lambda t: t.parked(1),
]


@pytest.mark.parametrize("call", UNKNOWN)
def test_an_index_that_the_rules_do_not_know_is_a_key_error(
    call: Callable[[Tracer], object],
) -> None:
    tracer = chain(3, 2).tracer()
    tracer.add_learner()
    with pytest.raises(KeyError, match="unknown"):
        call(tracer)


def test_planning_moves_nothing() -> None:
    tracer = class_at_work(random_domain(Random(8)), 3, 8)
    before = tracer.to_bytes()
    for goal in GOALS:
        rules = tracer.rules(goal=goal, exploration=0.2)
        tracer.plan_many([0, 1, 2], rules)
        tracer.plan_choices(1, rules)
        tracer.odds(2, rules)
        tracer.ahead(0, 1, rules)
    assert tracer.to_bytes() == before
