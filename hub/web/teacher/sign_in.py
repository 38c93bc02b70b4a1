"""How teachers come in: a password, or a code and then a password of their own; and out."""

from __future__ import annotations

import math

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hub.errors import NotAllowed, RosterError
from hub.roster.teacher import Teacher
from hub.roster.teacher_door import SHORTEST_PASSWORD, From, Opened
from hub.roster.teacher_sessions import LONGEST_S
from hub.web import tongue
from hub.web.parts import parts
from hub.web.safety import TEACHER_COOKIE, for_anyone, home_of, may, this_teacher

pages = Blueprint("teacher", __name__, url_prefix="/teacher")

#: Carries the mark by which a browser is known again, also when nobody is signed in.
BROWSER_COOKIE = "mangotree_browser"
YEAR_S = 365 * 24 * 3600
#: Longer than anything that a teacher types; the rest of what came is not looked at.
LONGEST_FIELD = 200


@pages.route("/sign-in", methods=["GET", "POST"])
@for_anyone
def sign_in() -> ResponseReturnValue:
    """By name and password; or by a code, which leads on to `enter`."""
    if request.method == "GET":
        return _sign_in_page(code=request.args.get("code", "")[:20])
    if "code" in request.form:
        return _by_code()
    try:
        found = parts().teacher_door.sign_in(_field("name"), _field("password"), _source())
    except NotAllowed as error:
        return _refused(error)
    return _came_in(found)


@pages.post("/enter")
@for_anyone
def enter() -> ResponseReturnValue:
    """Behind a right code: the teacher's own name and password; then the code is used up."""
    door = parts().teacher_door
    try:
        opened = door.open(_field("code"), _source())
    except NotAllowed as error:
        return _refused(error)
    try:
        head = request.form.get("head", 0, int)
        found = door.enter(opened, _field("name"), _field("password"), head=head)
    except RosterError as error:
        return _enter_page(opened, problem=str(error)), 400
    return _came_in(found)


@pages.route("/password", methods=["GET", "POST"])
@may("account")
def password() -> ResponseReturnValue:
    """The teacher's own account: another name, another password."""
    if request.method == "GET":
        return _account_page()
    door, me = parts().teacher_door, this_teacher()
    try:
        if "name" in request.form:
            door.teachers.rename(me.id, _field("name"))
            return redirect(url_for("teacher.password"))
        door.change_password(me, _field("old"), _field("password"), _source())
    except (RosterError, NotAllowed) as error:
        retry_s = error.retry_s if isinstance(error, NotAllowed) else 0.0
        page = _account_page(problem=str(error), wait_min=math.ceil(retry_s / 60))
        return page, 429 if retry_s else 400
    return _came_in(door.teachers.of(me.id))


@pages.post("/sign-out")
@may("account")
def sign_out() -> ResponseReturnValue:
    """Ends the teacher's session in this browser."""
    parts().teacher_door.sessions.end(request.cookies.get(TEACHER_COOKIE, ""))
    answer = redirect(url_for("teacher.sign_in"))
    answer.delete_cookie(TEACHER_COOKIE)
    return answer


@pages.route("/news", methods=["GET", "POST"])
@may("account")
def news() -> ResponseReturnValue:
    """Who came in by the hub's own screen since this teacher looked last."""
    teachers, me = parts().teacher_door.teachers, this_teacher()
    if request.method == "POST":
        newest = max((one.id for one in teachers.news(me.id)), default=0)
        teachers.tell(me.id, newest)
        return redirect(home_of(me))
    names = [teachers.of(one.about).name for one in teachers.news(me.id)]
    return render_template("teacher/news.html", names=names)


def _by_code() -> ResponseReturnValue:
    try:
        opened = parts().teacher_door.open(_field("code"), _source())
    except NotAllowed as error:
        return _refused(error)
    return _enter_page(opened)


def _refused(error: NotAllowed) -> ResponseReturnValue:
    """The page once more, with what was wrong and how long to wait before the next try."""
    page = _sign_in_page(
        code=_field("code")[:20], problem=str(error), wait_min=math.ceil(error.retry_s / 60)
    )
    headers = {"Retry-After": str(math.ceil(error.retry_s))} if error.retry_s else {}
    return page, 429 if error.retry_s else 403, headers


def _came_in(found: Teacher) -> Response:
    """On to the teacher's first page, with a new session; to the news, where there is any."""
    door = parts().teacher_door
    has_news = bool(door.teachers.news(found.id))
    answer = redirect(url_for("teacher.news") if has_news else home_of(found))
    _give(answer, TEACHER_COOKIE, door.sessions.begin(found.id), LONGEST_S)
    _give(answer, BROWSER_COOKIE, door.mark(found), YEAR_S)
    if found.language:
        _give(answer, tongue.COOKIE, found.language, YEAR_S)
    return answer


def _give(answer: Response, name: str, value: str, max_age_s: int) -> None:
    """A cookie that lasts by the browser's own clock, from when it came: not by the hub's."""
    answer.headers.add(
        "Set-Cookie",
        f"{name}={value}; Max-Age={max_age_s}; Path=/; HttpOnly; SameSite=Lax",
    )


def _sign_in_page(*, code: str = "", problem: str = "", wait_min: int = 0) -> str:
    door = parts().teacher_door
    known = door.known_by(request.cookies.get(BROWSER_COOKIE, ""))
    return render_template(
        "teacher/sign_in.html",
        code=code,
        problem=problem,
        wait_min=wait_min,
        name="" if known is None else known.name,
        has_head=bool(door.teachers.heads),
        wants_name=sum(one.has_password for one in door.teachers.all) > 1,
    )


def _account_page(*, problem: str = "", wait_min: int = 0) -> str:
    return render_template(
        "teacher/password.html",
        me=this_teacher(),
        problem=problem,
        wait_min=wait_min,
        shortest=SHORTEST_PASSWORD,
    )


def _enter_page(opened: Opened, *, problem: str = "") -> str:
    heads = [one for one in parts().teacher_door.teachers.all if one.role == "head"]
    return render_template(
        "teacher/enter.html",
        code=_field("code"),
        problem=problem,
        shortest=SHORTEST_PASSWORD,
        invited=opened.invited,
        heads=[] if opened.invited else heads,
        head=request.form.get("head", heads[0].id if heads else 0, int),
        name=_field("name") or (opened.invited.name if opened.invited else ""),
    )


def _field(name: str) -> str:
    return request.form.get(name, "")[:LONGEST_FIELD]


def _source() -> From:
    return From(request.remote_addr or "", request.cookies.get(BROWSER_COOKIE, ""))
