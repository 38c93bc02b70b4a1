"""The data folder: one hub at a time, and no belief in what a dead one left behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from hub import cli
from hub.app import Hub
from hub.errors import HomeInUse, StoreError
from hub.home import OFFERED, Home, Running, default_home
from tests.hub.conftest import StartHub, local_settings


def running(pid: int, http_port: int = 9) -> Running:
    """What a hub with that process would have left."""
    return Running(
        pid=pid,
        http_port=http_port,
        mqtt_port=9,
        websocket_port=None,
        broker="embedded",
        broker_pids=[],
        join_code="AAAAAA",
        control_token="token",
    )


def dead_pid() -> int:
    """The number of a process that has ended and was taken leave of."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def leave(home: Path, left: Running) -> None:
    home.mkdir(exist_ok=True)
    (home / "running.json").write_bytes(msgspec.json.encode(left))


def test_what_a_killed_install_left_is_gone_at_the_next_start(tmp_path: Path) -> None:
    left = tmp_path / OFFERED.format("x7")
    left.write_bytes(b"a pack")
    (tmp_path / "mine.part").write_bytes(b"of somebody")
    home = Home(tmp_path)
    home.open()
    home.close()
    assert not left.exists()
    assert (tmp_path / "mine.part").exists()


def test_a_second_hub_on_the_same_folder_is_refused_in_one_sentence(
    start_hub: StartHub, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = start_hub()
    home = hub.home.path
    with pytest.raises(HomeInUse):
        Hub(home, local_settings()).start()
    assert cli.main(["start", "--local", "--any-port", "--home", str(home)]) == 1
    said = (
        f"mangotree start: A hub is already running on {home}. Stop that one first, or give "
        "this one a folder of its own with MANGOTREE_HOME.\n"
    )
    assert capsys.readouterr().err == said
    assert hub.home.running() is not None
    hub.stop()
    assert start_hub().people.classes.keys() == {1}


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    home = tmp_path / "file" / "home"
    with pytest.raises(StoreError):
        Home(home).open()
    assert cli.main(["start", "--local", "--any-port", "--home", str(home)]) == 1
    said = (
        f"mangotree start: The data folder {home} cannot be used: Not a directory. Set "
        "MANGOTREE_HOME to a folder on this machine's own disk.\n"
    )
    assert capsys.readouterr().err == said
    assert Home(home).running() is None


def test_the_folder_and_what_runs_there_are_their_owners_alone(hub: Hub) -> None:
    assert stat.S_IMODE(hub.home.path.stat().st_mode) == 0o700
    announced = hub.home.path / "running.json"
    assert stat.S_IMODE(announced.stat().st_mode) == 0o600
    found = hub.home.running()
    assert found is not None
    assert (found.pid, found.http_port) == (os.getpid(), hub.ports.http)
    assert found.url == f"http://127.0.0.1:{hub.ports.http}"


def test_a_hub_that_stopped_is_no_longer_announced(hub: Hub) -> None:
    hub.stop()
    assert hub.home.running() is None
    assert not (hub.home.path / "running.json").exists()


def test_what_a_dead_hub_left_is_not_believed(start_hub: StartHub, tmp_path: Path) -> None:
    home = tmp_path / "home"
    leave(home, running(dead_pid()))
    assert Home(home).running() is None
    found = start_hub().home.running()
    assert found is not None
    assert found.pid == os.getpid()


@pytest.mark.parametrize("left", [b"", b"{", b'{"pid": "one"}', b"\xff"])
def test_half_a_file_announces_nobody(left: bytes, tmp_path: Path) -> None:
    (tmp_path / "running.json").write_bytes(left)
    assert Home(tmp_path).running() is None


def test_a_number_that_another_program_has_now_is_not_taken_for_the_hub(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave(tmp_path, running(os.getpid()))
    assert cli.main(["doctor", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "[WRONG ] The hub does not answer at http://127.0.0.1:9" in said
    assert "What to do: Stop it (Ctrl-C, or its service) and start it again." in said
    assert cli.main(["code", "--home", str(tmp_path)]) == 1
    assert "The hub does not answer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "home"),
    [
        ({"MANGOTREE_HOME": "/a/b", "XDG_DATA_HOME": "/c"}, Path("/a/b")),
        ({"XDG_DATA_HOME": "/c"}, Path("/c/mangotree")),
        ({}, Path.home() / ".local/share/mangotree"),
    ],
)
def test_the_folder_is_where_the_environment_says(
    environment: dict[str, str], home: Path
) -> None:
    assert default_home(environment) == home
