"""What a teacher changes about the people: a name, a class, who is here; each taken back.

Each is kept as a list of one is, so that the same deed takes it back: Enrolling.undo.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection

import msgspec
from sqlite_utils import Database

from hub.errors import RosterError
from hub.roster.lists.doing import Taken
from hub.roster.lists.names import folded, name_fault, tidy, title_fault
from hub.roster.lists.remarks import refused
from hub.roster.people import People
from hub.store.writer import Writer

#: Under this name the choices keep what a class was called before.
FORMER_NAME = "class_before"
#: So many of the last changes are looked through for one of a class: more than a day has.
_LOOKED_AT = 100


class Changing:
    """The deeds; each gives the number that undoes it, and raises RosterError for nonsense.

    `catch_up` logs for the classes who came and who left.
    """

    def __init__(self, people: People, writer: Writer, catch_up: Callable[[], object]) -> None:
        self._people = people
        self._writer = writer
        self._catch_up = catch_up

    def rename_class(self, class_id: int, wanted: str) -> None:
        """Another name for a class; `class_name_back` takes it back. No two classes have the
        same.
        """
        name = tidy(wanted)
        check_class_name(self._people, name, besides=class_id)
        before = self._people.classes[class_id].name

        def work(database: Database) -> None:
            run = database.conn.execute
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

        def work(connection: sqlite3.Connection) -> Taken:
            _, before = _here(connection, learner)
            connection.execute("UPDATE learners SET name = ? WHERE id = ?", (name, learner))
            return Taken(renamed=[(learner, before, name)])

        return self._do(work)

    def move(self, learner: int, class_id: int) -> int:
        """Another class for a learner, who begins anew there."""
        if class_id not in self._people.classes:
            raise RosterError("There is no such class on this hub.")

        def work(connection: sqlite3.Connection) -> Taken:
            before, _ = _here(connection, learner)
            if before == class_id:
                raise RosterError("The learner is in this class already.")
            connection.execute(
                "UPDATE learners SET class = ? WHERE id = ?", (class_id, learner)
            )
            return Taken(moved=[(learner, before, class_id)])

        return self._do(work)

    def archive(self, learner: int) -> int:
        """The learner leaves the class; nothing that was answered goes."""

        def work(connection: sqlite3.Connection) -> Taken:
            _here(connection, learner)
            _set_presence(connection, learner, "away")
            return Taken(left=[learner])

        return self._do(work)

    def bring_back(self, learner: int) -> int:
        """A learner who left is here again, and goes on where the work stopped."""

        def work(connection: sqlite3.Connection) -> Taken:
            select = "SELECT 1 FROM learners WHERE id = ? AND presence = 'away'"
            if connection.execute(select, (learner,)).fetchone() is None:
                raise RosterError("The learner is here already.")
            _set_presence(connection, learner, "here")
            return Taken(back=[learner])

        return self._do(work)

    def _do(self, work: Callable[[sqlite3.Connection], Taken]) -> int:
        """The change and what undoes it, in one transaction; then the class hears of it."""

        def whole(database: Database) -> int:
            body = msgspec.json.encode(work(database.conn)).decode()
            insert = "INSERT INTO roster_imports (changes) VALUES (?)"
            return int(database.conn.execute(insert, (body,)).lastrowid or 0)

        number = self._writer.call(whole)
        self._people.load()
        self._catch_up()
        return number


def check_class_name(people: People, name: str, *, besides: int = 0) -> None:
    """Raises RosterError for a name that no class can have, or another one has."""
    fault = title_fault(name)
    if fault is not None:
        raise refused("class.empty" if not name else fault[0], **fault[1])
    others = (one for one in people.classes.values() if one.id != besides)
    if any(folded(one.name) == folded(name) for one in others):
        raise RosterError(f"There is a class called {name} already. Choose another name.")


def former_name(writer: Writer, class_id: int) -> str:
    """What the class was called before it got its name; empty where it never had another."""
    select = "SELECT value FROM choices WHERE name = ?"
    row = writer.call(
        lambda database: database.conn.execute(
            select, (f"{FORMER_NAME}.{class_id}",)
        ).fetchone()
    )
    return "" if row is None else str(row[0])


def latest_change(
    connection: sqlite3.Connection, of_class: Collection[int]
) -> tuple[int, Taken] | None:
    """The latest change of one of these learners that can be taken back, and its number."""
    select = (
        "SELECT id, changes FROM roster_imports WHERE is_undone = 0 ORDER BY id DESC LIMIT ?"
    )
    wanted = set(of_class)
    for number, body in connection.execute(select, (_LOOKED_AT,)):
        taken = msgspec.json.decode(body, type=Taken)
        if wanted & _touched(taken):
            return int(number), taken
    return None


def _touched(taken: Taken) -> set[int]:
    changed = [*taken.renamed, *taken.moved]
    return {*taken.new, *taken.back, *taken.left, *(one[0] for one in changed)}


def _here(connection: sqlite3.Connection, learner: int) -> tuple[int, str]:
    """The class and name of a learner who is here; RosterError for anybody else."""
    select = "SELECT class, name FROM learners WHERE id = ? AND presence = 'here'"
    row = connection.execute(select, (learner,)).fetchone()
    if row is None:
        raise RosterError("The learner has left. Bring the learner back first.")
    return int(row[0]), str(row[1])


def _set_presence(connection: sqlite3.Connection, learner: int, presence: str) -> None:
    update = "UPDATE learners SET presence = ? WHERE id = ?"
    connection.execute(update, (presence, learner))
