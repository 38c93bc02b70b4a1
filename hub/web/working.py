"""What a learner works on now, and the questions that the teacher asked for after it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from hub.clock import Moment
from hub.lesson.room import ASK, Override, Room
from hub.lesson.tutoring import Problem
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import hinted, hub_boot, last_answers
from hub.store.log import Attempt, Event
from hub.web.parts import Parts
from hub.web.reading import Versions, reader
from models.domain.showing import Picture

#: A problem of more answers than this began long ago, whatever else is said of it.
LOOKED_AT = 60
MINUTE_MS = 60_000
HOUR_MIN = 60
DAY_MIN = 24 * HOUR_MIN


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
    with closing(open_reading(parts.database)) as connection, parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        problem = room.problems.get(learner.id)
        mine = [one for one in room.overrides if one.learner == learner.id]
        asked = [one for one in mine if one.action == ASK]
        now = None
        if problem is not None:
            is_asked = any(_is(problem, one) for one in asked)
            since = _since(connection, learner, problem, parts.clock.now())
            now = _now(room, learner.id, problem, since, is_asked=is_asked)
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


def ago(minutes: int) -> str:
    """A span of time as people say it."""
    if minutes < 1:
        return "less than a minute ago"
    if minutes < HOUR_MIN:
        return f"{_count(minutes, 'minute')} ago"
    if minutes < DAY_MIN:
        return f"{_count(minutes // HOUR_MIN, 'hour')} ago"
    return f"{_count(minutes // DAY_MIN, 'day')} ago"


def _since(
    connection: sqlite3.Connection, learner: Learner, problem: Problem, now: Moment
) -> str:
    """When the problem was begun; a board without a clock knows that of its own start only."""
    here = (learner.class_id, learner.id)
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
    if first.hub_boot == hub_boot(connection):
        return f"Begun {ago((now.monotonic_ms - first.monotonic_ms) // MINUTE_MS)}."
    if first.clock_trusted and now.is_trusted and now.wall_s >= first.wall_s:
        return f"Begun {ago((now.wall_s - first.wall_s) // 60)}."
    return "Begun before the hub was last started."


def _wish(room: Room, one: Override) -> Wish:
    found = reader(room, one.learner, one.item, one.seed)
    if found is None:
        return Wish((), None, one.hub_seq)
    return Wish(found.question(0), found.picture(0), one.hub_seq)


def _is(problem: Problem | None, one: Override) -> bool:
    return problem is not None and (problem.item, problem.seed) == (one.item, one.seed)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
