"""The teacher's page of learners: names in, looked at before they are taken, and taken back."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.errors import RosterError
from hub.roster import drafts
from hub.roster.changing import Changing, former_name
from hub.roster.drafts import Draft
from hub.roster.lists.doing import Done
from hub.roster.lists.plan import Change, Plan
from hub.roster.lists.reading import read_list, read_pasted
from hub.roster.lists.tables import MOST_BYTES
from hub.roster.lists.wanted import Reading
from hub.roster.people import Class
from hub.roster.teacher import Teacher
from hub.store.acting import acting
from hub.store.database import open_reading
from hub.web.parts import Parts, parts
from hub.web.safety import (
    class_or_404,
    learner_or_404,
    may,
    own_classes,
    teacher_here,
    this_teacher,
)
from hub.web.teacher.changed import last_change, mark, mine, reach_all, this_change
from hub.web.teacher.first import after, pack_for, steps
from hub.web.teacher.jobs import PATIENCE_S, Job, jobs
from hub.web.teacher.refusing import Told, remarked, told

pages = Blueprint("lists", __name__, url_prefix="/teacher")

#: A list and the form around it. A little more than the largest list, so that one that is too
#: large is told so in words.
LARGEST_FORM = MOST_BYTES + 512 * 1024
#: Names of one kind that the look at a list shows; of a longer list a teacher knows the rest.
SHOWN = 60
#: What may happen to a learner, in the order in which a teacher wants to know.
CHANGES: tuple[Change, ...] = ("leaves", "moved", "renamed", "back", "new", "known")


@dataclass(frozen=True, slots=True)
class Part:
    """What happens to some learners of a list; `lines` are name and former name or class."""

    change: Change
    count: int
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What taking a list in would do, for the page."""

    digest: str
    classes: tuple[tuple[str, bool], ...]
    parts: tuple[Part, ...]
    notes: tuple[Told, ...]
    changes: int


@pages.url_value_preprocessor
def allow_lists(endpoint: str | None, _values: object) -> None:
    """A list may be longer than all else that is sent here, from who is signed in."""
    if endpoint in ("lists.hand_in", "lists.school_hand_in") and teacher_here() is not None:
        request.max_content_length = LARGEST_FORM


@pages.get("/first/<int:class_id>/learners")
@may("roster")
def learners(class_id: int) -> ResponseReturnValue:
    """The learners of a class, and a list that waits."""
    return _learners(class_or_404(class_id))


@pages.post("/first/<int:class_id>/learners")
@may("roster")
def hand_in(class_id: int) -> ResponseReturnValue:
    """A list, typed or as a file: kept, and looked at before anything is written."""
    return _hand_in(class_or_404(class_id))


@pages.post("/first/<int:class_id>/learners/take")
@may("roster")
def take(class_id: int) -> ResponseReturnValue:
    """Yes to what the page showed: all of it is done, or nothing."""
    return _take(class_or_404(class_id))


@pages.post("/first/<int:class_id>/learners/drop")
@may("roster")
def drop(class_id: int) -> ResponseReturnValue:
    """No to it: the list is forgotten."""
    return _drop(class_or_404(class_id))


@pages.get("/first/school")
@may("classes")
def school() -> ResponseReturnValue:
    """The same for a list of the whole school, which names its classes."""
    return _learners(None)


@pages.post("/first/school")
@may("classes")
def school_hand_in() -> ResponseReturnValue:
    """A list of the whole school: kept, and looked at."""
    return _hand_in(None)


@pages.post("/first/school/take")
@may("classes")
def school_take() -> ResponseReturnValue:
    """Yes to it."""
    return _take(None)


@pages.post("/first/school/drop")
@may("classes")
def school_drop() -> ResponseReturnValue:
    """No to it."""
    return _drop(None)


@pages.post("/first/<int:class_id>/undo")
@may("roster")
def undo(class_id: int) -> ResponseReturnValue:
    """Takes the very change back that the button names: a list, a name, a move, who left."""
    shown = class_or_404(class_id)
    changed = this_change(parts(), class_id, request.form.get("number", ""))
    if changed is None:
        abort(400, "This was taken back already, or is done.")
    if not reach_all(changed.classes):
        abort(400, "This was taken back already, or is not yours to take back.")
    try:
        if changed.of == "list":
            parts().enrolling.undo(changed.number)
        else:
            _changing().undo(changed.number)
    except RosterError as error:
        abort(400, str(error))
    parts().progress.changed()
    return _back(shown)


