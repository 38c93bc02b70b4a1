"""The teachers of this hub, and every change of who may come in.

A change and the row that tells of it are one transaction: after a power cut both are there, or
neither. These rows stand beside the class's log, not in it: what a learner is asked next does
not follow from who teaches.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection
from dataclasses import replace

from sqlite_utils import Database

from hub.errors import RosterError
from hub.roster import staff_deeds
from hub.roster.staff_deeds import SCREEN, UNDOABLE, StaffDeed
from hub.roster.teacher import WITH_CLASSES, Teacher, folded, role_named, tidy_name
from hub.roster.teacher_sessions import Now
from hub.store.writer import Writer


class Teachers:
    """All teachers; changes are on disk before they show. Safe from any thread."""

    def __init__(self, writer: Writer, connection: sqlite3.Connection, *, now: Now) -> None:
        self._writer = writer
        self._connection = connection
        self._now = now
        self._lock = threading.RLock()
        self._hashes: dict[int, str] = {}
        self._told: dict[int, int] = {}
        self._all: dict[int, Teacher] = {}
        self._deeds: list[StaffDeed] = []

    def load(self) -> None:
        """Reads what the database holds."""
        rows = self._connection.execute(
            "SELECT id, name, role, language, password_hash, is_removed, told FROM teachers"
        ).fetchall()
        pairs = self._connection.execute(
            "SELECT teacher, class FROM teacher_classes"
        ).fetchall()
        for number, name, role, language, kept, is_removed, told in rows:
            mine = frozenset(one for teacher, one in pairs if teacher == number)
            found = Teacher(number, name, role, language, bool(kept), bool(is_removed), mine)
            self._all[number] = found
            self._hashes[number] = kept or ""
            self._told[number] = told
        self._deeds = staff_deeds.latest(self._connection)

    def of(self, teacher_id: int) -> Teacher:
        """The teacher, removed or not; RosterError where there is none."""
        found = self._all.get(teacher_id)
        if found is None:
            raise RosterError("There is no such teacher on this hub.")
        return found

    @property
    def all(self) -> list[Teacher]:
        """All who are not removed, in the order they came."""
        return [one for one in list(self._all.values()) if not one.is_removed]

    @property
    def heads(self) -> list[Teacher]:
        """Those who answer for the hub and can sign in."""
        return [one for one in self.all if one.role == "head" and one.has_password]

    def named(self, name: str) -> Teacher | None:
        """The teacher of that name who can sign in; without a name the only one there is."""
        able = [one for one in self.all if one.has_password]
        if not name.strip():
            return able[0] if len(able) == 1 else None
        wanted = folded(name)
        return next((one for one in able if folded(one.name) == wanted), None)

    def password_hash(self, teacher_id: int) -> str:
        """What is kept of the teacher's password; empty for none."""
        return self._hashes.get(teacher_id, "")

    def add(self, name: str, role: str, classes: Collection[int], *, by: int) -> Teacher:
        """A new teacher, who cannot sign in yet; RosterError for a name that is taken."""
        with self._lock:
            fresh = Teacher(0, self._free_name(name), role_named(role))
            fresh = replace(fresh, classes=_own_classes(role, classes))
            return self._change("invited", None, fresh, by=by)

    def add_head(self, name: str, kept: str, *, used: str) -> Teacher:
        """A head who comes in by the hub's own screen; `used` is that code, as it is kept.

        RosterError where somebody else used that code a moment before, or for a taken name.
        """
        with self._lock:
            kind = "recovered" if self.heads else "first"
            fresh = Teacher(0, self._free_name(name), "head", has_password=True)
            return self._change(kind, None, fresh, kept, by=SCREEN, before=_using_up(used))

    def recover(self, teacher_id: int, kept: str, *, used: str) -> Teacher:
        """A head comes in by the hub's screen with a new password; as `add_head`."""
        with self._lock:
            old = self.of(teacher_id)
            if old.is_removed or old.role != "head":
                raise RosterError("There is no such head teacher on this hub.")
            new = replace(old, has_password=True)
            return self._change("recovered", old, new, kept, by=SCREEN, before=_using_up(used))

    def join(self, teacher_id: int, name: str, kept: str) -> Teacher:
        """Who was invited comes in the first time, by a name and a password of their own."""
        with self._lock:
            old = self.of(teacher_id)
            if old.is_removed:
                raise RosterError("This invitation was taken back. Ask for a new one.")
            new = replace(old, name=self._free_name(name, but=old.id), has_password=True)
            return self._change("joined", old, new, kept, by=old.id)

    def set_password(self, teacher_id: int, kept: str) -> None:
        """The teacher's own password from now on, as it is kept."""
        with self._lock:
            old = self.of(teacher_id)
            new = replace(old, has_password=True)
            self._change("password", old, new, kept, by=old.id)

    def rename(self, teacher_id: int, name: str) -> None:
        """The teacher's own name; RosterError for one that is taken or none."""
        with self._lock:
            old = self.of(teacher_id)
            new = replace(old, name=self._free_name(name, but=old.id))
            if new != old:
                self._change("renamed", old, new, by=old.id)

    def set_language(self, teacher_id: int, tag: str) -> None:
        """The language in which this teacher's pages speak; empty for the hub's own."""
        with self._lock:
            new = replace(self.of(teacher_id), language=tag)
            self._writer.call(lambda database: _write(database.conn, new))
            self._all[teacher_id] = new

    def change(
        self,
        teacher_id: int,
        role: str,
        classes: Collection[int],
        *,
        by: int,
        was: tuple[str, Collection[int]] | None = None,
    ) -> None:
        """Another role or other classes; RosterError where no head would be left.

        `was` is what stood on the page on which that was chosen: RosterError where somebody
        changed it meanwhile, lest what was taken away comes back with the next change.
        """
        with self._lock:
            old = self.of(teacher_id)
            if was is not None and (old.role, old.classes) != (was[0], frozenset(was[1])):
                raise RosterError(
                    "Somebody changed this teacher's role or classes meanwhile. "
                    "Look at them again, then choose."
                )
            mine = _own_classes(role, classes)
            new = replace(old, role=role_named(role), classes=mine)
            if new != old:
                self._check_heads(new)
                self._change("changed", old, new, by=by)

    def remove(self, teacher_id: int, *, by: int) -> None:
        """The teacher may not come in any more; RosterError where no head would be left."""
        with self._lock:
            old = self.of(teacher_id)
            if old.is_removed:
                raise RosterError("This teacher was removed already.")
            new = replace(old, is_removed=True)
            self._check_heads(new)
            self._change("removed", old, new, by=by)

    def undo(self, deed_id: int, *, by: int) -> Teacher:
        """Takes a change or a removal back, if nothing came after it; RosterError else."""
        with self._lock:
            deed = next((one for one in self._deeds if one.id == deed_id), None)
            if deed is None or deed != self.undoable(deed.about):
                raise RosterError("This was taken back already, or something came after it.")
            old = self.of(deed.about)
            new = replace(
                old,
                name=self._free_name(old.name, but=old.id),
                role=role_named(deed.before["role"]),
                classes=frozenset(deed.before["classes"]),
                is_removed=bool(deed.before["is_removed"]),
            )
            self._check_heads(new)
            return self._change("undone", old, new, by=by)

    def undoable(self, teacher_id: int) -> StaffDeed | None:
        """The last change of this teacher's rights, where it can be taken back."""
        kinds = UNDOABLE | {"undone"}
        mine = [one for one in self._deeds if one.about == teacher_id and one.kind in kinds]
        return mine[-1] if mine and mine[-1].kind in UNDOABLE else None

    @property
    def deeds(self) -> list[StaffDeed]:
        """The latest changes of who may come in, the last one first."""
        return self._deeds[::-1]

    def news(self, teacher_id: int) -> list[StaffDeed]:
        """What this teacher has not been told yet: who came in by the hub's own screen."""
        told = self._told.get(teacher_id, 0)
        return [one for one in self._deeds if one.kind == "recovered" and one.id > told]

    def tell(self, teacher_id: int, deed_id: int) -> None:
        """The teacher has read the news up to this one."""
        with self._lock:
            self._writer.call(lambda database: _mark_told(database.conn, teacher_id, deed_id))
            self._told[teacher_id] = max(self._told.get(teacher_id, 0), deed_id)

    def _change(
        self,
        kind: str,
        old: Teacher | None,
        new: Teacher,
        kept: str | None = None,
        *,
        by: int,
        before: Callable[[sqlite3.Connection], object] = lambda _connection: None,
    ) -> Teacher:
        """The change and its row in one transaction, then in memory; gives the teacher."""

        def work(database: Database) -> tuple[Teacher, StaffDeed]:
            connection = database.conn
            before(connection)
            written = new if old is not None else _insert(connection, new)
            _write(connection, written, kept)
            deed = staff_deeds.insert(connection, kind, (old, written), by=by, at=self._now())
            if kind in {"first", "recovered", "invited"}:
                # Who comes new, or did it, is not told of it as of news.
                _mark_told(connection, written.id, deed.id)
            return written, deed

        written, deed = self._writer.call(work)
        self._all[written.id] = written
        self._deeds = [*self._deeds, deed][-staff_deeds.MOST :]
        if kept is not None:
            self._hashes[written.id] = kept
        if kind in {"first", "recovered", "invited"}:
            self._told[written.id] = deed.id
        return written

    def _check_heads(self, new: Teacher) -> None:
        """RosterError where `new` is no head any more, and was the only one."""
        is_head = new.role == "head" and not new.is_removed
        if not is_head and [one.id for one in self.heads] == [new.id]:
            raise RosterError(
                "One head teacher has to stay: nobody else could invite anyone any more. Make "
                "somebody else head first."
            )

    def _free_name(self, name: str, *, but: int = 0) -> str:
        tidy = tidy_name(name)
        if any(folded(one.name) == folded(tidy) for one in self.all if one.id != but):
            raise RosterError("Another teacher has this name. Add a letter or a second name.")
        return tidy


