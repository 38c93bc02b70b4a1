"""The shipped weights fit the kernels; a damaged file is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.kernels import MASTERED, WEIGHT_NAMES
from models.learner.weights import STACK_FILE, load_stack
from tests.kernels.classes import RIGHT, Domain


def test_the_shipped_weights_are_exactly_those_that_the_kernels_know() -> None:
    assert set(load_stack().weights) == set(WEIGHT_NAMES)


def test_the_shipped_defaults_let_a_learner_master_a_skill_in_a_few_right_answers() -> None:
    stack = load_stack()
    tracer = Domain([stack.bkt.as_tuple()], [[]], [[0]], [0.0]).tracer(stack.weights)
    tracer.add_learner()
    tries = 0
    while tracer.mastery(0)[0] < MASTERED:
        tracer.answer(0, 0, RIGHT)
        tries += 1
    assert 3 <= tries <= 6


def test_the_shipped_weights_point_where_theory_says() -> None:
    weights = load_stack().weights
    against = {"ITEM_WRONG", "MISSES", "NEW_SKILL"}
    assert all(weights[name] <= 0 for name in against)
    assert all(weights[name] >= 0 for name in weights.keys() - against - {"BIAS"})
    assert weights["MASTERY"] > 0


def test_the_model_card_tells_each_shipped_number() -> None:
    card = STACK_FILE.with_name("README.md").read_text(encoding="utf-8")
    stack = load_stack()
    for name, value in stack.weights.items():
        assert f"| {name} | {value:.4f} |" in card
    for value in stack.bkt.as_tuple():
        assert f"{value:g}" in card


def damaged(**changes: Any) -> str:
    return json.dumps(json.loads(STACK_FILE.read_text(encoding="utf-8")) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        damaged(weights={"BIAS": "high"}),
        damaged(bkt={"prior": 2, "learn": 0, "forget": 0, "guess": 0.1, "slip": 0.1}),
        damaged(extra=1),
        damaged(weights={"BIAS": 1}).replace('"BIAS": 1', '"BIAS": 1e999'),
    ],
)
def test_a_damaged_weights_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "torn.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"torn\.json"):
        load_stack(file)
