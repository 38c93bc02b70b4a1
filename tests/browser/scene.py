"""Who acts in these tests: a hub on loopback, a child at a tablet, a teacher with a phone."""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import ConsoleMessage, Page, Request, ViewportSize, expect

from hub.app import Hub
from hub.settings import Settings
from tests.packs import FIRST_ARITHMETIC

PHONE = (360, 640)
SMALL: ViewportSize = {"width": PHONE[0], "height": PHONE[1]}
LOCAL = Settings(
    listen="loopback",
    http_port=0,
    mqtt_port=0,
    websocket_port=0,
    receipt_window_ms=50,
    advertise=False,
)
#: Far more than anything here takes, so that a loaded machine does not fail a test.
DEADLINE_MS = 60_000
#: Not by Playwright's routes: they switch the browser's cache off.
NO_ROAD = """{
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, path) {
    return open.call(this, method, path.startsWith("/learn/ahead") ? "/learn/device" : path);
  };
}"""
#: The page is hidden, or shown again, as the browser tells it.
IN_A_POCKET = """isHidden => {
  Object.defineProperty(document, "hidden", {value: isHidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SIGNS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "\N{MINUS SIGN}": operator.sub,
    "\N{MULTIPLICATION SIGN}": operator.mul,
    "\N{DIVISION SIGN}": operator.floordiv,
}


@contextmanager
def running(
    home: Path,
    settings: Settings = LOCAL,
    *,
    demo: bool = True,
    pack: Path = FIRST_ARITHMETIC,
) -> Iterator[Hub]:
    """A hub that serves until the block ends."""
    hub = Hub(home, settings, demo_pack=pack)
    hub.start(demo=demo)
    try:
        yield hub
    finally:
        hub.stop()


def on_same_ports(hub: Hub) -> Settings:
    """The settings for a hub that comes back where `hub` was."""
    return msgspec.structs.replace(
        hub.settings,
        http_port=hub.ports.http,
        mqtt_port=hub.ports.mqtt,
        websocket_port=hub.ports.websocket or 0,
    )


def address(hub: Hub) -> str:
    """Where browsers reach the hub."""
    return f"http://127.0.0.1:{hub.ports.http}"


def attempts(hub: Hub) -> list[dict[str, Any]]:
    """The attempts on the hub's disk, as another program reads them, oldest first."""
    file = f"file:{hub.home.database}?mode=ro"
    with closing(sqlite3.connect(file, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM attempts ORDER BY hub_seq")
        return [dict(row) for row in rows]


@dataclass(slots=True)
class Screen:
    """A page of the browser, and all that it complained about and asked for."""

    page: Page
    hub: Hub
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(DEADLINE_MS)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._on_request)
        self.page.on("websocket", lambda socket: socket.on("framesent", self._on_frame))

    def go(self, path: str) -> None:
        """Opens a page of the hub."""
        self.page.goto(address(self.hub) + path)

    def posts(self, path: str) -> list[Request]:
        """What was sent to `path` by HTTP."""
        return [
            one
            for one in self.requests
            if one.method == "POST" and one.url == address(self.hub) + path
        ]

    def sideways(self) -> int:
        """By how many pixels the page is wider than the screen."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _on_request(self, request: Request) -> None:
        self.requests.append(request)

    def _on_frame(self, payload: str | bytes) -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)


class Tablet(Screen):
    """A learner's tablet, and the child at it."""

    def join(self) -> None:
        """Pairs the tablet with the hub's first class, as a scanned code does."""
        code = next(iter(self.hub.people.classes.values())).join_code
        self.go(f"/join/{code}")
        self.page.get_by_role("button", name="Join").click()
        expect(self.page.get_by_role("heading", name="Who are you?")).to_be_visible()

    def sign_in(self, name: str) -> None:
        """The child taps its card."""
        self.page.get_by_role("button", name=name, exact=True).click()
        expect(self.page.locator(".who .name")).to_have_text(name)

    def sit_down(self, name: str = "Amani") -> None:
        """All of it, up to the first question."""
        self.join()
        self.sign_in(name)

    def has_no_road(self) -> None:
        """Pages opened from now on get no road ahead, which they ask for after some seconds."""
        self.page.add_init_script(NO_ROAD)

    def takes_the_road(self, state: str) -> None:
        """Until the page says that its socket is "up", or "down"."""
        expect(self.page.locator("body")).to_have_attribute("data-road", state)

    def prompt(self) -> str:
        """The question on the screen, as one line of text."""
        return self.page.locator("#prompt").get_attribute("data-plain") or ""

    def type(self, number: int) -> None:
        """The child taps the number on the pad."""
        for digit in str(number):
            self.page.get_by_role("button", name=digit, exact=True).click()

    def answer(self, number: int) -> None:
        """The child answers, and sees what it was worth."""
        self.type(number)
        self.page.get_by_role("button", name="OK").click()

    def right_answer(self) -> int:
        """What the question on the screen comes to, once it may be answered.

        What an answer was worth stands there before the next question does.
        """
        expect(self.page.locator("#ok")).to_be_enabled()
        return solve(self.prompt())

    def is_safe(self) -> None:
        """Until the leaf says that every answer is on the hub's disk."""
        self.is_said("all answers safe")

    def is_said(self, words: str) -> None:
        """Until the leaf says this."""
        expect(self.page.locator("#leaf-words")).to_have_text(words)

    def outbox(self) -> list[str]:
        """The names of what the browser still keeps for the hub."""
        script = "Object.keys(localStorage).filter(key => key.startsWith('mangotree.answer.'))"
        return list(self.page.evaluate(script))


class Phone(Screen):
    """The teacher's phone."""

    def sign_in(self, password: str = "three quiet words") -> None:
        """With a new one-time code, and a password of the teacher's own."""
        self.go("/teacher/")
        code = self.hub.teacher_door.new_one_time_code()
        self.page.get_by_label("one-time code").fill(code)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_label("Your name").fill("Rehema")
        self.page.get_by_label("New password").fill(password)
        self.page.get_by_role("button", name="Keep this password").click()
        expect(self.page.get_by_role("heading", name="Learners")).to_be_visible()

    def row(self, name: str) -> Any:
        """The learner's row on the live page."""
        return self.page.locator(".row", has=self.page.get_by_text(name, exact=True))


def solve(prompt: str) -> int:
    """The number that belongs into the blank."""
    left, right = prompt.split(" = ")
    if right != "_":
        return int(right) - int(left.split(" + ")[0])
    first, sign, second = left.split(" ")
    return SIGNS[sign](int(first), int(second))
