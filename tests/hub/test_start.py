"""`mangotree start` as a process: the first page, a clean end, and a port that is taken."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.home import Home, Running
from tests.faults.campaign import children_of

#: Far more than a start or a stop takes, so that a loaded machine does not fail a test.
DEADLINE_S = 60.0
START = [sys.executable, "-m", "hub.cli", "start", "--demo", "--local"]


@contextmanager
def started(home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command at work on `home`; gone at the end, whatever happened."""
    process = subprocess.Popen(
        [*START, "--home", str(home), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_for(home: Path, process: subprocess.Popen[str]) -> Running:
    end_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < end_s:
        found = Home(home).running()
        if found is not None:
            return found
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)
            pytest.fail(process.communicate()[1])
    pytest.fail("the hub did not start in time")


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("broker", ["embedded", "mosquitto"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_hub_serves_its_first_page_and_ends_clean(
    broker: str, number: signal.Signals, tmp_path: Path
) -> None:
    began_s = time.monotonic()
    with started(tmp_path, "--any-port", "--broker", broker) as process:
        found = wait_for(tmp_path, process)
        with urllib.request.urlopen(f"{found.url}/", timeout=DEADLINE_S) as page:
            assert page.status == 200
            assert b"<html" in page.read()
        print(f"first page with the {broker} broker: {time.monotonic() - began_s:.2f} s")
        family = {*children_of(found.pid), *found.broker_pids}
        assert len(family) == (broker == "mosquitto")
        process.send_signal(number)
        said, complaint = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0
    assert "Stopped. Everything that was receipted is on the disk." in said
    assert "Traceback" not in complaint
    assert not any(is_there(pid) for pid in family)
    for port in (found.http_port, found.mqtt_port):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    assert Home(tmp_path).running() is None


def test_the_first_words_say_how_tablets_and_the_teacher_come_in(tmp_path: Path) -> None:
    with started(tmp_path, "--any-port") as process:
        found = wait_for(tmp_path, process)
        process.terminate()
        said, _ = process.communicate(timeout=DEADLINE_S)
    assert f"Tablets: open {found.url} and enter the code {found.join_code}" in said
    assert f"Teacher: open {found.url}/teacher/ and enter the one-time code " in said
    assert f"Devices: MQTT port {found.mqtt_port} (embedded broker)" in said
    assert f"Data: {tmp_path}" in said


def test_a_taken_port_for_pages_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with started(tmp_path, "--any-port", "--port", str(port)) as process:
            _, complaint = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 1
    assert complaint == (
        f"mangotree start: Port {port} is taken by another program (Address already in use). "
        "Set http_port in settings.toml, or start with --port.\n"
    )


@pytest.mark.parametrize("broker", ["embedded", "mosquitto"])
def test_a_taken_port_for_devices_is_one_sentence(broker: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (tmp_path / "settings.toml").write_text(f"mqtt_port = {port}\nwebsocket_port = 0\n")
        with started(tmp_path, "--port", "0", "--broker", broker) as process:
            _, complaint = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 1
    assert complaint.startswith("mangotree start: ")
    assert str(port) in complaint
    assert complaint.count("\n") == 1
