"""The first evening: from an empty hub to a class that is ready, a page a step."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.enrolling import HubPack
from hub.errors import RosterError
from hub.lesson.packs import Packs, held
from hub.lesson.rules import standing
from hub.overriding import CLASS, GOALS
from hub.roster.class_names import title
from hub.roster.lists.names import tidy
from hub.roster.people import STYLES, Class
from hub.store.choices import choice, choose
from hub.store.database import open_reading
from hub.web.parts import Parts, parts
from hub.web.render import qr_svg
from hub.web.safety import class_or_404, may, own_classes
from hub.web.teacher.changed import mine, this_change
from hub.web.teacher.codes import print_cards
from hub.web.teacher.refusing import told
from hub.web.tongue import CHOSEN
from models.domain.pack import starter_path
from models.domain.reading import load_pack

pages = Blueprint("first", __name__, url_prefix="/teacher")

#: The steps in their order; any of them can wait.
STEPS = ("language", "class", "learners", "sign_in", "goal", "tablets", "cards")
#: Those that leave nothing else behind by which it shows that a teacher decided.
_SAID = ("sign_in", "goal", "cards")


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the progress line shows it; without a class most of them lead nowhere yet."""

    key: str
    link: str
    is_done: bool
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class PackChoice:
    """Lessons that a new class may work with; 0 is the pack that came with the hub."""

    id: int
    name: str
    version: str


@pages.get("/first")
@may("roster")
def overview() -> ResponseReturnValue:
    """All steps, what is done of them, and the next one: also after the phone was closed."""
    class_id = request.args.get("class", type=int) or _latest()
    shown = class_or_404(class_id) if class_id else None
    found = steps(parts(), class_id)
    return render_template(
        "teacher/first.html",
        shown=shown,
        steps=found,
        following=next((one for one in found if one.link and not one.is_done), None),
        is_ready=all(one.is_done for one in found),
    )


@pages.get("/first/language")
@may("roster")
def language() -> ResponseReturnValue:
    """The language of the teacher's own pages; the choice itself goes to `tongue.speak`."""
    class_id = _latest()
    return _page("language", class_id, following=_link("class", class_id))


@pages.route("/first/class", methods=["GET", "POST"])
@may("classes")
def add_class() -> ResponseReturnValue:
    """A new class: its name, and its lessons where there are several."""
    if request.method == "GET":
        return _class_page()
    wanted = request.form.get("name", "")[:200]
    try:
        name = title(wanted)
        pack = pack_for(parts(), request.form.get("pack", 0, int))
        added = parts().teaching.add_class(name, pack, [], is_new_name=True)
    except RosterError as error:
        return _class_page(tidy(wanted), error), 400
    parts().progress.changed()
    return redirect(url_for("lists.learners", class_id=added.id))


@pages.route("/first/<int:class_id>/sign-in", methods=["GET", "POST"])
@may("roster")
def sign_in(class_id: int) -> ResponseReturnValue:
    """How the children sign in, each way as a child sees it."""
    shown = class_or_404(class_id)
    if request.method == "GET":
        changed = mine(this_change(parts(), class_id, request.args.get("taken", "")))
        return _page("sign_in", class_id, styles=STYLES, changed=changed)
    wanted = request.form.get("style", "")
    style = next((one for one in STYLES if one == wanted), None)
    if style is None:
        abort(400, "There is no such way to sign in.")
    parts().people.set_sign_in(shown.id, style)
    return _said("sign_in", class_id)


@pages.route("/first/<int:class_id>/goal", methods=["GET", "POST"])
@may("roster")
def goal(class_id: int) -> ResponseReturnValue:
    """What practice is for, for the whole class."""
    class_or_404(class_id)
    now = goal_of(parts(), class_id)
    if request.method == "GET":
        return _page("goal", class_id, goals=GOALS, goal_now=now)
    wanted = request.form.get("goal", "")
    try:
        if wanted != now:
            parts().teaching.words.set_goal(class_id, CLASS, wanted)
    except RosterError as error:
        abort(400, str(error))
    return _said("goal", class_id)


@pages.get("/first/<int:class_id>/tablets")
@may("roster")
def tablets(class_id: int) -> ResponseReturnValue:
    """The QR and the code that join tablets, and how many have."""
    return _page("tablets", class_id, **_joining(class_or_404(class_id)))


@pages.get("/first/<int:class_id>/wall")
@may("roster")
def wall(class_id: int) -> ResponseReturnValue:
    """The same as a sheet to print and hang up."""
    shown = class_or_404(class_id)
    return render_template("teacher/first_wall.html", shown=shown, **_joining(shown))


