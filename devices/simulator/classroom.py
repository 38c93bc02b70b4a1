"""A class of simulated tablets and pupils against a real hub, from pairing to goodbye."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from devices.agent import Agent
from devices.loop import AgentLoop
from devices.outbox import Outbox
from devices.pairing import PairingError, cards, pair
from devices.simulator.pupil import Pupil
from devices.simulator.tablet import Tablet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from devices.pairing import Address, Card, Credential
    from devices.simulator.pupil import Solve

#: How often `on_progress` is called.
PROGRESS_S = 0.5
#: A class that ends waits this long for the receipts of its last answers.
LAST_RECEIPTS_S = 15.0
#: Pairing forty tablets may be slowed down by the hub's guard against guessed codes.
PAIRING_PATIENCE_S = 300.0
#: One answer in a hundred is preceded by a silence of minutes.
SILENT_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class ClassReport:
    """What a simulated class has done so far."""

    devices: int
    connected: int
    pupils: int
    answers: int
    receipted: int
    unreceipted: int
    refused: int
    right: int
    losses: int
    malformed: int
    silences: int
    seconds: float


def run_class(
    hub_url: str,
    code: str,
    *,
    devices: int,
    speed: float,
    answers_limit: int | None,
    solve: Solve,
    seed: int,
    on_progress: Callable[[ClassReport], None],
) -> ClassReport:
    """Let a class of `devices` tablets work until `answers_limit`, or Ctrl-C; what came of it.

    `speed` 1 is the pace of children, 60 a minute in a second. Raises `PairingError`.
    """
    paired = pair_devices(hub_url, code, devices)
    learners = cards(hub_url, paired[0][1].token)
    with Classroom(
        paired, learners, speed=speed, answers_limit=answers_limit, solve=solve, seed=seed
    ) as room:
        with contextlib.suppress(KeyboardInterrupt):
            while not room.is_done.wait(PROGRESS_S):
                on_progress(room.report())
        room.end(LAST_RECEIPTS_S)
        report = room.report()
    on_progress(report)
    return report


def pair_devices(hub_url: str, code: str, devices: int) -> list[tuple[Address, Credential]]:
    """Pair `devices` tablets one by one, waiting where the hub asks to wait."""
    if devices < 1:
        raise ValueError("A class has at least one tablet.")
    deadline = time.monotonic() + PAIRING_PATIENCE_S
    return [
        _pair_patiently(hub_url, code, f"tablet {number}", deadline)
        for number in range(1, devices + 1)
    ]


class Classroom:
    """Paired tablets with their pupils, at work from `__enter__` to `end`.

    Pupils are dealt out in the order of their cards: more cards than tablets means shared
    tablets, fewer means tablets that are only connected.
    """

    def __init__(
        self,
        paired: Sequence[tuple[Address, Credential]],
        learners: Sequence[Card],
        *,
        speed: float,
        answers_limit: int | None,
        solve: Solve,
        seed: int,
        silent_share: float = SILENT_SHARE,
    ) -> None:
        if speed <= 0:
            raise ValueError("The speed of a class is above 0; 1 is the pace of children.")
        self._paired = paired
        self._pupils = [Pupil(card.learner, seed, solve) for card in learners]
        self._speed = speed
        self._answers_left = answers_limit
        self._seed = seed
        self._silent_share = silent_share
        self._loop = AgentLoop()
        self._tablets: list[Tablet] = []
        self._agents: list[Agent] = []
        self.is_done = threading.Event()

    def __enter__(self) -> Classroom:
        self._closing = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="class-")))
            for number, (address, credential) in enumerate(self._paired):
                path = folder / f"{credential.device}.sqlite"
                outbox = stack.enter_context(
                    contextlib.closing(Outbox(path, synchronous="NORMAL"))
                )
                self._equip(number, address, credential, outbox)
            self._began = time.monotonic()
            self._loop.start()
            stack.callback(self._loop.stop)
            for agent, tablet in zip(self._agents, self._tablets, strict=True):
                self._loop.add(agent)
                self._loop.call(tablet.begin).result()
            self._closing = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    def end(self, timeout_s: float) -> None:
        """No more answers; goodbye, when the given ones are receipted or after `timeout_s`."""
        self._on_all_tablets(Tablet.end)
        all_receipted = threading.Event()

        def look() -> None:
            if any(agent.unreceipted for agent in self._agents):
                self._loop.call_at(self._loop.now() + 0.05, look)
            else:
                all_receipted.set()

        self._loop.call(look).result()
        all_receipted.wait(timeout_s)  # the report says what is still unreceipted
        self._on_all_tablets(Tablet.leave)

    def report(self) -> ClassReport:
        """Counts so far, all of one moment."""
        return self._loop.call(self._report).result()

    def _equip(
        self, number: int, address: Address, credential: Credential, outbox: Outbox
    ) -> None:
        rng = Random(f"{self._seed}/tablet/{number}")  # noqa: S311 - repeatable, not secret
        tablet = Tablet(
            self._pupils[number :: len(self._paired)],
            rng,
            speed=self._speed,
            silent_share=self._silent_share,
            may_answer=self._take_answer,
        )
        agent = Agent(address, credential, outbox, tablet, rng=rng)
        tablet.attach(agent, self._loop)
        self._agents.append(agent)
        self._tablets.append(tablet)

    def _on_all_tablets(self, what: Callable[[Tablet], None]) -> None:
        def run() -> None:
            for tablet in self._tablets:
                what(tablet)

        self._loop.call(run).result()

    def _take_answer(self) -> bool:
        """Whether one more answer may be given; it is then counted as given."""
        if self._answers_left is None:
            return True
        if self._answers_left <= 0:
            return False
        self._answers_left -= 1
        if self._answers_left == 0:
            self.is_done.set()
        return True

    def _report(self) -> ClassReport:
        stats = [agent.stats for agent in self._agents]
        return ClassReport(
            devices=len(self._agents),
            connected=sum(agent.is_connected for agent in self._agents),
            pupils=len(self._pupils),
            answers=sum(each.submitted for each in stats),
            receipted=sum(each.receipted for each in stats),
            unreceipted=sum(agent.unreceipted for agent in self._agents),
            refused=sum(each.refused for each in stats),
            right=sum(tablet.right for tablet in self._tablets),
            losses=sum(each.losses for each in stats),
            malformed=sum(each.malformed for each in stats),
            silences=sum(tablet.silences for tablet in self._tablets),
            seconds=time.monotonic() - self._began,
        )


def _pair_patiently(
    hub_url: str, code: str, name: str, deadline: float
) -> tuple[Address, Credential]:
    while True:
        try:
            return pair(hub_url, code, name=name)
        except PairingError as error:
            if not error.retry_after_s or time.monotonic() + error.retry_after_s > deadline:
                raise
            time.sleep(error.retry_after_s)  # the hub named this wait; no class began yet
