"""The page of rest, as a child sees it: a picture that fills, and when it goes on."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from devices.messages import Next
from hub.insight.words import say
from hub.lesson.room import Room
from hub.web.passages import Passage, words_of_page

#: The picture has this many parts in words; its fill is drawn from `EMPTY` up to `FULL`.
STAGES = 4
EMPTY, FULL = 114, 26


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of rest, there in the lessons of a class with a rule and seen when `why` says
    so; `told` is what the page's script knows of the rule. `item` is empty where no hand can
    be raised at a question.
    """

    why: str
    told: str
    level: int
    stage: int
    stages: tuple[str, ...]
    break_sound: Passage
    day_sound: Passage
    item: str
    seed: int
    hand: str
    is_hand_up: bool


def shown(room: Room, reply: Next) -> Shown | None:
    """The page of rest for the learner of `reply`; None where the class has no rule."""
    rest, learner = reply.rest, reply.learner
    if rest is None:
        return None
    tag = room.language(learner)
    done = 1 - rest.left_ms / rest.break_ms if rest.break_ms else 0.0
    place = room.next_item(learner)
    return Shown(
        why=rest.why,
        told=msgspec.json.encode(rest).decode(),
        level=round(EMPTY + (FULL - EMPTY) * done),
        stage=int(STAGES * done),
        stages=tuple(say(tag, f"page.break_stage_{one}") for one in range(STAGES + 1)),
        break_sound=words_of_page(room.class_id, tag, "page.break_words"),
        day_sound=words_of_page(room.class_id, tag, "page.rest_closed_words"),
        item="" if place is None else room.pack.items[place].id,
        seed=room.seed(learner),
        hand="down" if reply.is_hand_up else "up",
        is_hand_up=reply.is_hand_up,
    )
