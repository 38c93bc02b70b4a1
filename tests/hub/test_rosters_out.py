"""Lists between hubs: the same bytes come out of another hub; the command that does it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.app import Hub
from hub.cli import main
from hub.errors import RosterError
from hub.roster.lists.reading import read_list, read_pasted
from tests.hub.conftest import local_settings
from tests.hub.rosters_at_work import (
    as_sheet,
    exported,
    names,
    pack_of,
    take_set,
    unpacked,
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Hub]:
    """Another hub, without a class."""
    hub = Hub(tmp_path / "other", local_settings())
    hub.start()
    yield hub
    hub.stop()


def test_a_set_goes_through_an_empty_hub_and_comes_out_the_same(hub: Hub, other: Hub) -> None:
    take_set(hub)
    hostile = [
        "=SUM(A1) @cmd",
        "<script>alert(1)</script>",
        "'Ali",
        "محمد علي",
        "O'Neil, Jr.",
    ]
    hub.people.add_learners(1, hostile)
    hub.teaching.catch_up()
    out = exported(hub)
    cells = [
        cell
        for lines in unpacked(out).values()
        for row in csv.reader(lines)
        for cell in row
        if cell != "-"
    ]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    other.enrolling.take(read_list(out, "x.zip"), "", pack_of(other))
    assert unpacked(exported(other)) == unpacked(out)
    assert exported(other) == out


def test_a_sheet_goes_through_an_empty_hub_and_comes_out_the_same(hub: Hub, other: Hub) -> None:
    hub.people.add_learners(1, ["'=A1+B1", "Amina, Juma", '"Neema"'])
    hub.teaching.catch_up()
    out = as_sheet(hub, 1)
    other.enrolling.take(read_list(out, "x.csv"), "", pack_of(other))
    assert as_sheet(other, 1) == out


def test_the_hub_knows_its_own_set_again(hub: Hub) -> None:
    plan = hub.enrolling.plan(read_list(exported(hub), "x.zip"))
    assert {step.change for step in plan.steps} == {"known"}
    assert [one.class_id for one in plan.targets] == [1]


def test_the_first_class_of_all_needs_a_pack(other: Hub) -> None:
    with pytest.raises(RosterError, match="name the pack"):
        other.enrolling.take(read_pasted("Amina"), "P4")
    assert not other.people.classes


def test_the_command_looks_takes_in_takes_back_and_writes(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*words: str | Path) -> tuple[int, str, str]:
        code = main(["roster", *map(str, words), "--home", str(hub.home.path)])
        told = capsys.readouterr()
        return code, told.out, told.err

    listed = tmp_path / "class.csv"
    listed.write_bytes(b"Name,Sex\nAmina,f\nOtieno,m\n")
    code, out, _ = call("import", listed, "--class", "P4", "--dry-run")
    assert (code, len(hub.people.classes)) == (0, 1)
    assert "Class P4 (new)" in out
    assert "2 new" in out
    assert "“Sex” is not kept" in out
    assert call("import", listed, "--class", "P4")[0] == 0
    assert names(hub, 2) == ["Amina", "Otieno"]
    assert call("export", "--out", tmp_path / "o.zip", "--year", "2026")[0] == 0
    assert read_list((tmp_path / "o.zip").read_bytes(), "o.zip").groups[1].name == "P4"
    assert call("export", "--out", tmp_path / "o.csv", "--class", "p4")[0] == 0
    assert len(read_list((tmp_path / "o.csv").read_bytes(), "o.csv").pupils) == 2
    assert call("undo")[0] == 0
    assert names(hub, 2) == []
    assert (
        call("undo")[2] == "mangotree roster: The hub refused: There is no list to take back.\n"
    )
    listed.write_bytes(b"Name\n=1+1\n")
    code, _, told = call("import", listed, "--class", "P4")
    assert code == 1
    assert "class.csv, row 2, Name: The cell begins with =" in told
    assert call("export", "--out", tmp_path / "o.pdf")[0] == 1
    assert call("export", "--out", tmp_path / "o.csv", "--class", "P9")[0] == 1
    assert call("import", tmp_path / "gone.csv")[0] == 1
