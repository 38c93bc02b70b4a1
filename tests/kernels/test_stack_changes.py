"""What would change a prediction is true when it is done; what cannot be is refused."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, nan
from random import Random

import pytest

from hub.kernels.stack import CODES, Answers, Learners, Stack, fit
from tests.kernels.classes import RIGHT, WRONG
from tests.kernels.logs import ALL, MadeUp, made_up


def fitted(log: MadeUp, *extras: str) -> Stack:
    model = fit(
        log.answers(*extras), item_skills=log.item_skills, n_skills=log.n_skills, data="made up"
    )
    return model.stack()


NOW = 2e9


def practised(stack: Stack, seed: int, times_s: float = nan) -> tuple[Learners, list[bool]]:
    random = Random(seed)
    room = stack.learners(1)
    rights = [random.random() < random.random() for _ in range(12)]
    for item, is_right in enumerate(rights):
        room.answer(0, item, is_right, time_s=times_s)
    return room, rights


@pytest.mark.parametrize("seed", range(4))
def test_each_change_crosses_when_it_is_really_made(seed: int) -> None:
    log_ = made_up(11, n_learners=80)
    stack = fitted(log_, "times_s")
    found = set()
    for item in range(20, 50):
        room, _ = practised(stack, seed, NOW)
        before = room.predict(0, item, time_s=NOW)
        for change in room.changes(0, item, threshold=0.6, time_s=NOW):
            found.add(change.factor)
            assert (change.p >= 0.6) != (before.p >= 0.6)
            if change.factor in {"MORE_RIGHT", "MORE_WRONG"}:
                again, _ = practised(stack, seed, NOW)
                for _ in range(int(change.amount)):
                    # The smallest: one answer fewer does not do.
                    p = again.predict(0, item, time_s=NOW).p
                    assert (p >= 0.6) == (before.p >= 0.6)
                    again.answer(0, item, change.factor == "MORE_RIGHT", time_s=NOW)
                assert again.predict(0, item, time_s=NOW).p == change.p
            elif change.factor == "OTHER_ITEM":
                assert set(log_.item_skills[change.item]) == set(log_.item_skills[item])
                assert room.predict(0, change.item, time_s=NOW).p == change.p
            elif change.factor == "WAIT":
                assert room.predict(0, item, time_s=NOW + change.amount).p == change.p
            else:
                logit = before.logit + change.amount
                assert logit == pytest.approx(log(0.6 / 0.4), abs=1e-6)
        assert room.predict(0, item, time_s=NOW).p == before.p
    assert {"MORE_RIGHT", "MORE_WRONG", "DIFFICULTY", "OTHER_ITEM"} <= found


def test_a_right_answer_raises_and_a_wrong_one_lowers_the_same_items_chance() -> None:
    stack = fitted(made_up(12, n_learners=150))
    for item in range(30):
        better, worse = stack.learners(1), stack.learners(1)
        for _ in range(3):
            better.answer(0, item, RIGHT)
            worse.answer(0, item, WRONG)
        assert worse.predict(0, item).p < better.predict(0, item).p


def test_without_a_clock_there_is_no_wait_and_no_part_for_time() -> None:
    stack = fitted(made_up(13, n_learners=60))
    room, _ = practised(stack, 1)
    told = dict(room.predict(0, 3).reasons)
    assert (told["TIME"], told["PACE"], told["HINTS"]) == (0.0, 0.0, 0.0)
    assert told.keys() == set(CODES)
    assert "WAIT" not in {change.factor for change in room.changes(0, 3)}


def test_a_clock_that_goes_back_brings_nothing_back() -> None:
    stack = fitted(made_up(14, n_learners=60), *ALL)
    room = stack.learners(1)
    room.answer(0, 0, RIGHT, time_s=NOW, hints=0.0, pace_s=10.0)
    assert room.predict(0, 0, time_s=NOW - 1e6).p == room.predict(0, 0, time_s=NOW).p


BAD: list[tuple[type[Exception], Callable[[Stack], object]]] = [
    (KeyError, lambda s: s.learners(1).predict(1, 0)),
    (KeyError, lambda s: s.learners(1).predict(0, 60)),
    (KeyError, lambda s: s.learners(1).predict(0, -1)),
    (KeyError, lambda s: s.learners(1).answer(0, 2**70, RIGHT)),
    (KeyError, lambda s: s.learners(1).changes(0, 60, time_s=0.0)),
    (KeyError, lambda s: s.learners(1).changes(0, 0, practice=60, time_s=0.0)),
    (ValueError, lambda s: s.learners(1).changes(0, 0, threshold=nan, time_s=0.0)),
    (ValueError, lambda s: s.learners(1).changes(0, 0, threshold=1.0, time_s=0.0)),
    (ValueError, lambda s: s.learners(1).predict(0, 0)),
    (ValueError, lambda s: s.learners(1).predict(0, 0, time_s=inf)),
    (ValueError, lambda s: s.learners(1).answer(0, 0, RIGHT, time_s=0.0, pace_s=-1.0)),
    (ValueError, lambda s: s.learners(1).answer(0, 0, RIGHT, time_s=0.0, hints=inf)),
    (ValueError, lambda s: s.learners(10**9)),
    (KeyError, lambda s: s.trace([0], [60], [1], times_s=[0.0])),
    (ValueError, lambda s: s.trace([0], [0, 1], [1], times_s=[0.0])),
    (ValueError, lambda s: s.trace([0], [0], [1])),
    (ValueError, lambda s: s.trace([0], [0], [1], times_s=[nan])),
    (ValueError, lambda s: s.trace([0], [0], [2], times_s=[0.0])),
]


@pytest.fixture(scope="module")
def timed() -> Stack:
    return fitted(made_up(15, n_learners=20), "times_s")


@pytest.mark.parametrize(("refusal", "call"), BAD)
def test_what_does_not_fit_is_refused_by_name(
    timed: Stack, refusal: type[Exception], call: Callable[[Stack], object]
) -> None:
    with pytest.raises(refusal, match=r"allowed|unknown"):
        call(timed)


@pytest.mark.parametrize(
    ("refusal", "answers", "item_skills", "n_skills"),
    [
        (ValueError, Answers([], [], []), [[0]], 1),
        (KeyError, Answers([0], [1], [1]), [[0]], 1),
        (KeyError, Answers([0], [0], [1]), [[1]], 1),
        (ValueError, Answers([0], [0], [1]), [[]], 1),
        (ValueError, Answers([0], [0], [1]), [[0, 0]], 1),
        (ValueError, Answers([0], [0], [1]), [[0]], 10**12),
        (ValueError, Answers([0, 0], [0, 0], [1, 0], pace_s=[1.0]), [[0]], 1),
        (ValueError, Answers([0], [0], [1], hints=[-1.0]), [[0]], 1),
        (ValueError, Answers([0], [0], [1], times_s=[nan]), [[0]], 1),
    ],
)
def test_a_log_that_does_not_fit_together_is_refused(
    refusal: type[Exception], answers: Answers, item_skills: list[list[int]], n_skills: int
) -> None:
    with pytest.raises(refusal, match=r"allowed|unknown"):
        fit(answers, item_skills=item_skills, n_skills=n_skills, data="bad")
