"""What calibration, item fit and DIF refuse, and how they say it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hub.kernels.calibration import Priors, calibrate, dif, item_fit
from tests.kernels.lsat import LSAT6

ROWS = LSAT6[::10]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([[0, 1], [1, 2]], "row 1, column 1 is 2; allowed: 0, 1 or -1"),
        ([[0, 1], [0.5, 1]], "row 1, column 0 is 0.5"),
        ([[0, 1], [float("inf"), 1]], "row 1, column 0 is inf"),
        (np.array([[0, 1, 1], [1, 0, -2]], dtype=np.int8), "row 1, column 2 is -2"),
        (np.array([[0, 1], [1, 7]], dtype=np.uint16), "row 1, column 1 is 7"),
        ([[0, 1], [1]], "row 1 has 1 entries, unlike those before"),
        ([0, 1, 1], "n_items must say"),
        ([], "n_items must say"),
        ([[], []], "at least one row of at least one item"),
        ([[-1, -1], [None, float("nan")]], "at least one that is not missing"),
    ],
)
def test_a_table_that_cannot_be_is_refused_by_row_and_column(table: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        calibrate(table)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("0110", "text"),
        ([["a", 1], [0, 1]], "text"),
        ([[0, 1], 1], "row 1 is no row but one number"),
        ([[0, [1]], [0, 1]], "row 0, column 1"),
        (7, "iterable"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (np.zeros((2, 2), dtype=complex), "allowed: numbers"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(table: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        calibrate(table)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"model": "4pl"}, "model is 4pl; allowed: rasch, 1pl, 2pl, 3pl"),
        ({"nodes": 4}, "nodes is 4; allowed: 5 to 1001"),
        ({"threads": 0}, "threads is 0"),
        ({"threads": 65}, "threads is 65"),
        ({"tolerance": 0.0}, "tolerance is 0"),
        ({"tolerance": float("nan")}, "tolerance is NaN"),
        ({"max_cycles": 0}, "max_cycles is 0"),
        ({"free_variance": True}, "free_variance is 1; allowed: 0, except with model rasch"),
        ({"n_items": 4}, "answers have 5 columns; n_items is 4"),
        ({"priors": Priors(ln_a=(0.0, 0.0))}, "prior sd is 0"),
        ({"priors": Priors(intercept=(99.0, 1.0))}, "prior mean is 99"),
        ({"priors": Priors(c=(1.0, 5.0))}, "prior alpha is 1"),
        ({"priors": Priors(c=(2.0, float("nan")))}, "prior beta is NaN"),
        ({"groups": [0, 1]}, "groups has 2 entries; allowed: 100"),
        ({"anchors": {0: (0.0, 0.0)}}, "anchor a is 0"),
        ({"anchors": {0: (-1.0, 0.0)}}, "anchor a is -1"),
        ({"anchors": {0: (1.0, 21.0)}}, "anchor b is 21"),
        ({"anchors": {0: (1.0, float("nan"))}}, "anchor b is NaN"),
        ({"anchors": {0: (1.0, 0.0, 0.95)}}, "anchor c is 0.95"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        calibrate(ROWS, **options)


@pytest.mark.parametrize("item", [5, -1, 2**70])
def test_an_anchor_that_is_no_item_is_unknown(item: int) -> None:
    with pytest.raises(KeyError, match="unknown"):
        calibrate(ROWS, anchors={item: (1.0, 0.0)})


def test_a_flat_column_that_is_no_whole_number_of_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="answers has 7 entries; allowed: a multiple of 2"):
        calibrate([0, 1, 1, 0, 1, 0, 0], n_items=2)
    with pytest.raises(ValueError, match="at least one row of at least one item"):
        calibrate([0, 1], n_items=0)


def test_groups_that_nothing_ties_together_are_refused() -> None:
    rows = [[1, 0, -1, -1]] * 20 + [[0, 1, -1, -1]] * 20 + [[-1, -1, 1, 0]] * 20
    groups = [0] * 40 + [1] * 20
    with pytest.raises(ValueError, match="no answered item ties group 1"):
        calibrate(rows, groups=groups)
    anchored = calibrate(
        rows, groups=groups, anchors={0: (1.0, 0.0), 2: (1.0, 0.0)}, model="rasch"
    )
    assert len(anchored.groups) == 2
    with pytest.raises(ValueError, match="no answered item ties group 0"):
        calibrate(rows, groups=groups, anchors={3: (1.0, 0.0)}, model="rasch")


def test_a_group_that_answered_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="ties group 1"):
        calibrate([*ROWS, [-1] * 5], groups=[0] * len(ROWS) + [1])


def test_item_fit_needs_rows_without_missing_answers() -> None:
    found = calibrate(ROWS)
    with pytest.raises(ValueError, match="at least one row without a missing answer"):
        item_fit([[-1, 1, 1, 0, 1]] * 9, found)
    with pytest.raises(ValueError, match="items has 5 entries; allowed: 4"):
        item_fit([[1, 1, 0, 1]] * 9, found)


def test_dif_refuses_lists_that_do_not_fit() -> None:
    is_focal = [False, True] * 50
    with pytest.raises(ValueError, match="groups has 99 entries; allowed: 100"):
        dif(ROWS, is_focal[1:])
    with pytest.raises(ValueError, match="matching has 3 entries; allowed: 100"):
        dif(ROWS, is_focal, levels=[1, 2, 3])
    with pytest.raises(KeyError, match="matching level 20000 is unknown"):
        dif(ROWS, is_focal, levels=[20_000] * 100)
    with pytest.raises(KeyError, match="index -1 is unknown"):
        dif(ROWS, is_focal, levels=[-1] * 100)
    with pytest.raises(ValueError, match="purify and levels"):
        dif(ROWS, is_focal, levels=[1] * 100, purify=True)
    with pytest.raises(ValueError, match="row 0, column 1 is 3"):
        dif([[0, 3], [1, 1]], [False, True])
