"""The hub looks at its board: each trouble is found, and what cannot be seen is never well."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.health.board import heat, memory, power
from hub.health.finding import Finding, worst
from hub.health.machine import Machine, ask_program
from hub.health.radio import radio
from hub.health.storage import LEAST_FREE_MB, card, disk
from tests.hub.health_ground import (
    BOARD,
    ERRORS,
    FIRMWARE,
    IW_DEV,
    LIFE,
    MOUNTS,
    PRE_EOL,
    TEMPERATURE,
    THROTTLED,
    TYPE,
    UEVENT,
    WRITTEN,
    board,
    joined,
    machine,
    says,
)

MEMINFO = "proc/meminfo"
Probe = Callable[[Machine], Finding]
PROBES: dict[str, Probe] = {
    "power": power,
    "heat": heat,
    "memory": memory,
    "card": card,
    "radio": radio,
}
#: The files without which a probe knows nothing.
NEEDS: dict[str, list[str]] = {
    "power": [THROTTLED],
    "heat": [TEMPERATURE],
    "memory": [MEMINFO],
    "card": [MOUNTS, ERRORS, LIFE, PRE_EOL],
    "radio": [UEVENT, FIRMWARE],
}


def meminfo(free_kb: int) -> str:
    return f"MemTotal: 900000 kB\nMemAvailable: {free_kb} kB\n"


def test_a_sound_board_is_well_in_every_part(tmp_path: Path) -> None:
    here = machine(board(tmp_path))
    found = {name: probe(here) for name, probe in PROBES.items()}
    assert {name: one.level for name, one in found.items()} == dict.fromkeys(PROBES, "ok")
    assert found["heat"].numbers == {"degrees": 48}
    assert found["radio"].numbers == {"used": 4, "places": 7}
    assert found["card"].numbers["written_gb"] == 50.0
    assert worst(found.values()) == "ok"


@pytest.mark.parametrize(
    ("name", "changes", "level", "case"),
    [
        ("power", {THROTTLED: "50005"}, "act", "low_now"),
        ("power", {THROTTLED: "0x50000"}, "look", "was_low"),
        ("heat", {TEMPERATURE: "76000"}, "look", "warm"),
        ("heat", {TEMPERATURE: "83100"}, "act", "hot"),
        ("heat", {THROTTLED: "8"}, "act", "hot"),
        ("memory", {MEMINFO: meminfo(90_000)}, "look", "tight"),
        ("memory", {MEMINFO: meminfo(9_000)}, "act", "scarce"),
        ("card", {ERRORS: "3"}, "act", "errors"),
        ("card", {LIFE: "0x02 0x09"}, "look", "worn"),
        ("card", {LIFE: "0x0b 0x01"}, "act", "worn_out"),
        ("card", {PRE_EOL: "0x02"}, "look", "worn"),
        ("card", {PRE_EOL: "0x03"}, "act", "worn_out"),
        ("card", {TYPE: "SD"}, "unknown", "no_wear"),
        ("card", {TYPE: "SD", ERRORS: "1"}, "act", "errors"),
    ],
)  # fmt: skip
def test_each_trouble_of_the_board_is_found(
    name: str, changes: dict[str, str], level: str, case: str, tmp_path: Path
) -> None:
    found = PROBES[name](machine(board(tmp_path, **changes)))
    assert (found.level, found.case) == (level, case)


@pytest.mark.parametrize(
    ("used", "level"), [(0, "ok"), (5, "ok"), (6, "look"), (7, "act"), (9, "act")]
)
def test_the_radio_warns_when_four_fifths_of_its_places_are_taken(
    used: int, level: str, tmp_path: Path
) -> None:
    found = radio(machine(board(tmp_path), says(joined(used))))
    assert (found.level, found.numbers) == (level, {"used": used, "places": 7})


@pytest.mark.parametrize(
    ("version", "minimal", "places"),
    [("7.45.18.0", "", 32), ("7.45.206", "", 7), ("7.45.241", "-minimal", 19)],
)
def test_another_firmware_has_another_number_of_places(
    version: str, minimal: str, places: int, tmp_path: Path
) -> None:
    root = board(tmp_path, **{FIRMWARE: f"x Version: {version} CRC: 1"})
    if minimal:
        (root / "etc/alternatives").mkdir(parents=True)
        chosen = root / "etc/alternatives/cyfmac43455-sdio.bin"
        chosen.symlink_to("/lib/firmware/cypress/cyfmac43455-sdio-minimal.bin")
    assert radio(machine(root)).numbers["places"] == places


def test_tablets_on_another_access_point_cannot_be_counted_here(tmp_path: Path) -> None:
    root = board(tmp_path)
    client = says({"iw dev": IW_DEV.replace("type AP", "type managed")})
    assert radio(machine(root, client)).case == "elsewhere"
    assert radio(machine(root, says({}))).case == "unknown"
    silent = says({"iw dev": IW_DEV})
    assert radio(machine(root, silent)).case == "uncounted"
    shutil.rmtree(root / "sys/class/net/wlan0")
    assert radio(machine(root, says({}))).case == "elsewhere"


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_without_its_files_is_never_well(name: str, tmp_path: Path) -> None:
    for number, path in enumerate(NEEDS[name]):
        root = board(tmp_path / str(number), **{path: None})
        assert PROBES[name](machine(root)).level == "unknown", path


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(PROBES)),
    garbage=st.one_of(
        st.text(max_size=40),
        st.integers().map(str),
        st.sampled_from(["", "-1", "1_0", "٣", "nan", "0x", "99" * 40, "a b", "0x0c 0x00"]),
    ),
    pick=st.integers(0, 3),
)
def test_a_probe_that_reads_garbage_is_never_well(
    name: str, garbage: str, pick: int, tmp_path: Path
) -> None:
    path = NEEDS[name][pick % len(NEEDS[name])]
    root = tmp_path / f"{name}-{pick}"
    if not root.exists():
        board(root)
    (root / path).write_text(garbage, encoding="utf-8")
    found = PROBES[name](machine(root))
    (root / path).write_text(BOARD[path], encoding="utf-8")
    if found.level == "ok":
        assert is_plausible(path, garbage)


def is_plausible(path: str, text: str) -> bool:
    """Whether a healthy board could have written just that."""
    said = text.strip("\0 \t\r\n")
    if path == THROTTLED:
        return said.isascii() and not int(said, 16) & ~0xF000F
    if path == TEMPERATURE:
        return said.isascii() and int(said) < 75_000
    if path == ERRORS:
        return int(said) == 0
    if path == LIFE:
        return len(said.split()) == 2 and all(1 <= int(one, 16) < 8 for one in said.split())
    return path == PRE_EOL and int(said, 16) == 1


def test_a_disk_with_little_room_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Machine(home=tmp_path, root=board(tmp_path / "root"))
    assert disk(here, None).case == "free"
    left = shutil.disk_usage(tmp_path)._replace(free=(LEAST_FREE_MB - 1) * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: left)
    assert (disk(here, None).level, disk(here, None).case) == ("act", "full")


def test_a_card_never_written_tells_no_figure_that_it_has_not(tmp_path: Path) -> None:
    found = card(machine(board(tmp_path, **{WRITTEN: "many"})))
    assert found.level == "ok"
    assert "written_gb" not in found.numbers


def test_a_program_that_fails_or_is_absent_says_nothing() -> None:
    assert ask_program(["false"]) is None
    assert ask_program(["no-such-program-here"]) is None
    assert ask_program(["echo", "here"]) == "here\n"


def test_this_very_machine_can_be_looked_at(tmp_path: Path) -> None:
    here = Machine(home=tmp_path)
    levels = {probe(here).level for probe in PROBES.values()}
    assert levels <= {"ok", "unknown", "look", "act"}
    assert disk(here, None).numbers["mb"]
