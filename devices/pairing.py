"""How a device joins a hub: a code from the teacher's phone against a secret of its own."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from devices.messages import Counter, Label

if TYPE_CHECKING:
    from pathlib import Path

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
#: Cards of a whole school with their pictures' names fit twice.
MAX_REPLY_BYTES = 1024 * 1024

Reply = TypeVar("Reply")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where the hub's broker listens, and which MQTT it speaks (4 is 3.1.1)."""

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Port
    mqtt_version: Literal[4, 5] = 4
    websocket_port: Port | None = None


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """What a paired device is known by; `token` opens the hub's pages for learners."""

    device: Counter
    secret: Annotated[str, msgspec.Meta(min_length=1)]
    class_id: Counter
    token: str = ""

    def __repr__(self) -> str:
        return f"Credential(device={self.device}, class_id={self.class_id})"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a child taps to sign in."""

    learner: Counter
    name: str
    picture: str


class PairingError(Exception):
    """The device could not join; the message is a sentence for whoever holds it.

    `retry_after_s` is above 0 where the hub asked to wait.
    """

    def __init__(self, sentence: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


def pair(
    hub_url: str, code: str, *, name: str, timeout_s: float = 10.0
) -> tuple[Address, Credential]:
    """Join the class that `code` belongs to, as the device called `name`."""
    request = _request(hub_url, "/join")
    request.data = json.dumps({"code": code, "name": name}).encode()
    request.add_header("Content-Type", "application/json")
    joined = _ask(request, _Joined, timeout_s)
    return (
        Address(
            host=urlsplit(hub_url).hostname or "",
            port=joined.mqtt.port,
            mqtt_version=joined.mqtt.version,
            websocket_port=joined.mqtt.websocket_port,
        ),
        Credential(
            device=joined.device,
            secret=joined.secret,
            class_id=joined.class_id,
            token=joined.token,
        ),
    )


def cards(hub_url: str, token: str, *, timeout_s: float = 10.0) -> list[Card]:
    """The cards of the device's class, in the hub's order."""
    request = _request(hub_url, "/learn/cards")
    request.add_header("Authorization", f"Bearer {token}")
    return _ask(request, _Cards, timeout_s).cards


def save(path: Path, address: Address, credential: Credential) -> None:
    """Write both to `path`, for this user's eyes only, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(_Saved(address=address, credential=credential)))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def load(path: Path) -> tuple[Address, Credential]:
    """What `save` wrote; PairingError when there is nothing or it cannot be read."""
    try:
        saved = msgspec.json.decode(path.read_bytes(), type=_Saved)
    except FileNotFoundError as error:
        raise PairingError(
            f"This device is not paired ({path} is missing). Pair it with the class's code."
        ) from error
    except (OSError, msgspec.DecodeError) as error:
        raise PairingError(
            f"What this device kept of its pairing cannot be read ({path}: {error}). "
            "Pair it again with the class's code."
        ) from error
    return saved.address, saved.credential


class _Mqtt(msgspec.Struct, frozen=True):
    port: Port
    version: Literal[4, 5]
    websocket_port: Port | None = None


class _Joined(msgspec.Struct, frozen=True):
    device: Counter
    secret: Annotated[str, msgspec.Meta(min_length=1)]
    class_id: Counter = msgspec.field(name="class")
    token: Label
    mqtt: _Mqtt


class _Cards(msgspec.Struct, frozen=True):
    cards: list[Card]


class _Saved(msgspec.Struct, frozen=True, kw_only=True):
    address: Address
    credential: Credential


def _request(hub_url: str, path: str) -> urllib.request.Request:
    parts = urlsplit(hub_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PairingError(
            f"“{hub_url}” is not a hub's address. It looks like http://10.42.0.1"
        )
    address = hub_url.rstrip("/") + path
    return urllib.request.Request(address)  # noqa: S310 - http and https alone, see above


def _ask(request: urllib.request.Request, kind: type[Reply], timeout_s: float) -> Reply:
    # A classroom's hub is on this network: a proxy from the environment cannot reach it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=timeout_s) as answer:
            body = answer.read(MAX_REPLY_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error) from error
    except OSError as error:
        raise PairingError(
            f"The hub does not answer ({error}). Is this device in the class's Wi-Fi?"
        ) from error
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise PairingError(
            f"What answered at {request.host} is not this kind of hub ({error})."
        ) from error


def _refusal(error: urllib.error.HTTPError) -> PairingError:
    if error.code == 403:
        return PairingError("The hub does not know this code. Ask the teacher for a new one.")
    retry_after_s = _seconds(error.headers.get("Retry-After", ""))
    if error.code == 503:
        return PairingError(
            "The hub is starting. Try again in a moment.", retry_after_s=retry_after_s
        )
    if error.code == 429:
        return PairingError(
            f"Too many tries. Wait {retry_after_s:.0f} seconds, then try again.",
            retry_after_s=retry_after_s,
        )
    return PairingError(f"The hub could not do it (HTTP {error.code} {error.reason}).")


def _seconds(header: str) -> float:
    """A `Retry-After` in seconds; its date form and nonsense count as a minute."""
    return float(min(int(header), 3600)) if header.isascii() and header.isdigit() else 60.0
