"""How likely a learner is to spin its wheels on a skill, from its first answers there on.

A logistic layer over named evidence, fitted on simulated classes to Beck and Gong's outcome:
ten questions without three right first answers in a row. The parts are log-odds and add up to
the score exactly; docs/flags.md says what each weighs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log
from pathlib import Path

import msgspec

from hub.insight.flags.flag import Judged, Part
from hub.insight.flags.past import Chance, Past, mastered_at, right_run

WEIGHTS = Path(__file__).with_name("weights.json")
#: What an answer counts for when the next one has come: half a dozen carry the weight.
DECAY = 0.75
#: Fewer answers say nothing yet; a forecast is due by the fifth.
FEWEST = 2
#: Of other skills with an end, so many are usually mastered; the stock keeps a single one from
#: shouting.
USUALLY_MASTERED, STOCK = 0.8, 2.0
#: Wrong answers at other skills that tell a habit with hints, how many are usually hinted, and
#: the stock beside them.
WRONG_LOOKED_AT, USUALLY_HINTED, HABIT_STOCK = 40, 0.2, 5.0
MOST_OF_A_RULE = 3.0

Evidence = dict[str, tuple[float, tuple[int, ...]]]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fitted log-odds by name, and how far a score must go to be a flag."""

    stuck: Mapping[str, float]
    stuck_limit: float
    guessing: Mapping[str, float]
    guessing_limit: float
    made: str


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights as shipped."""
    return msgspec.json.decode(WEIGHTS.read_bytes(), type=Weights)


def forecast(
    past: Past, skill: str, prerequisites: Sequence[str], *, fewest: int = FEWEST
) -> Judged | None:
    """What speaks for and against being stuck; None where it cannot be said, or is mastered."""
    chances = past.of(skill)
    if len(chances) < fewest or mastered_at(chances) is not None:
        return None
    fitted = weights()
    found = evidence(past, skill, prerequisites)
    parts = [Part("LIMIT", -fitted.stuck_limit)]
    parts += [
        Part(name, weight * found[name][0], found[name][1])
        for name, weight in fitted.stuck.items()
    ]
    return Judged("log-odds", tuple(parts), {"answers": len(chances)})


def evidence(past: Past, skill: str, prerequisites: Sequence[str]) -> Evidence:
    """Each input of the layer by its name, and the rows that it comes from."""
    mine = past.of(skill)
    rows = tuple(one.hub_seq for one in mine)
    wrong = [one for one in mine if not one.is_right]
    rule, shown = _same_rule(wrong)
    return {
        "BIAS": (1.0, ()),
        "ANSWERS": (log(len(mine)), rows),
        "RIGHT": (_fading([one.is_right - 0.5 for one in mine]), rows),
        "RUN": (float(right_run(mine)), rows[-2:]),
        "HINTED": (_fading([float(one.seen.hints > 0) for one in mine]), _hinted(mine)),
        "HINT_SHARE": (sum(one.seen.hints > 0 for one in mine) / len(mine), _hinted(mine)),
        "HINT_HABIT": _hint_habit(past, skill),
        "MENDED": (_fading([_mended(one) for one in mine]), _retried(mine)),
        "STEPS": (_fading([_stepped(one) for one in mine]), _step_rows(mine)),
        "SAME_RULE": (rule, shown),
        "QUICK": (_fading([float(one.is_quick) for one in mine]), _quick(mine)),
        "UNFORESEEN": (sum([one.surprise for one in mine]), rows),
        "BEFORE": _before(past, prerequisites),
        "ELSEWHERE": _elsewhere(past, skill),
        "MISSING": _missing(past, prerequisites),
    }


def _fading(values: Sequence[float]) -> float:
    """The sum of `values`, the latest in full, each earlier one for less."""
    total = 0.0
    for value in values:
        total = total * DECAY + value
    return total


def _mended(one: Chance) -> float:
    """A wrong answer that the learner mended alone speaks for it; one that it did not, not."""
    return 0.0 if one.mended is None else 1.0 if one.mended else -1.0


def _stepped(one: Chance) -> float:
    """How the parts of a question went that was wrong as a whole: from -1/2 to 1/2."""
    if not one.steps:
        return 0.0
    return sum(row.is_known for row in one.steps) / len(one.steps) - 0.5


def _step_rows(chances: Sequence[Chance]) -> tuple[int, ...]:
    return tuple(row.hub_seq for one in chances for row in one.steps)


def _hinted(chances: Sequence[Chance]) -> tuple[int, ...]:
    return tuple(one.hub_seq for one in chances if one.seen.hints)


def _retried(chances: Sequence[Chance]) -> tuple[int, ...]:
    return tuple(one.hub_seq for one in chances if one.mended is not None)


def _quick(chances: Sequence[Chance]) -> tuple[int, ...]:
    return tuple(one.hub_seq for one in chances if one.is_quick)


def _same_rule(wrong: Sequence[Chance]) -> tuple[float, tuple[int, ...]]:
    """How often, after the first time, one wrong rule gave a wrong answer here."""
    shown: dict[str, list[int]] = {}
    for one in wrong:
        if one.seen.misconception:
            shown.setdefault(one.seen.misconception, []).append(one.hub_seq)
    most = max(shown.values(), key=len, default=[])
    if len(most) < 2:
        return 0.0, ()
    return min(len(most) - 1.0, MOST_OF_A_RULE), tuple(most)


def _hint_habit(past: Past, skill: str) -> tuple[float, tuple[int, ...]]:
    """How often a hint was taken where other skills went wrong, above or below what is usual.

    One who never asks tells nothing by not asking here.
    """
    wrong = [one for one in past.wrong if skill not in one.seen.skills][-WRONG_LOOKED_AT:]
    over = len([one for one in wrong if one.seen.hints]) - USUALLY_HINTED * len(wrong)
    return over / (len(wrong) + HABIT_STOCK), tuple(one.hub_seq for one in wrong)


def _before(past: Past, prerequisites: Sequence[str]) -> tuple[float, tuple[int, ...]]:
    """How the weakest prerequisite went; 0 where none was met lately."""
    weakest = 0.0
    rows: tuple[int, ...] = ()
    for skill in prerequisites:
        chances = past.of(skill)
        if not chances:
            continue
        went = _fading([one.is_right - 0.5 for one in chances])
        if not rows or went < weakest:
            weakest, rows = went, tuple(one.hub_seq for one in chances)
    return weakest, rows


def _elsewhere(past: Past, skill: str) -> tuple[float, tuple[int, ...]]:
    """How many other skills that ended were mastered, above or below what is usual."""
    ended = [end for other, end in past.ends.items() if other != skill]
    over = sum(end.is_mastered for end in ended) - USUALLY_MASTERED * len(ended)
    return over / (len(ended) + STOCK), tuple(sorted({end.hub_seq for end in ended}))


def _missing(past: Past, prerequisites: Sequence[str]) -> tuple[float, tuple[int, ...]]:
    """How many prerequisites were tried lately and not mastered."""
    rows = [
        chances[-1].hub_seq
        for one in prerequisites
        if (chances := past.of(one)) and mastered_at(chances) is None
    ]
    return float(len(rows)), tuple(sorted(rows))
