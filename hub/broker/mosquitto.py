"""Mosquitto as the hub's own child process: configured, watched, restarted, taken along."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from hub.broker import access
from hub.broker.base import ConnectionLimits, Logins, local_host
from hub.errors import BrokerError

log = logging.getLogger(__name__)

#: Debian keeps the broker where only root's PATH looks.
_SYSTEM_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin"
_FIRST_BACKOFF_S = 0.1
_LONGEST_BACKOFF_S = 5.0
#: A child that lived this long did not die of its configuration: start again at once.
_STABLE_S = 60.0
_POLL_S = 0.005
_PROBE_S = 1.0
#: CONNECT, MQTT 3.1.1, clean, keep-alive 5 s, no name at all: always refused, but answered.
_NAMELESS_CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x05\x00\x00"

# Each value that is not plainly a name:
# - 1,000 in flight, not 20: the hub acknowledges answers after its disk did, in groups, and
#   20 per group would hold a class at some 600 answers a second.
# - the queue has an explicit end: at the default of 1,000, 42,610 of 54,532 acknowledged
#   messages were dropped behind a slow reader, and 0 does not mean "no end" before 2.0.22.
# - nothing is persisted: a broker's disk is no promise (200 of 200 lost at a kill); the
#   hub's receipt is, and the card is spared the writes.
# - a payload over the limit is dropped and acknowledged. 2.0.11 gives an MQTT 5 client a
#   reason there that PUBACK does not have, and paho ends its connection over it.
# - the login is the client id, or any paired device could end the hub's session by its name.
_CONFIG = """\
sys_interval 0
persistence false
persistent_client_expiration 1d
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
set_tcp_nodelay true
message_size_limit {payload_bytes}
max_packet_size {packet_bytes}
max_inflight_messages 1000
max_queued_messages 100000
max_queued_bytes 67108864
log_dest stderr
log_timestamp false
log_type error
log_type warning
{user}listener {port} {bind}
max_connections {connections}
use_username_as_clientid true
"""
# Without the address family libwebsockets listens on every interface, whatever address the
# line before names (seen with 2.0.11).
_WEBSOCKET_CONFIG = """\
listener {websocket_port} {bind}
protocol websockets
socket_domain {family}
max_connections {connections}
use_username_as_clientid true
"""


class MosquittoBroker:
    """The system's Mosquitto, run from files that the hub writes into `folder`.

    Port 0 takes a free one. `websocket_port` None asks for no WebSocket; where the installed
    Mosquitto has none, the property says None after the start. `counts` holds `restarts`.
    """

    name: Literal["mosquitto"] = "mosquitto"
    mqtt_version = 5

    def __init__(
        self,
        *,
        folder: Path,
        logins: Logins,
        host: str = "0.0.0.0",  # noqa: S104 - tablets come over every interface of the hub
        port: int = 1883,
        websocket_port: int | None = None,
        limits: ConnectionLimits = ConnectionLimits(),  # noqa: B008 - frozen
        binary: str = "mosquitto",
    ) -> None:
        self._folder = folder
        self._logins = logins
        self._bind = host
        self._port = port
        self._websocket_port = websocket_port
        self._limits = limits
        self._binary = binary
        self._counts: Counter[str] = Counter()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._spawning = threading.Lock()
        self._writing = threading.Lock()
        self._stopping = threading.Event()
        self._is_ready = threading.Event()
        self._is_settled = threading.Event()
        self._last_words = ""

    @property
    def host(self) -> str:
        """Where this machine's own clients reach it."""
        return local_host(self._bind)

    @property
    def port(self) -> int:
        """The TCP port; after a start with 0 the one that was found."""
        return self._port

    @property
    def websocket_port(self) -> int | None:
        """The WebSocket port, or None where this Mosquitto has no WebSocket."""
        return self._websocket_port

    @property
    def pids(self) -> list[int]:
        """The child, while it runs."""
        child = self._child
        return [child.pid] if child is not None and child.poll() is None else []

    @property
    def is_alive(self) -> bool:
        """Whether the child runs and answered since it started."""
        return self._is_ready.is_set() and bool(self.pids)

    @property
    def counts(self) -> Mapping[str, int]:
        """`restarts`: how often the child died and was started again."""
        return dict(self._counts)

    def start(self) -> None:
        """Write the files, start the child and wait until it answers."""
        command = self._command()
        self._port = _free_port(self._bind, self._port)
        if self._websocket_port is not None:
            self._websocket_port = _free_port(self._bind, self._websocket_port, self._port)
        self._write_files()
        self._stopping.clear()
        self._is_settled.clear()
        # The kernel ends the child with the thread that started it: this one never returns
        # before the child is gone.
        self._thread = threading.Thread(
            target=self._supervise, args=(command,), name="mosquitto", daemon=True
        )
        self._thread.start()
        is_settled = self._is_settled.wait(self._limits.start_s)
        if not (is_settled and self.is_alive):
            self.stop()
            msg = f"Mosquitto did not start: {self._last_words or 'no answer in time'}"
            raise BrokerError(msg)
        self._look_for_websocket()

    def stop(self) -> None:
        """End the child and the thread that watches it."""
        self._stopping.set()
        with self._spawning:
            child = self._child
        if child is not None:
            _end(child, self._limits.stop_s)
        if self._thread is not None:
            self._thread.join(self._limits.stop_s)
            if self._thread.is_alive():
                msg = "the thread that watches Mosquitto did not end; restart the hub"
                raise BrokerError(msg)
        self._thread = self._child = None
        self._is_ready.clear()

    def reload(self) -> None:
        """Rewrite the logins; back when they are in force, revoked devices cut off.

        Where Mosquitto is just starting (again), they are in force as soon as it serves.
        """
        self._write_logins()
        child = self._child
        if child is None or not self.is_alive:
            return  # `_attend` has a child read them again once it answers.
        child.send_signal(signal.SIGHUP)
        # One thread serves all: whoever is answered after the signal is answered after it
        # has read the files.
        is_read = self._settle(child)
        if not is_read and child.poll() is None and not self._stopping.is_set():
            msg = "Mosquitto does not answer after reading the logins; restart the hub"
            raise BrokerError(msg)

    def _command(self) -> list[str]:
        path = f"{os.environ.get('PATH', '')}:{_SYSTEM_PATH}"
        binary = shutil.which(self._binary, path=path)
        if binary is None:
            msg = (
                "Mosquitto is not installed: run `apt install mosquitto`, or set"
                ' broker = "embedded"'
            )
            raise BrokerError(msg)
        setpriv = shutil.which("setpriv", path=path)
        if setpriv is None:
            msg = (
                "setpriv is missing, Mosquitto would outlive the hub: `apt install util-linux`"
            )
            raise BrokerError(msg)
        # A signal set from inside a forked Python would have to run Python between fork and
        # exec, beside live threads; setpriv does it in the child's own place and pid.
        tied = [setpriv, "--pdeathsig", "KILL", "--"]
        return [*tied, binary, "-c", str(self._folder / "mosquitto.conf")]

    def _write_files(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        limits = self._limits
        values = {
            "folder": self._folder,
            "bind": self._bind,
            "port": self._port,
            "websocket_port": self._websocket_port,
            "family": _family(self._bind),
            "connections": limits.connections,
            "payload_bytes": limits.payload_bytes,
            "packet_bytes": limits.packet_bytes,
            # As root Mosquitto would become a user who cannot read the hub's files.
            "user": "user root\n" if os.geteuid() == 0 else "",
        }
        config = _CONFIG if self._websocket_port is None else _CONFIG + _WEBSOCKET_CONFIG
        _write(self._folder / "mosquitto.conf", config.format(**values))
        self._write_logins()

    def _write_logins(self) -> None:
        # Pages pair and shut out in many threads: a list that was made earlier must not be
        # written later.
        with self._writing:
            logins = list(self._logins())
            _write(self._folder / "passwords", access.password_file(logins))
            _write(self._folder / "acl", access.acl_file(logins))

    def _supervise(self, command: list[str]) -> None:
        backoff_s = _FIRST_BACKOFF_S
        while True:
            began = time.monotonic()
            child = self._spawn(command)
            if child is not None:
                self._attend(child)
            self._is_ready.clear()
            self._is_settled.set()
            if time.monotonic() - began > _STABLE_S:
                backoff_s = _FIRST_BACKOFF_S
            if self._stopping.wait(backoff_s):
                return
            backoff_s = min(2 * backoff_s, _LONGEST_BACKOFF_S)
            self._counts["restarts"] += 1
            log.error("mosquitto=restarted exit=%s restarts=%s", child and child.returncode,
                      self._counts["restarts"])  # fmt: skip

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes] | None:
        """A new child; None at the end, or where the system has no room for one now."""
        with self._spawning:
            if self._stopping.is_set():
                return None
            try:
                self._child = subprocess.Popen(  # noqa: S603 - no shell, our own arguments
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                )
            except OSError as error:
                # Likely just after the kernel ended the former child for want of memory.
                self._last_words = error.strerror or str(error)
                log.warning("mosquitto=%r", self._last_words)
                return None
            return self._child

    def _attend(self, child: subprocess.Popen[bytes]) -> None:
        """Say when the child serves; back when it is gone."""
        if self._settle(child):
            # In this order: a `reload` that found it not ready has written before this
            # signal, and one that comes later sends its own.
            self._is_ready.set()
            child.send_signal(signal.SIGHUP)
            self._is_settled.set()
        else:
            child.kill()
        self._follow(child)

    def _settle(self, child: subprocess.Popen[bytes]) -> bool:
        """Wait until the child answers, or is gone, or time is up."""
        deadline = time.monotonic() + self._limits.start_s
        while child.poll() is None and time.monotonic() < deadline:
            if _answers(self.host, self._port):
                return True
            if self._stopping.wait(_POLL_S):
                return False
        return False

    def _follow(self, child: subprocess.Popen[bytes]) -> None:
        """Pass on what the child says, until it is gone."""
        stream = child.stderr
        if stream is None:
            return
        with stream:
            for line in stream:
                self._last_words = line.decode(errors="replace").strip()
                log.warning("mosquitto=%r", self._last_words)
        child.wait()

    def _look_for_websocket(self) -> None:
        wanted = self._websocket_port
        if wanted is not None and not _is_open(self.host, wanted):
            log.warning("websocket=none reason='this Mosquitto was built without it'")
            self._websocket_port = None


