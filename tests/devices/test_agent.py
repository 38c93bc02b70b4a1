"""An agent against a real broker and a small hub: nothing is lost, nothing comes twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Literal

import msgspec
import pytest

from devices.messages import (
    Answer,
    ClassControl,
    Next,
    Refused,
    SignedIn,
    SignIn,
    SignOut,
    class_topic,
    down_topic,
    encode,
    state_topic,
)
from devices.outbox import Draft, Outbox
from tests.devices.ground import running_hub

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.devices.conftest import Kiosk
    from tests.devices.ground import ClassHub, Ground

mortal_broker = pytest.mark.parametrize("ground", ["process"], indirect=True)


def test_an_answer_is_receipted_and_leaves_the_outbox(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    desk = kiosk()
    desk.wait_connected()
    desk.submit("101")
    desk.wait_drained()
    assert hub.answers() == ["101"]


def test_feedback_and_the_next_activity_reach_the_listener(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    desk = kiosk()
    desk.wait_connected()
    desk.submit("101")
    desk.listener.wait_for(lambda: bool(desk.listener.all_of(Next)))
    reply = desk.listener.all_of(Next)[0]
    assert reply.is_right is True
    assert reply.activity is not None
    assert reply.activity.seed == 2


def test_answers_are_sent_again_until_they_are_receipted(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.is_receipting = False
    desk = kiosk()
    desk.wait_connected()
    desk.submit("a", "b")
    hub.wait_for(lambda: len(hub.arrived) >= 6)
    assert len(desk.outbox) == 2
    hub.is_receipting = True
    desk.wait_drained()
    assert [a.answer for _, a in hub.arrived[:4]] == ["a", "b", "a", "a"]


def test_an_answer_sent_again_and_again_counts_once(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.is_receipting = False
    desk = kiosk()
    desk.wait_connected()
    desk.submit("a", "b", "c")
    hub.wait_for(lambda: len(hub.arrived) >= 9)
    hub.is_receipting = True
    desk.wait_drained()
    assert hub.answers() == ["a", "b", "c"]


@mortal_broker
def test_answers_given_out_of_reach_arrive_in_order(
    ground: Ground, hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    desk = kiosk()
    desk.wait_connected()
    desk.submit("before")
    desk.wait_drained()
    ground.stop()
    desk.listener.wait_for(lambda: not desk.listener.is_connected)
    given = [str(number) for number in range(200)]
    desk.submit(*given)
    ground.start()
    desk.wait_drained()
    assert hub.answers() == ["before", *given]


@mortal_broker
def test_a_broker_that_restarts_while_answers_are_in_flight_costs_none(
    ground: Ground, hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.is_receipting = False
    desk = kiosk()
    desk.wait_connected()
    desk.submit("a", "b", "c")
    hub.wait_for(lambda: len(hub.arrived) >= 3)
    ground.stop()
    hub.is_receipting = True
    ground.start()
    desk.wait_drained()
    assert hub.answers() == ["a", "b", "c"]


def test_no_more_than_the_window_is_in_flight(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.is_receipting = False
    desk = kiosk(window=4, resend_s=60.0)
    desk.wait_connected()
    desk.submit(*[str(number) for number in range(10)])
    hub.wait_for(lambda: len(hub.arrived) >= 4)
    assert desk.agent.stats.published == 4
    hub.is_receipting = True
    hub.receipt(7, desk.outbox.boot)
    desk.wait_drained()
    assert hub.answers() == [str(number) for number in range(10)]


def test_an_answer_refused_for_good_lands_in_the_refused_box(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.refuse = lambda _device, answer: (
        _refusal(answer, "unknown_learner") if answer.answer == "bad" else None
    )
    desk = kiosk()
    desk.wait_connected()
    desk.submit("good", "bad")
    desk.wait_drained()
    box = desk.loop.call(desk.outbox.refused_box).result()
    assert [(each.device_seq, each.reason) for each in box] == [(2, "unknown_learner")]
    assert json.loads(box[0].payload)["answer"] == "bad"


def test_answers_behind_a_refused_one_are_counted_all_the_same(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.refuse = lambda _device, answer: (
        _refusal(answer, "unknown_activity") if answer.answer == "bad" else None
    )
    desk = kiosk()
    desk.wait_connected()
    desk.submit("a", "bad", "b", "c")
    desk.wait_drained()
    assert hub.answers() == ["a", "b", "c"]


def test_an_answer_lost_on_the_way_is_sent_again_where_the_hub_waits(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    boot_and_lost: list[int] = []

    def lose_the_second_once(_device: int, answer: Answer) -> Refused | None:
        if answer.device_seq == 2 and not boot_and_lost:
            boot_and_lost.append(answer.boot)
            return Refused(reason="not_understood")  # names no answer: the sender cannot tell
        return None

    hub.refuse = lose_the_second_once
    desk = kiosk(resend_s=60.0)
    desk.wait_connected()
    desk.submit("a", "b", "c", "d")
    desk.wait_drained()
    assert hub.answers() == ["a", "b", "c", "d"]
    assert {key[1] for key in hub.taken} == set(boot_and_lost)


def test_a_hub_that_waits_for_what_the_device_lost_gets_a_fresh_boot(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    desk = kiosk(resend_s=60.0)
    desk.wait_connected()
    desk.submit("a", "b", "c")
    desk.wait_drained()
    old_boot = desk.outbox.boot
    with hub.changed:
        del hub.taken[7, old_boot][1:]  # the hub came back from yesterday's copy
    desk.submit("d", "e")
    desk.wait_drained()
    assert desk.outbox.boot != old_boot
    assert [a.answer for a in hub.taken[7, desk.outbox.boot]] == ["d", "e"]
    desk.submit("f")
    desk.wait_drained()
    assert [a.device_seq for a in hub.taken[7, desk.outbox.boot]] == [1, 2, 3]


def test_a_device_that_is_too_fast_waits_as_long_as_it_is_told(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    refused_at: list[float] = []
    taken_at: list[float] = []
    desk = kiosk(resend_s=60.0)

    def too_fast_once(_device: int, answer: Answer) -> Refused | None:
        if not refused_at:
            refused_at.append(desk.loop.now())
            return _refusal(answer, "too_fast", retry_ms=700)
        taken_at.append(desk.loop.now())
        return None

    hub.refuse = too_fast_once
    desk.wait_connected()
    desk.submit("a")
    desk.wait_drained()
    assert taken_at[0] - refused_at[0] >= 0.7
    assert hub.answers() == ["a"]


MALFORMED = [
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b'{"boot":"x"}',
    b'{"boot":1}',
    b'{"kind":"nonsense"}',
    b"[" * 5000,
    b'"' + b"x" * 9000 + b'"',
]


@pytest.mark.parametrize("leaf", ["next", "receipt", "control"])
def test_malformed_messages_are_counted_and_the_device_goes_on(
    hub: ClassHub, kiosk: Callable[..., Kiosk], leaf: Literal["next", "receipt", "control"]
) -> None:
    desk = kiosk()
    desk.wait_connected()
    for payload in MALFORMED:
        hub.say(down_topic(7, leaf), payload)
    desk.submit("101")
    desk.wait_drained()
    assert desk.agent.stats.malformed == len(MALFORMED)
    assert desk.loop.failures == 0


def test_a_sign_in_is_asked_for_until_the_hub_answers(
    ground: Ground, kiosk: Callable[..., Kiosk]
) -> None:
    desk = kiosk()
    desk.wait_connected()
    desk.loop.call(lambda: desk.agent.sign_in(5)).result()  # nobody is there to hear it
    with running_hub(ground.port) as hub:
        desk.listener.wait_for(lambda: bool(desk.listener.all_of(SignedIn)))
        assert desk.listener.all_of(SignedIn)[0].session == "session-5"
        assert (7, SignIn(5)) in hub.events


def test_a_sign_out_follows_the_answers_of_its_session(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.is_receipting = False
    desk = kiosk()
    desk.wait_connected()
    desk.submit("a")
    desk.loop.call(lambda: desk.agent.sign_out("session-1")).result()
    hub.wait_for(lambda: len(hub.arrived) >= 2)
    assert hub.events == []
    hub.is_receipting = True
    hub.wait_for(lambda: (7, SignOut("session-1")) in hub.events)


def test_a_device_says_hello_with_the_boots_it_holds(
    hub: ClassHub, kiosk: Callable[..., Kiosk], tmp_path: Path
) -> None:
    earlier = Outbox(tmp_path / "7.sqlite")
    earlier.add(Draft(learner=1, session="s", item="add", seed=1, answer="x"))
    earlier.close()
    desk = kiosk()
    desk.wait_connected()
    desk.wait_drained()
    hub.wait_for(lambda: bool(hub.hellos))
    assert [hello.boots for _, hello in hub.hellos] == [[earlier.boot]]
    assert desk.outbox.boot != earlier.boot


def test_the_state_of_the_class_is_known_on_arrival(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    hub.say(class_topic(1), encode(ClassControl("pause")), is_retained=True)
    desk = kiosk()
    desk.listener.wait_for(lambda: bool(desk.listener.all_of(ClassControl)))
    assert desk.listener.all_of(ClassControl) == [ClassControl("pause")]


def test_a_listener_that_fails_does_not_stop_its_device(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    desk = kiosk()
    desk.wait_connected()
    desk.listener.is_broken = True
    desk.submit("a", "b")
    desk.wait_drained()
    assert hub.answers() == ["a", "b"]
    assert desk.loop.failures == 2


def test_a_device_that_stops_says_so(hub: ClassHub, kiosk: Callable[..., Kiosk]) -> None:
    desk = kiosk()
    desk.wait_connected()
    hub.wait_for(lambda: (state_topic(7), b"online") in hub.states)
    desk.loop.call(desk.agent.stop).result()
    hub.wait_for(lambda: hub.states[-1:] == [(state_topic(7), b"offline")])


_CHILD = """
import sys, threading
from pathlib import Path
from devices.agent import Agent
from devices.loop import AgentLoop
from devices.outbox import Outbox
from tests.devices.ground import Listener, address, credential
listener = Listener()
agent = Agent(address(int(sys.argv[1])), credential(9), Outbox(Path(sys.argv[2])), listener)
AgentLoop([agent]).start()
listener.wait_for(lambda: listener.is_connected)
print("connected", flush=True)
threading.Event().wait()
"""


def test_the_last_will_tells_of_a_device_that_was_killed(hub: ClassHub, tmp_path: Path) -> None:
    port = str(hub.port)
    command = [sys.executable, "-c", _CHILD, port, str(tmp_path / "9.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "connected\n"
        hub.wait_for(lambda: (state_topic(9), b"online") in hub.states)
        os.kill(child.pid, signal.SIGKILL)
    hub.wait_for(lambda: hub.states[-1] == (state_topic(9), b"offline"))


def test_sixty_devices_answer_at_once_in_one_thread(
    hub: ClassHub, kiosk: Callable[..., Kiosk]
) -> None:
    before = threading.active_count()
    desks = []
    for device in range(1, 61):
        # One by one: amqtt 0.12.1 forgets a client that arrives while another subscribes.
        desks.append(kiosk(device, resend_s=5.0))
        desks[-1].wait_connected()
    for number in range(5):
        for desk in desks:
            desk.submit(str(number))
    for desk in desks:
        desk.wait_drained()
    assert threading.active_count() == before
    given = [str(number) for number in range(5)]
    assert all(hub.answers(device) == given for device in range(1, 61))


@mortal_broker
def test_a_device_without_a_hub_keeps_trying_and_keeps_answers(
    ground: Ground, kiosk: Callable[..., Kiosk]
) -> None:
    ground.stop()
    desk = kiosk()
    desk.listener.wait_for(lambda: len(desk.listener.whys) >= 2)
    desk.submit("a")
    assert all("Connection refused" in why for why in desk.listener.whys)
    ground.start()
    with running_hub(ground.port) as hub:
        desk.wait_drained()
        assert hub.answers() == ["a"]


def _refusal(answer: Answer, reason: str, retry_ms: int = 0) -> Refused:
    fields = {
        "kind": "refused",
        "reason": reason,
        "boot": answer.boot,
        "device_seq": answer.device_seq,
        "retry_ms": retry_ms,
    }
    return msgspec.convert(fields, Refused)
