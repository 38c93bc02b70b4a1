"""`mangotree pack` with wrong input: one plain sentence, nothing left behind, no traceback."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from hub.cli import main, plain
from tests.models.source import source, write

Say = pytest.CaptureFixture[str]


def call(home: Path, *words: str | Path) -> int:
    return main(["pack", *map(str, words), "--home", str(home)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack's source."""
    return write(tmp_path / "source", source())


@pytest.mark.parametrize(
    "words",
    [
        ("lint", "gone"),
        ("preview", "gone"),
        ("build", "gone", "--out", "x.mpack"),
        ("build", "source", "--out", "gone/x.mpack"),
        ("build", "source", "--out", "source"),
        ("export", "gone", "--out", "x.zip"),
        ("export", "source", "--out", "gone/x.zip"),
        ("preview", "source", "--out", "gone/x.html"),
        ("export", "source", "--out", "x.zip", "--report", "gone/r.json"),
        ("import", "source", "--out", "made", "--report", "gone/r.json"),
        ("import", "gone", "--out", "made"),
        ("install", "gone"),
        ("install", "source"),
        ("list",),
        ("keys", "--trust", "gone"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_told_in_plain_words(
    folder: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(folder.parent)
    assert call(folder.parent / "home", *words) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Errno" not in said
    assert any(one in said for one in ("there is no such", "this is a folder", "no hub's data"))
    assert sorted(path.name for path in folder.parent.iterdir()) == ["source"]


def test_a_folder_is_not_installed_and_how_to_make_its_file_is_said(
    folder: Path, capsys: Say
) -> None:
    home = folder.parent / "home"
    home.mkdir()
    (home / "mangotree.db").write_bytes(b"")
    assert call(home, "install", folder) == 1
    assert "pack build FOLDER --out FILE.mpack --key" in capsys.readouterr().err


def test_a_file_that_is_no_database_is_told_and_not_a_fault(
    tmp_path: Path, capsys: Say
) -> None:
    (tmp_path / "mangotree.db").write_bytes(b"no database at all" * 100)
    assert call(tmp_path, "list") == 1
    assert "Run: mangotree doctor" in capsys.readouterr().err


@pytest.mark.parametrize("seeds", ["0", "-1", "many"])
def test_a_wrong_count_says_what_it_must_be(folder: Path, capsys: Say, seeds: str) -> None:
    with pytest.raises(SystemExit):
        call(folder.parent, "lint", folder, f"--seeds={seeds}")
    assert "must be a whole number from 1" in capsys.readouterr().err


def test_an_export_that_fails_leaves_the_former_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    out = folder.parent / "out.zip"
    out.write_bytes(b"former")
    monkeypatch.setattr(os, "fsync", full)
    assert call(folder.parent, "export", folder, "--out", out) == 1
    assert "the disk is full" in capsys.readouterr().err
    assert out.read_bytes() == b"former"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["out.zip", "source"]


def test_what_the_system_refuses_otherwise_keeps_its_own_words() -> None:
    assert plain(PermissionError(errno.EACCES, "x", "/a")).startswith("/a: you have no right")
    assert plain(OSError(errno.EADDRINUSE, "Address in use")) == "[Errno 98] Address in use"
    assert plain(OSError("no number")) == "no number"
