"""One hub as a process, pages of a real browser at work on it, faults, and their cost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from hub.home import Home, Running
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.browser_faults.wire import Weather, Wire
from tests.faults.campaign import free_ports
from tests.faults.power import kill

#: The tablets' address of the hub: what lies between can be cut.
NEAR, FAR = "127.0.0.2", "127.0.0.1"
CHILD = Path(__file__).with_name("child.js")
#: A browser that forgets everything with its page: what the count must be seen to catch.
FORGETFUL = """
Object.defineProperty(window, "localStorage", { value: null });
Object.defineProperty(window, "indexedDB", { value: undefined });
"""
START_S = 40.0
#: No page gets further for so long: something is stuck for good.
STUCK_S = 120.0
DRAIN_S = 180.0
TICK_MS = 200
FORGET = {
    "forget_old": "localStorage.clear()",
    "forget_new": "indexedDB.deleteDatabase('mangotree')",
}
FAULTS = (
    "kill", "kill", "cut", "swallow", "slow", "offline", "reload", "reload", "close", "close",
    *FORGET,
)  # fmt: skip
#: Without stores it is pages that end while no answer gets away that cost answers.
FORGOTTEN = ("kill", "cut", "close", "close", "close")
#: What makes an answer the same one, whatever number it came under.
Content = tuple[int, str, int, int, int, int]


@dataclass(slots=True)
class Tally:
    """What the run did and found."""

    given: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    is_equal: bool = False
    drained_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every promise held."""
        return not (self.lost or self.doubled or self.disordered) and self.is_equal


@dataclass(slots=True)
class Seat:
    """A tablet and the child at it; `page` is None while its browser is closed."""

    number: int
    context: BrowserContext
    page: Page | None = None
    asked_for: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    offline_until_s: float = 0.0


