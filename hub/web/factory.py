"""Makes the Flask application out of its rooms and its safety rules."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask

from hub.web import (
    ahead,
    aloud,
    asides,
    assets,
    codes,
    control,
    garden,
    hands,
    items,
    lesson,
    media,
    quiz,
    rest,
    safety,
    sign_in,
    tablet,
    teacher,
)
from hub.web.parts import Parts


def create_app(parts: Parts, is_over: threading.Event) -> Flask:
    """The pages for `parts`; live pages end when `is_over` is set."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=parts.cookie_key,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["mangotree"] = parts
    app.extensions["mangotree-over"] = is_over
    safety.protect(app)
    assets.add_assets(app)
    app.jinja_env.globals.update(items.page_words(media.address), sound_at=aloud.address)
    app.jinja_env.globals["waiting"] = codes.waiting
    app.jinja_env.globals["quiz_line"] = quiz.line
    learners = (tablet, sign_in, lesson, asides, ahead, media, aloud, garden)
    rooms = (*learners, teacher, hands, rest, codes, quiz, control)
    for pages in (room.pages for room in rooms):
        app.register_blueprint(pages)
    return app
