"""What a learner said of questions, and what was done about it, for the teacher's page."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from hub.insight.chances import in_ten
from hub.lesson.appeals import LASTS, MOST, NO_ITEM, Appeal, Reach, appeal_of
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import appeals
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader
from models.domain.showing import Picture

#: As many as a page shows.
SHOWN = 6
SAID = {"too_easy": "too easy", "too_hard": "too hard"}
#: What a teacher can let follow from appeals, in words.
REACHES: dict[Reach, str] = {
    "far": "another one, from the skills beside it too",
    "near": "another one of the same skill",
    "off": "the question stays, and I see it",
}
#: What was done where nothing was, in words.
KEPT = {
    "asked": "Nothing was changed: it is the question that you asked for.",
    "limit": f"Nothing was changed: it was more than {MOST} appeals in {LASTS} answers.",
    "off": "Nothing was changed: appeals are off in this class.",
    "only": "Nothing was changed: there is no other question to ask.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One appeal; `is_in_force` while something follows from it."""

    hub_seq: int
    says: str
    question: Versions
    picture: Picture | None
    done: str
    is_in_force: bool


def appealed(parts: Parts, learner: Learner) -> list[Said]:
    """The learner's last appeals, the newest first."""
    # A phone that follows its deed reads the log: what was said stands there by then.
    parts.writer.call(lambda _database: None)
    with closing(open_reading(parts.database)) as connection:
        events = appeals(connection, learner.class_id, learner.id, SHOWN)
        rows = [appeal_of(row.hub_seq, 0, row.facts) for row in events]
    with parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        fresh = {one.hub_seq: one for one in room.appeals.of(learner.id)}
        # What was asked from a former pack has other places there.
        rows = [row for row in rows if room.line.of(row.seed) is room.pack]
        return [
            _said(room, fresh.get(row.hub_seq, row), is_fresh=row.hub_seq in fresh)
            for row in rows
        ]


def said_last(room: Room, learner: int) -> str:
    """What `learner` said of a question a few answers ago; empty for nothing."""
    mine = [one for one in room.appeals.of(learner) if not one.is_overruled]
    return SAID[mine[-1].says] if mine else ""


def _said(room: Room, one: Appeal, *, is_fresh: bool) -> Said:
    found = reader(room, one.learner, one.item, one.seed)
    return Said(
        hub_seq=one.hub_seq,
        says=SAID[one.says],
        question=() if found is None else found.question(0),
        picture=None if found is None else found.picture(0),
        done=done(room, one, is_fresh=is_fresh),
        is_in_force=is_fresh and one.is_in_force,
    )


def done(room: Room, one: Appeal, *, is_fresh: bool) -> str:
    """What followed from an appeal, in one or two sentences."""
    if one.outcome in KEPT:
        return KEPT[one.outcome]
    if one.is_overruled:
        return "It was put aside; you overruled that."
    said = "It was put aside, and another one came."
    if one.to != NO_ITEM:
        skill = room.pack.skill_name(room.pack.item_skills[one.to][0])
        chances = f"About {in_ten(one.to_p)} in 10 like that should be right"
        said = f"It was put aside for one of \u201c{skill}\u201d. {chances}"
        said = f"{said}, not {in_ten(one.p)} in 10."
    return said if is_fresh else f"{said} That has faded since."
