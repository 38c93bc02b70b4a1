"""Simulated classes as a hub's log has them, and the flags of each moment beside the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hub.insight.flags import Flags, Ground, Located
from hub.store.log import Attempt
from models.training.teaching.course import Course, skill_of
from models.training.teaching.growth import GROWTH
from models.training.teaching.insight import INSIGHT
from models.training.teaching.laws import Law
from models.training.teaching.memory import MEMORY
from models.training.teaching.trouble import Episode, Shown, Taught, Told, taught

LAWS: tuple[Law, ...] = (GROWTH, INSIGHT, MEMORY)
CLASS = 1


@dataclass(slots=True)
class Heard:
    """A class whose log has been heard up to some row."""

    course: Course
    flags: Flags
    #: Answers so far of each episode that counted as opportunities, by learner and skill.
    opportunities: dict[tuple[int, int], int] = field(default_factory=dict)


def skill_id(skill: int) -> str:
    """A skill of the course as packs name it."""
    return f"s{skill}"


def ground(course: Course) -> Ground:
    """What flags know of a course: the graph that the hub was told."""
    return Ground(
        lambda item, _seed: Located(f"i{item}", (skill_id(skill_of(item)),)),
        lambda skill: tuple(skill_id(one) for one in course.told[int(skill[1:])]),
    )


def attempt(hub_seq: int, shown: Shown) -> Attempt:
    """The row of the log."""
    return Attempt(
        hub_seq=hub_seq,
        class_id=CLASS,
        device=shown.learner + 1,
        boot=1,
        device_seq=hub_seq,
        learner=shown.learner,
        item=shown.item,
        seed=shown.seed,
        answer=shown.answer,
        is_right=int(shown.is_right),
        step=shown.step,
        ms=shown.ms,
        hints=shown.hints,
        tries=shown.tries,
        at=0,
        hub_boot=shown.boot,
        monotonic_ms=shown.at_ms,
        wall_s=0,
        clock_trusted=0,
        p=shown.p,
        next_item=None,
        misconception=shown.misconception or None,
    )


def heard(class_: Taught) -> Iterator[tuple[Heard, Attempt, Told]]:
    """The class after each of its rows."""
    found = Heard(class_.course, Flags(ground(class_.course)))
    for hub_seq, told in enumerate(class_.told, start=1):
        row = attempt(hub_seq, told.shown)
        found.flags.hear(row)
        if row.p is not None:
            key = (row.learner, skill_of(row.item))
            found.opportunities[key] = found.opportunities.get(key, 0) + 1
        yield found, row, told


def classes(seeds: range) -> Iterator[tuple[Law, Taught]]:
    """A class under each law and seed."""
    for law in LAWS:
        for seed in seeds:
            yield law, taught(law, seed)


def is_judged(episode: Episode | None) -> bool:
    """Whether the truth of the episode is known: the term's end did not cut it off."""
    return episode is not None and episode.closed != "open"
