"""Passwords as slow hashes, of which at most two are worked out at a time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: What OWASP's Password Storage Cheat Sheet (2023 to 2026) names as the least for Argon2id with
#: one lane, by memory in KiB: passes. It calls all five as strong as each other.
FLOOR = {47_104: 1, 19_456: 2, 12_288: 3, 9_216: 4, 7_168: 5}
#: 25 ms of a core, where 46 MiB take 76 and 7 MiB 21: two at a time leave a small board its
#: memory. The library's default, 64 MiB, takes 327 ms.
MEMORY_KIB = 12_288
_HASHER = PasswordHasher(time_cost=FLOOR[MEMORY_KIB], memory_cost=MEMORY_KIB, parallelism=1)
#: For the whole hub: a class that signs in must not take the board's memory.
_AT_ONCE = threading.Semaphore(2)


def hash_of(password: str) -> str:
    """What is kept of `password`."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_password(stored: str, entered: str) -> bool:
    """Whether `entered` is the password of which `stored` was kept, which says at what cost."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(stored, entered)
        except (VerificationError, InvalidHashError):
            return False


def is_weak(stored: str) -> bool:
    """Whether `stored` is cheaper to try than what is kept of a password today."""
    return _HASHER.check_needs_rehash(stored)


class Recognised:
    """Passwords that were right before, known again without the slow hash.

    A class signs in many times between two starts of its hub. What was right once is held in
    memory, as a digest under a key that dies with the process: the disk still has the slow hash
    alone, and whoever reads a running hub's memory reads passwords as they come in anyway.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._digests: dict[int, bytes] = {}

    def is_password(self, learner: int, stored: str, entered: str) -> bool:
        """As `is_password` above; at once where the same was right for this hash before."""
        digest = hmac.digest(self._key, f"{stored} {entered}".encode(), hashlib.sha256)
        if hmac.compare_digest(self._digests.get(learner, b""), digest):
            return True
        is_right = is_password(stored, entered)
        if is_right:
            self._digests[learner] = digest
        return is_right
