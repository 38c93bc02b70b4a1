"""Serves the pictures and recordings of packs, under addresses that change with their bytes."""

from __future__ import annotations

import gzip

from flask import Blueprint, Response, abort, request, url_for

from hub.web.assets import YEAR_S
from hub.web.parts import parts
from hub.web.safety import device, for_anyone, own_classes, teacher_here
from models.domain.carried import FOLDER, Image, MediaFile, Recording
from models.domain.pack import Pack

pages = Blueprint("media", __name__, url_prefix=f"/{FOLDER}")

#: A drawing runs nothing, also where somebody opens it by itself.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def address(shown: Image | Recording) -> str:
    """Where `shown` is served, for as long as its bytes are these."""
    name = shown.file.removeprefix(f"{FOLDER}/")
    return url_for("media.one", version=shown.version, name=name)


@pages.get("/<version>/<path:name>")
@for_anyone
def one(version: str, name: str) -> Response:
    """One file of a pack that the asking tablet's class works with; a teacher sees all."""
    found = _found(f"{FOLDER}/{name}", version)
    if found is None:
        abort(404, "There is no such picture or recording on this hub. Load the page again.")
    body = found.read()
    response = Response(body, mimetype=found.mimetype)
    response.set_etag(found.version)
    # For this browser alone: what stands between must not give it to who may not see it.
    response.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    response.headers["Content-Security-Policy"] = _POLICY
    if found.mimetype == "image/svg+xml":
        return _packed(response, body)
    # Safari plays no sound of a server that cannot give it in parts.
    response.make_conditional(request.environ, accept_ranges=True, complete_length=len(body))
    return response


def _found(name: str, version: str) -> MediaFile | None:
    """The file in one of the packs that the asking one may see, by the packs' own names."""
    for pack in _packs():
        found = pack.media.get(name)
        if found is not None and found.version == version:
            return found
    return None


def _packs() -> list[Pack]:
    rooms = parts().classroom.rooms
    asking = device()
    if asking is not None:
        return [rooms[asking.class_id].pack]
    teacher = teacher_here()
    if teacher is None or not teacher.may("watch"):
        abort(403, "Only the tablets of a class and its teacher see this.")
    return [rooms[one.id].pack for one in own_classes()]


def _packed(response: Response, body: bytes) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(body, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
