"""A log as columns with names, for fitting and judging: from a file, or from a hub."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import nan

from models.domain.response_log import Response

#: Learners of whom the model never hears: the last of five parts, told by their name alone, so
#: that each fit of a programme holds out the same ones.
PARTS = 5
HELD_OUT = PARTS - 1


@dataclass(slots=True)
class Records:
    """Answers in columns, each learner's in their order; names stand beside the indices.

    `pace_s` (seconds an answer took), `hints` and `times_s` (seconds of a trusted clock) hold
    NaN where they are not known.
    """

    users: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    item_skills: list[list[int]] = field(default_factory=list)
    learner: array[int] = field(default_factory=lambda: array("q"))
    item: array[int] = field(default_factory=lambda: array("q"))
    right: array[int] = field(default_factory=lambda: array("b"))
    pace_s: array[float] = field(default_factory=lambda: array("d"))
    hints: array[float] = field(default_factory=lambda: array("d"))
    times_s: array[float] = field(default_factory=lambda: array("d"))

    def __len__(self) -> int:
        return len(self.learner)

    @property
    def rights(self) -> list[bool]:
        """Each answer: whether it was right."""
        return [answer == 1 for answer in self.right]

    def picked(self, rows: Sequence[int]) -> Records:
        """Only `rows`; all names stay, so that indices mean the same."""
        return Records(
            self.users,
            self.items,
            self.skills,
            self.item_skills,
            array("q", (self.learner[row] for row in rows)),
            array("q", (self.item[row] for row in rows)),
            array("b", (self.right[row] for row in rows)),
            array("d", (self.pace_s[row] for row in rows)),
            array("d", (self.hints[row] for row in rows)),
            array("d", (self.times_s[row] for row in rows)),
        )


def as_records(
    responses: Iterable[Response], items: Sequence[tuple[str, Sequence[str]]] = ()
) -> Records:
    """`responses` as columns; `items` (id and skills) are there even without an answer.

    An item that comes again with other skills keeps those it came with first: a question does
    not change what it asks for.
    """
    found = Records()
    places: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
    for item, skills in items:
        _item_place(found, places, item, skills)
    for one in responses:
        item_place = _item_place(found, places, one.item, one.skills)
        found.learner.append(_place(places[0], found.users, one.user))
        found.item.append(item_place)
        found.right.append(one.is_right)
        found.pace_s.append(one.ms / 1000 if one.ms else nan)
        found.hints.append(nan if one.hints is None else one.hints)
        found.times_s.append(nan if one.time_s is None else one.time_s)
    return found


def is_held_out(user: str, part: int = HELD_OUT) -> bool:
    """Whether a learner of this name stays out of every fit, or is in another of the parts."""
    digest = hashlib.sha1(user.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 100 * PARTS // 100 == part


def parted(records: Records, part: int = HELD_OUT) -> tuple[Records, Records]:
    """The answers to learn from, and those of the learners who are held out."""
    held = [is_held_out(user, part) for user in records.users]
    rows: tuple[list[int], list[int]] = ([], [])
    for row, learner in enumerate(records.learner):
        rows[held[learner]].append(row)
    return records.picked(rows[0]), records.picked(rows[1])


def _item_place(
    found: Records,
    places: tuple[dict[str, int], dict[str, int], dict[str, int]],
    item: str,
    skills: Sequence[str],
) -> int:
    if item not in places[1]:
        own = dict.fromkeys(skills)
        found.item_skills.append([_place(places[2], found.skills, skill) for skill in own])
    return _place(places[1], found.items, item)


def _place(known: dict[str, int], names: list[str], name: str) -> int:
    place = known.setdefault(name, len(names))
    if place == len(names):
        names.append(name)
    return place
