"""Calibration, item fit and DIF say what their plain Python twin says."""

from __future__ import annotations

from math import exp, sqrt
from random import Random

import pytest

from hub.kernels.calibration import Calibration, Model, Priors, calibrate, dif, item_fit
from tests.kernels import twin_calibration as twin
from tests.kernels.lsat import LSAT7

EXACT = 1e-12


def drawn(
    random: Random, n_rows: int, n_items: int, *, missing: float = 0.0, shift: float = 0.5
) -> tuple[list[list[int]], list[int]]:
    """Answers to items of middling slopes, and the group of each row, the second abler."""
    slopes = [random.uniform(0.7, 1.6) for _ in range(n_items)]
    intercepts = [random.uniform(-1, 1) for _ in range(n_items)]
    rows, groups = [], []
    for number in range(n_rows):
        group = number % 2
        theta = random.gauss(shift * group, 1)
        row = []
        for slope, intercept in zip(slopes, intercepts, strict=True):
            is_right = random.random() < 1 / (1 + exp(-(slope * theta + intercept)))
            row.append(-1 if random.random() < missing else int(is_right))
        rows.append(row)
        groups.append(group)
    return rows, groups


def items_of(found: Calibration) -> list[twin.Item]:
    return [(a, -a * b, c) for a, b, c in zip(found.a, found.b, found.c, strict=True)]


@pytest.mark.parametrize("model", ["2pl", "rasch"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_one_cycle_moves_each_number_as_the_twins_does(model: Model, missing: float) -> None:
    rows, groups = drawn(Random(5), 80, 8, missing=missing)
    found = calibrate(rows, model=model, groups=groups, max_cycles=1)
    items, populations = twin.one_cycle(rows, groups, 2, has_slopes=model == "2pl")
    assert not found.converged
    for ours, theirs in zip(items_of(found), items, strict=True):
        assert ours == pytest.approx(theirs, abs=EXACT)
    for group, population in zip(found.groups, populations, strict=True):
        assert (group.mean, group.sd) == pytest.approx(population, abs=EXACT)
    told = twin.log_likelihood(rows, items, groups, populations)
    assert found.log_likelihood == pytest.approx(told, rel=EXACT)


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_the_end_is_a_maximum_of_the_twins_likelihood(model: Model) -> None:
    rows, groups = drawn(Random(3), 80, 4)
    found = calibrate(rows, model=model, groups=groups, priors=Priors(), tolerance=1e-8)
    populations = [(group.mean, group.sd) for group in found.groups]
    items = items_of(found)
    top = twin.log_likelihood(rows, items, groups, populations)
    assert found.converged
    assert found.log_likelihood == pytest.approx(top, rel=EXACT)
    for number, item in enumerate(items):
        for part in (0, 1):
            for step in (-1e-3, 1e-3):
                moved = list(item)
                moved[part] += step
                others = [*items[:number], (moved[0], moved[1], moved[2]), *items[number + 1 :]]
                if model == "1pl" and part == 0:
                    others = [(moved[0], d, c) for _, d, c in items]
                assert twin.log_likelihood(rows, others, groups, populations) <= top + 1e-9
    for mean, sd in ((1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3)):
        spread = [populations[0], (populations[1][0] + mean, populations[1][1] + sd)]
        # The spread is that of the nodes, which a narrow group differs from by some 1e-7.
        assert twin.log_likelihood(rows, items, groups, spread) <= top + 1e-6


def test_standard_errors_are_the_curvature_of_the_twins_likelihood() -> None:
    rows = LSAT7[::2]
    found = calibrate(rows, model="1pl", tolerance=1e-9)
    items = items_of(found)
    free = [items[0][0], *(item[1] for item in items)]
    counted = {row: rows.count(row) for row in set(rows)}

    def value(vector: list[float]) -> float:
        curves = [(vector[0], intercept, 0.0) for intercept in vector[1:]]
        return sum(
            count * twin.log_likelihood([row], curves, [0], [(0, 1)])
            for row, count in counted.items()
        )

    def bent(one: int, other: int, step: float = 1e-3) -> float:
        def at(a: int, b: int) -> float:
            vector = list(free)
            vector[one] += a * step
            vector[other] += b * step
            return value(vector)

        return -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * step**2)

    n = len(free)
    half = {(row, column): bent(row, column) for row in range(n) for column in range(row + 1)}
    information = [[half[max(r, c), min(r, c)] for c in range(n)] for r in range(n)]
    covariance = inverse(information)
    assert found.se_a[0] == pytest.approx(sqrt(covariance[0][0]), rel=1e-4)
    for number, b in enumerate(found.b, start=1):
        variance = (
            b * b * covariance[0][0]
            + 2 * b * covariance[0][number]
            + covariance[number][number]
        )
        expected = sqrt(variance) / found.a[0]
        assert found.se_b[number - 1] == pytest.approx(expected, rel=1e-4)


def inverse(matrix: list[list[float]]) -> list[list[float]]:
    """Gauss and Jordan's, for a matrix that needs no pivots."""
    n = len(matrix)
    rows = [
        [*row, *(float(at == place) for at in range(n))] for place, row in enumerate(matrix)
    ]
    for at in range(n):
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(n):
            if other != at:
                scale = rows[other][at]
                rows[other] = [
                    a - scale * b for a, b in zip(rows[other], rows[at], strict=True)
                ]
    return [row[n:] for row in rows]


def test_item_fit_counts_what_all_patterns_add_up_to() -> None:
    found = calibrate(LSAT7, tolerance=1e-9)
    items = items_of(found)
    for number, fit in enumerate(item_fit(LSAT7, found)):
        shares = twin.expected_shares(items, number)
        statistic = 0.0
        for score in range(1, 5):
            said = [row[number] for row in LSAT7 if sum(row) == score]
            expected = shares[score]
            miss = sum(said) / len(said) - expected
            statistic += len(said) * miss**2 / (expected * (1 - expected))
        assert fit.s_x2 == pytest.approx(statistic, rel=1e-9)


def test_mantel_haenszel_equals_the_twins() -> None:
    rows, groups = drawn(Random(11), 400, 6)
    is_focal = [group == 1 for group in groups]
    for number, item in enumerate(dif(rows, is_focal)):
        told = item.mantel_haenszel
        assert told is not None
        alpha, chi_square = twin.mantel_haenszel(rows, is_focal, number)
        assert told.alpha == pytest.approx(alpha, rel=EXACT)
        assert told.chi_square == pytest.approx(chi_square, rel=1e-9, abs=1e-12)
