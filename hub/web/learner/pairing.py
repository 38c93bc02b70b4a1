"""Pairs a tablet by the class's code; wrong codes are slowed down."""

from __future__ import annotations

from math import ceil

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hub.insight.words import say
from hub.roster.devices import Device
from hub.web.parts import parts
from hub.web.problems import learners_tag


def pair_device() -> tuple[Device | None, str, ResponseReturnValue | None]:
    """The new device and its secret, or the page that says why there is none."""
    values = request.get_json(silent=True) or {} if request.is_json else request.form
    code, name = str(values.get("code", ""))[:20], str(values.get("name", "Tablet"))[:40]
    if wait_s := parts().wrong_codes.wait_s():
        refusal = _problem("page.join_wait", code, 429)
        return None, "", (*refusal, {"Retry-After": str(ceil(wait_s))})
    found = parts().people.class_by_code(code)
    if found is None:
        parts().wrong_codes.add()
        return None, "", _problem("page.join_wrong", code, 403)
    device, secret = parts().devices.pair(found.id, name or "Tablet")
    parts().logins_changed()
    return device, secret, None


def join_page(code: str, problem: str = "") -> str:
    """The question for the class's code; `problem` is the key of what is wrong with it."""
    return render_template("learner/join.html", code=code, problem=problem, tag=learners_tag())


def _problem(key: str, code: str, status: int) -> tuple[str | dict[str, str], int]:
    if request.is_json:
        return {"error": say("en", key)}, status
    return join_page(code, key), status
