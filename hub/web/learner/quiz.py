"""A child who has seen how the quiz went, and goes on."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import Refused, StoreFull
from hub.web.learner.lesson import learner_of_form, lesson_page
from hub.web.parts import parts
from hub.web.safety import needs_device, this_device

pages = Blueprint("after_quiz", __name__, url_prefix="/learn/quiz")


@pages.post("/seen")
@needs_device
def seen() -> ResponseReturnValue:
    """A child has seen how the quiz went, and goes on."""
    learner = learner_of_form()
    if learner is None:
        return redirect(url_for("tablet.home"))
    room = parts().classroom.rooms[this_device().class_id]
    try:
        parts().intake.check(this_device().id, b"")
        with parts().classroom.lock:
            quiz = room.quizzes.ended(learner.id)
            if quiz is not None and str(quiz.hub_seq) == request.form.get("quiz"):
                facts = {"does": "seen", "quiz": quiz.hub_seq, "learner": learner.id}
                parts().classroom.deed(room.class_id, "quiz", facts)
    except (Refused, StoreFull):
        return redirect(url_for("lesson.page"))
    return lesson_page(learner, parts().classroom.start(this_device(), learner.id))
