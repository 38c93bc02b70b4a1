"""Plays a response log as real MQTT devices: each row an answer, timed to reply and receipt."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from devices.agent import Agent
from devices.loop import AgentLoop
from devices.messages import ClassControl, Next, Receipt, Refused, SignedIn
from devices.outbox import Key, Outbox
from devices.pairing import Address, Credential

#: A row of the log as a device sends it: item, answer, milliseconds taken.
Answered = tuple[str, str, int]
LOOK_S = 0.1
#: No reply for so long means that something is broken; the run ends and says so.
STALLED_S = 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """One learner's answers in their order: each as it will be sent."""

    learner: int
    rows: Sequence[Answered]


@dataclass(slots=True)
class Timings:
    """What was measured, in milliseconds; and which answers were sent, by identity."""

    next_ms: list[float] = field(default_factory=list)
    receipt_ms: list[float] = field(default_factory=list)
    sent: set[tuple[int, int, int]] = field(default_factory=set)
    refused: int = 0
    seconds: float = 0.0


class PlayedDevice:
    """One device: keeps its learners' sessions, and hands replies to the lane that waits."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._sessions: dict[int, str] = {}
        self._submitted: dict[Key, float] = {}
        self._on_session: dict[int, Callable[[], None]] = {}
        self._on_reply: dict[Key, Callable[[], None]] = {}

    def attach(self, agent: Agent) -> None:
        """Plays on `agent`, whose events come here."""
        self._agent = agent

    @property
    def is_safe(self) -> bool:
        """Whether every answer of this device has its receipt."""
        return not self._submitted

    def submit(self, learner: int, row: Answered, on_reply: Callable[[], None]) -> None:
        """Sends one row, signing the learner in first where that was not done yet."""
        session = self._sessions.get(learner)
        if session is None:
            self._on_session[learner] = lambda: self.submit(learner, row, on_reply)
            self._agent.sign_in(learner)
            return
        item, answer, ms = row
        began_s = time.monotonic()
        key = self._agent.submit(learner, session, item, 0, answer, ms=ms)
        self._submitted[key] = began_s
        self._on_reply[key] = on_reply
        self._timings.sent.add((self._agent.device, *key))

    def on_signed_in(self, signed_in: SignedIn) -> None:
        """The learner may answer now."""
        self._sessions[signed_in.learner] = signed_in.session
        go_on = self._on_session.pop(signed_in.learner, None)
        if go_on is not None:
            go_on()

    def on_next(self, reply: Next) -> None:
        """The reply to an answer; one that comes again finds nobody waiting."""
        key = (reply.boot, reply.device_seq)
        go_on = self._on_reply.pop(key, None)
        if go_on is not None:
            took_s = time.monotonic() - self._submitted[key]
            self._timings.next_ms.append(took_s * 1000)
            go_on()

    def on_receipt(self, receipt: Receipt) -> None:
        """Everything up to there is safe."""
        now_s = time.monotonic()
        for key in list(self._submitted):
            if key not in self._on_reply and key[0] == receipt.boot and key[1] <= receipt.upto:
                self._timings.receipt_ms.append((now_s - self._submitted.pop(key)) * 1000)

    def on_refused(self, refused: Refused) -> None:
        """The hub did not take an answer; the agent resends what may be resent."""
        del refused
        self._timings.refused += 1

    def on_class(self, control: ClassControl) -> None:
        """A replay does not pause."""

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        """The agent reconnects by itself."""


class Lane:
    """Learners one after the other, each answer after the last one's reply.

    A lane may have several devices, which take turns; `every_s` spaces its answers, None
    sends each as soon as the last reply came.
    """

    def __init__(
        self, parts: Sequence[Part], devices: Sequence[PlayedDevice], every_s: float | None
    ) -> None:
        self._rows = deque((part.learner, row) for part in parts for row in part.rows)
        self._devices = devices
        self._every_s = every_s
        self._turn = 0

    @property
    def is_done(self) -> bool:
        """Whether the last reply came and everything is receipted."""
        return not self._rows and all(device.is_safe for device in self._devices)

    def begin(self, loop: AgentLoop, first_s: float) -> None:
        """Sends the first answer in `first_s` seconds; in the loop's thread."""
        self._loop = loop
        self._due_s = loop.now() + first_s
        self._schedule()

    def _schedule(self) -> None:
        if not self._rows:
            return
        if self._every_s is None:
            self._send()
            return
        self._loop.call_at(max(self._due_s, self._loop.now()), self._send)
        self._due_s += self._every_s

    def _send(self) -> None:
        learner, row = self._rows.popleft()
        device = self._devices[self._turn % len(self._devices)]
        self._turn += 1
        device.submit(learner, row, self._schedule)


