"""That a hub is found by another process, by its own name, as long as it is there."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from devices.discovery import FoundHub, find_hubs
from devices.messages import WIRE_VERSION
from hub.discovery import Advertisement
from tests.hub.voice import until

LOOPBACK = ["127.0.0.1"]
DEADLINE_S = 30.0

#: Another program's view: a plain browser of all three kinds, in a process of its own.
BROWSER = """
import json, sys, threading
from zeroconf import ServiceBrowser, Zeroconf
kinds = ["_mangotree._tcp.local.", "_mqtt._tcp.local.", "_http._tcp.local."]
found, everyone = {}, threading.Event()
class Listener:
    def add_service(self, network, kind, name):
        info = network.get_service_info(kind, name, timeout=3000)
        about = info.decoded_properties
        found[name] = [info.port, info.parsed_addresses(), about["version"], about["path"]]
        if len(found) == len(kinds):
            everyone.set()
    def update_service(self, *_): pass
    def remove_service(self, *_): pass
with Zeroconf(interfaces=["127.0.0.1"]) as network:
    browser = ServiceBrowser(network, kinds, Listener())
    everyone.wait(float(sys.argv[1]))
print(json.dumps(found))
"""


def advertise(name: str, http_port: int, mqtt_port: int) -> Advertisement:
    made = Advertisement(
        name,
        http_port,
        mqtt_port,
        path="/learn",
        interfaces=LOOPBACK,
        reachable=lambda: LOOPBACK,
    )
    made.start()
    assert made.wait(DEADLINE_S), made.problem
    return made


@pytest.fixture
def hub() -> Iterator[Advertisement]:
    running = advertise("Mango tree", 8080, 1883)
    yield running
    running.stop()


def test_another_process_finds_the_hub_under_all_three_kinds(hub: Advertisement) -> None:
    command = [sys.executable, "-c", BROWSER, str(DEADLINE_S)]
    output = subprocess.run(command, capture_output=True, check=True, timeout=2 * DEADLINE_S)
    rest = [["127.0.0.1"], str(WIRE_VERSION), "/learn"]
    assert json.loads(output.stdout) == {
        "Mango tree._mangotree._tcp.local.": [8080, *rest],
        "Mango tree._mqtt._tcp.local.": [1883, *rest],
        "Mango tree._http._tcp.local.": [8080, *rest],
    }


def test_a_device_learns_where_and_how_to_connect(hub: Advertisement) -> None:
    found = find_hubs(DEADLINE_S, interfaces=LOOPBACK, at_least=1)
    assert found == [FoundHub("Mango tree", ("127.0.0.1",), 8080, 1883, WIRE_VERSION, "/learn")]
    assert found[0].speaks_ours


def test_a_second_hub_of_that_name_takes_another(hub: Advertisement) -> None:
    second = advertise("Mango tree", 8081, 1884)
    found = find_hubs(DEADLINE_S, interfaces=LOOPBACK, at_least=2)
    second.stop()
    assert second.name == "Mango tree-2"
    assert {each.name: each.mqtt_port for each in found} == {
        "Mango tree": 1883,
        "Mango tree-2": 1884,
    }


def test_a_hub_that_said_goodbye_is_not_found() -> None:
    advertise("Short lesson", 8082, 1885).stop()
    names = [each.name for each in find_hubs(3.0, interfaces=LOOPBACK)]
    assert "Short lesson" not in names


class Network:
    """The addresses that a machine has by and by: `now` is set by the test."""

    def __init__(self, *now: str) -> None:
        self.now: Sequence[str] = now
        self.looks = 0
        self._looked = threading.Condition()

    def __call__(self) -> Sequence[str]:
        with self._looked:
            self.looks += 1
            self._looked.notify_all()
            return self.now

    def wait_for_looks(self, more: int) -> None:
        """Until it was asked for its addresses so often again."""
        with self._looked:
            end = self.looks + more
            assert self._looked.wait_for(lambda: self.looks >= end, DEADLINE_S)


@pytest.fixture
def moving() -> Iterator[Callable[[Network], Advertisement]]:
    """A hub on a network that changes; it looks often."""
    with ExitStack() as running:

        def start(network: Network) -> Advertisement:
            made = Advertisement(
                "Moving", 8083, 1886, interfaces=LOOPBACK, reachable=network, look_s=0.05
            )
            made.start()
            running.callback(made.stop)
            return made

        yield start


def found_at() -> list[tuple[str, ...]]:
    """Where the moving hub says that it is, under one name at a time."""
    found = find_hubs(DEADLINE_S, interfaces=LOOPBACK, at_least=1)
    return [each.addresses for each in found if each.name == "Moving"]


def test_a_hub_whose_address_comes_after_its_start_is_found(
    moving: Callable[[Network], Advertisement],
) -> None:
    network = Network()
    hub = moving(network)
    network.wait_for_looks(3)
    assert hub.state == "starting"
    network.now = LOOPBACK
    assert hub.wait(DEADLINE_S)
    assert found_at() == [("127.0.0.1",)]


def test_a_hub_that_is_given_another_address_says_so_under_its_name(
    moving: Callable[[Network], Advertisement],
) -> None:
    network = Network("10.0.0.7", "127.0.0.1")
    hub = moving(network)
    assert hub.wait(DEADLINE_S)
    network.now = ["127.0.0.1", "10.0.0.7"]
    network.wait_for_looks(3)
    # The same in another order are no others.
    assert hub.state == "on"
    network.now = ["10.0.0.8"]
    network.wait_for_looks(2)
    until(lambda: hub.state == "on")
    assert found_at() == [("10.0.0.8",)]
    assert hub.name == "Moving"


def test_a_hub_without_an_address_any_more_does_not_say_that_it_is_found(
    moving: Callable[[Network], Advertisement],
) -> None:
    network = Network(*LOOPBACK)
    hub = moving(network)
    assert hub.wait(DEADLINE_S)
    network.now = []
    until(lambda: hub.state == "starting")
    network.wait_for_looks(2)
    assert hub.state == "starting"
    assert "Moving" not in [each.name for each in find_hubs(1.0, interfaces=LOOPBACK)]


def test_a_hub_that_failed_to_announce_itself_tries_again(
    moving: Callable[[Network], Advertisement], caplog: pytest.LogCaptureFixture
) -> None:
    network = Network("no address")
    hub = moving(network)
    assert not hub.wait(DEADLINE_S)
    network.wait_for_looks(2)
    assert hub.state == "failed"
    assert caplog.text.count("advertisement=failed") == 1
    network.now = LOOPBACK
    until(lambda: hub.state == "on")
    assert hub.problem == ""
    assert found_at() == [("127.0.0.1",)]


def test_a_hub_that_waits_for_its_next_look_stops_at_once() -> None:
    network = Network()
    hub = Advertisement("Patient", 8084, 1887, reachable=network, look_s=600.0)
    hub.start()
    until(lambda: network.looks == 1)
    thread = hub._thread
    assert thread is not None
    hub.stop()
    assert not thread.is_alive()
    assert hub.state == "off"


def test_a_hub_that_cannot_announce_itself_says_so_and_goes_on() -> None:
    nowhere = Advertisement(
        "Lost", 8080, 1883, interfaces=LOOPBACK, reachable=lambda: ["no address"]
    )
    nowhere.start()
    assert not nowhere.wait(DEADLINE_S)
    assert nowhere.state == "failed"
    assert "cannot be found" in nowhere.problem
    nowhere.stop()
