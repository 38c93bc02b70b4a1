"""What a teacher changes about one learner or a class: a name, a class, who is here.

Each change of a learner is a row beside it, written with it, by which it is taken back. Lists
have rows of their own: many children at once, and only the latest can be taken back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar

from sqlite_utils import Database

from hub.errors import RosterError
from hub.roster.class_names import check_free, title
from hub.roster.lists.names import name_fault, tidy
from hub.roster.lists.remarks import refused
from hub.roster.people import People
from hub.store.writer import Writer

Kind = Literal["renamed", "moved", "left", "back"]
Result = TypeVar("Result")
#: Under this name the choices keep what a class was called before.
FORMER_NAME = "class_before"
#: What each kind of change is a change of.
_COLUMNS: dict[Kind, str] = {
    "renamed": "name",
    "moved": "class",
    "left": "presence",
    "back": "presence",
}
_UPDATES = {
    "name": "UPDATE learners SET name = ? WHERE id = ? AND name = ?",
    "class": "UPDATE learners SET class = ? WHERE id = ? AND class = ?",
    "presence": "UPDATE learners SET presence = ? WHERE id = ? AND presence = ?",
}

#: Changes that stand: not taken back, and what they changed still is as they left it.
_STANDING = """
SELECT c.id, c.learner, c.kind, c.before, c.after, c.after_list
FROM learner_changes AS c JOIN learners AS l ON l.id = c.learner
WHERE c.is_undone = 0 AND l.presence != 'gone' AND c.id = coalesce(:number, c.id)
AND c.after =
    CASE c.kind WHEN 'renamed' THEN l.name WHEN 'moved' THEN CAST(l.class AS TEXT)
    ELSE l.presence END
AND (l.class = :class
    OR c.kind = 'moved' AND CAST(:class AS TEXT) IN (c.before, c.after))
ORDER BY c.id DESC LIMIT 1
"""


class Change(NamedTuple):
    """One change; before and after as text: names, numbers of classes, "here" or "away"."""

    id: int
    learner: int
    kind: Kind
    before: str
    after: str
    after_list: int


class Changing:
    """The deeds; each gives the number that undoes it, and raises RosterError for nonsense.

    A name that the learner has already is no deed: the number is that of the deed which gave
    it, 0 where there is none to undo.

    `catch_up` logs for the classes who came and who left.
    """

    def __init__(self, people: People, writer: Writer, catch_up: Callable[[], object]) -> None:
        self._people = people
        self._writer = writer
        self._catch_up = catch_up

    def rename_class(self, class_id: int, wanted: str) -> None:
        """Another name for a class, which no other class may have; `former_name` is kept.

        The name that it has already changes nothing: sent twice, the former one stays known.
        """
        name = title(wanted)

        def work(database: Database) -> None:
            run = database.conn.execute
            (before,) = run("SELECT name FROM classes WHERE id = ?", (class_id,)).fetchone()
            if before == name:
                return
            check_free(database.conn, name, besides=class_id)
            run("UPDATE classes SET name = ? WHERE id = ?", (name, class_id))
            insert = "INSERT OR REPLACE INTO choices (name, value) VALUES (?, ?)"
            run(insert, (f"{FORMER_NAME}.{class_id}", before))

        self._writer.call(work)
        self._people.load()

    def rename(self, learner: int, wanted: str) -> int:
        """Another name for a learner."""
        name = tidy(wanted)
        fault = name_fault(name)
        if fault is not None:
            raise refused(fault[0], **fault[1])
        return self._do(learner, "renamed", name)

    def move(self, learner: int, class_id: int) -> int:
        """Another class for a learner, who begins anew there."""
        if class_id not in self._people.classes:
            raise RosterError("There is no such class on this hub.")
        return self._do(learner, "moved", str(class_id))

    def archive(self, learner: int) -> int:
        """The learner leaves the class; nothing that was answered goes."""
        return self._do(learner, "left", "away")

    def bring_back(self, learner: int) -> int:
        """A learner who left is here again, and goes on where the work stopped."""
        return self._do(learner, "back", "here")

    def undo(self, number: int) -> None:
        """Takes a change back, as far as nothing came since: a later word stands."""

        def work(database: Database) -> None:
            mark = "UPDATE learner_changes SET is_undone = 1 WHERE id = ? AND is_undone = 0"
            if database.conn.execute(mark, (number,)).rowcount != 1:
                raise RosterError("This was taken back already, or is done.")
            select = "SELECT * FROM learner_changes WHERE id = ?"
            _, learner, kind, before, after, *_ = database.conn.execute(
                select, (number,)
            ).fetchone()
            _put(database.conn, learner, kind, before, only_from=after)

        self._call(work)

    def _do(self, learner: int, kind: Kind, after: str) -> int:
        """The change and what undoes it, in one transaction; then the class hears of it."""

        def work(database: Database) -> int:
            before = _before(database.conn, learner, kind)
            if before == after and kind == "moved":
                raise RosterError("The learner is in this class already.")
            if before == after and kind == "renamed":
                return _giving(database.conn, learner, after)
            _put(database.conn, learner, kind, after, only_from=before)
            cursor = database.conn.execute(
                "INSERT INTO learner_changes (learner, kind, before, after, after_list)"
                " VALUES (?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM roster_imports))",
                (learner, kind, before, after),
            )
            return int(cursor.lastrowid or 0)

        return self._call(work)

    def _call(self, work: Callable[[Database], Result]) -> Result:
        found = self._writer.call(work)
        self._people.load()
        self._catch_up()
        return found


def former_name(connection: sqlite3.Connection, class_id: int) -> str:
    """What the class was called before it got its name; empty where it never had another."""
    select = "SELECT value FROM choices WHERE name = ?"
    row = connection.execute(select, (f"{FORMER_NAME}.{class_id}",)).fetchone()
    return "" if row is None else str(row[0])


def latest_change(
    connection: sqlite3.Connection, class_id: int, number: int | None = None
) -> Change | None:
    """The latest change, or the one of that number, that can be taken back in this class: of a
    learner who is there, or who came or went by it.
    """
    row = connection.execute(_STANDING, {"class": class_id, "number": number}).fetchone()
    return None if row is None else Change(*row)


def _giving(connection: sqlite3.Connection, learner: int, name: str) -> int:
    """The number of the learner's latest change, where it is the one that gave this name."""
    select = (
        "SELECT id, kind, after FROM learner_changes WHERE learner = ? AND is_undone = 0"
        " ORDER BY id DESC LIMIT 1"
    )
    row = connection.execute(select, (learner,)).fetchone()
    return int(row[0]) if row is not None and row[1:] == ("renamed", name) else 0


def _before(connection: sqlite3.Connection, learner: int, kind: Kind) -> str:
    """What the change changes, as it is; RosterError for a learner whom it cannot be about."""
    select = "SELECT name, class, presence FROM learners WHERE id = ?"
    name, class_id, presence = connection.execute(select, (learner,)).fetchone()
    if kind == "back":
        if presence != "away":
            raise RosterError("The learner is here already.")
    elif presence != "here":
        raise RosterError("The learner has left. Bring the learner back first.")
    return str({"renamed": name, "moved": class_id}.get(kind, presence))


def _put(
    connection: sqlite3.Connection, learner: int, kind: Kind, value: str, *, only_from: str
) -> None:
    update = _UPDATES[_COLUMNS[kind]]
    connection.execute(update, (value, learner, only_from))
