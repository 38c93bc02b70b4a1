"""Who is on the hub already, as a list is compared with it."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from hub.roster.people import Presence


class KnownClass(NamedTuple):
    """A class of the hub; `source_id` is empty where no other system gave one."""

    id: int
    name: str
    pack: int
    source_id: str


class KnownLearner(NamedTuple):
    """A learner of the hub."""

    id: int
    class_id: int
    name: str
    source_id: str
    presence: Presence


@dataclass(frozen=True)
class Known:
    """The hub's classes and learners at one moment; those who are gone are left out."""

    hub: uuid.UUID
    classes: Mapping[int, KnownClass]
    learners: Mapping[int, KnownLearner]

    @cached_property
    def by_source(self) -> dict[str, KnownLearner]:
        """The learners by what another system, or an export of this hub, calls them."""
        return {self.source(one): one for one in self.learners.values()}

    @cached_property
    def class_by_source(self) -> dict[str, KnownClass]:
        """The classes, likewise."""
        return {self.class_source(one): one for one in self.classes.values()}

    def source(self, learner: KnownLearner) -> str:
        """The learner's id in exports: the one that came with it, else one of this hub's."""
        return learner.source_id or self.made("learner", learner.id)

    def class_source(self, one: KnownClass) -> str:
        """The class's id in exports, likewise."""
        return one.source_id or self.made("class", one.id)

    def made(self, kind: str, of: object) -> str:
        """This hub's own id for something: always the same, and no other hub's (RFC 9562)."""
        return str(uuid.uuid5(self.hub, f"{kind}:{of}"))


def known(connection: sqlite3.Connection) -> Known:
    """What the database holds now."""
    read = connection.execute
    (hub,) = read("SELECT value FROM secrets WHERE name = 'roster_id'").fetchone()
    classes = read("SELECT id, name, pack, coalesce(source_id, '') FROM classes ORDER BY id")
    learners = read(
        "SELECT id, class, name, coalesce(source_id, ''), presence FROM learners"
        " WHERE presence != 'gone' ORDER BY id"
    )
    return Known(
        uuid.UUID(hub),
        {row[0]: KnownClass(*row) for row in classes},
        {row[0]: KnownLearner(*row) for row in learners},
    )


#: The languages that the lessons of a class are written in; 0 stands for a new class.
Locales = Mapping[int, Collection[str]]
