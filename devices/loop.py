"""One thread and one selector for any number of devices: sockets, timers, calls from outside.

A kiosk runs one agent in it, a simulated class sixty: a thread for each device would cost
more than the answers do.
"""

from __future__ import annotations

import heapq
import logging
import selectors
import socket
import threading
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE
#: The longest sleep: a clock that a test holds still is looked at again after it.
MAX_SLEEP_S = 60.0

Result = TypeVar("Result")


class Member(Protocol):
    """What runs inside the loop, called in the loop's thread only."""

    def start(self, loop: AgentLoop) -> None:
        """Begin: open sockets, set timers."""

    def stop(self) -> None:
        """End at once: give back every socket and timer."""


class Timer:
    """A call that is due at `when` (monotonic seconds), unless it is cancelled."""

    __slots__ = ("_call", "when")

    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self.when = when
        self._call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Never call; harmless when the call has already been made."""
        self._call = None

    def take(self) -> Callable[[], None] | None:
        """The call, once: None when it was cancelled or made."""
        call, self._call = self._call, None
        return call


class AgentLoop:
    """Runs its members in one thread from `start` to `stop`.

    `call` and `wait` are for other threads; every other method belongs to the loop's own.
    `failures` counts calls that raised: each is logged, and the other devices go on.
    """

    def __init__(
        self, members: Iterable[Member] = (), *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.now = now
        self.failures = 0
        self._first_members = tuple(members)
        self._members: list[Member] = []
        self._soon: deque[Callable[[], object]] = deque()
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._door = threading.Lock()
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, and the members given so far in it."""
        if self._thread is not None:
            raise RuntimeError("The loop was started before; make a new one.")
        self._selector = selectors.DefaultSelector()
        self._ear, self._mouth = socket.socketpair()
        self._ear.settimeout(0)
        self._mouth.settimeout(0)
        self._selector.register(self._ear, READ, self._hear)
        self._thread = threading.Thread(target=self._run, name="agents", daemon=True)
        self._thread.start()
        for member in self._first_members:
            self.add(member)

    def stop(self, timeout_s: float = 5.0) -> None:
        """Stop the members, then the thread; a second call does nothing."""
        thread = self._thread
        if thread is None or self._is_stopping:
            return
        self.call(self._finish)
        thread.join(timeout_s)
        if thread.is_alive():
            raise TimeoutError(f"The agents' loop did not end within {timeout_s} s.")
        self._selector.close()
        self._ear.close()
        self._mouth.close()

    def add(self, member: Member) -> None:
        """Start `member` in the loop."""

        def begin() -> None:
            self._members.append(member)
            member.start(self)

        self.call(begin).result()

    def remove(self, member: Member) -> None:
        """Stop `member`; the others go on."""

        def end() -> None:
            self._members.remove(member)
            member.stop()

        self.call(end).result()

    def call(self, what: Callable[[], Result]) -> Future[Result]:
        """Run `what` in the loop's thread; its result or error is in the future.

        From the loop's own thread it runs at once.
        """
        future: Future[Result] = Future()

        def settle() -> None:
            try:
                future.set_result(what())
            except BaseException as error:  # noqa: BLE001 - raised again where it was asked
                future.set_exception(error)

        if threading.current_thread() is self._thread:
            settle()
        else:
            with self._door:
                if self._thread is None or self._is_stopping:
                    raise RuntimeError("The agents' loop is not running.")
                self._soon.append(settle)
            self._wake()
        return future

    def soon(self, what: Callable[[], object]) -> None:
        """Run `what` after the present call has returned, in order."""
        self._soon.append(what)

    def call_at(self, when: float, what: Callable[[], None]) -> Timer:
        """Run `what` at `when`, seconds on the loop's own clock."""
        timer = Timer(when, what)
        heapq.heappush(self._timers, (when, next(self._order), timer))
        return timer

    def watch(self, sock: socket.socket, events: int, ready: Callable[[int], None]) -> None:
        """Call `ready(events)` whenever `sock` can be read or written as asked."""
        if sock in self._selector.get_map():
            self._selector.modify(sock, events, ready)
        else:
            self._selector.register(sock, events, ready)

    def unwatch(self, sock: socket.socket) -> None:
        """Forget `sock`; harmless when it is not watched."""
        if sock.fileno() >= 0 and sock in self._selector.get_map():
            self._selector.unregister(sock)

    def wait(self, event: threading.Event, timeout_s: float) -> None:
        """Wait from another thread until `event` is set; TimeoutError after `timeout_s`."""
        if not event.wait(timeout_s):
            raise TimeoutError(f"What was waited for did not happen within {timeout_s} s.")

    def _run(self) -> None:
        while not self._is_stopping:
            for key, events in self._selector.select(self._sleep_s()):
                self._guarded(partial(key.data, events))
            self._run_timers()
            self._run_soon()
        self._run_soon()  # what was asked for before the door closed gets its answer

    def _sleep_s(self) -> float:
        if self._soon:
            return 0.0
        if not self._timers:
            return MAX_SLEEP_S
        return min(max(self._timers[0][0] - self.now(), 0.0), MAX_SLEEP_S)

    def _run_timers(self) -> None:
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            _, _, timer = heapq.heappop(self._timers)
            call = timer.take()
            if call is not None:
                self._guarded(call)

    def _run_soon(self) -> None:
        for _ in range(len(self._soon)):
            self._guarded(self._soon.popleft())

    def _guarded(self, what: Callable[[], object]) -> None:
        """The loop's boundary: one device's failure must not end a class of devices."""
        try:
            what()
        except Exception:
            self.failures += 1
            logger.exception("agents=call_failed failures=%d", self.failures)

    def _finish(self) -> None:
        for member in self._members:
            self._guarded(member.stop)
        self._members.clear()
        with self._door:
            self._is_stopping = True

    def _wake(self) -> None:
        try:
            self._mouth.send(b"!")
        except BlockingIOError:
            return  # the loop has unheard wake-ups already

    def _hear(self, _events: int) -> None:
        self._ear.recv(4096)
