"""A problem worked out, to be read: its question, each step with its answer, the answer."""

from __future__ import annotations

from dataclasses import dataclass

from models.domain.pieces import Blank, Maths, Piece
from models.domain.showing import Picture, Showing
from models.domain.template import HINT_LEVELS
from models.domain.writing import Pieces

_TEACHING = HINT_LEVELS.index("teaching")


@dataclass(frozen=True, slots=True)
class Worked:
    """What is read. `steps` are prompts with their answers, in the place of a blank where
    there is one: then the answer beside it is empty. `advice` stands for them where an item
    has none: its teaching hint.
    """

    question: Pieces
    picture: Picture | None
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
        steps=tuple(_step(showing.prompt(step), showing.solved(step)) for step in numbers),
        answer=showing.solved(0),
    )


def filled(prompt: Pieces, answer: Pieces) -> Pieces | None:
    """`prompt` with `answer` in its one blank; None where that is not so simple."""
    if len(answer) != 1 or not isinstance(answer[0], Maths):
        return None
    found: list[Piece] = []
    blanks = 0
    for piece in prompt:
        if not isinstance(piece, Maths):
            found.append(piece)
            continue
        at = [place for place, token in enumerate(piece.tokens) if isinstance(token, Blank)]
        blanks += len(at)
        before, after = (piece.tokens[: at[0]], piece.tokens[at[0] + 1 :]) if at else ((), ())
        found.append(Maths((*before, *answer[0].tokens, *after)) if at else piece)
    return tuple(found) if blanks == 1 else None


def _step(prompt: Pieces, answer: Pieces) -> tuple[Pieces, Pieces]:
    whole = filled(prompt, answer)
    return (prompt, answer) if whole is None else (whole, ())
