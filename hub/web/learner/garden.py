"""A child's own garden: a tree for each skill that was worked on, and no one else's."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hub.insight.growth import SIZES
from hub.lesson.room import Room
from hub.web.learner.desk import Growth, script_words
from hub.web.learner.lesson import owner, whose_page
from hub.web.parts import parts
from hub.web.safety import needs_device, this_device

pages = Blueprint("garden", __name__, url_prefix="/learn")


@pages.get("/garden")
@needs_device
def garden() -> ResponseReturnValue:
    """What the child whose page asks can do, and what is growing; nothing is compared."""
    learner = whose_page()
    if learner is None:
        return redirect(url_for("tablet.home"))
    room = parts().classroom.rooms[this_device().class_id]
    if room.quizzes.question(learner.id) is not None:
        # How a tree grew would tell what an answer in the quiz was worth.
        return redirect(url_for("lesson.page", **owner(learner)))
    tag = room.language(learner.id)
    with parts().classroom.lock:
        trees = list(_trees(room, learner.id, tag))
    return render_template(
        "learner/garden.html",
        learner=learner,
        can=[one for one in trees if one.size == SIZES],
        growing=[one for one in trees if one.size < SIZES],
        tag=tag,
        own=owner(learner),
        script_words=script_words(tag),
    )


def _trees(room: Room, learner: int, tag: str) -> Iterator[Growth]:
    """Those that were watered, in the pack's order: what was never asked is no gap."""
    place = room.places[learner]
    for skill, mastery in enumerate(room.tracer.mastery(place)):
        if room.tracer.evidence(place, skill).attempts:
            size = parts().grown.see(learner, room.pack.skills[skill].id, mastery)
            yield Growth(room.pack.skill_name(skill, tag), size, tag)
