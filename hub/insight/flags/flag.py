"""A flag as data: its rule, the numbers that add up to its score, and what would clear it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Code = Literal[
    "stuck_soon",
    "wheel_spinning",
    "misconception",
    "prerequisite",
    "forgetting",
    "help_avoidance",
    "hint_abuse",
    "rapid_guessing",
    "gaming",
    "idle",
    "ready",
]
#: What a score is made of: log-odds of what the flag says, or a count above its limit.
Scale = Literal["log-odds", "count"]
#: Answers of one kind that clear a flag: right ones without hints; any that take their time;
#: wrong ones; any at all.
Kind = Literal["right", "unhurried", "wrong", "any"]
#: What a teacher may say of a flag.
Says = Literal["wrong", "handled", "not_now"]


@dataclass(frozen=True, slots=True)
class Part:
    """One named number of a score, and the rows of the log that it comes from."""

    code: str
    value: float
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Clears:
    """The fewest answers in a row, all of one kind, after which the flag is gone."""

    kind: Kind
    count: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says at one moment; it holds where the parts add up to 0 or more."""

    scale: Scale
    parts: tuple[Part, ...]
    numbers: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The sum of the parts, in their order."""
        return sum(part.value for part in self.parts)

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the log that the score rests on, each once, the oldest first."""
        return tuple(sorted({row for part in self.parts for row in part.rows}))

    @property
    def holds(self) -> bool:
        """Whether the rule speaks."""
        return self.score >= 0.0


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag in force.

    `skill` is its id, empty for what concerns no single one. `since` is the row of the log
    from which on it has been in force without a break; `numbers` are those of its rule;
    `clears` is None where no dozen answers of one kind would do.
    """

    code: Code
    learner: int
    skill: str
    scale: Scale
    score: float
    parts: tuple[Part, ...]
    numbers: Mapping[str, float | str]
    since: int
    clears: Clears | None
    said: Says | None = None

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the log that the score rests on, each once, the oldest first."""
        return tuple(sorted({row for part in self.parts for row in part.rows}))


@dataclass(frozen=True, slots=True)
class Now:
    """What the log's answers do not tell of a learner at the moment of the question.

    `hand_up` is the row of the raised hand. `idle_s` counts only while the tablet is at work:
    it is None where that is silent, asleep, reads aloud or the learner rests. `mastery` is
    P(L) by skill id. `is_timed` is False where the teacher took the learner out of all rules
    of time. `suspected` are chances of wrong rules by id, as the diagnosis gives them.
    """

    hand_up: int | None = None
    idle_s: float | None = None
    mastery: Mapping[str, float] = field(default_factory=dict)
    is_timed: bool = True
    suspected: Mapping[str, float] = field(default_factory=dict)
