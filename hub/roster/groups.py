"""The names of groups that a teacher makes within a class; who is in one stands in the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from hub.errors import RosterError
from hub.store.writer import Writer

#: A name fits on a line of a phone.
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Group:
    """Some learners of a class, under a name that the teacher gave them."""

    id: int
    class_id: int
    name: str


class Groups:
    """All groups of this hub by name; a change is on disk before it shows."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.all: dict[int, Group] = {}

    def load(self, known: Collection[int]) -> None:
        """Reads the names; those of groups that no log knows of go: a cut came between."""

        def work(database: Database) -> list[tuple[int, int, str]]:
            run = database.conn.execute
            rows = run("SELECT id, class, name FROM learner_groups ORDER BY id").fetchall()
            for group, *_ in rows:
                if group not in known:
                    run("DELETE FROM learner_groups WHERE id = ?", (group,))
            return [row for row in rows if row[0] in known]

        self.all = {row[0]: Group(*row) for row in self._writer.call(work)}

    def keep(self, class_id: int, known: Collection[int]) -> None:
        """Of the class's names only those of the groups `known` stay."""
        mine = {one.id for one in self.all.values() if one.class_id == class_id}
        gone = sorted(mine - set(known))
        if gone:
            delete, rows = "DELETE FROM learner_groups WHERE id = ?", [(one,) for one in gone]
            self._writer.call(lambda database: database.conn.executemany(delete, rows))
            self.all = {one: group for one, group in self.all.items() if one not in gone}

    def add(self, class_id: int, name: str) -> Group:
        """A new group; RosterError for a name that is none, or is taken in the class."""
        self._check(class_id, name)
        insert = "INSERT INTO learner_groups (class, name) VALUES (?, ?)"
        row = (class_id, name)
        group = self._writer.call(
            lambda database: int(database.conn.execute(insert, row).lastrowid or 0)
        )
        self.all[group] = Group(group, class_id, name)
        return self.all[group]

    def rename(self, group: int, name: str) -> None:
        """Another name; RosterError as `add`, and where there is no such group."""
        found = self.all.get(group)
        if found is None:
            raise RosterError("There is no such group.")
        self._check(found.class_id, name, besides=group)
        update = "UPDATE learner_groups SET name = ? WHERE id = ?"
        self._writer.call(lambda database: database.conn.execute(update, (name, group)))
        self.all[group] = Group(group, found.class_id, name)

    def _check(self, class_id: int, name: str, *, besides: int = 0) -> None:
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise RosterError(
                f"A group needs a name of at most {LONGEST_NAME} letters. Write a shorter one."
            )
        taken = (one for one in self.all.values() if one.class_id == class_id)
        if any(one.name == name and one.id != besides for one in taken):
            raise RosterError(f"The class has a group called {name} already. Choose another.")
