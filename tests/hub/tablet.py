"""A tablet in a test's hands: any bytes may be sent, and every reply waits in a queue."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from devices.messages import (
    Activity,
    Answer,
    ClassControl,
    Control,
    Next,
    Receipt,
    Refused,
    SignedIn,
    SignIn,
    class_topic,
    down_topic,
    encode,
    up_topic,
)
from devices.pairing import Address, Credential, pair
from hub.app import Hub
from tests.packs import right

#: Far more than anything here takes, so that a loaded machine does not fail a test.
DEADLINE_S = 60.0
Heard = TypeVar("Heard")


class Tablet:
    """A paired device, connected inside its `with`, that sends what it is told to."""

    def __init__(self, address: Address, credential: Credential, boot: int = 1) -> None:
        self.device = credential.device
        self.boot = boot
        self.seq = 0
        self.learner = 0
        self.session = ""
        self._heard: queue.Queue[object] = queue.Queue()
        self._is_listening = threading.Event()
        self._address, self._credential = address, credential
        version = MQTTProtocolVersion(address.mqtt_version)
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=str(self.device), protocol=version
        )
        self._client.username_pw_set(str(self.device), credential.secret)
        self._client.on_connect = self._subscribe
        self._client.on_subscribe = lambda *_: self._is_listening.set()
        self._client.on_message = self._take
        self._decode: dict[str, Callable[[bytes], object]] = {
            down_topic(self.device, "next"): msgspec.json.Decoder(Next).decode,
            down_topic(self.device, "receipt"): msgspec.json.Decoder(Receipt).decode,
            down_topic(self.device, "control"): _controls().decode,
            class_topic(credential.class_id): _controls().decode,
        }

    def __enter__(self) -> Tablet:
        self._client.connect(self._address.host, self._address.port)
        self._client.loop_start()
        assert self._is_listening.wait(DEADLINE_S), "the broker did not let the tablet in"
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        # Or the collector would find the library's own sockets open in our circle of
        # references.
        self._client.on_connect = self._client.on_message = None
        self._client.on_subscribe = self._client.on_disconnect = None

    def at(self, port: int) -> Tablet:
        """The same tablet with the secret that it kept, for a hub that moved to `port`."""
        address = msgspec.structs.replace(self._address, port=port)
        return Tablet(address, self._credential, self.boot)

    def sign_in(self, learner: int) -> Next:
        """Signs `learner` in; gives what they are to do first."""
        self.send(encode(SignIn(learner)), leaf="event")
        self.learner, self.session = learner, self.hear(SignedIn).session
        return self.hear(Next)

    def answer(self, activity: Activity, answer: str, **fields: Any) -> Answer:
        """The next answer of the one who is signed in, sent; `fields` replace its own."""
        sent = self.next_answer(activity, answer, **fields)
        self.send(encode(sent))
        self.seq = sent.device_seq
        return sent

    def next_answer(self, activity: Activity, answer: str, **fields: Any) -> Answer:
        """The next answer, not sent."""
        own: dict[str, Any] = {
            "boot": self.boot,
            "device_seq": self.seq + 1,
            "learner": self.learner,
            "session": self.session,
            "item": activity.item,
            "seed": activity.seed,
            "answer": answer,
        }
        return Answer(**(own | fields))

    def send(
        self, payload: bytes, *, leaf: Any = "answer", device: int = 0, qos: int = 1
    ) -> None:
        """Publishes `payload` as it is, on this device's topic or on another's."""
        self._client.publish(up_topic(device or self.device, leaf), payload, qos=qos)

    def hear(self, kind: type[Heard], is_it: Callable[[Heard], bool] = lambda _: True) -> Heard:
        """The next of that kind of which `is_it` holds; others before it are dropped."""
        while True:
            message = self._heard.get(timeout=DEADLINE_S)
            if isinstance(message, kind) and is_it(message):
                return message

    def reply(self, sent: Answer) -> Next:
        """The hub's reply to `sent`."""
        mine = (sent.boot, sent.device_seq)
        return self.hear(Next, lambda one: (one.boot, one.device_seq) == mine)

    def receipt(self, sent: Answer) -> Receipt:
        """The receipt that covers `sent`."""
        return self.hear(
            Receipt, lambda one: one.boot == sent.boot and one.upto >= sent.device_seq
        )

    def refusal(self) -> Refused:
        """The next refusal."""
        return self.hear(Refused)

    def _subscribe(self, client: Client, *_: object) -> None:
        client.subscribe([(topic, 1) for topic in self._decode])

    def _take(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        decode = self._decode.get(message.topic)
        if decode is not None:
            self._heard.put(decode(bytes(message.payload)))


def pair_with(hub: Hub, class_id: int = 1, name: str = "A tablet") -> Tablet:
    """A tablet that joined over HTTP, as tablets do."""
    code = hub.people.classes[class_id].join_code
    return Tablet(*pair(f"http://127.0.0.1:{hub.ports.http}", code, name=name))


def told(hub: Hub, class_id: int = 1) -> str:
    """The state of the class as a tablet hears it that joins now."""
    with pair_with(hub, class_id) as earlier:
        # What the hub sent before this reply has reached the broker, too.
        earlier.sign_in(hub.people.in_class(class_id)[0].id)
    with pair_with(hub, class_id) as tablet:
        return tablet.hear(ClassControl).state


def right_answer(hub: Hub, activity: Activity, class_id: int = 1) -> str:
    """What answers `activity`."""
    pack = hub.classroom.rooms[class_id].pack
    return right(pack, activity.item, activity.seed)


def asked(reply: Next) -> Activity:
    """The activity of a reply that must have one."""
    assert reply.activity is not None
    return reply.activity


def _controls() -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(Control)
