"""Fixtures: a broker, a hub on it, and agents that are stopped again."""

from __future__ import annotations

import contextlib
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from devices.agent import Agent
from devices.loop import AgentLoop
from devices.outbox import Outbox
from tests.devices.ground import (
    BrokerProcess,
    BrokerThread,
    Listener,
    address,
    credential,
    running_hub,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.devices.ground import ClassHub, Ground


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A broker; parametrised with "process", one that may be killed in mid-flight."""
    is_process = getattr(request, "param", "thread") == "process"
    broker: Ground = BrokerProcess() if is_process else BrokerThread()
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def hub(ground: Ground) -> Iterator[ClassHub]:
    with running_hub(ground.port) as hub:
        yield hub


@pytest.fixture
def loop() -> Iterator[AgentLoop]:
    loop = AgentLoop()
    loop.start()
    yield loop
    loop.stop()


class Kiosk:
    """An agent with its outbox and a listener that remembers."""

    def __init__(
        self, loop: AgentLoop, outbox: Outbox, agent: Agent, listener: Listener
    ) -> None:
        self.loop = loop
        self.outbox = outbox
        self.agent = agent
        self.listener = listener

    def submit(self, *texts: str) -> None:
        """Give `texts` as the answers of learner 1, all in one go."""

        def give() -> None:
            for text in texts:
                self.agent.submit(1, "session-1", "add", 1, text)

        self.loop.call(give).result()

    def wait_connected(self) -> None:
        self.listener.wait_for(lambda: self.listener.is_connected)

    def wait_drained(self) -> None:
        self.listener.wait_for(lambda: len(self.outbox) == 0)


@pytest.fixture
def kiosk(ground: Ground, loop: AgentLoop, tmp_path: Path) -> Iterator[Callable[..., Kiosk]]:
    """Makes kiosks on the broker: `kiosk(resend_s=0.2)`."""
    with contextlib.ExitStack() as stack:

        def make(device: int = 7, **settings: Any) -> Kiosk:
            outbox = Outbox(tmp_path / f"{device}.sqlite", synchronous="NORMAL")
            stack.callback(outbox.close)
            listener = Listener()
            settings = {"resend_s": 0.3} | settings
            rng = Random(device)
            agent = Agent(
                address(ground.port), credential(device), outbox, listener, rng=rng, **settings
            )
            loop.add(agent)
            stack.callback(loop.remove, agent)
            return Kiosk(loop, outbox, agent, listener)

        yield make
