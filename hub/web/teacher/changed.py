"""What a teacher changed last about the learners of a class, so that it can be taken back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import msgspec

from hub.roster.changing import Change, latest_change
from hub.roster.lists.doing import Taken
from hub.store.database import open_reading
from hub.web.parts import Parts


@dataclass(frozen=True, slots=True)
class Changed:
    """The latest change that can be taken back, in words for the page.

    `classes` are all that it is about; `of` is a list, or a change of one learner.
    """

    number: int
    of: Literal["list", "change"]
    key: str
    n: int
    name: str
    classes: frozenset[int]

    @property
    def mark(self) -> str:
        """What a page's button says of the change that it takes back."""
        return f"{self.of}-{self.number}"


def last_change(hub: Parts, class_id: int) -> Changed | None:
    """The latest change of the class's learners that can be taken back."""
    of_class = {one.id for one in hub.people.ever_in_class(class_id)}
    with closing(open_reading(hub.database)) as connection:
        change = latest_change(connection, of_class)
        number, taken = _latest_list(connection, of_class)
    if change is not None and change.after_list >= number:
        return _changed(hub, change)
    return _list(hub, number, taken, _told(taken)) if number else None


def _latest_list(connection: sqlite3.Connection, of_class: set[int]) -> tuple[int, Taken]:
    """The latest list about one of these learners that was not taken back; 0 for none."""
    select = "SELECT id, changes FROM roster_imports WHERE is_undone = 0 ORDER BY id DESC"
    for number, body in connection.execute(select):
        taken = msgspec.json.decode(body, type=Taken)
        if any(one in of_class for _, one in _told(taken)):
            return int(number), taken
    return 0, Taken()


def _changed(hub: Parts, change: Change) -> Changed:
    learner = hub.people.learner(change.learner)
    moves = {int(change.before), int(change.after)} if change.kind == "moved" else set()
    classes = frozenset({learner.class_id} | moves)
    return Changed(change.id, "change", change.kind, 1, learner.name, classes)


def _told(taken: Taken) -> list[tuple[str, int]]:
    """What a list did to each learner."""
    return [
        *(("renamed", one[0]) for one in taken.renamed),
        *(("moved", one[0]) for one in taken.moved),
        *(("left", one) for one in taken.left),
        *(("back", one) for one in taken.back),
        *(("new", one) for one in taken.new),
    ]


def _list(hub: Parts, number: int, taken: Taken, told: list[tuple[str, int]]) -> Changed:
    """A list in one word; what it did to one learner alone goes by that."""
    classes = {one for move in taken.moved for one in move[1:]} | {*taken.classes}
    classes |= {hub.people.learner(one).class_id for _, one in told}
    if len(told) == 1:
        key, learner = told[0]
        name = hub.people.learner(learner).name
        return Changed(number, "list", key, 1, name, frozenset(classes))
    key = "new_many" if len(taken.new) == len(told) else "list"
    return Changed(number, "list", key, len(told), "", frozenset(classes))
