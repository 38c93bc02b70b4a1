"""How each mastery came to be what it is: a sentence, and a drawing that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.insight.words import say
from hub.insight.words.teacher import listed
from hub.kernels import MASTERED
from hub.lesson.paths import Mark, Step
from hub.roster.people import Learner
from hub.web.parts import Parts

#: The drawing, in its own units: a step is so wide, certainty so high above the edge.
STEP, HEIGHT, EDGE = 20, 40, 6


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a step stands in the drawing, and what it was."""

    x: int
    y: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Path:
    """The last steps of one skill; `line` joins them, `bar` is where mastery begins."""

    sentence: str
    line: str
    dots: tuple[Dot, ...]
    width: int
    bar: int


def paths(parts: Parts, learner: Learner, tag: str) -> dict[int, Path]:
    """By the place of the skill, for those that something has moved."""
    with parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        skills = range(len(room.pack.skills))
        steps = {skill: room.paths.of(learner.id, skill) for skill in skills}
    return {skill: path(mine, tag) for skill, mine in steps.items() if mine}


def path(steps: Sequence[Step], tag: str) -> Path:
    """The sentence and the drawing of `steps`, of which there is at least one."""
    heights = [_height(one) for one in (steps[0].before, *(step.after for step in steps))]
    places = [EDGE + STEP * nth for nth in range(len(heights))]
    return Path(
        sentence=_sentence(steps, tag),
        line=" ".join(f"{x},{y}" for x, y in zip(places, heights, strict=True)),
        dots=tuple(
            Dot(x, y, step.mark)
            for x, y, step in zip(places[1:], heights[1:], steps, strict=True)
        ),
        width=places[-1] + EDGE,
        bar=_height(MASTERED),
    )


def _sentence(steps: Sequence[Step], tag: str) -> str:
    marks = listed(tag, [say(tag, f"path.{one.mark}") for one in steps])
    slots = {"from": _percent(steps[0].before), "to": _percent(steps[-1].after)}
    return say(tag, "path.moved", n=len(steps), marks=marks, **slots)


def _height(p: float) -> int:
    return round(EDGE + (HEIGHT - 2 * EDGE) * (1 - p))


def _percent(p: float) -> int:
    return round(p * 100)
