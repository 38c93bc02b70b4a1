"""What the lesson's page shows a child beside the question: verdict, tree, words of rest."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from devices.messages import Answer, ClassState, Next
from hub.insight.growth import SIZES, Grown
from hub.insight.words import say, words
from hub.lesson.room import Room
from models.domain.locales import locale

#: How a verdict is drawn; the page's script knows the same words.
VERDICTS = {
    "right": "right",
    "wrong": "not-yet",
    "wrong_form": "not-yet",
    "unreadable": "unread",
    "ambiguous": "unread",
}
#: The words that the page's script says by itself.
SCRIPT_WORDS = (
    "safe", "waits_one", "waits_many", "kept", "no_hint", "shut_out", "unsaved",
    "refused_one", "refused_many", "tree", "delete", "space", "fraction", "minus", "decimal",
    "percent", "next", "before", "explained", "silent", "tap_to_hear",
    "rest_practice", "rest_practice_words", "rest_pause", "rest_pause_words",
    "rest_closed", "rest_closed_words",
    "away", "looks_later", "rest_away", "rest_away_one", "rest_away_many",
    "hand_away", "card_away",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Growth:
    """A skill's tree; `size` 0 to 5 while it grows, 6 bears fruit: mastered."""

    skill: str
    size: int
    tag: str = "en"

    @property
    def words(self) -> str:
        """The tree for those who do not see it."""
        return say(self.tag, "page.tree", size=self.size, sizes=SIZES)


@dataclass(frozen=True, slots=True)
class Rest:
    """Why there is no question now."""

    title: str
    words: str


def growth(room: Room, grown: Grown, reply: Next, sent: Answer | None) -> Growth:
    """The tree of the skill that was answered; before any answer, of the one that is asked.

    In a quiz none: how it grows would tell what an answer was worth.
    """
    tag = room.language(reply.learner)
    shown = sent if sent is not None else reply.activity
    is_quiz = reply.activity is not None and reply.activity.quiz is not None
    if shown is None or is_quiz or reply.is_noted:
        return Growth("", 0, tag)
    skill = room.pack.item_skills[room.pack.item_index[shown.item]][0]
    mastery = room.mastery(reply.learner, skill)
    size = grown.see(reply.learner, room.pack.skills[skill].id, mastery)
    return Growth(room.pack.skill_name(skill, tag), size, tag)


def rest(state: ClassState, tag: str) -> Rest:
    """What a child reads when nothing is asked."""
    return Rest(say(tag, f"page.rest_{state}"), say(tag, f"page.rest_{state}_words"))


def script_words(tag: str) -> str:
    """The words of the page's script, and the digits that go into them, as JSON."""
    mine = words(tag)
    table = {name: mine[f"page.{name}"] for name in SCRIPT_WORDS}
    table["right"], table["wrong"] = mine["feedback.right"], mine["feedback.wrong"]
    table["digits"] = locale(tag).digits
    return msgspec.json.encode(table).decode()
