"""What a learner answered and explained, and what may be behind it, for the teacher's page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from hub.insight.diagnosis import Given, Suspicion, suspicions
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import Explanation, explanations, last_answers
from hub.store.log import Attempt
from hub.web.parts import Parts
from models.domain.locales import locale
from models.domain.pack import Pack
from models.domain.pieces import plain
from models.domain.showing import Showing

#: As far back as a diagnosis looks, and as many as a page shows.
LOOKED_AT = 60
SHOWN = 8
#: Above it no further question is proposed.
CERTAIN = 0.97
#: What a teacher may say of an explanation; the level is the place in this list.
RUBRIC = ("no reason yet", "partly", "clear reason")


@dataclass(frozen=True, slots=True)
class Behind:
    """A wrong rule that the answers speak for; `note` is what a teacher can do."""

    title: str
    note: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer: the question, what was given, how it was judged, which rule gives it."""

    question: str
    given: str
    mark: str
    misconception: str


@dataclass(frozen=True, slots=True)
class Said:
    """A learner's explanation beside its question and answer."""

    hub_seq: int
    question: str
    given: str
    text: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it, newest first."""

    behind: tuple[Behind, ...]
    answers: tuple[AnswerRow, ...]
    said: tuple[Said, ...]


def evidence(parts: Parts, learner: Learner) -> Evidence:
    """What the log says of `learner`, in words."""
    with closing(open_reading(parts.database)) as connection:
        rows = last_answers(connection, learner.class_id, learner.id, LOOKED_AT)
        told = explanations(connection, learner.class_id, learner.id, SHOWN)
    with parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        # What was asked from a former pack has other places there.
        rows = [row for row in rows if room.pack_of(row.seed) is room.pack]
        told = [one for one in told if room.pack_of(one.seed) is room.pack]
        return Evidence(
            behind=tuple(_behind(room.pack, one) for one in _suspicions(room, rows)),
            answers=tuple(_row(room.pack, row) for row in reversed(rows[-SHOWN:])),
            said=tuple(_said(room.pack, one) for one in told),
        )


def question(pack: Pack, item: int, seed: int, step: int = 0) -> str:
    """What was asked, as one line in the pack's own language."""
    tag = pack.spoken(pack.default_locale)
    showing = Showing(pack, pack.activity(item, seed), locale(tag))
    return plain(showing.prompt(step), has_marks=True)


def title(pack: Pack, misconception: str, leaf: str = "title") -> str:
    """The misconception's name, or another of its texts, in the pack's own language."""
    texts = pack.texts(pack.default_locale)
    found = texts.get(f"misconception.{misconception}.{leaf}", "")
    return found or (misconception if leaf == "title" else "")


def _suspicions(room: Room, rows: Sequence[Attempt]) -> list[Suspicion]:
    given = [
        Given(
            row.item,
            row.seed,
            row.step,
            bool(row.is_right),
            row.misconception or "",
            row.answer,
        )
        for row in rows
        if row.is_right is not None
    ]
    return suspicions(room.pack, given)


def _behind(pack: Pack, one: Suspicion) -> Behind:
    chance = round(one.probability * 100)
    if not one.misconception:
        return Behind(
            "A rule that we do not know",
            "Ask the learner to show how such a question is done.",
            f"{chance} % likely: the wrong answers are alike, but no known rule gives them.",
        )
    shown = f"It showed in {one.shown} of {one.asked} answers where it could."
    if one.telling is not None and one.probability < CERTAIN:
        shown += f" To be surer, ask: {question(pack, *one.telling)}"
    return Behind(
        title(pack, one.misconception),
        title(pack, one.misconception, "teacher"),
        f"{chance} % likely. {shown}",
    )


def _row(pack: Pack, row: Attempt) -> AnswerRow:
    mark = {1: "right", 0: "wrong"}.get(-1 if row.is_right is None else row.is_right, "unread")
    misconception = title(pack, row.misconception) if row.misconception else ""
    asked = question(pack, row.item, row.seed, row.step)
    return AnswerRow(asked, row.answer[:60], mark, misconception)


def _said(pack: Pack, one: Explanation) -> Said:
    asked = question(pack, one.item, one.seed)
    return Said(one.hub_seq, asked, one.answer[:60], one.text, one.level)
