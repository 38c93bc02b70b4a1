"""Whole tests against an integer program; simulated crowds on the reference bank."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from hub.kernels import cat
from tests.kernels import banks
from tests.kernels.twin_cat import Item, counts

NAMES = ("algebra", "algebra/linear", "algebra/roots", "geometry")


def best_total(
    items: Sequence[Item],
    theta: float,
    length: int,
    quotas: dict[str, tuple[int, int]],
    enemies: Sequence[Sequence[str]] = (),
) -> float | None:
    """The most information of any test, by an integer program; None when there is no test."""
    inside = [counts([item.area]) for item in items]
    rows = [[1.0] * len(items)]
    rows += [[float(found.get(name, 0)) for found in inside] for name in quotas]
    low, high = [length], [length]
    for least, most in quotas.values():
        low.append(least)
        high.append(most)
    for group in enemies:
        rows.append([float(f"i{number}" in group) for number in range(len(items))])
        low.append(0)
        high.append(1)
    gain = np.array([item.information(theta) for item in items])
    found = milp(
        -gain,
        constraints=LinearConstraint(np.array(rows, dtype=float), low, high),
        integrality=np.ones(len(items)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    return -float(found.fun) if found.success else None


def quotas(chance: random.Random, length: int) -> dict[str, tuple[int, int]]:
    """Bounds on some of the areas; now and then such as no test can meet."""
    found = {}
    for name in NAMES:
        if chance.random() < 0.7:
            low = chance.randint(0, length // 3)
            found[name] = (low, low + chance.randint(0, length // 2))
    return found


def test_a_shadow_test_is_that_of_an_integer_program() -> None:
    chance, possible = random.Random(3), 0
    for case in range(60):
        items, length = banks.items(chance.randint(20, 120), case), chance.randint(4, 16)
        wanted, theta = quotas(chance, length), chance.gauss(0, 1.5)
        best = best_total(items, theta, length, wanted)
        try:
            test = banks.bank(items).shadow(theta, length, quotas=wanted)
        except ValueError:
            assert best is None  # the quotas cannot be met
            continue
        if test is None or len(test.items) < length:
            assert best is None
            continue
        possible += 1
        assert test.information == pytest.approx(best, rel=1e-9)
        assert test.gap == 0.0
    assert possible > 20


def test_with_enemies_the_gap_tells_how_far_the_best_can_be() -> None:
    chance, exact = random.Random(4), 0
    for case in range(25):
        items, theta = banks.items(80, case), chance.gauss(0, 1)
        enemies = [chance.sample(banks.named(80), chance.randint(2, 4)) for _ in range(25)]
        wanted = {"algebra": (4, 8), "algebra/roots": (2, 3), "geometry": (2, 4)}
        best = best_total(items, theta, 12, wanted, enemies)
        test = banks.bank(items, enemies=enemies).shadow(theta, 12, quotas=wanted)
        assert test is not None
        assert best is not None
        assert test.information <= best * (1 + 1e-9)
        assert test.information >= best * (1 - test.gap) - 1e-9
        assert all(len(set(group) & set(test.items)) < 2 for group in enemies)
        exact += test.gap == 0.0
    assert exact >= 24


def test_the_most_informative_items_are_those_of_numpy() -> None:
    items, thetas = banks.reference()
    a, b = np.array([item.a for item in items]), np.array([item.b for item in items])
    p = 1 / (1 + np.exp(-a * (np.array(thetas)[:, None] - b)))
    wanted = (a * a * p * (1 - p)).argmax(axis=1)
    assert list(banks.bank(items).most_informative(thetas)) == list(wanted)


def test_the_reference_bank_reaches_its_precision_in_fifteen_items() -> None:
    items, thetas = banks.reference()
    bank, truth = banks.bank(items), np.array(thetas)
    lengths, errors = [], []
    for seed in range(4):
        tests = bank.simulate(thetas, stop=cat.Stop(max=100, se=0.3), seed=seed)
        lengths.append(np.mean(tests.lengths))
        errors.append(np.array(tests.theta) - truth)
        assert set(tests.done) == {"PRECISION"}
        assert max(tests.se) <= 0.3
    together = np.concatenate(errors)
    assert np.mean(lengths) <= 15.1
    assert np.sqrt(np.mean(together**2)) <= 0.300
    assert abs(np.mean(together)) < 0.01


def test_limited_exposure_costs_few_items() -> None:
    items, thetas = banks.reference()
    bank, stop, chance = banks.bank(items), cat.Stop(max=100, se=0.3), random.Random(1)
    crowd = [chance.gauss(0, 1) for _ in range(1000)]
    spared = bank.limit_exposure(0.25, crowd, stop=stop, seed=5, rounds=12)
    assert spared.eligibility is not None
    assert spared.fingerprint != bank.fingerprint
    plain = bank.simulate(thetas, stop=stop, seed=8)
    tests = spared.simulate(thetas, stop=stop, seed=8)
    assert max(plain.exposure) == 1.0
    assert max(tests.exposure) <= 0.30
    assert np.mean(tests.lengths) <= 17.5


def test_threads_change_no_byte() -> None:
    items, thetas = banks.reference()
    bank = banks.bank(items)
    one, four = (
        bank.simulate(
            thetas[:200], stop=cat.Stop(max=12), randomesque=4, seed=3, threads=threads
        )
        for threads in (1, 4)
    )
    assert (one.theta, one.se, one.items, one.rights, one.done) == (
        four.theta,
        four.se,
        four.items,
        four.rights,
        four.done,
    )
    assert sum(one.lengths) == len(one.items) == len(one.rights)
