"""An amqtt broker on loopback that lets everyone in, as a thread or a program of its own."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from amqtt.broker import Broker

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter


class TidyBroker(Broker):  # type: ignore[misc]  # (amqtt brings no types)
    """Closes every connection that it ever took: amqtt itself forgets some at shutdown."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._writers: list[StreamWriter] = []

    async def stream_connected(
        self, reader: StreamReader, writer: StreamWriter, listener_name: str
    ) -> None:
        self._writers.append(writer)
        await super().stream_connected(reader, writer, listener_name)

    async def shutdown(self) -> None:
        # First of all: from Python 3.12 on a server waits until its last connection closed.
        for writer in self._writers:
            writer.close()
        await super().shutdown()


async def open_broker(port: int) -> TidyBroker:
    """A broker that listens on `port` of this machine."""
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {
            "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
        },
    }
    broker = TidyBroker(config, loop=asyncio.get_running_loop())
    await broker.start()
    return broker


async def _serve(port: int) -> None:
    await open_broker(port)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
