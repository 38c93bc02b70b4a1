"""The learner's pages: pair the tablet, tap a card, answer; with and without JavaScript."""

from __future__ import annotations

import secrets

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from devices.messages import MAX_INTEGER, Answer, Next, Receipt
from hub.errors import Refused, RosterError
from hub.intake import NOT_UNDERSTOOD
from hub.kernels import MASTERED
from hub.roster.people import Learner
from hub.web.desk import VERDICTS, growth, rest, solution
from hub.web.pairing import pair_device
from hub.web.parts import parts
from hub.web.safety import DEVICE_COOKIE, device, needs_device, this_device

pages = Blueprint("tablet", __name__)

#: Longer than a slow card's flush; past it the page says that the answer is not safe yet.
RECEIPT_S = 5.0
YEAR_S = 365 * 24 * 3600
STATUS = {"too_fast": 429, "hub_full": 503, "out_of_sequence": 409}


@pages.get("/")
def home() -> ResponseReturnValue:
    """The class's cards, or on a tablet that is not paired the question for the code."""
    found = device()
    if found is None:
        return render_template("join.html", code="")
    session.pop("learner", None)
    cards = parts().people.in_class(found.class_id)
    return render_template("cards.html", cards=cards, hub=parts().settings.hub_name)


@pages.get("/join/<code>")
def join_link(code: str) -> ResponseReturnValue:
    """Where the QR code leads; pairing itself waits for a tap."""
    return render_template("join.html", code=code[:12])


@pages.post("/join")
def join() -> ResponseReturnValue:
    """Pairs this device with the class whose code it gives."""
    found, secret, refusal = pair_device()
    if refusal is not None or found is None:
        return refusal or ("", 400)
    if request.is_json:
        return _device_json(found.id, found.class_id, secret)
    response = redirect(url_for("tablet.home"))
    response.set_cookie(
        DEVICE_COOKIE, secret, max_age=YEAR_S, httponly=True, samesite="Lax", path="/"
    )
    return response


@pages.get("/learn/device")
@needs_device
def device_facts() -> ResponseReturnValue:
    """What the page's own script needs to reach the broker as this device."""
    found = this_device()
    return _device_json(found.id, found.class_id, request.cookies.get(DEVICE_COOKIE, ""))


@pages.get("/learn/cards")
@needs_device
def cards() -> ResponseReturnValue:
    """The class's learners, for a device that draws its own cards."""
    learners = parts().people.in_class(this_device().class_id)
    fields = [{"learner": one.id, "name": one.name, "picture": one.picture} for one in learners]
    return {"cards": fields}


@pages.post("/learn/sign-in")
@needs_device
def sign_in() -> ResponseReturnValue:
    """A child tapped its card."""
    values = request.get_json() if request.is_json else request.form
    try:
        learner = _learner_here(int(values.get("learner", 0)))
    except (RosterError, TypeError, ValueError):
        return {"error": "There is no such learner in this class."}, 404
    parts().progress.on_sign_in(learner.id, this_device().id)
    if request.is_json:
        first = parts().classroom.start(this_device(), learner.id)
        token = parts().devices.session(this_device().id, learner.id)
        return _json({"session": token, "next": first})
    session["learner"] = learner.id
    session["boot"] = secrets.randbelow(MAX_INTEGER) + 1
    return redirect(url_for("tablet.lesson"))


@pages.get("/learn")
@needs_device
def lesson() -> ResponseReturnValue:
    """The question that is next for the child who sits here."""
    learner = _signed_in()
    if learner is None:
        return redirect(url_for("tablet.home"))
    return _lesson_page(learner, parts().classroom.start(this_device(), learner.id))


@pages.post("/learn/answer")
@needs_device
def answer() -> ResponseReturnValue:
    """An answer, by a page's script as JSON, or from a page without scripts as a form."""
    return _answer_json() if request.is_json else _answer_form()


