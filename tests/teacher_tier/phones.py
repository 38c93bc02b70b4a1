"""Teachers' phones as plain HTTP: one that signs in, and those that watch a class live."""

from __future__ import annotations

import http.client
import re
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit

import msgspec

from hub.commands.door import ask
from hub.home import Running

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PASSWORD = "three quiet words"
PATIENCE_S = 60.0


@dataclass(slots=True)
class Teacher:
    """A signed-in teacher's browser."""

    hub: Running
    _jar: CookieJar = field(default_factory=CookieJar)

    def sign_in(self) -> None:
        """With a new one-time code, then a name and password of the teacher's own."""
        code = str(ask(self.hub, "/control/code", {})["code"])
        page = self.get("/teacher/sign-in").decode()
        page = self._post("/teacher/sign-in", page, code=code)
        fields = {"code": code, "name": "Rehema", "password": PASSWORD}
        self._post("/teacher/enter", page, **fields)

    def get(self, path: str) -> bytes:
        """The page, whole."""
        return self._open(urllib.request.Request(self.hub.url + path))

    @property
    def cookies(self) -> str:
        """What the browser sends along."""
        return "; ".join(f"{one.name}={one.value}" for one in self._jar)

    def _post(self, path: str, page: str, **fields: str) -> str:
        found = _TOKEN.search(page)
        if found is None:
            raise RuntimeError(f"No form stands on the page before {path}.")
        body = urlencode({"csrf_token": found.group(1)} | fields).encode()
        return self._open(urllib.request.Request(self.hub.url + path, data=body)).decode()

    def _open(self, request: urllib.request.Request) -> bytes:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._jar)
        )
        with opener.open(request, timeout=PATIENCE_S) as response:
            body: bytes = response.read()
            return body


@dataclass(frozen=True, slots=True)
class Pushed:
    """An event as it came: when (seconds of this process), its bytes, the tiles in it."""

    at_s: float
    size: int
    tiles: dict[str, str]


class Watching:
    """A phone that watches a class from `start` to `stop`."""

    def __init__(self, teacher: Teacher, class_id: int) -> None:
        self.pushed: list[Pushed] = []
        where = urlsplit(teacher.hub.url)
        self._connection = http.client.HTTPConnection(
            where.hostname or "", where.port, timeout=PATIENCE_S
        )
        self._path = f"/teacher/live/{class_id}"
        self._cookies = teacher.cookies
        self._is_over = threading.Event()
        self._has_first = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Returns with the first event."""
        self._thread.start()
        if not self._has_first.wait(PATIENCE_S):
            raise TimeoutError("The hub pushes nothing.")

    def stop(self) -> None:
        """Hangs up with the next event, which a beat brings."""
        self._is_over.set()
        self._thread.join(PATIENCE_S)

    def _read(self) -> None:
        self._connection.request("GET", self._path, headers={"Cookie": self._cookies})
        response = self._connection.getresponse()
        event = b""
        while not self._is_over.is_set():
            line = response.readline()
            event += line
            if line == b"\n":
                self._take(event)
                event = b""
        self._connection.close()

    def _take(self, event: bytes) -> None:
        now_s = time.monotonic()
        data = event.partition(b"data: ")[2]
        change = msgspec.json.decode(data) if data else {}
        self.pushed.append(Pushed(now_s, len(event), change.get("tiles", {})))
        self._has_first.set()
