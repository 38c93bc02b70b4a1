"""What a list of learners says, whatever its form: the learners, their classes, who leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hub.roster.lists.remarks import Remark


class Pupil(NamedTuple):
    """A learner as a list has it; `group` is the key of a class in the list, empty for none.

    `source_id` is what the school's own system calls the learner, empty for none.
    """

    name: str
    file: str
    row: int
    group: str = ""
    source_id: str = ""
    language: str = ""


class Group(NamedTuple):
    """A class as a list has it."""

    key: str
    name: str
    source_id: str = ""


class Frame(NamedTuple):
    """A school, course, term or class of a OneRoster set: what an export has to say again."""

    file: str
    source_id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A list that was read without a fault.

    `is_whole`: who came from the school's system and is not in the list leaves. `leaving` are
    learners that it says have left. `notes` are what a person should know and may ignore.
    """

    pupils: tuple[Pupil, ...]
    groups: tuple[Group, ...] = ()
    leaving: frozenset[str] = frozenset()
    is_whole: bool = False
    frames: tuple[Frame, ...] = ()
    notes: tuple[Remark, ...] = ()
