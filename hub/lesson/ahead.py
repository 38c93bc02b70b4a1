"""What a learner would be asked next: a supply for a tablet that is out of reach.

A small graph of activities: a step is an answer, right or wrong, and leads where the planner
would lead. Places that ask the same item as far along, after as many wrong answers, are one, so
that the supply grows along the way and not with each fork.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hub.lesson.room import ASK, Override, Room

if TYPE_CHECKING:
    from hub.kernels import AheadNode

#: Both ways of so many answers are followed; then the likelier one.
DEPTH = 2
#: With these some seven minutes, at half a minute each. A hub draws them in some 2 ms each.
FURTHER = 12
MOST = 48
#: There is nothing further.
END = -1


class Foreseen(msgspec.Struct, frozen=True):
    """One activity to come, of the item at that place; `right` and `wrong` lead on from it.

    `node` is what the planner said of it, its reasons included; None where the teacher asks it.
    """

    item: int
    seed: int
    right: int
    wrong: int
    node: AheadNode | None = None


class Supply(msgspec.Struct, frozen=True):
    """What may come after the activity at hand: where to begin, and the nodes."""

    right: int
    wrong: int
    nodes: tuple[Foreseen, ...]


def supply(room: Room, learner: int) -> Supply:
    """The supply for `learner` after what is asked now; an empty one where nothing is.

    What the teacher asks of the learner and waits comes first, whatever the answers: the
    planner's questions follow behind it.
    """
    root = room.foresee(learner, depth=DEPTH, further=FURTHER)
    if root is None:
        return Supply(END, END, ())
    waiting = _waiting(room, learner)
    before = len(waiting)
    graph = _Graph(before)
    right, wrong = graph.ways(_Place(root, 0, 0))
    # Grows while it is walked: whoever comes later stands further along.
    nodes = [
        Foreseen(
            place.node.item,
            room.seed(learner, place.distance + before),
            *graph.ways(place),
            place.node,
        )
        for place in graph.places
    ]
    asked = [Foreseen(one.item, one.seed, at, at) for at, one in enumerate(waiting, 1)]
    if asked:
        asked[-1] = msgspec.structs.replace(asked[-1], right=right, wrong=wrong)
        right = wrong = 0
    return Supply(right, wrong, (*asked, *nodes))


def _waiting(room: Room, learner: int) -> list[Override]:
    """What the teacher asks of `learner` after the question at hand, in its order."""
    asked = [one for one in room.overrides if (one.learner, one.action) == (learner, ASK)]
    problem = room.problems.get(learner)
    if problem is None:
        return asked[1 : 1 + FURTHER]
    at_hand = problem.item, problem.seed
    return [one for one in asked if (one.item, one.seed) != at_hand][:FURTHER]


class _Place(NamedTuple):
    """A node of the planner's tree, so many answers along, of which so many were wrong."""

    node: AheadNode
    distance: int
    wrongs: int


class _Graph:
    """The planner's tree, with those places made one that ask the same; `first` is the number
    of the first of them.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        self.places: list[_Place] = []
        self._numbers: dict[tuple[int, int, int], int] = {}

    def ways(self, place: _Place) -> tuple[int, int]:
        """Where a right and a wrong answer lead; where one is not foreseen, as the other."""
        node, distance, wrongs = place
        right, wrong = (
            self._number(found, distance + 1, wrongs + is_wrong)
            for found, is_wrong in ((node.if_right, 0), (node.if_wrong, 1))
        )
        if node.if_wrong is None:
            return right, right
        return (wrong if node.if_right is None else right), wrong

    def _number(self, node: AheadNode | None, distance: int, wrongs: int) -> int:
        if node is None:
            return END
        key = distance, wrongs, node.item
        number = self._numbers.get(key)
        if number is None:
            if len(self.places) == MOST:
                return END
            number = self._numbers[key] = self._first + len(self.places)
            self.places.append(_Place(node, distance, wrongs))
        return number
