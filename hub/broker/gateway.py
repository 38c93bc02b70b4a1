"""Between the broker and the classroom: topics and bytes in, typed messages through, out."""

from __future__ import annotations

import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from devices.messages import (
    MAX_PAYLOAD_BYTES,
    ROOT,
    Answer,
    Appeal,
    AskHint,
    ClassControl,
    Event,
    Hand,
    Hello,
    Natural,
    Next,
    Receipt,
    SignedIn,
    SignIn,
    SignOut,
    class_topic,
    down_topic,
    encode,
    is_too_deep,
)
from devices.messages import (
    Refused as RefusedMessage,
)
from hub.broker.base import HUB, Broker
from hub.classroom import Classroom
from hub.errors import BrokerError, Refused
from hub.insight.progress import Progress
from hub.intake import NOT_UNDERSTOOD, Intake
from hub.replies import brief
from hub.roster.devices import Device, Devices
from hub.store.receipts import Position, Receipts

logger = logging.getLogger(__name__)

#: How long a device waits before it tries again when the hub cannot take its answer.
HUB_FULL_RETRY_MS = 5_000
CONNECT_S = 10.0


class Identity(msgspec.Struct, frozen=True):
    """As much of a message that was not understood as names the answer it was."""

    boot: Natural = 0
    device_seq: Natural = 0


