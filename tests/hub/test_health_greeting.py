"""After a cut the hub says for how long it was off, what is safe, and who is back."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.messages import Hello, encode
from devices.pairing import pair
from hub.app import Hub
from hub.clock import Clock
from hub.health.greeting import Greeting
from hub.health.machine import Machine
from hub.home import Home
from tests.hub.conftest import StartHub
from tests.hub.health_ground import MACHINE_BOOT, board, says
from tests.hub.tablet import DEADLINE_S, Tablet, asked, pair_with, right_answer

TODAY_S = 1_790_000_000.0
SWITCHED_ON = {"first": "aaaaaaaa-1\n", "second": "bbbbbbbb-2\n"}
#: What timedatectl prints on a machine that a time server set right.
IN_TIME = {"timedatectl show --property=NTPSynchronized --value": "yes\n"}


@dataclass(slots=True)
class Board:
    """A machine that can lose its power: its wall clock, the time since it was switched on."""

    root: Path
    wall_s: float = TODAY_S
    up_s: float = 100.0
    is_in_time: bool = True

    def clock(self) -> Clock:
        return Clock(wall=lambda: self.wall_s, boottime=lambda: self.up_s)

    def machine(self, home: Path) -> Machine:
        return Machine(home, self.root, says(IN_TIME if self.is_in_time else {}))

    def passes(self, seconds: float) -> None:
        self.wall_s += seconds
        self.up_s += seconds

    def power_cut(self, seconds: float, *, booting_s: float = 30.0) -> None:
        """Off for so long, and then on for as long as a start takes."""
        (self.root / MACHINE_BOOT).write_text(SWITCHED_ON["second"])
        self.wall_s += seconds + booting_s
        self.up_s = booting_s


@pytest.fixture
def here(tmp_path: Path) -> Board:
    return Board(board(tmp_path / "root", **{MACHINE_BOOT: SWITCHED_ON["first"]}))


@pytest.fixture
def start(start_hub: StartHub, tmp_path: Path, here: Board) -> Callable[[], Hub]:
    home = tmp_path / "home"
    return lambda: start_hub(home=home, clock=here.clock(), machine=here.machine(home))


def cut(hub: Hub) -> None:
    """Ends a hub as a cut does: nothing says that it was an orderly end."""
    hub.health.is_serving = False
    hub.stop()


def answers(hub: Hub, tablet: Tablet, count: int) -> None:
    reply = tablet.sign_in(1)
    for _ in range(count):
        sent = tablet.answer(asked(reply), right_answer(hub, asked(reply)))
        reply = tablet.reply(sent)
        tablet.receipt(sent)


def said(hub: Hub) -> Greeting:
    found = hub.health.greeting()
    assert found is not None
    return found


def test_an_orderly_end_is_not_greeted(start: Callable[[], Hub]) -> None:
    start().stop()
    assert start().health.greeting() is None


def test_a_power_cut_is_told_with_its_minutes_and_its_answers(
    start: Callable[[], Hub], here: Board
) -> None:
    hub = start()
    with pair_with(hub) as tablet:
        answers(hub, tablet, 3)
    cut(hub)
    here.power_cut(14 * 60)
    found = said(start())
    assert (found.kind, found.unit, found.n) == ("power", "minutes", 14)
    assert (found.answers, found.is_whole) == (3, True)
    assert (found.tablets, found.back) == (1, 0)


def test_a_board_that_nobody_tells_the_time_says_for_a_while(
    start: Callable[[], Hub], here: Board
) -> None:
    here.is_in_time = False
    cut(start())
    here.power_cut(14 * 60)
    hub = start()
    assert said(hub).unit == "while"
    hub.health.deeds.set_clock(here.wall_s, phone="p", zone_min=None)
    assert said(hub).unit == "while", "before the cut nobody vouched for the time"


def test_a_phone_that_sets_the_clock_makes_the_span_known(
    start: Callable[[], Hub], here: Board
) -> None:
    cut(start())
    here.is_in_time = False
    here.power_cut(3 * 3600)
    true_s, here.wall_s = here.wall_s, TODAY_S - 50
    hub = start()
    assert said(hub).unit == "while"
    hub.health.deeds.set_clock(true_s, phone="p", zone_min=180)
    assert (said(hub).unit, said(hub).n) == ("hours", 3)


def test_a_clock_that_went_back_does_not_make_a_span(
    start: Callable[[], Hub], here: Board
) -> None:
    cut(start())
    here.power_cut(-90_000)
    hub = start()
    assert hub.clock.now().is_trusted is False
    assert said(hub).unit == "while"


def test_a_program_that_was_killed_is_told_apart_from_the_power(
    start: Callable[[], Hub], here: Board
) -> None:
    here.is_in_time = False
    cut(start())
    here.passes(130)
    here.wall_s = 0.0
    found = said(start())
    assert (found.kind, found.unit, found.n) == ("program", "minutes", 2)


def test_power_that_comes_and_goes_still_tells_of_the_lesson_before(
    start: Callable[[], Hub], here: Board
) -> None:
    hub = start()
    with pair_with(hub) as tablet:
        answers(hub, tablet, 2)
    cut(hub)
    for _ in range(3):
        here.power_cut(300)
        hub = start()
        cut(hub)
    here.power_cut(300)
    found = said(start())
    assert (found.answers, found.n) == (2, 22)


def test_tablets_that_come_back_and_what_they_held_are_counted(
    start: Callable[[], Hub], here: Board
) -> None:
    hub = start()
    with pair_with(hub) as tablet, pair_with(hub) as other:
        answers(hub, tablet, 2)
        answers(hub, other, 1)
    cut(hub)
    here.power_cut(60)
    hub = start()
    with tablet.at(hub.ports.mqtt) as again:
        again.seq = 2
        again.send(encode(Hello([1], waiting=2)), leaf="hello")
        answers(hub, again, 3)
    found = said(hub)
    assert (found.tablets, found.back, found.drained) == (2, 1, 2)
    assert found.is_whole


def test_tablets_of_a_lesson_that_was_over_are_not_waited_for(
    start: Callable[[], Hub], here: Board
) -> None:
    hub = start()
    with pair_with(hub) as tablet:
        answers(hub, tablet, 2)
    here.passes(2 * 3600)
    cut(hub)
    here.power_cut(60)
    found = said(start())
    assert (found.answers, found.tablets, found.is_whole) == (2, 0, True)


def test_a_hole_in_the_log_is_told_and_never_called_whole(
    start: Callable[[], Hub], here: Board
) -> None:
    hub = start()
    with pair_with(hub) as tablet:
        answers(hub, tablet, 3)
    spoil = "DELETE FROM attempts WHERE device_seq = 2"
    hub.writer.call(lambda database: database.conn.execute(spoil))
    cut(hub)
    here.power_cut(60)
    found = said(start())
    assert found.gaps == 2, "a number of the tablet's and one of the hub's"
    assert not found.is_whole


def test_a_tablet_that_was_told_too_much_is_found_out(
    start: Callable[[], Hub], here: Board
) -> None:
    hub = start()
    with pair_with(hub) as tablet:
        answers(hub, tablet, 2)
    cut(hub)
    here.power_cut(60)
    hub = start()
    with tablet.at(hub.ports.mqtt) as again:
        # It holds number 5 only: up to 4 the hub said that all is safe.
        reply, again.seq = again.sign_in(1), 4
        again.answer(asked(reply), "7")
        assert again.refusal().expected == 3
        assert said(hub).is_whole, "the answer in between may still come"
        again.boot, again.seq = 99, 0
        again.reply(again.answer(asked(reply), "7"))
    assert said(hub).missing == 1
    assert not said(hub).is_whole


def test_a_greeting_that_was_read_is_not_said_again(start: Callable[[], Hub]) -> None:
    cut(start())
    hub = start()
    said(hub)
    hub.health.dismiss_greeting()
    hub.health.dismiss_greeting()
    assert hub.health.greeting() is None
    rows = hub.writer.call(
        lambda database: database.conn.execute(
            "SELECT body FROM events WHERE class = 0 AND kind = 'greeting'"
        ).fetchall()
    )
    assert rows == [('{"boot":1}',)]


@contextmanager
def real_hub(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A hub in a process of its own."""
    command = [sys.executable, "-m", "hub.cli", "start", "--local", "--any-port", "--demo"]
    process = subprocess.Popen(
        [*command, "--home", str(home)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline_s = time.monotonic() + DEADLINE_S
        while Home(home).running() is None and time.monotonic() < deadline_s:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.02)
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_hub_that_was_really_killed_says_so_and_loses_nothing(
    start_hub: StartHub, tmp_path: Path
) -> None:
    home = tmp_path / "killed"
    with real_hub(home) as process:
        running = Home(home).running()
        assert running is not None
        tablet = Tablet(*pair(running.url, running.join_code, name="A tablet"))
        with tablet:
            reply = tablet.sign_in(1)
            sent = []
            for _ in range(4):
                sent.append(tablet.answer(asked(reply), "7"))
                reply = tablet.reply(sent[-1])
            tablet.receipt(sent[-1])
            # These are cut off on their way to the disk, or before.
            sent += [tablet.answer(asked(reply), "8"), tablet.answer(asked(reply), "9")]
            process.send_signal(signal.SIGKILL)
            process.wait()
    hub = start_hub(home=home)
    found = said(hub)
    assert (found.kind, found.unit) == ("program", "now")
    assert (found.is_whole, found.tablets, found.back) == (True, 1, 0)
    assert 4 <= found.answers <= 6
    with tablet.at(hub.ports.mqtt) as again:
        again.send(encode(Hello([1], waiting=2)), leaf="hello")
        for one in sent[-2:]:
            again.send(encode(one))
            again.receipt(one)
    found = said(hub)
    assert (found.is_whole, found.back) == (True, 1)
    assert found.answers + found.drained == 6
    rows = hub.reader.execute("SELECT device_seq FROM attempts ORDER BY hub_seq").fetchall()
    assert [seq for (seq,) in rows] == [1, 2, 3, 4, 5, 6]
