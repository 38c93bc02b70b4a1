"""The agent on Mosquitto: MQTT 5, and a broker that knows whom it lets in."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from functools import partial
from typing import TYPE_CHECKING

import pytest

from devices.agent import Agent
from devices.messages import class_topic, down_topic, state_topic
from devices.outbox import Outbox
from devices.pairing import Address, Credential
from tests.devices.ground import ClassHub, Listener, free_port, running_hub, wait_in_loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devices.loop import AgentLoop

PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
MOSQUITTO = shutil.which("mosquitto", path=PATH)
PASSWD = shutil.which("mosquitto_passwd", path=PATH)


@pytest.fixture(autouse=True)
def installed() -> None:
    """Mosquitto is one of the two brokers: without it these tests fail, none is left out."""
    assert MOSQUITTO, "Mosquitto is missing: apt-get install mosquitto"
    assert PASSWD, "mosquitto_passwd is missing: apt-get install mosquitto"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Mosquitto with a device 7 that may speak, and a device 8 that may only listen."""
    assert MOSQUITTO is not None
    assert PASSWD is not None
    port = free_port()
    users = tmp_path / "users"
    users.touch(0o600)
    for name, secret in (("7", "s3cret"), ("8", "s3cret"), ("hub", "hub")):
        subprocess.run([PASSWD, "-b", str(users), name, secret], check=True)
    rights = tmp_path / "rights"
    rights.write_text(
        "user hub\ntopic readwrite mangotree/#\n"
        f"user 7\ntopic write mangotree/1/dev/7/up/#\ntopic write {state_topic(7)}\n"
        f"pattern read mangotree/1/dev/%u/down/#\ntopic read {class_topic(1)}\n"
    )
    users.chmod(0o644)
    rights.chmod(0o644)
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\nuser root\n"
        f"password_file {users}\nacl_file {rights}\nset_tcp_nodelay true\n"
    )
    command = [MOSQUITTO, "-c", str(settings)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as broker:
        assert broker.stderr is not None
        seen: list[str] = []
        while not seen or "running" not in seen[-1]:
            seen.append(broker.stderr.readline())
            assert seen[-1], f"Mosquitto did not start: {seen}"
        yield port
        broker.terminate()


@pytest.fixture
def hub(port: int) -> Iterator[ClassHub]:
    with running_hub(port) as hub:
        yield hub


@contextlib.contextmanager
def desk(
    loop: AgentLoop, folder: Path, port: int, device: int = 7, secret: str = "s3cret"
) -> Iterator[tuple[Agent, Outbox, Listener]]:
    there = Address(host="127.0.0.1", port=port, mqtt_version=5)
    me = Credential(device=device, secret=secret, class_id=1)
    with contextlib.closing(Outbox(folder / f"{device}.sqlite")) as outbox:
        listener = Listener()
        agent = Agent(there, me, outbox, listener, resend_s=0.3)
        loop.add(agent)
        yield agent, outbox, listener
        loop.remove(agent)


def test_answers_reach_the_hub_over_mqtt_5(
    hub: ClassHub, loop: AgentLoop, tmp_path: Path
) -> None:
    with desk(loop, tmp_path, hub.port) as (agent, outbox, listener):
        listener.wait_for(lambda: listener.is_connected)
        for number in range(100):
            loop.call(partial(agent.submit, 1, "s", "add", 1, str(number))).result()
        listener.wait_for(lambda: len(outbox) == 0)
    assert hub.answers() == [str(number) for number in range(100)]


def test_a_malformed_message_over_mqtt_5_is_counted(
    hub: ClassHub, loop: AgentLoop, tmp_path: Path
) -> None:
    with desk(loop, tmp_path, hub.port) as (agent, outbox, listener):
        listener.wait_for(lambda: listener.is_connected)
        hub.say(down_topic(7, "receipt"), b"[")
        loop.call(lambda: agent.submit(1, "s", "add", 1, "1")).result()
        listener.wait_for(lambda: len(outbox) == 0)
        assert agent.stats.malformed == 1


def test_a_wrong_secret_is_said_so_and_no_answer_is_lost(
    hub: ClassHub, loop: AgentLoop, tmp_path: Path
) -> None:
    with desk(loop, tmp_path, hub.port, secret="wrong") as (agent, outbox, listener):
        loop.call(lambda: agent.submit(1, "s", "add", 1, "1")).result()
        listener.wait_for(lambda: len(listener.whys) >= 2)
        assert all("refused this device: Not authorized" in why for why in listener.whys)
        assert len(outbox) == 1


def test_a_device_that_may_not_speak_learns_of_it_and_keeps_its_answers(
    hub: ClassHub, loop: AgentLoop, tmp_path: Path
) -> None:
    with desk(loop, tmp_path, hub.port, device=8) as (agent, outbox, listener):
        listener.wait_for(lambda: listener.is_connected)
        before = agent.stats.refused_publishes
        loop.call(lambda: agent.submit(1, "s", "add", 1, "1")).result()
        wait_in_loop(loop, lambda: agent.stats.refused_publishes > before)
        assert len(outbox) == 1
    assert hub.answers(8) == []
