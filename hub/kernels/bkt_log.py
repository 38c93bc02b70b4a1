"""A log of answers in columns, as the fits and traces of BKT take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hub._core import bkt as core

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: A buffer of numbers (`array.array`, numpy, bytes) or any sequence of them.
Column: TypeAlias = "Buffer | Sequence[float]"


@dataclass(frozen=True, slots=True)
class Log:
    """Answers in columns, one row a question.

    `skills` holds one index a row; with `offsets` (rows + 1 numbers from 0 on) the skills of
    row r are `skills[offsets[r]:offsets[r + 1]]`. Indices count into the names; `learners` are
    any numbers from 0 on. `items`, `resources` and `groups` (of learners) are optional, one
    index a row; each that is there gets parameters of its own in a fit.
    """

    learners: Column
    skills: Column
    rights: Column
    skill_names: Sequence[str]
    offsets: Column | None = None
    items: Column | None = None
    item_names: Sequence[str] = ()
    resources: Column | None = None
    resource_names: Sequence[str] = ()
    groups: Column | None = None
    group_names: Sequence[str] = ()

    def checked(self) -> core.Answers:
        """The log as the kernels hold it; ValueError or KeyError say what does not fit."""
        for name, names in self.names().items():
            if len(set(names)) != len(names):
                raise ValueError(f"{name} holds a name twice")
        return core.Answers(
            self.learners,
            self.skills,
            self.rights,
            n_skills=len(self.skill_names),
            offsets=self.offsets,
            items=self.items,
            resources=self.resources,
            groups=self.groups,
            n_items=len(self.item_names),
            n_resources=len(self.resource_names),
            n_groups=len(self.group_names),
        )

    def names(self) -> dict[str, Sequence[str]]:
        """The four lists of names."""
        return {
            "skill_names": self.skill_names,
            "item_names": self.item_names,
            "resource_names": self.resource_names,
            "group_names": self.group_names,
        }
