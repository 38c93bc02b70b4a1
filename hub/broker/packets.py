"""As much of MQTT 3.1.1's packets as the embedded broker's gate reads and writes itself."""

from __future__ import annotations

from dataclasses import dataclass

CONNECT, PUBLISH, PUBACK, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT = (1, 3, 4, 8, 10, 12, 14)
VERSION_311 = 4
VERSION_5 = 5
RETAIN = 0x01
CONNACK_WRONG_VERSION = b"\x20\x02\x00\x01"
CONNACK_WRONG_VERSION_5 = b"\x20\x03\x00\x84\x00"
CONNACK_NOT_AUTHORIZED = b"\x20\x02\x00\x05"

_SUBACK_REFUSED = 0x80
#: Packets of these kinds have one length; what lies behind it would be read as a new packet.
_FIXED_LENGTHS = {PUBACK: 4, PINGREQ: 2, DISCONNECT: 2}


class Violation(Exception):
    """The other end broke the protocol or asked for too much; its connection ends."""


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker shall say when its client is gone without a goodbye."""

    topic: str
    payload: bytes
    qos: int
    is_retained: bool


@dataclass(frozen=True, slots=True)
class Connect:
    """Who wants to connect; of another version than 3.1.1 only the version is known."""

    version: int
    keep_alive_s: int = 0
    will: Will | None = None
    username: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Publish:
    """A message; `packet_id` is empty for QoS 0."""

    topic: str
    payload: bytes
    qos: int
    is_retained: bool
    packet_id: bytes


def packet_length(buffer: bytearray, limit: int) -> int | None:
    """How long the packet at the head of `buffer` is in all; None while that is not known.

    Raises Violation when it announces more than `limit`, before any of that is kept.
    """
    length = 0
    for at in range(1, 5):
        if at >= len(buffer):
            return None
        length |= (buffer[at] & 0x7F) << 7 * (at - 1)
        if not buffer[at] & 0x80:
            if length > limit:
                raise Violation
            return at + 1 + length
    raise Violation


def check_length(packet: bytes) -> None:
    """Raises Violation for a kind that no client of ours sends, or one of a wrong length."""
    kind = packet[0] >> 4
    if kind != UNSUBSCRIBE and _FIXED_LENGTHS.get(kind) != len(packet):
        raise Violation


def read_connect(packet: bytes) -> Connect:
    """The first packet of a connection."""
    if packet[0] != CONNECT << 4:
        raise Violation
    fields = _Fields(packet)
    protocol, version, flags = fields.data(), fields.number(1), fields.number(1)
    if protocol not in (b"MQTT", b"MQIsdp") or flags & 1:
        raise Violation
    if version != VERSION_311:  # Its other fields may lie elsewhere.
        return Connect(version)
    keep_alive_s = fields.number(2)
    fields.data()  # The client id: the login stands for it.
    will = _read_will(fields, flags) if flags & 0x04 else None
    username = fields.text() if flags & 0x80 else None
    password = fields.text() if flags & 0x40 else None
    if not fields.is_at_end:
        raise Violation
    return Connect(version, keep_alive_s, will, username, password)


def write_connect(username: str, will: Will | None) -> bytes:
    """A CONNECT with `username` as its client id, a clean session and keep-alive 0."""
    flags = 0x80 | 0x02
    body = _string(username.encode())
    if will is not None:
        flags |= 0x04 | will.qos << 3 | (0x20 if will.is_retained else 0)
        body += _string(will.topic.encode()) + _string(will.payload)
    body += _string(username.encode())
    head = _string(b"MQTT") + bytes([VERSION_311, flags, 0, 0])
    return _packet(CONNECT << 4, head + body)


def read_publish(packet: bytes) -> Publish:
    """A message; QoS 2 is a violation, for it leaves half-finished messages behind."""
    flags = packet[0] & 0x0F
    qos = flags >> 1 & 3
    if qos > 1:
        raise Violation
    fields = _Fields(packet)
    topic, packet_id = fields.text(), fields.take(2 * qos)
    return Publish(topic, fields.rest(), qos, bool(flags & RETAIN), packet_id)


def write_publish(topic: str, payload: bytes, packet_id: int | None, flags: int = 0) -> bytes:
    """A message of QoS 1 with that id, of QoS 0 without one."""
    head = _string(topic.encode())
    if packet_id is None:
        return _packet(PUBLISH << 4 | flags, head + payload)
    return _packet(PUBLISH << 4 | 0x02 | flags, head + packet_id.to_bytes(2, "big") + payload)


def write_puback(packet_id: bytes) -> bytes:
    """The acknowledgement of a message of QoS 1."""
    return _packet(PUBACK << 4, packet_id)


def read_subscribe(packet: bytes) -> tuple[bytes, list[str]]:
    """Packet id and filters."""
    if packet[0] != SUBSCRIBE << 4 | 2:
        raise Violation
    fields = _Fields(packet)
    packet_id = fields.take(2)
    filters = []
    while not fields.is_at_end:
        filters.append(fields.text())
        if fields.number(1) > 2:
            raise Violation
    if not filters:
        raise Violation
    return packet_id, filters


def refuse_subscribe(packet_id: bytes, n_filters: int) -> bytes:
    """The SUBACK that refuses all of them."""
    return _packet(0x90, packet_id + bytes([_SUBACK_REFUSED]) * n_filters)


class _Fields:
    """The fields of a packet from left to right; one that is cut short is a violation."""

    def __init__(self, packet: bytes) -> None:
        self._packet = packet
        self._at = 2
        while packet[self._at - 1] & 0x80:
            self._at += 1

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._packet)

    def take(self, n: int) -> bytes:
        part = self._packet[self._at : self._at + n]
        if len(part) < n:
            raise Violation
        self._at += n
        return part

    def rest(self) -> bytes:
        return self._packet[self._at :]

    def number(self, n_bytes: int) -> int:
        return int.from_bytes(self.take(n_bytes), "big")

    def data(self) -> bytes:
        return self.take(self.number(2))

    def text(self) -> str:
        try:
            return self.data().decode()
        except UnicodeDecodeError as error:
            raise Violation from error


def _read_will(fields: _Fields, flags: int) -> Will:
    topic, payload = fields.text(), fields.data()
    return Will(topic, payload, flags >> 3 & 3, is_retained=bool(flags & 0x20))


def _packet(first: int, body: bytes) -> bytes:
    length = len(body)
    head = bytearray([first])
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + body


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data
