"""DIF: published tables, second opinions, classes, purification, odd items."""

from __future__ import annotations

from math import exp, log, sqrt
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

from hub.kernels.calibration import ItemDif, LogisticDif, MantelHaenszel, dif

#: Admissions to Berkeley 1973 by department: men admitted and rejected, women admitted and
#: rejected (Bickel, Hammel & O'Connell 1975, Science 187:398-404).
BERKELEY = [
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
]


def told(item: ItemDif) -> tuple[MantelHaenszel, LogisticDif]:
    assert item.mantel_haenszel is not None
    assert item.logistic is not None
    return item.mantel_haenszel, item.logistic


def test_the_berkeley_admissions_have_their_published_common_odds() -> None:
    rows: list[list[int]] = []
    is_focal: list[bool] = []
    levels: list[int] = []
    for level, cells in enumerate(BERKELEY):
        for (focal, right), count in zip(
            [(False, 1), (False, 0), (True, 1), (True, 0)], cells, strict=True
        ):
            rows += [[right]] * count
            is_focal += [focal] * count
            levels += [level] * count
    found, _ = told(dif(rows, is_focal, levels=levels)[0])
    # R's mantelhaen.test(UCBAdmissions).
    assert found.alpha == pytest.approx(0.9046968, abs=1e-7)
    assert found.chi_square == pytest.approx(1.4269, abs=1e-4)
    assert found.p == pytest.approx(0.2323, abs=1e-4)
    # Its 95 % interval is 0.7719074 to 1.0603298 on the odds.
    half = 1.959964 * found.se_delta / 2.35
    assert exp(log(found.alpha) - half) == pytest.approx(0.7719074, abs=1e-6)
    assert exp(log(found.alpha) + half) == pytest.approx(1.0603298, abs=1e-6)


def drawn(
    random: Random, n: int, *, shift: dict[int, float], stretch: dict[int, float] | None = None
) -> tuple[list[list[int]], list[bool]]:
    """Twelve items; some are harder, or tell less, for the focal group."""
    rows, is_focal = [], []
    for number in range(n):
        focal = number % 2 == 1
        theta = random.gauss(-0.3 if focal else 0.0, 1)
        row = []
        for item in range(12):
            b = -1.5 + item * 0.27 + (shift.get(item, 0.0) if focal else 0.0)
            a = 1.2 * ((stretch or {}).get(item, 1.0) if focal else 1.0)
            row.append(int(random.random() < 1 / (1 + exp(-a * (theta - b)))))
        rows.append(row)
        is_focal.append(focal)
    return rows, is_focal


def test_an_item_that_is_harder_for_one_group_is_found_and_the_others_are_not() -> None:
    rows, is_focal = drawn(Random(1), 4000, shift={3: 0.9, 7: -0.9})
    found = [told(item) for item in dif(rows, is_focal, purify=True)]
    assert [mh.size for mh, _ in found] == [
        "C" if item in (3, 7) else "A" for item in range(12)
    ]
    assert found[3][0].delta < -1.5
    assert found[7][0].delta > 1.5
    assert found[3][1].effect < 0 < found[7][1].effect
    assert found[3][1].p_uniform < 1e-6
    assert found[3][1].size in {"B", "C"}
    assert all(
        logistic.size == "A" for item, (_, logistic) in enumerate(found) if item not in (3, 7)
    )


def test_an_item_that_tells_less_in_one_group_is_non_uniform() -> None:
    rows, is_focal = drawn(Random(2), 4000, shift={}, stretch={6: 0.3})
    _, logistic = told(dif(rows, is_focal)[6])
    assert logistic.p_non_uniform < 1e-6
    assert logistic.non_uniform > logistic.uniform


def test_purification_leaves_bad_items_out_of_the_matching_score() -> None:
    shift = {item: 1.0 for item in range(4)}
    rows, is_focal = drawn(Random(3), 4000, shift=shift)
    raw = dif(rows, is_focal)
    pure = dif(rows, is_focal, purify=True)
    assert all(item.is_matching for item in raw)
    assert [item.is_matching for item in pure] == [item not in shift for item in range(12)]

    def drift(found: tuple[ItemDif, ...]) -> float:
        return sum(abs(told(found[item])[0].delta) for item in range(4, 12))

    assert drift(pure) < drift(raw) / 2


