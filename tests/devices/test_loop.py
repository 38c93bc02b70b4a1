"""One thread serves all devices: timers, calls from outside, and failures that stay put."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from devices import link
from devices.agent import Agent
from devices.loop import AgentLoop
from devices.outbox import Outbox
from devices.pairing import Address
from tests.devices.ground import DEADLINE_S, Listener, credential

if TYPE_CHECKING:
    from pathlib import Path


def test_a_call_runs_in_the_loops_thread_and_brings_its_result(loop: AgentLoop) -> None:
    name = loop.call(lambda: threading.current_thread().name).result(DEADLINE_S)
    assert name == "agents"


def test_an_error_goes_to_whoever_called(loop: AgentLoop) -> None:
    failing = loop.call(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        failing.result(DEADLINE_S)
    assert loop.failures == 0


def test_a_call_from_inside_runs_at_once(loop: AgentLoop) -> None:
    nested = loop.call(lambda: loop.call(lambda: 42).result(0))
    assert nested.result(DEADLINE_S) == 42


def test_timers_run_in_the_order_of_their_time_and_cancelled_ones_never() -> None:
    clock = [100.0]
    loop = AgentLoop(now=lambda: clock[0])
    ran: list[str] = []
    done = threading.Event()
    loop.start()

    def plan() -> None:
        loop.call_at(103.0, done.set)
        loop.call_at(102.0, lambda: ran.append("second"))
        loop.call_at(101.0, lambda: ran.append("first"))
        loop.call_at(101.5, lambda: ran.append("cancelled")).cancel()
        loop.call_at(104.0, lambda: ran.append("too late"))

    loop.call(plan).result(DEADLINE_S)
    assert ran == []
    clock[0] = 103.5
    loop.call(lambda: None).result(DEADLINE_S)  # a call makes the loop look at its clock
    loop.wait(done, DEADLINE_S)
    loop.stop()
    assert ran == ["first", "second"]


def test_a_failing_timer_does_not_stop_the_others(loop: AgentLoop) -> None:
    done = threading.Event()

    def fail() -> None:
        raise RuntimeError("one device")

    def plan() -> None:
        loop.call_at(loop.now(), fail)
        loop.call_at(loop.now(), done.set)

    loop.call(plan).result(DEADLINE_S)
    loop.wait(done, DEADLINE_S)
    assert loop.failures == 1


def test_waiting_ends_at_its_deadline(loop: AgentLoop) -> None:
    with pytest.raises(TimeoutError, match="within"):
        loop.wait(threading.Event(), 0.01)


def test_a_stopped_loop_refuses_calls_and_a_second_stop_is_harmless() -> None:
    loop = AgentLoop()
    loop.start()
    loop.stop()
    loop.stop()
    with pytest.raises(RuntimeError, match="not running"):
        loop.call(lambda: None)


def test_every_call_before_the_stop_gets_its_result() -> None:
    loop = AgentLoop()
    loop.start()
    asked = [loop.call(partial(str, number)) for number in range(500)]
    loop.stop()
    assert [future.result(DEADLINE_S) for future in asked] == list(map(str, range(500)))


def test_a_hub_that_never_accepts_makes_nobody_wait(
    tmp_path: Path, loop: AgentLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who waited for a dial to end would wait beyond the deadline.
    monkeypatch.setattr(link, "DIAL_S", 10 * DEADLINE_S)
    with (
        socket.socket() as deaf,
        socket.socket() as first,
        closing(_outbox(tmp_path)) as outbox,
    ):
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        first.connect(deaf.getsockname())  # fills the queue: the next dial hangs
        there = Address(host="127.0.0.1", port=deaf.getsockname()[1])
        listeners = [Listener() for _ in range(5)]
        agents = [
            Agent(there, credential(n), outbox, one) for n, one in enumerate(listeners, 1)
        ]
        for agent in agents:
            loop.add(agent)
        key = loop.call(lambda: agents[0].submit(1, "s", "add", 1, "42")).result(DEADLINE_S)
        assert key == (outbox.boot, 1)
        assert [one.whys for one in listeners] == [[]] * 5
        for agent in agents:
            loop.remove(agent)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x20\xff\xff\xff\xff\xff",  # a length of five bytes
        b"\x20\x00",  # a CONNACK with nothing in it
        b"\xf0\x00",  # a packet type that does not exist in MQTT 3.1.1
    ],
)
def test_bytes_that_are_not_mqtt_end_the_connection_and_nothing_else(
    tmp_path: Path, loop: AgentLoop, nonsense: bytes
) -> None:
    with socket.socket() as liar, closing(_outbox(tmp_path)) as outbox:
        liar.bind(("127.0.0.1", 0))
        liar.listen()
        listener = Listener()
        agent = Agent(
            Address(host="127.0.0.1", port=liar.getsockname()[1]),
            credential(),
            outbox,
            listener,
        )
        loop.add(agent)
        liar.settimeout(DEADLINE_S)
        caller, _ = liar.accept()
        with caller:
            caller.recv(4096)
            caller.sendall(nonsense)
            listener.wait_for(lambda: agent.stats.losses == 1)
        loop.remove(agent)
    assert loop.failures == 0


def _outbox(folder: Path) -> Outbox:
    return Outbox(folder / "outbox", synchronous="NORMAL")
