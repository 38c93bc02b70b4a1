"""A forecast's score once more, straight from stored rows of the log: to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, prod

from hub.insight.flags.forecast import weights
from hub.store.log import Attempt
from models.training.teaching.course import Course, skill_of

KEEP, SEEN = 0.75, 240
Question = list[Attempt]


def stuck_score(rows: Sequence[Attempt], skill: int, course: Course, quick: set[int]) -> float:
    """Log-odds above the limit, for one learner's `rows`; `quick` are rows that were too quick.

    The sums run over whole histories and not answer by answer, as the hub's do.
    """
    questions = _questions(rows[-SEEN:])
    mine = [one for one in questions if skill_of(one[0].item) == skill]
    fitted, n = weights(), len(mine)
    share = [KEEP ** (n - 1 - place) for place in range(n)]
    rights = [_knows(one[0]) for one in mine]
    run = next((back for back, is_right in enumerate(reversed(rights)) if not is_right), n)
    others = [one[0] for one in questions if skill_of(one[0].item) != skill]
    before = [
        [_knows(one[0]) for one in questions if skill_of(one[0].item) == other]
        for other in course.told[skill]
    ]
    values = {
        "BIAS": 1.0,
        "ANSWERS": log(n),
        "RIGHT": _dot(share, [is_right - 0.5 for is_right in rights]),
        "RUN": run,
        "HINTED": _dot(share, [one[0].hints > 0 for one in mine]),
        "HINT_SHARE": sum(one[0].hints > 0 for one in mine) / n,
        "HINT_HABIT": _habit([row.hints > 0 for row in others if not _knows(row)][-40:]),
        "MENDED": _dot(share, [_mended(one) for one in mine]),
        "STEPS": _dot(share, [_parts(one) for one in mine]),
        "SAME_RULE": _same_rule(mine),
        "QUICK": _dot(share, [one[0].hub_seq in quick for one in mine]),
        "UNFORESEEN": -log(prod(max(0.02, _chance(one[0])) for one in mine)),
        "BEFORE": min((_went(one) for one in before if one), default=0.0),
        "ELSEWHERE": _elsewhere(others),
        "MISSING": sum(bool(one) and not _has_three(one) for one in before),
    }
    return (
        sum(fitted.stuck[name] * value for name, value in values.items()) - fitted.stuck_limit
    )


def _questions(rows: Sequence[Attempt]) -> list[Question]:
    """Each question's rows; those of one whose first answer is out of sight are left out."""
    found: list[Question] = []
    for row in rows:
        if row.p is not None:
            found.append([row])
        elif found and (row.item, row.seed) == (found[-1][0].item, found[-1][0].seed):
            found[-1].append(row)
    return found


def _knows(row: Attempt) -> bool:
    return bool(row.is_right) and row.hints < 3


def _chance(row: Attempt) -> float:
    """What the learner model gave to an answer such as this one was."""
    assert row.p is not None
    return row.p if _knows(row) else 1.0 - row.p


def _habit(hinted: Sequence[bool]) -> float:
    return (sum(hinted) - 0.2 * len(hinted)) / (len(hinted) + 5.0)


def _elsewhere(others: Sequence[Attempt]) -> float:
    """Skills mastered, over or under four in five of those mastered or tried ten times."""
    skills: dict[int, list[bool]] = {}
    for row in others:
        skills.setdefault(skill_of(row.item), []).append(_knows(row))
    mastered = sum(map(_has_three, skills.values()))
    ended = sum(_has_three(rights) or len(rights) >= 10 for rights in skills.values())
    return (mastered - 0.8 * ended) / (ended + 2.0)


def _dot(shares: Sequence[float], values: Sequence[float]) -> float:
    return sum(share * value for share, value in zip(shares, values, strict=True))


def _mended(question: Question) -> int:
    if _knows(question[0]) or len(question) < 2 or question[1].step:
        return 0
    return 1 if question[1].is_right and question[1].hints <= question[0].hints else -1


def _parts(question: Question) -> float:
    parts = {row.step: _knows(row) for row in reversed(question) if row.step}
    return sum(parts.values()) / len(parts) - 0.5 if parts else 0.0


def _same_rule(questions: Sequence[Question]) -> int:
    rules = [one[0].misconception for one in questions if not _knows(one[0])]
    most = max((rules.count(rule) for rule in rules if rule), default=0)
    return min(max(0, most - 1), 3)


def _went(rights: Sequence[bool]) -> float:
    last = len(rights) - 1
    return sum(KEEP ** (last - place) * (one - 0.5) for place, one in enumerate(rights))


def _has_three(rights: Sequence[bool]) -> bool:
    return any(all(rights[place : place + 3]) for place in range(len(rights) - 2))
