"""Breaks and the day's limit: the teacher's rule, who rests now, who may go on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.lesson.rest import Resting, Rule
from hub.roster.people import Learner
from hub.web.parts import Parts, parts
from hub.web.safety import class_or_404, may

pages = Blueprint("rest", __name__, url_prefix="/teacher")

#: What the form offers where nothing is set: the teacher's to change. No study that we know of
#: names the right numbers for children who learn at a screen.
BREAK_MIN, SPELL_MIN, DAY_MIN = 3, 15, 45
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """The rule as the teacher's form has it, in minutes; numbers stand there when off, too."""

    has_breaks: bool
    spell_min: int
    break_min: int
    has_day: bool
    day_min: int
    undo: int


@dataclass(frozen=True, slots=True)
class Rester:
    """A learner who rests, and why; `minutes` yet where that is a break."""

    learner: Learner
    is_day: bool
    minutes: int


@dataclass(frozen=True, slots=True)
class Resters:
    """Who rests now; `undo` takes the last "let go on" back, of those in `let_go`."""

    all: tuple[Rester, ...]
    let_go: tuple[Learner, ...]
    undo: int


@pages.post("/class/<int:class_id>/rest")
@may("decide")
def rule(class_id: int) -> ResponseReturnValue:
    """Breaks and the day's limit of a class."""
    class_id = class_or_404(class_id).id
    try:
        parts().teaching.set_rest(class_id, _rule_of_form())
    except RosterError:
        abort(400, "Nobody can work and rest like that. Take other numbers of minutes.")
    return _back(class_id)


@pages.post("/class/<int:class_id>/rest/over")
@may("decide")
def over(class_id: int) -> ResponseReturnValue:
    """One learner goes on at once, or all who rest."""
    class_id = class_or_404(class_id).id
    # A rest that ended while the teacher tapped: that is what was wanted.
    with suppress(RosterError):
        parts().teaching.let_go_on(class_id, request.form.get("learner", 0, int))
    return _back(class_id)


@pages.post("/class/<int:class_id>/rest/undo")
@may("decide")
def undo(class_id: int) -> ResponseReturnValue:
    """Takes the last rule back, or the last "let go on"."""
    class_id = class_or_404(class_id).id
    hub_seq = request.form.get("undo", 0, int)
    with parts().classroom.lock:
        if hub_seq not in parts().classroom.rooms[class_id].rests.undoable.values():
            abort(400, "This was taken back already, or is done.")
        parts().teaching.undo(class_id, hub_seq)
    return _back(class_id)


def setting(parts: Parts, class_id: int) -> Setting:
    """The class's rule, for its form."""
    rests = parts.classroom.rooms[class_id].rests
    found = rests.rule
    return Setting(
        has_breaks=bool(found.after_s),
        spell_min=_minutes(found.after_s) or SPELL_MIN,
        break_min=_minutes(found.break_s) or BREAK_MIN,
        has_day=bool(found.day_s),
        day_min=_minutes(found.day_s) or DAY_MIN,
        undo=rests.undoable.get("rule", 0),
    )


def resters(parts: Parts, class_id: int) -> Resters:
    """Who rests in the class now, and whom the teacher let go on last."""
    with parts.classroom.lock:
        found = parts.classroom.resting(class_id)
        rests = parts.classroom.rooms[class_id].rests
        let_go, row = rests.let_go_learners, rests.undoable.get("let_go", 0)
    people = parts.people
    return Resters(
        tuple(_rester(people.learner(one), why) for one, why in found.items()),
        tuple(people.learner(one) for one in let_go),
        row,
    )


def _rester(learner: Learner, why: Resting) -> Rester:
    return Rester(learner, why.why == "day", _minutes(why.left_ms // 1000))


def _minutes(seconds: int) -> int:
    """Begun minutes."""
    return -(-seconds // MINUTE_S)


def _rule_of_form() -> Rule:
    """The form's rule; a number that is none is refused with the rest of what cannot be."""
    numbers = {
        name: request.form.get(name, -1, int) * MINUTE_S for name in ("spell", "break", "day")
    }
    has_breaks, has_day = "breaks" in request.form, "limit" in request.form
    is_empty = (has_breaks and numbers["spell"] == 0) or (has_day and numbers["day"] == 0)
    if is_empty:
        raise RosterError("A rule of no minutes is none.")
    return Rule(
        after_s=numbers["spell"] if has_breaks else 0,
        break_s=numbers["break"] if has_breaks else 0,
        day_s=numbers["day"] if has_day else 0,
    )


def _back(class_id: int) -> ResponseReturnValue:
    parts().progress.changed()
    return redirect(f"{url_for('teacher.live_class')}?class={class_id}")
