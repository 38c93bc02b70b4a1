"""A class of pages and devices at work on one hub, faults between their answers, the count."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from playwright.sync_api import Browser
from tqdm import tqdm

from tests.browser_faults.carts import Cart, loaded
from tests.browser_faults.client import Client
from tests.browser_faults.count import Tally, inspect
from tests.browser_faults.pages import FORGET, Seat
from tests.browser_faults.station import Station, names
from tests.browser_faults.undisturbed import compare
from tests.browser_faults.wire import Wire

#: The pages' and the devices' address of the hub: what lies between can be cut.
NEAR_PAGES, NEAR_DEVICES, FAR = "127.0.0.2", "127.0.0.3", "127.0.0.1"
#: Nobody gets further for so long: something is stuck for good.
STUCK_S = 180.0
DRAIN_S = 180.0
TICK_MS = 100
#: So far may a device be ahead of the pages' share, which is slower to give.
LEAD = 2
#: Every so many clients one has a guest: the child of the client before it.
SHARED_EVERY = 4
#: A page asks so often, not for each answer, whether it may go on.
BATCH = 5
#: Seconds that a fault lasts: mostly short, one in ten a longer one.
SHORT_S, LONG_S, LONG_SHARE = (0.3, 4.0), (6.0, 12.0), 0.1
WIRES = ("cut", "swallow", "slow")
OF_PAGES = ("offline", "throttle", "reload", "reload", "close", "close", *FORGET)
OF_DEVICES = ("devices_killed", "devices_killed", "drop")
OF_ALL = ("kill", "kill", *WIRES)
#: Without stores it is pages that end while no answer gets away that cost answers.
FORGOTTEN = ("blackout", "blackout", "kill", "close")
#: What pages tell of before a blackout has been heard by then; so long they may take to answer.
HEARD_MS, BLACKOUT_S = 500, 30.0


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is; `gap` answers lie between two faults on average."""

    clients: int
    pages: int
    answers: int
    gap: int = 30
    is_forgetful: bool = False

    @property
    def of_pages(self) -> int:
        """The pages' share of the answers: as large as anyone's."""
        return round(self.answers * self.pages / self.clients)

    @property
    def faults(self) -> tuple[str, ...]:
        """What may happen, by its weight."""
        if self.is_forgetful:
            return FORGOTTEN
        of_devices = OF_DEVICES if self.pages < self.clients else ()
        return (*OF_ALL, *OF_PAGES, *of_devices) if self.pages else (*OF_ALL, *of_devices)


