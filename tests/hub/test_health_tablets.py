"""What tablets tell of themselves reaches the hub; the doctor writes the technician's file."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from devices.agent import Agent
from devices.battery import Battery, battery_of
from devices.loop import AgentLoop
from devices.messages import Hello, encode
from devices.outbox import Outbox
from devices.pairing import pair
from hub import cli
from hub.app import Hub
from hub.health.finding import Finding
from hub.health.saving import found_by_name, queue
from hub.health.tablets import Batteries, batteries, strangers, tablets
from hub.roster.devices import Device
from hub.store.writer import MOST_WAITING
from tests.devices.ground import Listener
from tests.hub.tablet import DEADLINE_S, pair_with


def until(is_so: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    deadline_s = time.monotonic() + DEADLINE_S
    turn = threading.Event()
    while not is_so() and time.monotonic() < deadline_s:
        turn.wait(0.01)
    assert is_so()


def supply(root: Path, name: str, **says: str) -> None:
    (root / name).mkdir(parents=True)
    for file, text in says.items():
        (root / name / file).write_text(text + "\n")


def test_a_machine_tells_of_its_own_battery(tmp_path: Path) -> None:
    assert battery_of(tmp_path / "none") is None
    supply(tmp_path, "AC", type="Mains", online="1")
    supply(tmp_path, "a_pen", type="Battery", scope="Device", capacity="3")
    assert battery_of(tmp_path) is None
    supply(tmp_path, "bat", type="Battery", capacity="57", status="Discharging")
    assert battery_of(tmp_path) == Battery(57, is_charging=False)
    (tmp_path / "bat" / "status").write_text("Full")
    assert battery_of(tmp_path) == Battery(57, is_charging=True)


@pytest.mark.parametrize("said", ["", "101", "-1", "5.5", "\u0663", "nan", "9" * 60])
def test_a_battery_that_says_no_percent_is_not_told(said: str, tmp_path: Path) -> None:
    supply(tmp_path, "bat", type="Battery", capacity=said, status="Charging")
    assert battery_of(tmp_path) is None


def test_an_agent_says_how_full_its_battery_is(hub: Hub, tmp_path: Path) -> None:
    code = hub.people.classes[1].join_code
    joined = pair(f"http://127.0.0.1:{hub.ports.http}", code, name="Kiosk")
    outbox, loop = Outbox(tmp_path / "outbox.db"), AgentLoop()
    agent = Agent(*joined, outbox, Listener(), battery=lambda: Battery(12, is_charging=False))
    loop.start()
    try:
        loop.add(agent)
        until(lambda: bool(hub.health.batteries.known()))
    finally:
        loop.stop()
        outbox.close()
    assert hub.health.batteries.known() == {agent.device: (12, False)}
    found = {one.code: one for one in hub.health.findings()}["battery"]
    assert (found.level, found.case, found.numbers) == ("act", "empty", {"n": 1, "percent": 12})


def test_a_battery_that_cannot_be_is_refused_and_not_shown(hub: Hub) -> None:
    bad = ['"battery":101', '"battery":-1', '"battery":"full"', '"waiting":-4']
    with pair_with(hub) as tablet:
        for field in [*bad, '"is_charging":"yes"']:
            tablet.send(f'{{"boots":[],{field}}}'.encode(), leaf="hello")
            assert tablet.refusal().reason == "not_understood", field
    assert hub.health.batteries.known() == {}


def test_a_hello_of_a_former_device_has_no_battery() -> None:
    former = msgspec.json.decode(b'{"boots":[7]}', type=Hello)
    assert (former.waiting, former.battery, former.is_charging) == (None, None, None)


@pytest.mark.parametrize(
    ("known", "level", "case"),
    [
        ({}, "unknown", "none"),
        ({1: (80, False), 2: (31, False)}, "ok", "well"),
        ({1: (5, True)}, "ok", "well"),
        ({1: (80, False), 2: (30, False)}, "look", "low"),
        ({1: (15, False), 2: (30, False)}, "act", "empty"),
    ],
)
def test_a_low_battery_is_told_unless_it_is_being_charged(
    known: dict[int, tuple[int, bool]], level: str, case: str
) -> None:
    found = batteries(known)
    assert (found.level, found.case) == (level, case)


def test_what_a_tablet_said_an_hour_ago_counts_no_more() -> None:
    now = [0.0]
    known = Batteries(monotonic=lambda: now[0])
    known.on_hello(3, Hello(battery=9, is_charging=False))
    assert known.known() == {3: (9, False)}
    now[0] = 3_601.0
    assert known.known() == {}


def test_silent_tablets_and_strangers_are_told() -> None:
    paired = [Device(one, 1, "T", b"", "") for one in (1, 2)]
    shut_out = Device(3, 1, "T", b"", "", is_revoked=True)
    assert tablets([], set()).case == "none"
    assert tablets([shut_out], set()).case == "none"
    assert tablets([*paired, shut_out], set()) == Finding("tablets", "ok", "well", {"n": 2})
    assert tablets(paired, {2}).numbers == {"n": 1, "of": 2}
    assert [strangers(tries).level for tries in (0, 4, 5)] == ["ok", "ok", "look"]
    states = ("on", "off", "starting", "failed", "?")
    levels = [found_by_name(state).level for state in states]
    assert levels == ["ok", "unknown", "unknown", "look", "unknown"]


def test_a_disk_that_refuses_or_falls_behind_is_told(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queue(hub.writer).level == "ok"
    hub.writer.commit_ms = 1_500.0
    assert queue(hub.writer).case == "slow"
    monkeypatch.setattr(type(hub.writer), "waiting", MOST_WAITING // 10)
    assert queue(hub.writer).case == "behind"
    hub.writer.trouble = "database or disk is full"
    assert queue(hub.writer).level == "act"


def test_a_tablet_of_another_hub_that_knocks_is_counted(hub: Hub) -> None:
    assert hub.health.knocks() == 0
    with pair_with(hub) as tablet:
        hub.devices.revoke(tablet.device)
        for _ in range(5):
            tablet.send(encode(Hello()), leaf="hello")
        until(lambda: hub.health.knocks() == 5)
    found = {one.code: one for one in hub.health.findings()}["strangers"]
    assert (found.level, found.numbers) == ("look", {"n": 5})


def test_the_doctor_writes_the_file_of_the_page(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out.json"
    cli.main(["doctor", "--home", str(hub.home.path), "--file", str(file)])
    assert f"The technician's file is {file}" in capsys.readouterr().out
    found = json.loads(file.read_bytes())
    page = json.loads(hub.health.report())
    assert found.keys() == page.keys()
    assert [one["code"] for one in found["findings"]] == [
        one["code"] for one in page["findings"]
    ]


def test_the_doctor_writes_a_file_without_a_hub(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    cli.main(["doctor", "--home", str(tmp_path / "empty"), "--file", str(file)])
    found = json.loads(file.read_bytes())
    assert {one["code"] for one in found["findings"]} >= {"power", "card", "memory"}
    assert "log" not in found


def test_the_doctor_says_why_a_file_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["doctor", "--home", str(tmp_path), "--file", str(tmp_path)]) == 1
    assert "this is a folder, not a file." in capsys.readouterr().err
