"""The walk list: the next three children to visit, and the teacher's word on each visit.

Who comes first is a sum: `need + TURN * (visits to others since the own one / children here)`,
a raised hand above all, the one that is up for longest first. Whoever the teacher was just at
is left alone for a while (`hub.lesson.visits`). One place in three is kept for the child that
waited longest, once the teacher made as many visits to others as there are children here: so
nobody waits for ever, however much trouble the others have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.web.parts import parts
from hub.web.render import piece
from hub.web.safety import class_or_404, learner_or_404, may
from hub.web.teacher.reading import reader

pages = Blueprint("walk", __name__, url_prefix="/teacher")

#: The teacher sees so many at once.
PLACES = 3
#: What a whole round of visits to others adds: as much as the strongest idleness.
TURN = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A learner who is here; `raised` is the row of a hand that is up, 0 for none."""

    learner: int
    need: float
    others_since: int
    raised: int = 0
    is_left_alone: bool = False


def next_three(here: Sequence[Candidate]) -> list[Candidate]:
    """Whom to visit, the first first; `here` is in the class's own order, which breaks ties."""
    raised = sorted((one for one in here if one.raised), key=lambda one: one.raised)
    others = [one for one in here if not one.raised and not one.is_left_alone]
    ranked = sorted(others, key=lambda one: -score(one, len(here)))
    listed = [*raised, *ranked][:PLACES]
    waited = max(others, key=lambda one: one.others_since, default=None)
    if waited is None or waited in listed or waited.others_since < len(here):
        return listed
    # A hand that is up gives its place to nobody.
    return [*listed[:-1], waited] if not listed[-1].raised else listed


def score(one: Candidate, here: int) -> float:
    """The number that ranks a learner among so many that are here."""
    return one.need + TURN * one.others_since / here


@pages.post("/class/<int:class_id>/visit")
@may("help")
def visit(class_id: int) -> ResponseReturnValue:
    """The teacher was at a learner, or goes to another one first; or takes that back."""
    shown = class_or_404(class_id)
    try:
        undo = request.form.get("undo", type=int)
        if undo is not None:
            _take_back(shown.id, undo)
        else:
            does, _, learner_id = request.form.get("word", "")[:40].partition(" ")
            learner = learner_or_404(int(learner_id) if learner_id.isdecimal() else 0)
            if learner.class_id != shown.id:
                abort(404, "There is no such learner in this class.")
            parts().teaching.visit(learner.id, does)
    except RosterError as error:
        abort(400, str(error))
    parts().progress.changed()
    return redirect(f"{url_for('teacher.live_class')}?class={shown.id}")


@pages.get("/class/<int:class_id>/drawn/<int:item>/<int:seed>/<int:step>")
@may("watch")
def drawn(class_id: int, item: int, seed: int, step: int) -> ResponseReturnValue:
    """The picture of a question, for the card of a child that was pushed without it."""
    shown = class_or_404(class_id)
    with parts().classroom.lock:
        room = parts().classroom.rooms[shown.id]
        is_there = item < len(room.pack.items) and room.line.of(seed) is room.pack
        found = reader(room, 0, item, seed) if is_there else None
        picture = None if found is None else found.picture(step)
    if picture is None:
        abort(404, "This question has no picture.")
    return piece(render_template("teacher/_drawn.html", drawn=picture))


def _take_back(class_id: int, hub_seq: int) -> None:
    with parts().classroom.lock:
        if hub_seq not in parts().classroom.rooms[class_id].visits.undoable.values():
            raise RosterError("This was taken back already, or is done.")
        parts().teaching.undo(class_id, hub_seq)