def _own_classes(role: str, classes: Collection[int]) -> frozenset[int]:
    return frozenset(classes) if role in WITH_CLASSES else frozenset()


def _insert(connection: sqlite3.Connection, new: Teacher) -> Teacher:
    cursor = connection.execute(
        "INSERT INTO teachers (name, role) VALUES (?, ?)", (new.name, new.role)
    )
    return replace(new, id=int(cursor.lastrowid or 0))


def _write(connection: sqlite3.Connection, teacher: Teacher, kept: str | None = None) -> None:
    """Brings the teacher's rows up to date; a new password or a removal ends all sessions."""
    connection.execute(
        "UPDATE teachers SET name = ?, role = ?, language = ?, is_removed = ? WHERE id = ?",
        (teacher.name, teacher.role, teacher.language, int(teacher.is_removed), teacher.id),
    )
    if kept is not None:
        connection.execute(
            "UPDATE teachers SET password_hash = ? WHERE id = ?", (kept, teacher.id)
        )
    if kept is not None or teacher.is_removed:
        connection.execute("DELETE FROM teacher_sessions WHERE teacher = ?", (teacher.id,))
    connection.execute("DELETE FROM teacher_classes WHERE teacher = ?", (teacher.id,))
    connection.executemany(
        "INSERT INTO teacher_classes (teacher, class) VALUES (?, ?)",
        [(teacher.id, one) for one in sorted(teacher.classes)],
    )


def _mark_told(connection: sqlite3.Connection, teacher_id: int, deed_id: int) -> None:
    connection.execute(
        "UPDATE teachers SET told = max(told, ?) WHERE id = ?", (deed_id, teacher_id)
    )


def _using_up(used: str) -> Callable[[sqlite3.Connection], None]:
    """Voids the hub's one-time code; of two who use it at once, one comes in."""

    def use_up(connection: sqlite3.Connection) -> None:
        gone = connection.execute(
            "DELETE FROM secrets WHERE name = 'one_time_code' AND value = ?", (used,)
        )
        if gone.rowcount != 1:
            raise RosterError("This code was used a moment ago. Make a new one at the hub.")

    return use_up
