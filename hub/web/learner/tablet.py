"""The learner's first pages: pair the tablet, show the class's cards."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from hub.roster.devices import Device
from hub.roster.people import Learner
from hub.web.assets import page_version
from hub.web.learner.desk import script_words
from hub.web.learner.pairing import join_page, pair_device
from hub.web.learner.turns import here as who_is_here
from hub.web.parts import parts
from hub.web.render import as_json, packed
from hub.web.safety import (
    DEVICE_COOKIE,
    content_policy,
    device,
    for_anyone,
    given_secret,
    needs_device,
    this_device,
)

pages = Blueprint("tablet", __name__)
Answered = TypeVar("Answered", bound=BaseResponse)

YEAR_S = 365 * 24 * 3600


@pages.get("/")
@for_anyone
def home() -> ResponseReturnValue:
    """The class's cards, or on a tablet that is not paired the question for the code."""
    found = device()
    if found is None:
        return join_page("")
    cards = cards_page(found, parts().people.in_class(found.class_id))
    return known_by(cards, given_secret())


def cards_page(
    found: Device, learners: list[Learner], *, own: dict[str, Any] | None = None
) -> Response:
    """Cards to tap: of those who want the tablet, or to sit down beside the child to whom `own`
    leads back.
    """
    tag = parts().classroom.rooms[found.class_id].language(0)
    # Packed, though a token stands in it: nothing that an address or a form gives is shown.
    return packed(
        render_template(
            "learner/cards.html",
            cards=learners,
            is_friend=own is not None,
            own=own or {},
            here=who_is_here(found),
            hub=parts().settings.hub_name,
            tag=tag,
            script_words=script_words(tag),
        )
    )


@pages.get("/here")
@for_anyone
def here() -> ResponseReturnValue:
    """The learner's page as every browser keeps it, the same bytes for all: opened while the
    hub is off, it shows what the tablet itself holds. It is asked for anew when the version
    that the hub names has changed, and at the latest after a year. Of a page without an ETag
    a reload that found no hub would leave nothing behind (Chromium 156).
    """
    response = packed(render_template("learner/here.html", hub=parts().settings.hub_name))
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}"
    response.headers["Content-Security-Policy"] = content_policy("*")
    response.add_etag()
    return response.make_conditional(request)


@pages.get("/join/<code>")
@for_anyone
def join_link(code: str) -> ResponseReturnValue:
    """Where the QR code leads; pairing itself waits for a tap."""
    return join_page(code[:12])


@pages.post("/join")
@for_anyone
def join() -> ResponseReturnValue:
    """Pairs this device with the class whose code it gives.

    A program is told the broker's address, so it comes back when the broker is open.
    """
    if request.is_json and parts().mqtt is None:
        starting = {"error": "The hub is starting. Try again in a moment."}
        return starting, 503, {"Retry-After": "1"}
    found, secret, refusal = pair_device()
    if refusal is not None or found is None:
        return refusal or ("", 400)
    if request.is_json:
        return _device_json(found.id, found.class_id, secret)
    return known_by(redirect(url_for("tablet.home")), secret)


@pages.get("/learn/device")
@needs_device
def device_facts() -> ResponseReturnValue:
    """What the page's own script needs to reach the broker as this device."""
    found, secret = this_device(), given_secret()
    return known_by(as_json(_device_json(found.id, found.class_id, secret)), secret)


@pages.get("/learn/cards")
@needs_device
def cards() -> ResponseReturnValue:
    """The class's learners, for a device that draws its own cards."""
    learners = parts().people.in_class(this_device().class_id)
    fields = [{"learner": one.id, "name": one.name, "picture": one.picture} for one in learners]
    return {"cards": fields}


def known_by(response: Answered, secret: str) -> Answered:
    """`response` with the cookie that the hub knows the tablet by, good for a year from now."""
    response.set_cookie(
        DEVICE_COOKIE, secret, max_age=YEAR_S, httponly=True, samesite="Lax", path="/"
    )
    return response


def _device_json(device_id: int, class_id: int, secret: str) -> dict[str, object]:
    mqtt = parts().mqtt
    door = None
    if mqtt is not None:
        door = {
            "port": mqtt.port,
            "websocket_port": mqtt.websocket_port,
            "version": mqtt.version,
        }
    return {
        "device": device_id,
        "class": class_id,
        "secret": secret,
        "token": secret,
        "mqtt": door,
        "version": page_version(),
    }
