"""The groups of a class: made, named, filled, emptied, and who could be one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.insight.alike import Alike, alike
from hub.insight.words import say
from hub.roster.groups import LONGEST_NAME, Group
from hub.roster.people import Learner
from hub.web.parts import parts
from hub.web.safety import class_or_404, may, this_teacher
from hub.web.teacher.evidence import title
from hub.web.teacher.reading import skill_by_id
from hub.web.tongue import tag

pages = Blueprint("groups", __name__, url_prefix="/teacher")

#: As many suggestions as a teacher looks through.
SUGGESTED = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A group with who is in it and how many words hold for it; `undo` takes the last setting
    back, 0 where that cannot be. `since` is the row that says who is in it.
    """

    group: Group
    learners: Sequence[Learner]
    words: int
    undo: int
    since: int


@dataclass(frozen=True, slots=True)
class Suggested:
    """Children with the same need now, and a name for a group of them."""

    sentence: str
    learners: Sequence[Learner]
    name: str


@pages.get("/class/<int:class_id>/groups")
@may("decide")
def overview(class_id: int) -> ResponseReturnValue:
    """The groups of a class, a form for a new one, and children with the same need."""
    return _page(class_id)


@pages.post("/class/<int:class_id>/groups")
@may("decide")
def make(class_id: int) -> ResponseReturnValue:
    """A new group."""
    name, learners = request.form.get("name", "")[:200], request.form.getlist("learner", int)
    try:
        group, _ = parts().teaching.words.set_group(class_id, learners, name=name)
    except RosterError as error:
        return _page(class_id, str(error), name, learners), 400
    return _changed(class_id, group)


@pages.get("/class/<int:class_id>/group/<int:group_id>")
@may("decide")
def one(class_id: int, group_id: int) -> ResponseReturnValue:
    """One group, to be changed."""
    return _page_of(group_or_404(class_id, group_id))


@pages.post("/class/<int:class_id>/group/<int:group_id>")
@may("decide")
def change(class_id: int, group_id: int) -> ResponseReturnValue:
    """Another name, other learners, nobody; or the last setting taken back."""
    group, deed = group_or_404(class_id, group_id), _DEEDS.get(request.form.get("does", ""))
    if deed is None:
        abort(400, "There is nothing like that to do.")
    try:
        deed(group)
    except RosterError as error:
        return _page_of(group, str(error)), 400
    return _changed(class_id, group_id)


def group_or_404(class_id: int, group_id: int) -> Group:
    """That group of the class; a page that says so where there is none."""
    found = parts().teaching.words.groups.all.get(group_id)
    known = parts().classroom.rooms[class_or_404(class_id).id].words.groups
    if found is None or found.class_id != class_id or group_id not in known:
        abort(404, "There is no such group.")
    return found


def in_group(class_id: int, group_id: int) -> list[Learner]:
    """Who is in a group, in the class's order; also who has left the class for a while."""
    learners = parts().classroom.rooms[class_id].words.groups.get(group_id, ())
    ever = parts().people.ever_in_class(class_id)
    return [one for one in ever if one.id in learners and one.presence != "gone"]


def _page(class_id: int, problem: str = "", name: str = "", chosen: Sequence[int] = ()) -> str:
    shown = class_or_404(class_id)
    room, groups = parts().classroom.rooms[class_id], parts().teaching.words.groups
    known = sorted(
        (one for one in groups.all.values() if one.id in room.words.groups),
        key=lambda one: one.name,
    )
    return render_template(
        "teacher/groups.html",
        shown=shown,
        problem=problem,
        groups=[_shown(one) for one in known],
        suggested=_suggested(class_id),
        name=name,
        chosen=chosen,
        learners=parts().people.in_class(class_id),
        longest=LONGEST_NAME,
    )


def _page_of(group: Group, problem: str = "") -> str:
    shown = _shown(parts().teaching.words.groups.all[group.id])
    here = {one.id for one in parts().people.in_class(group.class_id)}
    return render_template(
        "teacher/group.html",
        shown=shown,
        problem=problem,
        chosen=[one.id for one in shown.learners],
        learners=parts().people.in_class(group.class_id),
        away=[one for one in shown.learners if one.id not in here],
        longest=LONGEST_NAME,
    )


def _shown(group: Group) -> Shown:
    room = parts().classroom.rooms[group.class_id]
    with parts().classroom.lock:
        return Shown(
            group=group,
            learners=in_group(group.class_id, group.id),
            words=sum(one.group == group.id for one in room.overrides),
            undo=room.words.last_setting(group.id),
            since=room.words.setting(group.id),
        )


def _suggested(class_id: int) -> list[Suggested]:
    """Children with the same need now who are not a group already."""
    room, people = parts().classroom.rooms[class_id], parts().people
    flags = [
        flag
        for learner in people.in_class(class_id)
        for flag in parts().flagging.of(class_id, learner.id)
    ]
    made = [set(learners) for learners in room.words.groups.values()]
    new = [one for one in alike(flags) if set(one.learners) not in made]
    return [_in_words(class_id, one) for one in new[:SUGGESTED]]


def _in_words(class_id: int, one: Alike) -> Suggested:
    room = parts().classroom.rooms[class_id]
    if one.kind == "rule":
        about = title(room.pack, one.about, tag())
    else:
        about = skill_by_id(room, tag(), one.about)
    return Suggested(
        sentence=say(tag(), f"groups.alike_{one.kind}", about=about),
        learners=[parts().people.learner(learner) for learner in one.learners],
        name=_free_name(class_id, about),
    )


def _free_name(class_id: int, about: str) -> str:
    """`about` as a name that fits, with a number behind it where the class has it already."""
    known = parts().classroom.rooms[class_id].words.groups
    taken = {
        one.name
        for one in parts().teaching.words.groups.all.values()
        if one.class_id == class_id and one.id in known
    }
    for number in range(1, len(taken) + 2):
        end = f" {number}" if number > 1 else ""
        name = about[: LONGEST_NAME - len(end)].rstrip() + end
        if name not in taken:
            return name
    return ""


def _rename(group: Group) -> None:
    parts().teaching.words.rename_group(group.id, request.form.get("name", "")[:200])


def _set(group: Group) -> None:
    _put(group, set(request.form.getlist("learner", int)))


def _empty(group: Group) -> None:
    _put(group, set())


def _put(group: Group, learners: set[int]) -> None:
    """All who are in the group from now on, if it is still as the page showed it: what another
    teacher did meanwhile would be lost.
    """
    parts().teaching.words.set_group(
        group.class_id,
        sorted(learners),
        group=group.id,
        since=request.form.get("since", 0, int),
    )


def _undo(group: Group) -> None:
    hub_seq = request.form.get("undo", 0, int)
    last = parts().classroom.rooms[group.class_id].words.last_setting(group.id)
    if not last or hub_seq != last:
        raise RosterError("This was taken back already, or is done.")
    parts().teaching.undo(group.class_id, hub_seq, by=this_teacher().id)


_DEEDS: dict[str, Callable[[Group], None]] = {
    "rename": _rename,
    "set": _set,
    "empty": _empty,
    "undo": _undo,
}


def _changed(class_id: int, group: int) -> ResponseReturnValue:
    parts().progress.changed()
    return redirect(url_for("groups.overview", class_id=class_id, _anchor=f"group-{group}"))
