"""What ends a request with a page of words, by its kind; and what was typed before it did."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import HTTPException

#: The fields that hold somebody's own words. No other is ever shown again: a password or a
#: code stands in the same forms, and the next one may look at the screen.
WORDS = frozenset({"text", "reason", "name"})
#: Those of an answer; see `hub.web.learner.fields`.
ANSWER = frozenset({"answer", "whole_answer"})


class Trouble(HTTPException):
    """`kind` names the words, see `hub.web.problems`; `code` is the status."""

    def __init__(self, kind: str, code: int) -> None:
        super().__init__()
        self.kind = kind
        self.code = code


def typed() -> tuple[str, ...]:
    """What somebody wrote into the form that came, field by field; never a password or a code.

    Of an answer only what was written with a number in it: what was ticked comes as a letter
    that nobody saw.
    """
    found = (
        text.strip()
        for name, texts in request.form.lists()
        for text in texts
        if name in WORDS or (_is_answer(name) and any(sign.isdigit() for sign in text))
    )
    return tuple(text for text in found if text)


def has_answer() -> bool:
    """Whether the form that came holds an answer or an explanation, written or ticked."""
    return any(name == "text" or _is_answer(name) for name in request.form)


def _is_answer(name: str) -> bool:
    return name in ANSWER or name.startswith(("answer.", "answer:"))
