"""Scores: published values of R mirt and catR, the twin, and what no pattern may break."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import inf, isfinite, isnan, nan

import numpy as np
import pytest

from hub.kernels.irt import (
    AT_HIGH,
    AT_LOW,
    FLAT,
    NO_ANSWERS,
    Binary,
    Graded,
    ItemBank,
    Method,
    PartialCredit,
    score,
)
from tests.kernels import twin_irt

METHODS: tuple[Method, ...] = ("eap", "map", "wle", "mle", "jeffreys")
# 2PL estimates by R mirt for the published tables of LSAT 6 and 7 (Bock & Lieberman 1970).
LSAT_6 = ItemBank.binary(
    "12345",
    a=[0.82566, 0.72274, 0.89087, 0.68837, 0.65686],
    b=[-3.35881, -1.37006, -0.27967, -1.86638, -3.12591],
)
LSAT_7 = ItemBank.binary(
    "12345",
    a=[0.98755, 1.08084, 1.70748, 0.76499, 0.73567],
    b=[-1.87926, -0.74754, -1.05724, -0.63530, -2.52076],
)
# The rows of the published polytomous values: catR calls them c(a, b1, b2, b3).
ROWS = [(1.2, (-1.0, 0.0, 1.0)), (0.8, (-1.5, 0.2, 1.4)), (1.5, (-0.5, 0.4, 0.9))]
GRADED = ItemBank(tuple(Graded(f"g{at}", a, b) for at, (a, b) in enumerate(ROWS)))
PARTIAL = ItemBank(tuple(PartialCredit(f"p{at}", a, b) for at, (a, b) in enumerate(ROWS)))
MIXED = ItemBank(
    (
        Binary("rasch", 1.0, 0.4),
        Binary("2pl", 1.7, -0.3),
        Graded("graded", 1.4, (-2.0, 0.1)),
        PartialCredit("partial", 0.9, (0.7, -0.4, 1.1)),
    )
)
NONE, LOWEST = [0, 0, 0, 0, 0], [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("bank", "answers", "method", "theta"),
    [
        (LSAT_6, NONE, "eap", -1.89677),
        (LSAT_6, NONE, "map", -1.89526),
        (LSAT_6, NONE, "wle", -5.7039),
        (LSAT_7, NONE, "eap", -1.86978),
        (LSAT_7, NONE, "map", -1.81639),
        (LSAT_7, NONE, "wle", -4.1371),
        (LSAT_7, LOWEST, "eap", -1.52726),
        (LSAT_7, LOWEST, "map", -1.49464),
        (LSAT_7, LOWEST, "wle", -2.59983),
    ],
)
def test_lsat_patterns_score_as_in_r_mirt(
    bank: ItemBank, answers: list[int], method: Method, theta: float
) -> None:
    assert score(bank, [answers], method=method).theta[0] == pytest.approx(theta, abs=1e-4)


@pytest.mark.parametrize(
    ("bank", "method", "se"),
    [
        (LSAT_6, "eap", 0.80128),
        (LSAT_6, "map", 0.79552),
        (LSAT_6, "wle", 2.0505),
        (LSAT_7, "eap", 0.69270),
        (LSAT_7, "map", 0.67499),
        (LSAT_7, "wle", 1.8879),
    ],
)
def test_errors_from_the_curvature_are_those_of_r_mirt(
    bank: ItemBank, method: Method, se: float
) -> None:
    found = score(bank, [NONE], method=method, errors_from="curvature")
    assert found.se[0] == pytest.approx(se, abs=1e-4)


@pytest.mark.parametrize(
    ("bank", "method", "theta"),
    [
        # catR searches with a tolerance of 1e-4, hence the last digits.
        (GRADED, "mle", 0.959214),
        (GRADED, "map", 0.563946),
        (GRADED, "wle", 0.882344),
        (PARTIAL, "mle", 0.985909),
        (PARTIAL, "map", 0.723438),
        (PARTIAL, "wle", 0.882427),
    ],
)
def test_polytomous_answers_score_as_in_catr(
    bank: ItemBank, method: Method, theta: float
) -> None:
    assert score(bank, [[2, 1, 3]], method=method).theta[0] == pytest.approx(theta, abs=1e-4)


@pytest.mark.parametrize(("bank", "theta"), [(GRADED, 0.558152), (PARTIAL, 0.761303)])
def test_on_the_same_grid_the_eap_is_that_of_catr(bank: ItemBank, theta: float) -> None:
    found = score(bank, [[2, 1, 3]], bounds=(-4, 4), nodes=33)
    assert found.theta[0] == pytest.approx(theta, abs=5e-7)


def test_every_pattern_scores_as_in_plain_python() -> None:
    rows = list(product([0, 1], [0, 1], [0, 1, 2], [0, 1, 2, 3]))
    twins: dict[Method, Callable[[twin_irt.Answered], tuple[float, float]]] = {
        "eap": lambda answered: twin_irt.eap(answered, 0.2, 1.1),
        "map": lambda answered: twin_irt.map_estimate(answered, 0.2, 1.1),
        "wle": twin_irt.wle,
        "mle": twin_irt.mle,
    }
    for method, twin in twins.items():
        found = score(MIXED, rows, method=method, prior=(0.2, 1.1))
        for row, theta, se in zip(rows, found.theta, found.se, strict=True):
            expected = twin(list(zip(MIXED.items, row, strict=True)))
            assert (theta, se) == pytest.approx(expected, rel=1e-12, abs=1e-12), (method, row)


def test_warm_s_estimate_is_the_peak_under_jeffreys_prior_without_guessing() -> None:
    rows = list(product([0, 1], repeat=5))
    warm = score(LSAT_7, rows, method="wle")
    assert score(LSAT_7, rows, method="jeffreys").theta == pytest.approx(warm.theta, abs=1e-10)


def test_the_highest_of_two_peaks_is_found() -> None:
    # Right on three hard items and wrong on many easy ones: guessed, or careless? Two peaks.
    items = [Binary(f"e{at}", 1.5, -2.5, 0.25) for at in range(4)]
    items += [Binary(f"h{at}", 2.5, 2.5, 0.25) for at in range(4)]
    bank, row = ItemBank(tuple(items)), [1, 0, 0, 1, 1, 1, 1, 1]
    answered = list(zip(bank.items, row, strict=True))
    grid = np.linspace(-6, 6, 1201).tolist()
    best = max(grid, key=lambda theta: twin_irt.log_likelihood(answered, theta))
    peaks = [
        middle
        for low, middle, high in zip(grid, grid[1:], grid[2:], strict=False)
        if max(twin_irt.log_likelihood(answered, t) for t in (low, high))
        < twin_irt.log_likelihood(answered, middle)
    ]
    assert len(peaks) > 1
    assert score(bank, [row], method="mle").theta[0] == pytest.approx(best, abs=0.01)


def test_a_pattern_without_a_peak_stops_at_a_bound_and_says_so() -> None:
    found = score(LSAT_7, [NONE, [1] * 5], method="mle", bounds=(-5, 4.5))
    assert found.theta.tolist() == [-5, 4.5]
    assert list(found.flags) == [AT_LOW, AT_HIGH]
    assert all(map(isfinite, found.se))


@pytest.mark.parametrize("method", METHODS)
def test_a_learner_without_answers_has_the_prior_or_nothing(method: Method) -> None:
    found = score(LSAT_7, [[None, -1, nan, None, -1]], method=method, prior=(0.5, 0.8))
    if method in {"eap", "map"}:
        assert (found.theta[0], found.se[0]) == pytest.approx((0.5, 0.8))
        assert list(found.flags) == [NO_ANSWERS]
    else:
        assert isnan(found.theta[0])
        assert found.se[0] == inf
        assert list(found.flags) == [NO_ANSWERS | FLAT]


@pytest.mark.parametrize("method", METHODS)
def test_missing_answers_leave_the_others_as_they_are(method: Method) -> None:
    shorter = ItemBank(MIXED.items[1:])
    alone = score(shorter, [[1, 2, 0]], method=method)
    assert score(MIXED, [[-1, 1, 2, 0]], method=method).theta == alone.theta
    assert score(MIXED, [[None, 1, 2, 0]], method=method) == alone


def test_a_right_answer_more_never_lowers_an_estimate() -> None:
    rows = sorted(product([0, 1], repeat=5), key=sum)
    for method in METHODS:
        found = dict(zip(rows, score(LSAT_7, rows, method=method).theta, strict=True))
        for row, theta in found.items():
            for at in range(5):
                assert found[(*row[:at], 1, *row[at + 1 :])] >= theta - 1e-9


def test_rows_come_as_lists_as_a_table_or_flat() -> None:
    rows = [[0, 1, 1, 0, 1], [1, 1, -1, 1, 0]]
    expected = score(LSAT_7, rows)
    for kind in (np.int8, np.int64, np.float64):
        table = np.array(rows, dtype=kind)
        assert score(LSAT_7, table.data) == expected
        assert score(LSAT_7, np.asfortranarray(table).data) == expected
        assert score(LSAT_7, table.ravel().data) == expected
    assert score(LSAT_7, []).theta.tolist() == []


BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: score(LSAT_7, [NONE, [0, 0, 2, 0, 0]]), "row 1, column 2: answer is 2"),
    (lambda: score(LSAT_7, [[0, 0, 0.5, 0, 0]]), "row 0, column 2: answer is 0.5"),
    (lambda: score(LSAT_7, [[0, 0, -2, 0, 0]]), "row 0, column 2: answer is -2"),
    (lambda: score(MIXED, [[0, 0, 3, 0]]), "row 0, column 2: answer is 3"),
    (lambda: score(LSAT_7, [[0, 0, 0]]), "row 0: 3 entries; allowed: 5"),
    (lambda: score(LSAT_7, np.zeros((2, 4)).data), "the shape"),
    (lambda: score(LSAT_7, np.zeros(7).data), "answers has 7 entries"),
    (lambda: score(LSAT_7, [NONE], prior=(0, 0)), "prior sd is 0"),
    (lambda: score(LSAT_7, [NONE], prior=(nan, 1)), "prior mean is NaN"),
    (lambda: score(LSAT_7, [NONE], prior=(7, 1)), "prior mean is 7"),
    (lambda: score(LSAT_7, [NONE], bounds=(3, -3)), "high is -3"),
    (lambda: score(LSAT_7, [NONE], bounds=(-30, 3)), "low is -30"),
    (lambda: score(LSAT_7, [NONE], nodes=4), "nodes has 4"),
    (lambda: LSAT_7.core.score([0] * 5, method="guess", prior=(0, 1), bounds=(-6, 6),
                               nodes=61, is_observed=False), "method is guess"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), BAD)
def test_what_cannot_be_scored_is_refused_with_its_place(
    call: Callable[[], object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_scores_are_the_same_bytes_each_time() -> None:
    rows = list(product([0, 1], repeat=5))
    for method in METHODS:
        first, again = (score(LSAT_6, rows, method=method) for _ in range(2))
        assert first.theta.tobytes() == again.theta.tobytes()
        assert first.se.tobytes() == again.se.tobytes()
