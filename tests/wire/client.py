"""An MQTT client for tests that waits on events, never on time."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable
from typing import Any, Literal

from paho.mqtt.client import Client as Paho
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from hub.broker.base import Broker

#: Far more than anything here takes, so that a loaded machine does not fail a test.
DEADLINE_S = 60.0


class Client:
    """One login's connection; use it in a `with`, or `connect` and `close` it."""

    def __init__(
        self,
        broker: Broker,
        username: str | None,
        secret: str = "",
        *,
        client_id: str = "",
        will: tuple[str, bytes] | None = None,
        keep_alive_s: int = 60,
        transport: Literal["tcp", "websockets"] = "tcp",
        reconnects: bool = False,
    ) -> None:
        self.messages: queue.Queue[MQTTMessage] = queue.Queue()
        self.refusals: queue.Queue[str] = queue.Queue()
        self.connections: queue.Queue[ReasonCode] = queue.Queue()
        self.is_gone = threading.Event()
        self._is_settled = threading.Event()
        self._granted: queue.Queue[list[ReasonCode]] = queue.Queue()
        self._where = (broker.host, broker.port)
        if transport == "websockets":
            assert broker.websocket_port is not None
            self._where = (broker.host, broker.websocket_port)
        self._keep_alive_s = keep_alive_s
        self._paho = Paho(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTProtocolVersion(broker.mqtt_version),
            transport=transport,
            reconnect_on_failure=reconnects,
        )
        if username is not None:
            self._paho.username_pw_set(username, secret)
        if will is not None:
            self._paho.will_set(*will, qos=1, retain=will[0].endswith("/state"))
        self._paho.on_connect = self._on_connect
        self.take: Callable[[bytes], None] | None = None
        self._paho.on_message = self._on_message
        self._paho.on_subscribe = lambda *args: self._granted.put(args[3])
        self._paho.on_publish = self._on_publish
        self._paho.on_disconnect = self._on_disconnect

    def __enter__(self) -> Client:
        reason = self.connect()
        assert not reason.is_failure, reason
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> ReasonCode:
        """What the broker said."""
        self._paho.connect(*self._where, keepalive=self._keep_alive_s)
        self._paho.loop_start()
        return self.connections.get(timeout=DEADLINE_S)

    def close(self) -> None:
        self._paho.disconnect()
        self._let_go()

    def drop(self) -> None:
        """Vanish without a goodbye, as a tablet that is switched off."""
        opened = self._paho.socket()
        assert isinstance(opened, socket.socket)
        opened.shutdown(socket.SHUT_RDWR)
        assert self.is_gone.wait(DEADLINE_S)
        self._let_go()

    def subscribe(self, *topics: str) -> list[bool]:
        """Subscribe; whether each was granted."""
        self._paho.subscribe([(topic, 1) for topic in topics])
        return [not code.is_failure for code in self._granted.get(timeout=DEADLINE_S)]

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> None:
        """Publish with QoS 1 and wait until the broker acknowledged, whatever it thinks."""
        info = self._paho.publish(topic, payload, qos=1, retain=retain)
        info.wait_for_publish(DEADLINE_S)
        assert info.is_published()

    def throw(self, topic: str, payload: bytes) -> None:
        """Publish what may cost the connection; back when it is acknowledged or gone."""
        self._is_settled.clear()
        self._paho.publish(topic, payload, qos=1)
        assert self._is_settled.wait(DEADLINE_S)

    def next(self) -> MQTTMessage:
        return self.messages.get(timeout=DEADLINE_S)

    def until(self, topic: str, payload: bytes) -> list[MQTTMessage]:
        """All messages up to that one, without it."""
        before: list[MQTTMessage] = []
        while True:
            message = self.next()
            if (message.topic, message.payload) == (topic, payload):
                return before
            before.append(message)

    def _let_go(self) -> None:
        """End the library's thread and our circle of references, in which its own pair of
        sockets would be found unclosed by the collector."""
        self._paho.loop_stop()
        self._paho.on_connect = self._paho.on_message = self._paho.on_subscribe = None
        self._paho.on_publish = self._paho.on_disconnect = None

    def _on_connect(self, *args: Any) -> None:
        self.is_gone.clear()
        self.connections.put(args[3])

    def _on_message(self, _client: Paho, _data: object, message: MQTTMessage) -> None:
        if self.take is not None:
            self.take(bytes(message.payload))
        else:
            self.messages.put(message)

    def _on_disconnect(self, *_: Any) -> None:
        self.is_gone.set()
        self._is_settled.set()

    def _on_publish(self, *args: Any) -> None:
        self._is_settled.set()
        if args[3].is_failure:
            self.refusals.put(str(args[3]))


def refused(client: Client) -> str:
    """What the broker said when it refused `client`; fails when it let it in."""
    try:
        reason = client.connect()
        assert reason.is_failure
        return str(reason)
    finally:
        client.close()
