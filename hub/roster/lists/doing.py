"""Takes a list in: one transaction that does all of its plan or nothing; and takes it back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from typing import Literal

import msgspec
from sqlite_utils import Database

from hub.errors import RosterError
from hub.roster.lists.known import Known, Locales, known
from hub.roster.lists.plan import Plan, Step, make_plan
from hub.roster.lists.wanted import Reading
from hub.roster.people import PICTURES, new_code


class Taken(msgspec.Struct, frozen=True):
    """What one list changed, as it is kept for undoing: learners' numbers, and what was before.

    `renamed` and `moved` hold (learner, before, after).
    """

    new: list[int] = []
    classes: list[int] = []
    back: list[int] = []
    left: list[int] = []
    renamed: list[tuple[int, str, str]] = []
    moved: list[tuple[int, int, int]] = []

    @property
    def learners(self) -> set[int]:
        """All whom it changed."""
        changed = (one[0] for one in (*self.renamed, *self.moved))
        return {*self.new, *self.back, *self.left, *changed}


class Done(msgspec.Struct, frozen=True):
    """A list that was taken in: `number` undoes it."""

    number: int
    taken: Taken


def taking(
    reading: Reading, locales: Locales, *, into: str, pack: int | None, expected: str | None
) -> Callable[[Database], Done]:
    """The work of a transaction: plans anew on what is there now, and does it.

    New classes work with pack `pack`, by default with that of the latest class. Raises
    RosterError where the plan is not the `expected` one that somebody was shown: the class has
    changed since.
    """

    def work(database: Database) -> Done:
        before = known(database.conn)
        plan = make_plan(reading, before, locales, into)
        if expected is not None and plan.digest != expected:
            raise RosterError(
                "The class has changed since this list was looked at. Look at it again, then "
                "take it in."
            )
        taken = _do(database.conn, before, plan, pack or _latest_pack(database.conn))
        insert = "INSERT INTO roster_imports (changes) VALUES (?)"
        body = msgspec.json.encode(taken).decode()
        number = database.conn.execute(insert, (body,)).lastrowid
        return Done(int(number or 0), taken)

    return work


def undoing(number: int) -> Callable[[Database], Taken]:
    """The work of a transaction: takes list `number` back, as far as nothing came since.

    Its new learners leave: those without an answer for good, the others can come back. Raises
    RosterError where there is no such list, or a later one, or a teacher by hand, changed one
    of its learners since: that goes first.
    """

    def work(database: Database) -> Taken:
        run = database.conn.execute
        mark = "UPDATE roster_imports SET is_undone = 1 WHERE id = ? AND is_undone = 0"
        if run(mark, (number,)).rowcount != 1:
            raise RosterError("This list was taken back already, or never came.")
        select = "SELECT changes FROM roster_imports WHERE id = ?"
        (body,) = run(select, (number,)).fetchone()
        taken = msgspec.json.decode(body, type=Taken)
        _check_latest(database.conn, number, taken)
        _undo(database.conn, taken)
        return taken

    return work


def latest(connection: sqlite3.Connection) -> int | None:
    """The number of the latest list that was not taken back."""
    select = "SELECT max(id) FROM roster_imports WHERE is_undone = 0"
    row = connection.execute(select).fetchone()
    return None if row[0] is None else int(row[0])


def _latest_pack(connection: sqlite3.Connection) -> int:
    select = "SELECT coalesce(wanted_pack, pack) FROM classes ORDER BY id DESC LIMIT 1"
    row = connection.execute(select).fetchone()
    if row is None:
        raise RosterError("There is no class yet, so name the pack that the first works with.")
    return int(row[0])


def _do(connection: sqlite3.Connection, before: Known, plan: Plan, pack: int) -> Taken:
    classes, made = _classes(connection, plan, pack)
    _keep_frames(connection, plan)
    new = _add(connection, [step for step in plan.steps if step.change == "new"], classes)
    found: dict[str, list[Step]] = {"back": [], "leaves": [], "renamed": [], "moved": []}
    for step in plan.steps:
        if step.learner:
            _adopt(connection, step, before)
            found.setdefault(step.change, []).append(step)
    back = [step.learner for step in found["back"]]
    left = [step.learner for step in found["leaves"]]
    _set_presence(connection, back, "here")
    _set_presence(connection, left, "away")
    changed = [step for change in ("back", "renamed", "moved") for step in found[change]]
    return Taken(
        new,
        made,
        back,
        left,
        _rename(connection, changed, before),
        _move(connection, changed, before, classes),
    )


def _classes(
    connection: sqlite3.Connection, plan: Plan, pack: int
) -> tuple[list[int], list[int]]:
    """The class of each of the plan's targets, and those of them that are new."""
    found, made = [], []
    for target in plan.targets:
        class_id = target.class_id
        if not class_id:
            insert = "INSERT INTO classes (name, pack, join_code) VALUES (?, ?, ?)"
            added = connection.execute(insert, (target.name, pack, new_code(6))).lastrowid
            class_id = int(added or 0)
            made.append(class_id)
        if target.source_id:
            update = "UPDATE classes SET source_id = ? WHERE id = ? AND source_id IS NULL"
            connection.execute(update, (target.source_id, class_id))
        found.append(class_id)
    return found, made


def _keep_frames(connection: sqlite3.Connection, plan: Plan) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO roster_frames (file, source_id, place, fields)"
        " VALUES (?, ?, ?, ?)",
        [
            (one.file, one.source_id, place, msgspec.json.encode(one.fields).decode())
            for place, one in enumerate(plan.frames)
        ],
    )


