"""What teachers said of a learner, a group or the class, in words, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from hub.insight.contest import judged
from hub.insight.words import say
from hub.insight.words.teacher import listed
from hub.lesson.history import PAGE, Entry, history
from hub.lesson.overrides import OWN, Ends, Override
from hub.lesson.room import Room
from hub.lesson.rules import holding
from hub.overriding import Whom
from hub.roster.groups import Group
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.spoken import NEWEST
from hub.web.parts import Parts
from hub.web.teacher.reading import skill_name
from hub.web.teacher.working import since

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Said:
    """One word: a sentence, when and by whom, why, how long yet, whom answers bear out.

    `became` is empty where it holds; `undo` takes it back, 0 where that cannot be.
    """

    hub_seq: int
    sentence: str
    when: str
    reason: str
    ends: str
    claim: str
    became: str
    undo: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A word on a group (None: on the whole class) that is on a learner in it, too.

    `holds` is False where a nearer word holds in its place.
    """

    sentence: str
    group: Group | None
    ends: str
    holds: bool


def said(
    parts: Parts, class_id: int, whom: Whom, tongue: str, before: int = NEWEST
) -> tuple[list[Said], int]:
    """The words on `whom` alone, the newest first, and before which one the next page begins; 0
    for no further one.
    """
    now, room = parts.classroom.now(), parts.classroom.rooms[class_id]
    with closing(open_reading(parts.database)) as connection, parts.classroom.lock:
        found = history(
            connection,
            room,
            now,
            before=before,
            learner=whom.learner,
            group=whom.group,
            most=PAGE + 1,
        )
        shown = [_told(parts, room, one, now.hub_boot, tongue) for one in found[:PAGE]]
    return shown, shown[-1].hub_seq if len(found) > PAGE else 0


def elsewhere(parts: Parts, learner: Learner, tongue: str) -> list[Elsewhere]:
    """What words on the class and on groups mean for `learner`, the oldest first."""
    with parts.classroom.lock:
        now, room = parts.classroom.now(), parts.classroom.rooms[learner.class_id]
        words = _from_others(room, learner.id)
        held = {one.hub_seq for one in holding(room.words.of(learner.id))}
        groups = parts.teaching.words.groups.all
        return [
            Elsewhere(
                sentence=_sentence(room, one, tongue),
                group=groups.get(one.group),
                ends=_ends(room.words.ends(one, now, learner.id), tongue),
                holds=one.action == "mastery" or one.hub_seq in held,
            )
            for one in words
        ]


def groups_of(parts: Parts, learner: Learner) -> list[Group]:
    """The groups that `learner` is in, by name."""
    with parts.classroom.lock:
        mine = parts.classroom.rooms[learner.class_id].words.groups_of(learner.id)
    groups = parts.teaching.words.groups.all
    found = [groups[one] for one in mine if one in groups]
    return sorted(found, key=lambda one: one.name)


def _from_others(room: Room, learner: int) -> list[Override]:
    """The words on groups and the class that bear on `learner`.

    Whoever was there when a mastery was stated keeps it, in the group or not; nobody else.
    """
    on = {one.hub_seq for one in room.words.of(learner) if one.action != "mastery"}
    on |= {one.number for one in room.tracer.stated(room.places[learner])}
    return [one for one in room.overrides if one.nearness != OWN and one.hub_seq in on]


def _told(parts: Parts, room: Room, one: Entry, boot: int, tongue: str) -> Said:
    is_held = one.became == "in_force"
    when = since(one.at, boot, parts.clock.now(), tongue)
    # 0 for a word of the hub's own commands.
    by = parts.teacher_door.teachers.of(one.by).name if one.by else ""
    is_last = one.action != "group" or one.hub_seq in room.words.last_settings
    return Said(
        hub_seq=one.hub_seq,
        sentence=_of_entry(parts, room, one, tongue),
        when=say(tongue, "word.by", when=when, name=by) if by else when,
        reason=one.reason,
        ends=_ends_of(one, tongue) if is_held else "",
        claim=_claim(parts, room, one, tongue),
        became="" if is_held else say(tongue, f"word.{one.became}"),
        undo=one.hub_seq if is_held and is_last else 0,
    )


def _of_entry(parts: Parts, room: Room, one: Entry, tongue: str) -> str:
    if one.action == "group":
        return _members(parts, room, one.about.get("learners", ()), tongue)
    # What is in force went along with the class to its pack of now.
    held = next((word for word in room.overrides if word.hub_seq == one.hub_seq), None)
    if held is not None:
        return _sentence(room, held, tongue)
    is_number = one.action in ("mastery", "pace")
    word = Override(
        one.hub_seq,
        one.learner,
        one.action,
        # Of a pack that is gone a place means nothing any more.
        -1 if room.line.later else one.about.get("skill", -1),
        -1 if room.line.later else one.about.get("item", -1),
        value=one.after if is_number else 0.0,
        goal=one.after if one.action == "goal" else "",
    )
    return _sentence(room, word, tongue)


def _members(parts: Parts, room: Room, learners: Sequence[int], tongue: str) -> str:
    """Who was put into a group; those who are no longer of the class are left out."""
    ever = {one.id: one.name for one in parts.people.ever_in_class(room.class_id)}
    names = [ever[one] for one in learners if one in ever]
    if not names:
        return say(tongue, "word.said_nobody")
    return say(tongue, "word.said_group", names=listed(tongue, names))


def _sentence(room: Room, one: Override, tongue: str) -> str:
    """What a word says; without what it is about where the pack of now has not that place."""
    about = ""
    if 0 <= one.skill < len(room.pack.skills):
        about = skill_name(room, one.skill, tongue)
    elif 0 <= one.item < len(room.pack.items):
        about = room.pack.items[one.item].id
    if one.action == "goal":
        about = say(tongue, f"word.goal_{one.goal}")
    return say(tongue, f"word.said_{one.action}", about=about, n=round(100 * one.value))


def _ends_of(one: Entry, tongue: str) -> str:
    if one.action in ("mastery", "group"):
        return ""
    if not one.learner and one.ends.answers is not None:
        return say(tongue, "word.ends_each", n=one.answers)
    return _ends(one.ends, tongue)


def _ends(ends: Ends, tongue: str) -> str:
    if ends.answers is not None:
        return say(tongue, "word.ends_answers", n=max(0, ends.answers))
    if ends.ms is not None:
        return say(tongue, "word.ends_hours", n=max(1, -(-ends.ms // HOUR_MS)))
    if ends.starts is not None:
        return say(tongue, "word.ends_starts", n=max(0, ends.starts))
    return say(tongue, "word.ends_never")


def _claim(parts: Parts, room: Room, one: Entry, tongue: str) -> str:
    """Whom the answers since bear out, kindly; nothing of a word that claims nothing."""
    claim, skill = one.claim, one.about.get("skill", -1)
    if claim is None or skill >= len(room.pack.skills):
        return ""
    return judged(
        claim.kind,
        claim.bears_out,
        answers=claim.answers,
        name=parts.people.learner(claim.learner).name,
        skill=skill_name(room, skill, tongue) if skill >= 0 else "",
        tag=tongue,
    )
