"""The lesson's page: answer, hint, explain; with and without JavaScript."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from devices.messages import MAX_INTEGER, Answer, AskHint, Next, Receipt
from hub.errors import Refused, RosterError
from hub.insight.words import say
from hub.intake import NOT_UNDERSTOOD
from hub.kernels import MASTERED
from hub.lesson.room import Room
from hub.replies import showing_of
from hub.roster.people import Learner
from hub.web.learner import rest as rests
from hub.web.learner.desk import VERDICTS, growth, rest, script_words
from hub.web.learner.fields import WHOLE, answer_of
from hub.web.learner.items import Asked, Given, Told, asked, told
from hub.web.learner.numbered import counted
from hub.web.learner.quiz_end import quiz_end
from hub.web.learner.turns import turns
from hub.web.parts import parts
from hub.web.render import as_json, piece
from hub.web.safety import learner_here, needs_device, signed_in, this_device
from hub.web.trouble import Trouble

pages = Blueprint("lesson", __name__, url_prefix="/learn")

#: Longer than a slow card's flush; past it the page says that the answer is not safe yet.
RECEIPT_S = 5.0
STATUS = {"too_fast": 429, "hub_full": 503, "out_of_sequence": 409}
LONGEST_WHY = 400


@pages.get("")
@needs_device
def page() -> ResponseReturnValue:
    """The question that is next for the child whose page asks, or whose turn it is."""
    learner = whose_page()
    if learner is None:
        return redirect(url_for("tablet.home"))
    notice = session.pop("notice", "")
    reply = parts().classroom.start(this_device(), learner.id)
    return lesson_page(learner, reply, notice=str(notice))


@pages.get("/task")
@needs_device
def task() -> ResponseReturnValue:
    """The question as a piece of HTML for the page's script: for whoever has the session.

    With `told` also what the learner's last answer was worth; without the buttons below the
    question where the page has the same ones already, as `asides` says.
    """
    learner = session_of(request.args)
    if learner is None:
        return {"error": "This learner is not signed in here any more."}, 403
    room = room_here()
    # Held throughout: the class may get another pack between the choice and its page.
    with parts().classroom.lock:
        reply = parts().classroom.start(this_device(), learner.id)
        shown = None if reply.activity is None else asked(room, learner.id, reply.activity)
        last = _last(room, learner.id) if "told" in request.args else Told()
        end = quiz_end(room, learner.id)
    tag = room.language(learner.id)
    shares = turns(learner) | {
        "quiz_end": end,
        "known_asides": request.args.get("asides", ""),
        "is_resting": bool(reply.rest and reply.rest.why),
    }
    page = render_template("learner/fragment.html", asked=shown, told=last, tag=tag, **shares)
    return piece(page)


@pages.post("/answer")
@needs_device
def answer() -> ResponseReturnValue:
    """An answer, by a page's script as JSON, or from a page without scripts as a form."""
    return _answer_json() if request.is_json else _answer_form()


@pages.post("/hint")
@needs_device
def hint() -> ResponseReturnValue:
    """A request for help, by either road."""
    return _hint_json() if request.is_json else _hint_form()


@pages.post("/why")
@needs_device
def why() -> ResponseReturnValue:
    """A learner's own words on why an answer is so, kept for the teacher; nothing follows."""
    values = request.get_json() if request.is_json else request.form
    if not isinstance(values, Mapping):
        return {"error": "This explanation could not be taken."}, 400
    learner = session_of(values) if request.is_json else learner_of_form()
    if learner is None:
        raise Trouble("ended", 403)
    text = str(values.get("text", "")).strip()[:LONGEST_WHY]
    item, seed = str(values.get("item", "")), values.get("seed", 0)
    room = room_here()
    try:
        parts().intake.check(this_device().id, b"")
        facts = {"learner": learner.id, "item": room.pack.item_index[item]}
        facts |= {"seed": max(0, min(int(seed), MAX_INTEGER))}
        if text:
            parts().classroom.deed(room.class_id, "why", facts | {"text": text})
            # "Kept" is said once it is on the disk, as of an answer.
            parts().writer.call(lambda _database: None)
    except Refused as refused:
        abort(STATUS.get(refused.reason, 400))
    except (KeyError, TypeError, ValueError, OverflowError):
        abort(400, "This explanation could not be taken.")
    if request.is_json:
        return {"kept": bool(text)}
    session["notice"] = say(room.language(learner.id), "page.explained") if text else ""
    return redirect(url_for("lesson.page"))


