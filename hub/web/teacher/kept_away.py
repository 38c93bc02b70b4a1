"""The questions that a teacher may want to keep away: of a learner, or of many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass

from hub.insight.words import say
from hub.lesson.room import Room
from hub.overriding import Whom
from hub.store.database import open_reading
from hub.store.lately import last_answers, last_of_class
from hub.store.log import Attempt
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader

#: As many of a learner's latest answers are looked at, and of a class's: some ten a child.
LOOKED_AT, OF_CLASS = 20, 400
OFFERED = 5


@dataclass(frozen=True, slots=True)
class Question:
    """One of the latest questions; `note` says how many got it wrong, if anybody did."""

    item: str
    text: Versions
    note: str


@dataclass(frozen=True, slots=True)
class _Met:
    """The answers to one item, the newest first."""

    rows: list[Attempt]

    @property
    def learners(self) -> set[int]:
        return {row.learner for row in self.rows}

    @property
    def wrong(self) -> set[int]:
        return {row.learner for row in self.rows if row.is_right == 0 and row.step == 0}

    @property
    def example(self) -> Attempt:
        """The latest one, of those to whom it went wrong where there are any."""
        wrong = self.wrong
        return next(row for row in self.rows if not wrong or row.learner in wrong)


def of_learner(
    parts: Parts, class_id: int, learner: int, banned: Collection[int], tongue: str
) -> list[Question]:
    """The learner's latest questions that may still come, the latest first."""
    with closing(open_reading(parts.database)) as connection:
        rows = last_answers(connection, class_id, learner, LOOKED_AT)[::-1]
    with parts.classroom.lock:
        room = parts.classroom.rooms[class_id]
        found = [(one, "") for one in _met(room, rows, banned)]
        return _shown(room, found, tongue)


def of_many(
    parts: Parts, class_id: int, whom: Whom, banned: Collection[int], tongue: str
) -> list[Question]:
    """The questions that went wrong for most children of a group or class lately, then others
    of the latest ones.
    """
    with closing(open_reading(parts.database)) as connection:
        rows = last_of_class(connection, class_id, OF_CLASS)
    with parts.classroom.lock:
        room = parts.classroom.rooms[class_id]
        on = room.words.groups.get(whom.group, ()) if whom.group else room.places
        met = _met(room, [row for row in rows if row.learner in on], banned)
        ordered = sorted(met, key=lambda one: -len(one.wrong))
        return _shown(room, [(one, _note(one, tongue)) for one in ordered], tongue)


def _met(room: Room, rows: Iterable[Attempt], banned: Collection[int]) -> list[_Met]:
    """The items of `rows`, the newest first, that stand in the pack of now and may come."""
    by_item: dict[int, list[Attempt]] = {}
    for row in rows:
        if room.line.of(row.seed) is room.pack and row.item not in banned:
            by_item.setdefault(row.item, []).append(row)
    return [_Met(rows) for rows in by_item.values()]


def _note(one: _Met, tongue: str) -> str:
    wrong, of = len(one.wrong), len(one.learners)
    return say(tongue, "word.wrong_by", n=wrong, of=of) if wrong else ""


def _shown(room: Room, found: Iterable[tuple[_Met, str]], tongue: str) -> list[Question]:
    questions: list[Question] = []
    for one, note in found:
        row = one.example
        shown = reader(room, row.learner, row.item, row.seed, tongue)
        if shown is not None and len(questions) < OFFERED:
            item = room.pack.items[row.item].id
            questions.append(Question(item, shown.question(0), note))
    return questions
