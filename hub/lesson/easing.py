"""What to do about an appeal: which question comes in the place of the one at hand.

Too easy, too hard: asked for is a question whose chance of a right answer is clearly another:
`CLEAR` in log-odds. Looked through are the skills of the question itself, then, one step
further each time, what they build on (too hard), or what builds on them and on nothing else
unknown (too easy). The one nearest the success aimed for wins, near skills before far ones;
equal ones by their order.

Something else: what the planner has next of other skills; those of the question rest a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from typing import Any

from devices.messages import Saying
from hub.kernels import MASTERED
from hub.lesson.appeals import NO_ITEM, OTHER_KIND, SHIFT, Outcome, aim
from hub.lesson.room import Room
from hub.lesson.rules import CHOICE, kept_away, target_of

#: Of two right in three it makes three in four, or somewhat more than one in two.
CLEAR = 0.5
#: A ring further off must bring a question so much nearer the success aimed for.
FARTHER = 0.1
#: So many rings: whoever says that this is easy claims no more than this.
RINGS: dict[Saying, int] = {"too_hard": 3, "too_easy": 2}
SHIFTS: dict[Saying, float] = {"too_hard": SHIFT, "too_easy": -SHIFT, "other_kind": 0.0}
_TINY = 1e-9


def decide(room: Room, learner: int, says: Saying, item: int, seed: int) -> dict[str, Any]:
    """The facts of the appeal's row; nothing changes before that row is applied."""
    p = _chance(room, learner, item)
    facts = {"learner": learner, "says": says, "item": item, "seed": seed, "p": p}
    outcome = _refusal(room, learner, says, item, seed)
    to = NO_ITEM
    if outcome is None and says == OTHER_KIND:
        outcome, to = _elsewhere(room, learner, item)
    elif outcome is None:
        outcome, to = _instead(room, learner, says, item, p)
    to_p = p if to == NO_ITEM else _chance(room, learner, to)
    return facts | {"outcome": outcome, "to": to, "to_p": to_p, "shift": SHIFTS[says]}


def _refusal(room: Room, learner: int, says: Saying, item: int, seed: int) -> Outcome | None:
    """Why the question stays; None when it may be put aside."""
    holds, wish = room.standing(learner), room.asked_next(learner)
    # Whom the teacher lets choose may do so, whatever is thought of other appeals.
    is_open = holds.goal == CHOICE if says == OTHER_KIND else room.appeals.reach != "off"
    if not is_open:
        return "off"
    if wish is not None and (wish.item, wish.seed) == (item, seed):
        return "asked"
    if says == OTHER_KIND and not set(holds.pinned).isdisjoint(room.pack.item_skills[item]):
        return "asked"
    return "limit" if room.appeals.is_at_limit(learner) else None


def _elsewhere(room: Room, learner: int, item: int) -> tuple[Outcome, int]:
    """What the planner has for the learner of other skills than those of `item`."""
    aside = sorted({*room.of_its_kind(item), *room.aside(learner)})
    choice = room.tracer.plan(room.places[learner], room.rules_without(learner, aside=aside))
    return ("only", NO_ITEM) if choice is None else ("moved", choice.item)


def _instead(
    room: Room, learner: int, says: Saying, item: int, p: float
) -> tuple[Outcome, int]:
    """What comes of the appeal, and the question in the place of `item`, if it is chosen."""
    sign = 1.0 if says == "too_hard" else -1.0
    shift = room.appeals.shift(learner, room.answers(learner)) + sign * SHIFT
    target = aim(target_of(room.tracer, room.standing(learner)), shift)
    clear: list[tuple[float, int]] = []
    best, most = NO_ITEM, 0.0
    for distance, ring in enumerate(_rings(room, learner, says, item)):
        for one in ring:
            chance = _chance(room, learner, one)
            gain = sign * (_log_odds(chance) - _log_odds(p))
            if gain >= CLEAR:
                clear.append((abs(chance - target) + distance * FARTHER, one))
            if gain > most:
                best, most = one, gain
    if clear:
        return "moved", min(clear)[1]
    return _next_best(room, learner, item, best)


def _next_best(room: Room, learner: int, item: int, best: int) -> tuple[Outcome, int]:
    """A question that is a little better, or any other one; `only` where there is none."""
    if best != NO_ITEM:
        return "other", best
    aside = sorted({item, *room.aside(learner)})
    rules = room.rules_without(learner, aside=aside)
    is_left = room.tracer.plan(room.places[learner], rules) is not None
    return ("other" if is_left else "only"), NO_ITEM


def _rings(room: Room, learner: int, says: Saying, item: int) -> Iterator[list[int]]:
    """The questions that may come, the nearest skills first."""
    holds = room.standing(learner)
    aside = {item, *room.aside(learner), *kept_away(holds, room.pack.item_skills)}
    skipped = set(holds.skipped)
    known, seen = _known(room, learner), set(room.pack.item_skills[item])
    ring = seen - skipped
    is_near = room.appeals.reach == "near" or bool(holds.pinned)
    for _ in range(1 if is_near else RINGS[says]):
        allowed = (seen | known) - skipped
        yield [
            one
            for one, skills in enumerate(room.pack.item_skills)
            if one not in aside and not ring.isdisjoint(skills) and allowed.issuperset(skills)
        ]
        ring = _beside(room, says, ring, known | skipped) - seen - skipped
        seen |= ring


def _chance(room: Room, learner: int, item: int) -> float:
    return room.tracer.predict(room.places[learner], item).p


def _known(room: Room, learner: int) -> set[int]:
    mastery = room.tracer.mastery(room.places[learner])
    return {skill for skill, chance in enumerate(mastery) if chance >= MASTERED}


def _beside(room: Room, says: Saying, ring: set[int], met: set[int]) -> set[int]:
    """One step further on the graph of skills: down, or up to what builds on nothing else."""
    before = room.pack.prerequisites
    if says == "too_hard":
        return {one for skill in ring for one in before[skill]}
    follows = (one for one, needs in enumerate(before) if not ring.isdisjoint(needs))
    return {one for one in follows if (met | ring).issuperset(before[one])}


def _log_odds(p: float) -> float:
    kept = min(1.0 - _TINY, max(_TINY, p))
    return log(kept / (1.0 - kept))
