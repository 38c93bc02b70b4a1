"""Makes the Flask application out of its rooms and its safety rules."""

from __future__ import annotations

import threading

from flask import Flask

from hub.web import (
    aloud,
    assets,
    control,
    learner,
    media,
    problems,
    rosters,
    safety,
    teacher,
)
from hub.web.parts import Parts
from hub.web.requests import Request, WholeNumber

#: More than any form or answer has; only lists of learners may be longer.
LARGEST_FORM = 256 * 1024
#: A hub that has just started serves its first page first, and then reads the others ahead.
READS_AHEAD_S = 2.0


def create_app(parts: Parts, is_over: threading.Event) -> Flask:
    """The pages for `parts`; live pages end when `is_over` is set."""
    app = Flask(__name__, static_folder=None)
    app.request_class = Request
    app.url_map.converters["int"] = WholeNumber
    app.config.update(
        SECRET_KEY=parts.cookie_key,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["mangotree"] = parts
    app.extensions["mangotree-over"] = is_over
    safety.protect(app)
    problems.add_problems(app)
    assets.add_assets(app)
    app.jinja_env.globals["sound_at"] = aloud.address
    learner.add_pages(app)
    teacher.add_pages(app)
    for room in (media, aloud, control, rosters):
        app.register_blueprint(room.pages)
    safety.check_declared(app)
    return app


def read_ahead(app: Flask, is_over: threading.Event, *, after_s: float = READS_AHEAD_S) -> None:
    """Compiles the pages of `app`, learners' first, unless `is_over` is set before.

    Half a second of a fast core, on a Raspberry Pi seconds: whoever opened a page for the
    first time since the hub's start waited for it, and forty children who sign in together
    waited together.
    """
    if is_over.wait(after_s):
        return
    for name in app.jinja_env.list_templates():
        if is_over.is_set():
            return
        app.jinja_env.get_template(name)
