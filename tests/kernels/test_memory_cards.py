"""A card's way through learning steps, reviews and relearning, as in py-fsrs; and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest

from hub.kernels.memory import DEFAULTS, Card, Rating, Scheduler, Stage

NOON = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GOOD, AGAIN = Rating.GOOD, Rating.AGAIN


def waits(scheduler: Scheduler, ratings: list[Rating]) -> list[timedelta]:
    """How long each review lets the card rest, every review coming when it is due."""
    card, now, found = Card(), NOON, []
    for rating in ratings:
        card = scheduler.review(card, rating, now)
        assert card.due is not None
        found.append(card.due - now)
        now = card.due
    return found


def test_thirteen_reviews_wait_the_days_that_py_fsrs_waits() -> None:
    ratings = [*[GOOD] * 6, *[AGAIN] * 2, *[GOOD] * 5]
    days = [wait.days for wait in waits(Scheduler(), ratings)]
    assert days == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_learning_goes_in_steps_of_minutes() -> None:
    assert waits(Scheduler(), [GOOD])[0] == 10 * MINUTE
    assert waits(Scheduler(), [AGAIN])[0] == MINUTE
    assert waits(Scheduler(), [Rating.HARD])[0] == 5.5 * MINUTE
    assert waits(Scheduler(), [Rating.EASY])[0] >= timedelta(days=1)
    assert waits(Scheduler(), [GOOD, Rating.HARD])[1] == 10 * MINUTE


def test_a_hard_step_that_is_alone_waits_half_as_long_again() -> None:
    scheduler = Scheduler(learning_steps=(10 * MINUTE,), relearning_steps=(10 * MINUTE,))
    assert waits(scheduler, [Rating.HARD])[0] == 15 * MINUTE
    assert waits(scheduler, [Rating.EASY, AGAIN, Rating.HARD])[1:] == [10 * MINUTE, 15 * MINUTE]


def test_relearning_has_steps_of_its_own() -> None:
    scheduler = Scheduler(relearning_steps=(MINUTE, 10 * MINUTE))
    ratings = [Rating.EASY, AGAIN, Rating.HARD, GOOD, Rating.HARD, Rating.EASY]
    rests = waits(scheduler, ratings)
    assert rests[1:5] == [MINUTE, 5.5 * MINUTE, 10 * MINUTE, 10 * MINUTE]
    assert rests[5] >= timedelta(days=1)


def test_without_steps_a_card_is_reviewed_in_days_at_once() -> None:
    scheduler = Scheduler(learning_steps=(), relearning_steps=())
    card = scheduler.review(Card(), AGAIN, NOON)
    assert card.stage is Stage.REVIEW
    assert card.step is None
    assert all(wait >= timedelta(days=1) for wait in waits(scheduler, [GOOD, AGAIN, AGAIN]))


def test_a_card_beyond_the_last_step_of_a_shorter_plan_is_reviewed_in_days() -> None:
    card = Scheduler().review(Card(), GOOD, NOON)
    assert card.step == 1
    card = Scheduler(learning_steps=(MINUTE,)).review(card, Rating.HARD, NOON + MINUTE)
    assert card.stage is Stage.REVIEW


def test_ten_easy_reviews_in_one_minute_leave_the_lowest_difficulty() -> None:
    card = Card()
    for second in range(10):
        card = Scheduler().review(card, Rating.EASY, NOON + timedelta(seconds=second))
    assert card.memory is not None
    assert card.memory.difficulty == 1.0


def test_a_late_review_counts_the_days_that_went_by() -> None:
    card = Scheduler().review(Card(), Rating.EASY, NOON)
    late = Scheduler().review(card, GOOD, NOON + timedelta(days=40, hours=3))
    assert card.memory is not None
    expected = Scheduler().step(card.memory.stability, card.memory.difficulty, 40, GOOD)
    assert late.memory == expected


def test_a_clock_that_runs_backwards_is_refused() -> None:
    card = Scheduler().review(Card(), GOOD, NOON)
    with pytest.raises(ValueError, match="is the clock right"):
        Scheduler().review(card, GOOD, NOON - timedelta(seconds=1))
    with pytest.raises(ValueError, match="with its zone"):
        Scheduler().review(card, GOOD, NOON.replace(tzinfo=None))


BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: Scheduler().first(0), "rating"),
    (lambda: Scheduler().first(5), "rating"),
    (lambda: Scheduler().review(Card(), 7, NOON), "rating"),
    (lambda: Scheduler().step(1.0, 5.0, 1, 0), "rating"),
    (lambda: Scheduler().step(1.0, 5.0, -1, 3), "elapsed_days"),
    (lambda: Scheduler().step(1.0, 5.0, nan, 3), "elapsed_days"),
    (lambda: Scheduler().step(1.0, 5.0, inf, 3), "elapsed_days"),
    (lambda: Scheduler().step(0.0, 5.0, 1, 3), "stability"),
    (lambda: Scheduler().step(1.0, 0.5, 1, 3), "difficulty"),
    (lambda: Scheduler().retrievability(1, nan), "stability"),
    (lambda: Scheduler().interval(-1), "stability"),
    (lambda: Scheduler(desired_retention=0.0), "retention"),
    (lambda: Scheduler(desired_retention=1.1), "retention"),
    (lambda: Scheduler(maximum_interval=0), "maximum_interval"),
    (lambda: Scheduler(DEFAULTS[:17]), "parameters has 17 entries"),
    (lambda: Scheduler((*DEFAULTS[:20], 0.9)), "w20 is 0.9"),
    (lambda: Scheduler((nan, *DEFAULTS[1:])), "w0 is NaN"),
    (
        lambda: Scheduler().step_many([1.0, 1.0], [5.0, 5.0], [1, -2], [3, 3]),
        "place 1: elapsed",
    ),
    (lambda: Scheduler().step_many([1.0], [5.0, 5.0], [1, 2], [3, 3]), "allowed: all the same"),
    (lambda: Scheduler().first_many([1, 9]), "place 1: rating is 9"),
]


@pytest.mark.parametrize(("call", "said"), BAD)
def test_what_cannot_be_is_refused_by_name(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
