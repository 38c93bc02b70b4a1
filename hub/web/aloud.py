"""Serves the hub's own voice: the text comes from the pack, never from who asks."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, abort, request, url_for

from devices.messages import MAX_INTEGER
from hub.lesson.room import Room
from hub.speech.narrator import FORM, Silent
from hub.web import media
from hub.web.assets import YEAR_S
from hub.web.parts import parts
from hub.web.passages import Passage, text
from hub.web.safety import device, for_anyone
from models.domain.carried import Recording
from models.domain.faults import PackFault
from models.domain.pack import Pack

pages = Blueprint("aloud", __name__, url_prefix="/aloud")

Sound = Recording | Passage


def address(sound: Sound | None) -> str:
    """Where `sound` is heard; empty where nothing can be."""
    if sound is None:
        return ""
    if isinstance(sound, Recording):
        return media.address(sound)
    if not parts().narrator.can_say(sound.tag):
        return ""
    fields = {key: str(value) for key, value in _fields(sound).items() if value}
    return f"{url_for('aloud.one', seal=_seal(sound))}?{urlencode(fields)}"


@pages.get("/<seal>.wav")
@for_anyone
def one(seal: str) -> Response:
    """The sound of one text that this hub has shown to the asking tablet's class.

    Without the seal of a page nothing is said: nobody hears an answer before it is told, and
    nobody makes the hub say ten thousand things.
    """
    asking = device()
    if asking is None:
        abort(403, "Only the tablets of a class hear this.")
    passage = _passage(asking.class_id)
    if passage is None or not _is_ours(seal, passage):
        abort(404, "There is no such text on this hub. Load the page again.")
    if wait_ms := parts().listening.take(asking.id):
        return _later(429, wait_ms / 1000)
    response = Response(mimetype="audio/wav")
    response.set_etag(seal)
    response.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    if request.if_none_match.contains(seal):
        response.make_conditional(request.environ)
        return response
    try:
        sound = parts().narrator.say(_text(passage), passage.tag)
    except Silent as silent:
        return _later(503, silent.retry_s)
    response.set_data(sound)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=len(sound))
    return response


def _fields(passage: Passage) -> dict[str, str | int]:
    """What the address says of the text; the class is the tablet's own."""
    fields: dict[str, str | int] = msgspec.structs.asdict(passage)
    del fields["class_id"]
    return fields


def _passage(class_id: int) -> Passage | None:
    args = request.args
    try:
        seed, step = int(args.get("seed", 0)), int(args.get("step", 0))
        return Passage(
            class_id,
            tag=args["tag"],
            item=args["item"],
            # What no page can name is as good as anything else that has no seal.
            seed=max(-1, min(seed, MAX_INTEGER)),
            step=max(-1, min(step, MAX_INTEGER)),
            part=args["part"],
        )
    except (LookupError, ValueError):
        return None


def _is_ours(seal: str, passage: Passage) -> bool:
    return hmac.compare_digest(seal.encode(), _seal(passage).encode())


def _seal(passage: Passage) -> str:
    """Only who has the hub's key can make one; it changes with the voice, too."""
    told = msgspec.json.encode((FORM, passage))
    key = f"aloud {parts().cookie_key}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:20]


def _text(passage: Passage) -> str:
    try:
        return text(_pack(parts().classroom.rooms[passage.class_id], passage), passage)
    except (LookupError, ValueError, PackFault):
        abort(404, "The class has other lessons now. Load the page again.")


def _pack(room: Room, passage: Passage) -> Pack:
    with parts().classroom.lock:
        return room.line.of(passage.seed) or room.pack


def _later(status: int, retry_s: float | None) -> Response:
    response = Response("This cannot be heard now.", status, mimetype="text/plain")
    if retry_s is not None:
        response.headers["Retry-After"] = str(max(1, round(retry_s)))
    return response
