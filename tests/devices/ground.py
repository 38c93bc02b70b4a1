"""What the device tests stand on: a broker, a hub that keeps books, a keen listener."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.messages import (
    ROOT,
    Activity,
    Answer,
    ClassControl,
    Event,
    Hello,
    Next,
    Receipt,
    Refused,
    SignedIn,
    SignIn,
    down_topic,
    encode,
)
from devices.pairing import Address, Credential
from devices.simulator.pupil import Known
from tests.devices.broker import open_broker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from devices.loop import AgentLoop
    from devices.outbox import Key

#: Far more than anything here takes, so that a loaded machine does not fail a test.
DEADLINE_S = 60.0
Heard = TypeVar("Heard")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def address(port: int) -> Address:
    return Address(host="127.0.0.1", port=port)


def credential(device: int = 7) -> Credential:
    return Credential(device=device, secret="s3cret", class_id=1)


class Ground(Protocol):
    """A broker, on one port for all its lives."""

    port: int

    def start(self) -> None: ...

    def stop(self) -> None: ...


class BrokerThread:
    """An amqtt broker in a thread of its own; stop it after its clients."""

    def __init__(self) -> None:
        self.port = free_port()
        self._broker: Any = None

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="broker", daemon=True
        )
        self._thread.start()
        self._run(self._begin())

    def stop(self) -> None:
        if self._broker is None:
            return
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE_S)
        self._loop.close()

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(DEADLINE_S)

    async def _begin(self) -> None:
        self._broker = await open_broker(self.port)

    async def _end(self) -> None:
        """Shut down, and let the closed connections' tasks end, so that none is torn away."""
        await self._broker.shutdown()
        self._broker = None
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if tasks:
            _, stuck = await asyncio.wait(tasks, timeout=1.0)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


class BrokerProcess:
    """An amqtt broker in a process of its own, which dies as brokers do: without goodbye."""

    def __init__(self) -> None:
        self.port = free_port()
        self._child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.devices.broker", str(self.port)]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == "ready\n"

    def stop(self) -> None:
        if self._child is not None:
            with self._child as child:
                child.kill()
            self._child = None


class Watched:
    """Something that changes in other threads, and can be waited for."""

    def __init__(self) -> None:
        self.changed = threading.Condition()

    def wait_for(self, is_so: Callable[[], bool], timeout_s: float = DEADLINE_S) -> None:
        with self.changed:
            assert self.changed.wait_for(is_so, timeout_s), "it did not happen in time"


