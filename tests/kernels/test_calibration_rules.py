"""What calibration does with missing answers, anchors, groups, priors and odd items."""

from __future__ import annotations

from array import array
from itertools import pairwise
from math import exp, inf, isfinite, log
from random import Random
from typing import Any

import numpy as np
import pytest

from hub.kernels.calibration import Anchor, Calibration, Model, Priors, calibrate, item_fit
from tests.kernels.lsat import LSAT6, LSAT7

SLOPES = [0.8, 1.1, 1.5, 0.7, 1.3, 1.0, 0.9, 1.2, 1.4, 0.6]
DIFFICULTIES = [-1.5, -1.0, -0.6, -0.2, 0.0, 0.2, 0.5, 0.9, 1.3, -0.8]


def answers(
    random: Random, n_rows: int, *, mean: float = 0.0, sd: float = 1.0, c: float = 0.0
) -> list[list[int]]:
    """Answers of learners from N(mean, sd) to the ten items above."""
    rows = []
    for _ in range(n_rows):
        theta = random.gauss(mean, sd)
        rows.append(
            [
                int(random.random() < c + (1 - c) / (1 + exp(-a * (theta - b))))
                for a, b in zip(SLOPES, DIFFICULTIES, strict=True)
            ]
        )
    return rows


def columns(found: Calibration) -> bytes:
    """Every number of a calibration, bit for bit."""
    numbers = [found.log_likelihood]
    for column in (found.a, found.b, found.c, found.se_a, found.se_b, found.se_c):
        numbers += column
    for group in found.groups:
        numbers += [group.mean, group.sd, group.se_mean, group.se_sd]
    return array("d", numbers).tobytes()


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_the_same_answers_give_the_same_bytes_at_any_number_of_threads(model: Model) -> None:
    rows: Any = np.array(answers(Random(1), 300), dtype=np.int8)
    rows[::7, 3] = -1
    groups = [number % 3 for number in range(300)]
    one = calibrate(rows, model=model, groups=groups, threads=1)
    for threads in (2, 3, 7):
        assert columns(calibrate(rows, model=model, groups=groups, threads=threads)) == columns(
            one
        )


def test_every_form_of_a_table_gives_the_same_bytes() -> None:
    rows = answers(Random(2), 200)
    rows[3][4] = -1
    expected = columns(calibrate(rows))
    # numpy says only from Python 3.12 on that its arrays are buffers.
    table: Any = np.array(rows, dtype=float)
    assert columns(calibrate(table)) == expected
    turned: Any = np.asfortranarray(table)
    assert columns(calibrate(turned)) == expected
    assert columns(calibrate(table.astype(np.int8).ravel(), n_items=10)) == expected
    assert columns(calibrate(table.astype(np.int64))) == expected
    assert columns(calibrate(table.astype(np.float32))) == expected
    table[3, 4] = np.nan
    assert columns(calibrate(table)) == expected
    gaps = [[None if answer < 0 else answer for answer in row] for row in rows]
    assert columns(calibrate(gaps)) == expected
    assert (
        columns(calibrate([answer for row in rows for answer in row], n_items=10)) == expected
    )
    whole = [row for row in rows if -1 not in row]
    flags: Any = np.array(whole) == 1
    assert columns(calibrate(flags)) == columns(calibrate(whole))


def test_a_learner_without_an_answer_changes_nothing() -> None:
    rows = answers(Random(3), 150)
    with_silent = [*rows[:70], [-1] * 10, *rows[70:]]
    assert columns(calibrate(with_silent)) == columns(calibrate(rows))


def test_missing_answers_leave_the_truth_within_two_standard_errors() -> None:
    random = Random(4)
    rows = answers(random, 3000)
    for row in rows:
        for item in random.sample(range(10), 4):
            row[item] = -1
    found = calibrate(rows)
    assert found.converged
    assert found.answers == tuple(sum(row[item] >= 0 for row in rows) for item in range(10))
    near = [
        abs(ours - true) < 2 * error
        for column, truth, errors in (
            (found.a, SLOPES, found.se_a),
            (found.b, DIFFICULTIES, found.se_b),
        )
        for ours, true, error in zip(column, truth, errors, strict=True)
    ]
    # Of 20 estimates one is expected outside; 17 inside or more has a chance of .98.
    assert sum(near) >= 17


def test_a_second_group_finds_its_mean_and_spread() -> None:
    random = Random(5)
    rows = answers(random, 1500) + answers(random, 1500, mean=0.8, sd=0.6)
    found = calibrate(rows, groups=["left"] * 1500 + ["right"] * 1500)
    left, right = found.groups
    assert (left.label, left.mean, left.sd, left.se_mean) == ("left", 0.0, 1.0, 0.0)
    assert right.learners == 1500
    assert abs(right.mean - 0.8) < 3 * right.se_mean < 0.3
    assert abs(right.sd - 0.6) < 3 * right.se_sd < 0.3
    assert max(abs(a - b) for a, b in zip(found.a, SLOPES, strict=True)) < 0.25


def test_groups_that_took_other_forms_are_tied_by_shared_items() -> None:
    random = Random(6)
    easy, hard = answers(random, 1500), answers(random, 1500, mean=1.0)
    for row in easy:
        row[7:] = [-1] * 3
    for row in hard:
        row[:3] = [-1] * 3
    found = calibrate(easy + hard, groups=[0] * 1500 + [1] * 1500)
    assert abs(found.groups[1].mean - 1.0) < 3 * found.groups[1].se_mean < 0.4
    assert max(abs(a - b) for a, b in zip(found.b, DIFFICULTIES, strict=True)) < 0.35


