"""What a learner works on now, and the questions that the teacher asked for after it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from hub.clock import Moment
from hub.lesson.room import ASK, Override, Room
from hub.lesson.tutoring import Problem
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import hinted, hub_boot, last_answers
from hub.store.log import Attempt, Event
from hub.web.parts import Parts
from hub.web.teacher.reading import Versions, reader
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


def work(parts: Parts, learner: Learner) -> Work:
    """What `learner` has begun, and which questions come next by the teacher's word."""
    room = parts.classroom.rooms[learner.class_id]
    before = room.problems.get(learner.id)
    # The log is read while the class goes on: what was open then may be over.
    begun = "" if before is None else _begun(parts, learner, before)
    with parts.classroom.lock:
        problem = room.problems.get(learner.id)
        mine = [one for one in room.overrides if one.learner == learner.id]
        asked = [one for one in mine if one.action == ASK]
        now = None
        if problem is not None and before is not None and _place(problem) == _place(before):
            is_asked = any(_is(problem, one) for one in asked)
            now = _now(room, learner.id, problem, begun, is_asked=is_asked)
        return Work(now, tuple(_wish(room, one) for one in asked if not _is(problem, one)))


def _now(
    room: Room, learner: int, problem: Problem, since: str, *, is_asked: bool
) -> Now | None:
    found = reader(room, learner, problem.item, problem.seed)
    if found is None:
        return None
    step = problem.now
    n_steps = len(found.own.made.template.steps)
    return Now(
        question=found.question(step),
        whole=found.question(0) if step else (),
        picture=found.picture(step),
        skill=room.pack.skill_name(room.pack.item_skills[problem.item][0]),
        since=since,
        so_far=so_far(problem, n_steps),
        is_asked=is_asked,
    )


def so_far(problem: Problem, n_steps: int) -> str:
    """How it goes: tries, where in the steps, hints."""
    told = [f"{_count(problem.tries, 'wrong answer')} to the whole question so far."]
    if problem.now:
        told.append(f"Now at step {problem.now} of {n_steps}.")
        if problem.step_tries:
            told.append(f"{_count(problem.step_tries, 'wrong answer')} to this step.")
    elif problem.twin is not None:
        told.append("A worked example with other numbers stands beside the question.")
    elif problem.done:
        told.append("All steps are done; the whole question is asked once more.")
    if problem.hints:
        told.append(f"{_count(problem.hints, 'hint')} seen to what is asked now.")
    return " ".join(told)


def since(past: Dated, boot: int, now: Moment) -> str:
    """How long ago that was, at the hub's start `boot`; a board without a clock knows that of
    its own start only.
    """
    if past.hub_boot == boot:
        return ago((now.monotonic_ms - past.monotonic_ms) // _MINUTE_MS)
    if past.clock_trusted and now.is_trusted and now.wall_s >= past.wall_s:
        return ago((now.wall_s - past.wall_s) // 60)
    return "before the hub was last started"


def ago(minutes: int) -> str:
    """A span of time as people say it."""
    if minutes < 1:
        return "less than a minute ago"
    if minutes < HOUR_MIN:
        return f"{_count(minutes, 'minute')} ago"
    if minutes < DAY_MIN:
        return f"{_count(minutes // HOUR_MIN, 'hour')} ago"
    return f"{_count(minutes // DAY_MIN, 'day')} ago"


def _begun(parts: Parts, learner: Learner, problem: Problem) -> str:
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
            return "Begun a moment ago."
        return f"Begun {since(first, hub_boot(connection), parts.clock.now())}."


def _wish(room: Room, one: Override) -> Wish:
    found = reader(room, one.learner, one.item, one.seed)
    if found is None:
        return Wish((), None, one.hub_seq)
    return Wish(found.question(0), found.picture(0), one.hub_seq)


def _is(problem: Problem | None, one: Override) -> bool:
    return problem is not None and _place(problem) == _place(one)


def _place(of: Problem | Override) -> tuple[int, int]:
    return of.item, of.seed


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
