"""Says kindly whom later answers bear out: the teacher who had a word, or the model."""

from __future__ import annotations

from typing import Literal

from hub.insight.words import say


def judged(
    kind: str,
    bears_out: Literal["teacher", "model", "nobody"],
    *,
    answers: int,
    name: str,
    skill: str,
    tag: str,
) -> str:
    """What was claimed of the learner `name`, and what `answers` answers since say to it.

    `kind` is a claim's; `skill` the name of the one it is about, unused where it is on none.
    """
    slots = (
        {"name": name} if kind in ("too_easy", "too_hard") else {"name": name, "skill": skill}
    )
    claimed = say(tag, f"contest.{kind}", **slots)
    if not answers:
        return f"{claimed} {say(tag, 'contest.waiting')}"
    return f"{claimed} {say(tag, f'contest.{bears_out}', n=answers)}"
