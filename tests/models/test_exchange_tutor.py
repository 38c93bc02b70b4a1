"""Problems of a step tutor come in with their steps and hints, if their licence is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.domain.exchange import latex
from models.domain.exchange.licences import open_licence
from models.domain.exchange.oatutor import is_problem_folder, read_problems
from models.domain.exchange.report import ExchangeFault, Notes, Refused
from models.domain.exchange.source import Gathered
from models.domain.pieces import plain
from models.domain.showing import show
from tests.models.exchange_ground import SAMPLES, packed, quiet, reads, right


def taken(notes: Notes | None = None) -> Gathered:
    return read_problems(
        SAMPLES / "tutor", "en", reads, Notes() if notes is None else notes, quiet
    )


def test_steps_and_hints_become_ours(tmp_path: Path) -> None:
    pack = packed(taken(), tmp_path / "pack")
    place = {item.id: n for n, item in enumerate(pack.items)}
    half = show(pack, place["add-fractions.1"], 1, "en")
    assert plain(half.stem) == "Work out 1/2 + 1/4"
    assert right(pack, place["add-fractions.1"]) == "3/4"
    assert [plain(one) for one in half.hints] == [
        "Look at both parts.",
        "What is 1/2 of 8? (4) Add them.",
        "It's done. The answer is 3/4.",
    ]
    line = show(pack, place["lines.1"], 1, "en")
    assert right(pack, place["lines.1"]) == "s1=2x+3;s2=o1"
    assert [plain(step.prompt) for step in line.steps] == [
        "Double x, then add 3.",
        "What is it for x = 2?",
    ]
    assert plain(line.steps[0].hints[0]) == "Look at both parts."


def test_only_open_licences_come_in_and_are_named() -> None:
    notes = Notes()
    gathered = taken(notes)
    assert [one.name for one in gathered.drafts] == ["course5", "halves1", "lines2"]
    assert gathered.licence == "CC-BY-4.0 AND CC-BY-SA-4.0"
    assert "https://school.example <The school> (CC-BY-4.0)" in gathered.attribution
    refused = {row.item: row.what for row in notes.rows if row.is_whole}
    assert set(refused) == {"free3", "closed4", "limit6"}
    assert "nothing" in refused["free3"]
    assert "by-nc" in refused["closed4"]
    assert ("course5", "licence") in {(row.item, row.what) for row in notes.rows}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/ <CC BY 4.0>", "CC-BY-4.0"),
        ("CC BY-SA 3.0", "CC-BY-SA-3.0"),
        ("CC0", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", ""),
        ("https://creativecommons.org.evil.example/licenses/by/4.0/", ""),
        ("CC BY-ND 4.0", ""),
        ("all rights reserved", ""),
        ("", ""),
    ],
)
def test_licences_are_known_by_name_or_address(told: str, name: str) -> None:
    assert open_licence(told) == name


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        (r"\frac{1}{2}+x^{10}", "(1)//(2) +x^(10)"),
        (r"2\cdot 3\leq 7", "2*3<=7"),
        (r"\sqrt{x+1}", "sqrt(x+1)"),
        (r"1,234.5", "1234.5"),
        (r"\left(x-1\right)^2", "(x-1)^(2)"),
    ],
)
def test_simple_latex_is_written_as_ours(source: str, ours: str) -> None:
    assert latex.notation(source) == ours


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        (r"\frac{3}{4}", "3/4"),
        (r"-2\frac{1}{2}", "-2 1/2"),
        (r"\frac{x+1}{2}", "((x+1)/2)"),
        (r"\sqrt{2}", "sqrt(2)"),
    ],
)
def test_answers_in_latex_are_written_as_the_checker_reads_them(source: str, ours: str) -> None:
    assert latex.answer(source) == ours
    assert reads(latex.answer(source))


def test_a_number_before_a_fraction_in_a_longer_answer_is_refused() -> None:
    with pytest.raises(Refused, match="before a fraction"):
        latex.answer(r"x + 2\frac{1}{2}")


@pytest.mark.parametrize(
    "source", [r"\int x", r"\frac{1", "x_1", "}", "{" * 40, r"\sqrt[3]{8}", r"\pm 2"]
)
def test_other_latex_is_refused(source: str) -> None:
    with pytest.raises(Refused):
        latex.notation(source)


def test_a_folder_without_problems_is_refused(tmp_path: Path) -> None:
    assert not is_problem_folder(tmp_path)
    with pytest.raises(ExchangeFault, match="no problem folder"):
        read_problems(tmp_path, "en", reads, Notes(), quiet)


def test_a_broken_file_keeps_its_problem_out(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/bad.json").write_text("{")
    notes = Notes()
    assert read_problems(tmp_path, "en", reads, notes, quiet).drafts == ()
    assert notes.rows[0].what == "file 'bad.json'"
