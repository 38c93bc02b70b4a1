"""Whom the teacher visited in a class, how often, and whom not now: attention, counted."""

from __future__ import annotations

from typing import Literal

import msgspec

from hub.lesson.hands import Raised, is_up
from hub.lesson.rest import When, since_ms, when
from hub.store.log import Event

#: A visit, or a word that another child comes first.
Does = Literal["visited", "not_now"]
DOES: tuple[Does, ...] = ("visited", "not_now")
#: After either word a learner is left alone so long, unless a hand goes up. A judgement: a
#: tenth to a quarter of a lesson.
LEFT_ALONE_MS = 10 * 60_000
#: So many answers after a visit tell whether it helped; then the learner may be named again.
#: Three right ones in a row are what wheel-spinning is told from (Beck & Gong 2013).
TELLING_ANSWERS = 3


class Word(msgspec.Struct, frozen=True, array_like=True):
    """The teacher's last word on one learner, and what stood before it.

    `answers`: how many the learner had given. `hand` is the one that the visit took down.
    `visits` and `at` are those of `Attention` before it.
    """

    hub_seq: int
    learner: int
    does: Does
    when: When
    answers: int
    hand: Raised | None
    visits: int
    at: int


class Attention(msgspec.Struct, frozen=True, array_like=True):
    """How often a learner was visited, and the class's number of visits at the last one."""

    learner: int
    visits: int = 0
    at: int = 0


class Visited(msgspec.Struct, frozen=True, array_like=True):
    """`Visits` on disk."""

    total: int = 0
    each: list[Attention] = []
    words: list[Word] = []


class Visits:
    """The visits of one class; `total` counts all."""

    def __init__(self) -> None:
        self.total = 0
        self._each: dict[int, Attention] = {}
        self._words: dict[int, Word] = {}

    def of(self, learner: int) -> Attention:
        """How often `learner` was visited."""
        return self._each.get(learner, Attention(learner))

    def others_since(self, learner: int) -> int:
        """Visits to others since the learner's last one, or since the class began."""
        return self.total - self.of(learner).at

    def is_left_alone(self, learner: int, now: When, answers: int, raised: int = 0) -> bool:
        """Whether the teacher's last word still keeps `learner` off the walk list.

        A hand that went up after it, by the row `raised`, ends it. In another start of the hub
        no word of an earlier one holds: nobody knows how long the hub was off.
        """
        word = self._words.get(learner)
        if word is None or word.when.hub_boot != now.hub_boot or raised > word.hub_seq:
            return False
        if word.does == "visited" and answers - word.answers >= TELLING_ANSWERS:
            return False
        return since_ms(word.when, now) < LEFT_ALONE_MS

    def standing(
        self, learner: int, does: str, now: When, answers: int, hands: list[Raised]
    ) -> int:
        """The row of the teacher's last word on `learner`, if it was this one and holds yet.

        0 once the learner answered or raised a hand since, or is not left alone any more.
        """
        word = self._words.get(learner)
        raised = next((one.hub_seq for one in hands if one.learner == learner), 0)
        if word is None or (word.does, word.answers) != (does, answers):
            return 0
        return word.hub_seq if self.is_left_alone(learner, now, answers, raised) else 0

    @property
    def undoable(self) -> dict[int, int]:
        """By learner the word that can be taken back: the last one."""
        return {learner: word.hub_seq for learner, word in self._words.items()}

    @property
    def last(self) -> Word | None:
        """The last word of all that was not taken back."""
        return max(self._words.values(), key=lambda word: word.hub_seq, default=None)

    def add(self, row: Event, answers: int, hands: list[Raised]) -> list[Raised]:
        """Counts a word on a learner of so many answers; the hands that are up after it."""
        learner: int = row.facts["learner"]
        does = msgspec.convert(row.facts["does"], Does)
        visits, at = self.of(learner).visits, self.of(learner).at
        hand = None
        if does == "visited":
            hand = next((one for one in hands if one.learner == learner), None)
            self.total += 1
            self._each[learner] = Attention(learner, visits + 1, self.total)
        now = when(row)
        word = Word(row.hub_seq, learner, does, now, answers, hand, visits, at)
        self._words[learner] = word
        return [one for one in hands if one != hand]

    def undo(self, hub_seq: int, hands: list[Raised]) -> list[Raised]:
        """Takes back the word of row `hub_seq`, if it is its learner's last; the hands that
        are up then, that which the visit took down among them.
        """
        found = next((one for one in self._words.values() if one.hub_seq == hub_seq), None)
        if found is None:
            return hands
        del self._words[found.learner]
        if found.does == "visited":
            self._forget(found)
        if found.hand is None or is_up(hands, found.learner):
            return hands
        return sorted([*hands, found.hand], key=lambda one: one.hub_seq)

    def save(self) -> Visited:
        """All of it, for the class's snapshot."""
        each = [self._each[learner] for learner in sorted(self._each)]
        words = [self._words[learner] for learner in sorted(self._words)]
        return Visited(self.total, each, words)

    def load(self, saved: Visited) -> None:
        """Becomes what `save` gave."""
        self.total = saved.total
        self._each = {one.learner: one for one in saved.each}
        self._words = {one.learner: one for one in saved.words}

    def _forget(self, visit: Word) -> None:
        """Takes the visit out of the count: those after it move one place forward."""
        place = self._each.pop(visit.learner).at
        if visit.visits:
            self._each[visit.learner] = Attention(visit.learner, visit.visits, visit.at)
        self.total -= 1
        self._each = {one: _without(place, found) for one, found in self._each.items()}
        self._words = {
            one: msgspec.structs.replace(word, at=word.at - (word.at > place))
            for one, word in self._words.items()
        }


def _without(place: int, found: Attention) -> Attention:
    return msgspec.structs.replace(found, at=found.at - (found.at > place))
