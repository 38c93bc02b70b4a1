"""What a learner would be asked next: a supply for a tablet that is out of reach.

A small graph of activities: a step is an answer, right or wrong, and leads where the planner
would lead. Places that ask the same item as far along, after as many wrong answers, are one, so
that the supply grows along the way and not with each fork.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hub.lesson.room import Room

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
    """One activity to come: `place` is the item's, `right` and `wrong` the nodes after it.

    `node` is what the planner said of it, its reasons included.
    """

    node: AheadNode
    seed: int
    right: int
    wrong: int


class Supply(msgspec.Struct, frozen=True):
    """What may come after the activity at hand: where to begin, and the nodes."""

    right: int
    wrong: int
    nodes: tuple[Foreseen, ...]


def supply(room: Room, learner: int) -> Supply:
    """The supply for `learner` after what is asked now; an empty one where nothing is."""
    root = room.foresee(learner, depth=DEPTH, further=FURTHER)
    if root is None:
        return Supply(END, END, ())
    graph = _Graph()
    right, wrong = graph.ways(_Place(root, 0, 0))
    # Grows while it is walked: whoever comes later stands further along.
    nodes = [
        Foreseen(place.node, room.seed(learner, place.distance), *graph.ways(place))
        for place in graph.places
    ]
    return Supply(right, wrong, tuple(nodes))


class _Place(NamedTuple):
    """A node of the planner's tree, so many answers along, of which so many were wrong."""

    node: AheadNode
    distance: int
    wrongs: int


class _Graph:
    """The planner's tree, with those places made one that ask the same."""

    def __init__(self) -> None:
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
            number = self._numbers[key] = len(self.places)
            self.places.append(_Place(node, distance, wrongs))
        return number
