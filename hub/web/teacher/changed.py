"""What a teacher changed last about the learners of a class, so that it can be taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import msgspec

from hub.roster.changing import Change, latest_change
from hub.roster.lists.doing import Taken
from hub.store.database import open_reading
from hub.web.parts import Parts
from hub.web.requests import whole_number
from hub.web.safety import this_teacher


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that can be taken back, in words for the page.

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
        """What a page's address and its button say of the change that it takes back."""
        return mark(self.of, self.number)


def mark(of: Literal["list", "change"], number: int) -> str:
    """What names a change on the page that follows it."""
    return f"{of}-{number}"


def last_change(hub: Parts, class_id: int) -> Changed | None:
    """The latest change about the class that can be taken back."""
    of_class = _of_class(hub, class_id)
    with closing(open_reading(hub.database)) as connection:
        change = latest_change(connection, class_id)
        number, taken = _latest_list(connection, of_class)
    if change is not None and change.after_list >= number:
        return _changed(hub, change)
    return _list(hub, number, taken) if number else None


def this_change(hub: Parts, class_id: int, marked: str) -> Changed | None:
    """The very change that `marked` names; None where it is not about the class, does not hold
    any more, or did nothing.
    """
    of, _, text = marked.partition("-")
    try:
        number = whole_number(text)
    except ValueError:
        return None
    with closing(open_reading(hub.database)) as connection:
        if of == "change":
            change = latest_change(connection, class_id, number)
            return None if change is None else _changed(hub, change)
        found = of == "list" and _latest_list(connection, _of_class(hub, class_id), number)
    return _list(hub, *found) if found and found[0] else None


def mine(changed: Changed | None) -> Changed | None:
    """The change where the teacher who asks may take it back."""
    return changed if changed is not None and reach_all(changed.classes) else None


def reach_all(classes: Collection[int]) -> bool:
    """Whether all of these are classes of the teacher who asks."""
    return all(map(this_teacher().reaches, classes))


def _of_class(hub: Parts, class_id: int) -> set[int]:
    return {one.id for one in hub.people.ever_in_class(class_id)}


def _latest_list(
    connection: sqlite3.Connection, of_class: set[int], number: int | None = None
) -> tuple[int, Taken]:
    """The latest list, or that one, about one of these learners that was not taken back; 0 for
    none.
    """
    select = (
        "SELECT id, changes FROM roster_imports WHERE is_undone = 0 AND id = coalesce(?, id)"
        " ORDER BY id DESC"
    )
    for found, body in connection.execute(select, (number,)):
        taken = msgspec.json.decode(body, type=Taken)
        if not of_class.isdisjoint(taken.learners):
            return int(found), taken
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


def _list(hub: Parts, number: int, taken: Taken) -> Changed:
    """A list in one word; what it did to one learner alone goes by that."""
    told = _told(taken)
    classes = {one for move in taken.moved for one in move[1:]} | {*taken.classes}
    classes |= {hub.people.learner(one).class_id for _, one in told}
    if len(told) == 1:
        key, learner = told[0]
        name = hub.people.learner(learner).name
        return Changed(number, "list", key, 1, name, frozenset(classes))
    key = "new_many" if len(taken.new) == len(told) else "list"
    return Changed(number, "list", key, len(told), "", frozenset(classes))
