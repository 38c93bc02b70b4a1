"""The form controls of an answer: their names, how they join into one text, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from models.domain.widgets import (
    Choices,
    Fields,
    Matching,
    NumberField,
    Ordering,
    Widget,
)

NAME = "answer"
#: A whole answer as one text, sent again from a page that could not be sure of it.
WHOLE = "whole_answer"


class Form(Protocol):
    """What a browser sent: several values may have one name."""

    def get(self, key: str, default: str) -> str:
        """The first value of `key`."""

    def getlist(self, key: str) -> list[str]:
        """All values of `key`."""


def answer_of(widget: Widget, form: Form, name: str = NAME) -> str:
    """The answer's text, as the head of `models.domain.solution` describes it."""
    if isinstance(widget, Choices):
        return ",".join(form.getlist(name))
    if isinstance(widget, Ordering):
        return ",".join(form.get(f"{name}:{at}", "") for at in places(widget))
    if isinstance(widget, Matching):
        pairs = ((one.id, form.get(f"{name}:{one.id}", "")) for one in widget.left)
        return ",".join(f"{left}={right}" for left, right in pairs)
    if isinstance(widget, Fields):
        # What parts one field from the next cannot stand within one.
        each = ((one, answer_of(one.widget, form, f"{name}.{one.id}")) for one in widget.parts)
        return ";".join(f"{one.id}={text.replace(';', ' ')}" for one, text in each)
    return form.get(name, "").strip()


def values_of(widget: Widget, answer: str, name: str = NAME) -> dict[str, Sequence[str]]:
    """The controls' values that `answer` came from, by name; `answer_of` turned round."""
    if isinstance(widget, Choices):
        return {name: answer.split(",")}
    if isinstance(widget, Ordering):
        return {f"{name}:{at}": [one] for at, one in enumerate(answer.split(","), 1)}
    if isinstance(widget, Matching):
        pairs = (one.partition("=") for one in answer.split(","))
        return {f"{name}:{left}": [right] for left, _, right in pairs}
    if isinstance(widget, Fields):
        given = _by_part(answer)
        found: dict[str, Sequence[str]] = {}
        for part in widget.parts:
            text = given.get(part.id, "")
            found |= values_of(part.widget, text, f"{name}.{part.id}")
        return found
    return {name: [answer]}


def places(widget: Ordering) -> range:
    """The places that options are put in, from 1."""
    return range(1, len(widget.options) + 1)


def keyboard(widget: Widget) -> str:
    """Which keyboard a tablet without scripts should show."""
    if not isinstance(widget, NumberField):
        return "text"
    return {(): "numeric", ("decimal",): "decimal"}.get(widget.keys, "text")


def _by_part(answer: str) -> Mapping[str, str]:
    named = (one.partition("=") for one in answer.split(";"))
    return {name.strip(): text for name, _, text in named}
