"""The page of a hub's teachers: who is there, whom to invite, what each may do, and undo."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hub.errors import RosterError
from hub.roster.people import Class
from hub.roster.roles import ROLES
from hub.roster.staff_deeds import StaffDeed
from hub.roster.teacher import WITH_CLASSES, Teacher
from hub.web.parts import parts
from hub.web.render import qr_svg
from hub.web.safety import may, this_teacher

pages = Blueprint("people", __name__, url_prefix="/teacher/people")

#: As many changes as are read; the others stay in the database.
SHOWN = 20
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Invited:
    """The code of somebody who was invited, while it works."""

    code: str
    link: str
    qr: Markup
    minutes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A teacher on the page."""

    teacher: Teacher
    classes: list[str]
    phones: int
    invited: Invited | None


@dataclass(frozen=True, slots=True)
class Told:
    """A change, in names; `undo` takes it back, 0 where nothing can."""

    kind: str
    by: str
    about: str
    undo: int


@pages.get("")
@may("people")
def overview() -> ResponseReturnValue:
    """Everyone who may sign in, and what was changed last."""
    return _page()


@pages.post("")
@may("people")
def invite() -> ResponseReturnValue:
    """Somebody new, with a one-time code to come in by."""
    door, name = parts().teacher_door, request.form.get("name", "")[:200]
    role = request.form.get("role", "")[:20]
    try:
        added = door.teachers.add(name, role, _classes(), by=this_teacher().id)
    except RosterError as error:
        return _page(problem=str(error), name=name, role=role), 400
    door.invite(added)
    return _back(added.id)


@pages.post("/<int:teacher_id>")
@may("people")
def change(teacher_id: int) -> ResponseReturnValue:
    """Another role, or other classes."""
    role = request.form.get("role", "")[:20]
    try:
        teachers = parts().teacher_door.teachers
        was = request.form.get("was", "")[:20], request.form.getlist("was_class", int)
        teachers.change(_there(teacher_id).id, role, _classes(), by=this_teacher().id, was=was)
    except RosterError as error:
        return _page(problem=str(error)), 400
    return _back(teacher_id)


@pages.post("/<int:teacher_id>/code")
@may("people")
def code(teacher_id: int) -> ResponseReturnValue:
    """A new one-time code for who was invited, or none any more."""
    door, found = parts().teacher_door, _there(teacher_id)
    if "revoke" in request.form:
        door.revoke(found.id)
        return _back(teacher_id)
    try:
        door.invite(found)
    except RosterError as error:
        return _page(problem=str(error)), 400
    return _back(teacher_id)


@pages.post("/<int:teacher_id>/sign-out")
@may("people")
def sign_out(teacher_id: int) -> ResponseReturnValue:
    """Ends all sessions of a teacher, whose phone was lost, say."""
    parts().teacher_door.sessions.end_all(_there(teacher_id).id)
    return _back(teacher_id)


@pages.post("/<int:teacher_id>/remove")
@may("people")
def remove(teacher_id: int) -> ResponseReturnValue:
    """The teacher is out at once, and may not come in any more."""
    try:
        parts().teacher_door.remove(_there(teacher_id).id, by=this_teacher().id)
    except RosterError as error:
        return _page(problem=str(error)), 400
    return redirect(url_for("people.overview", _anchor="history"))


@pages.post("/undo")
@may("people")
def undo() -> ResponseReturnValue:
    """Takes a change or a removal back."""
    deed = request.form.get("deed", 0, int)
    try:
        back = parts().teacher_door.teachers.undo(deed, by=this_teacher().id)
    except RosterError as error:
        return _page(problem=str(error)), 400
    return _back(back.id)


def _page(*, problem: str = "", name: str = "", role: str = "") -> str:
    classes = list(parts().people.classes.values())
    teachers = parts().teacher_door.teachers
    return render_template(
        "teacher/people.html",
        problem=problem,
        name=name,
        role=role if role in ROLES else "teacher",
        roles=ROLES,
        with_classes=WITH_CLASSES,
        all_classes=classes,
        entries=[_entry(one, classes) for one in teachers.all],
        me=this_teacher(),
        history=[_told(one) for one in teachers.deeds[:SHOWN]],
    )


def _entry(teacher: Teacher, classes: list[Class]) -> Entry:
    door = parts().teacher_door
    found = door.invitation(teacher.id)
    invited = None
    if found is not None:
        link = url_for("teacher.sign_in", code=found.code, _external=True)
        minutes = math.ceil(door.left_s(found) / MINUTE_S)
        invited = Invited(found.code, link, qr_svg(link), minutes)
    mine = [one.name for one in classes if one.id in teacher.classes]
    return Entry(teacher, mine, door.sessions.count(teacher.id), invited)


def _told(deed: StaffDeed) -> Told:
    teachers = parts().teacher_door.teachers
    by = teachers.of(deed.by).name if deed.by else ""
    is_last = teachers.undoable(deed.about) == deed
    return Told(deed.kind, by, teachers.of(deed.about).name, deed.id if is_last else 0)


def _there(teacher_id: int) -> Teacher:
    """That teacher; a page that says so where nobody of that number may sign in."""
    found = [one for one in parts().teacher_door.teachers.all if one.id == teacher_id]
    if not found:
        abort(404, "There is no such teacher on this hub.")
    return found[0]


def _classes() -> list[int]:
    """The classes that were chosen in the form, as far as there are such."""
    wanted = request.form.getlist("class", int)
    return [one for one in parts().people.classes if one in wanted]


def _back(teacher_id: int) -> ResponseReturnValue:
    return redirect(url_for("people.overview", _anchor=f"teacher-{teacher_id}"))
