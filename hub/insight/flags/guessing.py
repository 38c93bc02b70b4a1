"""Flags of how a learner works, whatever the skill: guesses, games with hints, no hints at all.

Quick answers are NT10's (hub/insight/flags/pace.py). A learner whom the teacher took out of
rules of time has no quick answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.insight.flags.flag import Judged, Part
from hub.insight.flags.forecast import weights
from hub.insight.flags.past import BOTTOM_OUT, Chance, Past, Seen

#: First answers that a bout of guessing is looked for in; what each counts for after the next.
LOOKED_AT, DECAY = 10, 0.8
#: Rows in which games are looked for, and how many are one.
GAME_ROWS, GAMES = 8, 4
#: Whoever reads a hint takes some seconds for each (Baker et al. 2004 take 5-6 s an action).
READ_A_HINT_MS = 2_000
#: Of the last five questions, so many whose answer was fetched by hints.
HINT_LOOKED_AT, DRAINED = 5, 3
#: Wrong answers without a hint, one after the other (Aleven et al. 2006: help avoidance).
ALONE = 3


def rapid_guessing(past: Past) -> Judged | None:
    """How likely the learner guesses just now, from the pace and outcome of its answers."""
    lately = past.chances[-LOOKED_AT:]
    if not past.is_timed or not any(one.seen.ms for one in lately):
        return None
    fitted = weights()
    found = guessing_evidence(lately)
    parts = [Part("LIMIT", -fitted.guessing_limit)]
    parts += [
        Part(name, weight * found[name][0], found[name][1])
        for name, weight in fitted.guessing.items()
    ]
    quick = [one for one in lately if one.is_quick]
    numbers: dict[str, float | str] = {"quick": len(quick), "answers": len(lately)}
    if quick:
        numbers |= {"limit_s": quick[-1].seen.limit.ms / 1000}
        numbers |= {"limit_from": quick[-1].seen.limit.source}
    return Judged("log-odds", tuple(parts), numbers)


def guessing_evidence(lately: Sequence[Chance]) -> dict[str, tuple[float, tuple[int, ...]]]:
    """Each input of the layer by its name, and the rows that it comes from."""
    kinds: dict[str, list[tuple[float, int]]] = {
        "QUICK_WRONG": [],
        "QUICK_RIGHT": [],
        "UNHURRIED": [],
    }
    for age, one in enumerate(reversed(lately)):
        if not one.seen.ms:
            continue
        kind = "UNHURRIED"
        if one.is_quick:
            kind = "QUICK_RIGHT" if one.is_right else "QUICK_WRONG"
        kinds[kind].append((DECAY**age, one.hub_seq))
    found = {
        kind: (sum(value for value, _ in values), tuple(row for _, row in reversed(values)))
        for kind, values in kinds.items()
    }
    return {"BIAS": (1.0, ()), **found}


def gaming(past: Past) -> Judged | None:
    """Quick wrong answers, hints fetched unread, one answer to everything: four of eight."""
    rows = past.rows[-GAME_ROWS:]
    if not past.is_timed or len(rows) < GAMES:
        return None
    kinds: dict[str, list[int]] = {"QUICK_WRONG": [], "UNREAD": [], "SAME_ANSWER": []}
    for place, row in enumerate(rows):
        kind = _game(past, row, rows[place - 1] if place else None)
        if kind:
            kinds[kind].append(row.hub_seq)
    parts = [Part(kind, float(len(found)), tuple(found)) for kind, found in kinds.items()]
    parts.append(Part("LIMIT", -float(GAMES)))
    return Judged("count", tuple(parts), {"limit": GAMES, "answers": len(rows)})


def hint_abuse(past: Past) -> Judged | None:
    """Of the last five questions three or more whose answer was fetched by hints."""
    lately = past.chances[-HINT_LOOKED_AT:]
    drained = [one.hub_seq for one in lately if one.seen.hints >= BOTTOM_OUT]
    parts = (
        Part("DRAINED", float(len(drained)), tuple(drained)),
        Part("LIMIT", -float(DRAINED)),
    )
    return Judged("count", parts, {"limit": DRAINED, "answers": len(lately)})


def help_avoidance(past: Past, skill: str) -> Judged | None:
    """Three or more wrong answers here in a row without a hint, where hints are to be had."""
    alone: list[int] = []
    for one in reversed(past.of(skill)):
        if one.is_right or one.seen.hints or one.is_quick or not one.seen.has_hints:
            break
        alone.append(one.hub_seq)
    parts = (
        Part("WRONG_ALONE", float(len(alone)), tuple(reversed(alone))),
        Part("LIMIT", -float(ALONE)),
    )
    return Judged("count", parts, {"limit": ALONE, "wrong": len(alone)})


def _game(past: Past, row: Seen, before: Seen | None) -> str:
    """The game that a row is; empty for none."""
    if row.hints >= BOTTOM_OUT and 0 < row.ms < READ_A_HINT_MS * row.hints:
        return "UNREAD"
    if row.is_right:
        return ""
    if past.is_quick(row):
        return "QUICK_WRONG"
    if before is not None and not before.is_right and _is_repeated(row, before):
        return "SAME_ANSWER"
    return ""


def _is_repeated(row: Seen, before: Seen) -> bool:
    """Whether one answer was given to two questions, by no rule that we know of."""
    is_other = (row.item, row.seed, row.step) != (before.item, before.seed, before.step)
    return is_other and row.answer == before.answer and not row.misconception
