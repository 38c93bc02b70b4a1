"""The laws by which simulated pupils learn, forget and answer; none is the hub's own model.

Each law is a different theory of learning, with other answers to: does practice raise a skill
bit by bit or at one blow, what do missing prerequisites cost, does an easy item teach more or
less than a hard one, what is lost in a night. A rule that teaches well must do so under each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from models.training.teaching.course import Course

#: A skill counts as mastered, by the law, when competence on a middling item reaches this: as
#: "mastery" is most often meant in logs (Koedinger et al. 2023 take 80 % right).
MASTERED = 0.8


class Pupil(Protocol):
    """One simulated pupil; only the simulation sees inside, the hub sees answers alone."""

    def competence(self, skill: int, difficulty: float = 0.0) -> float:
        """The chance to master an item now, apart from guesses and slips."""
        ...

    def chance(self, skill: int, difficulty: float = 0.0) -> float:
        """The chance of a right answer now, guesses and slips included."""
        ...

    def practise(self, skill: int, difficulty: float, *, is_right: bool) -> None:
        """What one answer, with its feedback, does to the pupil."""
        ...

    def rest(self, nights: int) -> None:
        """What nights without practice do."""
        ...

    def worth(self, skill: int, difficulty: float) -> float:
        """How much an answer now would add to the lasting competence on the skill."""
        ...


@dataclass(frozen=True, slots=True)
class Noise:
    """Right answers without knowing, wrong ones in spite of it."""

    guess: float = 0.15
    slip: float = 0.06

    def doubled(self) -> Noise:
        """Twice the noise."""
        return Noise(2 * self.guess, 2 * self.slip)

    def blur(self, competence: float) -> float:
        """The chance of a right answer of one with this competence."""
        return self.guess + (1.0 - self.guess - self.slip) * competence


@dataclass(frozen=True, slots=True)
class Law:
    """A theory of learning: its letter, one sentence, and how its pupils are drawn."""

    letter: str
    name: str
    sentence: str
    draw: Callable[[Course, Noise, Random], Pupil]
