"""What a learner answered and explained, and what may be behind it, for the teacher's page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from hub.insight.diagnosis import LOOKED_AT, Given, Suspicion, suspicions
from hub.insight.words import say
from hub.lesson.room import ASK, Room
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import Explanation, explanations, last_answers
from hub.store.log import Attempt
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader
from models.domain.pack import Pack
from models.domain.showing import Picture

#: Rows that are read: enough that some which nobody could read leave a diagnosis all it looks
#: at. So many of them a page shows.
READ = 240
SHOWN = 8
#: Above it a further question stands folded away: the teacher can act without it.
CERTAIN = 0.97
#: What a teacher may say of an explanation: no reason yet, partly, a clear reason.
LEVELS = 3


@dataclass(frozen=True, slots=True)
class Telling:
    """The question that would tell most, and whether it matters or is more than is needed.

    `is_asked`: the teacher asked for it already.
    """

    question: Versions
    picture: Picture | None
    item: str
    seed: int
    is_needed: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """A wrong rule that the answers speak for; `note` is what a teacher can do."""

    title: str
    note: str
    sentence: str
    telling: Telling | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer: the question, what was given, how it was judged, which rule gives it.

    `step` is 0 where the whole was answered.
    """

    question: Versions
    picture: Picture | None
    step: int
    given: Versions
    mark: str
    misconception: str


@dataclass(frozen=True, slots=True)
class Said:
    """A learner's explanation beside its question and answer."""

    hub_seq: int
    question: Versions
    picture: Picture | None
    given: Versions
    text: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it, newest first."""

    behind: tuple[Behind, ...]
    answers: tuple[AnswerRow, ...]
    said: tuple[Said, ...]


def evidence(parts: Parts, learner: Learner, tag: str = "en") -> Evidence:
    """What the log says of `learner`, in the teacher's words."""
    with closing(open_reading(parts.database)) as connection:
        rows = last_answers(connection, learner.class_id, learner.id, READ)
        told = explanations(connection, learner.class_id, learner.id, SHOWN)
    room = parts.classroom.rooms[learner.class_id]
    with parts.classroom.lock:
        pack, first_seed = room.pack, room.line.first_seed
    # Some 35 ms for a family of wrong rules, in which the class goes on.
    found = _suspicions(pack, first_seed, rows)
    with parts.classroom.lock:
        if room.pack is not pack:
            found = []
        # What was asked from a former pack has other places there.
        rows = [row for row in rows if room.line.of(row.seed) is room.pack]
        told = [one for one in told if room.line.of(one.seed) is room.pack]
        return Evidence(
            behind=tuple(_behind(room, learner.id, one, tag) for one in found),
            answers=tuple(_row(room, row, tag) for row in reversed(rows[-SHOWN:])),
            said=tuple(_said(room, learner.id, one, tag) for one in told),
        )


def title(pack: Pack, misconception: str, tag: str, leaf: str = "title") -> str:
    """The misconception's name, or another of its texts, in the teacher's language."""
    texts = pack.texts(pack.spoken(tag))
    found = texts.get(f"misconception.{misconception}.{leaf}", "")
    return found or (misconception if leaf == "title" else "")


def _suspicions(pack: Pack, first_seed: int, rows: Sequence[Attempt]) -> list[Suspicion]:
    judged = [row for row in rows if row.is_right is not None][-LOOKED_AT:]
    given = [
        Given(row.item, row.seed, row.step, bool(row.is_right), row.misconception or "")
        for row in judged
        if row.seed >= first_seed
    ]
    return suspicions(pack, given, first_seed=first_seed)


def _behind(room: Room, learner: int, one: Suspicion, tag: str) -> Behind:
    chance = round(one.probability * 100)
    if not one.misconception:
        return Behind(
            say(tag, "learner.unknown_rule"),
            say(tag, "learner.unknown_do"),
            say(tag, "learner.unknown_words", n=chance),
        )
    return Behind(
        title(room.pack, one.misconception, tag),
        title(room.pack, one.misconception, tag, "teacher"),
        say(tag, "learner.likely", n=chance, shown=one.shown, asked=one.asked),
        _telling(room, learner, one, tag),
    )


def _telling(room: Room, learner: int, one: Suspicion, tag: str) -> Telling | None:
    if one.telling is None:
        return None
    item, seed = one.telling
    found = reader(room, learner, item, seed, tag)
    if found is None:
        return None
    wishes = {(mine.learner, mine.action, mine.item, mine.seed) for mine in room.overrides}
    return Telling(
        question=found.question(0),
        picture=found.picture(0),
        item=room.pack.items[item].id,
        seed=seed,
        is_needed=one.probability < CERTAIN,
        is_asked=(learner, ASK, item, seed) in wishes,
    )


def _row(room: Room, row: Attempt, tag: str) -> AnswerRow:
    found = reader(room, row.learner, row.item, row.seed, tag)
    verdict = -1 if row.is_right is None else row.is_right
    return AnswerRow(
        question=found.question(row.step) if found else (),
        picture=found.picture(row.step) if found else None,
        step=row.step,
        given=found.given(row.step, row.answer) if found else (),
        mark={1: "right", 0: "wrong"}.get(verdict, row.judged or "unread"),
        misconception=title(room.pack, row.misconception, tag) if row.misconception else "",
    )


def _said(room: Room, learner: int, one: Explanation, tag: str) -> Said:
    found = reader(room, learner, one.item, one.seed, tag)
    return Said(
        hub_seq=one.hub_seq,
        question=found.question(0) if found else (),
        picture=found.picture(0) if found else None,
        given=found.given(0, one.answer) if found and one.answer else (),
        text=one.text,
        level=one.level,
    )
