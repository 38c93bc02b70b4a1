"""Pairs a tablet by the class's code; wrong codes are slowed down."""

from __future__ import annotations

from math import ceil

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hub.roster.devices import Device
from hub.web.parts import parts


def pair_device() -> tuple[Device | None, str, ResponseReturnValue | None]:
    """The new device and its secret, or the page that says why there is none."""
    values = request.get_json(silent=True) or {} if request.is_json else request.form
    code, name = str(values.get("code", ""))[:20], str(values.get("name", "Tablet"))[:40]
    if wait_s := parts().wrong_codes.wait_s():
        refusal = _problem("Too many wrong codes. Wait a minute.", code, 429)
        return None, "", (*refusal, {"Retry-After": str(ceil(wait_s))})
    found = parts().people.class_by_code(code)
    if found is None:
        parts().wrong_codes.add()
        sentence = "No class has this code. Look at the teacher's phone or the hub's screen."
        return None, "", _problem(sentence, code, 403)
    device, secret = parts().devices.pair(found.id, name or "Tablet")
    parts().logins_changed()
    return device, secret, None


def _problem(sentence: str, code: str, status: int) -> tuple[str | dict[str, str], int]:
    if request.is_json:
        return {"error": sentence}, status
    return render_template("learner/join.html", code=code, problem=sentence), status
