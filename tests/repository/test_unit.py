"""The systemd unit is one that systemd understands, and shuts what it promises to shut."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

UNIT = ROOT / "firmware_configs/mangotree.service"
#: systemd's own scale, 0 (shut) to 100 (open), for what the unit lets its process do.
EXPOSURE_TENTHS = 20


def entries() -> dict[str, str]:
    """The unit's settings as `Section.Key`; of a key that is given twice, the last one."""
    found: dict[str, str] = {}
    section = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading.group(1)
        elif line and not line.startswith("#"):
            pair = re.fullmatch(r"([A-Za-z]+)=(.*)", line)
            assert section, f"outside every section: {line}"
            assert pair is not None, f"not a setting: {line}"
            found[f"{section}.{pair.group(1)}"] = pair.group(2)
    return found


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The unit as on a hub: its program really stands where the unit says."""
    program = entries()["Service.ExecStart"].split()[0]
    there = tmp_path / "mangotree"
    there.write_text("#!/bin/sh\n", encoding="utf-8")
    there.chmod(0o755)
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text(encoding="utf-8").replace(program, str(there)))
    return unit


def analyze(*arguments: str | Path) -> tuple[int, str]:
    command = shutil.which("systemd-analyze")
    assert command is not None, "systemd-analyze is missing: apt-get install systemd"
    ended = subprocess.run(
        [command, *arguments], check=False, capture_output=True, text=True, timeout=150
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_systemd_understands_every_line_of_the_unit(installed: Path) -> None:
    # An unknown key or a value that makes no sense is only a line of output, with code 0.
    assert analyze("verify", installed) == (0, "")


@pytest.mark.parametrize(
    "planted", ["[Service]\nProtectEverything=yes", "[Service]\nProtectHome=perhaps"]
)
def test_a_wrong_line_in_the_unit_would_be_told(installed: Path, planted: str) -> None:
    with installed.open("a", encoding="utf-8") as unit:
        unit.write(f"\n{planted}\n")
    code, told = analyze("verify", installed)
    assert (code, installed.name in told) == (0, True)


def test_the_unit_leaves_little_open(installed: Path) -> None:
    code, told = analyze(
        "security", "--offline=true", f"--threshold={EXPOSURE_TENTHS}", installed
    )
    assert code == 0, told


def test_the_service_keeps_its_data_where_it_may_write() -> None:
    unit = entries()
    home = f"/var/lib/{unit['Service.StateDirectory']}"
    assert f"--home {home}" in unit["Service.ExecStart"]
    assert unit["Service.StateDirectoryMode"] == "0700"
    assert unit["Service.ProtectSystem"] == "strict"


def test_the_service_comes_back_after_a_failure_but_not_for_ever() -> None:
    unit = entries()
    assert unit["Service.Restart"] == "on-failure"
    assert int(unit["Unit.StartLimitBurst"]) > 1


def test_the_service_asks_for_no_watchdog_that_the_hub_does_not_feed() -> None:
    assert "Service.WatchdogSec" not in entries()
    assert entries()["Service.Type"] != "notify"