def _answer_json() -> ResponseReturnValue:
    try:
        payload = parts().intake.check(this_device().id, request.get_data())
        sent = msgspec.json.decode(payload, type=Answer)
        reply = parts().classroom.answer(this_device(), sent, is_urgent=True)
    except NOT_UNDERSTOOD:
        return {"refused": "not_understood"}, 400
    except Refused as refused:
        status = STATUS.get(refused.reason, 400)
        fields = {"expected": refused.expected, "retry_ms": refused.retry_ms}
        return {"refused": refused.reason, **fields}, status
    place = (this_device().id, sent.boot)
    is_safe = parts().receipts.wait(*place, sent.device_seq, RECEIPT_S)
    receipt = Receipt(sent.boot, parts().receipts.upto(*place)) if is_safe else None
    return _json({"next": reply, "receipt": receipt})


def _answer_form() -> ResponseReturnValue:
    learner = _signed_in()
    if learner is None:
        return redirect(url_for("tablet.home"))
    try:
        sent = _answer_of_form(learner)
    except (ValueError, msgspec.ValidationError):
        return redirect(url_for("tablet.lesson"))
    try:
        parts().intake.check(this_device().id, b"")
        reply = parts().classroom.answer(this_device(), sent, is_urgent=True)
    except Refused as refused:
        if refused.reason in ("too_fast", "hub_full"):
            return render_template("unsafe.html", sent=sent, learner=learner), 503
        return redirect(url_for("tablet.lesson"))
    is_safe = parts().receipts.wait(this_device().id, sent.boot, sent.device_seq, RECEIPT_S)
    if not is_safe:
        return render_template("unsafe.html", sent=sent, learner=learner), 503
    return _lesson_page(learner, reply, sent)


def _answer_of_form(learner: Learner) -> Answer:
    """The form's answer; sent twice (a reload) it has the same number and counts once."""
    fields = {name: int(request.form[name]) for name in ("boot", "device_seq", "seed")}
    token = parts().devices.session(this_device().id, learner.id)
    return msgspec.convert(
        {
            **fields,
            "learner": learner.id,
            "session": token,
            "item": request.form["item"],
            "answer": request.form["answer"],
        },
        Answer,
    )


def _lesson_page(learner: Learner, reply: Next, sent: Answer | None = None) -> str:
    boot = int(session.setdefault("boot", secrets.randbelow(MAX_INTEGER) + 1))
    found = this_device()
    room = parts().classroom.rooms[found.class_id]
    return render_template(
        "lesson.html",
        learner=learner,
        reply=reply,
        given="" if sent is None else sent.answer,
        solved="" if sent is None else solution(room, sent, reply),
        verdict="" if sent is None else VERDICTS.get(reply.verdict or "", ""),
        rest=rest(reply.state),
        growth=growth(room, reply, sent),
        mastered=MASTERED,
        boot=boot,
        device_seq=room.positions.get((found.id, boot), 0) + 1,
        session_token=parts().devices.session(found.id, learner.id),
    )


def _learner_here(learner_id: int) -> Learner:
    """The learner, who must be of this tablet's class."""
    learner = parts().people.learner(learner_id)
    if learner.class_id != this_device().class_id:
        raise RosterError("This learner is in another class.")
    return learner


def _signed_in() -> Learner | None:
    try:
        return _learner_here(int(session.get("learner", 0)))
    except RosterError:
        return None


def _device_json(device_id: int, class_id: int, secret: str) -> ResponseReturnValue:
    mqtt = parts().mqtt
    door = None
    if mqtt is not None:
        door = {
            "port": mqtt.port,
            "websocket_port": mqtt.websocket_port,
            "version": mqtt.version,
        }
    return {
        "device": device_id,
        "class": class_id,
        "secret": secret,
        "token": secret,
        "mqtt": door,
    }


def _json(fields: dict[str, object]) -> Response:
    return Response(msgspec.json.encode(fields), mimetype="application/json")
