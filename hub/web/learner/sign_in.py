"""A child comes in: by card, code or printed card; friends at one tablet take turns."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from devices.messages import MAX_INTEGER
from hub.errors import NotAllowed, RosterError
from hub.roster.codes import CODE_PICTURES, SHORTEST_PASSWORD, SIGNS
from hub.roster.people import Learner
from hub.web.learner.desk import script_words
from hub.web.learner.lesson import owner, room_here, whose_page
from hub.web.learner.tablet import cards_page
from hub.web.learner.turns import has_room
from hub.web.parts import parts
from hub.web.passages import words_of_page
from hub.web.render import as_json
from hub.web.safety import learner_here, needs_device, signed_in, this_device

pages = Blueprint("sign_in", __name__)

LONGEST_ENTRY = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What the page of the code says of the last try: `words` by their key, and a picture."""

    words: str = ""
    picture: str = ""
    minutes: int = 0


@pages.post("/learn/sign-in")
@needs_device
def sign_in() -> ResponseReturnValue:
    """A child tapped its card, or a sign of its code."""
    values = request.get_json() if request.is_json else request.form
    try:
        learner = learner_here(int(values.get("learner", 0)))
    except (RosterError, AttributeError, TypeError, ValueError, OverflowError):
        abort(404, "There is no such learner in this class.")
    return _with_json(learner, values) if request.is_json else _with_form(learner)


@pages.get("/learn/sign-in/<int:learner_id>")
@needs_device
def code(learner_id: int) -> ResponseReturnValue:
    """The page of the code once more, for a page without scripts that waits for the teacher."""
    try:
        learner = learner_here(learner_id)
    except RosterError:
        return redirect(url_for("tablet.home"))
    if parts().door.is_open(this_device().id, learner.id):
        return redirect(url_for("tablet.home"))
    return _code_page(learner, Told("page.called", "👋"))


@pages.get("/learn/let-in/<int:learner_id>")
@needs_device
def let_in(learner_id: int) -> ResponseReturnValue:
    """Whether the teacher has opened for this learner here."""
    return {"is_let_in": parts().door.is_let_in(this_device().id, learner_id)}


@pages.get("/learn/friend")
@needs_device
def friend() -> ResponseReturnValue:
    """The cards of those who may sit down beside the child who is here."""
    found = this_device()
    beside = whose_page()
    if beside is None:
        return redirect(url_for("tablet.home"))
    if not has_room():
        return redirect(url_for("lesson.page", **owner(beside)))
    here = parts().door.seats.at(found.id).learners
    others = [one for one in parts().people.in_class(found.class_id) if one.id not in here]
    return cards_page(found, others, own=owner(beside))


@pages.post("/learn/turn")
@needs_device
def take_turn() -> ResponseReturnValue:
    """The child whose picture was tapped answers now."""
    parts().door.seats.give_turn(this_device().id, request.form.get("learner", 0, int))
    return redirect(url_for("lesson.page"))


@pages.get("/learn/done/<int:learner_id>")
@needs_device
def done(learner_id: int) -> ResponseReturnValue:
    """The child leaves; a link, so that it works from a page that was open for days."""
    parts().door.seats.leave(this_device().id, learner_id)
    parts().progress.on_sign_out(learner_id)
    stays = parts().door.seats.at(this_device().id).learners
    return redirect(url_for("lesson.page") if stays else url_for("tablet.home"))


@pages.get("/card/<token>")
@needs_device
def card(token: str) -> ResponseReturnValue:
    """Where the QR code of a printed card leads; coming in waits for a tap."""
    found = parts().door.codes.by_card(token[:LONGEST_ENTRY])
    learner = _of_this_class(found)
    tag = (
        parts()
        .classroom.rooms[this_device().class_id]
        .language(0 if learner is None else learner.id)
    )
    return render_template(
        "learner/card.html",
        learner=learner,
        token=token[:LONGEST_ENTRY],
        hub=parts().settings.hub_name,
        tag=tag,
    )


@pages.post("/card/<token>")
@needs_device
def use_card(token: str) -> ResponseReturnValue:
    """The child whose card it is comes in."""
    codes = parts().door.codes
    learner = _of_this_class(codes.by_card(token[:LONGEST_ENTRY]))
    if learner is None:
        return redirect(url_for("sign_in.card", token=token[:LONGEST_ENTRY]))
    parts().door.enter_by_card(this_device().id, token)
    return _sit_down(learner)


