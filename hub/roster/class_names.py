"""What a class may be called: a name that can be read, and that no other class has."""

from __future__ import annotations

import sqlite3

from hub.errors import RosterError
from hub.roster.lists.names import folded, tidy, title_fault
from hub.roster.lists.remarks import refused


def title(wanted: str) -> str:
    """`wanted` without what does not belong; RosterError where no class can be called that."""
    name = tidy(wanted)
    fault = title_fault(name)
    if fault is not None:
        raise refused("class.empty" if not name else fault[0], **fault[1])
    return name


def check_free(connection: sqlite3.Connection, name: str, *, besides: int = 0) -> None:
    """Raises RosterError for a name that another class has.

    Asked within the transaction that gives the name: of two taps at once only one is first.
    """
    others = connection.execute("SELECT name FROM classes WHERE id != ?", (besides,))
    if any(folded(other) == folded(name) for (other,) in others):
        raise RosterError(f"There is a class called {name} already. Choose another name.")
