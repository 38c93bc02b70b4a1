"""Whose hand is up in a class, since when, and at which question."""

from __future__ import annotations

import msgspec

from hub.store.log import Event


class Raised(msgspec.Struct, frozen=True, array_like=True):
    """A hand that is up; the times are those of its row in the log."""

    hub_seq: int
    learner: int
    item: int
    seed: int
    step: int
    hub_boot: int
    monotonic_ms: int
    wall_s: int
    clock_trusted: int


def is_up(hands: list[Raised], learner: int) -> bool:
    """Whether `learner` waits for the teacher."""
    return any(one.learner == learner for one in hands)


def after(hands: list[Raised], row: Event) -> list[Raised]:
    """The hands that are up after `row`, the first to be raised first."""
    facts = row.facts
    learner: int = facts["learner"]
    if not facts["is_up"]:
        return [one for one in hands if one.learner != learner]
    if is_up(hands, learner):
        return hands
    where = (facts["item"], facts["seed"], facts["step"])
    when = (row.hub_boot, row.monotonic_ms, row.wall_s, row.clock_trusted)
    return [*hands, Raised(row.hub_seq, learner, *where, *when)]
