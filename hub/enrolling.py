"""Lists of learners at work: what one would do, taking it in, and taking it back."""

from __future__ import annotations

from collections.abc import Collection

from hub.classroom import Classroom
from hub.lesson.models import Models
from hub.lesson.packs import Packs
from hub.lesson.room import Room
from hub.roster.lists.doing import Done, Taken, latest, taking, undoing
from hub.roster.lists.known import known
from hub.roster.lists.plan import Plan, make_plan
from hub.roster.lists.wanted import Reading
from hub.roster.people import People
from hub.store.writer import Writer
from hub.teaching import Teaching
from models.domain.pack import Pack

#: A pack as the hub has it: its number, and what it says.
HubPack = tuple[int, Pack]


class Enrolling:
    """Puts lists to work. New classes work with `pack`, by default as the latest class does."""

    def __init__(
        self,
        teaching: Teaching,
        classroom: Classroom,
        people: People,
        writer: Writer,
        models: Models,
        packs: Packs,
    ) -> None:
        self._teaching = teaching
        self._classroom = classroom
        self._people = people
        self._writer = writer
        self._models = models
        self._packs = packs

    def plan(self, reading: Reading, into: str = "", pack: HubPack | None = None) -> Plan:
        """What taking this list in would do; ListRefused where it cannot be taken."""
        locales = self._locales(pack)
        return self._writer.call(
            lambda database: make_plan(reading, known(database.conn), locales, into)
        )

    def take(
        self,
        reading: Reading,
        into: str = "",
        pack: HubPack | None = None,
        *,
        expected: str | None = None,
    ) -> Done:
        """Takes the list in, all of it or nothing; its number undoes it.

        `expected` is the digest of the plan that the teacher saw: RosterError where it would
        be another one now. What a power cut leaves to be logged is logged at the next start.
        """
        number = None if pack is None else pack[0]
        work = taking(reading, self._locales(pack), into=into, pack=number, expected=expected)
        # A page that sees a new class finds its room, and a model in it.
        with self._people.unshown():
            done = self._writer.call(work)
            with self._classroom.lock:
                for one in done.taken.classes:
                    begun = self._packs.begun(one)
                    self._classroom.rooms[one] = Room(one, begun, self._models, self._packs)
            self._teaching.catch_up()
        self._people.load()
        self._teaching.catch_up()
        for one in done.taken.classes:
            for listener in self._teaching.on_state:
                listener(one)
        return done

    def undo(self, number: int) -> Taken:
        """Takes a list back; RosterError where there is none, or it was taken back already.

        A class that the list made stays, empty: what is in the log is of a class for good.
        """
        taken = self._writer.call(undoing(number))
        self._people.load()
        self._teaching.catch_up()
        return taken

    def latest(self) -> int | None:
        """The number of the latest list that can be taken back."""
        return self._writer.call(lambda database: latest(database.conn))

    def _locales(self, pack: HubPack | None) -> dict[int, Collection[str]]:
        """The languages of each class's lessons, and at 0 those of a new one's."""
        found: dict[int, Collection[str]] = {
            one: room.pack.locales for one, room in self._classroom.rooms.items()
        }
        if pack is not None:
            found[0] = pack[1].locales
        else:
            found[0] = found[max(found)] if found else ()
        return found
