"""Fits that must hold whatever the answers: rising posterior, guards, pooling, one result."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from hub.kernels import WEIGHT_NAMES, Tracer
from hub.kernels.bkt import NO_SHRINKAGE, PLAIN, BktModel, Log, Rates, Rules, fit
from tests.kernels.bkt_logs import drawn, five_of, log_of, random_five


def many(chance: Random, n_skills: int) -> Log:
    """Skills of 1 to 12 learners with 1 to 15 answers each, from any parameters at all."""
    sizes = ((chance.randint(1, 12), chance.randint(1, 15)) for _ in range(n_skills))
    return log_of(*(drawn(chance, random_five(chance), n, longest) for n, longest in sizes))


def assert_sound(model: BktModel) -> None:
    for skill in model.skills.values():
        assert all(0 <= rate <= 1 for rate in five_of(skill.rates))
        for before, after in pairwise(skill.path):
            # Rounding may take back this much of a logarithm.
            assert after >= before - 1e-12 * (1 + abs(before))


@pytest.mark.parametrize(
    "rules",
    [
        PLAIN,
        Rules(),
        Rules(guards=True, shrinkage=NO_SHRINKAGE),
        Rules(guards=False),
        Rules(forgets=False),
    ],
)
def test_the_posterior_never_falls_on_a_thousand_random_skills(rules: Rules) -> None:
    log = many(Random(1), 1000)
    model = fit(log, rules, minimum=0, starts=2, iterations=40, tolerance=0.0)
    assert len(model.skills) == 1000
    assert not any(skill.is_pooled for skill in model.skills.values())
    assert_sound(model)


@pytest.mark.parametrize("rules", [Rules(), Rules(shrinkage=NO_SHRINKAGE)])
def test_the_tracer_takes_every_skill_that_was_fitted_with_guards(rules: Rules) -> None:
    model = fit(many(Random(2), 500), rules, minimum=0, starts=3)
    Tracer(
        skill_params=[five_of(rates) for rates in model.params.values()],
        prerequisites=[[] for _ in model.skills],
        item_skills=[[0]],
        item_difficulty=[0.0],
        weights=dict.fromkeys(WEIGHT_NAMES, 1.0),
    )
    for rates in model.params.values():
        assert rates.guess <= 0.5
        assert rates.slip <= 0.49
        assert rates.guess + rates.slip < 1


def test_a_fit_finds_the_parameters_that_made_the_answers() -> None:
    made = (0.3, 0.15, 0.02, 0.2, 0.1)
    texts = drawn(Random(4), made, 4000, 25)
    found = fit(log_of(texts), PLAIN, tolerance=1e-4).params["skill 0"]
    assert five_of(found) == pytest.approx(made, abs=0.02)


@pytest.mark.parametrize(
    "texts", [["1" * 9] * 20, ["0" * 9] * 20, ["1"] * 40, ["0"] * 40, ["1"], ["0"], []]
)
def test_one_sided_single_and_missing_answers_give_sound_skills(texts: list[str]) -> None:
    for rules in (Rules(), PLAIN):
        model = fit(log_of(texts, ["0110"] * 30), rules, minimum=0)
        assert_sound(model)
        answers = log_of(texts, ["01"])
        assert all(0 <= p <= 1 for p in model.predict_many(answers))


def test_an_empty_log_gives_a_model_that_predicts() -> None:
    model = fit(log_of())
    assert model.skills == {}
    assert 0 < model.predict_many(Log([0], [0], [1], ["new"]))[0] < 1


def test_a_skill_below_the_minimum_is_pooled_and_said_so() -> None:
    model = fit(log_of(["0111"] * 30, ["01"] * 14), minimum=30)
    assert model.pooled_skills == {"skill 1": "28 answers; its own fit needs 30"}
    assert model.params["skill 1"] == model.pooled
    assert model.params["skill 0"] != model.pooled


def test_neither_threads_nor_the_order_of_skills_changes_a_bit() -> None:
    log = many(Random(5), 60)
    one, *others = (fit(log, seed=7, threads=n).to_json() for n in (1, 2, 3, 0))
    assert all(other == one for other in others)
    assert fit(log, seed=8).to_json() != one


def test_the_order_of_learners_changes_no_parameter() -> None:
    texts = drawn(Random(6), (0.4, 0.2, 0.01, 0.2, 0.1), 200, 20)
    assert fit(log_of(texts)).params == fit(log_of(texts[::-1])).params


def test_more_starts_never_end_lower() -> None:
    log = many(Random(8), 40)
    heights = []
    for starts in (1, 4, 16):
        model = fit(log, PLAIN, minimum=0, starts=starts, iterations=8, tolerance=0.0)
        heights.append([skill.path[-1] for skill in model.skills.values()])
    for fewer, more in pairwise(heights):
        assert all(b >= a for a, b in zip(fewer, more, strict=True))


def test_fixed_values_stay_and_the_others_move() -> None:
    rules = Rules(fixed={"*": {"forget": 0.0}, "skill 0": {"guess": 0.25, "learn": 0.2}})
    model = fit(log_of(["00111"] * 40, ["0101"] * 40), rules)
    first, second = model.params["skill 0"], model.params["skill 1"]
    assert (first.guess, first.learn, first.forget) == (0.25, 0.2, 0.0)
    assert second.forget == 0.0
    assert second.guess != 0.25


def test_a_stronger_prior_leaves_a_skill_nearer_to_the_pooled_one() -> None:
    chance = Random(10)
    guessed = drawn(chance, (0.3, 0.1, 0.01, 0.4, 0.1), 40, 12)
    log = log_of(guessed, drawn(chance, (0.3, 0.1, 0.01, 0.1, 0.1), 400, 12))
    distances = []
    for strength in (0.0, 20.0, 2000.0):
        pull = {name: strength for name in ("prior", "learn", "forget", "guess", "slip")}
        rules = Rules(shrinkage=type(NO_SHRINKAGE)(**pull), guards=False)
        model = fit(log, rules, tolerance=1e-6)
        distances.append(abs(model.params["skill 0"].guess - model.pooled.guess))
    assert distances[0] > distances[1] > distances[2]


def test_progress_is_told_and_may_stop_the_fit() -> None:
    log = many(Random(9), 20)
    told: list[tuple[int, int]] = []
    fit(log, on_progress=lambda done, of: told.append((done, of)))
    assert told == [(n, 21) for n in range(22)]

    def stop(done: int, of: int) -> None:
        raise InterruptedError(f"{done} of {of}")

    for threads in (1, 2):
        with pytest.raises(InterruptedError, match="0 of 21"):
            fit(log, threads=threads, on_progress=stop)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"starts": 0}, ValueError, "starts is 0"),
        ({"iterations": 0}, ValueError, "iterations is 0"),
        ({"threads": 5000}, ValueError, "threads is 5000"),
        ({"tolerance": float("nan")}, ValueError, "tolerance is NaN"),
        ({"start": Rates(2.0, 0.1, 0.1, 0.1, 0.1)}, ValueError, "prior is 2"),
        ({"rules": Rules(fixed={"no": {}})}, KeyError, "fixed skill no"),
        ({"rules": Rules(fixed={"*": {"lern": 0.1}})}, KeyError, "fixed parameter lern"),
        ({"rules": Rules(fixed={"*": {"guess": 0.6}})}, ValueError, "guess is 0.6"),
        ({"rules": Rules(fixed={"*": {"forget": 0.4}})}, ValueError, "fixed forget is 0.4"),
    ],
)
def test_settings_out_of_range_are_refused(
    change: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        fit(log_of(["0110"] * 10), **change)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    ("log", "error"),
    [
        (Log([0], [0, 0], [1], ["a"]), ValueError),
        (Log([0], [1], [1], ["a"]), KeyError),
        (Log([-1], [0], [1], ["a"]), KeyError),
        (Log([0], [0], [2], ["a"]), ValueError),
        (Log([0], [0], [1], ["a", "a"]), ValueError),
        (Log([0], [0, 0], [1], ["a"], offsets=[0, 2]), ValueError),
        (Log([0], [0], [1], ["a"], offsets=[0, 9]), ValueError),
        (Log([0], [0], [1], ["a"], items=[0], item_names=[]), KeyError),
    ],
)
def test_logs_that_make_no_sense_are_refused(log: Log, error: type[Exception]) -> None:
    with pytest.raises(error):
        fit(log)
