"""Paired devices: each has its own secret, which the hub keeps only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlite_utils import Database

from hub.errors import RosterError
from hub.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Device:
    """A tablet or kiosk of a class; `mqtt_hash` is what a broker checks its secret against."""

    id: int
    class_id: int
    name: str
    secret_sha256: bytes
    mqtt_hash: str
    is_revoked: bool = False


class Devices:
    """All paired devices, and the sessions of learners on them.

    A session token is a keyed hash of (device, learner): it needs no row, survives every
    restart, and an answer that a tablet kept for a week still finds its session valid.
    """

    def __init__(
        self,
        writer: Writer,
        connection: sqlite3.Connection,
        *,
        hash_for_broker: Callable[[str], str],
    ) -> None:
        self._writer = writer
        self._connection = connection
        self._hash_for_broker = hash_for_broker
        self._by_hash: dict[bytes, int] = {}
        self._session_key = b""
        self._keeping = threading.Lock()
        #: Replaced with each change, never changed: whoever goes through it may take long.
        self.all: Mapping[int, Device] = {}

    def load(self, session_key: str) -> None:
        """Reads what the database holds; `session_key` is the hub's own secret."""
        self._session_key = bytes.fromhex(session_key)
        rows = self._connection.execute(
            "SELECT id, class, name, secret_sha256, mqtt_hash, is_revoked FROM devices"
        )
        self._keep(
            *(
                Device(device, class_id, name, digest, mqtt_hash, bool(is_revoked))
                for device, class_id, name, digest, mqtt_hash, is_revoked in rows
            )
        )

    def pair(self, class_id: int, name: str) -> tuple[Device, str]:
        """A new device of the class, and its secret, which is shown this once."""
        secret = secrets.token_urlsafe(16)
        digest, mqtt_hash = _sha256(secret), self._hash_for_broker(secret)

        def work(database: Database) -> int:
            cursor = database.conn.execute(
                "INSERT INTO devices (class, name, secret_sha256, mqtt_hash)"
                " VALUES (?, ?, ?, ?)",
                (class_id, name, digest, mqtt_hash),
            )
            return int(cursor.lastrowid or 0)

        device = Device(self._writer.call(work), class_id, name, digest, mqtt_hash)
        self._keep(device)
        return device, secret

    def revoke(self, device_id: int) -> None:
        """Shuts `device_id` out; its answers that are on disk stay."""
        device = self.all.get(device_id)
        if device is None:
            raise RosterError(f"There is no device {device_id}.")
        self._writer.call(
            lambda database: database.conn.execute(
                "UPDATE devices SET is_revoked = 1 WHERE id = ?", (device_id,)
            )
        )
        self._keep(replace(device, is_revoked=True))

    def by_secret(self, secret: str) -> Device | None:
        """The device that holds `secret`, unless it was revoked."""
        device = self.all.get(self._by_hash.get(_sha256(secret), 0))
        return None if device is None or device.is_revoked else device

    def session(self, device_id: int, learner_id: int) -> str:
        """The token that this learner's answers on this device carry."""
        text = f"{device_id}:{learner_id}".encode()
        return hmac.new(self._session_key, text, hashlib.sha256).hexdigest()[:32]

    def is_session(self, token: str, device_id: int, learner_id: int) -> bool:
        """Whether `token` was given to this learner on this device."""
        return hmac.compare_digest(token.encode(), self.session(device_id, learner_id).encode())

    def _keep(self, *devices: Device) -> None:
        with self._keeping:
            self.all = {**self.all, **{one.id: one for one in devices}}
            self._by_hash.update({one.secret_sha256: one.id for one in devices})


def _sha256(secret: str) -> bytes:
    """A plain hash is enough: secrets are 128 random bits, no words to guess."""
    return hashlib.sha256(secret.encode()).digest()
