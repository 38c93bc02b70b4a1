"""A quiz in a test's hands: children who answer it, and what the hub holds of it."""

from __future__ import annotations

from typing import Any

from devices.messages import Activity, Next
from hub.app import Hub
from hub.lesson.quiz import Quiz, Sheet
from hub.lesson.room import Room
from tests.hub.test_tutoring import Child
from tests.packs import right

WRONG = "99999"


class Pupil(Child):
    """A child at a tablet of its own, who remembers what was asked."""

    def quiz(self) -> Activity | None:
        """The question of the quiz that is asked now."""
        activity = self.hub.classroom.start(self.device, self.learner).activity
        return None if activity is None or activity.quiz is None else activity

    def says(self, *, is_right: bool, **fields: Any) -> Next:
        now = self.now
        return self.answer(
            right(self.room.pack, now.item, now.seed) if is_right else WRONG, **fields
        )


def room_of(hub: Hub) -> Room:
    return hub.classroom.rooms[1]


def begin(hub: Hub, *, skills: tuple[int, ...] = (0, 1, 2), most: int = 8, **more: Any) -> Quiz:
    fields: dict[str, Any] = {"learners": list(room_of(hub).places)} | more
    hub.teaching.start_quiz(1, skills, most=most, **fields)
    quiz = room_of(hub).quizzes.at_hand
    assert quiz is not None
    return quiz


def move(hub: Hub, does: str) -> None:
    """The teacher does it from a page that is fresh."""
    hub.teaching.move_quiz(1, does, room_of(hub).quizzes.undoable)


def sheet(hub: Hub, learner: int) -> Sheet:
    return room_of(hub).quizzes.kept[-1].sheets[learner]
