"""Which questions a teacher can have asked of a learner."""

from __future__ import annotations

from hub.errors import RosterError
from hub.lesson.room import Room
from models.domain.faults import PackFault
from models.domain.showing import show


def askable(room: Room, item: str, seed: int) -> int:
    """The item's place; RosterError unless `seed` makes a question of the class's own pack."""
    place = room.pack.item_index.get(item)
    if place is None or seed < 0 or room.line.of(seed) is not room.pack:
        raise RosterError("There is no such question in the lessons of this class.")
    try:
        show(room.pack, place, seed, room.pack.default_locale)
    except PackFault as error:
        raise RosterError("This question cannot be made. Choose another one.") from error
    return place
