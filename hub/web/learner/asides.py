"""What a learner does about a question besides answering it: an appeal, a raised hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from devices.messages import Appeal, Hand, Next
from hub.errors import Refused
from hub.intake import NOT_UNDERSTOOD
from hub.web.learner.lesson import learner_of_form, lesson_page, refusal
from hub.web.parts import parts
from hub.web.render import as_json
from hub.web.safety import needs_device, this_device
from hub.web.trouble import Trouble, has_answer

pages = Blueprint("asides", __name__, url_prefix="/learn")


@pages.post("/appeal")
@needs_device
def appeal() -> ResponseReturnValue:
    """Too easy, too hard, something else: by a script as JSON, or from a page without one."""
    return _by_json(Appeal) if request.is_json else _by_form(Appeal)


@pages.post("/hand")
@needs_device
def hand() -> ResponseReturnValue:
    """The learner's hand goes up, or down, by either road."""
    return _by_json(Hand) if request.is_json else _by_form(Hand)


def _by_json(kind: type[Appeal | Hand]) -> ResponseReturnValue:
    try:
        payload = parts().intake.check(this_device().id, request.get_data())
        return as_json({"next": _done(msgspec.json.decode(payload, type=kind))})
    except NOT_UNDERSTOOD:
        return {"refused": "not_understood"}, 400
    except Refused as refused:
        return refusal(refused)


def _by_form(kind: type[Appeal | Hand]) -> ResponseReturnValue:
    learner = learner_of_form()
    if learner is None:
        if has_answer():
            raise Trouble("ended", 403)
        return redirect(url_for("tablet.home"))
    token = parts().devices.session(this_device().id, learner.id)
    try:
        parts().intake.check(this_device().id, b"")
        fields = _fields(request.form) | {"learner": learner.id, "session": token}
        reply = _done(msgspec.convert(fields, kind))
    except (ValueError, msgspec.ValidationError, Refused):
        return redirect(url_for("lesson.page"))
    return lesson_page(learner, reply, notice=reply.notice)


def _fields(form: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields as a message has them; ValueError for a number that is none."""
    return {
        "kind": "hand" if "hand" in form else "appeal",
        "item": form.get("item", ""),
        "seed": int(form.get("seed", "")),
        "step": int(form.get("step", "0")),
        "says": form.get("says", ""),
        "is_up": form.get("hand") == "up",
    }


def _done(sent: Appeal | Hand) -> Next:
    """The reply, once the classroom has heard it; the teacher's phone hears it, too."""
    if isinstance(sent, Appeal):
        reply = parts().classroom.appeal(this_device(), sent)
    else:
        reply = parts().classroom.hand(this_device(), sent)
    parts().progress.changed()
    return reply
