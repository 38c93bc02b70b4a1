"""Safety rules for every page: who may ask, from where, and what a page may load."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from hub.errors import RosterError, WebError
from hub.roster.devices import Device
from hub.roster.people import Class, Learner
from hub.roster.roles import OF_A_CLASS, Duty
from hub.roster.teacher import Teacher
from hub.store.acting import acting
from hub.web.parts import parts
from hub.web.render import BARE
from hub.web.sessions import ClocklessSessions
from hub.web.trouble import Trouble, has_answer

DEVICE_COOKIE = "mangotree_device"
TEACHER_COOKIE = "mangotree_teacher"
#: Where each one starts: the class, or for who may see none the machine, or the own account.
_HOMES: tuple[tuple[Duty, str], ...] = (
    ("watch", "teacher.live_class"),
    ("hub", "hub_check.overview"),
    ("account", "teacher.password"),
)
#: The parts of an address that say which class it is about.
_SAYS_CLASS = frozenset({"class_id", "learner_id", "device_id"})
Given = ParamSpec("Given")
Result = TypeVar("Result", bound=ResponseReturnValue)

# Pages load only what the hub serves; sockets may go to the broker's port on the same host.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" browsers send forms with "Origin: null", which tells nothing.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def protect(app: Flask) -> None:
    """Puts the rules in force for all of `app`."""
    app.session_interface = ClocklessSessions()
    app.jinja_env.globals.update(i_may=i_may, teacher_here=teacher_here)
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        if not _is_own_host(request.host):
            raise Trouble("address", 400)
        if request.method not in {"GET", "HEAD"} and not _is_own_origin():
            raise Trouble("other_site", 400)
        # A foreign page cannot send JSON here without asking first, and is never allowed.
        if request.method == "POST" and not request.is_json:
            csrf.protect()

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        if response.mimetype == BARE:
            response.headers["X-Content-Type-Options"] = "nosniff"
            return response
        response.headers.update(_HEADERS)
        response.headers.setdefault("Content-Security-Policy", content_policy())
        return response


def check_declared(app: Flask) -> None:
    """Raises WebError for a route that does not say who may come there.

    A teacher's route about one class must say in its address which: only so can it be checked.
    """
    for rule in app.url_map.iter_rules():
        need = getattr(app.view_functions[rule.endpoint], "needs", None)
        if need is None:
            raise WebError(
                f"The page {rule.rule} does not say who may see it. Mark its function with "
                "may(...), needs_device, needs_control or for_anyone."
            )
        if need in OF_A_CLASS and rule.arguments and not rule.arguments & _SAYS_CLASS:
            raise WebError(f"The address {rule.rule} does not say which class it is about.")


def for_anyone(view: Callable[Given, Result]) -> Callable[Given, Result]:
    """A page for whoever reaches the hub; it looks itself at who asks, where that matters."""
    return _declared(view, "anyone")


def device() -> Device | None:
    """The paired device that asks: by its bearer secret, or by its cookie."""
    secret = given_secret()
    return parts().devices.by_secret(secret) if secret else None


def given_secret() -> str:
    """What the one who asks says that it is known by; empty for nothing."""
    header = request.headers.get("Authorization", "")
    secret = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
    return secret or request.cookies.get(DEVICE_COOKIE, "")


def needs_device(view: Callable[Given, Result]) -> Callable[Given, ResponseReturnValue]:
    """Only for paired devices; `g.device` is the one that asks.

    Any other is led to the start, but not with an answer in its hands: that would be lost
    without a word.
    """

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        found = device()
        if found is None:
            if request.is_json or request.headers.get("Authorization"):
                return {"error": "This device is not paired with the hub."}, 401
            if request.method == "POST" and has_answer():
                raise Trouble("tablet", 403)
            return redirect(url_for("tablet.home"))
        g.device = found
        return view(*args, **kwargs)

    return _declared(guarded, "device")


def this_device() -> Device:
    """The device that `needs_device` found."""
    return cast(Device, g.device)


def learner_here(learner_id: int) -> Learner:
    """The learner, who must be of this tablet's class; RosterError for anyone else."""
    learner = parts().people.learner(learner_id)
    if learner.class_id != this_device().class_id or learner.presence != "here":
        raise RosterError("This learner is in another class, or has left.")
    return learner


def signed_in() -> Learner | None:
    """The child who sits at this tablet; of two or three the one whose turn it is."""
    try:
        return learner_here(parts().door.seats.at(this_device().id).turn)
    except RosterError:
        return None


