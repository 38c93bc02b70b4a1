"""The network between tablets and hub, in one place where it can be cut, swallow or be slow."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Literal

Weather = Literal["fine", "cut", "swallow", "slow"]

CHUNK = 65536
SLOW_S = 0.4


class Wire:
    """Forwards each of `ports` from `near` to the same port of `far`, as the weather is."""

    def __init__(self, near: str, far: str, ports: list[int]) -> None:
        self._near = near
        self._far = far
        self._ports = ports
        self._weather: Weather = "fine"
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._turn: asyncio.TimerHandle | None = None
        self._fine = asyncio.Event()
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)

    def start(self) -> None:
        """Opens the ports."""
        self._thread.start()
        self._fine.set()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        """Breaks every connection and ends."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def become(self, weather: Weather, for_s: float = 0.0) -> None:
        """From now on: "fine"; "cut", nothing connects and all is broken off; "swallow", all
        stays open and no byte arrives; "slow", each piece comes late. Fine again after `for_s`
        by itself: a browser that hangs on the network holds up whoever drives it.
        """
        self._loop.call_soon_threadsafe(self._change, weather, for_s)

    def drop(self, share: float) -> None:
        """Breaks off the one open connection that lies so far along, 0 to 1."""
        self._loop.call_soon_threadsafe(self._drop, share)

    def _drop(self, share: float) -> None:
        found = sorted(self._open, key=id)
        if found:
            found[int(share * len(found)) % len(found)].transport.abort()

    def _change(self, weather: Weather, for_s: float = 0.0) -> None:
        self._weather = weather
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        if weather != "fine" and for_s:
            self._turn = self._loop.call_later(for_s, self._change, "fine")
        if weather == "swallow":
            self._fine.clear()
        else:
            self._fine.set()
        if weather == "cut":
            for writer in self._open:
                writer.transport.abort()

    async def _listen(self) -> None:
        self._servers = [
            await asyncio.start_server(self._accept(port), self._near, port)
            for port in self._ports
        ]

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        self._over.set()
        self._change("cut")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, port: int):  # type: ignore[no-untyped-def]  # asyncio's own callback
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._carry(port, reader, writer)

        return accept

    async def _carry(
        self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._open.add(writer)
        try:
            if self._weather != "cut":
                far_reader, far_writer = await asyncio.open_connection(self._far, port)
                self._open.add(far_writer)
                ways = [self._pump(reader, far_writer), self._pump(far_reader, writer)]
                tasks = [asyncio.ensure_future(way) for way in ways]
                self._tasks.update(tasks)
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                self._tasks.difference_update(tasks)
                for task in tasks:
                    task.cancel()
                far_writer.transport.abort()
                self._open.discard(far_writer)
        except OSError:
            pass  # The hub is not there now: the connection ends, as it would without us.
        finally:
            writer.transport.abort()
            self._open.discard(writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            while found := await reader.read(CHUNK):
                await self._fine.wait()
                if self._weather == "slow":
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._over.wait(), SLOW_S)
                writer.write(found)
                await writer.drain()
