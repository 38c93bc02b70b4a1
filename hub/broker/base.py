"""What either broker gives the hub, and what it must know about those who log in."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from devices.messages import MAX_PAYLOAD_BYTES

#: The hub's own login; every other username is a device's decimal id.
HUB = "hub"
_USERNAME = re.compile(rf"{HUB}|[1-9][0-9]{{0,15}}")


@dataclass(frozen=True, slots=True)
class Login:
    """Someone whom the broker lets in: a paired device of a class, or the hub itself.

    `password_hash` is what `access.hash_secret` gives. `class_id` is None for the hub and
    for a device that no class has yet.
    """

    username: str
    password_hash: str
    class_id: int | None

    def __post_init__(self) -> None:
        """Refuse a name that could mean something else in a topic or in a line of a file."""
        if not _USERNAME.fullmatch(self.username):
            msg = f"a login is {HUB!r} or a decimal device id, not {self.username!r}"
            raise ValueError(msg)

    @property
    def is_hub(self) -> bool:
        """Whether this is the hub itself."""
        return self.username == HUB


#: Everyone who may log in now, the hub included.
Logins = Callable[[], Iterable[Login]]
#: The login of that name now; None for one that is unknown or revoked. Thread-safe.
FindLogin = Callable[[str], Login | None]


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one connection, and all of them together, may ask of the broker.

    A larger payload is dropped and its sender stays, or it would reconnect and send it
    again for ever; a larger packet is no mistake of ours any more and ends the connection.
    200 connections: 100 tablets, each of which may still hold a dead one from before its
    Wi-Fi blinked.
    """

    connections: int = 200
    connect_s: float = 10.0
    payload_bytes: int = MAX_PAYLOAD_BYTES
    packet_bytes: int = 64 * 1024
    start_s: float = 10.0
    stop_s: float = 5.0


class Broker(Protocol):
    """An MQTT broker that the hub owns."""

    @property
    def name(self) -> Literal["embedded", "mosquitto"]:
        """Which of the two."""

    @property
    def host(self) -> str:
        """Where this machine's own clients reach it."""

    @property
    def port(self) -> int:
        """The TCP port that is really open, also when 0 was asked for."""

    @property
    def websocket_port(self) -> int | None:
        """The WebSocket port, or None where there is none."""

    @property
    def mqtt_version(self) -> int:
        """The newest protocol that it speaks, as in CONNECT: 4 is 3.1.1, 5 is 5.0."""

    @property
    def pids(self) -> list[int]:
        """Its processes other than the hub's own."""

    @property
    def is_alive(self) -> bool:
        """Whether it serves now."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What happened since the start that a technician may want to know, by name."""

    def start(self) -> None:
        """Open the ports; raises `BrokerError` with a sentence that says what to do."""

    def stop(self) -> None:
        """Close everything; no thread, process or port stays."""

    def reload(self) -> None:
        """Read the logins again; who is no longer among them is cut off."""


def local_host(bind: str) -> str:
    """The address at which this machine reaches a server that listens on `bind`."""
    try:
        address = ipaddress.ip_address(bind)
    except ValueError:
        return bind
    if not address.is_unspecified:
        return bind
    return "127.0.0.1" if address.version == 4 else "::1"
