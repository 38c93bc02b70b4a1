"""What comes in with a request: a whole number is one that the hub can hold, or it is none.

A number of twenty digits is Python's, but not SQLite's: bound into a query it would end a page
as a fault of the hub's. Here each number of an address or a form is bounded before a view has
it, so that no view needs to think of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from devices.messages import MAX_INTEGER


def whole_number(text: str) -> int:
    """The number that stands there; ValueError for none, or for one beyond all of the hub's."""
    number = int(text)
    if abs(number) > MAX_INTEGER:
        raise ValueError(text)
    return number


class Fields(ImmutableMultiDict[str, str]):
    """What a form or a query says; an `int` asked of it is a `whole_number`, else missing."""

    def get(self, *given: Any, **named: Any) -> Any:
        """The first of that name, as every mapping of Flask's gives it."""
        return super().get(*map(_bounded, given), **_all_bounded(named))

    def getlist(self, *given: Any, **named: Any) -> Any:
        """All of that name, likewise."""
        return super().getlist(*map(_bounded, given), **_all_bounded(named))


class Request(flask.Request):
    """A request whose forms and queries are `Fields`."""

    parameter_storage_class = Fields


class WholeNumber(IntegerConverter):
    """The same for a number in an address: beyond the bound there is no such page."""

    num_convert = staticmethod(whole_number)


def _bounded(wanted: Any) -> Any:
    return whole_number if wanted is int else wanted


def _all_bounded(named: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _bounded(one) for name, one in named.items()}
