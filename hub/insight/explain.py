"""Renders reasons into one plain sentence: the numbers stay beside it, exact."""

from __future__ import annotations

from collections.abc import Iterable

#: A fixed code for each reason; the strongest that has a sentence speaks for the choice.
SENTENCES = {
    "TEACHER_PIN": "Your teacher chose {skill} for you.",
    "REVIEW_DUE": "It is time to look at {skill} again, so that it stays.",
    "STEP_BACK": "A step back to {skill}, to make the next one easier.",
    "FRINGE_READY": "You are ready for {skill}.",
    "PROGRESS": "You are getting better at {skill}.",
}
SUCCESS = " About {right} in 10 like this should be right."
FEEDBACK = {True: "Right!", False: "Not yet.", None: "I could not read that as a number."}


def why(reasons: Iterable[tuple[str, float]], *, skill: str, p: float) -> str:
    """Why this activity, for a learner or a teacher; `p` is the chance of a right answer."""
    spoken = [(number, code) for code, number in reasons if code in SENTENCES and number > 0]
    sentence = SENTENCES[max(spoken)[1]] if spoken else "Practice in {skill}."
    return sentence.format(skill=skill) + SUCCESS.format(right=round(p * 10))


def feedback(is_right: bool | None) -> str:
    """What a learner reads after an answer."""
    return FEEDBACK[is_right]