def _answer_json() -> ResponseReturnValue:
    try:
        payload = parts().intake.check(this_device().id, request.get_data())
        sent = msgspec.json.decode(payload, type=Answer)
        reply = parts().classroom.answer(this_device(), sent, is_urgent=True)
    except NOT_UNDERSTOOD:
        return {"refused": "not_understood"}, 400
    except Refused as refused:
        return refusal(refused)
    place = (this_device().id, sent.boot)
    is_safe = parts().receipts.wait(*place, sent.device_seq, RECEIPT_S)
    receipt = Receipt(sent.boot, parts().receipts.upto(*place)) if is_safe else None
    return as_json({"next": reply, "receipt": receipt})


def _answer_form() -> ResponseReturnValue:
    learner = learner_of_form()
    if learner is None:
        raise Trouble("ended", 403)
    try:
        sent = _answer_of_form(learner)
    except (ValueError, msgspec.ValidationError):
        return redirect(url_for("lesson.page"))
    tag = room_here().language(learner.id)
    try:
        parts().intake.check(this_device().id, b"")
        sent, reply = counted(sent, RECEIPT_S)
    except Refused as refused:
        if refused.reason in ("too_fast", "hub_full"):
            return render_template(
                "learner/unsafe.html", sent=sent, learner=learner, tag=tag
            ), 503
        return redirect(url_for("lesson.page"))
    is_safe = parts().receipts.wait(this_device().id, sent.boot, sent.device_seq, RECEIPT_S)
    if not is_safe:
        return render_template("learner/unsafe.html", sent=sent, learner=learner, tag=tag), 503
    return lesson_page(learner, reply, sent)


def _answer_of_form(learner: Learner) -> Answer:
    """The form's answer; sent twice (a reload) it has the same number and counts once."""
    fields = {name: int(request.form[name]) for name in ("boot", "device_seq", "seed")}
    step = int(request.form.get("step", "0"))
    token = parts().devices.session(this_device().id, learner.id)
    item = request.form["item"]
    return msgspec.convert(
        {
            **fields,
            "step": step,
            "learner": learner.id,
            "session": token,
            "item": item,
            "answer": _text_of_form(learner, item, fields["seed"], step),
        },
        Answer,
    )


def _text_of_form(learner: Learner, item: str, seed: int, step: int) -> str:
    """What the fields say together; ValueError for an activity that is not there."""
    whole = request.form.get(WHOLE)
    if whole is not None:
        return whole
    room = room_here()
    place = room.pack.item_index.get(item)
    if place is None or seed < 0:
        raise ValueError(item)
    with parts().classroom.lock:
        showing = showing_of(room, learner.id, place, seed)
        steps = showing.made.template.steps
        if not 1 <= step <= len(steps):
            return answer_of(showing.widget(showing.made.template.answer), request.form)
        one = steps[step - 1]
        return answer_of(showing.widget(one.answer, one.maths), request.form)


def _hint_json() -> ResponseReturnValue:
    try:
        payload = parts().intake.check(this_device().id, request.get_data())
        sent = msgspec.json.decode(payload, type=AskHint)
        return as_json({"next": parts().classroom.hint(this_device(), sent)})
    except NOT_UNDERSTOOD:
        return {"refused": "not_understood"}, 400
    except Refused as refused:
        return refusal(refused)


def _hint_form() -> ResponseReturnValue:
    learner = learner_of_form()
    if learner is None:
        raise Trouble("ended", 403)
    try:
        parts().intake.check(this_device().id, b"")
        typed = _answer_of_form(learner)
        level = int(request.form.get("level", "1"))
        fields = {name: getattr(typed, name) for name in ("learner", "session", "item", "seed")}
        wanted = msgspec.convert(fields | {"step": typed.step, "level": level}, AskHint)
        reply = parts().classroom.hint(this_device(), wanted)
    except (ValueError, msgspec.ValidationError, Refused):
        return redirect(url_for("lesson.page"))
    return lesson_page(learner, reply, kept=typed)