def _add(
    connection: sqlite3.Connection, steps: Collection[Step], classes: list[int]
) -> list[int]:
    select = "SELECT class, count(*) FROM learners GROUP BY class"
    taken: dict[int, int] = dict(connection.execute(select).fetchall())
    added = []
    for step in steps:
        class_id = classes[step.group]
        place = taken[class_id] = taken.get(class_id, 0) + 1
        picture = PICTURES[(place - 1) % len(PICTURES)]
        row = (class_id, step.name, picture, step.source_id or None, step.language or None)
        cursor = connection.execute(
            "INSERT INTO learners (class, name, picture, source_id, language)"
            " VALUES (?, ?, ?, ?, ?)",
            row,
        )
        added.append(int(cursor.lastrowid or 0))
    return added


def _adopt(connection: sqlite3.Connection, step: Step, before: Known) -> None:
    """Keeps what the school's system calls a learner who had no such id yet."""
    if step.source_id and not before.learners[step.learner].source_id:
        update = "UPDATE learners SET source_id = ? WHERE id = ?"
        connection.execute(update, (step.source_id, step.learner))


def _rename(
    connection: sqlite3.Connection, steps: Collection[Step], before: Known
) -> list[tuple[int, str, str]]:
    done = []
    for step in steps:
        former = before.learners[step.learner].name
        if former != step.name:
            update = "UPDATE learners SET name = ? WHERE id = ?"
            connection.execute(update, (step.name, step.learner))
            done.append((step.learner, former, step.name))
    return done


def _move(
    connection: sqlite3.Connection, steps: Collection[Step], before: Known, classes: list[int]
) -> list[tuple[int, int, int]]:
    done = []
    for step in steps:
        former, class_id = before.learners[step.learner].class_id, classes[step.group]
        if former != class_id:
            update = "UPDATE learners SET class = ? WHERE id = ?"
            connection.execute(update, (class_id, step.learner))
            done.append((step.learner, former, class_id))
    return done


def _undo(connection: sqlite3.Connection, taken: Taken) -> None:
    answered = _answered(connection, taken.new)
    _set_presence(connection, sorted(answered), "away")
    for learner in taken.new:
        if learner not in answered:
            _forget(connection, learner)
    _set_presence(connection, taken.left, "here")
    _set_presence(connection, taken.back, "away")
    # Only what still is as the list left it: a later word stands.
    connection.executemany(
        "UPDATE learners SET name = ? WHERE id = ? AND name = ?",
        [(former, learner, name) for learner, former, name in taken.renamed],
    )
    connection.executemany(
        "UPDATE learners SET class = ? WHERE id = ? AND class = ?",
        [(former, learner, class_id) for learner, former, class_id in taken.moved],
    )


def _check_latest(connection: sqlite3.Connection, number: int, taken: Taken) -> None:
    """Taken back in the middle of others, a change would undo what came after it."""
    select = (
        "SELECT id, changes FROM roster_imports WHERE is_undone = 0 AND id > ? ORDER BY id DESC"
    )
    for later, body in connection.execute(select, (number,)):
        if taken.learners & msgspec.json.decode(body, type=Taken).learners:
            raise RosterError(
                f"These learners were changed later, by list {later}. Take that one back first."
            )
    _check_by_hand(connection, number, taken.learners)


def _check_by_hand(connection: sqlite3.Connection, number: int, learners: set[int]) -> None:
    """What a teacher said of one learner after the list would be lost with it."""
    select = (
        "SELECT c.learner, c.kind, l.name, classes.name FROM learner_changes AS c"
        " JOIN learners AS l ON l.id = c.learner JOIN classes ON classes.id = l.class"
        " WHERE c.is_undone = 0 AND c.after_list >= ? AND l.presence != 'gone'"
        " ORDER BY c.id DESC"
    )
    for learner, kind, name, of_class in connection.execute(select, (number,)):
        if learner in learners:
            raise RosterError(_by_hand(kind, name, of_class))


def _by_hand(kind: str, name: str, of: str) -> str:
    """The refusal: whose change came later, and what to do."""
    if kind == "renamed":
        return (
            f"{name} got another name after this list came. Take that back first, on the page"
            f" of the class {of}."
        )
    if kind == "moved":
        return (
            f"{name} moved to another class after this list came. Take that back first, on the"
            f" page of the class {of}."
        )
    if kind == "left":
        return (
            f"{name} left the class after this list came. Take that back first, on the page of"
            f" the class {of}."
        )
    return (
        f"{name} came back after this list came. Take that back first, on the page of the class"
        f" {of}."
    )


def _answered(connection: sqlite3.Connection, learners: Collection[int]) -> set[int]:
    wanted = set(learners)
    rows = connection.execute("SELECT DISTINCT learner FROM attempts")
    return {row[0] for row in rows if row[0] in wanted}


def _forget(connection: sqlite3.Connection, learner: int) -> None:
    """Nothing of a learner who never worked is kept but the number, which nobody else gets."""
    connection.execute("DELETE FROM sign_in_codes WHERE learner = ?", (learner,))
    connection.execute(
        "UPDATE learners SET name = '', source_id = NULL, language = NULL, presence = 'gone'"
        " WHERE id = ?",
        (learner,),
    )


def _set_presence(
    connection: sqlite3.Connection, learners: Collection[int], presence: Literal["here", "away"]
) -> None:
    connection.executemany(
        "UPDATE learners SET presence = ? WHERE id = ? AND presence != 'gone'",
        [(presence, one) for one in learners],
    )
