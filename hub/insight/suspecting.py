"""Chances of wrong rules while a class works: the diagnosis, asked for every few moments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hub.insight.diagnosis import Given, Observed, chances, observed
from hub.insight.flags.past import Seen
from hub.insight.flags.skills import SHOWN
from models.domain.pack import Pack

#: The rows of the log between which the answers of a learner lie that count.
Ends = tuple[int, int]


class Suspecting:
    """One class's. Asked again with the same answers it gives what it gave.

    One more answer costs one more look at it: what the rules lead to in an earlier question
    stays known. Two threads that ask at once may both work it out, and find the same.
    """

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def of(
        self, learner: int, pack: Pack, ends: Ends, rows: Callable[[], Sequence[Seen]]
    ) -> Mapping[str, float]:
        """How likely `learner` holds each wrong rule.

        By `rows()`: the latest answers, those of `pack`; not asked for while `ends` are the
        same. Empty where no rule showed itself often enough to be told of.
        """
        kept = self._kept.get(learner)
        if kept is None or kept.pack is not pack:
            kept = _Kept(pack)
        elif kept.ends == ends:
            return kept.chances
        kept = self._kept[learner] = kept.with_rows(ends, rows())
        return kept.chances


@dataclass(slots=True)
class _Kept:
    """What was found of a learner, and how each family saw each answer."""

    pack: Pack
    ends: Ends = (0, 0)
    chances: Mapping[str, float] = field(default_factory=dict)
    seen: dict[tuple[str, Given], Observed | None] = field(default_factory=dict)

    def with_rows(self, ends: Ends, rows: Sequence[Seen]) -> _Kept:
        """The same for other rows; what is seen of rows that are gone is forgotten."""
        shown = Counter(row.misconception for row in rows if row.misconception)
        # No flag tells of a rule that showed less often.
        if max(shown.values(), default=0) < SHOWN:
            return _Kept(self.pack, ends)
        now = _Kept(self.pack, ends)

        def observe(pack: Pack, rules: list[str], row: Given) -> Observed | None:
            # A family's rules are its own: the first of them names it.
            place = rules[0], row
            found = self.seen[place] if place in self.seen else observed(pack, rules, row)
            now.seen[place] = found
            return found

        now.chances = chances(self.pack, [_given(self.pack, row) for row in rows], observe)
        return now


def _given(pack: Pack, row: Seen) -> Given:
    place = pack.item_index[row.item]
    return Given(place, row.seed, row.step, row.is_right, row.misconception)
