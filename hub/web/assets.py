"""Serves the pages' own files under a name made of what they hold, to be kept for good."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from hub.web.safety import for_anyone

pages = Blueprint("assets", __name__, url_prefix="/assets")

YEAR_S = 365 * 24 * 3600
#: The tablet's own scripts travel as one file: behind a busy access point each further
#: request of thirty tablets that start at once costs more than its bytes. Order matters.
TABLET_SCRIPTS = (
    "store.js", "outbox.js", "post.js", "link.js", "battery.js", "delivery.js", "fields.js",
    "listen.js", "desk.js", "help.js", "pictures.js", "road.js", "open.js", "lesson.js",
    "break.js", "code.js", "kept.js", "quiz.js", "heard.js", "pages.js", "start.js",
)  # fmt: skip
#: What a browser keeps of a learner's page besides them.
KEPT_TEMPLATES = ("learner/here.html", "learner/_tablet.html", "learner/_scripts.html")
#: How mathematics is drawn: one sheet for the learners' pages and the teacher's.
MATHS = "maths.css"
#: The drawings of picture codes, for both, too.
DRAWINGS = "drawings.css"
TABLET_SHEETS = (
    "tablet.css", MATHS, "items.css", "asides.css", DRAWINGS, "code.css", "quiz.css",
    "break.css",
)  # fmt: skip
TEACHER_SHEETS = ("teacher.css", "live.css", "health.css", "account.css", "word.css")
#: A comment that begins its line; nothing of ours stands behind one.
_BLOCK = re.compile(rb"^\s*/\*.*?\*/[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent, plain and packed; `version` changes with its bytes."""

    body: bytes
    packed: bytes
    mimetype: str
    version: str


def add_assets(app: Flask) -> None:
    """Reads all files once, and gives templates `asset(name)` for their addresses."""
    app.extensions["mangotree-assets"] = load_assets()
    app.register_blueprint(pages)
    app.jinja_env.globals["asset"] = asset_url
    app.jinja_env.globals["page_version"] = page_version
    app.extensions["mangotree-page-version"] = _version_of_pages(_loaded(app))


def load_assets() -> dict[str, Asset]:
    """Every file that a page may ask for, by name."""
    tablet, teacher = files("devices.tablet"), files("hub.web").joinpath("static")
    scripts = [_read(tablet, name) for name in TABLET_SCRIPTS]
    return {
        "tablet.css": _asset(
            b"\n".join(_lean(_read(tablet, name)) for name in TABLET_SHEETS), "text/css"
        ),
        "tablet.js": _asset(b"\n".join(map(_lean, scripts)), "text/javascript"),
        "mqtt.js": _asset(_read(tablet, "vendor/paho-mqtt-min.js"), "text/javascript"),
        "teacher.css": _asset(
            b"\n".join(
                [
                    *(_read(teacher, name) for name in TEACHER_SHEETS),
                    *(_read(tablet, name) for name in (MATHS, DRAWINGS)),
                ]
            ),
            "text/css",
        ),
        "first.css": _asset(_read(teacher, "first.css"), "text/css"),
        **{
            name: _asset(_read(teacher, name), "text/javascript")
            for name in ("live.js", "hub.js", "again.js", "print.js")
        },
    }


def asset_url(name: str) -> str:
    """Where the present version of `name` is served."""
    return url_for("assets.one", version=_assets()[name].version, name=name)


def page_version() -> str:
    """The version of all that a tablet keeps of its pages: another one is taken up anew."""
    return str(current_app.extensions["mangotree-page-version"])


@pages.get("/<version>/<name>")
@for_anyone
def one(version: str, name: str) -> Response:
    """One file; a version that is not this hub's is not there, rather than another one."""
    found = _assets().get(name)
    if found is None or found.version != version:
        abort(404, "There is no such file on this hub. Load the page again.")
    is_packed = request.accept_encodings["gzip"] > 0
    response = Response(found.packed if is_packed else found.body, mimetype=found.mimetype)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    return response


def _assets() -> dict[str, Asset]:
    return _loaded(current_app)


def _loaded(app: Flask) -> dict[str, Asset]:
    found: dict[str, Asset] = app.extensions["mangotree-assets"]
    return found


def _version_of_pages(assets: dict[str, Asset]) -> str:
    templates = files("hub.web").joinpath("templates")
    sources = [_read(templates, name) for name in KEPT_TEMPLATES]
    versions = [
        assets[name].version.encode() for name in ("tablet.css", "tablet.js", "mqtt.js")
    ]
    return hashlib.sha256(b"\n".join([*versions, *sources])).hexdigest()[:12]


def _read(folder: Traversable, name: str) -> bytes:
    return folder.joinpath(name).read_bytes()


def _lean(source: bytes) -> bytes:
    """A script or sheet of ours without whole-line comments and indents.

    A third of what a tablet's first visit weighs is written for those who read the source.
    """
    lines = (line.strip() for line in _BLOCK.sub(b"", source).splitlines())
    return b"\n".join(line for line in lines if line and not line.startswith(b"//"))


def _asset(body: bytes, mimetype: str) -> Asset:
    version = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, gzip.compress(body, mtime=0), mimetype, version)
