"""Trials: who is given another item than the best one, with which chance, and when."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernels import AheadNode
from tests.kernels.classes import class_at_work, random_domain, said, wide

seeds = st.integers(0, 2**32)
many = settings(max_examples=40, deadline=None)


@given(seeds)
@many
def test_the_odds_add_up_to_one_and_name_the_chance_of_each_choice(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random, n_skills=6, n_items=60)
    tracer = class_at_work(domain, 1, seed, 40)
    odds = dict(tracer.odds(0, tracer.rules(exploration=0.2)))
    assert sum(odds.values()) == pytest.approx(1, abs=1e-12)
    assert all(chance > 0 for chance in odds.values())
    for number in range(20):
        choice = tracer.plan(0, tracer.rules(exploration=0.2, seed=number))
        assert choice
        assert choice.propensity == pytest.approx(odds[choice.item], abs=1e-15)


def test_items_are_drawn_as_often_as_their_odds_say() -> None:
    tracer = class_at_work(wide(30, 4), 3, 6, 40)
    odds = dict(tracer.odds(0, tracer.rules(exploration=0.2)))
    assert len(odds) > 5
    drawn: Counter[int] = Counter()
    for number in range(8000):
        choice = tracer.plan(0, tracer.rules(exploration=0.2, learner_id=number))
        assert choice
        drawn[choice.item] += 1
        is_trial = choice.reasons[0][0] == "TRIAL"
        assert is_trial == (choice.propensity < 0.5)
    for item, chance in odds.items():
        deviation = (chance * (1 - chance) / 8000) ** 0.5
        assert abs(drawn[item] / 8000 - chance) < 4.5 * deviation


def test_a_trial_favours_the_item_of_which_less_is_known() -> None:
    tracer = wide(1, 3).tracer()
    tracer.add_learners(41)
    for learner in range(40):
        tracer.answer(learner, 0, learner % 2 > 0)
        tracer.answer(learner, 1, learner % 2 > 0)
    target = tracer.predict(40, 0).p
    odds = dict(tracer.odds(40, tracer.rules(exploration=0.1, target=target)))
    assert odds[0] == 0.9
    assert odds[2] > 3 * odds[1] > 0


def test_without_exploration_nothing_is_left_to_chance() -> None:
    tracer = class_at_work(wide(), 1, 3, 9)
    chosen = [tracer.plan(0, tracer.rules(seed=seed)) for seed in range(50)]
    assert [said(choice) for choice in chosen] == [said(chosen[0])] * 50
    assert [chance for _, chance in tracer.odds(0, tracer.rules())] == [1.0]


def test_only_the_fringe_has_trials() -> None:
    tracer = class_at_work(wide(), 1, 3, 9)
    for seed in range(60):
        choice = tracer.plan(0, tracer.rules(exploration=0.2, seed=seed, pinned=[1]))
        assert choice
        assert (choice.skill, choice.propensity, choice.reasons[0][0]) == (1, 1.0, "TEACHER")


def test_a_learner_who_moves_to_another_place_keeps_the_same_trials() -> None:
    domain = wide(4, 8)
    alone, crowded = domain.tracer(), domain.tracer()
    alone.add_learner()
    crowded.add_learners(5)
    here = alone.rules(exploration=0.2, seed=7, learner_id=99)
    there = crowded.rules(exploration=0.2, seed=7, learner_id=99)
    trials = 0
    for turn in range(200):
        one, other = alone.plan(0, here), crowded.plan(4, there)
        assert said(one) == said(other)
        assert one
        trials += one.reasons[0][0] == "TRIAL"
        alone.answer(0, one.item, turn % 3 > 0)
        crowded.answer(4, one.item, turn % 3 > 0)
    assert trials > 5


@given(seeds)
@many
def test_a_tree_ahead_shows_the_trials_that_will_be_drawn(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random, n_skills=5, n_items=50)
    tracer = class_at_work(domain, 2, seed, 30)
    rules = tracer.rules(
        exploration=0.2, seed=seed, goal=random.choice(("practice", "support"))
    )
    choice = tracer.plan(1, rules)
    assert choice
    node: AheadNode | None = tracer.ahead(1, choice.item, rules)
    depth = 0
    while node:
        is_right = random.random() < 0.5
        tracer.answer(1, node.item, is_right)
        node = node.if_right if is_right else node.if_wrong
        depth += 1
        if node:
            assert said(node) == said(tracer.plan(1, rules))
    assert depth == 4  # the item given, and three ahead of it
