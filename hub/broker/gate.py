"""The embedded broker's gate: each packet of a connection is checked before amqtt sees it.

amqtt 0.12 looks up a session by client id before it checks the password, publishes a last
will without asking who may write there, hands a new client what was retained for others,
reads packets of any size into memory and never ends a connection that fell silent. So all
of that is decided here: who connects, under which name and with which will, what is sent,
and what is heard.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from hub.broker import packets
from hub.broker.access import is_secret, may, may_retain
from hub.broker.base import ConnectionLimits, FindLogin, Login
from hub.broker.packets import Connect, Publish, Violation, Will

#: MQTT 3.1.1, 3.1.2.10: a client is gone after one and a half times its keep-alive.
_KEEP_ALIVE_GRACE = 1.5
#: Who lets this much wait is behind: devices are not read while the hub is.
_BEHIND_BYTES = 1024 * 1024
_BEHIND_MESSAGES = 5_000
#: Who lets this much wait is cut off; half the ids of QoS 1 are then still free.
_LOST_BYTES = 4 * 1024 * 1024
_LOST_MESSAGES = 32_000
_PAUSE_S = 0.02


class Wire(Protocol):
    """The bytes of one connection, TCP or WebSocket."""

    @property
    def peer(self) -> tuple[str, int]:
        """Address and port of the other end."""

    @property
    def unsent_bytes(self) -> int:
        """How much waits for the other end to read."""

    async def receive(self) -> bytes:
        """Some bytes; none when the other end is gone."""

    def send(self, data: bytes) -> None:
        """Write without waiting."""

    def close(self) -> None:
        """Close after what is unsent."""

    def abort(self) -> None:
        """Close now."""


class Gate:
    """One connection: the reader and the writer that amqtt asks for, and the rules between.

    `counts` is shared by all gates of a broker. Who serves it sets `on_publish`, which takes
    what need not be retained, `must_wait`, which says when a device is not read, and, at the
    end, `finished`.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        find_login: FindLogin,
        limits: ConnectionLimits,
        counts: Counter[str],
    ) -> None:
        self.finished = asyncio.Event()
        self.on_publish: Callable[[Publish], None]
        self.must_wait: Callable[[], bool] = lambda: False
        self._wire = wire
        self._find_login = find_login
        self._limits = limits
        self._counts = counts
        self._login: Login | None = None
        self._buffer = bytearray()
        self._packet = b""
        self._at = 0
        self._last_id = 0
        self._unacknowledged = 0
        self._heard_at = 0.0
        self._silence: asyncio.TimerHandle | None = None

    @property
    def login(self) -> Login:
        """Who is on the other end; only once `admit` said yes."""
        if self._login is None:
            msg = "nobody is logged in on this connection"
            raise RuntimeError(msg)
        return self._login

    @property
    def is_behind(self) -> bool:
        """Whether much waits for the other end to read or to acknowledge."""
        is_late = self._unacknowledged > _BEHIND_MESSAGES
        return is_late or self._wire.unsent_bytes > _BEHIND_BYTES

    async def admit(self) -> bool:
        """Read CONNECT and check it; a refusal is answered, counted and closed."""
        try:
            async with asyncio.timeout(self._limits.connect_s):
                packet = await self._next_packet()
            refusal = self._refusal(packets.read_connect(packet)) if packet else b""
        except (Violation, TimeoutError):
            self._counts["no_connect"] += 1
            refusal = b""
        if refusal is None:
            return True
        if refusal:
            self._counts["refused_logins"] += 1
            self._wire.send(refusal)
        self.end()
        return False

    def is_current(self) -> bool:
        """Whether the login is still what it was when the connection was let in."""
        return self._find_login(self.login.username) == self._login

    def end(self) -> None:
        """Close the connection; the broker sees its end and publishes the last will."""
        if self._silence is not None:
            self._silence.cancel()
        self._wire.close()

    def deliver(self, topic: str, payload: bytes, *, qos: int, is_retained: bool) -> None:
        """Send a message that this login may hear; once, as to any clean session."""
        if not may(self.login, "read", topic):
            return
        packet_id = None
        if qos:
            packet_id = self._last_id = self._last_id % 0xFFFF + 1
            self._unacknowledged += 1
        flags = packets.RETAIN if is_retained else 0
        self.write(packets.write_publish(topic, payload, packet_id, flags))

    async def read(self, n: int = -1) -> bytes:
        """The next `n` bytes of what amqtt shall see; none at the end of the connection."""
        if n == 0:
            return b""
        if self._at >= len(self._packet):
            self._packet, self._at = await self._next_admitted(), 0
        part = self._packet[self._at : self._at + n]
        self._at += n
        if len(part) < n:
            self.end()
        return part

    def feed_eof(self) -> None:
        """Nothing: the end comes from the wire."""

    def write(self, data: bytes) -> None:
        """Send one packet, unless too much waits already: then the connection ends."""
        is_lost = self._unacknowledged > _LOST_MESSAGES
        if is_lost or self._wire.unsent_bytes > _LOST_BYTES:
            self._counts["too_slow"] += 1
            self._wire.abort()
            return
        self._wire.send(data)

    async def drain(self) -> None:
        """Return at once: `write` bounds what waits."""

    def get_peer_info(self) -> tuple[str, int]:
        """Address and port of the other end."""
        return self._wire.peer

    def get_ssl_info(self) -> None:
        """None: on the hub's own network nothing is encrypted but the Wi-Fi itself."""

    async def close(self) -> None:
        """Close the connection."""
        self.end()

    def _refusal(self, connect: Connect) -> bytes | None:
        """None for one who may come in, else the answer that says no."""
        if connect.version == packets.VERSION_5:
            return packets.CONNACK_WRONG_VERSION_5
        if connect.version != packets.VERSION_311:
            return packets.CONNACK_WRONG_VERSION
        login = self._known(connect)
        if login is None or not self._may_leave(login, connect.will):
            return packets.CONNACK_NOT_AUTHORIZED
        self._login = login
        # What amqtt sees. The login is the client id, so that nobody can end another's
        # session. The session is clean: amqtt resends nothing that was under way in a kept
        # one. Keep-alive 0: amqtt spends a timer per packet on it and does nothing at its
        # end; it is watched here.
        self._packet = packets.write_connect(login.username, connect.will)
        self._watch_silence(connect.keep_alive_s)
        return None

    def _known(self, connect: Connect) -> Login | None:
        if connect.username is None or connect.password is None:
            return None
        login = self._find_login(connect.username)
        if login is None or not is_secret(connect.password, login.password_hash):
            return None
        return login

    def _may_leave(self, login: Login, will: Will | None) -> bool:
        if will is None:
            return True
        is_small = len(will.payload) <= self._limits.payload_bytes
        is_own = may(login, "write", will.topic)
        is_kept_rightly = may_retain(login, will.topic) or not will.is_retained
        return is_small and is_own and is_kept_rightly and will.qos <= 1

    def _watch_silence(self, keep_alive_s: int) -> None:
        """Cut the connection when nothing comes for too long; one timer, not one per packet."""
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        patience_s = _KEEP_ALIVE_GRACE * keep_alive_s

        def look() -> None:
            left_s = self._heard_at + patience_s - loop.time()
            if left_s > 0:
                self._silence = loop.call_later(left_s, look)
                return
            self._counts["fell_silent"] += 1
            self._wire.abort()

        if keep_alive_s:
            self._silence = loop.call_later(patience_s, look)

    async def _next_admitted(self) -> bytes:
        try:
            while packet := await self._next_packet():
                self._heard_at = asyncio.get_running_loop().time()
                if admitted := self._inspect(packet):
                    return admitted
                if self.must_wait():
                    await self._pause()
        except Violation:
            self._counts["violations"] += 1
            self.end()
        return b""

    async def _pause(self) -> None:
        """Leave what this device sends in its own buffers until the hub has caught up."""
        self._counts["hub_behind"] += 1
        while self.must_wait():
            await asyncio.sleep(_PAUSE_S)
            self._heard_at = asyncio.get_running_loop().time()

    async def _next_packet(self) -> bytes:
        while True:
            length = packets.packet_length(self._buffer, self._limits.packet_bytes)
            if length is not None and len(self._buffer) >= length:
                packet = bytes(self._buffer[:length])
                del self._buffer[:length]
                return packet
            data = await self._wire.receive()
            if not data:
                return b""
            self._buffer += data

    def _inspect(self, packet: bytes) -> bytes:
        """What amqtt shall see of `packet`; nothing when it is refused or done with here."""
        kind = packet[0] >> 4
        if kind == packets.PUBLISH:
            return self._inspect_publish(packet)
        if kind == packets.SUBSCRIBE:
            return self._inspect_subscribe(packet)
        packets.check_length(packet)
        if kind == packets.PUBACK:
            self._unacknowledged = max(0, self._unacknowledged - 1)
            return b""
        return packet

    def _inspect_publish(self, packet: bytes) -> bytes:
        message = packets.read_publish(packet)
        is_large = len(message.payload) > self._limits.payload_bytes
        is_allowed = may(self.login, "write", message.topic)
        if message.is_retained and is_allowed and not is_large:
            if may_retain(self.login, message.topic):
                return packet
            self._counts["not_retained"] += 1
        # A refused one, too: 3.1.1 has no other answer, and it would come again for ever.
        if message.qos:
            self._wire.send(packets.write_puback(message.packet_id))
        if is_large or not is_allowed:
            self._counts["too_large" if is_large else "not_allowed"] += 1
        else:
            self.on_publish(message)
        return b""

    def _inspect_subscribe(self, packet: bytes) -> bytes:
        packet_id, filters = packets.read_subscribe(packet)
        if all(may(self.login, "subscribe", a_filter) for a_filter in filters):
            return packet
        self._counts["not_allowed"] += 1
        self._wire.send(packets.refuse_subscribe(packet_id, len(filters)))
        return b""
