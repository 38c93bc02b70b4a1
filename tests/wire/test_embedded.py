"""What the embedded broker's gate adds to amqtt, byte by byte where it must be."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from devices.messages import up_topic
from hub.broker.base import HUB, ConnectionLimits, Login
from hub.broker.embedded import EmbeddedBroker
from hub.broker.wires import TcpWire
from tests.wire.client import DEADLINE_S, Client
from tests.wire.conftest import LIMITS, School

CONNECT_5 = b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"
CONNECT_31 = b"\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x00"


@contextmanager
def serving(school: School, limits: ConnectionLimits) -> Iterator[EmbeddedBroker]:
    running = EmbeddedBroker(find_login=school.find, host="127.0.0.1", port=0, limits=limits)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def broker(school: School) -> Iterator[EmbeddedBroker]:
    with serving(school, replace(LIMITS, connections=4)) as running:
        yield running


@pytest.fixture
def impatient(school: School) -> Iterator[EmbeddedBroker]:
    """One that soon shows the door to whoever does not log in."""
    with serving(school, replace(LIMITS, connect_s=0.3)) as running:
        yield running


def dial(broker: EmbeddedBroker) -> socket.socket:
    return socket.create_connection((broker.host, broker.port), DEADLINE_S)


def connect_by_hand(secret: str) -> bytes:
    """The CONNECT of device 1, MQTT 3.1.1."""
    login = b"\x00\x011" + len(secret).to_bytes(2, "big") + secret.encode()
    body = b"\x00\x04MQTT\x04\xc2\x00\x00\x00\x00" + login
    return bytes([0x10, len(body)]) + body


def log_in_by_hand(broker: EmbeddedBroker, secret: str) -> socket.socket:
    """Device 1, connected."""
    opened = dial(broker)
    opened.sendall(connect_by_hand(secret))
    assert opened.recv(4) == b"\x20\x02\x00\x00"
    return opened


def publish_by_hand(topic: str, payload: bytes) -> bytes:
    body = len(topic).to_bytes(2, "big") + topic.encode() + b"\x00\x01" + payload
    return bytes([0x32, len(body)]) + body


def test_one_that_left_at_the_door_can_come_back(
    broker: EmbeddedBroker, school: School
) -> None:
    with dial(broker) as leaving:
        leaving.sendall(connect_by_hand(school.secrets["1"]))
        leaving.shutdown(socket.SHUT_WR)
        assert leaving.recv(4) == b"\x20\x02\x00\x00"
        assert leaving.recv(1) == b""
    with log_in_by_hand(broker, school.secrets["1"]):
        pass


def test_an_mqtt_5_device_is_told_that_this_broker_speaks_3_1_1(
    broker: EmbeddedBroker,
) -> None:
    with dial(broker) as device:
        device.sendall(CONNECT_5)
        assert device.recv(16) == b"\x20\x03\x00\x84\x00"


def test_an_mqtt_3_1_device_is_told_so_as_well(broker: EmbeddedBroker) -> None:
    with dial(broker) as device:
        device.sendall(CONNECT_31)
        assert device.recv(16) == b"\x20\x02\x00\x01"


def test_who_says_nothing_is_shown_the_door(impatient: EmbeddedBroker) -> None:
    with dial(impatient) as silent:
        assert silent.recv(1) == b""
    assert impatient.counts["no_connect"] == 1


def test_who_does_not_speak_mqtt_is_shown_the_door(broker: EmbeddedBroker) -> None:
    with dial(broker) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
        assert browser.recv(1) == b""
    assert broker.counts["no_connect"] == 1


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(b"\x10\x02\x00\x00", id="a second CONNECT"),
        pytest.param(b"\x34\x05\x00\x01a\x00\x01", id="QoS 2"),
        pytest.param(b"\x30\x05\x00\x09a\x00\x01", id="a topic longer than its packet"),
        pytest.param(b"\x30\x03\x00\x01\xff", id="a topic that is not UTF-8"),
        pytest.param(b"\x40\x03\x00\x01\x00", id="an acknowledgement that is too long"),
        pytest.param(b"\x82\x02\x00\x01", id="a SUBSCRIBE to nothing"),
        pytest.param(b"\x82\x06\x00\x01\x00\x01a\x03", id="a SUBSCRIBE with QoS 3"),
        pytest.param(b"\xa2\x05\x00\x01\x00\x09a", id="an UNSUBSCRIBE that is cut short"),
        pytest.param(b"\x30\xff\xff\xff\x7f", id="a packet of 256 MB"),
        pytest.param(b"\x30\xff\xff\xff\xff\x01", id="a length without an end"),
        pytest.param(b"\xf0\x00", id="a kind that does not exist"),
    ],
)
def test_a_broken_packet_ends_its_connection_and_no_other(
    broker: EmbeddedBroker, school: School, packet: bytes
) -> None:
    with Client(broker, HUB, school.secrets[HUB]) as hub:
        hub.subscribe("mangotree/1/dev/+/up/answer")
        with log_in_by_hand(broker, school.secrets["1"]) as device:
            device.sendall(packet)
            assert device.recv(1) == b""
        with Client(broker, "2", school.secrets["2"]) as other:
            other.publish(up_topic(2, "answer"), b"fine")
        assert hub.next().payload == b"fine"


def test_a_message_in_pieces_arrives_whole(broker: EmbeddedBroker, school: School) -> None:
    with Client(broker, HUB, school.secrets[HUB]) as hub:
        hub.subscribe("mangotree/1/dev/+/up/answer")
        with log_in_by_hand(broker, school.secrets["1"]) as device:
            device.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in publish_by_hand(up_topic(1, "answer"), b"whole"):
                device.send(bytes([byte]))
            assert hub.next().payload == b"whole"


def test_an_answer_cannot_be_retained(broker: EmbeddedBroker, school: School) -> None:
    answer = up_topic(1, "answer")
    with (
        Client(broker, "1", school.secrets["1"]) as device,
        Client(broker, HUB, school.secrets[HUB]) as hub,
    ):
        device.publish(answer, b"kept?", retain=True)
        hub.subscribe("mangotree/1/dev/+/up/answer")
        device.publish(answer, b"now")
        assert hub.until(answer, b"now") == []
    assert broker.counts["not_retained"] == 1


def test_a_foreign_subscription_is_refused(broker: EmbeddedBroker, school: School) -> None:
    with Client(broker, "1", school.secrets["1"]) as device:
        assert device.subscribe("mangotree/1/dev/2/down/next") == [False]
        assert device.subscribe("#") == [False]
        assert device.subscribe("mangotree/1/dev/1/down/next") == [True]
    assert broker.counts["not_allowed"] == 2


def test_what_is_too_large_is_counted_and_its_sender_stays(
    broker: EmbeddedBroker, school: School
) -> None:
    with Client(broker, "1", school.secrets["1"]) as device:
        device.publish(up_topic(1, "answer"), b"x" * 8193)
        device.publish(up_topic(1, "answer"), b"x")
        assert not device.is_gone.is_set()
    assert broker.counts["too_large"] == 1


def test_one_connection_too_many_is_turned_away(broker: EmbeddedBroker, school: School) -> None:
    with ExitStack() as inside:
        for username, secret in school.secrets.items():
            inside.enter_context(Client(broker, username, secret))
        with dial(broker) as fifth:
            assert fifth.recv(1) == b""
    assert broker.counts["too_many"] == 1


def test_a_fault_while_one_logs_in_stops_nobody_else(school: School) -> None:
    def find(username: str) -> Login | None:
        if username == "2":
            msg = "the store is not there"
            raise OSError(msg)
        return school.find(username)

    broker = EmbeddedBroker(find_login=find, host="127.0.0.1", port=0)
    broker.start()
    with dial(broker) as unlucky:
        unlucky.sendall(b"\x10\x12\x00\x04MQTT\x04\xc2\x00\x00\x00\x00\x00\x012\x00\x01x")
        assert unlucky.recv(1) == b""
    with Client(broker, "1", school.secrets["1"]) as device:
        device.publish(up_topic(1, "answer"))
    assert broker.counts["failed"] == 1
    broker.stop()


def test_a_tablet_that_floods_waits_for_a_hub_that_is_behind(
    broker: EmbeddedBroker, school: School
) -> None:
    """Nothing is lost, and the hub's connection is not cut for what it cannot help."""
    go_on = threading.Event()
    taken: list[bytes] = []
    flood = 8_000

    def take(payload: bytes) -> None:
        go_on.wait(DEADLINE_S)
        taken.append(payload)

    with Client(broker, HUB, school.secrets[HUB]) as hub:
        hub.take = take
        hub.subscribe("mangotree/1/dev/+/up/answer")
        with log_in_by_hand(broker, school.secrets["1"]) as device:
            packet = publish_by_hand(up_topic(1, "answer"), b"x" * 60)
            sender = threading.Thread(target=device.sendall, args=(packet * flood,))
            sender.start()
            wait_until(lambda: broker.counts.get("hub_behind", 0) > 0)
            assert not taken
            go_on.set()
            acknowledged = 0
            while acknowledged < 4 * flood:
                acknowledged += len(device.recv(65536))
            sender.join(DEADLINE_S)
        wait_until(lambda: len(taken) == flood)
        assert not hub.is_gone.is_set()


def wait_until(is_true: Callable[[], bool]) -> None:
    """Look again and again at what has no event of its own."""
    deadline = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not is_true():
        assert time.monotonic() < deadline
        pause.wait(0.01)


def test_an_accepted_socket_sends_at_once() -> None:
    """A listening socket made without a protocol number is where asyncio leaves Nagle on."""
    is_at_once: list[int] = []

    async def exchange() -> None:
        served = asyncio.Event()

        async def on_connection(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            opened = writer.get_extra_info("socket")
            is_at_once.append(opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            wire = TcpWire(reader, writer)
            is_at_once.append(opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            wire.close()
            await writer.wait_closed()
            served.set()

        listener = socket.create_server(("127.0.0.1", 0))
        async with await asyncio.start_server(on_connection, sock=listener):
            with socket.create_connection(listener.getsockname()):
                await asyncio.wait_for(served.wait(), DEADLINE_S)

    asyncio.run(exchange())
    assert is_at_once == [0, 1]
