"""Flags beside the classes at work: fed from the log, answered by the teacher through it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from typing import Any

from hub.classroom import Classroom
from hub.clock import Moment
from hub.insight.diagnosis import LOOKED_AT
from hub.insight.flags import Flag, Flags, Ground, Located, Need, Now
from hub.insight.flags.flag import Says
from hub.insight.flags.past import Seen
from hub.insight.flags.projection import READ
from hub.insight.suspecting import Suspecting
from hub.lesson.room import Room
from hub.lesson.twins import SEEDS
from hub.store import log
from hub.store.log import Attempt, Event, event
from models.domain.pack import Pack
from models.domain.texts import has_hints

#: Rows of events carry the log's own times; a flag looks at none of them.
_NEVER = Moment(monotonic_ms=0, wall_s=0, is_trusted=False)


#: Rows read at a start: a class's latest answer may stand some events behind its latest row.
TAIL = READ + 2_048


class Flagging:
    """The flags of all classes; safe from any thread."""

    def __init__(self, classroom: Classroom, reader: sqlite3.Connection) -> None:
        self._classroom = classroom
        self._reader = reader
        self._flags: dict[int, Flags] = {}
        self._suspecting: dict[int, Suspecting] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Reads the tail of each class's log: what is in force is as it was."""
        for class_id, room in self._classroom.rooms.items():
            flags = self.of_class(class_id)
            flags.hear_all(log.read(self._reader, class_id, max(0, room.hub_seq - TAIL)))

    def on_answer(self, row: Attempt) -> None:
        """An answer was counted."""
        self.of_class(row.class_id).hear(row)

    def of_class(self, class_id: int) -> Flags:
        """One class's; of a class without answers, none are in force."""
        with self._lock:
            found = self._flags.get(class_id)
            if found is None:
                found = Flags(_ground(self._classroom.rooms[class_id]))
                self._flags[class_id] = found
            return found

    def of(self, class_id: int, learner: int, now: Now | None = None) -> list[Flag]:
        """The learner's flags in force, with what its class's state adds to `now`."""
        return self.of_class(class_id).of(learner, self._with_state(class_id, learner, now))

    def all_of(self, class_id: int, learner: int) -> list[tuple[Flag, int]]:
        """The same, with those that the teacher put away, each with the row that says so; 0 for
        none.
        """
        flags = self.of_class(class_id)
        now = self._with_state(class_id, learner, None)
        return [(one, flags.said_in(one)) for one in flags.all_of(learner, now)]

    def need(self, class_id: int, learner: int, now: Now | None = None) -> Need:
        """How much the learner needs a visit."""
        return self.of_class(class_id).need(learner, self._with_state(class_id, learner, now))

    def answer(self, class_id: int, flag: Flag, says: Says) -> int:
        """The teacher's word on a flag, logged; the number of its row, by which to undo it."""
        facts = {"learner": flag.learner, "code": flag.code, "skill": flag.skill, "says": says}
        return self._deed(class_id, "flag", facts)

    def undo(self, class_id: int, of: int) -> int:
        """Takes the word of row `of` back."""
        return self._deed(class_id, "undo", {"of": of})

    def _deed(self, class_id: int, kind: str, facts: dict[str, Any]) -> int:
        hub_seq = self._classroom.deed(class_id, kind, facts)
        self.of_class(class_id).hear(_event(hub_seq, class_id, kind, facts))
        return hub_seq

    def _with_state(self, class_id: int, learner: int, now: Now | None) -> Now:
        """`now` with what the class's state knows: mastery, a raised hand, an exemption from
        rules of time; and with the wrong rules that the answers speak for.
        """
        room = self._classroom.rooms[class_id]
        told = Now() if now is None else now
        with self._classroom.lock:
            place = room.places.get(learner)
            mastery = [] if place is None else room.tracer.mastery(place)
            ids = (skill.id for skill in room.pack.skills)
            hand = next((one.hub_seq for one in room.hands if one.learner == learner), None)
            is_exempt = room.standing(learner).is_exempt
            pack, first_seed = room.pack, room.line.first_seed
        known: Mapping[str, float] = dict(zip(ids, mastery, strict=False))
        return Now(
            hand_up=hand if told.hand_up is None else told.hand_up,
            idle_s=told.idle_s,
            mastery=told.mastery or known,
            is_timed=told.is_timed and not is_exempt,
            suspected=told.suspected or self._suspected(class_id, learner, pack, first_seed),
        )

    def _suspected(
        self, class_id: int, learner: int, pack: Pack, first_seed: int
    ) -> Mapping[str, float]:
        """Chances of wrong rules, from the same answers as on the learner's page."""
        flags = self.of_class(class_id)

        def rows() -> list[Seen]:
            latest = flags.lately(learner, LOOKED_AT)
            return [row for row in latest if row.seed >= first_seed]

        with self._lock:
            suspecting = self._suspecting.setdefault(class_id, Suspecting())
        return suspecting.of(learner, pack, flags.ends(learner), rows)


def _event(hub_seq: int, class_id: int, kind: str, facts: dict[str, Any]) -> Event:
    return event(hub_seq, class_id, kind, facts, 0, _NEVER)


def _ground(room: Room) -> Ground:
    """What flags know of a class's packs; each activity is one of the pack that made it."""

    known: dict[tuple[int, int], Located] = {}

    def locate(item: int, seed: int) -> Located | None:
        found = known.get((item, seed // SEEDS))
        return found or _looked_up(item, seed)

    def _looked_up(item: int, seed: int) -> Located | None:
        pack = room.line.of(seed)
        if pack is None or not 0 <= item < len(pack.items):
            return None
        skills = tuple(pack.skills[one].id for one in pack.item_skills[item])
        is_hinted = has_hints(pack, pack.items[item].id, skills[0])
        found = Located(pack.items[item].id, skills, has_hints=is_hinted)
        known[item, seed // SEEDS] = found
        return found

    def before(skill: str) -> tuple[str, ...]:
        pack = room.pack
        place = pack.skill_index.get(skill)
        return () if place is None else tuple(pack.skills[place].prerequisites)

    return Ground(locate, before)
