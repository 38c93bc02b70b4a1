"""The teacher's pages: the class live, one learner and why, the tablets."""

from __future__ import annotations

from contextlib import closing

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from devices.messages import ClassState
from hub.errors import RosterError
from hub.insight.words.teacher import OWN_NAMES
from hub.lesson.room import ASK
from hub.store.database import open_reading
from hub.store.lately import is_explanation
from hub.web.parts import parts
from hub.web.render import qr_svg
from hub.web.safety import class_or_404, i_may, learner_or_404, may, own_classes, while_allowed
from hub.web.teacher.appealed import REACHES, appealed
from hub.web.teacher.evidence import LEVELS, evidence
from hub.web.teacher.flags import flags
from hub.web.teacher.live import asides, foot, screens, stream, tile_words, top
from hub.web.teacher.paths import paths
from hub.web.teacher.quiz import of_learner
from hub.web.teacher.rest import resters, setting
from hub.web.teacher.said import elsewhere, groups_of
from hub.web.teacher.sign_in import pages
from hub.web.teacher.views import next_choice, skill_rows
from hub.web.teacher.working import work
from hub.web.tongue import tag

#: Who reads aloud what nobody recorded, as the form offers it.
ALOUD = ("tap", "self", "off")


@pages.get("/")
@may("watch")
def live_class() -> ResponseReturnValue:
    """Who works, who is quiet, whose tablet is silent: the first page after sign-in."""
    classes = own_classes()
    if not classes:
        if i_may("classes"):
            return redirect(url_for("first.language"))
        return render_template("teacher/no_class.html")
    shown = class_or_404(request.args.get("class", type=int) or classes[0].id)
    made = screens()
    frame = made.board(shown.id).now()
    return render_template(
        "teacher/live.html",
        shown=shown,
        classes=classes,
        tiles=frame.tiles,
        words=tile_words(tag()),
        cards=made.cards(shown.id, frame, tag()),
        top=top(parts(), shown.id, frame),
        foot=foot(parts(), frame),
        asides=asides(parts(), shown.id),
        resters=resters(parts(), shown.id),
        rest=setting(parts(), shown.id),
        reaches=REACHES,
        reach_now=parts().classroom.rooms[shown.id].appeals.reach,
        aloud=_aloud(shown.id),
        **_languages(shown.id),
    )


@pages.get("/live/<int:class_id>")
@may("watch")
def live(class_id: int) -> ResponseReturnValue:
    """The rows that change, as they change (server-sent events)."""
    events = while_allowed(class_id, stream(class_id))
    return Response(events, mimetype="text/event-stream")


@pages.post("/class/<int:class_id>/state")
@may("help")
def class_state(class_id: int) -> ResponseReturnValue:
    """Pauses the class, or lets it go on."""
    state: ClassState = "pause" if request.form.get("state") == "pause" else "practice"
    parts().teaching.set_state(class_or_404(class_id).id, state)
    parts().progress.changed()
    return redirect(f"{url_for('teacher.live_class')}?class={class_id}")


@pages.get("/learner/<int:learner_id>")
@may("watch")
def learner(learner_id: int) -> ResponseReturnValue:
    """One child: at work on what, what comes next and why, every skill with its evidence."""
    shown = learner_or_404(learner_id)
    return render_template(
        "teacher/learner.html",
        learner=shown,
        flags=flags(parts(), shown, tag()),
        work=work(parts(), shown, tag()),
        chosen=next_choice(parts(), shown, tag()),
        skills=skill_rows(parts(), shown, tag()),
        paths=paths(parts(), shown, tag()),
        appealed=appealed(parts(), shown, tag()),
        quizzes=of_learner(parts(), shown.id, tag()),
        evidence=evidence(parts(), shown, tag()),
        elsewhere=elsewhere(parts(), shown, tag()),
        groups=groups_of(parts(), shown),
        levels=LEVELS,
        **_languages(shown.class_id, shown.id),
    )


