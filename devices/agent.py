"""An MQTT device: it signs learners in, sends their answers until receipted, and listens.

Everything here runs in the thread of an `AgentLoop`; other threads come in through its `call`.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Protocol

import msgspec

from devices.delivery import Delivery
from devices.link import Link
from devices.messages import (
    MAX_PAYLOAD_BYTES,
    ClassControl,
    Control,
    Hello,
    Next,
    Receipt,
    Refused,
    SignedIn,
    SignIn,
    SignOut,
    class_topic,
    down_topic,
    encode,
    is_too_deep,
    up_topic,
)
from devices.outbox import Draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.battery import Battery
    from devices.loop import AgentLoop, Timer
    from devices.outbox import Key, Outbox
    from devices.pairing import Address, Credential

logger = logging.getLogger(__name__)

#: The wire allows this many boots in one `Hello`; the oldest matter most.
HELLO_BOOTS = 64
#: A battery falls by some percent in a lesson; the teacher need not hear of each.
BATTERY_STEP_PERCENT, BATTERY_LOOK_S = 5, 60.0
FIRST_RETRY_S = 0.5
#: After a long night every tablet is back this long after the hub, at the latest.
MAX_RETRY_S = 15.0
#: A connection that lived this long was a good one: the next try comes soon again. Shorter
#: ones count as failures, so that two devices with one identity do not push each other out
#: twice a second for ever.
STEADY_S = 10.0


class AgentListener(Protocol):
    """Who shows what the hub says; called in the loop's thread, after the agent's own work."""

    def on_next(self, reply: Next) -> None:
        """Feedback for an answer, and the next activity."""

    def on_signed_in(self, signed_in: SignedIn) -> None:
        """The session for this learner's answers."""

    def on_class(self, control: ClassControl) -> None:
        """The teacher set the state of the class."""

    def on_receipt(self, receipt: Receipt) -> None:
        """Answers are safe on the hub's disk."""

    def on_refused(self, refused: Refused) -> None:
        """The hub did not take an answer; a final refusal is in the refused box already."""

    def on_connection(self, *, is_connected: bool, why: str) -> None:
        """The hub came into reach, or went out of it and why."""


@dataclass(slots=True)
class Stats:
    """What an agent counted since it was made."""

    submitted: int = 0
    published: int = 0
    receipted: int = 0
    refused: int = 0
    malformed: int = 0
    foreign: int = 0
    connects: int = 0
    losses: int = 0
    refused_publishes: int = 0


