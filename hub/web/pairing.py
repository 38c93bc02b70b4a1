"""Pairs a tablet by the class's code; wrong codes are slowed down."""

from __future__ import annotations

import threading
import time

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hub.roster.devices import Device
from hub.web.parts import parts

#: 31 letters, 6 places: at 20 wrong tries a minute a code stands for 40 years.
WRONG_A_MINUTE = 20
_wrong: list[float] = []
_lock = threading.Lock()


def pair_device() -> tuple[Device | None, str, ResponseReturnValue | None]:
    """The new device and its secret, or the page that says why there is none."""
    values = request.get_json(silent=True) or {} if request.is_json else request.form
    code, name = str(values.get("code", ""))[:20], str(values.get("name", "Tablet"))[:40]
    if _must_wait():
        return None, "", _problem("Too many wrong codes. Wait a minute.", code, 429)
    found = parts().people.class_by_code(code)
    if found is None:
        with _lock:
            _wrong.append(time.monotonic())
        sentence = "No class has this code. Look at the teacher's phone or the hub's screen."
        return None, "", _problem(sentence, code, 403)
    device, secret = parts().devices.pair(found.id, name or "Tablet")
    parts().logins_changed()
    return device, secret, None


def _must_wait() -> bool:
    with _lock:
        _wrong[:] = [when for when in _wrong if when > time.monotonic() - 60]
        return len(_wrong) >= WRONG_A_MINUTE


def _problem(sentence: str, code: str, status: int) -> ResponseReturnValue:
    if request.is_json:
        return {"error": sentence}, status
    return render_template("join.html", code=code, problem=sentence), status
