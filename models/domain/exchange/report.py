"""What an import or an export left out, item by item, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec


class LeftOut(msgspec.Struct, frozen=True):
    """Something of `item` that did not come along; `is_whole`: nothing of it did."""

    item: str
    what: str
    why: str
    is_whole: bool


class ExchangeFault(ValueError):
    """A file that cannot be taken at all; the message says where and why."""


class Refused(ValueError):
    """An item that cannot be taken: `what` of it, and why."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why


@dataclass(slots=True)
class Notes:
    """Gathers what is left out while it is found."""

    rows: list[LeftOut] = field(default_factory=list)

    def part(self, item: str, what: str, why: str) -> None:
        """A part of an item that came without it; said once."""
        row = LeftOut(item, what, why, is_whole=False)
        if row not in self.rows[-20:]:
            self.rows.append(row)

    def whole(self, item: str, refused: Refused) -> None:
        """An item that did not come."""
        self.rows.append(LeftOut(item, refused.what, refused.why, is_whole=True))


class Report(msgspec.Struct, frozen=True):
    """How many items of `source` were taken, and all that was not."""

    source: str
    items: int
    left_out: tuple[LeftOut, ...]

    @property
    def refused(self) -> int:
        """How many items did not come at all."""
        return len({row.item for row in self.left_out if row.is_whole})

    def json(self) -> bytes:
        """All of it for a program."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"

    def lines(self) -> Iterable[str]:
        """All of it for people: whole items first."""
        yield f"{self.source}: {self.items} items taken, {self.refused} left out."
        for row in sorted(self.left_out, key=lambda one: not one.is_whole):
            kind = "left out" if row.is_whole else "without"
            yield f"{row.item}: {kind}: {row.what}: {row.why}"
