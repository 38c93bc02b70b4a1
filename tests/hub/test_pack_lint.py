"""`mangotree pack lint`: prints the findings, and fails where one is an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.cli import main
from tests.models.small_pack import clean, write


def test_a_clean_pack_is_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(clean(), tmp_path)
    assert main(["pack", "lint", str(folder), "--seeds", "3"]) == 0
    told = capsys.readouterr().out
    assert "Errors" not in told
    assert "3 items, 3 seeds each: 0 errors, " in told


def test_an_error_makes_it_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = clean()
    del files["locales/ar.json"]["s.stem"]
    folder = write(files, tmp_path)
    assert main(["pack", "lint", str(folder), "--seeds", "3"]) == 1
    assert "locales/ar.json:1: s.1.stem: the text is missing" in capsys.readouterr().out


def test_the_findings_come_as_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(clean(), tmp_path)
    assert main(["pack", "lint", str(folder), "--seeds", "3", "--json", "--item", "s.2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["items"], told["seeds"], told["errors"]) == (1, 3, [])


def test_what_is_not_there_is_said_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", "lint", str(tmp_path / "none")]) == 1
    assert "there is no such folder or file" in capsys.readouterr().err


def test_a_file_that_is_no_pack_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.mpack"
    file.write_bytes(b"PK nothing")
    assert main(["pack", "lint", str(file)]) == 1
    assert str(file) in capsys.readouterr().err
