"""Renders reasons into one plain sentence: the numbers stay beside it, exact."""

from __future__ import annotations

from collections.abc import Sequence

from hub.insight.chances import in_ten

#: Every code with which the kernels begin a choice's reasons: the lane that won.
LANES = {
    "TEACHER": "Your teacher chose {skill} for you.",
    "STEP_BACK": "A step back to {skill}, to make the next one easier.",
    "REVIEW": "It is time to look at {skill} again, so that it stays.",
    "FRINGE": "You are ready for {skill}.",
    "TRIAL": "Something to try out in {skill}: you help to find out how hard it is.",
    "PARKED": "{skill} rested for a while. Have another look at it.",
}
#: Said in the lane FRINGE once quick success runs so far ahead of slow: two right answers
#: reach it, at the start as after three wrong ones; a single lucky one does not.
GETTING_BETTER = "You are getting better at {skill}."
CLEAR_PROGRESS = 0.25
#: Codes that rank items within a lane: for the teacher's numbers, not for a sentence.
SILENT = frozenset({"PROGRESS", "ORDER", "BEGUN", "KNOWN", "DIFFICULTY", "EXPOSURE"})
SUCCESS = " About {right} in 10 like this should be right."
FEEDBACK = {
    "right": "Right!",
    "wrong": "Not yet.",
    "wrong_form": "The value is right. Now write it as the question asks.",
    "unreadable": "I could not read that. Please look at it again.",
    "ambiguous": "I can read that in two ways. Please write it without a separator.",
}
#: More exact than the verdict alone, by the checker's reason.
REASONS = {
    "unit_missing": "The number is right. Which unit?",
    "not_simplest": "The value is right. Can you make the fraction simpler?",
    "not_mixed": "The value is right. Write it as a mixed number.",
    "not_decimal": "The value is right. Write it as a decimal number.",
    "not_whole": "The value is right. Write it as one whole number.",
}
AGAIN = {
    "whole": "Try this one again. You can ask for a hint.",
    "steps": "Step by step: this part helps you with the whole.",
    "again": "All steps are done. Now the whole question once more.",
}


def why(reasons: Sequence[tuple[str, float]], *, skill: str, p: float) -> str:
    """Why this activity, for a learner or a teacher; `p` is the chance of a right answer.

    The first reason is the lane that won, whatever number it has: a review that is not due
    adds nothing to the score, and is a review all the same.
    """
    lane = reasons[0][0]
    is_clear = dict(reasons).get("PROGRESS", 0.0) >= CLEAR_PROGRESS
    sentence = GETTING_BETTER if lane == "FRINGE" and is_clear else LANES[lane]
    return sentence.format(skill=skill) + SUCCESS.format(right=in_ten(p))


def again(stage: str) -> str:
    """Why the same question stays: it is being worked on."""
    return AGAIN[stage]


def feedback(judged: str, reason: str = "") -> str:
    """What a learner reads after an answer."""
    return REASONS.get(reason, FEEDBACK[judged])
