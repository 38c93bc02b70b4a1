"""A room on disk: what `Room.save` writes and `Room.restore` reads."""

from __future__ import annotations

import msgspec

from devices.messages import ClassState
from hub.lesson.appeals import Appeal, Reach
from hub.lesson.hands import Raised
from hub.lesson.overrides import Override, Setting
from hub.lesson.quiz import Quiz
from hub.lesson.rest import Rested
from hub.lesson.rules import Aloud
from hub.lesson.tutoring import Problem
from models.learner.weights import Model


class Saved(msgspec.Struct, frozen=True):
    """A room's state; version by its field names: an unknown shape is refused by decoding."""

    model: Model
    tracer: bytes
    learners: list[int]
    positions: list[tuple[int, int, int]]
    overrides: list[Override]
    state: ClassState
    problems: list[tuple[int, Problem]] = []
    languages: list[tuple[int, str]] = []
    aloud: Aloud = "tap"
    packs: list[str] = []
    appeals: list[Appeal] = []
    reach: Reach = "far"
    hands: list[Raised] = []
    quizzes: list[Quiz] = []
    counted: list[tuple[int, list[int]]] = []
    rests: Rested = Rested()
    groups: list[tuple[int, list[Setting]]] = []
    spent: list[tuple[int, list[tuple[int, int]]]] = []


def as_now(body: bytes) -> bytes:
    """What `Room.save` gave in any version, as this one writes it: what was not there yet is
    as it is by default. Raises msgspec's error for what is no such thing.
    """
    return msgspec.msgpack.encode(msgspec.msgpack.decode(body, type=Saved))


def arithmetic_of(body: bytes) -> int:
    """The arithmetic of the kernels that made what `Room.save` gave."""
    return msgspec.msgpack.decode(body, type=Saved).model.arithmetic
