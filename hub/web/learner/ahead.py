"""What a tablet keeps for the time when it cannot reach the hub."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from devices.messages import Activity
from hub.lesson.ahead import Foreseen, supply
from hub.lesson.keys import keys_of
from hub.lesson.quiz_road import Way, ways
from hub.lesson.room import Room
from hub.replies import activity, chosen, of_quiz, showing_of, wished
from hub.web.learner.items import asked
from hub.web.learner.lesson import room_here, session_of
from hub.web.parts import parts
from hub.web.render import packed_json
from hub.web.safety import needs_device

pages = Blueprint("ahead", __name__, url_prefix="/learn")


@pages.get("/ahead")
@needs_device
def ahead() -> ResponseReturnValue:
    """The supply of questions after the one at hand: for whoever has the session."""
    learner = session_of(request.args)
    if learner is None:
        return {"error": "This learner is not signed in here any more."}, 403
    room = room_here()
    with parts().classroom.lock:
        pack = room.pack
        here = activity(room, learner.id, room.choose(learner.id))
        at_hand = None if here is None else _keys(room, learner.id, here)
        quiz = room.quizzes.question(learner.id)
        coming = ways(room, learner.id, quiz) if quiz else supply(room, learner.id)
    nodes = []
    for one in coming.nodes:
        # One question at a time, as a class answers meanwhile.
        with parts().classroom.lock:
            if room.pack is not pack:
                return {"error": "The class changed its pack just now; ask again."}, 409
            nodes.append(_node(room, learner.id, one))
    # No verdict is shown in a quiz, unless the teacher lets learners see it.
    asks: dict[str, object] = {}
    if quiz:
        asks = {"quiz": quiz.quiz.hub_seq, "tells": quiz.quiz.tells}
    start = {"right": coming.right, "wrong": coming.wrong}
    fields: dict[str, object] = {
        "learner": learner.id,
        "here": at_hand,
        "start": start,
        "nodes": nodes,
    }
    return packed_json(fields | asks)


def _node(room: Room, learner: int, one: Foreseen | Way) -> dict[str, Any]:
    if isinstance(one, Way):
        given = of_quiz(room, learner, one.at)
    elif one.node is None:
        given = wished(room, learner, one.item, one.seed)
    else:
        given = chosen(room, learner, one.node, one.seed)
    shown = asked(room, learner, given)
    keys = _keys(room, learner, given)
    tag = room.language(learner)
    html = render_template(
        "learner/_task.html", asked=shown, tag=tag, is_ahead=True, is_piece=True
    )
    return {**keys, "html": html, "right": one.right, "wrong": one.wrong}


def _keys(room: Room, learner: int, given: Activity) -> dict[str, Any]:
    place = room.pack.item_index[given.item]
    showing = showing_of(room, learner, place, given.seed)
    found = keys_of(room.pack, place, given.seed, showing, given.step)
    fields = {"item": given.item, "seed": given.seed, "step": given.step}
    return {**fields, "skill": given.skill, "keys": found.keys, "sure": found.sure}
