"""One client of the class, page or device: its children, and what it knows that it gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: What makes an answer the same one, whatever number it came under.
Content = tuple[int, str, int, int, int, int]


@dataclass(slots=True)
class Client:
    """`told`: what the client has kept of its answers, each one in the order given."""

    number: int
    learners: list[int]
    told: list[dict[str, Any]] = field(default_factory=list)
    waiting: int = 0


def content(told: dict[str, Any]) -> Content:
    """What an answer is, without the number that it travels under."""
    fields = ("learner", "item", "seed", "step", "ms", "at")
    return tuple(told[name] for name in fields)
