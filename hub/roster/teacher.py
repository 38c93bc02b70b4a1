"""A teacher, as the hub knows one: name, role, classes; and what a name may be."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from hub.errors import RosterError
from hub.roster.roles import OF_A_CLASS, ROLES, Duty, Role, may

LONGEST_NAME = 60
#: The roles that have classes of their own; a head has all, a technician none.
WITH_CLASSES: frozenset[Role] = frozenset({"teacher", "assistant"})


@dataclass(frozen=True, slots=True)
class Teacher:
    """One who may sign in; `classes` are those of a teacher or an assistant.

    A removed one stays known by name: the log names them.
    """

    id: int
    name: str
    role: Role
    language: str = ""
    has_password: bool = False
    is_removed: bool = False
    classes: frozenset[int] = frozenset()

    def may(self, duty: Duty) -> bool:
        """Whether the teacher's role allows it, in some class at least."""
        return not self.is_removed and may(self.role, duty)

    def reaches(self, class_id: int) -> bool:
        """Whether this class is the teacher's."""
        return self.role == "head" or class_id in self.classes

    def may_in(self, duty: Duty, class_id: int) -> bool:
        """Whether the teacher may do this in that class."""
        return self.may(duty) and (duty not in OF_A_CLASS or self.reaches(class_id))


def role_named(name: str) -> Role:
    """The role; RosterError for no such one."""
    found = next((one for one in ROLES if one == name), None)
    if found is None:
        raise RosterError("There is no such role.")
    return found


def tidy_name(name: str) -> str:
    """A teacher's name as it is kept; RosterError for what is none, or hides signs."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise RosterError(f"Write a name of at most {LONGEST_NAME} letters.")
    return tidy


def folded(name: str) -> str:
    """Names that only differ by case, width or blanks are one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
