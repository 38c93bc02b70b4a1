"""Logins that change while Mosquitto, or another page of the hub, is at work on them."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest

from hub.broker import mosquitto
from hub.broker.mosquitto import MosquittoBroker
from hub.errors import BrokerError
from tests.wire.client import DEADLINE_S, Client, refused
from tests.wire.conftest import MakeBroker, School

#: As many as the hub answers pages with at once.
PAGES = 80
#: Many times what a reload takes that nothing holds up.
NOT_HELD_UP_S = 1.0


class Held:
    """Does `deed`; the first call stands still with its result until it is let go."""

    def __init__(self, deed: Callable[..., Any]) -> None:
        self._deed = deed
        self._first = threading.Lock()
        self.stands = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, *args: Any) -> Any:
        result = self._deed(*args)
        if self._first.acquire(blocking=False):
            self.stands.set()
            assert self.go_on.wait(DEADLINE_S)
        return result


class FailsOnce:
    """Does `deed`, but the first call finds no memory for it."""

    def __init__(self, deed: Callable[..., Any]) -> None:
        self._deed = deed
        self._first = threading.Lock()

    def __call__(self, *args: Any, **options: Any) -> Any:
        if self._first.acquire(blocking=False):
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        return self._deed(*args, **options)


@pytest.fixture
def broker(make_broker: MakeBroker) -> Iterator[MosquittoBroker]:
    made = make_broker("mosquitto")
    assert isinstance(made, MosquittoBroker)
    yield made
    made.stop()


def test_a_list_of_logins_that_was_overtaken_is_not_the_last_word(
    broker: MosquittoBroker, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.start()
    listing = Held(school.all)
    monkeypatch.setattr(broker, "_logins", listing)
    with ThreadPoolExecutor() as pages:
        school.add("4", 7)
        first = pages.submit(broker.reload)
        assert listing.stands.wait(DEADLINE_S)
        school.add("5", 7)
        del school.logins["2"]
        second = pages.submit(broker.reload)
        # Either it is back long before, or it waits for the first one.
        wait([second], NOT_HELD_UP_S)
        listing.go_on.set()
        first.result(DEADLINE_S)
        second.result(DEADLINE_S)
    for username in ("4", "5"):
        with Client(broker, username, school.secrets[username]):
            pass
    assert refused(Client(broker, "2", school.secrets["2"])) == "Not authorized"


def test_as_many_pages_as_there_are_may_reload_at_once(
    broker: MosquittoBroker, school: School
) -> None:
    broker.start()
    at_once = threading.Barrier(PAGES)

    def pair(device: int) -> None:
        school.add(str(device), 7)
        at_once.wait(DEADLINE_S)
        broker.reload()

    with ThreadPoolExecutor(PAGES) as pages:
        paired = [pages.submit(pair, device) for device in range(10, 10 + PAGES)]
        for one in paired:
            one.result(DEADLINE_S)
    for username in ("10", "50", str(9 + PAGES)):
        with Client(broker, username, school.secrets[username]):
            pass


def test_who_is_paired_while_mosquitto_starts_is_let_in(
    broker: MosquittoBroker, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    settling = Held(broker._settle)
    monkeypatch.setattr(broker, "_settle", settling)
    with ThreadPoolExecutor() as apart:
        started = apart.submit(broker.start)
        assert settling.stands.wait(DEADLINE_S)
        school.add("4", 7)
        broker.reload()
        settling.go_on.set()
        started.result(DEADLINE_S)
    with Client(broker, "4", school.secrets["4"]):
        pass


def test_who_is_shut_out_while_mosquitto_starts_again_is_cut_off(
    broker: MosquittoBroker, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.start()
    settling = Held(broker._settle)
    monkeypatch.setattr(broker, "_settle", settling)
    os.kill(broker.pids[0], signal.SIGKILL)
    assert settling.stands.wait(DEADLINE_S)
    with Client(broker, "2", school.secrets["2"]) as device:
        del school.logins["2"]
        broker.reload()
        settling.go_on.set()
        assert device.is_gone.wait(DEADLINE_S)
    assert refused(Client(broker, "2", school.secrets["2"])) == "Not authorized"


def test_want_of_memory_for_a_new_child_ends_no_lesson(
    broker: MosquittoBroker, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.start()
    device = Client(broker, "1", school.secrets["1"], reconnects=True)
    device.connect()
    monkeypatch.setattr(subprocess, "Popen", FailsOnce(subprocess.Popen))
    os.kill(broker.pids[0], signal.SIGKILL)
    assert device.is_gone.wait(DEADLINE_S)
    assert not device.connections.get(timeout=DEADLINE_S).is_failure
    device.close()


def test_a_start_for_which_there_is_no_memory_says_so(
    broker: MosquittoBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", FailsOnce(subprocess.Popen))
    with pytest.raises(BrokerError, match="did not start: Cannot allocate memory"):
        broker.start()


def test_an_answer_that_is_late_after_the_logins_were_read_is_waited_for(
    broker: MosquittoBroker, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.start()
    answers = iter((False, False))
    really = mosquitto._answers
    monkeypatch.setattr(
        mosquitto, "_answers", lambda *where: next(answers, True) and really(*where)
    )
    school.add("4", 7)
    broker.reload()
    with Client(broker, "4", school.secrets["4"]):
        pass


def test_both_ports_differ_though_the_same_one_is_drawn_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = [mosquitto._free_port("127.0.0.1", 0) for _ in range(2)]
    drawn.insert(0, drawn[0])

    class Drawing(socket.socket):
        def bind(self, address: Any) -> None:
            super().bind((address[0], address[1] or drawn.pop(0)))

    monkeypatch.setattr(socket, "socket", Drawing)
    first = mosquitto._free_port("127.0.0.1", 0)
    assert mosquitto._free_port("127.0.0.1", 0, first) != first
    assert drawn == []
