"""Gives each row of the log its number and its time, and hands it to the writer."""

from __future__ import annotations

from typing import Any, Protocol

from devices.messages import Answer
from hub.clock import Clock, Moment
from hub.store.log import Attempt, Event, event
from hub.store.writer import Writer


class Found(Protocol):
    """What an answer was worth, as far as the log keeps it."""

    @property
    def is_right(self) -> bool | None:
        """None where nothing can be concluded."""

    @property
    def judged(self) -> str:
        """The verdict's name."""

    @property
    def misconception(self) -> str:
        """The wrong rule that gives this answer; empty for none."""


class Ledger:
    """One for all classes of a hub; the classroom's lock keeps its order.

    A row takes its number for good when it is appended: one that could not be applied
    leaves no gap in hub_seq.
    """

    def __init__(self, writer: Writer, clock: Clock, *, hub_boot: int, last_seq: int) -> None:
        self._writer = writer
        self._clock = clock
        self._hub_boot = hub_boot
        self._last_seq = last_seq

    def now(self) -> tuple[int, Moment]:
        """The hub's present start, and this instant of it."""
        return self._hub_boot, self._clock.now()

    def check_room(self) -> None:
        """Raises StoreFull when the disk is so far behind that no more may wait."""
        self._writer.check_room()

    def attempt(
        self, class_id: int, device: int, sent: Answer, item: int, found: Found
    ) -> Attempt:
        """A numbered row for `sent`; what the hub said to it is still missing."""
        now = self._clock.now()
        return Attempt(
            hub_seq=self._last_seq + 1,
            class_id=class_id,
            device=device,
            boot=sent.boot,
            device_seq=sent.device_seq,
            learner=sent.learner,
            item=item,
            seed=sent.seed,
            answer=sent.answer,
            is_right=None if found.is_right is None else int(found.is_right),
            step=sent.step,
            ms=sent.ms,
            hints=sent.hints,
            tries=sent.tries,
            at=sent.at,
            hub_boot=self._hub_boot,
            monotonic_ms=now.monotonic_ms,
            wall_s=now.wall_s,
            clock_trusted=int(now.is_trusted),
            p=None,
            next_item=None,
            judged=None if found.is_right is not None else found.judged,
            misconception=found.misconception or None,
        )

    def event(self, class_id: int, kind: str, facts: dict[str, Any]) -> Event:
        """A numbered row for anything else."""
        now = self._clock.now()
        return event(self._last_seq + 1, class_id, kind, facts, self._hub_boot, now)

    def append(self, row: Attempt | Event, *, is_urgent: bool = False) -> None:
        """Puts `row` on its way to the disk."""
        self._last_seq = row.hub_seq
        self._writer.put(row, is_urgent=is_urgent)
