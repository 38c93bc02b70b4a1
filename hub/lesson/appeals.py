"""What learners said of their questions, and what still follows from it.

An appeal is a row of the log that holds what was decided. Honoured, it puts the question aside,
asks the one that was found in its place, and moves the success that the planner aims for; that
shift fades with each answer and is gone after `LASTS`. All sums here are of the rows alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from devices.messages import Saying
from hub.store.log import from_facts

#: How far a teacher lets appeals go: not at all, within the skill, or to what stands beside it.
Reach = Literal["off", "near", "far"]
#: `moved`: a clearly easier or harder question comes. `other`: another one, as far as there is
#: one. The rest change nothing: `asked`, the teacher asks this very question; `limit`, there
#: were too many; `off`, the teacher takes none; `only`, there is no other question.
Outcome = Literal["moved", "other", "asked", "limit", "off", "only"]
HONOURED = frozenset({"moved", "other"})

#: A shift fades over so many answers, and so long does the question not come back.
LASTS = 10
#: As many appeals are honoured in `LASTS` answers; a fourth asks for a person. A judgement.
MOST = 3
#: What one appeal moves the success aimed for, and where that ends: a little beyond the band
#: of 0.70 to 0.85 in which children practised (Klinkenberg et al. 2011), to either side.
SHIFT = 0.1
LOWEST, HIGHEST = 0.55, 0.95
NO_ITEM = -1
#: Said where the teacher lets a learner choose: nothing of the question's skills for a while.
OTHER_KIND: Saying = "other_kind"


class Appeal(msgspec.Struct, frozen=True, array_like=True):
    """What a learner said of a question, when (`at` counts answers), and what was done.

    `p` is the chance of a right answer that the question had; `to` the one that came in its
    place, with the chance `to_p`; `NO_ITEM` leaves that to the planner.
    """

    hub_seq: int
    learner: int
    says: Saying
    item: int
    seed: int
    at: int
    outcome: Outcome
    p: float
    to: int
    to_p: float
    shift: float
    is_overruled: bool = False

    @property
    def is_in_force(self) -> bool:
        """Whether something follows from it."""
        return self.outcome in HONOURED and not self.is_overruled


class Appeals:
    """The appeals of a class that are fresh enough to count; at most `LASTS` answers old."""

    def __init__(self, fresh: Iterable[Appeal] = (), reach: Reach = "far") -> None:
        self.fresh = list(fresh)
        self.reach = reach

    def add(self, hub_seq: int, at: int, facts: dict[str, Any]) -> None:
        """Takes in what the log says was decided after the learner's answer number `at`."""
        self.fresh.append(appeal_of(hub_seq, at, facts))

    def of(self, learner: int) -> list[Appeal]:
        """Those of `learner`, the oldest first."""
        return [one for one in self.fresh if one.learner == learner]

    def said(
        self, learner: int, says: Saying, item: int, seed: int, *, at: int
    ) -> Appeal | None:
        """What was decided on this very appeal, where it was made already.

        After one that was not honoured, all that say the same are one until the next answer.
        """
        for one in reversed(self.of(learner)):
            is_same = (one.says, one.item, one.seed) == (says, item, seed)
            is_kept = one.outcome not in HONOURED and (one.says, one.at) == (says, at)
            if is_same or is_kept:
                return one
        return None

    def is_at_limit(self, learner: int) -> bool:
        """Whether as many were honoured as there may be."""
        return sum(one.outcome in HONOURED for one in self.of(learner)) >= MOST

    def coming(self, learner: int, at: int) -> Appeal | None:
        """The one whose question comes now: until the learner answers it."""
        latest = next((one for one in reversed(self.of(learner)) if one.is_in_force), None)
        is_due = latest is not None and latest.at == at and latest.to != NO_ITEM
        return latest if is_due else None

    def aside(self, learner: int) -> list[Appeal]:
        """Those whose questions do not come back yet."""
        return [one for one in self.of(learner) if one.is_in_force]

    def shift(self, learner: int, at: int) -> float:
        """How far the success aimed for is moved, after the learner's answer number `at`."""
        mine = (one for one in self.of(learner) if one.is_in_force)
        return sum(one.shift * max(0, LASTS - (at - one.at)) / LASTS for one in mine)

    def answered(self, learner: int, at: int) -> bool:
        """Lets go of what is too old after answer number `at`; whether there was anything."""
        had = len(self.of(learner))
        if had:
            self.fresh = [
                one for one in self.fresh if one.learner != learner or at - one.at < LASTS
            ]
        return had > 0

    def overrule(self, hub_seq: int) -> None:
        """Takes back what follows from the appeal of that row; it was made all the same."""
        self.fresh = [
            msgspec.structs.replace(one, is_overruled=True) if one.hub_seq == hub_seq else one
            for one in self.fresh
        ]

    def leave_question(self, learner: int) -> None:
        """The teacher had a word since: what comes next is no longer the appeal's to say."""
        self.fresh = [
            msgspec.structs.replace(one, to=NO_ITEM) if one.learner == learner else one
            for one in self.fresh
        ]


def appeal_of(hub_seq: int, at: int, facts: dict[str, Any]) -> Appeal:
    """The appeal that a row of the log tells of; msgspec's error for facts that are none."""
    return from_facts(facts | {"hub_seq": hub_seq, "at": at}, Appeal)


def aim(target: float, shift: float) -> float:
    """The success to aim for once `shift` is added to it."""
    return min(HIGHEST, max(LOWEST, target + shift))
