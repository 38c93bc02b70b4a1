"""One MQTT connection of a device, from dialling to loss, driven by the agents' loop.

A link is used once. The client library keeps a queue of its own over reconnects; here the
outbox is the only memory, so every connection gets a fresh client and a clean session.
"""

from __future__ import annotations

import logging
import os
import socket
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from devices.loop import READ, WRITE
from devices.messages import state_topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from devices.loop import AgentLoop, Timer
    from devices.pairing import Address, Credential

logger = logging.getLogger(__name__)

#: The broker calls a device lost after 1.5 times this; a lesson notices within half a minute.
KEEPALIVE_S = 20
#: How often the keepalive is looked after; 20 s plus this stays below the broker's 30 s.
TICK_S = 5.0
#: A hub that answers slower than this is tried again: its Wi-Fi or its broker hangs.
DIAL_S = 10.0


class LinkOwner(Protocol):
    """Who hears of a link; every call comes from the loop, never from inside the client."""

    def link_up(self) -> None:
        """Connected and subscribed: messages flow both ways."""

    def link_message(self, topic: str, payload: bytes) -> None:
        """A message came."""

    def link_refused_publish(self, why: str) -> None:
        """The broker refused what this device published (MQTT 5 only)."""

    def link_lost(self, why: str) -> None:
        """It is over; called once, also when it never came up."""