@pages.route("/learn/password", methods=["GET", "POST"])
@needs_device
def password() -> ResponseReturnValue:
    """A password of the learner's own in place of the teacher's first one."""
    learner = signed_in()
    if learner is None or parts().door.style(learner) != "password":
        return redirect(url_for("tablet.home"))
    is_refused = False
    if request.method == "POST":
        chosen = request.form.get("password", "")[:LONGEST_ENTRY]
        try:
            parts().door.codes.choose_password(learner.id, chosen)
            return redirect(url_for("lesson.page"))
        except RosterError:
            is_refused = True
    tag = room_here().language(learner.id)
    return render_template(
        "learner/own_password.html",
        learner=learner,
        is_refused=is_refused,
        shortest=SHORTEST_PASSWORD,
        tag=tag,
        script_words=script_words(tag),
    )


def _with_json(learner: Learner, values: Mapping[str, Any]) -> ResponseReturnValue:
    """A device that draws its own cards, or a page that asks what comes next."""
    found, door = this_device(), parts().door
    given = values.get("code")
    try:
        is_in = door.enter(found.id, learner, _text(given) if given is not None else None)
    except NotAllowed as error:
        retry_ms = int(error.retry_s * 1000)
        fields = {"error": str(error), "retry_ms": retry_ms}
        return fields, 429 if retry_ms else 403
    if not is_in:
        return {"error": "A code is wanted.", "wants": door.style(learner)}, 403
    if given is not None:
        door.seats.sit(found.id, learner.id)
    parts().progress.on_sign_in(learner.id, found.id)
    first = parts().classroom.start(found, learner.id)
    token = parts().devices.session(found.id, learner.id)
    return as_json({"session": token, "next": first})


def _with_form(learner: Learner) -> ResponseReturnValue:
    found, door = this_device(), parts().door
    entered, picked = _entered(learner)
    if "call" in request.form:
        door.wait(found.id, learner.id, needs_help=True)
        parts().progress.changed()
    try:
        if door.enter(found.id, learner, entered):
            return _sit_down(learner)
    except NotAllowed as error:
        parts().progress.changed()
        return _code_page(learner, _refused(error))
    called = Told("page.called", "👋") if "call" in request.form else Told()
    return _code_page(learner, called, picked)


def _entered(learner: Learner) -> tuple[str | None, tuple[str, ...]]:
    """The whole code, or None and the signs of it so far; "again" forgets them."""
    style = parts().door.style(learner)
    if style == "password":
        return _text(request.form.get("password")) or None, ()
    if style == "tap" or "picked" not in request.form:
        return None, ()
    text = f"{request.form.get('code', '')} {request.form['picked']}"[:LONGEST_ENTRY]
    signs = tuple(text.split())
    is_whole = len(signs) >= SIGNS[style]
    return (" ".join(signs), ()) if is_whole else (None, signs)


def _sit_down(learner: Learner) -> ResponseReturnValue:
    found, door = this_device(), parts().door
    is_friend = "friend" in request.form
    door.seats.sit(found.id, learner.id, is_friend=is_friend)
    parts().progress.on_sign_in(learner.id, found.id)
    if not is_friend:
        session["boot"] = secrets.randbelow(MAX_INTEGER) + 1
    if door.style(learner) == "password" and door.codes.of(learner.id).first_password:
        return redirect(url_for("sign_in.password"))
    return redirect(url_for("lesson.page"))


def _refused(error: NotAllowed) -> Told:
    if error.retry_s:
        return Told("page.code_wait", "⏳", max(1, round(error.retry_s / 60)))
    return Told("page.code_wrong", "🔁")


def _code_page(
    learner: Learner, shown: Told, picked: tuple[str, ...] = ()
) -> ResponseReturnValue:
    found, door = this_device(), parts().door
    style, tag = door.style(learner), room_here().language(learner.id)
    wait_s = door.tries.wait_s((found.id, learner.id))
    if wait_s and not shown.words:
        shown = _refused(NotAllowed("", retry_s=wait_s))
    return render_template(
        "learner/code.html",
        learner=learner,
        style=style,
        told=shown,
        sound=words_of_page(
            found.class_id, tag, shown.words or f"page.code_{style}", shown.minutes
        ),
        picked=[sign for sign in picked if _is_sign(sign)],
        signs=SIGNS.get(style, 0),
        pictures=CODE_PICTURES,
        is_let_in=door.is_let_in(found.id, learner.id),
        must_wait=wait_s > 0,
        is_friend="friend" in request.form,
        hub=parts().settings.hub_name,
        tag=tag,
        script_words=script_words(tag),
    )


def _is_sign(sign: str) -> bool:
    return sign in CODE_PICTURES or (len(sign) == 1 and sign in "0123456789")


def _of_this_class(learner_id: int | None) -> Learner | None:
    try:
        return learner_here(learner_id or 0)
    except RosterError:
        return None


def _text(value: object) -> str:
    return str(value or "")[:LONGEST_ENTRY]
