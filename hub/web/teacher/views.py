"""What the teacher's pages show, worked out in Python so that templates only print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.insight.chances import balance, name, what_if
from hub.insight.explain import next_and_why
from hub.insight.words import say
from hub.insight.words.teacher import figure, listed
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.web.parts import Parts
from hub.web.teacher.reading import skill_name


@dataclass(frozen=True, slots=True)
class SkillRow:
    """One skill of one learner; `undo` is the override's number where the teacher set one."""

    place: int
    id: str
    name: str
    percent: int
    sentence: str
    is_mastered: bool
    pinned: int | None
    skipped: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The next question: why it comes, what its chance rests on; numbers as names and text."""

    sentence: str
    balance: str = ""
    what_if: str = ""
    reasons: Sequence[tuple[str, str]] = ()
    chance: Sequence[tuple[str, str]] = ()


def skill_rows(parts: Parts, learner: Learner, tag: str = "en") -> list[SkillRow]:
    """The learner's skills with the evidence for each, in the pack's order."""
    with parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        mastery = room.tracer.mastery(room.places[learner.id])
        return [_skill_row(room, learner.id, at, p, tag) for at, p in enumerate(mastery)]


def next_choice(parts: Parts, learner: Learner, tag: str = "en") -> Chosen:
    """Why the learner's next question is what it is, and what its chance rests on."""
    with parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        choice = room.choose(learner.id)
        if choice is None:
            return Chosen(say(tag, "learner.nothing_left"))
        place = room.places[learner.id]
        chance = room.tracer.predict(place, choice.item)
        change = what_if(
            chance.p, lambda rights: room.tracer.suppose(place, choice.item, rights).p, tag
        )
    parts_of_chance = [
        (name(code, tag), _signed(tag, number)) for code, number in chance.reasons if number
    ]
    skill = skill_name(room, choice.skill, tag)
    return Chosen(
        sentence=next_and_why(choice.reasons, skill=skill, p=choice.p, tag=tag),
        balance=balance(chance.reasons, tag),
        what_if=change,
        reasons=[
            (say(tag, f"planner.{code}"), _signed(tag, number))
            for code, number in choice.reasons
        ],
        chance=[
            *parts_of_chance,
            (say(tag, "learner.all_together"), _signed(tag, chance.logit)),
        ],
    )


def _signed(tag: str, number: float) -> str:
    return figure(tag, number, 3, is_signed=True)


def _skill_row(room: Room, learner: int, skill: int, p: float, tag: str) -> SkillRow:
    evidence = room.tracer.evidence(room.places[learner], skill)
    marks = [say(tag, "live.right" if one else "live.wrong") for one in evidence.recent]
    if evidence.attempts == 0:
        sentence = say(tag, "learner.not_tried")
    else:
        tried, right = evidence.attempts, evidence.right
        sentence = say(tag, "learner.so_far", right=right, n=tried, marks=listed(tag, marks))
    mine = {
        one.action: one.hub_seq
        for one in room.overrides
        if (one.learner, one.skill) == (learner, skill)
    }
    return SkillRow(
        place=skill,
        id=room.pack.skills[skill].id,
        name=skill_name(room, skill, tag),
        percent=percent(p),
        sentence=sentence,
        is_mastered=evidence.is_mastered,
        pinned=mine.get("pin"),
        skipped=mine.get("skip"),
    )


def percent(p: float) -> int:
    """A probability as whole percent."""
    return round(p * 100)
