"""How each mastery came to be what it is: the last steps of every learner in every skill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

#: A teacher reads five marks at a glance, as the live page has them.
KEPT = 5

#: `hint`: right, with hints; `set`: by the teacher's word.
Mark = Literal["right", "hint", "wrong", "set"]


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One row of the log that moved P(L) of a skill from `before` to `after`."""

    hub_seq: int
    mark: Mark
    before: float
    after: float


class Paths:
    """The last steps of each learner in each skill, the oldest first; a function of the log.

    They are kept and not worked out when somebody looks: for that the whole log would have to
    be replayed. In the log itself they would be written with every answer.
    """

    def __init__(self, kept: Iterable[tuple[int, int, Sequence[Step]]] = ()) -> None:
        self._steps = {(learner, skill): list(steps) for learner, skill, steps in kept}

    def of(self, learner: int, skill: int) -> Sequence[Step]:
        """The last steps of `learner` in `skill`; none where nothing moved it yet."""
        return tuple(self._steps.get((learner, skill), ()))

    def add(self, learner: int, skill: int, step: Step) -> None:
        """This step came last."""
        mine = self._steps.setdefault((learner, skill), [])
        mine.append(step)
        del mine[:-KEPT]

    def answered(
        self,
        hub_seq: int,
        learner: int,
        mark: Mark,
        before: Sequence[tuple[int, float]],
        after: Sequence[tuple[int, float]],
    ) -> None:
        """An answer moved the skills of its item: `before` and `after` are skills and P(L)."""
        for (skill, p_before), (_, p_after) in zip(before, after, strict=True):
            self.add(learner, skill, Step(hub_seq, mark, p_before, p_after))

    def moved(self, places: Sequence[int | None]) -> Paths:
        """The same for another pack: skill `one` stands at `places[one]` there, if at all."""
        return Paths(
            (learner, place, steps)
            for (learner, skill), steps in self._steps.items()
            if (place := places[skill]) is not None
        )

    def saved(self) -> list[tuple[int, int, list[Step]]]:
        """For `Paths(kept)`; what is equal gives equal bytes."""
        return sorted((*whose, list(steps)) for whose, steps in self._steps.items())


def mark_of(*, is_right: bool, hints: int) -> Mark:
    """How a teacher reads an answer that counted."""
    if not is_right:
        return "wrong"
    return "hint" if hints else "right"
