"""On whose word this thread works now: the log's rows carry that teacher's number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TEACHER: ContextVar[int | None] = ContextVar("teacher", default=None)


def teacher() -> int | None:
    """The teacher whose request this thread serves; None for a learner's, or for the hub."""
    return _TEACHER.get()


@contextmanager
def acting(teacher_id: int) -> Iterator[None]:
    """Until it ends, what this thread logs is this teacher's deed."""
    before = _TEACHER.set(teacher_id)
    try:
        yield
    finally:
        _TEACHER.reset(before)
