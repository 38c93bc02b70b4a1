"""Passwords as slow hashes, of which at most two are worked out at a time."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 12 MiB, one lane: 45 ms of CPU. The library's default takes 327 ms and 64 MiB, and two
#: phones at once would starve a class on a small board.
_TEACHERS = PasswordHasher(time_cost=3, memory_cost=12 * 1024, parallelism=1)
#: A third of that: forty learners who sign in at once cost 0.8 s of CPU, pages included.
_LEARNERS = PasswordHasher(time_cost=1, memory_cost=12 * 1024, parallelism=1)
#: For the whole hub: a class that signs in must not take the board's memory.
_AT_ONCE = threading.Semaphore(2)


def hash_of(password: str, *, is_learners: bool = False) -> str:
    """What is kept of `password`; a learner's opens less, and is worked out sooner."""
    with _AT_ONCE:
        return (_LEARNERS if is_learners else _TEACHERS).hash(password)


def is_password(stored: str, entered: str) -> bool:
    """Whether `entered` is the password of which `stored` was kept, which says at what cost."""
    with _AT_ONCE:
        try:
            return _TEACHERS.verify(stored, entered)
        except (VerificationError, InvalidHashError):
            return False