def _free_port(bind: str, port: int, other: int = 0) -> int:
    """`port`, or a free one for 0 that is not `other`; raises BrokerError when another
    program has it.

    Mosquitto cannot be asked for any port. Between this look and its own bind another
    program could take it; then Mosquitto exits, and the start says so.
    """
    family = socket.AF_INET6 if _family(bind) == "ipv6" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            msg = (
                f"port {port} on {bind} cannot be opened ({error.strerror}): end the other"
                " program (a Mosquitto of the system: `systemctl disable --now mosquitto`)"
                " or set another port"
            )
            raise BrokerError(msg) from error
        found: int = probe.getsockname()[1]
    # What was free a moment ago may be drawn again.
    return _free_port(bind, port, other) if port == 0 and found == other else found


def _family(bind: str) -> Literal["ipv4", "ipv6"]:
    with contextlib.suppress(ValueError):
        return "ipv6" if ipaddress.ip_address(bind).version == 6 else "ipv4"
    return "ipv4"


def _write(path: Path, text: str) -> None:
    """Put `text` at `path` at once and for the owner only; a reader never sees half of it."""
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def _answers(host: str, port: int) -> bool:
    """Whether an MQTT broker answers there; an open port alone is no running broker."""
    try:
        with socket.create_connection((host, port), _PROBE_S) as probe:
            probe.sendall(_NAMELESS_CONNECT)
            return probe.recv(1) == b"\x20"
    except OSError:
        return False


def _is_open(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), _PROBE_S).close()
    except OSError:
        return False
    return True


def _end(child: subprocess.Popen[bytes], deadline_s: float) -> None:
    child.terminate()
    try:
        child.wait(deadline_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
