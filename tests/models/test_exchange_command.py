"""The commands that take lessons in and write them out, as an author calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.cli import main
from models.domain.pack import starter_path
from models.domain.reading import load_pack
from tests.media_pack import png
from tests.models.exchange_ground import SAMPLES, sample_package, sendable

TABLE = "skill,question,answer\nAdding,2 + 2,4\nAdding,A town?,Nairobi\n"


def test_a_table_becomes_a_folder_and_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out, report = (tmp_path / name for name in ("sums.csv", "sums", "report.json"))
    source.write_text(TABLE)
    told = ["--out", str(out), "--report", str(report), "--licence", "CC0-1.0"]
    assert main(["pack", "import", str(source), *told]) == 0
    printed = capsys.readouterr().out
    assert "sums.csv: 1 items taken, 1 left out." in printed
    assert "row 3: left out: column answer" in printed
    assert json.loads(report.read_bytes())["left_out"][0]["item"] == "row 3"
    assert len(load_pack(out)[0].items) == 1
    assert json.loads((out / "pack.json").read_bytes())["licence"] == "CC0-1.0"


def test_a_table_takes_pictures_of_its_own_folder_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(png(3, 3))
    (folder / "dots.png").write_bytes(png(30, 10))
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    names = (
        "dots.png",
        "../secret.png",
        str(tmp_path / "secret.png"),
        "link.png",
        ".",
        "x" * 999,
    )
    rows = "".join(f"s,q,{at},{name},a picture\n" for at, name in enumerate(names))
    (folder / "sums.csv").write_text(f"skill,question,answer,image,alt\n{rows}")
    out = tmp_path / "out"
    assert main(["pack", "import", str(folder / "sums.csv"), "--out", str(out)]) == 0
    assert "1 items taken, 5 left out" in capsys.readouterr().out
    assert [one.read_bytes() for one in (out / "media").iterdir()] == [png(30, 10)]


def test_packages_and_folders_are_known_by_what_they_are(tmp_path: Path) -> None:
    package = tmp_path / "test.zip"
    package.write_bytes(sample_package())
    assert main(["pack", "import", str(package), "--out", str(tmp_path / "a")]) == 0
    assert main(["pack", "import", str(SAMPLES / "tutor"), "--out", str(tmp_path / "b")]) == 0
    assert [len(load_pack(tmp_path / one)[0].items) for one in "ab"] == [10, 3]


def test_what_goes_out_can_be_taken_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, back = tmp_path / "starter.zip", tmp_path / "back"
    told = ["--out", str(out), "--seeds", "1", "--locale", "sw"]
    assert main(["pack", "export", str(starter_path()), *told]) == 0
    assert "QTI has no place for it" in capsys.readouterr().out
    assert main(["pack", "import", str(out), "--out", str(back), "--locale", "sw"]) == 0
    assert len(load_pack(back)[0].items) == len(sendable(load_pack(starter_path())[0]))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["import", "nowhere.csv", "--out", "x"], "no such file"),
        (["import", "empty", "--out", "x"], "no problems of a step tutor"),
        (["import", "bad.csv", "--out", "x"], "Windows-1252"),
        (["import", "words.csv", "--out", "x"], "no item could be taken"),
        (["export", "nowhere", "--out", "x.zip"], "no such file"),
        (["export", "empty", "--out", "x.zip"], "pack.json"),
        (["export", str(starter_path()), "--out", "x.zip", "--locale", "xx"], "not 'xx'"),
    ],
)
def test_a_fault_is_one_sentence_and_writes_nothing(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.csv").write_bytes("skill;größe\n".encode("cp1252"))
    (tmp_path / "words.csv").write_text("skill,question,answer\ns,q,town\n")
    assert main(["pack", *arguments]) != 0
    assert told in capsys.readouterr().err
    assert not list(tmp_path.glob("x*"))