class School:
    """Runs `pages` children until each has given `answers` answers, whatever happens."""

    def __init__(
        self,
        folder: Path,
        browser: Browser,
        *,
        pages: int,
        answers: int,
        seed: int,
        is_forgetful: bool = False,
    ) -> None:
        self.tally = Tally()
        self._folder = folder
        self._home = folder / "data"
        self._browser = browser
        self._count = pages
        self._answers = answers
        self._is_forgetful = is_forgetful
        self._faults = FORGOTTEN if is_forgetful else FAULTS
        self._random = Random(seed)
        self._seats: list[Seat] = []
        self._hub: subprocess.Popen[bytes] | None = None
        self._hub_back_s = 0.0

    def run(self) -> Tally:
        """The whole run; leaves no process behind."""
        with ExitStack() as stack:
            stack.callback(self._kill_hub)
            running = self._prepare()
            self._ports = [running.http_port, running.websocket_port or 0]
            self._wire = Wire(NEAR, FAR, self._ports)
            self._wire.start()
            stack.callback(self._wire.stop)
            for number in range(self._count):
                self._seats.append(self._seat(number, running.join_code))
                stack.callback(self._seats[-1].context.close)
            self._work()
            self._drain()
        self._inspect()
        return self.tally

    def _prepare(self) -> Running:
        self._home.mkdir(parents=True)
        http, mqtt, socket = free_ports(3)
        (self._home / "settings.toml").write_text(
            'listen = "loopback"\nadvertise = false\nreceipt_window_ms = 60\n'
            f"http_port = {http}\nmqtt_port = {mqtt}\nwebsocket_port = {socket}\n"
        )
        return self._start_hub()

    def _start_hub(self) -> Running:
        command = [
            sys.executable,
            "-m",
            "hub.cli",
            "start",
            "--demo",
            "--home",
            str(self._home),
        ]
        with (self._folder / "hub.log").open("ab") as log:
            self._hub = subprocess.Popen(
                command, env=os.environ, stdout=log, stderr=log, start_new_session=True
            )
        end_s = time.monotonic() + START_S
        while time.monotonic() < end_s and self._hub.poll() is None:
            found = Home(self._home).running()
            if found is not None and found.pid == self._hub.pid:
                return found
            with suppress(subprocess.TimeoutExpired):
                self._hub.wait(0.02)
        raise RuntimeError((self._folder / "hub.log").read_text()[-3000:])

    def _kill_hub(self) -> None:
        if self._hub is not None and self._hub.poll() is None:
            kill(self._hub)

    def _seat(self, number: int, join_code: str) -> Seat:
        """A paired tablet whose child has tapped its card."""
        seat = Seat(number, self._browser.new_context())
        seat.context.expose_function("told", lambda text: seat.told.append(json.loads(text)))
        seat.context.expose_function("may_answer", lambda: self._may_answer(seat))
        seat.context.add_init_script(path=CHILD)
        if self._is_forgetful:
            seat.context.add_init_script(FORGETFUL)
        page = seat.context.new_page()
        page.goto(f"{self._address()}/join/{join_code}")
        page.get_by_role("button", name="Join").click()
        page.locator(".card").nth(number % page.locator(".card").count()).click()
        page.locator("#task").wait_for(state="attached")
        seat.page = page
        return seat

    def _address(self) -> str:
        return f"http://{NEAR}:{self._ports[0]}"

    def _may_answer(self, seat: Seat) -> bool:
        return len(seat.told) < self._answers

    def _work(self) -> None:
        next_s = moved_s = time.monotonic() + 1.0
        count = 0
        while any(len(seat.told) < self._answers for seat in self._seats):
            self._tick()
            now_s = time.monotonic()
            if sum(len(seat.told) for seat in self._seats) > count:
                count, moved_s = sum(len(seat.told) for seat in self._seats), now_s
            if now_s > moved_s + STUCK_S:
                raise RuntimeError(f"stuck at {[len(seat.told) for seat in self._seats]}")
            if now_s >= next_s:
                self._fault(self._random.choice(self._faults))
                next_s = now_s + self._random.uniform(0.3, 1.5)

    def _tick(self) -> None:
        """Lets the browser work, and ends what has lasted long enough."""
        open_page = next(seat.page for seat in self._seats if seat.page is not None)
        open_page.wait_for_timeout(TICK_MS)
        now_s = time.monotonic()
        if self._hub_back_s and now_s >= self._hub_back_s:
            self._hub_back_s = 0.0
            self._start_hub()
        for seat in self._seats:
            if seat.offline_until_s and now_s >= seat.offline_until_s:
                seat.offline_until_s = 0.0
                seat.context.set_offline(False)

    def _fault(self, kind: str) -> None:
        self.tally.faults[kind] += 1
        lasts_s = self._random.uniform(0.5, 6.0)
        until_s = time.monotonic() + lasts_s
        seat = self._random.choice(self._seats)
        if kind == "kill":
            self._kill_hub()
            self._hub_back_s = self._hub_back_s or until_s
        elif kind in ("cut", "swallow", "slow"):
            weather: Weather = kind  # type: ignore[assignment]  # one of the three, just seen
            self._wire.become(weather, lasts_s)
        elif kind == "offline":
            seat.context.set_offline(True)
            seat.offline_until_s = until_s
        else:
            self._disturb(seat, kind)

    def _disturb(self, seat: Seat, kind: str) -> None:
        """What happens to one page: loaded anew, closed and opened, a store cleared."""
        assert seat.page is not None
        with suppress(Error):
            if kind in FORGET:
                seat.page.evaluate(f"() => {{ {FORGET[kind]}; }}")
            elif kind == "reload" and not self._hub_back_s and not seat.offline_until_s:
                seat.page.reload(wait_until="commit", timeout=5000)
            else:
                old = seat.page
                seat.page = seat.context.new_page()
                old.close()
        self._bring_back(seat)

    def _bring_back(self, seat: Seat) -> None:
        """A page that could not be loaded is opened at its address, as a child would."""
        assert seat.page is not None
        with suppress(Error):
            if not seat.page.evaluate("() => Boolean(window.mangotree)"):
                seat.page.goto(f"{self._address()}/here", wait_until="commit", timeout=5000)

    def _drain(self) -> None:
        """All faults end; every page must empty by itself."""
        self._wire.become("fine")
        self._hub_back_s = min(self._hub_back_s, time.monotonic())
        for seat in self._seats:
            seat.offline_until_s = 0.0
            seat.context.set_offline(False)
            self._bring_back(seat)
        begin_s = time.monotonic()
        while self._waiting() and time.monotonic() < begin_s + DRAIN_S:
            self._tick()
        self.tally.drained_s = time.monotonic() - begin_s

    def _waiting(self) -> bool:
        script = """() => {
          const leaf = document.getElementById("leaf");
          return !leaf || leaf.dataset.waiting !== "0";
        }"""
        return any(seat.page is not None and seat.page.evaluate(script) for seat in self._seats)

    def _inspect(self) -> None:
        """Counts what was told of against the log, and replays the log."""
        items = [item.id for item in load_pack(starter_path())[0].items]
        with closing(sqlite3.connect(self._home / "mangotree.db")) as database:
            found = database.execute(
                "SELECT learner, item, seed, step, ms, at, device FROM attempts"
                " ORDER BY hub_seq"
            ).fetchall()
        stored = [(row[0], items[row[1]], *row[2:6]) for row in found]
        given = [content(one) for seat in self._seats for one in seat.told]
        self.tally.given, self.tally.stored = len(given), len(stored)
        self.tally.lost = len(set(given) - set(stored))
        self.tally.doubled = len(stored) - len(set(stored))
        by_device: dict[int, list[int]] = {}
        for row in found:
            by_device.setdefault(row[6], []).append(row[5])
        self.tally.disordered = sum(ats != sorted(ats) for ats in by_device.values())
        command = [sys.executable, "-m", "hub.cli", "rebuild", "--verify"]
        done = subprocess.run(
            [*command, "--home", str(self._home)], capture_output=True, text=True, check=False
        )
        self.tally.is_equal = done.returncode == 0
        self.tally.words.append(done.stdout + done.stderr)


def content(told: dict[str, Any]) -> Content:
    """What an answer is, without the number that it travels under."""
    fields = ("learner", "item", "seed", "step", "ms", "at")
    return tuple(told[name] for name in fields)
