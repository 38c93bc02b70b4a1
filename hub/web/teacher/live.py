"""Pushes to a phone only what changed since the last push: a row, a number, the banner."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import cast

import msgspec
from flask import current_app, render_template, stream_with_context

from hub.web.parts import Parts
from hub.web.teacher.hands import raised
from hub.web.teacher.rest import resters
from hub.web.teacher.views import Row, class_rows, tally
from hub.web.tongue import tag

#: Faster than this nobody reads; slower and a raised hand waits.
PUSH_EVERY_S = 0.5
#: A silent connection is closed by some routers; also how soon "quiet" shows.
BEAT_S = 10.0


def stream(parts: Parts, class_id: int) -> Iterator[str]:
    """Server-sent events: `event: class`, data `{rows: {id: html}, top: html}`."""
    is_over = cast(threading.Event, current_app.extensions["mangotree-over"])

    def events() -> Iterator[str]:
        shown: dict[int, Row] = {}
        version, top = -1, ""
        while not is_over.is_set():
            version = parts.progress.wait(version, BEAT_S)
            rows = class_rows(parts, class_id, tag())
            now = {row.learner.id: row for row in rows}
            fresh = [row for row in rows if shown.get(row.learner.id) != row]
            new_top = _top(parts, class_id, rows)
            yield _event(fresh, new_top if new_top != top else "")
            shown, top = now, new_top
            is_over.wait(PUSH_EVERY_S)

    return cast(Iterator[str], stream_with_context(events()))


def _top(parts: Parts, class_id: int, rows: list[Row]) -> str:
    return render_template(
        "teacher/_top.html",
        shown=parts.people.classes[class_id],
        tally=tally(rows),
        state=parts.classroom.rooms[class_id].state,
        trouble=parts.writer.trouble,
        hands=raised(parts, class_id, tag()),
        resters=resters(parts, class_id),
    )


def _event(rows: list[Row], top: str) -> str:
    if not rows and not top:
        return ": here\n\n"
    html = {str(row.learner.id): render_template("teacher/_row.html", row=row) for row in rows}
    data = msgspec.json.encode({"rows": html, "top": top}).decode()
    return f"event: class\ndata: {data}\n\n"
