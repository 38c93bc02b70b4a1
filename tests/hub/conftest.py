"""The real hub in this process: its own folder, free ports of loopback, a demo class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hub.app import Hub
from hub.clock import Clock
from hub.health.machine import Machine
from hub.settings import Settings
from models.domain.pack import starter_path
from tests.hub.tablet import Tablet, pair_with
from tests.packs import FIRST_ARITHMETIC

StartHub = Callable[..., Hub]


def local_settings(**changes: Any) -> Settings:
    """Settings with which any number of hubs run beside each other on one machine."""
    local: dict[str, Any] = {
        "listen": "loopback",
        "http_port": 0,
        "mqtt_port": 0,
        "websocket_port": 0,
        "advertise": False,
        "receipt_window_ms": 20,
    }
    return Settings(**(local | changes))


@pytest.fixture
def start_hub(tmp_path: Path) -> Iterator[StartHub]:
    """Starts hubs on one folder, one after the other; stops the last one."""
    with ExitStack() as running:

        def start(
            *,
            clock: Clock | None = None,
            machine: Machine | None = None,
            home: Path | None = None,
            pack: Path = FIRST_ARITHMETIC,
            **changes: Any,
        ) -> Hub:
            hub = Hub(
                home or tmp_path / "home",
                local_settings(**changes),
                clock=clock,
                machine=machine,
                demo_pack=pack,
            )
            hub.start(demo=True)
            running.callback(hub.stop)
            return hub

        yield start


@pytest.fixture
def hub(start_hub: StartHub) -> Hub:
    """A hub that runs, with the demo class and the embedded broker."""
    return start_hub()


@pytest.fixture
def start_starter(start_hub: StartHub) -> StartHub:
    """Starts hubs whose demo class works with the starter pack."""
    return partial(start_hub, pack=starter_path())


@pytest.fixture
def tablet(hub: Hub) -> Iterator[Tablet]:
    """A learner's tablet, paired with the test's hub."""
    with pair_with(hub) as joined:
        yield joined