class Link:
    """One connection; `open` it, use it after `link_up`, and drop it after `link_lost`."""

    def __init__(
        self,
        address: Address,
        credential: Credential,
        topics: Sequence[str],
        loop: AgentLoop,
        owner: LinkOwner,
    ) -> None:
        self._address = address
        self._credential = credential
        self._topics = topics
        self._loop = loop
        self._owner = owner
        self._client: _Dialler | None = None
        self._socket: socket.socket | None = None
        self._timer: Timer | None = None
        self._is_up = False
        self._watches_writing = False
        self._why = ""

    def open(self) -> None:
        """Begin to dial; `link_up` or `link_lost` follows."""
        self._client = client = self._make_client()
        self._timer = self._loop.call_at(self._loop.now() + DIAL_S, self._give_up)
        client.connect_async(self._address.host, self._address.port, KEEPALIVE_S)
        try:
            client.reconnect()
        except OSError as error:
            self._lose(f"the hub cannot be reached: {error}")

    def publish(self, topic: str, payload: bytes) -> None:
        """Send with QoS 1; whether it arrived is the hub's to say."""
        if self._client is not None:
            self._client.publish(topic, payload, qos=1)

    def close(self) -> None:
        """Say goodbye where there is someone to hear it, and let go; no `link_lost` follows."""
        client = self._client
        if client is not None and self._is_up:
            # QoS 0 is written at once; QoS 1 would queue behind twenty unacknowledged answers.
            client.publish(state_topic(self._credential.device), b"offline", 0, retain=True)
            client.disconnect()
            client.loop_write()
        self._drop()

    def _make_client(self) -> _Dialler:
        client = _Dialler(
            CallbackAPIVersion.VERSION2,
            client_id=f"dev-{self._credential.device}",
            clean_session=True if self._address.mqtt_version == 4 else None,
            protocol=MQTTProtocolVersion(self._address.mqtt_version),
            reconnect_on_failure=False,
        )
        client.username_pw_set(str(self._credential.device), self._credential.secret)
        client.will_set(state_topic(self._credential.device), b"offline", 1, retain=True)
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_want_write
        client.on_socket_unregister_write = self._on_wrote
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect
        return client

    def _on_socket_open(self, _client: mqtt.Client, _data: object, sock: Any) -> None:
        # Without it the answer waits for the hub's delayed ACK: p50 44 ms instead of 8 ms.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = sock
        self._loop.watch(sock, READ, self._ready)

    def _on_socket_close(self, _client: mqtt.Client, _data: object, sock: Any) -> None:
        self._loop.unwatch(sock)
        self._socket = None

    def _on_want_write(self, _client: mqtt.Client, _data: object, _sock: Any) -> None:
        # Once connected there is nearly always room: writing at the end of the turn saves
        # three system calls an answer over asking the selector first.
        if self._is_up:
            self._loop.soon(self._flush)
        else:
            self._watch_writing()

    def _on_wrote(self, _client: mqtt.Client, _data: object, sock: Any) -> None:
        if self._watches_writing and self._socket is not None:
            self._watches_writing = False
            self._loop.watch(sock, READ, self._ready)

    def _on_connect(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._lose_soon(f"the hub refused this device: {reason}")
            return
        client.publish(state_topic(self._credential.device), b"online", qos=1, retain=True)
        client.subscribe([(topic, 1) for topic in self._topics])

    def _on_subscribe(
        self,
        _client: mqtt.Client,
        _data: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        refused = [
            f"{topic}: {reason}"
            for topic, reason in zip(self._topics, reasons, strict=False)
            if reason.is_failure
        ]
        if refused:
            self._lose_soon(f"the hub refused to send ({'; '.join(refused)})")
        else:
            self._loop.soon(self._come_up)

    def _on_message(
        self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage
    ) -> None:
        self._loop.soon(partial(self._deliver, message.topic, bytes(message.payload)))

    def _on_publish(
        self,
        _client: mqtt.Client,
        _data: object,
        _mid: int,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._loop.soon(partial(self._owner.link_refused_publish, str(reason)))

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _data: object,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._lose_soon(f"the connection ended: {reason}")

    def _flush(self) -> None:
        self._ready(WRITE)
        if self._client is not None and self._client.want_write():
            self._watch_writing()

    def _watch_writing(self) -> None:
        if self._socket is not None:
            self._watches_writing = True
            self._loop.watch(self._socket, READ | WRITE, self._ready)

    def _ready(self, events: int) -> None:
        client = self._client
        if client is None or self._has_failed_to_dial():
            return
        try:
            if events & READ:
                client.loop_read()
            if events & WRITE:
                client.loop_write()
        except Exception:  # bytes of a broker that speaks nonsense; the class goes on
            logger.exception("link=failed device=%d", self._credential.device)
            self._lose("the hub sent what is not MQTT")

    def _has_failed_to_dial(self) -> bool:
        """Say why nobody is there; the client library only knows that a write failed."""
        if self._is_up or self._socket is None:
            return False
        failure = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            self._lose(f"the hub cannot be reached: {os.strerror(failure)}")
        return bool(failure)

    def _come_up(self) -> None:
        if self._client is not None and not self._is_up:
            self._is_up = True
            self._tick()
            self._owner.link_up()

    def _deliver(self, topic: str, payload: bytes) -> None:
        if self._client is not None:
            self._owner.link_message(topic, payload)

    def _tick(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._client is not None:
            self._timer = self._loop.call_at(self._loop.now() + TICK_S, self._tick)
            self._client.loop_misc()

    def _give_up(self) -> None:
        self._lose(f"the hub did not answer within {DIAL_S:.0f} s")

    def _lose_soon(self, why: str) -> None:
        """For calls from inside the client, which must not be torn down under its own feet."""
        self._why = self._why or why
        self._loop.soon(partial(self._lose, why))

    def _lose(self, why: str) -> None:
        if self._client is not None:
            self._drop()
            self._owner.link_lost(self._why or why)

    def _drop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        client, self._client = self._client, None
        if client is not None:
            client.let_go()
        if self._socket is not None:
            self._loop.unwatch(self._socket)
            self._socket.close()
            self._socket = None


class _Dialler(mqtt.Client):
    """The client library's client, whose connecting never makes the loop wait.

    The library connects with a blocking call of up to five seconds, in which sixty other
    devices would stand still.
    """

    def let_go(self) -> None:
        """Call nobody back any more, so that nothing keeps this client alive."""
        self.on_socket_open = self.on_socket_close = None
        self.on_socket_register_write = self.on_socket_unregister_write = None
        self.on_connect = self.on_subscribe = self.on_message = None
        self.on_publish = self.on_disconnect = None

    def _create_socket_connection(self) -> socket.socket:
        # Access points give IPv4 addresses: where a name has both kinds, that one answers.
        family, kind, protocol, _, address = min(
            socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM),
            key=lambda found: found[0] != socket.AF_INET,
        )
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(0)
        try:
            sock.connect(address)
        except BlockingIOError:
            return sock
        except OSError:
            sock.close()
            raise
        return sock
