"""Small pieces that several pages share: packed replies and QR codes."""

from __future__ import annotations

import gzip
import io

import msgspec
import segno
from flask import Response, request
from markupsafe import Markup

#: What a browser shows as it stands, and makes no page of.
BARE = "text/plain"


def qr_svg(text: str) -> Markup:
    """`text` as a QR code to put into a page."""
    out = io.BytesIO()
    code = segno.make(text, error="m")
    code.save(out, kind="svg", scale=6, border=2, xmldecl=False, svgns=False, omitsize=True)
    return Markup(out.getvalue().decode())  # noqa: S704  (made by segno from our own address)


def as_json(fields: dict[str, object]) -> Response:
    """`fields`, messages among them, as the body of a reply."""
    return Response(msgspec.json.encode(fields), mimetype="application/json")


def packed(text: str) -> Response:
    """A page's text, packed where the browser takes it: thirty tablets share one radio.

    Only for addresses that another site cannot ask for: where a form's token stands beside
    words that strangers choose, the packed length would give it away letter by letter (BREACH,
    2013). Here the address itself holds the learner's session, or the page shows nothing that
    came with the request.
    """
    return _packed(Response(text, mimetype="text/html"))


def piece(text: str) -> Response:
    """A piece of a page, packed, for a script that puts it in: by itself it is text.

    Every question brings one, so its head is short: a text loads, sends and runs nothing.
    """
    response = packed(text)
    response.mimetype = BARE
    # Nobody keeps it, so none but who asked needs to know how it was packed.
    del response.headers["Vary"]
    return response


def packed_json(fields: dict[str, object]) -> Response:
    """`fields` as JSON, packed like a page's text, and for the same addresses only."""
    return _packed(as_json(fields))


def _packed(response: Response) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
