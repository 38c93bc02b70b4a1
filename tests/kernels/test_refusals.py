"""What the kernels refuse: unknown indices as KeyError, bad values as ValueError."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan

import pytest

from hub.kernels import WEIGHT_NAMES, Tracer
from tests.kernels.classes import RIGHT, Domain, chain


@pytest.fixture
def tracer() -> Tracer:
    tracer = chain(3, 2).tracer()
    tracer.add_learner()
    return tracer


UNKNOWN: list[Callable[[Tracer], object]] = [
    lambda t: t.answer(1, 0, RIGHT),
    lambda t: t.answer(0, 6, RIGHT),
    lambda t: t.answer(-1, 0, RIGHT),
    lambda t: t.answer(0, -1, RIGHT),
    lambda t: t.answer(2**70, 0, RIGHT),
    lambda t: t.predict(0, 6),
    lambda t: t.plan(1),
    lambda t: t.plan(0, pinned=[3]),
    lambda t: t.plan(0, skipped=[-1]),
    lambda t: t.plan(0, unlocked=[3]),
    lambda t: t.plan(0, banned_items=[6]),
    lambda t: t.ahead(0, 6, depth=1),
    lambda t: t.mastery(1),
    lambda t: t.evidence(0, 3),
    lambda t: t.set_mastery(0, 3, 0.5),
    lambda t: t.answers(1),
    lambda t: t.answer_many([0, 1], [0, 0], [True, True]),
]


@pytest.mark.parametrize("call", UNKNOWN)
def test_an_unknown_index_is_a_key_error_and_nothing_moves(
    tracer: Tracer, call: Callable[[Tracer], object]
) -> None:
    before = tracer.to_bytes()
    with pytest.raises(KeyError, match="unknown"):
        call(tracer)
    assert tracer.to_bytes() == before


BAD: list[Callable[[Tracer], object]] = [
    lambda t: t.set_mastery(0, 0, nan),
    lambda t: t.set_mastery(0, 0, inf),
    lambda t: t.set_mastery(0, 0, 1.01),
    lambda t: t.set_mastery(0, 0, -0.01),
    lambda t: t.plan(0, target=nan),
    lambda t: t.plan(0, target=1.0),
    lambda t: t.ahead(0, 0, depth=7),
    lambda t: t.ahead(0, 0, further=121),
    lambda t: t.answer_many([0, 0], [0], [True, True]),
    lambda t: t.answer_many([0], [0], [True, False]),
]


@pytest.mark.parametrize("call", BAD)
def test_a_bad_value_is_a_value_error_and_nothing_moves(
    tracer: Tracer, call: Callable[[Tracer], object]
) -> None:
    before = tracer.to_bytes()
    with pytest.raises(ValueError, match="allowed"):
        call(tracer)
    assert tracer.to_bytes() == before


@pytest.mark.parametrize(
    "params",
    [
        (nan, 0.1, 0.0, 0.2, 0.1),
        (0.3, nan, 0.0, 0.2, 0.1),
        (0.3, 0.1, nan, 0.2, 0.1),
        (0.3, 0.1, 0.0, nan, 0.1),
        (0.3, 0.1, 0.0, 0.2, nan),
        (1.1, 0.1, 0.0, 0.2, 0.1),
        (0.3, -0.1, 0.0, 0.2, 0.1),
        (0.3, 0.1, 0.0, 0.6, 0.1),
        (0.3, 0.1, 0.0, 0.2, 0.0),
        (0.3, 0.1, 0.0, 0.5, 0.5),
    ],
)
def test_tracing_parameters_outside_their_ranges_are_refused(
    params: tuple[float, float, float, float, float],
) -> None:
    with pytest.raises(ValueError, match="allowed"):
        Domain([params], [[]], [[0]], [0.0]).tracer()


def test_a_skill_that_nobody_could_ever_master_is_refused() -> None:
    with pytest.raises(ValueError, match="forget"):
        Domain([(0.3, 0.1, 0.06, 0.2, 0.1)], [[]], [[0]], [0.0]).tracer()


def test_prerequisites_in_a_circle_are_refused() -> None:
    params = [(0.3, 0.1, 0.0, 0.2, 0.1)] * 3
    with pytest.raises(ValueError, match="lead back"):
        Domain(params, [[2], [0], [1]], [[0]], [0.0]).tracer()


@pytest.mark.parametrize(
    ("prerequisites", "item_skills", "item_difficulty"),
    [
        ([], [[0]], [0.0]),
        ([[]], [[]], [0.0]),
        ([[]], [[0, 0]], [0.0]),
        ([[]], [[0]], []),
        ([[]], [[0]], [nan]),
    ],
)
def test_lists_that_do_not_fit_together_are_refused(
    prerequisites: list[list[int]], item_skills: list[list[int]], item_difficulty: list[float]
) -> None:
    params = [(0.3, 0.1, 0.0, 0.2, 0.1)]
    with pytest.raises(ValueError, match="allowed"):
        Domain(params, prerequisites, item_skills, item_difficulty).tracer()


@pytest.mark.parametrize("name", WEIGHT_NAMES)
def test_a_missing_weight_is_named(name: str) -> None:
    weights = {each: 0.1 for each in WEIGHT_NAMES if each != name}
    with pytest.raises(ValueError, match=f"{name} is missing"):
        chain(1, 1).tracer(weights)


def test_an_unknown_weight_is_named() -> None:
    weights = dict.fromkeys(WEIGHT_NAMES, 0.1) | {"MOOD": 0.1}
    with pytest.raises(ValueError, match="MOOD"):
        chain(1, 1).tracer(weights)


@pytest.mark.parametrize("value", [nan, inf, 1e9])
def test_a_weight_that_is_no_sensible_number_is_named(value: float) -> None:
    weights = dict.fromkeys(WEIGHT_NAMES, 0.1) | {"MASTERY": value}
    with pytest.raises(ValueError, match="MASTERY"):
        chain(1, 1).tracer(weights)
