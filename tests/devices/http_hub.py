"""The two pages of a hub that a device needs, `/join` and `/learn/cards`, over real HTTP."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = "mango7"


class HttpHub(ThreadingHTTPServer):
    """Pairs devices with the broker at `mqtt_port`; `learners` cards; refuses as told."""

    daemon_threads = True

    def __init__(self, mqtt_port: int = 1883, learners: int = 3) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.mqtt_port = mqtt_port
        self.learners = learners
        self.joined: list[dict[str, Any]] = []
        self.too_many = 0
        self.raw_reply: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Page(BaseHTTPRequestHandler):
    server: HttpHub

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.too_many:
            self.server.too_many -= 1
            self._reply(429, {}, {"Retry-After": "1"})
        elif asked["code"] != CODE:
            self._reply(403, {})
        else:
            self.server.joined.append(asked)
            device = len(self.server.joined)
            mqtt = {"port": self.server.mqtt_port, "websocket_port": None, "version": 4}
            joined = {"device": device, "secret": "s3cret", "class": 1, "token": "t0ken"}
            self._reply(200, joined | {"mqtt": mqtt})

    def do_GET(self) -> None:
        if self.headers["Authorization"] != "Bearer t0ken":
            self._reply(403, {})
            return
        cards = [
            {"learner": number, "name": f"Child {number}", "picture": "mango"}
            for number in range(1, self.server.learners + 1)
        ]
        self._reply(200, {"cards": cards})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing: the tests look at what was joined."""

    def _reply(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(
            json.dumps(body).encode()
            if self.server.raw_reply is None
            else self.server.raw_reply
        )


@contextmanager
def http_hub(mqtt_port: int = 1883, learners: int = 3) -> Iterator[HttpHub]:
    with HttpHub(mqtt_port, learners) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
