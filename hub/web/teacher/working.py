"""What a learner works on now, and the questions that the teacher asked for after it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from hub.clock import Moment
from hub.insight.words import say
from hub.lesson.room import ASK, Override, Room
from hub.lesson.tutoring import Problem
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import hinted, hub_boot, last_answers
from hub.store.log import Attempt, Event
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader, skill_name
from models.domain.showing import Picture

#: A problem of more answers than this began long ago, whatever else is said of it.
LOOKED_AT = 60
_MINUTE_MS = 60_000
HOUR_MIN = 60
DAY_MIN = 24 * HOUR_MIN


class Dated(Protocol):
    """What the log says of when something was."""

    @property
    def hub_boot(self) -> int:
        """The start of the hub that it belongs to."""

    @property
    def monotonic_ms(self) -> int:
        """Since that start."""

    @property
    def wall_s(self) -> int:
        """The clock's time, a label."""

    @property
    def clock_trusted(self) -> int:
        """Whether that clock had been set."""


@dataclass(frozen=True, slots=True)
class Now:
    """The problem that is open: `whole` is the question that a step belongs to."""

    question: Versions
    whole: Versions
    picture: Picture | None
    skill: str
    since: str
    so_far: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """A question that the teacher asked for, and that was not begun; `undo` takes it back."""

    question: Versions
    picture: Picture | None
    undo: int


@dataclass(frozen=True, slots=True)
class Work:
    """What is in the learner's hands, and what the teacher put behind it."""

    now: Now | None
    wishes: tuple[Wish, ...]


def work(parts: Parts, learner: Learner, tag: str = "en") -> Work:
    """What `learner` has begun, and which questions come next by the teacher's word."""
    room = parts.classroom.rooms[learner.class_id]
    before = room.problems.get(learner.id)
    # The log is read while the class goes on: what was open then may be over.
    begun = "" if before is None else _begun(parts, learner, before, tag)
    with parts.classroom.lock:
        problem = room.problems.get(learner.id)
        mine = [one for one in room.overrides if one.learner == learner.id]
        asked = [one for one in mine if one.action == ASK]
        now = None
        if problem is not None and before is not None and _place(problem) == _place(before):
            is_asked = any(_is(problem, one) for one in asked)
            now = _now(room, learner.id, problem, begun, tag, is_asked=is_asked)
        wishes = (_wish(room, one, tag) for one in asked if not _is(problem, one))
        return Work(now, tuple(wishes))


def _now(
    room: Room, learner: int, problem: Problem, since: str, tag: str, *, is_asked: bool
) -> Now | None:
    found = reader(room, learner, problem.item, problem.seed, tag)
    if found is None:
        return None
    step = problem.now
    n_steps = len(found.own.made.template.steps)
    return Now(
        question=found.question(step),
        whole=found.question(0) if step else (),
        picture=found.picture(step),
        skill=skill_name(room, room.pack.item_skills[problem.item][0], tag),
        since=since,
        so_far=so_far(problem, n_steps, tag),
        is_asked=is_asked,
    )


def so_far(problem: Problem, n_steps: int, tag: str = "en") -> str:
    """How it goes: tries, where in the steps, hints."""
    told = [say(tag, "learner.tries", n=problem.tries)]
    if problem.now:
        told.append(say(tag, "learner.at_step", step=problem.now, steps=n_steps))
        if problem.step_tries:
            told.append(say(tag, "learner.step_tries", n=problem.step_tries))
    elif problem.twin is not None:
        told.append(say(tag, "learner.example"))
    elif problem.done:
        told.append(say(tag, "learner.again"))
    if problem.hints:
        told.append(say(tag, "learner.hints", n=problem.hints))
    return " ".join(told)


def since(past: Dated, boot: int, now: Moment, tag: str = "en") -> str:
    """How long ago that was, at the hub's start `boot`; a board without a clock knows that of
    its own start only.
    """
    if past.hub_boot == boot:
        return ago((now.monotonic_ms - past.monotonic_ms) // _MINUTE_MS, tag)
    if past.clock_trusted and now.is_trusted and now.wall_s >= past.wall_s:
        return ago((now.wall_s - past.wall_s) // 60, tag)
    return say(tag, "ago.former_start")


def ago(minutes: int, tag: str = "en") -> str:
    """A span of time as people say it."""
    if minutes < 1:
        return say(tag, "ago.now")
    if minutes < HOUR_MIN:
        return say(tag, "ago.minutes", n=minutes)
    if minutes < DAY_MIN:
        return say(tag, "ago.hours", n=minutes // HOUR_MIN)
    return say(tag, "ago.days", n=minutes // DAY_MIN)


def _begun(parts: Parts, learner: Learner, problem: Problem, tag: str) -> str:
    """When the problem was begun."""
    here = (learner.class_id, learner.id)
    with closing(open_reading(parts.database)) as connection:
        rows: list[Attempt | Event] = [
            row
            for row in last_answers(connection, *here, LOOKED_AT)
            if (row.item, row.seed) == (problem.item, problem.seed)
        ]
        hint = hinted(connection, *here, problem.item, problem.seed)
        rows += [] if hint is None else [hint]
        first = min(rows, key=lambda row: row.hub_seq, default=None)
        if first is None:
            return say(tag, "learner.begun_now")
        begun = since(first, hub_boot(connection), parts.clock.now(), tag)
        return say(tag, "learner.begun", since=begun)


def _wish(room: Room, one: Override, tag: str) -> Wish:
    found = reader(room, one.learner, one.item, one.seed, tag)
    if found is None:
        return Wish((), None, one.hub_seq)
    return Wish(found.question(0), found.picture(0), one.hub_seq)


def _is(problem: Problem | None, one: Override) -> bool:
    return problem is not None and _place(problem) == _place(one)


def _place(of: Problem | Override) -> tuple[int, int]:
    return of.item, of.seed
