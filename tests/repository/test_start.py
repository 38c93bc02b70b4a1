"""./start sets up once, then reaches the hub at once; what it cannot do it says."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.repository.tree import ROOT, files

#: All that a run with nothing to do may need. Python, pip and cargo are not among them.
SMALL_COMMANDS = [
    "cat",
    "cut",
    "dirname",
    "find",
    "flock",
    "getconf",
    "getent",
    "grep",
    "id",
    "mkdir",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "sort",
    "tail",
    "tr",
    "uname",
]
INPUTS = [
    "start",
    "pyproject.toml",
    "Cargo.toml",
    "Cargo.lock",
    "requirements.lock",
    "requirements-build.lock",
    "requirements-dev.lock",
    "core_rs/kernels/src/lib.rs",
    "core_rs/python/src/lib.rs",
    "core_rs/python/Cargo.toml",
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with what ./start reads, not set up yet."""
    inputs = {ROOT / entry for entry in INPUTS} | set(files(".rs"))
    for path in sorted(inputs):
        copy = tmp_path / "house" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path / "house"


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder that serves as the whole PATH: a system with nothing but small commands."""
    folder = tmp_path / "commands"
    folder.mkdir()
    for command in SMALL_COMMANDS:
        found = shutil.which(command)
        assert found is not None, f"{command} belongs to every Debian"
        (folder / command).symlink_to(found)
    return folder


def script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run(house: Path, commands: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(commands), "HOME": str(house.parent / "home")}
    return subprocess.run(
        [house / "start", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def stamp(house: Path, commands: Path) -> str:
    return run(house, commands, "--stamp").stdout


def mark_as_set_up(house: Path, commands: Path) -> None:
    """Leave what a finished set-up leaves, with a hub that only says how it was called."""
    script(house / ".venv/bin/python", "exit 0")
    script(house / ".venv/bin/mangotree", 'echo "hub: $*"')
    (house / "hub").mkdir()
    (house / "hub/_core.abi3.so").touch()
    (house / ".venv/set-up").write_text(stamp(house, commands), encoding="utf-8")


def test_a_second_start_runs_nothing_but_small_commands(house: Path, commands: Path) -> None:
    mark_as_set_up(house, commands)
    started = run(house, commands, "--port", "0", "--home", "a b")
    assert (started.returncode, started.stderr) == (0, "")
    assert started.stdout == "hub: start --demo --port 0 --home a b\n"


def test_set_up_only_does_not_start_the_hub(house: Path, commands: Path) -> None:
    mark_as_set_up(house, commands)
    assert run(house, commands, "--setup-only").stdout == ""


def test_start_works_when_called_from_another_folder_and_through_a_link(
    house: Path, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_as_set_up(house, commands)
    link = house.parent / "linked"
    link.symlink_to(house)
    monkeypatch.chdir("/")
    assert run(link, commands).stdout == "hub: start --demo\n"


@pytest.mark.parametrize("changed", INPUTS)
def test_a_change_of_what_was_built_or_fetched_sets_up_again(
    house: Path, commands: Path, changed: str
) -> None:
    mark_as_set_up(house, commands)
    with (house / changed).open("a", encoding="utf-8") as grown:
        grown.write("\n")
    assert "Setting up Mangotree" in run(house, commands).stderr


def test_a_house_that_was_moved_sets_up_again(house: Path, commands: Path) -> None:
    mark_as_set_up(house, commands)
    moved = house.rename(house.parent / "elsewhere")
    assert "Setting up Mangotree" in run(moved, commands).stderr


def test_without_apt_it_names_what_is_missing_and_stops(house: Path, commands: Path) -> None:
    stopped = run(house, commands)
    assert stopped.returncode == 1
    assert "no apt-get to install them: python3 python3-venv gcc libc6-dev" in stopped.stderr
    assert not (house / ".venv").exists()


def test_without_root_it_gives_the_line_for_an_administrator(
    house: Path, commands: Path
) -> None:
    script(commands / "apt-get", "echo must not run >&2; exit 1")
    (commands / "id").unlink()
    script(commands / "id", "echo 1000")
    stopped = run(house, commands)
    assert stopped.returncode == 1
    assert "apt-get install -y --no-install-recommends python3 python3-venv" in stopped.stderr
    assert "must not run" not in stopped.stderr


def test_a_python_that_does_not_run_or_is_too_old_is_passed_over(
    house: Path, commands: Path
) -> None:
    script(commands / "apt-get", "echo apt-get $* >&2; exit 100")
    script(commands / "python3.13", "echo a version manager knows no such Python >&2; exit 127")
    (commands / "python3").symlink_to(Path(sys.base_prefix) / "bin/python3")
    script(commands / "cc", "exit 0")
    stopped = run(house, commands)
    assert "python3 python3-venv" not in stopped.stderr
    (commands / "python3").unlink()
    stopped = run(house, commands)
    assert "Installing system packages (python3 python3-venv" in stopped.stderr


@pytest.mark.parametrize("version", ["1.85.0", "1.85.1", "1.100.2"])
def test_a_rust_is_taken_from_1_85_on(house: Path, commands: Path, version: str) -> None:
    offer_rust(commands, version, version)
    assert run(house, commands, "--rust-folder").stdout == f"{commands}\n"


@pytest.mark.parametrize("versions", [("1.84.1", "1.84.1"), ("1.90.0", "1.63.0"), ("", "")])
def test_an_old_or_broken_rust_is_passed_over(
    house: Path, commands: Path, versions: tuple[str, str]
) -> None:
    offer_rust(commands, *versions)
    passed_over = run(house, commands, "--rust-folder")
    assert (passed_over.returncode, passed_over.stdout) == (1, "")


def offer_rust(commands: Path, cargo: str, rustc: str) -> None:
    script(commands / "cargo", f'echo "cargo {cargo} (abc 2025-02-17)"')
    script(commands / "rustc", f'echo "rustc {rustc} (abc 2025-02-17)"')


def test_no_network_is_told_in_one_sentence(house: Path) -> None:
    make_quick_venv(house / ".venv")
    (house / "requirements.lock").write_text(f"nosuch==1 --hash=sha256:{'0' * 64}\n")
    stopped = subprocess.run(
        [house / "start", "--setup-only"],
        env=dict(os.environ, PIP_NO_INDEX="1", PIP_FIND_LINKS=""),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert stopped.returncode == 1
    assert "No matching distribution found for nosuch==1" in stopped.stderr
    assert "could not be installed. Is this machine on the internet?" in stopped.stderr
    assert not (house / ".venv/set-up").exists()


def make_quick_venv(folder: Path) -> None:
    """A venv whose pip is this environment's own: unpacking another takes ten seconds."""
    venv.create(folder, symlinks=True, with_pip=False)
    pip = importlib.util.find_spec("pip")
    assert pip is not None
    (packages,) = folder.glob("lib/python3*/site-packages")
    (packages / "pip").symlink_to(Path(pip.origin or "").parent)
