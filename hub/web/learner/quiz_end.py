"""The end of a quiz as a child sees it: what went well, what is practised next, no score."""

from __future__ import annotations

from dataclasses import dataclass

from hub.lesson.quiz import Quiz
from hub.lesson.room import Room


@dataclass(frozen=True, slots=True)
class QuizEnd:
    """The answers of a learner in order, right or not, and their skills by name."""

    quiz: int
    marks: tuple[bool, ...]
    can: tuple[str, ...]
    practise: tuple[str, ...]


def quiz_end(room: Room, learner: int) -> QuizEnd | None:
    """The end of the latest quiz that `learner` has not seen yet; None for nothing to see."""
    if room.quizzes.question(learner) is not None:
        return None
    quiz = room.quizzes.ended(learner)
    return None if quiz is None else _end(room, learner, quiz)


def _end(room: Room, learner: int, quiz: Quiz) -> QuizEnd:
    given = quiz.sheets[learner].given
    skills = {one.item: one.skill for one in quiz.bank}
    asked = dict.fromkeys(skills[one.item] for one in given)
    missed = {skills[one.item] for one in given if not one.is_right}
    pack, tag = room.line.of(quiz.first_seed) or room.pack, room.language(learner)
    return QuizEnd(
        quiz=quiz.hub_seq,
        marks=tuple(one.is_right for one in given),
        can=tuple(pack.skill_name(one, tag) for one in asked if one not in missed),
        practise=tuple(pack.skill_name(one, tag) for one in asked if one in missed),
    )
