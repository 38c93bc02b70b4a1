"""Renders reasons into one plain sentence: the numbers stay beside it, exact."""

from __future__ import annotations

from collections.abc import Sequence

from hub.insight.chances import in_ten
from hub.insight.words import say, words

#: Every code with which the kernels begin a choice's reasons: the lane that won.
LANES = ("TEACHER", "STEP_BACK", "REVIEW", "FRINGE", "TRIAL", "PARKED")
#: Said in the lane FRINGE once quick success runs so far ahead of slow: two right answers
#: reach it, at the start as after three wrong ones; a single lucky one does not.
CLEAR_PROGRESS = 0.25
#: Codes that rank items within a lane: for the teacher's numbers, not for a sentence.
SILENT = frozenset({"PROGRESS", "ORDER", "BEGUN", "KNOWN", "DIFFICULTY", "EXPOSURE"})


def why(reasons: Sequence[tuple[str, float]], *, skill: str, p: float, tag: str = "en") -> str:
    """Why this activity, said to the learner; `p` is the chance of a right answer.

    The first reason is the lane that won, whatever number it has: a review that is not due
    adds nothing to the score, and is a review all the same. In the language `tag`.
    """
    chance = say(tag, "why.chance", right=in_ten(p))
    return f"{say(tag, f'why.{_lane(reasons)}', skill=skill)} {chance}"


def next_and_why(
    reasons: Sequence[tuple[str, float]], *, skill: str, p: float, tag: str = "en"
) -> str:
    """As `why`, said to the teacher of a learner."""
    chance = say(tag, "next.chance", n=in_ten(p))
    return f"{say(tag, f'next.{_lane(reasons)}', skill=skill)} {chance}"


def again(stage: str, tag: str = "en") -> str:
    """Why the same question stays: it is being worked on."""
    return say(tag, f"again.{stage}")


def because(says: str, *, is_clear: bool, p: float, tag: str = "en") -> str:
    """Why a question comes in the place of one that was, as a learner `says`, too hard."""
    said = say(tag, f"why.{says}" if is_clear else "why.another")
    return f"{said} {say(tag, 'why.chance', right=in_ten(p))}"


def answered(says: str, outcome: str, tag: str = "en") -> str:
    """What a learner reads after an appeal: what was done, and who sees it."""
    return say(tag, f"appeal.{says if outcome == 'moved' else outcome}")


def feedback(judged: str, reason: str = "", tag: str = "en") -> str:
    """What a learner reads after an answer; a reason of the checker's says more if it can."""
    key = f"feedback.{reason}"
    return say(tag, key if key in words(tag) else f"feedback.{judged}")


def _lane(reasons: Sequence[tuple[str, float]]) -> str:
    """The lane that won, as the words name it."""
    lane = reasons[0][0]
    is_clear = dict(reasons).get("PROGRESS", 0.0) >= CLEAR_PROGRESS
    return "better" if lane == "FRINGE" and is_clear else lane
