"""The packs that a class worked with, one after the other, and whose question a seed made."""

from __future__ import annotations

from collections.abc import Iterable

from hub.lesson.packs import Packs
from hub.lesson.twins import SEEDS
from models.domain.pack import Pack


class PackLine:
    """The packs of one class: the one that it began with, then those of the log's rows."""

    def __init__(self, began_with: Pack, packs: Packs, later: Iterable[str] = ()) -> None:
        self.began_with = began_with
        self.later = list(later)
        self._packs = packs

    def add(self, digest: str) -> None:
        """The class goes on with the pack of this hash."""
        self.later.append(digest)

    @property
    def now(self) -> Pack:
        """The pack that the class works with; StoreError where it is gone or broken."""
        return self._packs[self.later[-1]] if self.later else self.began_with

    @property
    def digest(self) -> str | None:
        """The hash of the pack that came last; None while it is the one that it began with."""
        return self.later[-1] if self.later else None

    @property
    def number(self) -> int:
        """How many packs came before the one that the class works with now."""
        return len(self.later)

    @property
    def first_seed(self) -> int:
        """The first seed of the pack that the class works with now."""
        return self.number * SEEDS

    def of(self, seed: int) -> Pack | None:
        """The pack that made the activity of `seed`; None where no class had so many."""
        number = seed // SEEDS
        if number > self.number:
            return None
        return self._packs[self.later[number - 1]] if number else self.began_with
