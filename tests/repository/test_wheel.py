"""The wheel holds everything that the hub needs, and runs without this folder."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from hub.home import Home, Running
from tests.faults.power import kill
from tests.repository.tree import ROOT, files, name

PACKAGES = ("hub/", "devices/", "models/")
DEADLINE_S = 120


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as maturin builds it here, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    maturin = Path(sys.executable).with_name("maturin")
    command = [str(maturin), "build", "--release", "--locked", "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("mangotree-*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_every_file_of_the_three_packages(wheel: Path) -> None:
    ours = {name(path) for path in files() if name(path).startswith(PACKAGES)}
    packed = {str(path.relative_to(wheel)) for path in wheel.rglob("*") if path.is_file()}
    assert ours - packed == set()
    assert {path for path in packed if path.startswith("hub/_core")} >= {"hub/_core.abi3.so"}
    assert not [path for path in packed if path.startswith(("tests/", "core_rs/"))]


def test_a_hub_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "hub.cli", "start", "--demo", "--local", "--any-port"]
    hub = subprocess.Popen(
        [*command, "--home", str(home)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(wheel)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        running = wait_for(home, hub)
        with urllib.request.urlopen(f"{running.url}/", timeout=DEADLINE_S) as page:
            assert b"Mangotree" in page.read()
        maps = Path(f"/proc/{running.pid}/maps").read_text()
        assert f"{wheel}/hub/_core.abi3.so" in maps
    finally:
        kill(hub)


def wait_for(home: Path, hub: subprocess.Popen[bytes]) -> Running:
    for _ in range(DEADLINE_S * 20):
        found = Home(home).running()
        if found is not None:
            return found
        try:
            pytest.fail(f"the hub ended with {hub.wait(0.05)}")
        except subprocess.TimeoutExpired:
            continue
    pytest.fail("the hub did not start in time")