@pytest.mark.parametrize("number", [0, 3, 11])
def test_logistic_regression_agrees_with_a_second_opinion(number: int) -> None:
    rows, is_focal = drawn(Random(4), 600, shift={3: 0.6})
    table, focal = np.array(rows, dtype=float), np.array(is_focal, dtype=float)
    score, right = table.sum(axis=1), table[:, number]
    z = (score - score.mean()) / score.std()
    one = np.ones_like(z)
    fits = [
        maximum(np.column_stack(columns), right)
        for columns in ([one], [one, z], [one, z, focal], [one, z, focal, focal * z])
    ]
    values = [value for value, _ in fits]
    _, logistic = told(dif(rows, is_focal)[number])
    assert logistic.effect == pytest.approx(fits[2][1][2], abs=1e-4)
    assert logistic.uniform == pytest.approx(2 * (values[2] - values[1]), abs=1e-6)
    assert logistic.non_uniform == pytest.approx(2 * (values[3] - values[2]), abs=1e-6)
    both = 2 * (values[3] - values[1])
    assert logistic.p_both == pytest.approx(stats.chi2.sf(both, 2), abs=1e-6)
    n = len(rows)

    def nagelkerke(value: float) -> float:
        top = 1 - exp(2 * (values[0] - value) / n)
        return top / (1 - exp(2 * values[0] / n))

    change = nagelkerke(values[3]) - nagelkerke(values[1])
    assert logistic.r2_change == pytest.approx(change, abs=1e-8)


def maximum(
    features: NDArray[np.float64], right: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    def loss(weights: NDArray[np.float64]) -> float:
        logits = features @ weights
        return float(np.sum(np.logaddexp(0, logits) - right * logits))

    found = optimize.minimize(loss, np.zeros(features.shape[1]), tol=1e-12)
    return -float(found.fun), found.x


def test_ets_classes_ask_for_size_and_certainty() -> None:
    # The same odds in few and in many learners of one level.
    def size(times: int, cells: tuple[int, int, int, int]) -> tuple[str, float]:
        rows, is_focal = [], []
        for (focal, right), count in zip(
            [(False, 1), (False, 0), (True, 1), (True, 0)], cells, strict=True
        ):
            rows += [[right]] * (count * times)
            is_focal += [focal] * (count * times)
        found = dif(rows, is_focal, levels=[0] * len(rows))[0].mantel_haenszel
        assert found is not None
        return found.size, abs(found.delta)

    assert size(1, (12, 8, 8, 12))[0] == "A"
    large = size(40, (12, 8, 8, 12))
    assert large[0] == "C"
    assert large[1] == pytest.approx(2.35 * 2 * log(1.5))
    assert size(40, (11, 9, 9, 11))[0] == "A"
    moderate = size(40, (56, 44, 44, 56))
    assert moderate[0] == "B"
    assert moderate[1] == pytest.approx(2.35 * 2 * log(56 / 44))


def test_an_item_that_cannot_tell_has_no_figures() -> None:
    rows = [[1, number % 2, number % 3 == 0] for number in range(60)]
    found = dif(rows, [number % 4 < 2 for number in range(60)])
    assert found[0].mantel_haenszel is None
    assert found[0].logistic is None
    assert found[0].learners == 60
    alone = dif([[row[1], row[2]] for row in rows], [False] * 60)
    assert all(item.mantel_haenszel is None and item.logistic is None for item in alone)


def test_who_left_an_item_out_is_not_compared_by_score() -> None:
    rows, is_focal = drawn(Random(5), 400, shift={})
    for row in rows[:30]:
        row[2] = -1
    assert all(item.learners == 370 for item in dif(rows, is_focal))
    levels = [sum(answer == 1 for answer in row) for row in rows]
    found = dif(rows, is_focal, levels=levels)
    assert [item.learners for item in found] == [
        370 if item == 2 else 400 for item in range(12)
    ]


def test_exchanging_the_groups_turns_the_sign_and_nothing_else() -> None:
    rows, is_focal = drawn(Random(6), 800, shift={5: 0.8})
    turned = dif(rows, [not focal for focal in is_focal])
    for one, other in zip(dif(rows, is_focal), turned, strict=True):
        (here, _), (there, _) = told(one), told(other)
        assert there.delta == pytest.approx(-here.delta, abs=1e-12)
        assert there.chi_square == pytest.approx(here.chi_square, abs=1e-9)
        assert there.se_delta == pytest.approx(here.se_delta, abs=1e-12)
        assert sqrt(here.alpha * there.alpha) == pytest.approx(1)