def lanes(
    parts: Sequence[Part], devices: Sequence[PlayedDevice], per_s: float | None
) -> list[Lane]:
    """Learners and devices put together: every learner's order kept, every device used.

    With more learners than devices each device has some learners of its own; with fewer,
    and a pace, a learner goes round several devices. `per_s` is over all lanes, which end
    together.
    """
    total = sum(len(part.rows) for part in parts)
    if len(parts) >= len(devices) or per_s is None:
        shares = [share for share in share_out(parts, len(devices)) if share]
        teams = [[device] for device in devices[: len(shares)]]
    else:
        shares = [[part] for part in parts]
        teams = _teams(parts, devices)
    lasts_s = None if per_s is None else total / per_s
    return [
        Lane(share, team, lasts_s and lasts_s / sum(len(part.rows) for part in share))
        for share, team in zip(shares, teams, strict=True)
    ]


def share_out(parts: Iterable[Part], devices: int) -> list[list[Part]]:
    """The learners over `devices`, each learner whole, the load as even as it goes."""
    shares: list[list[Part]] = [[] for _ in range(devices)]
    loads = [(0, place) for place in range(devices)]
    for part in sorted(parts, key=lambda one: -len(one.rows)):
        load, place = heapq.heappop(loads)
        shares[place].append(part)
        heapq.heappush(loads, (load + len(part.rows), place))
    return shares


def _teams(parts: Sequence[Part], devices: Sequence[PlayedDevice]) -> list[list[PlayedDevice]]:
    """The devices over the learners, more for who answers more, at least one each."""
    counts = [1] * len(parts)
    for _ in range(len(devices) - len(parts)):
        busiest = max(range(len(parts)), key=lambda one: len(parts[one].rows) / counts[one])
        counts[busiest] += 1
    left = iter(devices)
    return [[next(left) for _ in range(count)] for count in counts]


def play(
    address: Address,
    credentials: Sequence[Credential],
    parts: Sequence[Part],
    folder: Path,
    *,
    per_s: float | None,
    on_progress: Callable[[int], object],
) -> Timings:
    """Plays every part until all is receipted; `on_progress` hears how many had a reply.

    The devices' outboxes lie in `folder`; they survive a kill of this process (NORMAL), not
    a power cut: sixty tablets have sixty disks, these share one. Raises TimeoutError when
    nothing moves any more.
    """
    timings = Timings()
    with ExitStack() as running:
        loop = AgentLoop()
        loop.start()
        running.callback(loop.stop)
        devices = [PlayedDevice(timings) for _ in credentials]
        for device, credential in zip(devices, credentials, strict=True):
            path = folder / f"device-{credential.device}.db"
            outbox = Outbox(path, synchronous="NORMAL")
            running.callback(outbox.close)
            agent = Agent(address, credential, outbox, device)
            device.attach(agent)
            loop.add(agent)
        played = lanes(parts, devices, per_s)
        began_s = time.monotonic()
        for place, lane in enumerate(played):
            first_s = place / per_s if per_s else 0.0
            loop.soon(partial(lane.begin, loop, first_s))
        _wait(loop, played, timings, on_progress)
        timings.seconds = time.monotonic() - began_s
    return timings


def _wait(
    loop: AgentLoop,
    played: Sequence[Lane],
    timings: Timings,
    on_progress: Callable[[int], object],
) -> None:
    moved_s, seen = time.monotonic(), -1
    tick = threading.Event()
    while not loop.call(lambda: all(lane.is_done for lane in played)).result():
        tick.wait(LOOK_S)
        now = len(timings.next_ms) + len(timings.receipt_ms)
        if now != seen:
            moved_s, seen = time.monotonic(), now
        elif time.monotonic() - moved_s > STALLED_S:
            raise TimeoutError(f"nothing moved for {STALLED_S:.0f} seconds")
        on_progress(len(timings.next_ms))
    on_progress(len(timings.next_ms))
