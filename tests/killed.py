"""A process that plays rounds in children of its own, which die where a round says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import msgspec

Order = TypeVar("Order", bound=msgspec.Struct)
Ended = TypeVar("Ended", bound=msgspec.Struct)


class Player(Generic[Order, Ended]):
    """The process; it outlives the rounds that die."""

    def __init__(self, process: subprocess.Popen[bytes], ended: type[Ended]) -> None:
        self._process = process
        self._ended = ended

    def play(self, order: Order) -> Ended:
        """One round to its end, however that comes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=self._ended)


@contextmanager
def playing(
    module: str, _order: type[Order], ended: type[Ended]
) -> Iterator[Player[Order, Ended]]:
    """`module`, which reads orders line by line and answers each, until the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        yield Player(process, ended)
        assert process.stdin is not None
        process.stdin.close()
