"""Pages for what did not work: what happened, what it means, what to do, in the reader's words.

Their words stand under `trouble.KIND` for teachers and `page.trouble_KIND` for learners, each
with `_means` and `_do`. What the web server or Python says of an error is never shown.
"""

from __future__ import annotations

import sqlite3

from flask import Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, default_exceptions

from hub.errors import StoreError
from hub.insight.words import say
from hub.insight.words.teacher import LAST_RESORT
from hub.web import tongue
from hub.web.parts import parts
from hub.web.safety import device, signed_in, teacher_here
from hub.web.trouble import Trouble, typed

#: What an answer with this status is told as; any other as `bad`, or from 500 on as `broken`.
KINDS = {
    403: "forbidden",
    404: "missing",
    405: "way",
    413: "large",
    429: "often",
    503: "disk",
}
#: Those that may come in the middle of a form that was read: what was typed stands on the page.
MID_FORM = frozenset({"stale", "ended", "tablet", "bad", "often", "disk", "broken"})
_SERVER = 500
#: What the web server says where the hub says nothing of its own.
_NOT_OURS = {one.description for one in default_exceptions.values()}


def add_problems(app: Flask) -> None:
    """Puts the pages in force for all of `app`."""

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        return problem_page("stale", 400)

    @app.errorhandler(Trouble)
    def trouble(error: Trouble) -> ResponseReturnValue:
        return problem_page(error.kind, error.code or _SERVER)

    @app.errorhandler(StoreError)
    def disk(error: StoreError) -> ResponseReturnValue:
        return problem_page("disk", 503, str(error))

    @app.errorhandler(HTTPException)
    def problem(error: HTTPException) -> ResponseReturnValue:
        status = error.code or _SERVER
        kind = KINDS.get(status, "broken" if status >= _SERVER else "bad")
        sentence = str(error.description or "")
        return problem_page(kind, status, "" if sentence in _NOT_OURS else sentence)


def problem_page(kind: str, status: int, sentence: str = "") -> ResponseReturnValue:
    """The page for one of the kinds, or JSON for a program; `sentence` is the hub's own and
    says more exactly what happened.
    """
    if request.is_json:
        return {"error": sentence or say(LAST_RESORT, f"trouble.{kind}")}, status
    written = typed() if request.method == "POST" and kind in MID_FORM else ()
    shown = {"kind": kind, "sentence": sentence, "written": written}
    if _is_teachers():
        return render_template("teacher/problem.html", **shown, to=_way_on(kind)), status
    return render_template("problem.html", **shown, tag=learners_tag()), status


def learners_tag() -> str:
    """The language of a learner's page where nobody may sit: the child's, the class's, or as
    on the teacher's phone where the tablet is of no class.
    """
    found = device()
    if found is None:
        return _spoken()
    # No view may have asked for it yet, and who sits here is asked of it.
    g.device = found
    learner = signed_in()
    return parts().classroom.rooms[found.class_id].language(learner.id if learner else 0)


def _is_teachers() -> bool:
    is_theirs = request.path == "/teacher" or request.path.startswith("/teacher/")
    if not is_theirs and (device() is not None or teacher_here() is None):
        return False
    _spoken()
    return True


def _spoken() -> str:
    """The language of teachers' pages, also where the disk that tells it is what failed."""
    try:
        return tongue.tag()
    except sqlite3.Error:
        g.tongue = LAST_RESORT
        return LAST_RESORT


def _way_on(kind: str) -> tuple[str, str]:
    """Where the page leads: an address, and the key of its words."""
    if kind == "ended" or teacher_here() is None:
        return url_for("teacher.sign_in"), "sign_in.enter"
    return url_for("teacher.live_class"), "menu.to_class"
