"""The door for programs on the hub's own machine: replay, simulation, a new code."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from hub.errors import ModelError, PackError, RosterError, StoreError
from hub.web.parts import parts
from hub.web.safety import needs_control

pages = Blueprint("control", __name__, url_prefix="/control")


@pages.post("/class")
@needs_control
def add_class() -> ResponseReturnValue:
    """A new class from a pack and names; gives its code and the learners' numbers."""
    asked = request.get_json()
    name = str(asked["name"])
    try:
        path = Path(str(asked["pack_path"]))
        pack = parts().teaching.install_pack(path.read_bytes(), where=path.name)
        added = parts().teaching.add_class(name, pack, [str(one) for one in asked["learners"]])
    except (PackError, RosterError, OSError) as error:
        return {"error": str(error)}, 400
    learners = [one.id for one in parts().people.in_class(added.id)]
    return {"class": added.id, "join_code": added.join_code, "learners": learners}


@pages.post("/model")
@needs_control
def use_model() -> ResponseReturnValue:
    """Puts the fitted model in a file to work, or without a path what is shipped."""
    path = request.get_json().get("path")
    try:
        body = None if path is None else Path(str(path)).read_bytes()
        return {"model": parts().teaching.use_model(body)}
    except (ModelError, StoreError, OSError) as error:
        return {"error": str(error)}, 400


@pages.post("/pack")
@needs_control
def take_pack() -> ResponseReturnValue:
    """Takes in the signed pack in a file, and lets the named classes work with it."""
    asked = request.get_json()
    path = Path(str(asked["path"]))
    try:
        pack = parts().teaching.take_pack(
            path.read_bytes(),
            where=str(asked["where"]),
            for_classes=[int(one) for one in asked.get("classes", [])],
            allow_older=asked.get("allow_older") is True,
        )
    except (PackError, RosterError, StoreError, OSError) as error:
        return {"error": str(error)}, 400
    return {"pack": pack}


@pages.post("/code")
@needs_control
def new_code() -> ResponseReturnValue:
    """A new one-time code for the teacher: who can read this machine's folder may have it."""
    return {"code": parts().teacher_door.new_one_time_code()}


@pages.get("/health")
@needs_control
def health() -> ResponseReturnValue:
    """What `mangotree doctor` asks a running hub."""
    mqtt = parts().mqtt
    return {
        "disk_trouble": parts().writer.trouble,
        "commits": parts().writer.commits,
        "devices": len(parts().devices.all),
        "found_by_name": parts().found_by_name(),
        "has_websocket": mqtt is not None and mqtt.websocket_port is not None,
    }


@pages.get("/report")
@needs_control
def report() -> ResponseReturnValue:
    """The file for a technician, as the hub's page gives it."""
    return Response(parts().health.report(), mimetype="application/json")