def test_anchors_stay_as_they_are_and_hold_the_scale() -> None:
    rows = answers(Random(7), 2000, mean=-0.5, sd=1.3)
    anchors: dict[int, Anchor] = {0: (0.8, -1.5), 4: (1.3, 0.0, 0.0), 6: (0.9, 0.5)}
    found = calibrate(rows, anchors=anchors)
    for item, anchor in anchors.items():
        assert (found.a[item], found.b[item]) == pytest.approx(anchor[:2], abs=1e-15)
        assert (found.se_a[item], found.se_b[item], found.flags[item]) == (0, 0, "anchor")
    group = found.groups[0]
    assert abs(group.mean + 0.5) < 3 * group.se_mean < 0.3
    assert abs(group.sd - 1.3) < 3 * group.se_sd < 0.5
    free = [item for item in range(10) if item not in anchors]
    assert all(abs(found.b[item] - DIFFICULTIES[item]) < 3 * found.se_b[item] for item in free)
    assert item_fit(rows, found)[0].df > item_fit(rows, found)[1].df


def test_all_items_anchored_leave_only_the_population() -> None:
    anchors: dict[int, Anchor] = {
        item: (SLOPES[item], DIFFICULTIES[item]) for item in range(10)
    }
    found = calibrate(answers(Random(8), 400, mean=0.4), anchors=anchors, model="rasch")
    assert found.n_parameters == 2
    assert abs(found.groups[0].mean - 0.4) < 3 * found.groups[0].se_mean


@pytest.mark.parametrize("model", ["rasch", "1pl", "2pl", "3pl"])
def test_an_item_without_a_maximum_is_held_and_says_why(model: Model) -> None:
    rows = [
        [*row, 1, 0, -1, number % 2 if number < 6 else -1]
        for number, row in enumerate(answers(Random(9), 300))
    ]
    found = calibrate(rows, model=model)
    assert found.flags[10:] == ("all_right", "all_wrong", "unanswered", "few_answers")
    numbers = (*found.a, *found.b, *found.c, *found.se_a, *found.se_b, *found.se_c)
    assert all(isfinite(number) for number in numbers)
    assert found.b[10] < min(found.b[:10])
    assert found.b[11] > max(found.b[:10])
    assert found.b[12] == pytest.approx(0, abs=1e-6)
    others = calibrate([row[:10] for row in rows], model=model)
    # Those who got it right or wrong say nothing; six answers to the last item say little.
    assert list(found.b[:10]) == pytest.approx(list(others.b), abs=0.05)


def test_an_item_that_the_abler_fail_is_said_to_be_reversed() -> None:
    rows = [[1 - row[0], *row[1:]] for row in answers(Random(10), 800)]
    found = calibrate(rows)
    assert found.flags[0] == "reversed"
    assert found.a[0] < 0


def test_a_prior_draws_discriminations_together() -> None:
    rows = answers(Random(11), 60)
    free = calibrate(rows)
    drawn = calibrate(rows, priors=Priors(ln_a=(0.0, 0.3)))
    assert np.std(np.log(drawn.a)) < np.std(np.log(np.abs(free.a)))
    assert max(drawn.se_a) < max(free.se_a)


def test_a_3pl_with_its_priors_finds_the_guessing_that_made_the_answers() -> None:
    found = calibrate(answers(Random(12), 2000, c=0.2), model="3pl")
    assert found.converged
    assert all(flag == "estimated" for flag in found.flags)
    assert 0.1 < np.mean(found.c) < 0.3
    assert all(isfinite(error) and error > 0 for error in found.se_c)


def test_a_prior_on_c_pulls_it_to_its_mode() -> None:
    sure = calibrate(LSAT7, model="3pl", priors=Priors(c=(2e5, 8e5)))
    assert list(sure.c) == pytest.approx([0.2] * 5, abs=1e-3)


def test_the_likelihood_never_falls_from_report_to_report() -> None:
    heard: list[tuple[int, float]] = []
    found = calibrate(LSAT6, on_progress=lambda cycle, value: heard.append((cycle, value)))
    values = [value for _, value in heard]
    assert [cycle for cycle, _ in heard] == sorted({cycle for cycle, _ in heard})
    assert all(b >= a - 1e-9 for a, b in pairwise(values))
    assert values[-1] <= found.log_likelihood + 1e-9
    assert len(heard) <= found.cycles


def test_what_a_progress_call_raises_ends_the_fit() -> None:
    def stop(cycle: int, _: float) -> None:
        if cycle == 3:
            raise InterruptedError("enough")

    with pytest.raises(InterruptedError, match="enough"):
        calibrate(LSAT6, on_progress=stop)


def test_a_fit_cut_short_says_so() -> None:
    found = calibrate(LSAT6, max_cycles=2)
    assert not found.converged
    assert found.cycles == 2


def test_a_test_of_a_thousand_items_needs_no_more_than_doubles() -> None:
    # A likelihood of e^-700 and below is no double: the sum is taken in logarithms.
    random = Random(13)
    rows = [[int(random.random() < 0.5) for _ in range(1300)] for _ in range(20)]
    found = calibrate(rows, model="rasch", standard_errors=False)
    assert found.converged
    # Coins know no ability: the chance of each answer is about one half.
    assert found.log_likelihood < 20 * 1300 * log(0.5) * 0.9
    assert isfinite(found.log_likelihood)


def test_undetermined_parameters_have_infinite_errors() -> None:
    # One item alone says nothing of its discrimination.
    rows = [[number % 3 == 0] for number in range(90)]
    found = calibrate(rows)
    assert not found.is_determined
    assert found.se_a[0] == inf
    assert isfinite(found.a[0])
    assert isfinite(found.b[0])
