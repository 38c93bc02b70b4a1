"""A problem worked out, to be read: its question, each step with its answer, the answer."""

from __future__ import annotations

from dataclasses import dataclass

from models.domain.showing import Drawn, Pieces, Showing
from models.domain.template import HINT_LEVELS

_TEACHING = HINT_LEVELS.index("teaching")


@dataclass(frozen=True, slots=True)
class Worked:
    """What is read. `steps` are prompts with their answers; `advice` stands for them where an
    item has none: its teaching hint.
    """

    question: Pieces
    picture: Drawn | None
    advice: Pieces
    steps: tuple[tuple[Pieces, Pieces], ...]
    answer: Pieces


def worked(showing: Showing) -> Worked:
    """The activity worked out; PackFault where a text is missing."""
    template = showing.made.template
    numbers = range(1, len(template.steps) + 1)
    hints = () if template.steps else showing.hints_of(0)
    return Worked(
        question=showing.stem(),
        picture=showing.picture(template.picture, "alt", {}),
        advice=hints[_TEACHING] if len(hints) == len(HINT_LEVELS) else (),
        steps=tuple((showing.prompt(step), showing.solved(step)) for step in numbers),
        answer=showing.solved(0),
    )
