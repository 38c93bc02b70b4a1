"""The flags of one learner: since when, by which numbers, what clears it; a word on each."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import get_args

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hub.insight.flags import Flag
from hub.insight.flags.flag import Says
from hub.insight.flags.telling import clearing, limit, part, sentence
from hub.insight.words.teacher import figure
from hub.lesson.room import Room
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import last_answers
from hub.store.log import Attempt
from hub.web.parts import Parts, parts
from hub.web.safety import learner_or_404, may
from hub.web.teacher.evidence import title
from hub.web.teacher.reading import skill_by_id
from hub.web.teacher.working import since

pages = Blueprint("flags", __name__, url_prefix="/teacher")

SAYS: tuple[Says, ...] = get_args(Says)
#: A flag rests on answers among so many: further back no row is looked for.
LOOKED_AT = 240


@dataclass(frozen=True, slots=True)
class Shown:
    """One flag in words; `name` is what a form calls it, `undo` the row that put it away."""

    name: str
    sentence: str
    since: str
    clears: str
    limit: str
    parts: tuple[tuple[str, str], ...]
    score: str
    said: str
    undo: int


@pages.post("/learner/<int:learner_id>/flag")
@may("decide")
def answer(learner_id: int) -> ResponseReturnValue:
    """The teacher's word on a flag, or one taken back."""
    learner = learner_or_404(learner_id)
    flagging, class_id = parts().flagging, learner.class_id
    known = flagging.all_of(class_id, learner.id)
    undo, says = request.form.get("undo", 0, int), request.form.get("says", "")
    if undo and undo in {said for _, said in known}:
        flagging.undo(class_id, undo)
    else:
        name = request.form.get("flag", "")
        flag = next((one for one, _ in known if _name(one) == name), None)
        word = next((one for one in SAYS if one == says), None)
        if flag is None or flag.said is not None or word is None:
            abort(400, "This was taken back already, or is done.")
        flagging.answer(class_id, flag, word)
    parts().progress.changed()
    return redirect(url_for("teacher.learner", learner_id=learner_id, _anchor="flags"))


def flags(parts: Parts, learner: Learner, tag: str) -> list[Shown]:
    """All in force, then those that the teacher put away."""
    known = parts.flagging.all_of(learner.class_id, learner.id)
    if not known:
        return []
    with closing(open_reading(parts.database)) as connection:
        rows = last_answers(connection, learner.class_id, learner.id, LOOKED_AT)
    at = {row.hub_seq: row for row in rows}
    room = parts.classroom.rooms[learner.class_id]
    ordered = sorted(known, key=lambda one: one[1])
    with parts.classroom.lock:
        return [
            _shown(parts, room, flag, at.get(flag.since), (said, tag)) for flag, said in ordered
        ]


def _shown(
    parts: Parts, room: Room, flag: Flag, begun: Attempt | None, how: tuple[int, str]
) -> Shown:
    said, tag = how
    boot = parts.classroom.now().hub_boot
    return Shown(
        name=_name(flag),
        sentence=sentence(
            flag,
            tag,
            skill=partial(skill_by_id, room, tag),
            rule=lambda one: title(room.pack, one, tag),
        ),
        since="" if begun is None else since(begun, boot, parts.clock.now(), tag),
        clears=clearing(flag, tag),
        limit=limit(flag, tag),
        parts=tuple(
            (part(one.code, tag), figure(tag, one.value, 3, is_signed=True))
            for one in flag.parts
        ),
        score=figure(tag, flag.score, 3, is_signed=True),
        said="" if flag.said is None else f"flag.said.{flag.said}",
        undo=said,
    )


def _name(flag: Flag) -> str:
    return f"{flag.code}:{flag.skill}"
