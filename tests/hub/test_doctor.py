"""`mangotree doctor` and `mangotree code`: each thing that can be wrong is found and named."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from hub import cli
from hub.app import Hub
from hub.clock import Clock
from hub.commands import doctor
from hub.commands.door import NoHub, ask
from hub.errors import NotAllowed, StoreError
from hub.roster.teacher_door import From
from tests.hub.conftest import StartHub
from tests.hub.fitted import starter_body
from tests.hub.ground import attempt
from tests.hub.test_home import leave, running

Say = pytest.CaptureFixture[str]
OTHER_PACK = b"""{"name": "Other", "version": 1, "skills": [{"id": "s", "name": "S"}],
"items": [
{"id": "i", "skills": ["s"], "template": {"kind": "sum", "a": [0, 3], "b": [0, 3]}}]}"""
FREE_PORTS = "http_port = 0\nmqtt_port = 0\nwebsocket_port = 0\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder whose settings ask for no port in particular."""
    (tmp_path / "settings.toml").write_text(FREE_PORTS)
    return tmp_path


def examined(home: Path, capsys: Say) -> tuple[int, str]:
    code = cli.main(["doctor", "--home", str(home)])
    heard = capsys.readouterr()
    assert heard.err == ""
    return code, heard.out


def test_a_fresh_folder_is_well_and_told_to_start(home: Path, capsys: Say) -> None:
    code, said = examined(home, capsys)
    assert code == 0
    assert "[  ok  ] The settings are understood; the broker is embedded." in said
    assert "[ look ] There is no database yet." in said
    assert "[ look ] No hub is running on this data." in said
    assert "WRONG" not in said


def test_a_running_hub_is_well(hub: Hub, capsys: Say) -> None:
    (hub.home.path / "settings.toml").write_text(FREE_PORTS)
    code, said = examined(hub.home.path, capsys)
    assert code == 0
    assert "[  ok  ] The database is sound and holds 0 answers." in said
    assert f"[  ok  ] A hub is running at http://127.0.0.1:{hub.ports.http} with 0" in said


def test_what_predicts_is_told_and_which_class_goes_without(
    start_hub: StartHub, capsys: Say
) -> None:
    hub = start_hub()
    home = hub.home.path
    assert "[  ok  ] The shipped weights predict." in examined(home, capsys)[1]
    digest = str(hub.teaching.use_model(starter_body()))
    said = examined(home, capsys)[1]
    assert f"[  ok  ] The fitted model {digest[:8]} predicts." in said
    hub.teaching.add_class("Other", hub.teaching.install_pack(OTHER_PACK, where="other"), [])
    code, said = examined(home, capsys)
    assert code == 0
    assert "[ look ] Class 2 works with the shipped weights. The model does not fit" in said
    spoil = "UPDATE models SET body = x'00'"
    hub.writer.call(lambda database: database.conn.execute(spoil))
    code, said = examined(home, capsys)
    assert code == 1
    assert f"[WRONG ] The model {digest[:8]} cannot be read from the database" in said
    assert "What to do: Work with the shipped weights meanwhile" in said


def test_a_pack_that_cannot_be_read_is_told_as_such(hub: Hub, capsys: Say) -> None:
    spoil = "UPDATE packs SET body = x'00'"
    hub.writer.call(lambda database: database.conn.execute(spoil))
    code, said = examined(hub.home.path, capsys)
    assert code == 1
    assert "[WRONG ] The pack " in said
    assert "mangotree pack install FILE.mpack" in said
    assert "shipped weights" not in said


def test_a_wrong_setting_is_found_and_nothing_after_it_is_guessed(
    home: Path, capsys: Say
) -> None:
    (home / "settings.toml").write_text('broker = "rabbit"')
    code, said = examined(home, capsys)
    assert code == 1
    assert "[WRONG ] " in said
    assert "line 1: 'broker' cannot be 'rabbit'" in said
    assert "Correct that line, then start the hub again." in said
    assert "database" not in said


def test_a_folder_that_cannot_be_written_is_found(home: Path, capsys: Say) -> None:
    (home / ".doctor").mkdir()
    code, said = examined(home, capsys)
    assert code == 1
    assert f"[WRONG ] {home} cannot be written: Is a directory." in said