@pages.route("/first/<int:class_id>/cards", methods=["GET", "POST"])
@may("roster")
def cards(class_id: int) -> ResponseReturnValue:
    """Cards to print; those that were printed before stop working."""
    class_or_404(class_id)
    count = len(parts().people.in_class(class_id))
    if request.method == "GET" or not count:
        return _page("cards", class_id, count=count)
    _say_done("cards", class_id)
    return print_cards(class_id)


def steps(hub: Parts, class_id: int, now: str = "") -> list[Step]:
    """The steps of a class, 0 for one that is not there yet."""
    said = choice(hub.database, f"first.{class_id}").split() if class_id else []
    joined = (one for one in hub.devices.all.values() if one.class_id == class_id)
    done = {
        "language": bool(choice(hub.database, CHOSEN)),
        "class": class_id != 0,
        "learners": bool(class_id and hub.people.in_class(class_id)),
        "tablets": any(not one.is_revoked for one in joined),
        **{one: one in said for one in _SAID},
    }
    return [Step(one, _link(one, class_id), done[one], one == now) for one in STEPS]


def after(step: str, class_id: int) -> str:
    """Where the step after this one is; after the last one all of them."""
    place = STEPS.index(step) + 1
    if place == len(STEPS):
        return f"{url_for('first.overview')}?class={class_id}"
    return _link(STEPS[place], class_id) or url_for("first.overview")


def goal_of(hub: Parts, class_id: int) -> str:
    """What practice is for in the class, where nothing was said for a learner or a group."""
    words = hub.classroom.rooms[class_id].words.in_force
    return standing([one for one in words if not one.learner and not one.group]).goal


def pack_for(hub: Parts, pack_id: int = 0) -> HubPack:
    """The pack of that number, 0 for the one that came with the hub; 400 for no such pack."""
    if not pack_id:
        path = starter_path()
        return hub.teaching.install_pack(load_pack(path)[1], where=path.name)
    with closing(open_reading(hub.database)) as connection:
        digest = next((one.digest for one in held(connection) if one.id == pack_id), None)
        if digest is None:
            abort(400, "There is no such pack on this hub.")
        return pack_id, Packs(connection)[digest]


def pack_choices(hub: Parts) -> list[PackChoice]:
    """The packs to choose from, the latest class's first; only the hub's own where no class
    is there yet.
    """
    with closing(open_reading(hub.database)) as connection:
        found, packs = held(connection), Packs(connection)
        choices = [
            PackChoice(one.id, packs[one.digest].name, one.version or "") for one in found
        ]
    latest = max(hub.people.classes, default=0)
    used = {one.id for one in found if latest in one.classes}
    choices.sort(key=lambda one: one.id not in used)
    return choices or [PackChoice(0, "", "")]


def _latest() -> int:
    """The latest of the teacher's own classes, 0 for none."""
    return max((one.id for one in own_classes()), default=0)


def _link(step: str, class_id: int) -> str:
    if step == "language":
        return url_for("first.language")
    if step == "class":
        return (
            url_for("lists.class_name", class_id=class_id)
            if class_id
            else url_for("first.add_class")
        )
    if not class_id:
        return ""
    room = "lists.learners" if step == "learners" else f"first.{step}"
    return url_for(room, class_id=class_id)


def _page(step: str, class_id: int, **facts: object) -> str:
    return render_template(
        f"teacher/first_{step}.html",
        shown=parts().people.classes.get(class_id),
        steps=steps(parts(), class_id, step),
        place=STEPS.index(step) + 1,
        **({"following": after(step, class_id)} | facts),
    )


def _class_page(name: str = "", error: RosterError | None = None) -> str:
    faults = [] if error is None else told(error)
    packs = pack_choices(parts())
    following = url_for("first.overview")
    return _page("class", 0, name=name, faults=faults, packs=packs, following=following)


def _joining(shown: Class) -> dict[str, object]:
    link = url_for("tablet.join_link", code=shown.join_code, _external=True)
    devices = [one for one in parts().devices.all.values() if one.class_id == shown.id]
    joined = [one for one in devices if not one.is_revoked]
    return {"link": link, "qr": qr_svg(link), "address": request.host_url, "joined": joined}


def _said(step: str, class_id: int) -> ResponseReturnValue:
    _say_done(step, class_id)
    parts().progress.changed()
    return redirect(after(step, class_id))


def _say_done(step: str, class_id: int) -> None:
    name = f"first.{class_id}"
    said = {*choice(parts().database, name).split(), step}
    choose(parts().writer, name, " ".join(sorted(said)))
