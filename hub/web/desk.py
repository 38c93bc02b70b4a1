"""What the lesson's page shows a child beside the question: verdict, tree, words of rest."""

from __future__ import annotations

from dataclasses import dataclass

from devices.messages import Answer, ClassState, Next
from hub.kernels import MASTERED
from hub.lesson.room import Room
from hub.replies import showing_of
from models.domain.pieces import BLANK, plain

#: How a verdict is drawn; the page's script knows the same words.
VERDICTS = {
    "right": "right",
    "wrong": "not-yet",
    "wrong_form": "not-yet",
    "unreadable": "unread",
    "ambiguous": "unread",
}
#: Trees below mastery: a seed, a sprout, and four that grow.
SIZES = 6


@dataclass(frozen=True, slots=True)
class Growth:
    """A skill's tree; `size` 0 to 5 while it grows, 6 bears fruit: mastered."""

    skill: str
    size: int

    @property
    def words(self) -> str:
        """The tree for those who do not see it."""
        return f"A tree, grown {self.size} of {SIZES}"


@dataclass(frozen=True, slots=True)
class Rest:
    """Why there is no question now."""

    title: str
    words: str


def growth(room: Room, reply: Next, sent: Answer | None) -> Growth:
    """The tree of the skill that was answered; before any answer, of the one that is asked."""
    shown = sent if sent is not None else reply.activity
    if shown is None:
        return Growth("", 0)
    skill = room.pack.item_skills[room.pack.item_index[shown.item]][0]
    name = room.pack.skill_name(skill, room.language(reply.learner))
    return Growth(name, tree_size(room.mastery(reply.learner, skill)))


def tree_size(mastery: float) -> int:
    """The tree that stands for `mastery`."""
    return SIZES if mastery >= MASTERED else min(SIZES - 1, int(mastery * SIZES))


def solution(room: Room, sent: Answer, reply: Next) -> str:
    """The question that was answered, with its right answer in place once that is told."""
    place = room.pack.item_index[sent.item]
    asked = plain(showing_of(room, sent.learner, place, sent.seed).prompt(sent.step))
    answer = sent.answer if reply.is_right else reply.expected
    return asked.replace(BLANK, answer) if answer else ""


def rest(state: ClassState) -> Rest:
    """What a child reads when nothing is asked."""
    if state == "pause":
        return Rest(
            "Time for a pause", "Your teacher has paused the class. It goes on by itself."
        )
    if state == "closed":
        return Rest("That is all for today", "Every answer of yours is kept. See you!")
    return Rest("You did it all!", "There is nothing left to practise. Tell your teacher.")
