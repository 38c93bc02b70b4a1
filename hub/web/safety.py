"""Safety rules for every page: who may ask, from where, and what a page may load."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from hub.errors import RosterError
from hub.roster.devices import Device
from hub.roster.people import Class, Learner
from hub.web.parts import parts
from hub.web.render import BARE, problem_page

DEVICE_COOKIE = "mangotree_device"
Given = ParamSpec("Given")
Result = TypeVar("Result", bound=ResponseReturnValue)

# Pages load only what the hub serves; sockets may go to the broker's port on the same host.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def protect(app: Flask) -> None:
    """Puts the rules in force for all of `app`."""
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        if not _is_own_host(request.host):
            abort(400, "This address is not the hub's.")
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

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        return problem_page("This page was open for too long. Go back and try again.", 400)

    @app.errorhandler(HTTPException)
    def problem(error: HTTPException) -> ResponseReturnValue:
        return problem_page(str(error.description), error.code or 500)


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
    """Only for paired devices; `g.device` is the one that asks."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        found = device()
        if found is None:
            if request.is_json or request.headers.get("Authorization"):
                return {"error": "This device is not paired with the hub."}, 401
            return redirect(url_for("tablet.home"))
        g.device = found
        return view(*args, **kwargs)

    return guarded


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


def needs_teacher(view: Callable[Given, Result]) -> Callable[Given, ResponseReturnValue]:
    """Only for a signed-in teacher with a password of their own."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        if not session.get("teacher"):
            return redirect(url_for("teacher.sign_in"))
        if session.get("must_choose") and request.endpoint != "teacher.password":
            return redirect(url_for("teacher.password"))
        return view(*args, **kwargs)

    return guarded


def needs_control(view: Callable[Given, Result]) -> Callable[Given, ResponseReturnValue]:
    """Only for programs on this machine that can read the hub's own folder."""

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), parts().control_token.encode()):
            return {"error": "Only the hub's own machine may do this."}, 403
        return view(*args, **kwargs)

    return guarded


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


def class_or_404(class_id: int) -> Class:
    """That class; a page that says so where this hub has none of that number."""
    found = parts().people.classes.get(class_id)
    if found is None:
        abort(404, "There is no such class on this hub.")
    return found


def learner_or_404(learner_id: int) -> Learner:
    """That learner; a page that says so where this hub has none of that number."""
    try:
        return parts().people.learner(learner_id)
    except RosterError:
        abort(404, "There is no such learner on this hub.")


def content_policy(port: str = "") -> str:
    """What a page may load. `port` "*" allows sockets to any port of this host: for a page
    that is kept for longer than the broker keeps its port.
    """
    host = request.host.rsplit(":", 1)[0]
    mqtt = parts().mqtt
    port = port or str(mqtt.websocket_port or "" if mqtt else "")
    socket = f" ws://{host}:{port}" if port else ""
    return (
        f"default-src 'self'; connect-src 'self'{socket}; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
