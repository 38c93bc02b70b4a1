"""The quiz: the teacher's page of it, and what is done to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.lesson.quiz import MOST_QUESTIONS, USUAL_QUESTIONS
from hub.lesson.quiz_bank import MOST_SKILLS, worked_on
from hub.lesson.room import Room
from hub.web.parts import Parts, parts
from hub.web.safety import class_or_404, may
from hub.web.teacher.quiz_results import Result, results
from hub.web.teacher.reading import skill_name
from hub.web.tongue import tag

pages = Blueprint("quiz", __name__)

#: Lengths that the page offers.
LENGTHS = (4, 6, USUAL_QUESTIONS, 10, 12, 16, MOST_QUESTIONS)


@dataclass(frozen=True, slots=True)
class Line:
    """The quiz at hand on the live page: how many learners are through."""

    is_paused: bool
    done: int
    of: int


@pages.get("/teacher/class/<int:class_id>/quiz")
@may("watch")
def overview(class_id: int) -> ResponseReturnValue:
    """Begin a quiz, or see how far the one at hand is; below it what earlier ones showed."""
    shown = class_or_404(class_id)
    with parts().classroom.lock:
        room = parts().classroom.rooms[class_id]
        quiz = room.quizzes.at_hand
        chosen = worked_on(room)
        found = [results(parts(), room, one, tag()) for one in reversed(room.quizzes.kept)]
        last = room.quizzes.undoable
        undo = room.quizzes.kept[-1].deeds[-1].does if last else ""
        skills = [
            (one.id, skill_name(room, at, tag()), at in chosen)
            for at, one in enumerate(room.pack.skills)
        ]
    return render_template(
        "teacher/quiz.html",
        shown=shown,
        quiz=quiz,
        results=found,
        undo=undo,
        last=last,
        skills=skills,
        chosen=len(chosen),
        most_skills=MOST_SKILLS,
        lengths=LENGTHS,
        usual=USUAL_QUESTIONS,
        learners=parts().people.in_class(class_id),
    )


@pages.post("/teacher/class/<int:class_id>/quiz")
@may("decide")
def start(class_id: int) -> ResponseReturnValue:
    """Begins a quiz with what was chosen."""
    class_or_404(class_id)
    try:
        # Held throughout: no other pack comes between the names and what they stand for.
        with parts().classroom.lock:
            parts().teaching.start_quiz(
                class_id,
                _skills(parts().classroom.rooms[class_id]),
                most=request.form.get("most", 0, int),
                learners=request.form.getlist("learner", int),
                tells="tells" in request.form,
            )
    except RosterError as error:
        abort(400, str(error))
    return _changed(class_id)


@pages.post("/teacher/class/<int:class_id>/quiz/move")
@may("decide")
def move(class_id: int) -> ResponseReturnValue:
    """Pauses, resumes or ends the quiz, or takes the last of these back."""
    class_or_404(class_id)
    try:
        does, last = request.form.get("does", "")[:20], request.form.get("last", 0, int)
        parts().teaching.move_quiz(class_id, does, last)
    except RosterError as error:
        abort(400, str(error))
    return _changed(class_id)


def line(class_id: int) -> Line | None:
    """The quiz at hand in one line; None for none."""
    with parts().classroom.lock:
        quizzes = parts().classroom.rooms[class_id].quizzes
        quiz = quizzes.at_hand
        if quiz is None:
            return None
        done = sum(quizzes.is_done(quiz, one) for one in quiz.sheets)
        return Line(quiz.state == "paused", done, len(quiz.sheets))


def of_learner(parts: Parts, learner: int, tag: str = "en") -> list[Result]:
    """What the quizzes showed of one learner, the latest first, with each question."""
    with parts.classroom.lock:
        room = parts.classroom.rooms[parts.people.learner(learner).class_id]
        mine = [one for one in reversed(room.quizzes.kept) if learner in one.sheets]
        found = (results(parts, room, one, tag, only=learner).rows for one in mine)
        return [row for rows in found for row in rows]


def _skills(room: Room) -> list[int]:
    """Where the form's skills stand in the class's pack, which may be newer than the page."""
    places = [room.pack.skill_index.get(one) for one in request.form.getlist("skill")]
    found = [one for one in places if one is not None]
    if len(found) < len(places):
        raise RosterError("There is no such skill in the lessons of this class.")
    return found


def _changed(class_id: int) -> ResponseReturnValue:
    parts().progress.changed()
    return redirect(url_for("quiz.overview", class_id=class_id))
