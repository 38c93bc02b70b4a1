"""The teacher's page of sign-in: the way, the codes, who needs help, cards to print."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hub.errors import RosterError
from hub.roster.codes import Code
from hub.roster.door import Waiting
from hub.roster.people import STYLES, Learner
from hub.web.parts import parts
from hub.web.render import qr_svg
from hub.web.safety import class_or_404, learner_or_404, may

pages = Blueprint("codes", __name__, url_prefix="/teacher")


@dataclass(frozen=True, slots=True)
class Entry:
    """A learner on the page, with the code of the class's way."""

    learner: Learner
    code: Code


@dataclass(frozen=True, slots=True)
class Card:
    """A card to print."""

    learner: Learner
    qr: Markup


@pages.get("/class/<int:class_id>/sign-in")
@may("roster")
def overview(class_id: int) -> ResponseReturnValue:
    """How the class signs in, and every learner's code behind a tap."""
    shown = class_or_404(class_id)
    learners = parts().people.in_class(class_id)
    codes = parts().door.codes.of_all([one.id for one in learners])
    return render_template(
        "teacher/codes.html",
        shown=shown,
        ways=STYLES,
        entries=[Entry(*pair) for pair in zip(learners, codes, strict=True)],
    )


@pages.post("/class/<int:class_id>/sign-in")
@may("roster")
def set_way(class_id: int) -> ResponseReturnValue:
    """Another way for the whole class; who sits at a tablet stays there."""
    shown, wanted = class_or_404(class_id), request.form.get("style", "")
    style = next((one for one in STYLES if one == wanted), None)
    if style is None:
        abort(400, "There is no such way to sign in.")
    parts().people.set_sign_in(shown.id, style)
    return redirect(url_for("codes.overview", class_id=class_id))


@pages.post("/learner/<int:learner_id>/code")
@may("roster")
def renew(learner_id: int) -> ResponseReturnValue:
    """A new code of the class's way for one learner."""
    learner = learner_or_404(learner_id)
    parts().door.codes.renew(learner.id, parts().door.style(learner))
    place = f"code-{learner.id}"
    return redirect(url_for("codes.overview", class_id=learner.class_id, _anchor=place))


@pages.post("/learner/<int:learner_id>/let-in")
@may("help")
def let_in(learner_id: int) -> ResponseReturnValue:
    """Opens for one learner, once, on the tablet where it waits."""
    learner = learner_or_404(learner_id)
    try:
        parts().door.let_in(learner.id)
    except RosterError as error:
        abort(400, str(error))
    parts().progress.changed()
    return redirect(f"{url_for('teacher.live_class')}?class={learner.class_id}")


@pages.post("/class/<int:class_id>/cards")
@may("roster")
def print_cards(class_id: int) -> ResponseReturnValue:
    """New cards to print, for the whole class or for one learner; the old ones are dead."""
    shown = class_or_404(class_id)
    only = request.form.get("learner", 0, int)
    everyone = parts().people.in_class(class_id)
    learners = [one for one in everyone if only in (0, one.id)]
    tokens = parts().door.codes.new_cards([one.id for one in learners])
    return render_template(
        "teacher/print_cards.html",
        shown=shown,
        address=request.host_url,
        tokens=tokens,
        is_whole_class=not only,
        sheets=_in_tens(
            [
                Card(one, qr_svg(url_for("sign_in.card", token=token, _external=True)))
                for one, token in zip(learners, tokens, strict=True)
            ]
        ),
    )


def waiting(class_id: int) -> list[Waiting]:
    """Who needs help to sign in, for the teacher's live page."""
    return [one for one in parts().door.waiting(class_id) if one.needs_help]


def _in_tens(cards: list[Card]) -> list[list[Card]]:
    """Ten cards to an A4 sheet: two columns of five."""
    return [cards[start : start + 10] for start in range(0, len(cards), 10)]