@pages.post("/learner/<int:learner_id>/why/<int:hub_seq>")
@may("decide")
def why_rubric(learner_id: int, hub_seq: int) -> ResponseReturnValue:
    """The teacher's word on one explanation; the same word again takes it back."""
    shown = learner_or_404(learner_id)
    is_undo = "undo" in request.form
    level = request.form.get("level", -1, int)
    with closing(open_reading(parts().database)) as connection:
        is_there = is_explanation(connection, shown.class_id, hub_seq)
    if not is_there or not (is_undo or 0 <= level < LEVELS):
        abort(400, "There is no such explanation.")
    parts().teaching.judge_why(shown.class_id, hub_seq, None if is_undo else level)
    return redirect(_back_to(learner_id, f"said-{hub_seq}"))


@pages.post("/class/<int:class_id>/language")
@may("decide")
def language(class_id: int) -> ResponseReturnValue:
    """The language of the lessons, for the whole class or for one learner."""
    learner_id = request.form.get("learner", 0, int)
    wanted = request.form.get("locale", "")[:20]
    try:
        learners = [learner_id] if learner_id else []
        parts().teaching.set_language(class_or_404(class_id).id, wanted, learners)
    except RosterError as error:
        abort(400, str(error))
    if learner_id:
        return redirect(url_for("teacher.learner", learner_id=learner_id))
    return redirect(f"{url_for('teacher.live_class')}?class={class_id}")


@pages.post("/class/<int:class_id>/aloud")
@may("decide")
def read_aloud(class_id: int) -> ResponseReturnValue:
    """How the class hears what nobody recorded."""
    try:
        how = request.form.get("aloud", "")
        parts().teaching.set_aloud(class_or_404(class_id).id, how)
    except RosterError as error:
        abort(400, str(error))
    return redirect(f"{url_for('teacher.live_class')}?class={class_id}")


@pages.post("/learner/<int:learner_id>/override")
@may("decide")
def override(learner_id: int) -> ResponseReturnValue:
    """The teacher's word: pin or skip a skill, ask a question next; or taking one back."""
    shown = learner_or_404(learner_id)
    undo, skill = request.form.get("undo", type=int), request.form.get("skill", "")
    action = request.form.get("action", "")
    try:
        if undo is not None:
            parts().teaching.undo(shown.class_id, undo)
        elif action == ASK:
            item, seed = request.form.get("item", ""), request.form.get("seed", -1, int)
            parts().teaching.ask(shown.id, item, seed)
        else:
            parts().teaching.override(shown.id, action, skill)
    except RosterError as error:
        abort(400, str(error))
    parts().progress.changed()
    place = parts().classroom.rooms[shown.class_id].pack.skill_index.get(skill)
    return redirect(_back_to(learner_id, "next" if place is None else f"skill-{place}"))


@pages.get("/tablets/<int:class_id>")
@may("roster")
def tablets(class_id: int) -> ResponseReturnValue:
    """The code and the QR that pair tablets with the class, and those that are paired."""
    shown = class_or_404(class_id)
    link = url_for("tablet.join_link", code=shown.join_code, _external=True)
    devices = [one for one in parts().devices.all.values() if one.class_id == class_id]
    return render_template(
        "teacher/tablets.html", shown=shown, link=link, qr=qr_svg(link), devices=devices
    )


@pages.post("/device/<int:device_id>/revoke")
@may("roster")
def revoke(device_id: int) -> ResponseReturnValue:
    """Shuts a tablet out; what it sent stays."""
    try:
        parts().devices.revoke(device_id)
    except RosterError as error:
        abort(404, str(error))
    parts().logins_changed()
    return redirect(
        url_for("teacher.tablets", class_id=parts().devices.all[device_id].class_id)
    )


def _back_to(learner_id: int, place: str) -> str:
    """The learner's page at `place`: who taps there looks there for what it did."""
    return url_for("teacher.learner", learner_id=learner_id, _anchor=place)


def _aloud(class_id: int) -> dict[str, object]:
    """What the class hears, and the languages that the hub itself cannot speak."""
    room = parts().classroom.rooms[class_id]
    silent = [one for one in room.pack.locales if not parts().narrator.can_say(one)]
    names = [OWN_NAMES.get(one, one) for one in silent]
    return {"ways": ALOUD, "now": room.aloud, "silent": names}


def _languages(class_id: int, learner: int = 0) -> dict[str, object]:
    """The languages of the class's lessons by tag, in their own names, and the one in use."""
    room = parts().classroom.rooms[class_id]
    names = {one: OWN_NAMES.get(one, one) for one in room.pack.locales}
    return {"languages": names, "language_now": room.language(learner)}
