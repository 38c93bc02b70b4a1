"""How the hub is, in the teacher's words; its clock; a file for a technician; a greeting."""

from __future__ import annotations

import calendar
import secrets
import time
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hub.errors import ClockRefused
from hub.health.deeds import Disagreement
from hub.health.finding import GRAVITY, Finding
from hub.health.greeting import Greeting
from hub.health.report import FILE_NAME
from hub.insight.words.teacher import figure, is_known
from hub.web.parts import parts
from hub.web.safety import home_of, may, this_teacher
from hub.web.tongue import t, tag

pages = Blueprint("hub_check", __name__, url_prefix="/teacher")

#: As a field for date and time writes them.
TYPED = "%Y-%m-%dT%H:%M"
#: How long it must be so before the page says since when.
WORTH_SAYING_S = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One finding for the page: a sentence, what to do where there is anything to do."""

    found: Finding
    sentence: Markup
    remedy: Markup | None
    minutes: int


@pages.get("/hub")
@may("hub")
def overview() -> ResponseReturnValue:
    """Everything that is known of the hub, the gravest first."""
    return _page()


@pages.post("/hub/clock")
@may("hub")
def set_clock() -> ResponseReturnValue:
    """Sets the hub's clock to what this phone says, or to what the teacher typed."""
    deeds = parts().health.deeds
    phone = session.setdefault("phone", secrets.token_hex(8))
    zone_min = request.form.get("zone", type=int)
    try:
        wall_s = _said_s()
        deeds.set_clock(wall_s, phone=phone, zone_min=zone_min, is_sure="sure" in request.form)
    except Disagreement as error:
        return _page(ahead_s=error.by_s, said_s=wall_s), 409
    except (ClockRefused, ValueError):
        return _page(problem="hub.clock_refused"), 400
    return redirect(url_for("hub_check.overview", _anchor="clock"))


@pages.post("/hub/clock/undo")
@may("hub")
def undo_clock() -> ResponseReturnValue:
    """The machine's own clock counts again."""
    parts().health.deeds.undo_clock()
    return redirect(url_for("hub_check.overview", _anchor="clock"))


@pages.get("/hub/file")
@may("hub")
def file() -> ResponseReturnValue:
    """The one file for a technician: no names, no answers, no secrets."""
    response = Response(parts().health.report(), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@pages.post("/hub/greeting")
@may("account")
def dismiss() -> ResponseReturnValue:
    """Puts the greeting away, for all."""
    parts().health.dismiss_greeting()
    return redirect(home_of(this_teacher()))


def greeting() -> list[Markup]:
    """What the live page says after a cut, sentence by sentence; nothing for an orderly end."""
    found = parts().health.greeting()
    return [] if found is None else _sentences(found)


def may_see_hub() -> bool:
    """Whether who asks may see this page: an assistant may not."""
    return this_teacher().may("hub")


def _sentences(found: Greeting) -> list[Markup]:
    said = [t(f"greet.{found.kind}_{found.unit}", n=found.n)]
    if found.gaps:
        said.append(t("greet.gaps", n=found.gaps))
    if found.missing:
        said.append(t("greet.missing", n=found.missing))
    if found.is_whole:
        said.append(t("greet.safe", n=found.answers) if found.answers else t("greet.nothing"))
    if found.tablets and found.back < found.tablets:
        said.append(t("greet.back", back=found.back, n=found.tablets))
    elif found.tablets:
        said.append(t("greet.all_back", n=found.tablets))
    if found.drained:
        said.append(t("greet.drained", n=found.drained))
    return said


def _page(problem: str = "", ahead_s: float = 0.0, said_s: float = 0.0) -> str:
    found = parts().health.findings()
    lines = [_line(one) for one in sorted(found, key=lambda one: -GRAVITY[one.level])]
    now_s, zone_min = parts().clock.now().wall_s, _zone_min()
    return render_template(
        "teacher/hub.html",
        lines=lines,
        urgent=[one for one in lines if one.found.level in ("look", "act")],
        # A board that has no such part is no news: it stands behind what is known.
        calm=[one for one in lines if one.found.level == "ok"],
        unknown=[one for one in lines if one.found.level == "unknown"],
        clock=_shown(now_s, zone_min),
        now_ms=now_s * 1000,
        by=parts().health.by(),
        may_watch=this_teacher().may("watch"),
        problem=problem,
        minutes=round(abs(ahead_s) / 60),
        said=_shown(said_s, zone_min) if said_s else "",
        said_ms=int(said_s * 1000),
    )


def _line(found: Finding) -> Line:
    slots = {
        name: figure(tag(), value, 1) if isinstance(value, float) else value
        for name, value in found.numbers.items()
    }
    key = f"hub.{found.code}_{found.case}"
    remedy = t(f"{key}_do", **slots) if is_known(f"{key}_do") else None
    is_long = found.since_s is not None and found.since_s >= WORTH_SAYING_S
    minutes = (found.since_s or 0) // 60 if is_long and found.level in ("look", "act") else 0
    return Line(found, t(key, **slots), remedy, minutes)


def _said_s() -> float:
    """The time that the form brings: the phone's own, else what was typed; ValueError."""
    if "sure" not in request.form and (typed := request.form.get("typed", "")[:16]):
        own_ms = request.form.get("now", type=int)
        if own_ms is None:
            return calendar.timegm(time.strptime(typed, TYPED)) - _zone_min() * 60
    return int(request.form.get("now", "")[:16]) / 1000


def _zone_min() -> int:
    """How far this place is ahead of UTC: as a phone said last, else as the machine is set."""
    said = parts().health.deeds.zone_min
    return time.localtime().tm_gmtoff // 60 if said is None else said


def _shown(wall_s: float, zone_min: int) -> str:
    return time.strftime(TYPED, time.gmtime(wall_s + zone_min * 60))