def session_of(values: Mapping[str, Any]) -> Learner | None:
    """The learner whose session a script gives: two windows of a tablet may differ."""
    try:
        learner = learner_here(int(values.get("learner", 0)))
    except (RosterError, TypeError, ValueError, OverflowError):
        return None
    token = str(values.get("session", ""))
    is_here = parts().devices.is_session(token, this_device().id, learner.id)
    return learner if is_here else None


def whose_page() -> Learner | None:
    """The child whose page asks, if it still sits here; else the one whose turn it is.

    At a shared tablet the turn goes on to another while a page still stands.
    """
    found = session_of(request.args)
    seated = parts().door.seats.at(this_device().id).learners
    return found if found is not None and found.id in seated else signed_in()


def owner(learner: Learner) -> dict[str, Any]:
    """What names `learner` in a link, for `whose_page`."""
    token = parts().devices.session(this_device().id, learner.id)
    return {"learner": learner.id, "session": token}


def learner_of_form() -> Learner | None:
    """The learner whose page was sent: at a shared tablet the turn may be another's by now."""
    return session_of(request.form) if "session" in request.form else signed_in()


def refusal(refused: Refused) -> ResponseReturnValue:
    """What a script is told of a message that was refused."""
    fields = {"expected": refused.expected, "retry_ms": refused.retry_ms}
    return {"refused": refused.reason, **fields}, STATUS.get(refused.reason, 400)


def lesson_page(
    learner: Learner,
    reply: Next,
    sent: Answer | None = None,
    *,
    kept: Answer | None = None,
    notice: str = "",
) -> str:
    """The whole page after the answer `sent`; the fields hold what was typed."""
    boot = int(session.setdefault("boot", secrets.randbelow(MAX_INTEGER) + 1))
    found, room, own = this_device(), room_here(), owner(learner)
    tag = room.language(learner.id)
    with parts().classroom.lock:
        shown = _asked(room, reply, sent or kept)
        below = Told() if sent is None else _told(room, sent, reply)
        grown = growth(room, parts().grown, reply, sent)
        end = quiz_end(room, learner.id)
        resting = rests.shown(room, reply)
    return render_template(
        "learner/lesson.html",
        learner=learner,
        reply=reply,
        asked=shown,
        told=below,
        verdict="noted" if reply.is_noted else VERDICTS.get(reply.verdict or "", ""),
        rest=rest(reply.state, tag),
        resting=resting,
        growth=grown,
        mastered=MASTERED,
        boot=boot,
        device_seq=room.positions.get((found.id, boot), 0) + 1,
        own=own,
        session_token=own["session"],
        tag=tag,
        notice=notice,
        aloud=room.aloud,
        script_words=script_words(tag),
        quiz_end=end,
        **turns(learner),
    )


def _asked(room: Room, reply: Next, typed: Answer | None) -> Asked | None:
    """What is asked now; what was typed stays while it is the same question."""
    activity = reply.activity
    if activity is None:
        return None
    is_same = typed is not None and (typed.item, typed.seed, typed.step) == (
        activity.item,
        activity.seed,
        activity.step,
    )
    return asked(room, reply.learner, activity, typed.answer if typed and is_same else None)


def _told(room: Room, sent: Answer, reply: Next) -> Told:
    place = room.pack.item_index[sent.item]
    given = Given(place, sent.seed, sent.step, sent.answer, reply.is_right)
    return told(room, sent.learner, given)


def _last(room: Room, learner: int) -> Told:
    """What there is to tell of the learner's last answer since the hub started."""
    seen = parts().progress.of(learner)
    row = None if seen is None else seen.last
    if row is None or room.line.of(row.seed) is not room.pack:
        return Told()  # of a former pack: its places mean something else here
    is_right = None if row.is_right is None else bool(row.is_right)
    return told(room, learner, Given(row.item, row.seed, row.step, row.answer, is_right))


def room_here() -> Room:
    """The class of this device, at work."""
    return parts().classroom.rooms[this_device().class_id]
