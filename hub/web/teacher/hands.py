"""The hands that are up, for the teacher's phone, and the teacher's deeds about them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import hub_boot
from hub.web.parts import Parts, parts
from hub.web.safety import learner_or_404, may
from hub.web.teacher.reading import Versions, reader
from hub.web.teacher.working import since

pages = Blueprint("hands", __name__, url_prefix="/teacher")


@dataclass(frozen=True, slots=True)
class Shown:
    """A raised hand on the live page: whose, since when, at which question."""

    learner: Learner
    since: str
    question: Versions


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


def raised(parts: Parts, class_id: int, tag: str = "en") -> list[Shown]:
    """The hands that are up in a class, the first to be raised first."""
    room = parts.classroom.rooms[class_id]
    if not room.hands:
        return []
    with closing(open_reading(parts.database)) as connection:
        boot, now = hub_boot(connection), parts.clock.now()
    with parts.classroom.lock:
        found = [
            (one, reader(room, one.learner, one.item, one.seed, tag)) for one in room.hands
        ]
        return [
            Shown(
                learner=parts.people.learner(one.learner),
                since=since(one, boot, now, tag),
                question=() if read is None else read.question(one.step),
            )
            for one, read in found
        ]
