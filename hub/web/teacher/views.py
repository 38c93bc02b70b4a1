"""What the teacher's pages show, worked out in Python so that templates only print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.insight.chances import balance, name, what_if
from hub.insight.explain import next_and_why
from hub.insight.progress import Status
from hub.insight.words import say
from hub.insight.words.teacher import figure, listed
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.store.log import Attempt
from hub.web.parts import Parts
from hub.web.teacher.appealed import said_last
from hub.web.teacher.reading import reader, skill_name
from models.domain.pieces import BLANK, plain


@dataclass(frozen=True, slots=True)
class Row:
    """A learner on the live page; `marks` are the last answers, the newest last."""

    learner: Learner
    status: Status
    words: str
    marks: tuple[bool | None, ...]
    last: str
    is_last_right: bool | None
    skill: str
    mastery_percent: int
    mastered: int
    skills: int
    is_pinned: bool
    is_asked: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class SkillRow:
    """One skill of one learner; `undo` is the override's number where the teacher set one."""

    place: int
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


@dataclass(frozen=True, slots=True)
class Tally:
    """The class in four numbers."""

    working: int
    idle: int
    silent: int
    away: int


def class_rows(parts: Parts, class_id: int, tag: str = "en") -> list[Row]:
    """A row for each learner, in the class's own order; words in the teacher's language."""
    with parts.classroom.lock:
        room = parts.classroom.rooms[class_id]
        return [_row(parts, room, one, tag) for one in parts.people.in_class(class_id)]


def tally(rows: list[Row]) -> Tally:
    """How many learners are in each state."""
    states = [row.status for row in rows]
    return Tally(*(states.count(one) for one in ("working", "idle", "silent", "away")))


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


def _row(parts: Parts, room: Room, learner: Learner, tag: str) -> Row:
    seen = parts.progress.of(learner.id)
    mastery = room.tracer.mastery(room.places[learner.id])
    status = parts.progress.status(learner.id)
    last = seen.last if seen else None
    if last is not None and room.line.of(last.seed) is not room.pack:
        last = None  # of a former pack: its places mean something else here
    skill = room.pack.item_skills[last.item][0] if last else None
    return Row(
        learner=learner,
        status=status,
        words=say(tag, f"live.{status}"),
        marks=tuple(seen.recent) if seen else (),
        last=_last_answer(room, last, tag) if last else "",
        is_last_right=None if last is None or last.is_right is None else bool(last.is_right),
        skill="" if skill is None else skill_name(room, skill, tag),
        mastery_percent=0 if skill is None else percent(mastery[skill]),
        mastered=sum(room.tracer.evidence(room.places[learner.id], one).is_mastered
                     for one in range(len(mastery))),
        skills=len(mastery),
        is_pinned=any(o.learner == learner.id and o.action == "pin" for o in room.overrides),
        is_asked=room.asked_next(learner.id) is not None,
        said=said_last(room, learner.id),
    )  # fmt: skip


def _last_answer(room: Room, last: Attempt, tag: str) -> str:
    """The question with what was typed in its blank; words stand behind it."""
    found = reader(room, last.learner, last.item, last.seed, tag)
    if found is None:
        return ""
    is_rtl = found.own.locale.direction == "rtl"
    asked = plain(found.own.prompt(last.step), has_marks=is_rtl)
    given, is_typed = found.line(last.step, last.answer)
    is_filled = BLANK in asked and is_typed
    return asked.replace(BLANK, given) if is_filled else f"{asked} - {given}"


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