@pages.route("/class/<int:class_id>/name", methods=["GET", "POST"])
@may("roster")
def class_name(class_id: int) -> ResponseReturnValue:
    """Another name for the class; the former one comes back with a tap."""
    shown = class_or_404(class_id)
    wanted = request.form.get("name", "")[:200]
    if request.method == "GET":
        return _page("name", shown, name=shown.name, before=_before(shown))
    try:
        _changing().rename_class(class_id, wanted)
    except RosterError as error:
        faults = told(error)
        page = _page("name", shown, name=wanted, before=_before(shown), faults=faults)
        return page, 400
    parts().progress.changed()
    return redirect(url_for("lists.class_name", class_id=class_id))


@pages.post("/learner/<int:learner_id>/change")
@may("roster")
def change(learner_id: int) -> ResponseReturnValue:
    """Another name or class for a learner; or the learner leaves, or comes back."""
    shown = learner_or_404(learner_id)
    does, change = request.form.get("does", ""), _changing()
    try:
        if does == "rename":
            number = change.rename(learner_id, request.form.get("name", "")[:200])
        elif does == "move":
            number = change.move(learner_id, class_or_404(request.form.get("class", 0, int)).id)
        elif does == "archive":
            number = change.archive(learner_id)
        elif does == "back":
            number = change.bring_back(learner_id)
        else:
            abort(400, "There is nothing like that to do.")
    except RosterError as error:
        return _form(class_or_404(shown.class_id), None, told(error)), 400
    parts().progress.changed()
    done = mark("change", number)
    return redirect(f"{_link(class_or_404(shown.class_id))}?changed={done}")


_BROKE = "The list could not be read to its end. Hand it in again."
_ELSEWHERE = "This list is about classes that are not yours. Ask a head teacher of this hub."


def _learners(shown: Class | None) -> ResponseReturnValue:
    draft = drafts.waiting(parts().database, _id(shown))
    if draft is None or "edit" in request.args:
        return _form(shown, draft)
    taking = jobs().of(("take", draft.id))
    if taking is not None:
        return _taken(shown, draft, taking)
    about = ("look", draft.id)
    job = jobs().begin(about, partial(_plan, parts(), draft, shown, this_teacher()))
    if not job.is_over(PATIENCE_S):
        return _wait(shown, draft, job)
    jobs().end(about)
    if job.error is not None or not isinstance(job.found, Plan):
        return _form(shown, draft, told(job.error or RosterError(_BROKE)))
    return _page("preview", shown, draft=draft, look=_shown_plan(job.found))


def _hand_in(shown: Class | None) -> ResponseReturnValue:
    file = request.files.get("file")
    name = (file.filename or "")[-80:] if file else ""
    body = request.form.get("text", "").encode()
    if file and name:
        body = file.stream.read(MOST_BYTES + 1)
    drafts.keep(parts().writer, _id(shown), name, body)
    return _back(shown)


def _take(shown: Class | None) -> ResponseReturnValue:
    draft = drafts.waiting(parts().database, _id(shown))
    if draft is None or str(draft.id) != request.form.get("draft"):
        return _back(shown)
    digest = request.form.get("digest", "")
    work = partial(_write, parts(), draft, shown, this_teacher(), digest)
    job = jobs().begin(("take", draft.id), work)
    if not job.is_over(PATIENCE_S):
        return _back(shown)
    return _taken(shown, draft, job)


def _drop(shown: Class | None) -> ResponseReturnValue:
    draft = drafts.waiting(parts().database, _id(shown))
    if draft is not None:
        drafts.drop(parts().writer, draft.id)
    return _back(shown)


def _plan(hub: Parts, draft: Draft, into: Class | None, by: Teacher, job: Job) -> Plan:
    """The work of a look: reads the list and compares it with what is there."""
    reading = _read(draft)
    job.stage, job.rows = 1, len(reading.pupils)
    pack = None if hub.people.classes else pack_for(hub)
    plan = hub.enrolling.plan(reading, "" if into is None else into.name, pack)
    if into is not None:
        _check_reach(hub, plan, into, by)
    return plan