class Agent:
    """One device of a class; give it to an `AgentLoop`, which starts and stops it.

    `window` bounds the unreceipted answers in flight, `resend_s` is the first patience with
    a hub that does not receipt them. `battery` tells of the machine's own, as
    `devices.battery.battery_of` does; a simulated device has none.
    """

    def __init__(
        self,
        address: Address,
        credential: Credential,
        outbox: Outbox,
        listener: AgentListener,
        *,
        window: int = 64,
        resend_s: float = 3.0,
        rng: Random | None = None,
        battery: Callable[[], Battery | None] = lambda: None,
    ) -> None:
        self._battery = battery
        self._told: Battery | None = None
        self._looked_at = -math.inf
        self._address = address
        self._credential = credential
        self._outbox = outbox
        self._listener = listener
        self._resend_s = resend_s
        self._rng = rng or Random()  # noqa: S311 - jitter needs no secrecy
        self._delivery = Delivery(outbox, self._rng, window=window, resend_s=resend_s)
        self._receivers = self._make_receivers()
        self._answer_topic = up_topic(credential.device, "answer")
        self._event_topic = up_topic(credential.device, "event")
        self._sign_ins: dict[int, float] = {}
        self._sign_outs: deque[str] = deque()
        self._loop: AgentLoop | None = None
        self._link: Link | None = None
        self._timer: Timer | None = None
        self._failures = 0
        self._up_since = math.inf
        self.is_connected = False
        self.stats = Stats()

    @property
    def device(self) -> int:
        """The device's number at its hub."""
        return self._credential.device

    @property
    def unreceipted(self) -> int:
        """How many answers the hub has not receipted."""
        return len(self._outbox)

    def start(self, loop: AgentLoop) -> None:
        """Connect, and stay connected until `stop`."""
        self._loop = loop
        self._dial()

    def stop(self) -> None:
        """Say goodbye and let go; the outbox stays open, it is its owner's to close."""
        self._loop = None
        self.is_connected = False
        self._cancel_timer()
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def sign_in(self, learner: int) -> None:
        """Ask for a session for `learner`, again and again until the hub answers."""
        self._sign_ins[learner] = -math.inf
        self._pump()

    def sign_out(self, session: str) -> None:
        """End `session`, as soon as the hub has receipted the last answer that names it."""
        self._sign_outs.append(session)
        self._pump()

    def submit(
        self,
        learner: int,
        session: str,
        item: str,
        seed: int,
        answer: str,
        *,
        step: int = 0,
        ms: int = 0,
        hints: int = 0,
        tries: int = 1,
        at: int = 0,
    ) -> Key:
        """Keep an answer, then send it; its (boot, device_seq).

        It is on this device's disk when this returns, whatever the network does. Raises
        `OutboxFull`, `OutboxError`, or `msgspec.ValidationError` when nothing was kept.
        """
        kept = self._outbox.add(
            Draft(
                learner=learner,
                session=session,
                item=item,
                seed=seed,
                answer=answer,
                step=step,
                ms=ms,
                hints=hints,
                tries=tries,
                at=at,
            )
        )
        self.stats.submitted += 1
        self._delivery.enqueue(kept)
        self._pump()
        return kept.boot, kept.device_seq

    def link_up(self) -> None:
        """Ask where the boots stand, then send everything that is held."""
        if self._loop is None or self._link is None:
            return
        self.is_connected = True
        self.stats.connects += 1
        self._up_since = self._loop.now()
        self._delivery.restart()
        self._say_hello(self._link, self._battery())
        self._sign_ins = dict.fromkeys(self._sign_ins, -math.inf)
        self._pump()
        self._listener.on_connection(is_connected=True, why="")

    def link_message(self, topic: str, payload: bytes) -> None:
        """Decode what the hub sent, and act; what cannot be understood is counted."""
        receive = self._receivers.get(topic)
        if receive is None:
            # amqtt 0.12 greets every client with what is retained for anyone's subscription.
            self.stats.foreign += 1
            return
        if len(payload) > MAX_PAYLOAD_BYTES or is_too_deep(payload):
            self._count_malformed(topic)
            return
        try:
            act = receive(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._count_malformed(topic)
            return
        act()

    def link_refused_publish(self, why: str) -> None:
        """The broker keeps this device from speaking: said once per loss, counted always."""
        self.stats.refused_publishes += 1
        if self.stats.refused_publishes == 1:
            logger.warning("device=%d publish_refused cause=%s", self.device, why)

    def link_lost(self, why: str) -> None:
        """Wait a little, longer after every failure, then dial again."""
        if self._loop is None:
            return
        was_connected, self.is_connected = self.is_connected, False
        self._link = None
        self._cancel_timer()
        lived_s = self._loop.now() - self._up_since if was_connected else 0.0
        self._failures = 0 if lived_s >= STEADY_S else self._failures + 1
        self.stats.losses += 1
        longest_s = min(FIRST_RETRY_S * 2.0 ** min(self._failures, 10), MAX_RETRY_S)
        retry_at = self._loop.now() + longest_s * self._rng.uniform(0.5, 1.0)
        self._timer = self._loop.call_at(retry_at, self._dial)
        logger.info("device=%d link=lost cause=%s", self.device, why)
        self._listener.on_connection(is_connected=False, why=why)

    def _dial(self) -> None:
        self._timer = None
        if self._loop is None:
            return
        self._link = Link(
            self._address, self._credential, tuple(self._receivers), self._loop, self
        )
        self._link.open()

    def _pump(self) -> None:
        """Publish what is due, and set the timer for what will be."""
        if not self.is_connected or self._loop is None or self._link is None:
            return
        now = self._loop.now()
        for answer in self._delivery.due(now):
            self.stats.published += 1
            self._link.publish(self._answer_topic, encode(answer))
        self._send_events(self._link, now)
        self._arm(self._loop)

    def _say_hello(self, link: Link, battery: Battery | None) -> None:
        """What is held here, and how full the battery is."""
        self._told = battery
        hello = Hello(
            self._outbox.boots()[:HELLO_BOOTS],
            waiting=len(self._outbox),
            battery=None if battery is None else battery.percent,
            is_charging=None if battery is None else battery.is_charging,
        )
        link.publish(up_topic(self.device, "hello"), encode(hello))

    def _look_at_battery(self, link: Link, now: float) -> None:
        """Says hello anew where the teacher should hear of the battery."""
        if now < self._looked_at + BATTERY_LOOK_S:
            return
        self._looked_at, is_now, told = now, self._battery(), self._told
        if is_now is None or told is None:
            return
        is_other = is_now.is_charging != told.is_charging
        if is_other or abs(is_now.percent - told.percent) >= BATTERY_STEP_PERCENT:
            self._say_hello(link, is_now)

    def _send_events(self, link: Link, now: float) -> None:
        self._look_at_battery(link, now)
        while self._sign_outs and not self._outbox.holds_session(self._sign_outs[0]):
            link.publish(self._event_topic, encode(SignOut(self._sign_outs.popleft())))
        for learner, asked_at in self._sign_ins.items():
            if asked_at + self._resend_s <= now:
                self._sign_ins[learner] = now
                link.publish(self._event_topic, encode(SignIn(learner)))

    def _arm(self, loop: AgentLoop) -> None:
        asked_at = min(self._sign_ins.values(), default=math.inf)
        deadline = min(self._delivery.deadline(), asked_at + self._resend_s)
        if self._timer is not None and self._timer.when <= deadline:
            return
        self._cancel_timer()
        if deadline < math.inf:
            self._timer = loop.call_at(deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._pump()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _make_receivers(self) -> dict[str, Callable[[bytes], Callable[[], None]]]:
        """For each topic of this device: bytes to what there is to do."""
        device = self._credential.device
        as_next = msgspec.json.Decoder(Next)
        as_receipt = msgspec.json.Decoder(Receipt)
        as_control: msgspec.json.Decoder[Control] = msgspec.json.Decoder(Control)
        as_class = msgspec.json.Decoder(ClassControl)

        def next_(payload: bytes) -> Callable[[], None]:
            reply = as_next.decode(payload)
            return lambda: self._listener.on_next(reply)

        def receipt(payload: bytes) -> Callable[[], None]:
            message = as_receipt.decode(payload)
            return lambda: self._receipted(message)

        def control(payload: bytes) -> Callable[[], None]:
            message = as_control.decode(payload)
            return lambda: self._controlled(message)

        def class_(payload: bytes) -> Callable[[], None]:
            message = as_class.decode(payload)
            return lambda: self._listener.on_class(message)

        return {
            down_topic(device, "next"): next_,
            down_topic(device, "receipt"): receipt,
            down_topic(device, "control"): control,
            class_topic(self._credential.class_id): class_,
        }

    def _receipted(self, receipt: Receipt) -> None:
        if self._loop is None:
            return
        self.stats.receipted += self._delivery.receipted(receipt, self._loop.now())
        self._pump()
        self._listener.on_receipt(receipt)

    def _controlled(self, message: Control) -> None:
        if isinstance(message, Refused):
            self._refused(message)
        elif isinstance(message, SignedIn):
            self._sign_ins.pop(message.learner, None)
            self._listener.on_signed_in(message)
        else:
            self._listener.on_class(message)

    def _refused(self, refused: Refused) -> None:
        if self._loop is None:
            return
        if refused.device_seq == 0 and refused.reason == "unknown_learner":
            self._sign_ins.clear()  # it was a sign-in: asking again gets the same reply
        if self._delivery.refused(refused, self._loop.now()) is not None:
            self.stats.refused += 1
        self._pump()
        self._listener.on_refused(refused)

    def _count_malformed(self, topic: str) -> None:
        self.stats.malformed += 1
        logger.warning("device=%d malformed topic=%s", self.device, topic)