def test_a_damaged_database_is_found(home: Path, capsys: Say) -> None:
    (home / "mangotree.db").write_bytes(b"a shopping list " * 500)
    code, said = examined(home, capsys)
    assert code == 1
    assert "[WRONG ] The database is damaged: file is not a database." in said


def test_pages_that_rotted_inside_the_database_are_found(
    start_hub: StartHub, home: Path, capsys: Say
) -> None:
    hub = start_hub(home=home)
    hub.stop()
    file = home / "mangotree.db"
    pages = bytearray(file.read_bytes())
    pages[-2048:] = b"\xff" * 2048
    file.write_bytes(pages)
    code, said = examined(home, capsys)
    assert code == 1
    assert "[WRONG ] The database is damaged: " in said


def test_a_port_that_another_program_has_is_found(home: Path, capsys: Say) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (home / "settings.toml").write_text(
            FREE_PORTS.replace("mqtt_port = 0", f"mqtt_port = {port}")
        )
        code, said = examined(home, capsys)
    assert code == 1
    assert f"[WRONG ] Port {port} is taken by another program." in said
    assert "set another mqtt_port in settings.toml" in said


def test_a_clock_that_was_never_set_is_worth_a_look(
    home: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "Clock", partial(Clock, wall=lambda: 0.0))
    code, said = examined(home, capsys)
    assert code == 0
    assert "[ look ] The clock was not set since the power was off." in said


def fill(hub: Hub) -> None:
    """Lets the hub's database grow no more."""

    def work(database: Database) -> None:
        pages = database.conn.execute("PRAGMA page_count").fetchone()[0]
        database.conn.execute(f"PRAGMA max_page_count = {pages}")

    hub.writer.call(work)


def test_a_disk_that_takes_no_answers_is_found_while_the_class_works(
    hub: Hub, capsys: Say
) -> None:
    fill(hub)
    for seq in range(1000, 1050):
        hub.writer.put(attempt(seq, answer="7" * 400))
    with pytest.raises(StoreError):
        hub.writer.call(lambda _: None)
    code, said = examined(hub.home.path, capsys)
    assert code == 1
    assert "[WRONG ] The hub cannot save answers now: database or disk is full." in said


@contextmanager
def program(reply: bytes) -> Iterator[int]:
    """Another program on a port of its own, which says `reply` to whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n<html>welcome</html>",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
    ],
)
def test_another_program_on_the_hubs_port_is_not_taken_for_the_hub(
    reply: bytes, home: Path, capsys: Say
) -> None:
    with program(reply) as port:
        leave(home, running(1, port))
        code, said = examined(home, capsys)
    assert code == 1
    assert re.search(r"\[WRONG \] The hub (does not answer|refused)", said)


def test_a_code_opens_the_teachers_door_once(hub: Hub, capsys: Say) -> None:
    assert cli.main(["code", "--home", str(hub.home.path)]) == 0
    said = capsys.readouterr().out
    found = re.match(r"One-time code: ([A-Z0-9]{8})\nEnter it at (http://\S+)\n", said)
    assert found is not None
    assert found.group(2) == f"http://127.0.0.1:{hub.ports.http}/teacher/sign-in"
    door, phone = hub.teacher_door, From("10.0.0.7")
    opened = door.open(found.group(1), phone)
    assert door.enter(opened, "Rehema", "three quiet words").role == "head"
    with pytest.raises(NotAllowed):
        door.open(found.group(1), phone)


def test_a_code_is_asked_of_the_hub_itself_whatever_proxy_is_set(
    hub: Hub, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["code", "--home", str(hub.home.path)]) == 0


def test_a_code_without_a_hub_says_what_to_start(tmp_path: Path, capsys: Say) -> None:
    assert cli.main(["code", "--home", str(tmp_path)]) == 1
    said = f"mangotree code: No hub runs on {tmp_path}. Start one first: ./start\n"
    assert capsys.readouterr().err == said


def test_the_door_for_this_machine_needs_the_token_of_the_folder(hub: Hub) -> None:
    stranger = running(1, hub.ports.http)
    with pytest.raises(NoHub, match="Only the hub's own machine may do this"):
        ask(stranger, "/control/code", {})
