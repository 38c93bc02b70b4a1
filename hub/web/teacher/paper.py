"""Cards and the sheet for the wall as one PDF: a file that a phone can send to a print shop."""

from __future__ import annotations

import io

from flask import Blueprint, abort, request, send_file, url_for
from flask.typing import ResponseReturnValue

from hub.errors import NoPaper
from hub.paper.job import Card, Job, Wall
from hub.roster.people import Class
from hub.web.parts import parts
from hub.web.safety import class_or_404, may
from hub.web.tongue import direction, label, tag

pages = Blueprint("paper", __name__, url_prefix="/teacher")

#: Of a class's name in a file's name; mails and print shops cut longer ones.
_NAMED = 40


@pages.post("/class/<int:class_id>/paper")
@may("roster")
def file(class_id: int) -> ResponseReturnValue:
    """The cards that the form names by their tokens, which nobody else knows, and where it says
    so the sheet for the wall. Asked again it gives the same cards: no card dies of it.
    """
    shown = class_or_404(class_id)
    cards = [_card(shown, token) for token in dict.fromkeys(request.form.getlist("card"))]
    wall = _wall(shown) if "wall" in request.form else None
    if wall is None and not cards:
        abort(400, "There is nothing to print.")
    job = Job(
        title=label("codes.cards_of" if cards else "first.wall_title", name=shown.name),
        language=tag(),
        is_rtl=direction() == "rtl",
        class_name=shown.name,
        cards=tuple(cards),
        wall=wall,
    )
    try:
        made = parts().printer.made(job)
    except NoPaper as error:
        abort(503, str(error))
    answer = send_file(
        io.BytesIO(made), "application/pdf", as_attachment=True, download_name=_name(shown)
    )
    # The cards' tokens are in it.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _card(shown: Class, token: str) -> Card:
    found = parts().people.learners.get(parts().door.codes.by_card(token) or 0)
    if found is None or found.class_id != shown.id or found.presence != "here":
        abort(
            400,
            "These cards do not work any more: newer ones were made, or a child has left. "
            "Make new cards.",
        )
    link = url_for("sign_in.card", token=token, _external=True)
    return Card(found.name, found.picture, link)


def _wall(shown: Class) -> Wall:
    link = url_for("tablet.join_link", code=shown.join_code, _external=True)
    return Wall(
        heading=label("first.wall_title", name=shown.name),
        link=link,
        steps=(
            (label("first.wall_scan"), link),
            (label("first.wall_code"), shown.join_code),
            (label("first.wall_tap"), ""),
        ),
        # Without its last stroke, which a line from right to left would put before the address.
        remark=label("first.wall_old", address=request.host_url.rstrip("/")),
    )


def _name(shown: Class) -> str:
    """A file's name with the class's in it: letters and digits alone, no path and no sign."""
    kept = "".join(sign if sign.isalnum() else " " for sign in shown.name[:_NAMED])
    return "-".join(["mangotree", *kept.split()]) + ".pdf"
