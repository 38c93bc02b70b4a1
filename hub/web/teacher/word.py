"""The teacher's word on one learner: what holds, what to say, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.insight.contest import judged
from hub.insight.words import say
from hub.lesson.history import Entry, history
from hub.lesson.overrides import Ends
from hub.lesson.room import Room
from hub.lesson.rules import target_of
from hub.overriding import GOALS, LONGEST_REASON, PACES, Note, Whom
from hub.roster.people import Learner
from hub.store.database import open_reading
from hub.store.lately import last_answers
from hub.web.parts import Parts, parts
from hub.web.safety import learner_or_404, may, this_teacher
from hub.web.teacher.reading import Versions, reader, skill_name
from hub.web.teacher.working import since
from hub.web.tongue import tag

pages = Blueprint("word", __name__, url_prefix="/teacher")

#: After how many answers a word may end; 0: when it is taken back.
LASTS = (0, 10, 30, 100)
#: What can be said of a skill here: the rest stands on the learner's page as a button.
OF_SKILLS = ("known", "not_yet", "park", "unlock", "pin", "skip")
#: Of so many latest answers the questions are offered, to be kept away.
LOOKED_AT, OFFERED = 20, 5
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Said:
    """One word: a sentence, when and by whom, why, how long yet, whom answers bear out.

    `undo` takes it back; 0 where that is done, or it is over.
    """

    sentence: str
    when: str
    reason: str
    ends: str
    claim: str
    became: str
    undo: int


@dataclass(frozen=True, slots=True)
class Question:
    """One of the latest questions, to be kept away from the learner."""

    item: str
    text: Versions


@pages.get("/learner/<int:learner_id>/word")
@may("decide")
def overview(learner_id: int) -> ResponseReturnValue:
    """What the teacher said of a learner and can say."""
    return _page(learner_or_404(learner_id))


@pages.post("/learner/<int:learner_id>/word")
@may("decide")
def speak(learner_id: int) -> ResponseReturnValue:
    """A word, or one taken back; it holds at once."""
    learner = learner_or_404(learner_id)
    deed = _DEEDS.get(request.form.get("does", ""))
    if deed is None:
        abort(400, "There is no such skill, or nothing like that to do with it.")
    try:
        deed(learner)
    except RosterError as error:
        return _page(learner, problem=str(error)), 400
    parts().progress.changed()
    return redirect(url_for("word.overview", learner_id=learner_id))


def _page(learner: Learner, problem: str = "") -> str:
    with parts().classroom.lock:
        room = parts().classroom.rooms[learner.class_id]
        holds = room.standing(learner.id)
        target = round(100 * target_of(room.tracer, holds))
        skills = [
            (place, skill_name(room, place, tag())) for place in range(len(room.pack.skills))
        ]
    return render_template(
        "teacher/word.html",
        learner=learner,
        problem=problem,
        said=_said(parts(), learner, tag()),
        questions=_questions(parts(), learner),
        skills=skills,
        of_skills=OF_SKILLS,
        goals=GOALS,
        goal_now=holds.goal,
        paces=PACES,
        pace_now=min(PACES, key=lambda one: abs(one - target)),
        is_exempt=holds.is_exempt,
        lasts=LASTS,
        longest=LONGEST_REASON,
    )


def _note() -> Note:
    return Note(
        reason=request.form.get("reason", "")[: 2 * LONGEST_REASON],
        by=this_teacher().id,
        answers=request.form.get("answers", 0, int),
    )


def _of_skill(learner: Learner) -> None:
    action, skill = request.form.get("action", ""), request.form.get("skill", -1, int)
    where = (learner.class_id, Whom(learner.id))
    if action in ("known", "not_yet"):
        note = Note(reason=_note().reason, by=this_teacher().id)
        parts().teaching.words.set_mastery(*where, skill, action, note)
    else:
        parts().teaching.words.set_skill(*where, action, skill, _note())


def _goal(learner: Learner) -> None:
    goal = request.form.get("goal", "")
    parts().teaching.words.set_goal(learner.class_id, Whom(learner.id), goal, _note())


def _pace(learner: Learner) -> None:
    percent = request.form.get("pace", 0, int)
    parts().teaching.words.set_pace(learner.class_id, Whom(learner.id), percent, _note())


def _exempt(learner: Learner) -> None:
    parts().teaching.words.exempt(learner.class_id, Whom(learner.id), _note())


def _ban(learner: Learner) -> None:
    item = request.form.get("item", "")[:200]
    parts().teaching.words.ban(learner.class_id, Whom(learner.id), item, _note())


def _undo(learner: Learner) -> None:
    hub_seq = request.form.get("undo", 0, int)
    room = parts().classroom.rooms[learner.class_id]
    mine = {one.hub_seq for one in room.overrides if one.learner == learner.id}
    if hub_seq not in mine:
        raise RosterError("This was taken back already, or is done.")
    parts().teaching.undo(learner.class_id, hub_seq, by=this_teacher().id)


_DEEDS: dict[str, Callable[[Learner], None]] = {
    "skill": _of_skill,
    "goal": _goal,
    "pace": _pace,
    "exempt": _exempt,
    "ban": _ban,
    "undo": _undo,
}


def _said(parts: Parts, learner: Learner, tongue: str) -> list[Said]:
    """The words on the learner alone, the newest first."""
    # A phone that follows its deed reads the log: what was said stands there by then.
    parts.writer.call(lambda _database: None)
    now, room = parts.classroom.now(), parts.classroom.rooms[learner.class_id]
    with closing(open_reading(parts.database)) as connection, parts.classroom.lock:
        found = history(connection, room, now, learner=learner.id)
        return [_told(parts, room, one, now.hub_boot, tongue) for one in found]


def _told(parts: Parts, room: Room, one: Entry, boot: int, tongue: str) -> Said:
    is_held = one.became == "in_force"
    when = since(one.at, boot, parts.clock.now(), tongue)
    teacher = parts.teacher_door.teachers.of(one.by)
    return Said(
        sentence=_sentence(room, one, tongue),
        when=when if teacher is None else say(tongue, "word.by", when=when, name=teacher.name),
        reason=one.reason,
        ends=_ends(one.ends, tongue) if is_held and one.action != "mastery" else "",
        claim=_claim(parts, room, one, tongue),
        became="" if is_held else say(tongue, f"word.{one.became}"),
        undo=one.hub_seq if is_held else 0,
    )


def _sentence(room: Room, one: Entry, tongue: str) -> str:
    """What was said; of a pack that is gone the place means nothing any more."""
    skill, item = one.about.get("skill", -1), one.about.get("item", -1)
    about = ""
    if one.became == "in_force" or not room.line.later:
        if 0 <= skill < len(room.pack.skills):
            about = skill_name(room, skill, tongue)
        elif 0 <= item < len(room.pack.items):
            about = room.pack.items[item].id
    if one.action == "goal":
        about = say(tongue, f"word.goal_{one.after}")
    number = round(100 * one.after) if one.action in ("mastery", "pace") else 0
    return say(tongue, f"word.said_{one.action}", about=about, n=number)


def _ends(ends: Ends, tongue: str) -> str:
    if ends.answers is not None:
        return say(tongue, "word.ends_answers", n=max(0, ends.answers))
    if ends.ms is not None:
        return say(tongue, "word.ends_hours", n=max(1, -(-ends.ms // HOUR_MS)))
    if ends.starts is not None:
        return say(tongue, "word.ends_starts", n=max(0, ends.starts))
    return say(tongue, "word.ends_never")


def _claim(parts: Parts, room: Room, one: Entry, tongue: str) -> str:
    """Whom the answers since bear out, kindly; nothing of a word that claims nothing."""
    claim, skill = one.claim, one.about.get("skill", -1)
    if claim is None or skill >= len(room.pack.skills):
        return ""
    return judged(
        claim.kind,
        claim.bears_out,
        answers=claim.answers,
        name=parts.people.learner(claim.learner).name,
        skill=skill_name(room, skill, tongue) if skill >= 0 else "",
        tag=tongue,
    )


def _questions(parts: Parts, learner: Learner) -> list[Question]:
    """The latest questions that may still come."""
    with closing(open_reading(parts.database)) as connection:
        rows = last_answers(connection, learner.class_id, learner.id, LOOKED_AT)
    found: dict[str, Question] = {}
    with parts.classroom.lock:
        room = parts.classroom.rooms[learner.class_id]
        banned = room.standing(learner.id).banned
        for row in reversed(rows):
            if room.line.of(row.seed) is not room.pack or row.item in banned:
                continue
            shown = reader(room, learner.id, row.item, row.seed)
            item = room.pack.items[row.item].id
            if shown is not None and len(found) < OFFERED:
                found.setdefault(item, Question(item, shown.question(0)))
    return list(found.values())
