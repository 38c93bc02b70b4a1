"""Whether a teacher's word says what was said already and still holds whole.

Such a word is no new one: two taps, or two teachers at once, would make two of it, and taking
one back would seem to do nothing. It is one only where saying it again would change nothing.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from hub.lesson.overrides import OF_QUESTIONS, Override
from hub.lesson.rest import When
from hub.lesson.rules import APART
from hub.lesson.state import State


def said_already(room: State, made: Override, now: When) -> Override | None:
    """The word in force that `made` repeats; None where `made` is a word of its own.

    Of the words on the very same whom about the same matter only the latest can be it: an
    earlier one may hold no longer. All that was said, the end included, must be the same, and
    nothing of the end may have passed. Of reasons nothing is known here.
    """
    matter = _matter(made)
    last = next((one for one in reversed(room.overrides) if _matter(one) == matter), None)
    if last is None or not _is_same(last, made) or not room.words.is_whole(last, now):
        return None
    return None if _would_move(room, last) else last


def _matter(one: Override) -> Hashable:
    """On whom a word is and what about: a later one on the same may come over it."""
    what = "apart" if one.action in APART else one.action
    return one.learner, one.group, what, one.skill, one.item


def _is_same(last: Override, made: Override) -> bool:
    ends = [(one.until.answers, one.until.days) if one.until else None for one in (last, made)]
    told = msgspec.structs.replace(made, hub_seq=last.hub_seq, until=last.until)
    return ends[0] == ends[1] and told == last


def _would_move(room: State, last: Override) -> bool:
    """Whether the same word again would do something after all: set a mastery that answers
    have moved, or that somebody who came since lacks; or come before an appeal made since.
    """
    on = room.words.on(last, room.places)
    if last.action == "mastery":
        return not all(_is_as_stated(room, one, last) for one in on)
    is_of_questions = last.action in OF_QUESTIONS
    return is_of_questions and any(
        room.appeals.coming(one, room.answers(one)) is not None for one in on
    )


def _is_as_stated(room: State, learner: int, word: Override) -> bool:
    """Whether the learner's mastery is what `word` made it, no answer later."""
    stated = room.tracer.stated(room.places[learner])
    last = next((one for one in reversed(stated) if one.skill == word.skill), None)
    return last is not None and last.number == word.hub_seq and last.answers == 0
