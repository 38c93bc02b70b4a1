"""Flags of one skill: no mastery in ten, a wrong rule, a gap before it, what was lost."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from hub.insight.flags.flag import Judged, Now, Part
from hub.insight.flags.past import IN_A_ROW, SPIN_AFTER, Chance, Past, mastered_at

#: The same wrong rule in so many different questions, less the right answers here since.
SHOWN, SHOWN_LOOKED_AT = 3, 10
#: A wrong answer of one who lost a skill, and of one who has it; a middling guess and slip of
#: knowledge tracing. Before any answer, one skill in ten that was mastered is lost again.
LOST_GUESS, KEPT_SLIP, LOST_PRIOR = 0.25, 0.1, 0.1
LOST_LOOKED_AT = 4
#: A wrong answer where the skill before is missing, and where it is there.
GAP_WRONG, NO_GAP_WRONG = 0.8, 0.4
GAP_LOOKED_AT = 3
#: P(L) is kept so far from 0 and 1: no log-odds without end.
LEAST = 0.01
#: Of the last twelve questions all but one right, none with a hint: there is room for more.
READY_LOOKED_AT, READY = 12, 11


def wheel_spinning(past: Past, skill: str) -> Judged | None:
    """Ten opportunities or more, and never three right in a row: the published rule."""
    chances = past.of(skill)
    if mastered_at(chances) is not None:
        return None
    rows = tuple(one.hub_seq for one in chances)
    parts = (
        Part("OPPORTUNITIES", float(len(chances)), rows),
        Part("LIMIT", -float(SPIN_AFTER)),
    )
    return Judged("count", parts, {"limit": SPIN_AFTER, "in_a_row": IN_A_ROW})


def misconception(past: Past, skill: str, now: Now) -> Judged | None:
    """One wrong rule behind three different questions, and not enough right ones since."""
    lately = past.of(skill)[-SHOWN_LOOKED_AT:]
    shown: dict[str, list[int]] = {}
    for one in lately:
        if one.seen.misconception and not one.is_right:
            shown.setdefault(one.seen.misconception, []).append(one.hub_seq)
    if not shown:
        return None
    rule, rows = max(shown.items(), key=lambda entry: (len(entry[1]), entry[1][-1]))
    since = [one.hub_seq for one in lately if one.is_right and one.hub_seq > rows[-1]]
    parts = (
        Part("SHOWN", float(len(rows)), tuple(rows)),
        Part("RIGHT_SINCE", -float(len(since)), tuple(since)),
        Part("LIMIT", -float(SHOWN)),
    )
    numbers: dict[str, float | str] = {"limit": SHOWN, "rule": rule}
    if rule in now.suspected:
        numbers["chance"] = now.suspected[rule]
    return Judged("count", parts, numbers)


def prerequisite(
    past: Past, skill: str, prerequisites: Sequence[str], now: Now
) -> Judged | None:
    """How likely it is a missing skill before this one that makes it go wrong here."""
    known = [(now.mastery[one], one) for one in prerequisites if one in now.mastery]
    lately = past.of(skill)[-GAP_LOOKED_AT:]
    if not known or not lately:
        return None
    mastery, before = min(known)
    bounded = max(LEAST, min(1.0 - LEAST, mastery))
    parts = [Part("BEFORE", log((1.0 - bounded) / bounded))]
    right = log((1.0 - GAP_WRONG) / (1.0 - NO_GAP_WRONG))
    wrong = log(GAP_WRONG / NO_GAP_WRONG)
    parts += _weighed(lately, right, wrong)
    numbers: dict[str, float | str] = {"before": before, "mastery": mastery}
    found = Judged("log-odds", tuple(parts), numbers)
    # Who is right here needs no other skill, however little is known of that.
    return found if sum(not one.is_right for one in lately) >= 2 else None


def forgetting(past: Past, skill: str) -> Judged | None:
    """How likely a skill that was mastered is lost, from the answers since."""
    chances = past.of(skill)
    mastered = mastered_at(chances)
    if mastered is None or mastered == len(chances) - 1:
        return None
    since = chances[mastered + 1 :][-LOST_LOOKED_AT:]
    run = chances[mastered - IN_A_ROW + 1 : mastered + 1]
    parts = [
        Part(
            "MASTERED",
            log(LOST_PRIOR / (1.0 - LOST_PRIOR)),
            tuple(one.hub_seq for one in run),
        )
    ]
    right = log(LOST_GUESS / (1.0 - KEPT_SLIP))
    wrong = log((1.0 - LOST_GUESS) / KEPT_SLIP)
    parts += _weighed(since, right, wrong)
    return Judged("log-odds", tuple(parts), {"answers": len(since)})


def ready(past: Past) -> Judged | None:
    """Eleven of the last twelve questions right without hints: ready for more."""
    lately = past.chances[-READY_LOOKED_AT:]
    alone = [one.hub_seq for one in lately if one.is_right and not one.seen.hints]
    parts = (
        Part("RIGHT_ALONE", float(len(alone)), tuple(alone)),
        Part("LIMIT", -float(READY)),
    )
    return Judged("count", parts, {"limit": READY, "answers": len(lately)})


def _weighed(chances: Sequence[Chance], right: float, wrong: float) -> list[Part]:
    """Each answer as a part of its own."""
    return [
        Part("RIGHT", right, (one.hub_seq,))
        if one.is_right
        else Part("WRONG", wrong, (one.hub_seq,))
        for one in chances
    ]
