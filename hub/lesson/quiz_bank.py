"""What a quiz asks: its skills' items, how hard they are for this class, how easily guessed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import factorial
from typing import Any

import msgspec

from hub.errors import RosterError
from hub.lesson.quiz import LEAST_QUESTIONS, MOST_QUESTIONS, Entry
from hub.lesson.room import Room
from models.domain.answers import Answer, Choice, Match, NumberLineAnswer, Order, Parts

#: With one question of each skill there must be room for all in the longest quiz.
MOST_SKILLS = 12
#: Of a skill with more items, as many, from the easiest to the hardest.
ITEMS_OF_SKILL = 10
#: Nobody guesses more often than of two options.
MOST_GUESSED = 0.5
#: So many places a number line is taken to offer: labels, and some between them.
LINE_PLACES = 10


def plan(
    room: Room, skills: Sequence[int], most: int, learners: Sequence[int], *, tells: bool
) -> dict[str, Any]:
    """The facts of the row that begins a quiz.

    What the teacher keeps away from one of the learners is asked of none: all are to have the
    same bank. RosterError for learners or skills that the class does not have, or too many
    of them.
    """
    chosen = tuple(dict.fromkeys(skills))
    who = tuple(dict.fromkeys(learners))
    if not who or any(one not in room.places for one in who):
        raise RosterError("Choose at least one learner of this class for the quiz.")
    if not 1 <= len(chosen) <= MOST_SKILLS:
        raise RosterError(f"Choose 1 to {MOST_SKILLS} skills for the quiz.")
    if any(not 0 <= one < len(room.pack.skills) for one in chosen):
        raise RosterError("There is no such skill in the lessons of this class.")
    if not LEAST_QUESTIONS <= most <= MOST_QUESTIONS:
        raise RosterError(f"A quiz asks at most {LEAST_QUESTIONS} to {MOST_QUESTIONS} times.")
    bank = _bank(room, chosen, who)
    asked = {entry.skill for entry in bank}
    if not bank:
        raise RosterError("There are no questions for these skills. Choose others.")
    return {
        "does": "start",
        "skills": [one for one in chosen if one in asked],
        "most": most,
        "tells": tells,
        "number": room.line.number,
        "bank": [msgspec.to_builtins(one) for one in bank],
        "learners": list(who),
    }


def worked_on(room: Room) -> list[int]:
    """The skills that the class works on now: what each learner is to do next."""
    nexts = (room.next_item(learner) for learner in room.places)
    found = [room.pack.item_skills[item][0] for item in nexts if item is not None]
    often = sorted(dict.fromkeys(found), key=lambda one: (-found.count(one), one))
    return sorted(often[:MOST_SKILLS])


def guess_of(answer: Answer) -> float:
    """How often somebody who taps anything is right; 0 where something is typed."""
    match answer:
        case Choice(options=options, is_multiple=is_multiple):
            found = 1 / (2 ** len(options) - 1) if is_multiple else 1 / len(options)
        case Order(options=options):
            found = 1 / factorial(len(options))
        case Match(pairs=pairs):
            found = 1 / factorial(len(pairs))
        case NumberLineAnswer():
            found = 1 / LINE_PLACES
        case Parts(parts=parts):
            found = 1.0
            for part in parts:
                found *= guess_of(part.answer)
        case _:
            found = 0.0
    return min(MOST_GUESSED, found)


def _bank(room: Room, skills: Sequence[int], learners: Sequence[int]) -> list[Entry]:
    banned = {item for one in learners for item in room.standing(one).banned}
    return [entry for one in skills for entry in _entries(room, one, learners, banned)]


def _entries(
    room: Room, skill: int, learners: Sequence[int], banned: Collection[int]
) -> list[Entry]:
    mine = [
        one
        for one, skills in enumerate(room.pack.item_skills)
        if skills[0] == skill and one not in banned
    ]
    found = [_entry(room, one, skill, learners) for one in mine]
    if len(found) > ITEMS_OF_SKILL:
        found.sort(key=lambda one: (one.chance, one.item))
        last = len(found) - 1
        places = [round(at * last / (ITEMS_OF_SKILL - 1)) for at in range(ITEMS_OF_SKILL)]
        found = [found[at] for at in places]
    return sorted(found, key=lambda one: one.item)


def _entry(room: Room, item: int, skill: int, learners: Sequence[int]) -> Entry:
    chances = [room.tracer.predict(room.places[one], item).p for one in learners]
    guess = guess_of(room.pack.template(item).answer)
    return Entry(item, skill, sum(chances) / len(chances), guess)
