"""What a learner said of questions, and what was done about it, for the teacher's page."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from hub.insight.chances import in_ten
from hub.insight.words import say
from hub.lesson.appeals import LASTS, MOST, NO_ITEM, Appeal, Reach, appeal_of
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import appeals
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader, skill_name
from models.domain.showing import Picture

#: As many as a page shows.
SHOWN = 6
#: What a teacher can let follow from appeals, as the form offers it.
REACHES: tuple[Reach, ...] = ("far", "near", "off")
#: Outcomes in which nothing was changed.
KEPT = frozenset({"asked", "limit", "off", "only"})


@dataclass(frozen=True, slots=True)
class Said:
    """One appeal; `says` as `Saying` has it; `is_in_force` while something follows from it."""

    hub_seq: int
    says: str
    question: Versions
    picture: Picture | None
    done: str
    is_in_force: bool


def appealed(parts: Parts, learner: Learner, tag: str = "en") -> list[Said]:
    """The learner's last appeals, the newest first."""
    with closing(open_reading(parts.database)) as connection:
        events = appeals(connection, learner.class_id, learner.id, SHOWN)
        rows = [appeal_of(row.hub_seq, 0, row.facts) for row in events]
    with parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        fresh = {one.hub_seq: one for one in room.appeals.of(learner.id)}
        # What was asked from a former pack has other places there.
        rows = [row for row in rows if room.line.of(row.seed) is room.pack]
        return [
            _said(room, fresh.get(row.hub_seq, row), tag, is_fresh=row.hub_seq in fresh)
            for row in rows
        ]


def said_last(room: Room, learner: int) -> str:
    """What `learner` said of a question a few answers ago; empty for nothing."""
    mine = [one for one in room.appeals.of(learner) if not one.is_overruled]
    return mine[-1].says if mine else ""


def _said(room: Room, one: Appeal, tag: str, *, is_fresh: bool) -> Said:
    found = reader(room, one.learner, one.item, one.seed, tag)
    return Said(
        hub_seq=one.hub_seq,
        says=one.says,
        question=() if found is None else found.question(0),
        picture=None if found is None else found.picture(0),
        done=done(room, one, tag, is_fresh=is_fresh),
        is_in_force=is_fresh and one.is_in_force,
    )


def done(room: Room, one: Appeal, tag: str = "en", *, is_fresh: bool) -> str:
    """What followed from an appeal, in one or two sentences."""
    if one.outcome == "limit":
        return say(tag, "learner.kept_limit", most=MOST, lasts=LASTS)
    if one.outcome in KEPT:
        return say(tag, f"learner.kept_{one.outcome}")
    if one.is_overruled:
        return say(tag, "learner.put_overruled")
    said = say(tag, "learner.put_aside")
    if one.to != NO_ITEM:
        skill = skill_name(room, room.pack.item_skills[one.to][0], tag)
        chances = {"n": in_ten(one.to_p), "before": in_ten(one.p)}
        said = say(tag, "learner.put_aside_for", skill=skill, **chances)
    return said if is_fresh else f"{said} {say(tag, 'learner.faded')}"
