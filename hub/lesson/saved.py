"""A room on disk: what `Room.save` writes and `Room.restore` reads."""

from __future__ import annotations

import msgspec

from devices.messages import ClassState
from hub.kernels import ARITHMETIC
from hub.lesson.appeals import Appeal, Reach
from hub.lesson.contest import Claim
from hub.lesson.hands import Raised
from hub.lesson.overrides import Override, Setting
from hub.lesson.paths import Step
from hub.lesson.quiz import Quiz
from hub.lesson.rest import Rested
from hub.lesson.rules import Aloud
from hub.lesson.tutoring import Problem
from hub.lesson.visits import Visited
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
    #: None of a version that did not keep them.
    paths: list[tuple[int, int, list[Step]]] | None = None
    groups: list[tuple[int, list[Setting]]] = []
    spent: list[tuple[int, list[tuple[int, int]]]] = []
    away: list[int] = []
    visits: Visited = Visited()
    claims: list[Claim] = []


def as_now(body: bytes) -> bytes:
    """What `Room.save` gave in any version, as this one writes it: what was not there yet is
    as it is by default. Raises msgspec's error for what is no such thing.
    """
    return msgspec.msgpack.encode(msgspec.msgpack.decode(body, type=Saved))


def is_whole(body: bytes) -> bool:
    """Whether these kernels made what `Room.save` gave, and all that follows from the log is
    in it: else the log has to be replayed.
    """
    saved = msgspec.msgpack.decode(body, type=Saved)
    return saved.model.arithmetic == ARITHMETIC and saved.paths is not None
