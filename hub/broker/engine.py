"""amqtt behind the gate: it keeps sessions, subscriptions, what is retained, and last wills.

Messages go out a shorter way through the same tables. amqtt compares each with every
subscription and spends some eight tasks on it: with 40 devices in a closed loop, an answer
and its reply cost 2.0 ms of CPU that way and 0.5 ms this way, the hub's own client included.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType
from amqtt.plugins.base import BaseAuthPlugin

from hub.broker.base import HUB
from hub.broker.gate import Gate
from hub.broker.packets import Publish

# Each connection and state change is one line there, of which a class learns nothing.
for name in ("amqtt", "transitions"):
    logging.getLogger(name).setLevel(logging.WARNING)

_LISTENER = "default"
_WILDCARDS = frozenset("+#")
_REFUSED = 0x80


class BehindTheGate(BaseAuthPlugin):  # type: ignore[misc] # amqtt carries no types
    """The authentication that amqtt insists on: the gate let nobody in without a login."""

    async def authenticate(self, *, session: Any) -> bool:
        """Whether the session is one that the gate wrote: its name is its client id."""
        return bool(session.username) and session.username == session.client_id


class Engine(Broker):  # type: ignore[misc] # amqtt carries no types
    """amqtt's broker for connections that a `Gate` has admitted; made in a running loop."""

    def __init__(self) -> None:
        listener = ListenerConfig(type=ListenerType.EXTERNAL)
        plugins: dict[str, Any] = {f"{__name__}.{BehindTheGate.__name__}": {}}
        super().__init__(BrokerConfig(listeners={_LISTENER: listener}, plugins=plugins))
        self._gates: dict[str, Gate] = {}
        self._patterns: set[str] = set()

    async def serve(self, gate: Gate) -> None:
        """Serve one admitted connection to its end, its last will included."""
        client_id = gate.login.username
        self._gates[client_id] = gate
        gate.on_publish = self._on_publish
        if not gate.login.is_hub:
            gate.must_wait = self._is_hub_behind
        try:
            await self.external_connected(gate, gate, _LISTENER)
        finally:
            del self._gates[client_id]
            # amqtt would look for ended sessions once a second only.
            await self._cleanup_session(client_id)

    async def add_subscription(self, subscription: tuple[str, int], session: Any) -> int:
        """As amqtt does; filters with wildcards are noted, all others are found by name."""
        code: int = await super().add_subscription(subscription, session)
        if code != _REFUSED and not _WILDCARDS.isdisjoint(subscription[0]):
            self._patterns.add(subscription[0])
        return code

    async def _client_message_loop(self, session: Any, handler: Any) -> None:
        """For amqtt: a device that left before this loop began must not be waited for.

        amqtt's reader then told of the end before anyone could hear it, the connection lived
        on for ever, and the next one of the same device waited for its end.
        """
        if handler._reader_stopped.is_set():
            await handler.handle_connection_closed()
        await super()._client_message_loop(session, handler)

    def _on_publish(self, message: Publish) -> None:
        self._pass_on(message.topic, message.payload, message.qos)

    def _is_hub_behind(self) -> bool:
        hub = self._gates.get(HUB)
        return hub is not None and hub.is_behind

    async def _broadcast_message(
        self, _session: Any, topic: str, data: bytes, force_qos: int | None = None
    ) -> None:
        """For amqtt: what is retained goes to those who are here, and last wills."""
        self._pass_on(topic, bytes(data), 1 if force_qos is None else force_qos)

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Any
    ) -> None:
        """For amqtt: only what `session` itself subscribed to; it asks for others', too."""
        a_filter, qos = subscription
        if session not in self._subscribers(a_filter):
            return
        gate = self._gates.get(session.client_id)
        for topic, kept in self.retained_messages.items():
            if gate is not None and self._matches(topic, a_filter):
                payload, its_qos = bytes(kept.data), min(qos, kept.qos or 0)
                gate.deliver(topic, payload, qos=its_qos, is_retained=True)

    def _subscribers(self, a_filter: str) -> list[Any]:
        return [session for session, _ in self.subscriptions.get(a_filter, ())]

    def _pass_on(self, topic: str, payload: bytes, qos: int) -> None:
        """Deliver to all who are here, in the order of the calls.

        Every session is clean: nothing is kept for those who are not here.
        """
        subscriptions = self.subscriptions
        self._deliver(subscriptions.get(topic, ()), topic, payload, qos)
        for pattern in self._patterns:
            if self._matches(topic, pattern):
                self._deliver(subscriptions.get(pattern, ()), topic, payload, qos)

    def _deliver(
        self, subscribers: Iterable[tuple[Any, int]], topic: str, payload: bytes, qos: int
    ) -> None:
        for session, granted_qos in subscribers:
            gate = self._gates.get(session.client_id)
            if gate is not None:
                gate.deliver(topic, payload, qos=min(qos, granted_qos), is_retained=False)
