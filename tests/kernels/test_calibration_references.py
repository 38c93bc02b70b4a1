"""Calibration and item fit give what published tables and other programs give."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from hub.kernels.calibration import Model, Priors, calibrate, item_fit
from tests.kernels.lsat import LSAT6, LSAT7

GOLDEN = Path(__file__).with_name("golden")
#: Answers, model, log-likelihood, a, b: ltm (61 nodes) for the one-parameter models, R mirt
#: (TOL 1e-8) for the others.
MODELS: list[tuple[list[tuple[int, ...]], Model, bool, float, list[float], list[float]]] = [
    (
        LSAT6,
        "1pl",
        False,
        -2466.9376,
        [0.75513] * 5,
        [-3.61527, -1.32242, -0.31763, -1.73009, -2.78017],
    ),
    (
        LSAT6,
        "rasch",
        False,
        -2473.0538,
        [1.0] * 5,
        [-2.87197, -1.06303, -0.25761, -1.38806, -2.21878],
    ),
    (
        LSAT6,
        "rasch",
        True,
        -2466.9376,
        [1.0] * 5,
        [-2.73002, -0.99861, -0.23985, -1.30645, -2.09941],
    ),
    (
        LSAT6,
        "2pl",
        False,
        -2466.653378,
        [0.82566, 0.72274, 0.89087, 0.68837, 0.65686],
        [-3.35881, -1.37006, -0.27967, -1.86638, -3.12591],
    ),
    (
        LSAT7,
        "1pl",
        False,
        -2664.9009,
        [1.01098] * 5,
        [-1.84788, -0.78225, -1.44508, -0.51579, -1.97098],
    ),
    (
        LSAT7,
        "rasch",
        False,
        -2664.9160,
        [1.0] * 5,
        [-1.86309, -0.78859, -1.45678, -0.51986, -1.98752],
    ),
    (
        LSAT7,
        "2pl",
        False,
        -2658.805114,
        [0.98755, 1.08084, 1.70748, 0.76499, 0.73567],
        [-1.87926, -0.74754, -1.05724, -0.63530, -2.52076],
    ),
]


@pytest.mark.parametrize(("rows", "model", "free", "log_likelihood", "a", "b"), MODELS)
def test_the_law_school_tables_give_the_published_estimates(
    rows: list[tuple[int, ...]],
    model: Model,
    free: bool,  # noqa: FBT001 - a column of the table above
    log_likelihood: float,
    a: list[float],
    b: list[float],
) -> None:
    found = calibrate(rows, model=model, free_variance=free)
    assert found.converged
    assert found.is_determined
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=1e-4)
    # ltm stops 0.0003 short of the maximum in LSAT7 1PL; the others agree to all digits given.
    assert list(found.a) == pytest.approx(a, abs=5e-4)
    assert list(found.b) == pytest.approx(b, abs=5e-4)


def test_a_free_spread_and_a_common_discrimination_are_the_same_model() -> None:
    common = calibrate(LSAT6, model="1pl", tolerance=1e-9)
    free = calibrate(LSAT6, model="rasch", free_variance=True, tolerance=1e-9)
    assert free.groups[0].sd == pytest.approx(common.a[0], abs=1e-5)
    assert free.groups[0].se_sd == pytest.approx(common.se_a[0], abs=1e-4)
    assert free.log_likelihood == pytest.approx(common.log_likelihood, abs=1e-6)


def test_the_standard_errors_are_those_of_the_full_information() -> None:
    found = calibrate(LSAT7)
    assert list(found.se_a) == pytest.approx([0.177, 0.169, 0.321, 0.134, 0.151], abs=1e-3)


def test_item_fit_gives_the_published_statistics() -> None:
    six, seven = calibrate(LSAT6), calibrate(LSAT7)
    statistics = [fit.s_x2 for fit in item_fit(LSAT6, six)]
    assert statistics == pytest.approx([0.450, 1.691, 0.666, 0.175, 0.111], abs=1e-3)
    fits = item_fit(LSAT7, seven)
    expected = [4.751, 14.453, 1.273, 5.236, 0.941]
    assert [fit.s_x2 for fit in fits] == pytest.approx(expected, abs=1e-3)
    assert [fit.df for fit in fits] == [2] * 5
    assert fits[1].p == pytest.approx(0.00072688, abs=1e-6)


def test_a_3pl_without_priors_finds_the_published_guessing() -> None:
    found = calibrate(LSAT7, model="3pl", priors=Priors())
    assert found.log_likelihood == pytest.approx(-2658.0545, abs=5e-4)
    assert (found.a[1], found.b[1], found.c[1]) == pytest.approx(
        (1.951, -0.042, 0.298), abs=2e-3
    )
    assert [c for c in found.c if c > 1e-3] == [found.c[1]]
    assert found.flags == tuple(
        "estimated" if item == 1 else "guess_at_bound" for item in range(5)
    )


@pytest.mark.parametrize("rows", [LSAT6, LSAT7])
def test_a_3pl_is_never_less_likely_than_the_2pl_inside_it(rows: list[tuple[int, ...]]) -> None:
    two = calibrate(rows)
    three = calibrate(rows, model="3pl", priors=Priors())
    assert three.log_likelihood >= two.log_likelihood


def test_a_thousand_by_fifty_answers_give_the_estimates_of_r_mirt() -> None:
    with gzip.open(GOLDEN / "synthetic_2pl_1000x50.csv.gz", "rt") as lines:
        rows = [[int(answer) for answer in line.strip()] for line in lines]
    with gzip.open(GOLDEN / "synthetic_2pl_1000x50_rmirt.csv.gz", "rt") as lines:
        expected = [(float(row["a"]), float(row["b"])) for row in csv.DictReader(lines)]
    found = calibrate(rows)
    assert found.log_likelihood == pytest.approx(-25581.3404, abs=1e-3)
    assert list(found.a) == pytest.approx([a for a, _ in expected], abs=3e-3)
    assert list(found.b) == pytest.approx([b for _, b in expected], abs=3e-3)
    assert found.cycles <= 20
