"""Makes the Flask application out of its rooms and its safety rules."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask

from hub.web import aloud, assets, control, learner, media, safety, teacher
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
    app.jinja_env.globals["sound_at"] = aloud.address
    learner.add_pages(app)
    teacher.add_pages(app)
    for room in (media, aloud, control):
        app.register_blueprint(room.pages)
    return app
