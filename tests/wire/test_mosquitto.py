"""What the hub owes a broker that is a process of its own."""

from __future__ import annotations

import os
import select
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from devices.messages import up_topic
from hub.broker.access import may
from hub.broker.base import HUB
from hub.broker.mosquitto import MosquittoBroker
from hub.errors import BrokerError
from tests.wire.client import DEADLINE_S, Client
from tests.wire.conftest import MakeBroker, School

ORPHAN = """
import sys
from pathlib import Path
from hub.broker.mosquitto import MosquittoBroker
broker = MosquittoBroker(folder=Path(sys.argv[1]), logins=list, host="127.0.0.1", port=0)
broker.start()
print(broker.pids[0], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def broker(make_broker: MakeBroker) -> MosquittoBroker:
    made = make_broker("mosquitto")
    assert isinstance(made, MosquittoBroker)
    return made


def test_a_broker_that_was_killed_is_started_again_and_the_devices_come_back(
    broker: MosquittoBroker, school: School
) -> None:
    broker.start()
    device = Client(broker, "1", school.secrets["1"], reconnects=True)
    device.connect()
    first = broker.pids
    os.kill(first[0], signal.SIGKILL)
    assert device.is_gone.wait(DEADLINE_S)
    assert not device.connections.get(timeout=DEADLINE_S).is_failure
    device.publish(up_topic(1, "answer"))
    assert broker.is_alive
    assert broker.pids != first
    assert broker.counts["restarts"] == 1
    device.close()
    broker.stop()


def test_the_broker_ends_with_a_hub_that_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ORPHAN, str(tmp_path / "broker")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as hub:
        assert hub.stdout is not None
        child = os.pidfd_open(int(hub.stdout.readline()))
        hub.kill()
    ended, _, _ = select.select([child], [], [], DEADLINE_S)
    os.close(child)
    assert ended


def test_it_listens_where_it_was_told_and_nowhere_else(make_broker: MakeBroker) -> None:
    broker = make_broker("mosquitto", websocket_port=0)
    broker.start()
    expected = {("127.0.0.1", broker.port), ("127.0.0.1", broker.websocket_port)}
    assert listening(broker.pids[0]) == expected
    broker.stop()


def test_its_files_are_the_owners_only(broker: MosquittoBroker, tmp_path: Path) -> None:
    broker.start()
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "broker").iterdir()
    }
    broker.stop()
    assert modes == {"mosquitto.conf": 0o600, "passwords": 0o600, "acl": 0o600}


def test_a_missing_mosquitto_is_refused_with_the_remedy(tmp_path: Path) -> None:
    broker = MosquittoBroker(folder=tmp_path, logins=list, port=0, binary="no-such-mosquitto")
    with pytest.raises(BrokerError, match="apt install mosquitto"):
        broker.start()


def test_a_mosquitto_that_ends_at_once_says_why(tmp_path: Path) -> None:
    broker = MosquittoBroker(
        folder=tmp_path, logins=list, host="127.0.0.1", port=0, binary="false"
    )
    with pytest.raises(BrokerError, match="did not start"):
        broker.start()
    assert not broker.is_alive


def test_an_mqtt_5_device_is_told_that_its_message_was_refused(
    broker: MosquittoBroker, school: School
) -> None:
    broker.start()
    with Client(broker, "1", school.secrets["1"]) as device:
        device.publish(up_topic(2, "answer"))
        assert device.refusals.get(timeout=DEADLINE_S) == "Not authorized"
    broker.stop()


def test_a_retained_answer_says_that_it_is_retained(
    broker: MosquittoBroker, school: School
) -> None:
    """Mosquitto's rules know no retain flag; so the hub must see it and drop the answer."""
    assert may(school.logins["1"], "write", up_topic(1, "answer"))
    broker.start()
    with (
        Client(broker, "1", school.secrets["1"]) as device,
        Client(broker, HUB, school.secrets[HUB]) as hub,
    ):
        device.publish(up_topic(1, "answer"), b"7", retain=True)
        hub.subscribe("mangotree/1/dev/+/up/answer")
        assert hub.next().retain
    broker.stop()


def listening(pid: int) -> set[tuple[str, int]]:
    """The IPv4 addresses and ports on which a process listens, as the kernel has them."""
    held = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in held:
                address, port = fields[1].split(":")
                readable = ".".join(str(byte) for byte in reversed(bytes.fromhex(address)))
                found.add((readable, int(port, 16)))
    return found
