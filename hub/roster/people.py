"""Classes and the learners in them; small enough to be held in memory whole."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sqlite_utils import Database

from hub.errors import RosterError
from hub.roster.class_names import check_free
from hub.store.writer import Writer

#: No letters or digits that a child or a tired teacher mixes up.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
#: Cards for those who cannot read yet: pictures of Unicode 6.0, which tablets of 2015 draw.
#: More of them than most classes have learners.
PICTURES = tuple(
    "🐘🐢🐝🐟🐓🐐🐄🐒🐪🐑🐇🐎🐕🐈🐸🐍🐧🐬🌻🌴🍌🌽🍎🍇🌈🚲⚽⭐🌙🔔🎈🎸🎺🏠🚌"
    "🐞🐌🐙🐳🐨🐼🐷🐯🐣🌵🍓🍊🍉🍍🍒🌷🍄⛵🚂🚀🚗👑🔑🎁☔"
)
#: How the learners of a class sign in: a tap on the card alone, or a code after it.
Style = Literal["tap", "pictures", "pin", "password"]
STYLES: tuple[Style, ...] = get_args(Style)
#: Whether a learner is in the class now, has left it and may come back, or was taken in by
#: mistake and is gone: of that one the number alone is kept, so that nobody else gets it.
Presence = Literal["here", "away", "gone"]


@dataclass(frozen=True, slots=True)
class Class:
    """A class of learners: its pack, the code that pairs its tablets, its way to sign in."""

    id: int
    name: str
    pack: int
    join_code: str
    sign_in: Style = "tap"


@dataclass(frozen=True, slots=True)
class Learner:
    """A child, as its class knows it."""

    id: int
    class_id: int
    name: str
    picture: str
    presence: Presence = "here"
    #: The language that a list named when the learner came; None for the class's own.
    language: str | None = None


class People:
    """All classes and learners; changes are on disk before they show."""

    def __init__(self, writer: Writer, connection: sqlite3.Connection) -> None:
        self._writer = writer
        self._connection = connection
        self._changing = threading.Lock()
        self.classes: dict[int, Class] = {}
        self.learners: dict[int, Learner] = {}

    def load(self) -> None:
        """Reads what the database holds."""
        with self._changing:
            self._load()

    def _load(self) -> None:
        classes = self._connection.execute(
            "SELECT id, name, pack, join_code, sign_in FROM classes"
        )
        self.classes = {row[0]: Class(*row) for row in classes}
        learners = self._connection.execute(
            "SELECT id, class, name, picture, presence, language FROM learners"
        )
        self.learners = {row[0]: Learner(*row) for row in learners}

    def learner(self, learner_id: int) -> Learner:
        """The learner; RosterError where there is none."""
        found = self.learners.get(learner_id)
        if found is None:
            raise RosterError(f"There is no learner {learner_id}.")
        return found

    def in_class(self, class_id: int) -> list[Learner]:
        """The class's learners in the order they were added, without those who left."""
        return [one for one in self.ever_in_class(class_id) if one.presence == "here"]

    def ever_in_class(self, class_id: int) -> list[Learner]:
        """The same, with those who left."""
        everyone = list(self.learners.values())  # others may be added meanwhile
        return [one for one in everyone if one.class_id == class_id]

    def class_by_code(self, code: str) -> Class | None:
        """The class that `code` pairs tablets with; spaces and case do not matter."""
        wanted = "".join(code.split()).upper()
        found = None
        for one in self.classes.values():
            if secrets.compare_digest(one.join_code.encode(), wanted.encode()):
                found = one
        return found

    @contextmanager
    def unshown(self) -> Iterator[None]:
        """While it lasts, nothing that others write shows here: for a class without a room."""
        with self._changing:
            yield

    def add_class(
        self,
        name: str,
        pack: int,
        *,
        is_new_name: bool = False,
        furnish: Callable[[int], object] = lambda _class_id: None,
    ) -> Class:
        """A new, empty class; it shows once `furnish` has done for its number what it needs.

        With `is_new_name` RosterError where another class is called that.
        """
        code = new_code(6)

        def work(database: Database) -> int:
            if is_new_name:
                check_free(database.conn, name)
            cursor = database.conn.execute(
                "INSERT INTO classes (name, pack, join_code) VALUES (?, ?, ?)",
                (name, pack, code),
            )
            return int(cursor.lastrowid or 0)

        with self._changing:
            added = Class(self._writer.call(work), name, pack, code)
            furnish(added.id)
            self.classes[added.id] = added
        return added

    def set_sign_in(self, class_id: int, style: Style) -> None:
        """How the learners of the class sign in from now on; RosterError for no such class."""
        found = self.classes.get(class_id)
        if found is None:
            raise RosterError(f"There is no class {class_id}.")
        with self._changing:
            self._writer.call(
                lambda database: database.conn.execute(
                    "UPDATE classes SET sign_in = ? WHERE id = ?", (style, class_id)
                )
            )
            self.classes[class_id] = replace(found, sign_in=style)

    def add_learners(self, class_id: int, names: Sequence[str]) -> list[Learner]:
        """New learners of a class, each with a picture of its own while they last."""
        if class_id not in self.classes:
            raise RosterError(f"There is no class {class_id}.")
        taken = len(self.ever_in_class(class_id))
        rows = [
            (class_id, name, PICTURES[(taken + place) % len(PICTURES)])
            for place, name in enumerate(names)
        ]

        def work(database: Database) -> list[Learner]:
            insert = "INSERT INTO learners (class, name, picture) VALUES (?, ?, ?)"
            run = database.conn.execute
            return [Learner(int(run(insert, row).lastrowid or 0), *row) for row in rows]

        with self._changing:
            added = self._writer.call(work)
            self.learners.update({one.id: one for one in added})
        return added


def new_code(length: int) -> str:
    """A random code that can be read aloud."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
