"""The Rust tracer and its plain Python twin say the same, to 1e-12."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from hub.kernels import Choice, Tracer
from hub.kernels import Rules as Handle
from tests.kernels.classes import Domain, random_answers, random_domain, random_weights
from tests.kernels.twin import Twin
from tests.kernels.twin_plan import PACES, Planner, Rules
from tests.kernels.twin_plan import Choice as TwinChoice

EXACT = 1e-12
SEEDS = range(6)


def twins(domain: Domain, random: Random, n_learners: int) -> tuple[Tracer, Twin]:
    weights = random_weights(random)
    tracer, twin = domain.tracer(weights), domain.twin(weights)
    tracer.add_learners(n_learners)
    for _ in range(n_learners):
        twin.add_learner()
    return tracer, twin


@pytest.mark.parametrize("seed", SEEDS)
def test_every_prediction_equals_the_twins(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random)
    tracer, twin = twins(domain, random, 5)
    for learner, item, is_right in random_answers(random, domain, 5, 600):
        reasons = twin.reasons(learner, item)
        traced = tracer.answer(learner, item, is_right)
        assert traced.p == pytest.approx(
            twin.answer(learner, item, is_right=is_right), abs=EXACT
        )
        assert dict(traced.reasons) == pytest.approx(reasons, abs=EXACT)
        assert tracer.weights() == pytest.approx(list(twin.weights.values()), abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_mastery_equals_the_twins(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random)
    tracer, twin = twins(domain, random, 3)
    for learner, item, is_right in random_answers(random, domain, 3, 400):
        before = [practice.mastery for practice in twin.learners[learner].practices]
        traced = tracer.answer(learner, item, is_right)
        twin.answer(learner, item, is_right=is_right)
        after = [practice.mastery for practice in twin.learners[learner].practices]
        assert tracer.mastery(learner) == pytest.approx(after, abs=EXACT)
        skills = domain.item_skills[item]
        assert dict(traced.before) == pytest.approx({s: before[s] for s in skills}, abs=EXACT)
        assert dict(traced.after) == pytest.approx({s: after[s] for s in skills}, abs=EXACT)


@pytest.mark.parametrize("seed", range(16))
def test_every_choice_equals_the_twins(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random, n_skills=random.choice((4, 8, 12)))
    tracer, twin = twins(domain, random, 2)
    reached = random.choice((0.3, 0.7, 0.9))
    for _ in range(250):
        learner = random.randrange(2)
        rules = random_rules(random, domain)
        choice = planned(tracer, learner, rules)
        expected = Planner(twin, learner, rules).choose()
        assert (choice is None) == (expected is None)
        item = random.randrange(len(domain.item_skills))
        if choice and expected:
            item = choice.item
            assert_same(choice, expected)
        is_right = random.random() < reached
        tracer.answer(learner, item, is_right)
        twin.answer(learner, item, is_right=is_right)


@pytest.mark.parametrize("seed", range(6))
def test_the_odds_and_the_options_equal_the_twins(seed: int) -> None:
    random = Random(seed)
    domain = random_domain(random, n_items=60)
    tracer, twin = twins(domain, random, 1)
    for answer in random_answers(random, domain, 1, 60):
        rules = random_rules(random, domain)
        planner, handle = Planner(twin, 0, rules), handle_of(tracer, rules)
        assert dict(tracer.odds(0, handle)) == pytest.approx(planner.odds(), abs=EXACT)
        options, expected = tracer.plan_choices(0, handle), planner.options()
        for option, other in zip(options, expected, strict=True):
            assert_same(option, other)
        tracer.answer(*answer)
        twin.answer(answer[0], answer[1], is_right=answer[2])


def assert_same(choice: Choice, expected: TwinChoice) -> None:
    assert (choice.item, choice.skill) == (expected.item, expected.skill)
    assert [code for code, _ in choice.reasons] == [code for code, _ in expected.reasons]
    assert choice.score == pytest.approx(expected.score, abs=EXACT)
    assert choice.propensity == pytest.approx(expected.propensity, abs=EXACT)
    assert choice.stuck_skill == expected.stuck_skill


def random_rules(random: Random, domain: Domain) -> Rules:
    """Mostly no word of a teacher, so that every lane is reached; sometimes some of each."""
    goal = random.choice((*PACES, "practice", "practice"))
    course = Rules(
        goal=goal,
        exploration=random.choice((0.0, 0.2)),
        seed=random.randrange(2**64),
        learner_id=random.choice((None, random.randrange(2**40))),
    )
    if random.random() < 0.7:
        return course
    skills, items = range(len(domain.prerequisites)), range(len(domain.item_skills))

    def some(indices: range, most: int) -> tuple[int, ...]:
        return tuple(random.sample(indices, random.randrange(most + 1)))

    return replace(
        course,
        pinned=some(skills, 2) if random.random() < 0.3 else (),
        skipped=some(skills, 2),
        unlocked=some(skills, 2),
        banned_items=some(items, 10),
        target=random.choice((None, random.uniform(0.5, 0.95))),
        review_every=random.choice((None, 0, 3, 7)),
    )


def handle_of(tracer: Tracer, rules: Rules) -> Handle:
    return tracer.rules(
        pinned=rules.pinned,
        skipped=rules.skipped,
        unlocked=rules.unlocked,
        banned_items=rules.banned_items,
        goal=rules.goal,
        target=rules.target,
        review_every=rules.review_every,
        exploration=rules.exploration,
        seed=rules.seed,
        learner_id=rules.learner_id,
    )


def planned(tracer: Tracer, learner: int, rules: Rules) -> Choice | None:
    return tracer.plan(learner, handle_of(tracer, rules))


def test_the_random_classes_reach_every_lane() -> None:
    """Guards the comparison above: a lane that no class reaches is compared by nobody."""
    lanes, small_steps = set(), 0
    for seed in range(12):
        random = Random(seed)
        domain = random_domain(random, n_skills=6)
        tracer, _ = twins(domain, random, 1)
        for _ in range(250):
            choice = planned(tracer, 0, random_rules(random, domain))
            if choice:
                lanes.add(choice.reasons[0][0])
                small_steps += choice.is_step_back and choice.stuck_skill not in tracer.parked(
                    0
                )
                tracer.answer(0, choice.item, random.random() < 0.6)
    assert lanes == {"TEACHER", "STEP_BACK", "REVIEW", "FRINGE", "TRIAL", "PARKED"}
    assert small_steps > 5
