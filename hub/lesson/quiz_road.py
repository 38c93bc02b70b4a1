"""What a quiz would ask next: a supply for a tablet that is out of reach.

A tree over right and wrong answers, as the adaptive test itself would go on: the ways that are
most likely first, until the supply is full. Two ways to the same answers are one: a test knows
which answers it had, not in which order.
"""

from __future__ import annotations

import heapq

import msgspec

from hub.lesson.ahead import END, MOST
from hub.lesson.quiz import Given, Open
from hub.lesson.room import Room

_Path = tuple[Given, ...]


class Way(msgspec.Struct, frozen=True):
    """A question to come; `right` and `wrong` are the places of those after it."""

    at: Open
    right: int
    wrong: int


class Ways(msgspec.Struct, frozen=True):
    """What may come after the question at hand: where to begin, and the questions."""

    right: int
    wrong: int
    nodes: tuple[Way, ...]


def ways(room: Room, learner: int, root: Open) -> Ways:
    """The supply for `learner` after `root`, the question of the quiz that is asked now."""
    places: dict[frozenset[Given], int] = {}
    found: list[tuple[Open, _Path]] = []
    coming = [(-chance, path) for chance, path in _after(root, (), 1.0)]
    heapq.heapify(coming)
    while coming and len(found) < MOST:
        negative, path = heapq.heappop(coming)
        here = frozenset(path)
        at = None if here in places else room.quizzes.open(root.quiz, learner, further=path)
        if at is not None:
            places[here] = len(found)
            found.append((at, path))
            for chance, longer in _after(at, path, -negative):
                heapq.heappush(coming, (-chance, longer))
    nodes = (Way(at, *_links(at, path, places)) for at, path in found)
    return Ways(*_links(root, (), places), tuple(nodes))


def _after(at: Open, path: _Path, chance: float) -> list[tuple[float, _Path]]:
    """Both answers to `at`, with the chance of the whole way."""
    p = at.pick.p
    return [
        (chance * p, (*path, Given(at.item, is_right=True, counts=True))),
        (chance * (1.0 - p), (*path, Given(at.item, is_right=False, counts=True))),
    ]


def _links(at: Open, path: _Path, places: dict[frozenset[Given], int]) -> tuple[int, int]:
    right, wrong = (longer for _, longer in _after(at, path, 1.0))
    return places.get(frozenset(right), END), places.get(frozenset(wrong), END)
