"""Who may say and hear what: secrets, the topic rules, and both as Mosquitto's files."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from devices.messages import ROOT, class_topic, down_topic, state_topic, up_topic
from hub.broker.base import HUB, Login

Action = Literal["read", "write", "subscribe"]

_UP: tuple[Literal["answer", "event", "hello"], ...] = ("answer", "event", "hello")
_DOWN: tuple[Literal["next", "receipt", "control"], ...] = ("next", "receipt", "control")
_ID = "[1-9][0-9]*"
_HUB_WRITES = re.compile(
    rf"{ROOT}/(dev/{_ID}/down/({'|'.join(_DOWN)})|class/{_ID}/all/control)",
)
_HUB_READS = re.compile(rf"{ROOT}/dev/{_ID}/(up/({'|'.join(_UP)})|state)")
_HUB_SUBSCRIBES = re.compile(rf"{ROOT}/dev/([+]|{_ID})/(up/([+]|{'|'.join(_UP)})|state)")

#: mosquitto_passwd's own count. Stretching guards a secret that can be guessed; a device's
#: has 128 random bits, which no count makes harder, and 60 tablets come back at once after
#: a power cut: at 101 rounds one costs 0.15 ms, at 210,000 (OWASP) it would be 0.26 s.
_ROUNDS = 101
_SALT_BYTES = 12
_HASH = re.compile(r"\$7\$([1-9][0-9]{0,6})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")


def new_secret() -> str:
    """A fresh secret for one device: 128 random bits, safe in a URL and a QR code."""
    return secrets.token_urlsafe(16)


def hash_secret(secret: str) -> str:
    """`secret` as Mosquitto keeps it: `$7$rounds$salt$hash`, PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _stretch(secret, salt, _ROUNDS)
    encode = base64.b64encode
    return f"$7${_ROUNDS}${encode(salt).decode()}${encode(digest).decode()}"


def is_secret(secret: str, password_hash: str) -> bool:
    """Whether `password_hash` was made from `secret`, in time that tells nothing of where.

    Raises ValueError for a hash that is not in the form of `hash_secret`.
    """
    rounds, salt, digest = _parts(password_hash)
    return hmac.compare_digest(_stretch(secret, salt, rounds), digest)


def may(login: Login, action: Action, topic: str) -> bool:
    """Whether `login` may do that with `topic`, a filter when it subscribes.

    A device's whole world is a handful of exact topics; only the hub may use wildcards, and
    only over what devices say. Whether a message is retained does not matter here.
    """
    if login.is_hub:
        return _hub_rule(action).fullmatch(topic) is not None
    return topic in (_writes(login) if action == "write" else _reads(login))


def may_retain(login: Login, topic: str) -> bool:
    """Whether the broker may keep a message of `login` there for those who come later."""
    return login.is_hub or topic == state_topic(int(login.username))


def acl_file(logins: Iterable[Login]) -> str:
    """The same rules for Mosquitto.

    Its rules know no retain flag: a device can retain its own answer there, which comes to
    the hub marked as retained and is dropped by it.
    """
    up = [f"pattern write {ROOT}/dev/%u/up/{leaf}" for leaf in _UP]
    down = [f"pattern read {ROOT}/dev/%u/down/{leaf}" for leaf in _DOWN]
    lines = [*_hub_lines(), *_class_lines(logins), *up, f"pattern write {ROOT}/dev/%u/state"]
    return "\n".join([*lines, *down, ""])


def password_file(logins: Iterable[Login]) -> str:
    """Mosquitto's password file; raises ValueError for a hash that it would not read."""
    lines = []
    for login in logins:
        _parts(login.password_hash)
        lines.append(f"{login.username}:{login.password_hash}\n")
    return "".join(lines)


def _hub_rule(action: Action) -> re.Pattern[str]:
    rules = {"write": _HUB_WRITES, "read": _HUB_READS, "subscribe": _HUB_SUBSCRIBES}
    return rules[action]


# Asked for every message in and out; a class is at most some hundred logins.
@lru_cache(maxsize=1024)
def _writes(login: Login) -> frozenset[str]:
    device = int(login.username)
    return frozenset([*(up_topic(device, leaf) for leaf in _UP), state_topic(device)])


@lru_cache(maxsize=1024)
def _reads(login: Login) -> frozenset[str]:
    device = int(login.username)
    own = [down_topic(device, leaf) for leaf in _DOWN]
    return frozenset(own if login.class_id is None else [*own, class_topic(login.class_id)])


def _hub_lines() -> list[str]:
    return [
        f"user {HUB}",
        *(f"topic read {ROOT}/dev/+/up/{leaf}" for leaf in _UP),
        f"topic read {ROOT}/dev/+/state",
        *(f"topic write {ROOT}/dev/+/down/{leaf}" for leaf in _DOWN),
        f"topic write {ROOT}/class/+/all/control",
    ]


def _class_lines(logins: Iterable[Login]) -> list[str]:
    lines = []
    for login in logins:
        if not login.is_hub and login.class_id is not None:
            lines += [f"user {login.username}", f"topic read {class_topic(login.class_id)}"]
    return lines


def _parts(password_hash: str) -> tuple[int, bytes, bytes]:
    match = _HASH.fullmatch(password_hash)
    if match is None:
        msg = "a stored secret is not in the form $7$rounds$salt$hash; pair the device again"
        raise ValueError(msg)
    rounds, salt, digest = match.groups()
    return int(rounds), base64.b64decode(salt), base64.b64decode(digest)


def _stretch(secret: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, rounds)
