"""Spaced review by FSRS-6: how long something is remembered, and when to ask again.

The model is described, with its sources, in core_rs/kernels/src/fsrs.rs. A `Card` adds to it
what happens on the first day: learning steps of minutes before the first whole day.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import TypeAlias

from typing_extensions import Buffer

from hub._core import memory

__all__ = ["DEFAULTS", "Card", "Memory", "Rating", "Scheduler", "Stage"]

Numbers: TypeAlias = Buffer | Sequence[float]
Columns: TypeAlias = "tuple[array[float], array[float]]"

#: The 21 parameters that were published with FSRS-6.
DEFAULTS = tuple(memory.DEFAULTS)
#: A first step that was hard is asked again after this many times its length, if it is alone.
HARD_ALONE = 1.5


class Rating(IntEnum):
    """How well it was remembered."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Stage(StrEnum):
    """Where a card is: in steps of minutes, in reviews of days, or in steps once more."""

    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@dataclass(frozen=True, slots=True)
class Memory:
    """Days until the chance of recall is 0.9, and a difficulty from 1 to 10."""

    stability: float
    difficulty: float


@dataclass(frozen=True, slots=True)
class Card:
    """Something to remember, as it stands after its latest review; as made, it is new.

    `step` counts the steps of LEARNING and RELEARNING, and is None in REVIEW.
    """

    memory: Memory | None = None
    stage: Stage = Stage.LEARNING
    step: int | None = 0
    last_review: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scheduler:
    """When to review, under parameters that are checked once.

    Raises ValueError for other than 21 parameters (or 19, those of FSRS-5), for one beyond its
    bounds, for a retention beyond 0.01 to 1 and for a longest interval below 1 day.
    """

    parameters: Sequence[float] = DEFAULTS
    desired_retention: float = 0.9
    maximum_interval: int = 36_500
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    model: memory.Model = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        model = memory.Model(self.parameters)
        model.interval(1.0, self.desired_retention)
        if self.maximum_interval < 1:
            said = f"maximum_interval is {self.maximum_interval}; allowed: at least 1 day"
            raise ValueError(said)
        object.__setattr__(self, "model", model)

    def first(self, rating: int) -> Memory:
        """The memory after a first review."""
        return Memory(*self.model.first(rating))

    def step(
        self, stability: float, difficulty: float, elapsed_days: float, rating: int
    ) -> Memory:
        """The memory after a review `elapsed_days` after the one before it.

        Less than 1 day counts as the same day. Raises ValueError for a rating other than 1 to 4
        and for a time that runs backwards.
        """
        return Memory(*self.model.step(stability, difficulty, elapsed_days, rating))

    def retrievability(self, elapsed_days: float, stability: float) -> float:
        """The chance of recall, 0 to 1, `elapsed_days` after a review."""
        return self.model.retrievability(elapsed_days, stability)

    def interval(self, stability: float) -> int:
        """Whole days to the next review, 1 to `maximum_interval`."""
        days = round(self.model.interval(stability, self.desired_retention))
        return min(max(days, 1), self.maximum_interval)

    def first_many(self, ratings: Numbers) -> Columns:
        """Stabilities and difficulties after first reviews."""
        return self.model.first_many(ratings)

    def step_many(
        self,
        stabilities: Numbers,
        difficulties: Numbers,
        elapsed_days: Numbers,
        ratings: Numbers,
    ) -> Columns:
        """Stabilities and difficulties after one review of each memory; columns of one length.

        Raises ValueError that names the place of the first bad value.
        """
        return self.model.step_many(stabilities, difficulties, elapsed_days, ratings)

    def retrievability_many(self, elapsed_days: Numbers, stabilities: Numbers) -> array[float]:
        """The chances of recall; columns of one length."""
        return self.model.retrievability_many(elapsed_days, stabilities)

    def review(self, card: Card, rating: int, now: datetime) -> Card:
        """The card after a review at `now`, with the time when it is due again.

        Time counts in whole days between reviews, as in py-fsrs. Raises ValueError for a rating
        other than 1 to 4, for a `now` without time zone and for one before the latest review.
        """
        if now.utcoffset() is None:
            raise ValueError(f"now is {now}; allowed: a time with its zone")
        remembered = self._remembered(card, rating, now)
        stage, step, wait = self._next_step(card, Rating(rating))
        if wait is None:
            wait = timedelta(days=self.interval(remembered.stability))
        return Card(remembered, stage, step, last_review=now, due=now + wait)

    def _remembered(self, card: Card, rating: int, now: datetime) -> Memory:
        if card.memory is None or card.last_review is None:
            return self.first(rating)
        elapsed_days = (now - card.last_review).days
        return self.step(card.memory.stability, card.memory.difficulty, elapsed_days, rating)

    def _next_step(
        self, card: Card, rating: Rating
    ) -> tuple[Stage, int | None, timedelta | None]:
        """Stage and step after `rating`, and how long to wait; None: the model's interval."""
        if card.stage is Stage.REVIEW:
            if rating is Rating.AGAIN and self.relearning_steps:
                return Stage.RELEARNING, 0, self.relearning_steps[0]
            return Stage.REVIEW, None, None
        is_new = card.stage is Stage.LEARNING
        steps = self.learning_steps if is_new else self.relearning_steps
        step = 0 if rating is Rating.AGAIN else (card.step or 0) + (rating is Rating.GOOD)
        if step >= len(steps) or rating is Rating.EASY:
            return Stage.REVIEW, None, None
        wait = _after_hard(steps, step) if rating is Rating.HARD else steps[step]
        return card.stage, step, wait


def _after_hard(steps: tuple[timedelta, ...], step: int) -> timedelta:
    """A hard first step waits longer than itself; a later one is repeated."""
    if step > 0:
        return steps[step]
    if len(steps) == 1:
        return steps[0] * HARD_ALONE
    return (steps[0] + steps[1]) / 2