def _write(
    hub: Parts, draft: Draft, into: Class | None, by: Teacher, digest: str, job: Job
) -> Done:
    """The work of taking in; the draft goes once all is written."""
    if into is not None:
        _plan(hub, draft, into, by, job)
    reading = _read(draft)
    job.stage, job.rows = 2, len(reading.pupils)
    pack = None if hub.people.classes else pack_for(hub)
    name = "" if into is None else into.name
    with acting(by.id):
        done = hub.enrolling.take(reading, name, pack, expected=digest)
    drafts.drop(hub.writer, draft.id)
    hub.progress.changed()
    return done


def _check_reach(hub: Parts, plan: Plan, into: Class, by: Teacher) -> None:
    """RosterError for a list that fills another class, or takes learners out of a class that
    is not the teacher's.
    """
    found = (hub.people.learners.get(one.learner) for one in plan.steps if one.learner)
    touched = {one.class_id for one in found if one is not None}
    touched |= {one.class_id for one in plan.targets}
    is_only = all(one.class_id == into.id for one in plan.targets)
    if not is_only or not all(map(by.reaches, touched)):
        raise RosterError(_ELSEWHERE)


def _read(draft: Draft) -> Reading:
    return (
        read_list(draft.body, draft.file)
        if draft.file
        else read_pasted(draft.body.decode("utf-8", "replace"))
    )


def _taken(shown: Class | None, draft: Draft, job: Job) -> ResponseReturnValue:
    """How far a list is that is taken in; once it is, the next step."""
    if not job.is_over(PATIENCE_S):
        return _wait(shown, draft, job)
    jobs().end(("take", draft.id))
    if job.error is not None or job.found is None:
        return _form(shown, draft, told(job.error or RosterError(_BROKE)))
    done = cast(Done, job.found)
    if shown is not None:
        at = mark("list", done.number)
        return redirect(f"{after('learners', shown.id)}?taken={at}")
    made = f"?class={done.taken.classes[0]}" if done.taken.classes else ""
    return redirect(url_for("first.overview") + made)


def _wait(shown: Class | None, draft: Draft, job: Job) -> str:
    return _page("wait", shown, draft=draft, stage=job.stage, rows=job.rows)


def _form(shown: Class | None, draft: Draft | None, faults: list[Told] | None = None) -> str:
    """The box for names, what is wrong with those in it, and who is in the class."""
    text = "" if draft is None or draft.file else draft.body.decode("utf-8", "replace")
    people = [] if shown is None else parts().people.ever_in_class(shown.id)
    fresh = mine(this_change(parts(), _id(shown), request.args.get("changed", "")))
    return _page(
        "learners",
        shown,
        draft=draft,
        text=text,
        faults=faults or [],
        here=[one for one in people if one.presence == "here"],
        away=[one for one in people if one.presence == "away"],
        others=[one for one in own_classes() if one != shown],
        is_fresh=fresh is not None,
        changed=fresh or mine(last_change(parts(), _id(shown))),
    )


def _shown_plan(plan: Plan) -> Look:
    found = {one: [step for step in plan.steps if step.change == one] for one in CHANGES}
    return Look(
        plan.digest,
        tuple((one.name, not one.class_id) for one in plan.targets),
        tuple(
            Part(key, len(all_), tuple((one.name, one.before) for one in all_[:SHOWN]))
            for key, all_ in found.items()
            if all_
        ),
        tuple(remarked(note) for note in plan.notes),
        sum(len(all_) for key, all_ in found.items() if key != "known"),
    )


def _id(shown: Class | None) -> int:
    """The number that a draft is kept under: 0 for the whole school."""
    return 0 if shown is None else shown.id


def _before(shown: Class) -> str:
    with closing(open_reading(parts().database)) as connection:
        found = former_name(connection, shown.id)
    return "" if found == shown.name else found


def _changing() -> Changing:
    return Changing(parts().people, parts().writer, parts().teaching.catch_up)


def _page(kind: str, shown: Class | None, **facts: object) -> str:
    class_id = _id(shown)
    step = "class" if kind == "name" else "learners"
    return render_template(
        f"teacher/first_{kind}.html",
        shown=shown,
        class_id=class_id,
        at=_link(shown),
        steps=steps(parts(), class_id, step),
        place=2 if step == "class" else 3,
        following=after(step, class_id),
        **facts,
    )


def _back(shown: Class | None) -> ResponseReturnValue:
    return redirect(_link(shown))


def _link(shown: Class | None) -> str:
    if shown is None:
        return url_for("lists.school")
    return url_for("lists.learners", class_id=shown.id)