class Listener(Watched):
    """Remembers everything that an agent was told."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []
        self.is_connected = False
        self.whys: list[str] = []
        self.is_broken = False

    def on_next(self, reply: Next) -> None:
        if self.is_broken:
            raise RuntimeError("a page that is broken")
        self._hear(reply)

    def on_signed_in(self, signed_in: SignedIn) -> None:
        self._hear(signed_in)

    def on_class(self, control: ClassControl) -> None:
        self._hear(control)

    def on_receipt(self, receipt: Receipt) -> None:
        self._hear(receipt)

    def on_refused(self, refused: Refused) -> None:
        self._hear(refused)

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        with self.changed:
            self.is_connected = is_connected
            self.whys.append(why)
            self.changed.notify_all()

    def all_of(self, kind: type[Heard]) -> list[Heard]:
        with self.changed:
            return [each for each in self.heard if isinstance(each, kind)]

    def _hear(self, message: object) -> None:
        with self.changed:
            self.heard.append(message)
            self.changed.notify_all()


class ClassHub(Watched):
    """A small real hub: takes answers in sequence, refuses as told, receipts when allowed.

    `refuse` sees every answer first; what it returns is sent instead of taking the answer.
    """

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.taken: dict[Key, list[Answer]] = defaultdict(list)
        self.arrived: list[tuple[int, Answer]] = []
        self.hellos: list[tuple[int, Hello]] = []
        self.events: list[tuple[int, Event]] = []
        self.states: list[tuple[str, bytes]] = []
        self.is_receipting = True
        self.is_paused = False
        self.refuse: Callable[[int, Answer], Refused | None] = lambda _device, _answer: None
        self._answers = msgspec.json.Decoder(Answer)
        self._events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
        self._subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="hub")
        self._client.username_pw_set("hub", "hub")
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.on_socket_open = _without_delay
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async("127.0.0.1", port)

    def start(self) -> None:
        self._client.loop_start()
        assert self._subscribed.wait(DEADLINE_S), "the test's hub found no broker"

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        # Or the collector would find the library's own sockets open in our circle of
        # references.
        self._client.on_connect = self._client.on_message = self._client.on_subscribe = None

    def say(self, topic: str, payload: bytes, *, is_retained: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=is_retained)

    def answers(self, device: int = 7) -> list[str]:
        """The answers' texts as they were counted, boots in the order of their arrival."""
        return [a.answer for key, log in self.taken.items() if key[0] == device for a in log]

    def receipt(self, device: int, boot: int) -> None:
        upto = len(self.taken[device, boot])
        self.say(down_topic(device, "receipt"), encode(Receipt(boot, upto)))

    def _on_connect(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        client.subscribe([(f"{ROOT}/dev/+/up/#", 1), (f"{ROOT}/dev/+/state", 1)])

    def _on_message(
        self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage
    ) -> None:
        parts = message.topic.split("/")
        device, leaf = int(parts[3]), parts[-1]
        payload = bytes(message.payload)
        with self.changed:
            if leaf == "answer":
                self._answer(device, self._answers.decode(payload))
            elif leaf == "event":
                self._event(device, self._events.decode(payload))
            elif leaf == "hello":
                self._hello(device, msgspec.json.decode(payload, type=Hello))
            else:
                self.states.append((message.topic, payload))
            self.changed.notify_all()

    def _answer(self, device: int, answer: Answer) -> None:
        self.arrived.append((device, answer))
        refused = self.refuse(device, answer)
        log = self.taken[device, answer.boot]
        if refused is None and answer.device_seq > len(log) + 1:
            refused = Refused(
                reason="out_of_sequence",
                boot=answer.boot,
                device_seq=answer.device_seq,
                expected=len(log) + 1,
            )
        if refused is not None:
            self.say(down_topic(device, "control"), encode(refused))
            return
        if answer.device_seq == len(log) + 1:
            log.append(answer)
        self.say(down_topic(device, "next"), encode(self._next_for(answer)))
        if self.is_receipting:
            self.receipt(device, answer.boot)

    def _event(self, device: int, event: Event) -> None:
        self.events.append((device, event))
        if isinstance(event, SignIn):
            session = SignedIn(learner=event.learner, session=f"session-{event.learner}")
            first = self._next(event.learner, event.learner)
            self.say(down_topic(device, "control"), encode(session))
            self.say(down_topic(device, "next"), encode(first))

    def _next_for(self, answer: Answer) -> Next:
        return msgspec.structs.replace(
            self._next(answer.learner, answer.seed + 1),
            boot=answer.boot,
            device_seq=answer.device_seq,
            is_right=answer.answer == right(answer.seed),
        )

    def _next(self, learner: int, seed: int) -> Next:
        if self.is_paused:
            return Next(learner=learner, state="pause")
        return Next(learner=learner, activity=_activity(seed))

    def _hello(self, device: int, hello: Hello) -> None:
        self.hellos.append((device, hello))
        if self.is_receipting:
            for boot in hello.boots:
                self.receipt(device, boot)


def wait_in_loop(loop: AgentLoop, is_so: Callable[[], bool]) -> None:
    """Wait for what nobody is told of, such as a counter, by looking in the loop's thread."""
    happened = threading.Event()

    def look() -> None:
        if is_so():
            happened.set()
        else:
            loop.call_at(loop.now() + 0.01, look)

    loop.call(look).result()
    loop.wait(happened, DEADLINE_S)


def _without_delay(_client: mqtt.Client, _data: object, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def right(seed: int) -> str:
    """The right answer of the test hub's only item, 100 + seed."""
    return str(100 + seed)


def solve(activity: Activity) -> Known:
    """What a pupil's class knows of it."""
    return Known(right(activity.seed))


@contextmanager
def running_hub(port: int) -> Iterator[ClassHub]:
    hub = ClassHub(port)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def _activity(seed: int) -> Activity:
    return Activity(item="add", seed=seed, skill="add-to-100", prompt=f"100 + {seed}")
