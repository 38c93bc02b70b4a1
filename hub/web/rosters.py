"""Lists of learners in and out, for programs on the hub's own machine."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from hub.enrolling import HubPack
from hub.errors import PackError, RosterError, StoreError
from hub.roster.lists.names import folded
from hub.roster.lists.plan import Plan
from hub.roster.lists.reading import ENOUGH_BYTES, read_list
from hub.roster.lists.remarks import ListRefused
from hub.roster.lists.writing import School, oneroster, sheet
from hub.web.parts import Parts, parts
from hub.web.safety import needs_control
from models.domain.pack import starter_path
from models.domain.reading import load_pack

pages = Blueprint("rosters", __name__, url_prefix="/control/roster")


@pages.post("/import")
@needs_control
def take_in() -> ResponseReturnValue:
    """Takes in the list in a file; with `dry_run` only says what it would do."""
    asked = request.get_json()
    path, into = Path(str(asked["path"])), str(asked.get("class") or "")
    try:
        with path.open("rb") as file:
            reading = read_list(file.read(ENOUGH_BYTES), str(asked["where"]))
        pack = _pack(parts())
        plan = parts().enrolling.plan(reading, into, pack)
        told = _told(plan)
        if asked.get("dry_run") is not True:
            done = parts().enrolling.take(reading, into, pack, expected=plan.digest)
            told |= {"number": done.number}
            parts().progress.changed()
    except ListRefused as error:
        return {"error": str(error), "count": error.count}, 400
    except (RosterError, PackError, StoreError, OSError) as error:
        return {"error": str(error)}, 400
    return told


@pages.post("/undo")
@needs_control
def undo() -> ResponseReturnValue:
    """Takes a list back, by default the latest."""
    number = request.get_json().get("number") or parts().enrolling.latest()
    if number is None:
        return {"error": "There is no list to take back."}, 400
    try:
        taken = parts().enrolling.undo(int(number))
    except (RosterError, StoreError) as error:
        return {"error": str(error)}, 400
    parts().progress.changed()
    return {"number": number, "left": len(taken.new), "back": len(taken.left)}


@pages.post("/export")
@needs_control
def export() -> ResponseReturnValue:
    """The classes as a OneRoster set, or as a plain sheet; base64, for it may be a zip."""
    asked = request.get_json()
    hub = parts()
    name, year = str(asked.get("class") or ""), asked.get("year")
    found = hub.people.classes
    classes = {one.id for one in found.values() if folded(name) in ("", folded(one.name))}
    if not classes:
        return {"error": f"There is no class {name} on this hub."}, 400
    if asked.get("as") == "sheet":
        languages = {
            learner: tag
            for room in hub.classroom.rooms.values()
            for learner, tag in room.languages.items()
        }
        body = hub.writer.call(lambda database: sheet(database.conn, classes, languages))
        return {"body": b64encode(body).decode(), "classes": len(classes)}
    if year is None and not hub.clock.now().is_trusted:
        return {"error": "The hub's clock is not set, so name the school year: --year"}, 400
    school = School(
        hub.settings.hub_name,
        int(year or datetime.fromtimestamp(hub.clock.now().wall_s, UTC).year),
        {one.pack: hub.classroom.rooms[one.id].pack.name for one in found.values()},
    )
    body = hub.writer.call(lambda database: oneroster(database.conn, classes, school))
    return {"body": b64encode(body).decode(), "classes": len(classes)}


def _pack(hub: Parts) -> HubPack | None:
    """The pack that came with the hub, for the first class of all; None where there is one."""
    if hub.people.classes:
        return None
    path = starter_path()
    return hub.teaching.install_pack(load_pack(path)[1], where=path.name)


def _told(plan: Plan) -> dict[str, Any]:
    """The plan as a program reads it; names are for the hub's own machine."""
    return {
        "classes": [{"name": one.name, "is_new": not one.class_id} for one in plan.targets],
        "steps": [
            {"change": one.change, "name": one.name, "before": one.before} for one in plan.steps
        ],
        "notes": [note.sentence() for note in plan.notes],
        "digest": plan.digest,
    }
