"""Which activities said already what they can say of a learner: each is evidence once.

A page left open, a second window and a second tablet that was out of reach may answer what was
answered before. Such an answer is graded, kept in the log and receipted; it moves no model.

The rule is numbered, and stands in the log with the model of the class (`Model.counting`): a
log from before it gives the state that it gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hub.lesson.twins import spread

#: The rule as this version has it; 0 was to forget an activity once it was over.
COUNTING = 1
#: So many activities of a learner are remembered: more than a day's, and than two tablets
#: carry while they are out of reach. One 128 answers old counts again.
KEPT = 128

#: An item's place in the class's pack, and the seed.
Activity = tuple[int, int]


class Counted:
    """The activities of each learner that counted lately, the oldest first."""

    def __init__(
        self, counting: int = 0, lately: Iterable[tuple[int, Sequence[int]]] = ()
    ) -> None:
        self.counting = counting
        self._lately: dict[int, dict[Activity, None]] = {
            learner: dict.fromkeys(zip(flat[::2], flat[1::2], strict=True))
            for learner, flat in lately
        }

    def add(self, learner: int, item: int, seed: int) -> None:
        """This activity counted just now."""
        if self.counting < COUNTING:
            return
        mine = self._lately.setdefault(learner, {})
        mine[item, seed] = None
        if len(mine) > KEPT:
            del mine[next(iter(mine))]

    def has(self, learner: int, item: int, seed: int) -> bool:
        """Whether it counted already."""
        return (item, seed) in self._lately.get(learner, ())

    def forget(self, learner: int, item: int, seed: int) -> None:
        """It is asked anew, on purpose: its next answer counts."""
        self._lately.get(learner, {}).pop((item, seed), None)

    def fresh_seed(self, learner: int, answers: int, ahead: int, first: int) -> int:
        """The seed, from `first` on, of the activity `ahead` after the learner's `answers`.

        None that counted comes again: a tablet out of reach may have been further along than
        the answers that could be read.
        """
        spent = {seed for _, seed in self._lately.get(learner, ())}
        while True:
            seed = first + spread(learner, answers)
            answers += 1
            if seed in spent:
                continue
            if not ahead:
                return seed
            ahead -= 1

    def moved(self, places: Sequence[int | None]) -> Counted:
        """The same for another pack: item `one` stands at `places[one]` there, if at all."""
        kept = Counted(self.counting)
        for learner, mine in self._lately.items():
            moved = ((places[item], seed) for item, seed in mine)
            kept._lately[learner] = {
                (item, seed): None for item, seed in moved if item is not None
            }
        return kept

    def saved(self) -> list[tuple[int, list[int]]]:
        """For `Counted(counting, lately)`; what is equal gives equal bytes."""
        return sorted(
            (learner, [number for one in mine for number in one])
            for learner, mine in self._lately.items()
            if mine
        )