class Gateway:
    """The hub's own MQTT client; `counts` says what came in and what was refused.

    `is_open` says whether a learner may sit down at a device without a code: codes themselves
    go by HTTP alone. `on_hello` hears each device's word on itself.
    """

    def __init__(
        self,
        classroom: Classroom,
        devices: Devices,
        receipts: Receipts,
        *,
        intake: Intake,
        progress: Progress,
        is_open: Callable[[int, int], bool],
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._classroom = classroom
        self._devices = devices
        self._receipts = receipts
        self._intake = intake
        self._progress = progress
        self._is_open = is_open
        self.on_hello: list[Callable[[Device, Hello], object]] = []
        self._connected = threading.Event()
        self._client: Client | None = None
        self._pages: set[int] = set()
        self._answers = msgspec.json.Decoder(Answer)
        self._events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Event)
        self._hellos = msgspec.json.Decoder(Hello)
        self._leaves: dict[str, Callable[[Device, bytes], None]] = {
            "answer": self._on_answer,
            "event": self._on_event,
            "hello": self._on_hello,
        }

    def start(self, broker: Broker, secret: str) -> None:
        """Connects to `broker` as the hub; raises BrokerError when that takes too long."""
        version = MQTTProtocolVersion(broker.mqtt_version)
        client = Client(CallbackAPIVersion.VERSION2, client_id=HUB, protocol=version)
        client.username_pw_set(HUB, secret)
        client.max_inflight_messages_set(2_000)
        client.max_queued_messages_set(0)
        client.reconnect_delay_set(min_delay=1, max_delay=5)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = lambda *_: self._connected.clear()
        client.on_socket_open = _send_at_once
        self._client = client
        self._receipts.listeners.append(self._send_receipts)
        client.connect_async(broker.host, broker.port, keepalive=30)
        client.loop_start()
        if not self._connected.wait(CONNECT_S):
            self.stop()
            raise BrokerError(f"The hub could not log in to its {broker.name} broker.")

    def stop(self) -> None:
        """Leaves the broker."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()
            # The library closes its sockets when the last reference goes: this was it.

    @property
    def is_connected(self) -> bool:
        """Whether devices can reach the hub by MQTT now."""
        return self._connected.is_set()

    def tell_class(self, class_id: int) -> None:
        """Sends the class's state to all its devices; those that come later hear it, too."""
        # Read and sent in one: of two who tell at once the later one tells what holds.
        with self._classroom.lock:
            room = self._classroom.rooms[class_id]
            control = ClassControl(room.state, room.quizzes.latest)
            self._publish(class_topic(class_id), control, retain=True)

    def tell_learner(self, class_id: int, learner: int) -> None:
        """Lets the tablet where `learner` was seen last know how things stand: the hand is
        down, a rest is over.
        """
        seen = self._progress.of(learner)
        device = None if seen is None else self._devices.all.get(seen.device)
        if device is not None and device.class_id == class_id and not device.is_revoked:
            reply = self._classroom.start(device, learner)
            self._send_next(device, reply)

    def _on_connect(self, client: Client, *_: object) -> None:
        up = f"{ROOT}/dev/+/up"
        leaves = [(f"{up}/{leaf}", 1) for leaf in self._leaves]
        client.subscribe([*leaves, (f"{ROOT}/dev/+/state", 1)])

    def _on_subscribe(self, *_: object) -> None:
        # Not in _on_connect: behind that the library sends what waited for the connection, and
        # an older word on a class would be the one that stays.
        for class_id in list(self._classroom.rooms):
            self.tell_class(class_id)
        self._connected.set()

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        """The boundary: whatever a message does, it is counted and the class goes on."""
        if message.retain and not message.topic.endswith("/state"):
            # An answer comes once; one that a broker kept would come back at every start.
            self.counts["retained"] += 1
            return
        try:
            self._route(message.topic, bytes(message.payload))
        except Exception:  # a fault in one message must not stop the class
            self.counts["failed"] += 1
            logger.exception("message_failed topic=%s", message.topic)

    def _route(self, topic: str, payload: bytes) -> None:
        device_id, _, leaf = topic.removeprefix(f"{ROOT}/dev/").partition("/")
        device = self._devices.all.get(int(device_id)) if device_id.isdecimal() else None
        if device is None or device.is_revoked:
            self.counts["unknown_device"] += 1
            return
        if leaf == "state":
            self._progress.on_state(device.id, payload == b"online")
            return
        try:
            checked = self._intake.check(device.id, payload)
            self._leaves[leaf.removeprefix("up/")](device, checked)
        except Refused as refused:
            self._refuse(device, refused, payload)
        except NOT_UNDERSTOOD:
            self._refuse(device, Refused("not_understood"), payload)

    def _on_answer(self, device: Device, payload: bytes) -> None:
        sent = self._answers.decode(payload)
        reply = self._classroom.answer(device, sent)
        self.counts["answers"] += 1
        self._send_next(device, reply)
        upto = self._receipts.upto(device.id, sent.boot)
        if upto >= sent.device_seq:
            self._publish(down_topic(device.id, "receipt"), Receipt(sent.boot, upto))

    def _on_event(self, device: Device, payload: bytes) -> None:
        event = self._events.decode(payload)
        if isinstance(event, SignIn):
            if not self._is_open(device.id, event.learner):
                raise Refused("signed_out")
            first = self._classroom.start(device, event.learner)
            self._progress.on_sign_in(event.learner, device.id)
            token = self._devices.session(device.id, event.learner)
            signed_in = SignedIn(learner=event.learner, session=token)
            self._publish(down_topic(device.id, "control"), signed_in)
            self._send_next(device, first)
            return
        if not isinstance(event, SignOut):
            self._send_next(device, self._beside(device, event))
            return
        for learner in list(self._classroom.rooms[device.class_id].places):
            if self._devices.is_session(event.session, device.id, learner):
                self._progress.on_sign_out(learner)

    def _beside(self, device: Device, event: AskHint | Appeal | Hand) -> Next:
        """The reply to what a learner wants of a question besides answering it."""
        if isinstance(event, AskHint):
            return self._classroom.hint(device, event)
        if isinstance(event, Appeal):
            reply = self._classroom.appeal(device, event)
        else:
            reply = self._classroom.hand(device, event)
        self._progress.changed()
        return reply

    def _on_hello(self, device: Device, payload: bytes) -> None:
        hello = self._hellos.decode(payload)
        (self._pages.add if hello.is_page else self._pages.discard)(device.id)
        for listener in self.on_hello:
            listener(device, hello)
        for boot in hello.boots:
            receipt = Receipt(boot, self._receipts.upto(device.id, boot))
            self._publish(down_topic(device.id, "receipt"), receipt)

    def _refuse(self, device: Device, refused: Refused, payload: bytes) -> None:
        self.counts[refused.reason] += 1
        logger.info("refused reason=%s device=%d", refused.reason, device.id)
        identity = _identity(payload)
        retry_ms = HUB_FULL_RETRY_MS if refused.reason == "hub_full" else refused.retry_ms
        message = RefusedMessage(
            reason=refused.reason,
            boot=identity.boot,
            device_seq=identity.device_seq,
            expected=refused.expected,
            retry_ms=retry_ms,
        )
        self._publish(down_topic(device.id, "control"), message)

    def _send_next(self, device: Device, reply: Next) -> None:
        """A page is told which question is next; the words would travel twice."""
        is_page = device.id in self._pages
        self._publish(down_topic(device.id, "next"), brief(reply) if is_page else reply)

    def _send_receipts(self, positions: list[Position]) -> None:
        for (device, boot), upto in positions:
            self._publish(down_topic(device, "receipt"), Receipt(boot, upto))

    def _publish(self, topic: str, message: msgspec.Struct, *, retain: bool = False) -> None:
        client = self._client
        if client is not None:
            client.publish(topic, encode(message), qos=1, retain=retain)


def _identity(payload: bytes) -> Identity:
    if len(payload) > MAX_PAYLOAD_BYTES or is_too_deep(payload):
        return Identity()
    try:
        return msgspec.json.decode(payload, type=Identity)
    except NOT_UNDERSTOOD:
        return Identity()


def _send_at_once(_client: Client, _userdata: object, opened: Any) -> None:
    """Without TCP_NODELAY an answer waited 44 ms for its reply, with it 8 ms."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
