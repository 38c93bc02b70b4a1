"""That a hub is found by another process, by its own name, as long as it is there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from devices.discovery import FoundHub, find_hubs
from devices.messages import WIRE_VERSION
from hub.discovery import Advertisement

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
        name, http_port, mqtt_port, LOOPBACK, path="/learn", interfaces=LOOPBACK
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


def test_a_hub_that_cannot_announce_itself_says_so_and_goes_on() -> None:
    nowhere = Advertisement("Lost", 8080, 1883, ["no address"], interfaces=LOOPBACK)
    nowhere.start()
    assert not nowhere.wait(DEADLINE_S)
    assert nowhere.state == "failed"
    assert "cannot be found" in nowhere.problem
    nowhere.stop()
