"""The moments of a start in which pages are served already and the broker is not open yet."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from devices.pairing import Address, Credential, PairingError, pair
from hub.app import Hub
from hub.broker import mosquitto
from hub.broker.base import Broker
from hub.broker.gateway import Gateway
from tests.hub.conftest import local_settings
from tests.hub.tablet import Tablet, told
from tests.packs import FIRST_ARITHMETIC


class Awaited(Hub):
    """A hub on which somebody calls as soon as its pages are there."""

    def _connect(self, started: ExitStack, broker: Broker) -> None:
        # As the page does it that a browser is paired by.
        device, secret = self.devices.pair(1, "Came early")
        self.parts.logins_changed()
        self.early = Credential(device=device.id, secret=secret, class_id=1)
        self.known = len(self.devices.all)
        code = self.people.classes[1].join_code
        with pytest.raises(PairingError, match=r"is starting\. Try again") as refusal:
            pair(f"http://127.0.0.1:{self.web.port}", code, name="A program")
        assert refusal.value.retry_after_s == 1
        super()._connect(started, broker)


@pytest.mark.parametrize("broker", ["embedded", "mosquitto"])
def test_who_comes_before_the_broker_is_open_is_let_in_later(
    broker: str, tmp_path: Path
) -> None:
    hub = Awaited(tmp_path, local_settings(broker=broker), demo_pack=FIRST_ARITHMETIC)
    hub.start(demo=True)
    try:
        assert len(hub.devices.all) == hub.known
        address = Address(host="127.0.0.1", port=hub.ports.mqtt)
        with Tablet(address, hub.early) as tablet:
            assert tablet.sign_in(1).activity is not None
    finally:
        hub.stop()


class Slow(Awaited):
    """A hub whose Mosquitto is late with its answer once it has read who came early."""

    def _connect(self, started: ExitStack, broker: Broker) -> None:
        answers = iter((False,))
        really = mosquitto._answers
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(
                mosquitto, "_answers", lambda *where: next(answers, True) and really(*where)
            )
            super()._connect(started, broker)
        assert next(answers, None) is None


def test_a_mosquitto_that_is_slow_after_reading_the_logins_fails_no_start(
    tmp_path: Path,
) -> None:
    hub = Slow(tmp_path, local_settings(broker="mosquitto"), demo_pack=FIRST_ARITHMETIC)
    hub.start(demo=True)
    hub.stop()


def test_a_pause_in_the_last_moment_of_a_start_reaches_the_tablets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, real = Hub(tmp_path, local_settings(), demo_pack=FIRST_ARITHMETIC), Gateway.start

    def start(gateway: Gateway, broker: Broker, secret: str) -> None:
        real(gateway, broker, secret)
        hub.teaching.set_state(1, "pause")

    monkeypatch.setattr(Gateway, "start", start)
    hub.start(demo=True)
    try:
        assert told(hub) == "pause"
    finally:
        hub.stop()
