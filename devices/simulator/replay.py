"""Plays a response log as real MQTT devices: each row an answer, timed to reply and receipt."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devices.agent import Agent
from devices.loop import AgentLoop
from devices.messages import ClassControl, Next, Receipt, Refused, SignedIn
from devices.outbox import Outbox
from devices.pairing import Address, Credential

#: No reply for so long means that something is broken; the run ends and says so.
STALLED_S = 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """One learner's answers in their order: (item, answer, milliseconds taken)."""

    learner: int
    rows: Sequence[tuple[str, str, int]]


@dataclass(slots=True)
class Timings:
    """What was measured, in milliseconds; and which answers were sent, by identity."""

    next_ms: list[float] = field(default_factory=list)
    receipt_ms: list[float] = field(default_factory=list)
    sent: set[tuple[int, int, int]] = field(default_factory=set)
    refused: int = 0
    seconds: float = 0.0


class PlayedDevice:
    """A device that answers what the log says, one row after the other's reply.

    `every_s` spaces its answers; None sends each as soon as the last reply came.
    """

    def __init__(
        self, parts: Iterable[Part], timings: Timings, every_s: float | None, first_s: float
    ) -> None:
        self._parts = deque(parts)
        self._timings = timings
        self._every_s = every_s
        self._first_s = first_s
        self._rows: deque[tuple[str, str, int]] = deque()
        self._learner = 0
        self._session = ""
        self._waiting: tuple[int, int] | None = None
        self._submitted: dict[tuple[int, int], float] = {}
        self._due_s: float | None = None
        self.is_done = threading.Event()
        self.moved_s = time.monotonic()

    def attach(self, agent: Agent, loop: AgentLoop) -> None:
        """Plays on `agent`, whose events come here."""
        self._agent, self._loop = agent, loop

    def begin(self) -> None:
        """Starts with the first learner; in the loop's thread."""
        self._due_s = self._loop.now() + self._first_s
        self._next_learner()

    def on_signed_in(self, signed_in: SignedIn) -> None:
        """The learner may answer now."""
        if signed_in.learner == self._learner and self._waiting is None:
            self._session = signed_in.session
            self._schedule()

    def on_next(self, reply: Next) -> None:
        """The reply: on to the next row."""
        key = (reply.boot, reply.device_seq)
        if key != self._waiting:
            return
        self._waiting = None
        self.moved_s = time.monotonic()
        self._timings.next_ms.append((self.moved_s - self._submitted[key]) * 1000)
        if self._rows:
            self._schedule()
        else:
            self._next_learner()

    def on_receipt(self, receipt: Receipt) -> None:
        """Everything up to there is safe."""
        now_s = time.monotonic()
        for key in list(self._submitted):
            if key != self._waiting and key[0] == receipt.boot and key[1] <= receipt.upto:
                self._timings.receipt_ms.append((now_s - self._submitted.pop(key)) * 1000)
        self._finish_if_safe()

    def on_refused(self, refused: Refused) -> None:
        """The hub did not take an answer; the agent resends what may be resent."""
        del refused
        self._timings.refused += 1

    def on_class(self, control: ClassControl) -> None:
        """A replay does not pause."""

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        """The agent reconnects by itself."""

    def _next_learner(self) -> None:
        if not self._parts:
            self._finish_if_safe()
            return
        part = self._parts.popleft()
        self._rows = deque(part.rows)
        self._learner, self._session = part.learner, ""
        self._agent.sign_in(part.learner)

    def _schedule(self) -> None:
        if self._every_s is None or self._due_s is None:
            self._submit()
            return
        when_s, self._due_s = self._due_s, self._due_s + self._every_s
        self._loop.call_at(max(when_s, self._loop.now()), self._submit)

    def _submit(self) -> None:
        item, answer, ms = self._rows.popleft()
        began_s = time.monotonic()
        key = self._agent.submit(self._learner, self._session, item, 0, answer, ms=ms)
        self._waiting = key
        self._submitted[key] = began_s
        self._timings.sent.add((self._agent.device, *key))

    def _finish_if_safe(self) -> None:
        if not (self._parts or self._rows or self._waiting or self._submitted):
            self.is_done.set()


def share_out(parts: Iterable[Part], devices: int) -> list[list[Part]]:
    """The learners over `devices`, each learner whole, the load as even as it goes."""
    shares: list[list[Part]] = [[] for _ in range(devices)]
    loads = [(0, place) for place in range(devices)]
    for part in sorted(parts, key=lambda one: -len(one.rows)):
        load, place = heapq.heappop(loads)
        shares[place].append(part)
        heapq.heappush(loads, (load + len(part.rows), place))
    return shares


def play(
    address: Address,
    credentials: Sequence[Credential],
    shares: Sequence[Sequence[Part]],
    folder: Path,
    *,
    per_s: float | None,
    on_progress: Callable[[int], object],
) -> Timings:
    """Plays every share on its device until all is receipted; `on_progress` hears counts.

    The devices' outboxes lie in `folder`; they survive a kill of this process (NORMAL), not
    a power cut: sixty tablets have sixty disks, these share one. Raises TimeoutError when
    nothing moves any more.
    """
    timings = Timings()
    every_s = len(credentials) / per_s if per_s else None
    loop = AgentLoop()
    loop.start()
    outboxes: list[Outbox] = []
    players: list[PlayedDevice] = []
    try:
        for place, (credential, share) in enumerate(zip(credentials, shares, strict=True)):
            first_s = every_s * place / len(credentials) if every_s else 0.0
            player = PlayedDevice(share, timings, every_s, first_s)
            outbox = Outbox(folder / f"device-{credential.device}.db", synchronous="NORMAL")
            agent = Agent(address, credential, outbox, player)
            player.attach(agent, loop)
            loop.add(agent)
            outboxes.append(outbox)
            players.append(player)
        began_s = time.monotonic()
        for player in players:
            loop.soon(player.begin)
        _wait(players, timings, on_progress)
        timings.seconds = time.monotonic() - began_s
    finally:
        loop.stop()
        for outbox in outboxes:
            outbox.close()
    return timings


def _wait(
    players: Sequence[PlayedDevice], timings: Timings, on_progress: Callable[[int], object]
) -> None:
    for player in players:
        while not player.is_done.wait(0.2):
            on_progress(len(timings.next_ms))
            if time.monotonic() - max(one.moved_s for one in players) > STALLED_S:
                raise TimeoutError(f"nothing moved for {STALLED_S:.0f} seconds")
    on_progress(len(timings.next_ms))
