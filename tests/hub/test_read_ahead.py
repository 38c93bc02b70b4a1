"""Pages are compiled before anybody waits for them, and not after the hub was stopped."""

from __future__ import annotations

import threading

from hub.app import Hub
from hub.web.factory import create_app, read_ahead


def test_every_page_is_compiled_before_it_is_asked_for(hub: Hub) -> None:
    app = create_app(hub.parts, threading.Event())

    read_ahead(app, threading.Event(), after_s=0)

    compiled = {name for _loader, name in app.jinja_env.cache or ()}
    assert compiled == set(app.jinja_env.list_templates())
    assert {"learner/lesson.html", "teacher/live.html"} <= compiled


def test_a_hub_that_stops_at_once_compiles_nothing(hub: Hub) -> None:
    app, is_over = create_app(hub.parts, threading.Event()), threading.Event()
    is_over.set()

    read_ahead(app, is_over)

    assert not app.jinja_env.cache
