"""The teacher's word on a learner, a group or the class: what holds, and what to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.lesson.rules import Standing, target_of
from hub.overriding import CLASS, GOALS, LONGEST_REASON, PACES, Note, Whom
from hub.roster.people import Learner
from hub.store.spoken import NEWEST
from hub.web.parts import parts
from hub.web.safety import class_or_404, learner_or_404, may, this_teacher
from hub.web.teacher import kept_away
from hub.web.teacher.groups import group_or_404, in_group
from hub.web.teacher.reading import skill_name
from hub.web.teacher.said import elsewhere, groups_of, said
from hub.web.tongue import tag

pages = Blueprint("word", __name__, url_prefix="/teacher")

#: After what a word may end by itself.
LASTS = (("answers", 10), ("answers", 30), ("answers", 100), ("days", 1), ("days", 7))
#: What can be said of a skill here: the rest stands on the learner's page as a button.
OF_SKILLS = ("known", "not_yet", "park", "unlock", "pin", "skip")


@dataclass(frozen=True, slots=True)
class To:
    """Whom a page's words are on, by which name; its address, and the page above it.

    `learners` are those in a group.
    """

    kind: Literal["learner", "group", "class"]
    class_id: int
    whom: Whom
    name: str
    here: str
    above: str
    learners: Sequence[Learner] = ()


@pages.get("/learner/<int:learner_id>/word")
@may("decide")
def overview(learner_id: int) -> ResponseReturnValue:
    """What the teacher said of a learner and can say."""
    return _page(_to_learner(learner_id))


@pages.post("/learner/<int:learner_id>/word")
@may("decide")
def speak(learner_id: int) -> ResponseReturnValue:
    """A word on a learner, or one taken back; it holds at once."""
    return _speak(_to_learner(learner_id))


@pages.get("/class/<int:class_id>/word")
@may("decide")
def of_class(class_id: int) -> ResponseReturnValue:
    """What the teacher said of the whole class and can say."""
    return _page(_to_class(class_id))


@pages.post("/class/<int:class_id>/word")
@may("decide")
def speak_to_class(class_id: int) -> ResponseReturnValue:
    """A word on the whole class, or one taken back; it holds at once."""
    return _speak(_to_class(class_id))


@pages.get("/class/<int:class_id>/group/<int:group_id>/word")
@may("decide")
def of_group(class_id: int, group_id: int) -> ResponseReturnValue:
    """What the teacher said of a group and can say."""
    return _page(_to_group(class_id, group_id))


@pages.post("/class/<int:class_id>/group/<int:group_id>/word")
@may("decide")
def speak_to_group(class_id: int, group_id: int) -> ResponseReturnValue:
    """A word on a group, or one taken back; it holds at once."""
    return _speak(_to_group(class_id, group_id))


def _to_learner(learner_id: int) -> To:
    learner = learner_or_404(learner_id)
    return To(
        "learner",
        learner.class_id,
        Whom(learner.id),
        learner.name,
        url_for("word.overview", learner_id=learner.id),
        url_for("teacher.learner", learner_id=learner.id),
    )


def _to_class(class_id: int) -> To:
    found = class_or_404(class_id)
    here = url_for("word.of_class", class_id=class_id)
    above = f"{url_for('teacher.live_class')}?class={class_id}"
    return To("class", class_id, CLASS, found.name, here, above)


def _to_group(class_id: int, group_id: int) -> To:
    found = group_or_404(class_id, group_id)
    return To(
        "group",
        class_id,
        Whom(group=group_id),
        found.name,
        url_for("word.of_group", class_id=class_id, group_id=group_id),
        url_for("groups.overview", class_id=class_id),
        in_group(class_id, group_id),
    )


def _speak(to: To) -> ResponseReturnValue:
    deed = _DEEDS.get(request.form.get("does", ""))
    if deed is None:
        abort(400, "There is no such skill, or nothing like that to do with it.")
    try:
        deed(to)
    except RosterError as error:
        return _page(to, problem=str(error)), 400
    parts().progress.changed()
    # A group whose making was taken back has no page any more.
    is_gone = to.whom.group and to.whom.group not in _groups(to)
    return redirect(to.above if is_gone else to.here)


def _page(to: To, problem: str = "") -> str:
    with parts().classroom.lock:
        room = parts().classroom.rooms[to.class_id]
        holds = parts().teaching.words.standing(to.class_id, to.whom)
        target = round(100 * target_of(room.tracer, holds))
        skills = [
            (skill.id, skill_name(room, place, tag()))
            for place, skill in enumerate(room.pack.skills)
        ]
    before = request.args.get("before", 0, int)
    found, earlier = said(parts(), to.class_id, to.whom, tag(), before or NEWEST)
    return render_template(
        "teacher/word.html",
        to=to,
        problem=problem,
        said=found,
        before=before,
        earlier=earlier,
        questions=_questions(to, holds),
        skills=skills,
        of_skills=OF_SKILLS,
        goals=GOALS,
        goal_now=holds.goal,
        paces=PACES,
        pace_now=min(PACES, key=lambda one: abs(one - target)),
        is_exempt=holds.is_exempt,
        lasts=LASTS,
        longest=LONGEST_REASON,
        **_around(to),
    )


def _around(to: To) -> dict[str, object]:
    """Of a learner: the groups around, and what is said of those and of the class."""
    if to.kind != "learner":
        return {}
    learner = parts().people.learner(to.whom.learner)
    return {
        "elsewhere": elsewhere(parts(), learner, tag()),
        "groups": groups_of(parts(), learner),
    }


def _questions(to: To, holds: Standing) -> list[kept_away.Question]:
    if to.kind == "learner":
        learner = to.whom.learner
        return kept_away.of_learner(parts(), to.class_id, learner, holds.banned, tag())
    return kept_away.of_many(parts(), to.class_id, to.whom, holds.banned, tag())


def _groups(to: To) -> dict[int, list[int]]:
    return parts().classroom.rooms[to.class_id].words.groups


def _note() -> Note:
    lasts = request.form.get("lasts", "")
    offered = {f"{unit}:{number}": (unit, number) for unit, number in LASTS}
    if lasts and lasts not in offered:
        abort(400, "There is nothing like that to do.")
    unit, number = offered.get(lasts, ("", 0))
    return Note(
        reason=request.form.get("reason", "")[: 2 * LONGEST_REASON],
        by=this_teacher().id,
        answers=number if unit == "answers" else 0,
        days=number if unit == "days" else 0,
    )


def _of_skill(to: To) -> None:
    action, skill = (request.form.get(one, "") for one in ("action", "skill"))
    where = (to.class_id, to.whom)
    if action in ("known", "not_yet"):
        note = Note(reason=_note().reason, by=this_teacher().id)
        parts().teaching.words.set_mastery(*where, skill, action, note)
    else:
        parts().teaching.words.set_skill(*where, action, skill, _note())


def _goal(to: To) -> None:
    goal = request.form.get("goal", "")
    parts().teaching.words.set_goal(to.class_id, to.whom, goal, _note())


def _pace(to: To) -> None:
    percent = request.form.get("pace", 0, int)
    parts().teaching.words.set_pace(to.class_id, to.whom, percent, _note())


def _exempt(to: To) -> None:
    parts().teaching.words.exempt(to.class_id, to.whom, _note())


def _ban(to: To) -> None:
    item = request.form.get("item", "")[:200]
    parts().teaching.words.ban(to.class_id, to.whom, item, _note())


def _undo(to: To) -> None:
    hub_seq = request.form.get("undo", 0, int)
    room, whom = parts().classroom.rooms[to.class_id], to.whom
    mine = {one.hub_seq for one in room.overrides if Whom(one.learner, one.group) == whom}
    if whom.group:
        mine.add(room.words.last_setting(whom.group))
    if hub_seq not in mine - {0}:
        raise RosterError("This was taken back already, or is done.")
    parts().teaching.undo(to.class_id, hub_seq, by=this_teacher().id)


_DEEDS: dict[str, Callable[[To], None]] = {
    "skill": _of_skill,
    "goal": _goal,
    "pace": _pace,
    "exempt": _exempt,
    "ban": _ban,
    "undo": _undo,
}
