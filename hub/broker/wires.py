"""The bytes of a connection to the embedded broker: plain TCP, or a browser's WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

_CHUNK_BYTES = 64 * 1024
#: A tablet out of Wi-Fi says no goodbye: what was sent to it and not taken for this long
#: ends the connection, so that its last will says "offline".
_UNTAKEN_MS = 30_000


class TcpWire:
    """One TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._unsent = bytearray()
        self._loop = asyncio.get_running_loop()
        _tune(writer.get_extra_info("socket"))

    @property
    def peer(self) -> tuple[str, int]:
        """Address and port of the other end."""
        address, port = self._writer.get_extra_info("peername")[:2]
        return address, port

    @property
    def unsent_bytes(self) -> int:
        """How much waits for the other end to read."""
        return len(self._unsent) + self._writer.transport.get_write_buffer_size()

    async def receive(self) -> bytes:
        """Some bytes; none when the other end is gone."""
        try:
            return await self._reader.read(_CHUNK_BYTES)
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        """Write without waiting; what one turn of the loop sends goes out as one.

        Each call of the system lets the hub's other threads in, and getting back took 0.4 ms.
        """
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent += data

    def close(self) -> None:
        """Close after what is unsent."""
        self._flush()
        self._writer.close()

    def abort(self) -> None:
        """Close now."""
        self._writer.transport.abort()

    def _flush(self) -> None:
        if self._unsent and not self._writer.is_closing():
            self._writer.write(bytes(self._unsent))
        self._unsent.clear()


class WebSocketWire:
    """One WebSocket; its writes go through a task of their own, in order."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._unsent: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._unsent_bytes = 0
        self._pump = asyncio.create_task(self._send_all())
        _tune(connection.transport.get_extra_info("socket"))

    @property
    def peer(self) -> tuple[str, int]:
        """Address and port of the other end."""
        address, port = self._connection.remote_address[:2]
        return address, port

    @property
    def unsent_bytes(self) -> int:
        """How much waits for the other end to read."""
        return self._unsent_bytes + self._connection.transport.get_write_buffer_size()

    async def receive(self) -> bytes:
        """Some bytes; none when the other end is gone or sends text, which is not MQTT."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded by now

        try:
            message = await self._connection.recv()
        except ConnectionClosed:
            return b""
        return message if isinstance(message, bytes) else b""

    def send(self, data: bytes) -> None:
        """Write without waiting."""
        self._unsent_bytes += len(data)
        self._unsent.put_nowait(data)

    def close(self) -> None:
        """Close after what is unsent."""
        self._unsent.put_nowait(None)

    def abort(self) -> None:
        """Close now."""
        self._connection.transport.abort()
        self.close()

    async def closed(self) -> None:
        """Wait for the end of what was begun; called once, by whoever serves this wire."""
        self.close()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pump

    async def _send_all(self) -> None:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded by now

        with contextlib.suppress(ConnectionClosed):
            while (data := await self._unsent.get()) is not None:
                await self._connection.send(data)
                self._unsent_bytes -= len(data)
        await self._connection.close()


def _tune(connected: socket.socket) -> None:
    # asyncio sets it only on sockets that were made with an explicit protocol number.
    # Without it a reply of two packets waits for the other end's delayed ACK, about 40 ms.
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNTAKEN_MS)
