"""What is published of the Law School tables beyond estimates: overall fit, means, intercepts.

Values: R mirt (2PL, TOL 1e-8, 61 nodes); those with three digits stand in its own tests.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from hub.kernels.calibration import Model, calibrate, item_fit
from hub.kernels.irt import Graded, ItemBank, OverallFit, overall_fit
from tests.kernels.lsat import LSAT6, LSAT7

Rows = list[tuple[int, ...]]
Floats = NDArray[np.float64]
NODES = np.linspace(-6, 6, 61)


def fitted(rows: Rows, model: Model, *, free_variance: bool = False) -> OverallFit:
    found = calibrate(rows, model=model, free_variance=free_variance, tolerance=1e-9)
    bank = ItemBank.binary("12345", a=found.a, b=found.b, c=found.c)
    return overall_fit(
        bank,
        rows,
        model=model,
        population=(found.groups[0].mean, found.groups[0].sd),
        free_variance=free_variance,
    )


def moments(numbers: Floats) -> Floats:
    """The chance of all right for each of five items and each pair, under a 2PL."""
    a, b = numbers[:5, None], numbers[5:, None]
    p = 1 / (1 + np.exp(-a * (NODES - b)))
    weights = np.exp(-NODES * NODES / 2)
    weights /= weights.sum()
    pairs = [p[one] * p[two] for one, two in combinations(range(5), 2)]
    return np.array([*p, *pairs]) @ weights


def twin_m2(rows: Rows, a: list[float], b: list[float]) -> float:
    """By a basis of what no parameter moves, and the chance of each of the 32 patterns."""
    patterns = np.array(list(product((0, 1), repeat=5)), dtype=float)
    pairs = [patterns[:, one] * patterns[:, two] for one, two in combinations(range(5), 2)]
    seen = np.column_stack([patterns, *pairs])
    p = 1 / (1 + np.exp(-np.array(a)[:, None] * (NODES - np.array(b)[:, None])))
    weights = np.exp(-NODES * NODES / 2)
    weights /= weights.sum()
    chances = [
        weights @ np.prod(np.where(row[:, None] > 0, p, 1 - p), axis=0) for row in patterns
    ]
    expected = np.array(chances) @ seen
    covariance = (seen * np.array(chances)[:, None]).T @ seen - np.outer(expected, expected)
    numbers, step = np.array([*a, *b]), 1e-5
    units = np.eye(10) * step
    slopes = np.array(
        [(moments(numbers + one) - moments(numbers - one)) / (2 * step) for one in units]
    ).T
    free = np.linalg.svd(slopes)[0][:, 10:]
    data = np.array(rows, dtype=float)
    both = [data[:, one] * data[:, two] for one, two in combinations(range(5), 2)]
    apart = free.T @ (np.column_stack([data, *both]).mean(axis=0) - expected)
    inside = free.T @ covariance @ free
    return float(len(rows) * apart @ np.linalg.solve(inside, apart))


def test_the_overall_fit_is_that_of_r_mirt() -> None:
    six, seven = fitted(LSAT6, "2pl"), fitted(LSAT7, "2pl")
    assert (six.df, six.learners, seven.df) == (5, 1000, 5)
    assert six.m2 == pytest.approx(4.738, abs=1e-3)
    assert seven.m2 == pytest.approx(11.938, abs=1e-3)
    assert seven.p == pytest.approx(0.036, abs=5e-4)
    assert seven.rmsea == pytest.approx(0.037, abs=5e-4)


@pytest.mark.parametrize("rows", [LSAT6, LSAT7[::3]])
def test_the_overall_fit_is_that_of_all_patterns(rows: Rows) -> None:
    found = calibrate(rows)
    bank = ItemBank.binary("12345", a=found.a, b=found.b)
    told = overall_fit(bank, rows)
    assert told.m2 == pytest.approx(twin_m2(rows, list(found.a), list(found.b)), rel=1e-7)


@pytest.mark.parametrize("rows", [LSAT6, LSAT7])
def test_one_model_in_two_guises_fits_alike(rows: Rows) -> None:
    common, spread = fitted(rows, "1pl"), fitted(rows, "rasch", free_variance=True)
    assert common.df == spread.df == 9
    assert common.m2 == pytest.approx(spread.m2, abs=1e-4)
    assert fitted(rows, "rasch").df == 10


def test_learners_who_left_something_out_do_not_count() -> None:
    bank = ItemBank.binary("12345", a=[1.0] * 5, b=[-2.0, -1.0, 0.0, 1.0, 2.0])
    gaps: list[list[float | None]] = [[1, None, 0, 1, 0], [0, 0, -1, 1, 1]]
    whole = [list(row) for row in LSAT7]
    assert overall_fit(bank, [*whole, *gaps]) == overall_fit(bank, whole)


def test_the_tables_have_the_published_item_means() -> None:
    for rows, means in (
        (LSAT6, [0.924, 0.709, 0.553, 0.763, 0.870]),
        (LSAT7, [0.828, 0.658, 0.772, 0.606, 0.843]),
    ):
        assert np.mean(rows, axis=0) == pytest.approx(means, abs=1e-12)
        assert len(rows) == 1000


def test_slopes_and_intercepts_are_those_of_mirts_own_test() -> None:
    found = calibrate(LSAT7)
    assert list(found.a) == pytest.approx([0.988, 1.081, 1.706, 0.7651, 0.7358], abs=2e-3)
    intercepts = [-a * b for a, b in zip(found.a, found.b, strict=True)]
    assert intercepts == pytest.approx([1.8561, 0.808, 1.8043, 0.486, 1.8545], abs=2e-3)
    assert 2**5 - 1 - found.n_parameters == 21
    told = [fit.s_x2 for fit in item_fit(LSAT7, found)]
    assert told[:3] == pytest.approx([4.749, 14.451, 1.270], abs=4e-3)


GRADED = ItemBank((Graded("g", 1.0, (0.0, 1.0)), Graded("h", 1.0, (0.0, 1.0))))
PLAIN = ItemBank.binary("xy", a=[1.0, 1.2], b=[0.0, 0.5])
BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: overall_fit(GRADED, [[0, 1]]), r"items\[0\] has categories"),
    (lambda: overall_fit(PLAIN, [[0, 1], [0, 2]]), "row 1, column 1 is 2"),
    (lambda: overall_fit(PLAIN, [[0, 1]]), "parameters has 4 entries"),
    (lambda: overall_fit(PLAIN, [[0, None]], model="rasch"), "complete rows has 0"),
    (lambda: overall_fit(PLAIN, [[0, 1]], population=(0.0, 0.0)), "population sd is 0"),
    (lambda: overall_fit(PLAIN, [[0, 1]], nodes=4), "nodes has 4"),
    (lambda: overall_fit(ItemBank.binary("x", a=[1], b=[0]), [[1]]), "items has 1"),
    (lambda: PLAIN.core.overall_fit([0, 1, 1], model="rasch", population=(0, 1),
                                    is_sd_free=False, nodes=61), "answers has 3"),
    (lambda: PLAIN.core.overall_fit([0, 1], model="4pl", population=(0, 1),
                                    is_sd_free=False, nodes=61), "model is 4pl"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), BAD)
def test_what_has_no_overall_fit_is_refused(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
