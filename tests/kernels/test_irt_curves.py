"""Curves and information of items: published values, the twin, and what any curve must do."""

from __future__ import annotations

from array import array
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from hub.kernels.irt import (
    Binary,
    Graded,
    ItemBank,
    PartialCredit,
    expected,
    information,
    probabilities,
)
from tests.kernels import twin_irt

#: Discriminations and thresholds of the three items of the published polytomous values.
ROWS = [(1.2, (-1.0, 0.0, 1.0)), (0.8, (-1.5, 0.2, 1.4)), (1.5, (-0.5, 0.4, 0.9))]
GRADED = ItemBank(tuple(Graded(f"g{at}", a, b) for at, (a, b) in enumerate(ROWS)))
PARTIAL = ItemBank(tuple(PartialCredit(f"p{at}", a, b) for at, (a, b) in enumerate(ROWS)))
MIXED = ItemBank(
    (
        Binary("rasch", 1.0, 0.4),
        Binary("3pl", 1.7, -0.3, 0.22),
        Binary("4pl", 0.6, 2.5, 0.1, 0.93),
        Graded("graded", 1.4, (-2.0, 0.1)),
        PartialCredit("partial", 0.9, (0.7, -0.4, 1.1, 0.0)),
    )
)
THETAS = [-5.5, -2.0, -0.7, 0.0, 0.3, 1.9, 5.5]


def table(column: array[float], *shape: int) -> NDArray[np.float64]:
    return np.array(column.tolist()).reshape(shape)


def test_graded_items_have_the_values_that_catr_gives() -> None:
    found = probabilities(GRADED, [0.3])[:4]
    assert found == pytest.approx([0.17365, 0.23731, 0.28751, 0.30153], abs=5e-6)
    assert information(GRADED, [0.3]) == pytest.approx([0.44650, 0.19885, 0.69719], abs=5e-6)


def test_partial_credit_items_have_the_information_that_catr_gives() -> None:
    assert information(PARTIAL, [0.3]) == pytest.approx([0.99866, 0.46634, 1.72901], abs=5e-6)


def test_every_curve_equals_the_one_in_plain_python() -> None:
    n_items, n_categories = len(MIXED), MIXED.core.categories
    found = table(probabilities(MIXED, THETAS), -1, n_items, n_categories)
    told = table(information(MIXED, THETAS), -1, n_items)
    marks = table(expected(MIXED, THETAS), -1, n_items)
    for row, theta in enumerate(THETAS):
        for column, item in enumerate(MIXED.items):
            chances = [p for p, _, _ in twin_irt.curves(item, theta)]
            padding = [0.0] * (n_categories - len(chances))
            assert found[row, column] == pytest.approx([*chances, *padding], rel=1e-12)
            assert told[row, column] == pytest.approx(
                twin_irt.information(item, theta), rel=1e-11
            )
            mark = sum(k * p for k, p in enumerate(chances))
            assert marks[row, column] == pytest.approx(mark, rel=1e-12)


def test_chances_of_all_categories_add_up_to_one_however_far_out() -> None:
    thetas = np.linspace(-100, 100, 41).tolist()
    found = table(probabilities(MIXED, thetas), 41, len(MIXED), -1)
    assert np.abs(found.sum(axis=2) - 1).max() < 1e-12
    assert found.min() >= 0
    assert np.isfinite(table(information(MIXED, thetas), -1)).all()


def test_the_able_are_expected_to_earn_more() -> None:
    thetas = np.linspace(-6, 6, 61).tolist()
    marks = table(expected(MIXED, thetas), 61, len(MIXED))
    assert (np.diff(marks, axis=0) > 0).all()


def test_a_graded_item_with_one_threshold_is_a_binary_one() -> None:
    plain = ItemBank((Binary("x", 1.3, 0.5),))
    for other in (Graded("x", 1.3, (0.5,)), PartialCredit("x", 1.3, (0.5,))):
        bank = ItemBank((other,))
        assert probabilities(bank, THETAS) == pytest.approx(probabilities(plain, THETAS))
        assert information(bank, THETAS) == pytest.approx(information(plain, THETAS))


def test_guessing_and_carelessness_only_take_information_away() -> None:
    for theta in THETAS:
        told = [
            twin_irt.information(Binary("x", 1.2, 0.3, c), theta) for c in (0.0, 0.1, 0.2, 0.4)
        ]
        bank = ItemBank(tuple(Binary(f"{c}", 1.2, 0.3, c) for c in (0.0, 0.1, 0.2, 0.4)))
        assert information(bank, [theta]) == pytest.approx(told, rel=1e-12)
        assert all(less < more for more, less in pairwise(told))


def test_columns_come_from_numpy_or_lists_and_go_back_as_arrays() -> None:
    plain = probabilities(MIXED, THETAS)
    for column in (array("d", THETAS), np.array(THETAS).data, tuple(THETAS)):
        assert probabilities(MIXED, column) == plain
    assert plain.typecode == "d"


@pytest.mark.parametrize("theta", [float("nan"), 101.0, float("-inf")])
def test_an_ability_beyond_all_reason_is_refused(theta: float) -> None:
    for curve in (probabilities, expected, information):
        with pytest.raises(ValueError, match="theta is"):
            curve(MIXED, [0.0, theta])
