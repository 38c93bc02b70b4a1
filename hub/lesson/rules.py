"""What the teacher's words come to for one learner, and what an appeal moves inside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from hub.kernels import Rules, Tracer
from hub.lesson.appeals import aim
from hub.lesson.overrides import OF_CLASS, Override

#: Texts that nobody recorded: not read by the hub, at a tap, or each question by itself.
Aloud = Literal["off", "tap", "self"]
#: What may be said of one skill and not together: the nearer word holds.
APART = ("pin", "skip", "park")
PRACTICE = "practice"
#: The goal under which a learner may ask for another kind of question.
CHOICE = "choice"


class Standing(msgspec.Struct, frozen=True):
    """What holds for one learner by the teacher's words; skills and items by their places.

    `target` is a success to aim for in place of the goal's own. An exempt learner's times are
    no evidence.
    """

    pinned: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    unlocked: tuple[int, ...] = ()
    parked: tuple[int, ...] = ()
    banned: tuple[int, ...] = ()
    goal: str = PRACTICE
    target: float | None = None
    is_exempt: bool = False


def standing(words: Sequence[Override]) -> Standing:
    """What `words`, all on one learner, the oldest first, come to: see `overrides`."""
    if not words:
        return Standing()
    held = holding(words)
    goal, pace = _last(held, "goal"), _last(held, "pace")
    return Standing(
        pinned=_skills(sorted(held, key=lambda one: one.nearness), "pin"),
        skipped=_skills(held, "skip"),
        unlocked=_skills(held, "unlock"),
        parked=_skills(held, "park"),
        banned=tuple(one.item for one in held if one.action == "ban"),
        goal=PRACTICE if goal is None else goal.goal,
        target=None if pace is None else pace.value,
        is_exempt=any(one.action == "exempt" for one in held),
    )


def holding(words: Sequence[Override]) -> list[Override]:
    """Those of `words`, all on one learner, the oldest first, that no other one outranks."""
    nearest, goal, pace = _nearest(words), _last(words, "goal"), _last(words, "pace")
    # A goal has a success to aim for of its own: a pace from further away does not change it.
    if goal is not None and pace is not None and pace.nearness > goal.nearness:
        pace = None
    alone = {"goal": goal, "pace": pace, "exempt": _last(words, "exempt")}
    return [
        one
        for one in words
        if one is alone.get(one.action, one)
        and (one.action not in APART or one.nearness == nearest[one.skill])
    ]


def rules_of(
    tracer: Tracer,
    holds: Standing,
    item_skills: Sequence[Sequence[int]],
    learner: int,
    *,
    aside: Sequence[int] = (),
    shift: float = 0.0,
) -> Rules:
    """The rules for `learner`: items `aside` do not come, the success aimed for is shifted.

    Nothing is left to chance in it, so that a replay of any log chooses what was chosen.
    """
    target = holds.target
    if shift != 0.0:
        target = aim(target_of(tracer, holds), shift)
    return tracer.rules(
        pinned=holds.pinned,
        skipped=holds.skipped,
        unlocked=holds.unlocked,
        banned_items=sorted({*aside, *kept_away(holds, item_skills)}),
        goal=holds.goal,
        target=target,
        learner_id=learner,
    )


def target_of(tracer: Tracer, holds: Standing) -> float:
    """The success to aim for by the teacher's words alone."""
    return tracer.rules(goal=holds.goal, target=holds.target).target


def kept_away(holds: Standing, item_skills: Sequence[Sequence[int]]) -> set[int]:
    """The items that must not come: banned ones, and all that practise a parked skill."""
    resting = set(holds.parked)
    on_resting = (
        item for item, skills in enumerate(item_skills) if not resting.isdisjoint(skills)
    )
    return {*holds.banned, *(on_resting if resting else ())}


def _nearest(words: Iterable[Override]) -> dict[int, int]:
    """How near the nearest word is that holds apart, by skill."""
    found: dict[int, int] = {}
    for one in words:
        if one.action in APART:
            found[one.skill] = min(one.nearness, found.get(one.skill, OF_CLASS))
    return found


def _last(words: Iterable[Override], action: str) -> Override | None:
    """The nearest word of this kind; of equally near ones the latest."""
    mine = [one for one in words if one.action == action]
    return min(reversed(mine), key=lambda one: one.nearness, default=None)


def _skills(words: Iterable[Override], action: str) -> tuple[int, ...]:
    return tuple(one.skill for one in words if one.action == action)