def may(
    duty: Duty,
) -> Callable[[Callable[Given, Result]], Callable[Given, ResponseReturnValue]]:
    """Only for a signed-in teacher whose role has this duty, in a class of their own.

    The class is the one that the address names, itself or by a learner or a device. What the
    view does is logged as this teacher's deed, and answered once the disk has it; where the
    disk refuses, the page that follows says so. Who is not signed in is led to the sign-in,
    but told where a form comes: it was not taken.
    """

    def guard(view: Callable[Given, Result]) -> Callable[Given, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            asking = teacher_here()
            if asking is None:
                if request.method == "POST":
                    raise Trouble("ended", 403)
                return redirect(url_for("teacher.sign_in"))
            if not asking.may(duty):
                if request.endpoint == _HOMES[0][1]:
                    return redirect(home_of(asking))
                abort(403, "Your account may not do this.")
            _check_class(kwargs)
            with acting(asking.id):
                made = view(*args, **kwargs)
            if request.method == "POST":
                # What the teacher is told now outlives the next power cut.
                parts().writer.settle()
            return made

        return _declared(guarded, duty)

    return guard


def teacher_here() -> Teacher | None:
    """The teacher who asks; None for anybody else."""
    if "teacher" not in g:
        door = parts().teacher_door
        found = door.sessions.teacher_of(request.cookies.get(TEACHER_COOKIE, ""))
        teacher = None if found is None else door.teachers.of(found)
        g.teacher = None if teacher is None or teacher.is_removed else teacher
    return cast("Teacher | None", g.teacher)


def home_of(teacher: Teacher) -> str:
    """Where this teacher starts."""
    known = current_app.view_functions
    return url_for(next(page for duty, page in _HOMES if page in known and teacher.may(duty)))


def this_teacher() -> Teacher:
    """The teacher that `may` let in."""
    return cast(Teacher, g.teacher)


def while_allowed(class_id: int, events: Iterator[str]) -> Iterator[str]:
    """`events` of a class for as long as who asked is signed in and may watch it.

    A page that stays open asks only once: without this it would go on for a teacher who was
    removed.
    """
    door, teacher_id = parts().teacher_door, this_teacher().id
    token = request.cookies.get(TEACHER_COOKIE, "")

    def is_allowed() -> bool:
        is_theirs = door.teachers.of(teacher_id).may_in("watch", class_id)
        return is_theirs and door.sessions.is_open(token)

    def theirs() -> Iterator[str]:
        for event in events:
            if not is_allowed():
                return
            yield event

    return theirs()


def i_may(duty: Duty, class_id: int = 0) -> bool:
    """Whether the teacher who asks may do this, in that class where one is named: for what a
    page offers. Routes look for themselves.
    """
    found = teacher_here()
    return found is not None and (found.may_in(duty, class_id) if class_id else found.may(duty))


def own_classes() -> list[Class]:
    """The classes of the teacher who asks."""
    mine = this_teacher()
    return [one for one in list(parts().people.classes.values()) if mine.reaches(one.id)]


def needs_control(view: Callable[Given, Result]) -> Callable[Given, ResponseReturnValue]:
    """Only for programs on this machine that can read the hub's own folder."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), parts().control_token.encode()):
            return {"error": "Only the hub's own machine may do this."}, 403
        return view(*args, **kwargs)

    return _declared(guarded, "control")


def _is_own_host(host: str) -> bool:
    """Own names and plain addresses only: a page elsewhere cannot make its name mean us."""
    name = host.rsplit(":", 1)[0].strip("[]").lower() if host else ""
    if name == "localhost" or name.endswith(".local"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_own_origin() -> bool:
    """Whether a form or a message comes from a page of this hub, as far as the browser says.

    "null" comes from pages that were kept under an earlier rule: forms still bring their token.
    """
    origin = request.headers.get("Origin")
    if origin == "null":
        return not request.is_json
    return origin is None or urlsplit(origin).netloc == request.host


def _check_class(named: dict[str, Any]) -> None:
    """A page that says so where the address names a class of somebody else, or none."""
    if "class_id" in named:
        class_or_404(named["class_id"])
    if "learner_id" in named:
        learner_or_404(named["learner_id"])
    if "device_id" in named:
        found = parts().devices.all.get(named["device_id"])
        if found is None or not this_teacher().reaches(found.class_id):
            abort(404, "There is no such tablet on this hub.")


def class_or_404(class_id: int) -> Class:
    """That class; a page that says so where the asking teacher has none of that number."""
    found = parts().people.classes.get(class_id)
    if found is None or not this_teacher().reaches(class_id):
        abort(404, "There is no such class on this hub.")
    return found


def learner_or_404(learner_id: int) -> Learner:
    """That learner; a page that says so where the asking teacher has none of that number."""
    found = parts().people.learners.get(learner_id)
    # Who is gone was taken in by mistake, and has no name any more.
    if found is None or found.presence == "gone" or not this_teacher().reaches(found.class_id):
        abort(404, "There is no such learner on this hub.")
    return found


def _declared(view: Callable[Given, Result], need: str) -> Callable[Given, Result]:
    """`view` with a word on who may come, which `check_declared` looks for."""
    cast(Any, view).needs = need
    return view


def content_policy(port: str = "") -> str:
    """What a page may load. `port` "*" allows sockets to any port of this host: for a page
    that is kept for longer than the broker keeps its port, or comes before the broker is open.
    """
    host = request.host.rsplit(":", 1)[0]
    mqtt = parts().mqtt
    port = port or ("*" if mqtt is None else str(mqtt.websocket_port or ""))
    socket = f" ws://{host}:{port}" if port else ""
    return (
        f"default-src 'self'; connect-src 'self'{socket}; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
