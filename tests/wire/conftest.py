"""Both brokers for real, on free ports of loopback, and a class that may log in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.broker.access import hash_secret, new_secret
from hub.broker.base import HUB, Broker, ConnectionLimits, Login
from hub.broker.embedded import EmbeddedBroker
from hub.broker.mosquitto import MosquittoBroker
from tests.wire.client import Client

MakeBroker = Callable[..., Broker]
#: The hub's own: a machine that is slow at the door is not shown out.
LIMITS = ConnectionLimits()


class School:
    """Devices 1 and 2 of class 7, device 3 of class 8, and the hub, with their secrets."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.logins: dict[str, Login] = {}
        for username, class_id in ((HUB, None), ("1", 7), ("2", 7), ("3", 8)):
            self.add(username, class_id)

    def add(self, username: str, class_id: int | None) -> None:
        secret = new_secret()
        self.secrets[username] = secret
        self.logins[username] = Login(username, hash_secret(secret), class_id)

    def move(self, username: str, class_id: int) -> None:
        self.logins[username] = replace(self.logins[username], class_id=class_id)

    def all(self) -> list[Login]:
        return list(self.logins.values())

    def find(self, username: str) -> Login | None:
        return self.logins.get(username)


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def make_broker(school: School, tmp_path: Path) -> MakeBroker:
    """Makes a broker by its name; the test starts and stops it."""

    def make(
        name: str, *, port: int = 0, websocket_port: int | None = None, host: str = "127.0.0.1"
    ) -> Broker:
        if name == "embedded":
            return EmbeddedBroker(
                find_login=school.find,
                host=host,
                port=port,
                websocket_port=websocket_port,
                limits=LIMITS,
            )
        if shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin") is None:
            pytest.fail("these tests need the real Mosquitto: run `apt install mosquitto`")
        return MosquittoBroker(
            folder=tmp_path / "broker",
            logins=school.all,
            host=host,
            port=port,
            websocket_port=websocket_port,
            limits=LIMITS,
        )

    return make


@pytest.fixture(params=["embedded", "mosquitto"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def broker(kind: str, make_broker: MakeBroker) -> Iterator[Broker]:
    running = make_broker(kind, websocket_port=0)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def log_in(broker: Broker, school: School) -> Callable[..., Client]:
    """A client with the right secret of `username`, not connected yet."""

    def make(username: str, **options: Any) -> Client:
        return Client(broker, username, school.secrets[username], **options)

    return make


@pytest.fixture
def hub(log_in: Callable[..., Client]) -> Iterator[Client]:
    """The hub's own client, subscribed to all that devices say."""
    with log_in(HUB, client_id=HUB) as client:
        up = [f"mangotree/1/dev/+/up/{leaf}" for leaf in ("answer", "event", "hello")]
        assert all(client.subscribe(*up, "mangotree/1/dev/+/state"))
        yield client