class School:
    """Runs `size.clients` until all answers are given, whatever happens; then counts."""

    def __init__(self, folder: Path, browser: Browser, size: Size, *, seed: int) -> None:
        self.tally = Tally()
        self._folder = folder
        self._browser = browser
        self._size = size
        self._random = Random(seed)
        self._station = Station(folder / "data", folder / "hub.log")
        self._clients: list[Client] = []
        self._seats: list[Seat] = []
        self._carts: list[Cart] = []
        self._wires: dict[str, Wire] = {}
        self._nobody = threading.Event()  # never set: where no page lets the time pass
        self._due_carts: dict[int, float] = {}

    def run(self) -> Tally:
        """The whole run; leaves no process behind."""
        with ExitStack() as stack:
            stack.callback(self._station.end)
            self._prepare(stack)
            self._work()
            self._drain()
            for cart in self._carts:
                cart.kill()
            self._station.stop()
        pages, devices = self._of_pages(), self._clients[self._size.pages :]
        self.tally.refused = sum(cart.refused for cart in self._carts)
        inspect(self._folder / "data", pages, devices, self.tally)
        children = names(self._size.clients)
        apart = compare(self._folder / "data", self._folder / "undisturbed", children)
        self.tally.answers_apart, self.tally.states_apart = apart.answers, apart.states
        return self.tally

    def _prepare(self, stack: ExitStack) -> None:
        size = self._size
        running, code, learners = self._station.prepare(size.clients)
        ports = [running.http_port, running.mqtt_port, running.websocket_port or 0]
        for near in (NEAR_PAGES, NEAR_DEVICES):
            self._wires[near] = wire = Wire(near, FAR, ports)
            wire.start()
            stack.callback(wire.stop)
        for number, learner in enumerate(learners):
            is_shared = number % SHARED_EVERY == SHARED_EVERY - 1
            guests = [learners[number - 1]] if is_shared else []
            self._clients.append(Client(number, [learner, *guests]))
        url = f"http://{NEAR_DEVICES}:{ports[0]}"
        devices = self._clients[size.pages :]
        self._carts = loaded(self._folder, devices, url, code, self._random)
        for cart in self._carts:
            stack.callback(cart.kill)
            cart.start()
        for client in self._of_pages():
            seat = Seat(self._browser, client, f"http://{NEAR_PAGES}:{ports[0]}")
            stack.callback(seat.close)
            seat.sit_down(code, self._may_answer, is_forgetful=size.is_forgetful)
            self._seats.append(seat)

    def _of_pages(self) -> list[Client]:
        return self._clients[: self._size.pages]

    def _given(self, clients: list[Client]) -> int:
        return sum(len(client.told) for client in clients)

    def _may_answer(self) -> int:
        """How many answers the page that asks may give now."""
        left = self._size.of_pages - self._given(self._of_pages())
        return max(0, min(BATCH, -(-left // self._size.pages)))

    def _work(self) -> None:
        size, began_s = self._size, time.monotonic()
        given, moved_s = 0, began_s
        next_at = self._random.randint(1, 2 * size.gap)
        with tqdm(total=size.answers, unit="answer", mininterval=2.0) as bar:
            while given < size.answers:
                self._tick()
                now_given = self._given(self._clients)
                if now_given > given:
                    moved_s = time.monotonic()
                given = now_given
                if time.monotonic() > moved_s + STUCK_S:
                    raise RuntimeError(f"stuck: {self._told()}")
                while given >= next_at:
                    self._fault(self._random.choice(size.faults))
                    next_at += self._random.randint(1, 2 * size.gap)
                bar.set_postfix(faults=self.tally.faults.total(), refresh=False)
                bar.update(given - bar.n)
        self.tally.worked_s = time.monotonic() - began_s

    def _tick(self) -> None:
        """Lets everyone work, and ends what has lasted long enough."""
        if self._seats:
            self._seats[0].wait(TICK_MS)
        else:
            self._nobody.wait(TICK_MS / 1000)
        self._station.look()
        for seat in self._seats:
            seat.look()
        now_s = time.monotonic()
        for number, due_s in list(self._due_carts.items()):
            if now_s >= due_s:
                del self._due_carts[number]
                self._carts[number].start()
        upto = self._upto()
        for number, cart in enumerate(self._carts):
            if number not in self._due_carts and not cart.is_running:
                raise RuntimeError(f"devices ended by themselves: {cart.last_words()}")
            cart.listen()
            cart.allow(upto)

    def _upto(self) -> dict[int, int]:
        """How far each device may be: beside the pages, or the faults would not meet it."""
        size = self._size
        devices = self._clients[size.pages :]
        if not devices:
            return {}
        share = self._given(self._of_pages()) / size.of_pages if size.of_pages else 1.0
        each, more = divmod(size.answers - size.of_pages, len(devices))
        upto = {}
        for nth, client in enumerate(devices):
            most = each + (nth < more)
            # One after the other, not all at the same answer of a page.
            reached = int(most * share + nth / len(devices))
            upto[client.number] = min(most, reached + LEAD)
        return upto

    def _fault(self, kind: str) -> None:
        self.tally.faults[kind] += 1
        is_long = self._random.random() < LONG_SHARE
        lasts_s = self._random.uniform(*(LONG_S if is_long else SHORT_S))
        if kind == "kill":
            self._station.kill(lasts_s)
        elif kind == "blackout":
            self._black_out()
        elif kind in WIRES:
            for wire in self._hit_wires():
                wire.become(kind, lasts_s)  # type: ignore[arg-type]  # one of the three
        elif kind == "drop":
            self._wires[NEAR_DEVICES].drop(self._random.random())
        elif kind == "devices_killed":
            number = self._random.randrange(len(self._carts))
            self._carts[number].kill()
            self._due_carts[number] = time.monotonic() + lasts_s / 2
        else:
            self._hit(self._random.choice(self._seats), kind, lasts_s)

    def _black_out(self) -> None:
        """The hub is away until a page has given an answer, and all pages are closed."""
        self._station.end()
        self._seats[0].wait(HEARD_MS)
        before, end_s = self._given(self._clients), time.monotonic() + BLACKOUT_S
        while self._given(self._clients) == before and time.monotonic() < end_s:
            self._seats[0].wait(TICK_MS)
        for seat in self._seats:
            seat.disturb("close", can_reload=False)
        self._station.kill(0.0)

    def _hit_wires(self) -> list[Wire]:
        """The network of pages, of devices, or of both."""
        hit = self._random.choice(([NEAR_PAGES], [NEAR_DEVICES], [NEAR_PAGES, NEAR_DEVICES]))
        return [self._wires[near] for near in hit]

    def _hit(self, seat: Seat, kind: str, lasts_s: float) -> None:
        acts: dict[str, Callable[[], None]] = {
            "offline": partial(seat.cut, lasts_s),
            "throttle": partial(seat.throttle, lasts_s),
        }
        disturb = partial(seat.disturb, kind, can_reload=self._station.is_up)
        acts.get(kind, disturb)()

    def _drain(self) -> None:
        """All faults end; everyone must empty by itself."""
        for wire in self._wires.values():
            wire.become("fine")
        self._station.wait()
        for number in list(self._due_carts):
            self._due_carts[number] = 0.0
        for seat in self._seats:
            seat.free()
        began_s = time.monotonic()
        is_page_waiting = is_device_waiting = True
        while is_page_waiting or is_device_waiting:
            self._tick()
            took_s = time.monotonic() - began_s
            if took_s > DRAIN_S:
                raise RuntimeError(f"not drained: {[one.waiting for one in self._clients]}")
            if is_page_waiting:
                is_page_waiting = any(seat.count_waiting() for seat in self._seats)
                self.tally.pages_drained_s = took_s
            if is_device_waiting:
                is_device_waiting = any(
                    client.waiting for client in self._clients[self._size.pages :]
                )
                self.tally.devices_drained_s = took_s

    def _told(self) -> list[int]:
        return [len(client.told) for client in self._clients]
