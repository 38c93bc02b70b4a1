"""Simulated pupils over real items: the rule is found, and nobody careful is blamed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from hub.kernels.diagnose import Diagnoser
from tests.models.pupils import (
    Family,
    Pupil,
    Talk,
    careful,
    families,
    single,
    slipping,
    top,
)


@pytest.fixture(scope="module")
def asked() -> list[Family]:
    return families(150)


def found(
    asked: list[Family],
    pupil: Callable[[Family, int], Pupil],
    count: int,
    chance_of_items: Random | None = None,
    known: Callable[[Family], Family] = lambda family: family,
) -> list[tuple[int, int | str, str]]:
    """Rule, likeliest, verdict of a pupil for each rule, with slips of 10 %."""
    ended: list[tuple[int, int | str, str]] = []
    for family in asked:
        talk = Talk(known(family), Diagnoser(len(family.rules)), chance_of_items)
        for rule in range(len(family.rules)):
            chance = Random(f"{family.name} {rule}")
            talk.begin()
            likely = talk.ask(slipping(family, pupil(family, rule), 0.1, chance), count)
            ended.append((rule, top(likely), likely.verdict))
    return ended


def hits(ended: list[tuple[int, int | str, str]]) -> float:
    return sum(rule == likeliest for rule, likeliest, _ in ended) / len(ended)


def test_four_chosen_items_find_the_rule_and_four_at_random_find_fewer(
    asked: list[Family],
) -> None:
    chosen = hits(found(asked, single, 4))
    at_random = hits(found(asked, single, 4, Random(2)))
    assert chosen >= 0.93
    assert at_random < chosen


def test_careful_pupils_who_slip_are_given_no_rule(asked: list[Family]) -> None:
    ended = found(asked, lambda family, _rule: careful(family), 8)
    blamed = sum(verdict not in {"careful", "undecided"} for *_, verdict in ended)
    assert blamed <= 0.03 * len(ended)


def test_rules_that_are_told_under_another_name_are_not_found(asked: list[Family]) -> None:
    def renamed(family: Family) -> Family:
        turned = [
            replace(
                item,
                wrong=(*item.wrong[1:], item.wrong[0]),
                classes=(*item.classes[1:], item.classes[0]),
            )
            for item in family.items
        ]
        return replace(family, items=tuple(turned))

    assert hits(found(asked, single, 4, known=renamed)) < 0.1
