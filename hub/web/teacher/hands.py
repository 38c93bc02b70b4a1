"""The teacher's deeds about what learners say: hands go down, appeals have limits."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.web.parts import parts
from hub.web.safety import learner_or_404, may

pages = Blueprint("hands", __name__, url_prefix="/teacher")


@pages.post("/learner/<int:learner_id>/hand")
@may("help")
def lower(learner_id: int) -> ResponseReturnValue:
    """The teacher was there: the hand goes down."""
    class_id = learner_or_404(learner_id).class_id
    parts().teaching.lower_hand(learner_id)
    parts().progress.changed()
    return redirect(f"{url_for('teacher.live_class')}?class={class_id}")


@pages.post("/class/<int:class_id>/appeals")
@may("decide")
def limit(class_id: int) -> ResponseReturnValue:
    """How far the class's appeals go: off, near or far."""
    try:
        parts().teaching.set_reach(class_id, request.form.get("reach", "")[:20])
    except RosterError as error:
        abort(400, str(error))
    return redirect(f"{url_for('teacher.live_class')}?class={class_id}")
