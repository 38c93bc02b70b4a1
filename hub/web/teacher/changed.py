"""What a teacher changed last about the learners of a class, so that it can be taken back."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from hub.roster.changing import latest_change
from hub.roster.lists.doing import Taken
from hub.store.database import open_reading
from hub.web.parts import Parts


@dataclass(frozen=True, slots=True)
class Changed:
    """The latest change that can be taken back, in words for the page; `classes` are all that
    it is about.
    """

    number: int
    key: str
    n: int
    name: str
    classes: frozenset[int]


def last_change(hub: Parts, class_id: int) -> Changed | None:
    """The latest change of the class's learners that can be taken back."""
    of_class = [one.id for one in hub.people.ever_in_class(class_id)]
    with closing(open_reading(hub.database)) as connection:
        found = latest_change(connection, of_class)
    return None if found is None else _changed(hub, *found)


def _changed(hub: Parts, number: int, taken: Taken) -> Changed:
    """The change in one word; several at once are a list."""
    told = {
        "renamed": [one[0] for one in taken.renamed],
        "moved": [one[0] for one in taken.moved],
        "left": taken.left,
        "back": taken.back,
        "new": taken.new,
    }
    classes = {one for move in taken.moved for one in move[1:]} | {*taken.classes}
    classes |= {hub.people.learner(one).class_id for all_ in told.values() for one in all_}
    changed = [(key, one) for key, all_ in told.items() for one in all_]
    if len(changed) == 1:
        key, learner = changed[0]
        return Changed(number, key, 1, hub.people.learner(learner).name, frozenset(classes))
    is_new = len(taken.new) == len(changed)
    return Changed(
        number, "new_many" if is_new else "list", len(changed), "", frozenset(classes)
    )
