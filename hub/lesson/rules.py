"""The teacher's word on a learner, and what an appeal moves inside it: the planner's rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from hub.kernels import Rules, Tracer
from hub.lesson.appeals import aim
from models.domain.pack import Pack

#: What a teacher can set for one learner and one skill, each undoable.
ACTIONS = ("pin", "skip", "unlock")
#: The one that is about a question: it comes once, then its word is over.
ASK = "ask"
#: Texts that nobody recorded: not read by the hub, at a tap, or each question by itself.
Aloud = Literal["off", "tap", "self"]


class Override(msgspec.Struct, frozen=True, array_like=True):
    """A teacher's word on one skill for one learner; `hub_seq` is where the log has it.

    `item` and `seed` say which question is to be asked; -1 in all other actions.
    """

    hub_seq: int
    learner: int
    action: str
    skill: int
    item: int = -1
    seed: int = -1


def without_ask(
    overrides: Iterable[Override], learner: int, item: int, seed: int
) -> list[Override]:
    """`overrides` without the teacher's wish for this question: its word is over."""
    over = (learner, ASK, item, seed)
    return [one for one in overrides if (one.learner, one.action, one.item, one.seed) != over]


def carried(overrides: Iterable[Override], former: Pack, pack: Pack) -> list[Override]:
    """`overrides` for a class that goes on with another pack, where it has the skill, too.

    A question that the teacher asked for was one of the former pack.
    """
    return [
        msgspec.structs.replace(one, skill=pack.skill_index[former.skills[one.skill].id])
        for one in overrides
        if former.skills[one.skill].id in pack.skill_index and one.action != ASK
    ]


def rules_of(
    tracer: Tracer,
    overrides: Iterable[Override],
    learner: int,
    *,
    aside: Sequence[int] = (),
    shift: float = 0.0,
) -> Rules:
    """The rules for `learner`: items `aside` do not come, the success aimed for is shifted.

    Nothing is left to chance in it, so that a replay of any log chooses what was chosen.
    """
    skills: dict[str, list[int]] = {action: [] for action in ACTIONS}
    for one in overrides:
        if one.learner == learner and one.action != ASK:
            skills[one.action].append(one.skill)
    target = None if shift == 0.0 else aim(tracer.rules().target, shift)
    return tracer.rules(
        pinned=skills["pin"],
        skipped=skills["skip"],
        unlocked=skills["unlock"],
        banned_items=aside,
        target=target,
        learner_id=learner,
    )
