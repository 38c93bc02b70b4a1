"""The broker that pip alone installs: amqtt in a thread of the hub, behind our own gate."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Literal

from hub.broker.base import ConnectionLimits, FindLogin, local_host
from hub.broker.gate import Gate, Wire
from hub.broker.wires import TcpWire, WebSocketWire
from hub.errors import BrokerError

if TYPE_CHECKING:
    from websockets.asyncio.server import Server as WebSocketServer
    from websockets.asyncio.server import ServerConnection

    from hub.broker.engine import Engine

log = logging.getLogger(__name__)
#: Whoever scans the port or drops its connection half-way would fill the log with traces of
#: a handshake that failed; nothing that a class waits for is among them.
_websocket_log = logging.getLogger(f"{__name__}.websocket")
_websocket_log.setLevel(logging.CRITICAL)

#: How many may knock while amqtt is being imported: all tablets after a power cut.
_BACKLOG = 128


class EmbeddedBroker:
    """MQTT 3.1.1 over TCP and WebSocket, inside the hub's process.

    Port 0 takes a free one; `websocket_port` None opens none. The ports are open when
    `start` is back; amqtt is imported meanwhile, and who connects before that waits for it.
    `counts` says what was refused, dropped or cut, by reason.
    """

    name: Literal["embedded"] = "embedded"
    mqtt_version = 4

    def __init__(
        self,
        *,
        find_login: FindLogin,
        host: str,
        port: int = 1883,
        websocket_port: int | None = None,
        limits: ConnectionLimits = ConnectionLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._find_login = find_login
        self._bind = host
        self._port = port
        self._websocket_port = websocket_port
        self._limits = limits
        self._counts: Counter[str] = Counter()
        self._thread: threading.Thread | None = None
        self._room: _Room | None = None

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
        """The WebSocket port, or None where none was asked for."""
        return self._websocket_port

    @property
    def pids(self) -> list[int]:
        """None: it lives in the hub's own process."""
        return []

    @property
    def is_alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def counts(self) -> Mapping[str, int]:
        """What was refused, dropped or cut since the start, by reason."""
        return dict(self._counts)

    def start(self) -> None:
        """Open the ports and serve them from a thread of its own."""
        if importlib.util.find_spec("amqtt") is None:
            msg = 'amqtt is not installed: `pip install amqtt`, or set broker = "mosquitto"'
            raise BrokerError(msg)
        with ExitStack() as opened:
            tcp = opened.enter_context(_listen(self._bind, self._port))
            self._port = tcp.getsockname()[1]
            websocket = None
            if self._websocket_port is not None:
                websocket = opened.enter_context(_listen(self._bind, self._websocket_port))
                self._websocket_port = websocket.getsockname()[1]
            opened.pop_all()
        self._room = _Room(self._find_login, self._limits, self._counts)
        self._thread = threading.Thread(
            target=self._room.run, args=(tcp, websocket), name="embedded-broker", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End every connection and the thread, and close the ports."""
        if self._thread is None or self._room is None:
            return
        self._room.call(self._room.ask_to_stop)
        self._thread.join(self._limits.stop_s)
        if self._thread.is_alive():
            msg = "the embedded broker did not end; restart the hub"
            raise BrokerError(msg)
        self._thread = self._room = None

    def reload(self) -> None:
        """Cut off who was revoked, or came into another class and must subscribe anew."""
        if self._room is not None:
            self._room.call(self._room.look_again)


class _Room:
    """All that lives in the broker's thread: one loop, amqtt, and the open connections."""

    def __init__(
        self, find_login: FindLogin, limits: ConnectionLimits, counts: Counter[str]
    ) -> None:
        self._find_login = find_login
        self._limits = limits
        self._counts = counts
        self._loop = asyncio.new_event_loop()
        self._stop_asked = asyncio.Event()
        self._engine: Engine
        self._open: set[Gate] = set()
        self._live: dict[str, Gate] = {}

    def run(self, tcp: socket.socket, websocket: socket.socket | None) -> None:
        """Serve the two listening sockets until `ask_to_stop`; the body of the thread."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve(tcp, websocket))
        except Exception:  # the thread's boundary: `is_alive` turns false
            log.exception("broker=failed")
        finally:
            for listener in filter(None, (tcp, websocket)):
                listener.close()

    def call(self, action: Callable[[], object]) -> None:
        """Run `action` in the broker's thread, soon; nothing once it has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(action)

    def ask_to_stop(self) -> None:
        """Let `run` come to its end."""
        self._stop_asked.set()

    def look_again(self) -> None:
        """End the connections whose login changed."""
        for gate in list(self._live.values()):
            if not gate.is_current():
                self._counts["revoked"] += 1
                gate.end()

    async def _serve(self, tcp: socket.socket, websocket: socket.socket | None) -> None:
        # 0.1 s of import, here so that the hub's other parts start meanwhile.
        # The broker's thread loads what it needs, so that the first page need not wait.
        from websockets import Subprotocol  # noqa: PLC0415 - off the hub's start
        from websockets.asyncio.server import serve  # noqa: PLC0415 - off the hub's start

        from hub.broker.engine import Engine  # noqa: PLC0415 - off the hub's start

        self._engine = Engine()
        await self._engine.start()
        servers: list[asyncio.Server | WebSocketServer] = [
            await asyncio.start_server(self._on_tcp, sock=tcp)
        ]
        if websocket is not None:
            servers.append(
                await serve(
                    self._on_websocket,
                    sock=websocket,
                    subprotocols=[Subprotocol("mqtt")],
                    compression=None,  # 40 KB for each connection, to squeeze 300 bytes
                    max_size=self._limits.packet_bytes,
                    open_timeout=self._limits.connect_s,
                    close_timeout=1,
                    ping_interval=None,  # MQTT has its own, and the gate watches it
                    logger=_websocket_log,
                )
            )
        await self._stop_asked.wait()
        for server in servers:
            server.close()
        await self._end_all()
        await self._engine.shutdown()

    async def _on_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._welcome(TcpWire(reader, writer))

    async def _on_websocket(self, connection: ServerConnection) -> None:
        wire = WebSocketWire(connection)
        await self._welcome(wire)
        await wire.closed()

    async def _welcome(self, wire: Wire) -> None:
        if len(self._open) >= self._limits.connections:
            self._counts["too_many"] += 1
            wire.abort()
            return
        gate = Gate(wire, find_login=self._find_login, limits=self._limits, counts=self._counts)
        self._open.add(gate)
        try:
            if await gate.admit():
                await self._attend(gate)
        except Exception:  # one connection's fault: the class goes on
            self._counts["failed"] += 1
            log.exception("connection=failed")
        finally:
            gate.end()
            self._open.discard(gate)
            gate.finished.set()

    async def _attend(self, gate: Gate) -> None:
        """Serve `gate` as the only connection of its login, after the end of any other.

        The other may be a dead one from before the Wi-Fi blinked. Its last will says
        "offline": that must be out before the new one says "online".
        """
        username = gate.login.username
        while (other := self._live.get(username)) is not None:
            other.end()
            await other.finished.wait()
        self._live[username] = gate
        try:
            await self._engine.serve(gate)
        finally:
            del self._live[username]

    async def _end_all(self) -> None:
        gates = list(self._open)
        for gate in gates:
            gate.end()
        await asyncio.gather(*(gate.finished.wait() for gate in gates))


def _listen(bind: str, port: int) -> socket.socket:
    is_ipv6 = ":" in bind
    family = socket.AF_INET6 if is_ipv6 else socket.AF_INET
    try:
        return socket.create_server((bind, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        msg = (
            f"port {port} on {bind} cannot be opened ({error.strerror}): end the other program"
            " (a Mosquitto of the system: `systemctl disable --now mosquitto`) or set another"
            " port"
        )
        raise BrokerError(msg) from error
