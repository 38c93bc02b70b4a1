"""A teacher's table becomes a pack, and what is wrong with it is named by row and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.cli import main
from models.domain.exchange.report import ExchangeFault, Notes, Refused
from models.domain.exchange.source import Gathered
from models.domain.exchange.table import read_table
from models.domain.pieces import plain
from models.domain.showing import show
from models.domain.solution import bug_answers
from tests.media_pack import png
from tests.models.exchange_ground import packed, reads, right, table
from tests.repository.tree import ROOT

HEAD = "skill,question,answer,kind,options,wrong,difficulty\n"


def example() -> str:
    page = (ROOT / "docs/exchange.md").read_text(encoding="utf-8")
    found = re.search(r"```csv\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def why(text: str | bytes) -> str:
    notes = Notes()
    table(text, notes)
    return " | ".join(
        f"{row.item}: {row.what}: {row.why}" for row in notes.rows if row.is_whole
    )


def test_the_example_of_the_page_becomes_a_pack(tmp_path: Path) -> None:
    notes = Notes()
    pack = packed(table(example(), notes), tmp_path / "pack", notes)
    assert notes.rows == []
    kinds = [str(pack.template(n).answer.__struct_config__.tag) for n in range(4)]
    assert kinds == ["whole", "fraction", "choice", "choice"]
    assert [right(pack, n) for n in range(4)] == ["42", "3/4", "o1", "o1,o3"]
    assert plain(show(pack, 0, 1, "en").hints[2]) == "The answer is 42."
    made = pack.activity(0, 1)
    bugs = bug_answers(made.template.bugs, made.template.answer, made, pack)
    assert list(bugs) == [("add.no_carry", "32")]
    told = pack.texts("en")["misconception.add.no_carry.feedback"]
    assert told == "Did you write down the ten?"


def test_lint_finds_no_error_in_the_example_of_the_page(tmp_path: Path) -> None:
    packed(table(example()), tmp_path / "pack")
    assert main(["pack", "lint", str(tmp_path / "pack"), "--seeds", "2"]) == 0


def test_a_second_language_comes_along_when_every_item_has_it(tmp_path: Path) -> None:
    head = "id,skill,question,answer,locale\n"
    rows = "a,s,Two?,2,\na,s,Mbili?,2,sw\n"
    pack = packed(table(head + rows), tmp_path / "both")
    assert plain(show(pack, 0, 1, "sw").stem) == "Mbili?"
    notes = Notes()
    pack = packed(table(head + rows + "b,s,Three?,3,\n"), tmp_path / "one", notes)
    assert pack.locales == ("en",)
    assert notes.rows[0].why == "1 of 2 items have them"


@pytest.mark.parametrize("sign", [";", "\t"])
def test_spreadsheets_of_other_countries_are_read(sign: str) -> None:
    body = f"\ufeffskill{sign}question{sign}answer\r\nAdd{sign}Half of 5{sign}2,5\r\n".encode()
    assert table(body).drafts[0].fields["answer"] == {"kind": "decimal", "value": "5/2"}


def test_words_with_braces_and_quotes_come_through_as_they_are(tmp_path: Path) -> None:
    pack = packed(table(HEAD + "s,It's {x} # '{' said,1,,,,\n"), tmp_path / "pack")
    assert plain(show(pack, 0, 1, "en").stem) == "It's {x} # '{' said"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("s,q,,,,,", "row 2: column answer: is empty"),
        ("s,q,town,,,,", "typed words cannot be checked"),
        ('s,q,"1,234",,,,', "a thousand or a decimal"),
        ("s,q,1/0,,,,", "divided by 0"),
        ("s,q,1.5,whole,,,", "no whole number"),
        ("s,q,1,riddle,,,", "column kind: there is no 'riddle'"),
        ("s,q,c,,a;b,,", "the answer 'c' is not among them"),
        ("s,q,a,,a,,", "1 of them"),
        ("s,q,1,,,2 = Bad Name,", "column wrong: 'Bad Name'"),
        ("s,q,1,,,x = bad.name,", "column wrong: answer 'x'"),
        ("s,q,1,,,,hard", "column difficulty: 'hard' is no number"),
        ("s,q,1,,,,nan", "column difficulty: is from -6"),
    ],
)
def test_a_row_with_a_fault_is_named_with_its_column(row: str, told: str) -> None:
    assert told in why(HEAD + row + "\n")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is empty"),
        ("skill,question,answer\ns,Wie groß?,1\n".encode("cp1252"), "line 2: .*Windows-1252"),
        (b"skill,question\n", "'answer' is missing"),
        (b"skill,question,answer,colour\n", "column 4: no column is 'colour'"),
        (b"skill,skill,question,answer\n", "column 2: 'skill' is there twice"),
        (b"skill,question,answer\ns,q,1,more\n", "row 2: .*more cells"),
        (b'skill,question,answer\ns,"q,1\n', "row"),
        (b"\x00\x01\x02", "no column is"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_place(body: bytes, told: str) -> None:
    with pytest.raises(ExchangeFault, match=told):
        table(body)


def test_a_folder_that_is_not_empty_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ExchangeFault, match="not empty"):
        packed(table(example()), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


PICTURED = "id,skill,question,answer,image,alt,locale\n"


def pictured(rows: str, pictures: dict[str, bytes], notes: Notes) -> Gathered:
    def beside(name: str) -> bytes:
        if name not in pictures:
            raise Refused(f"file '{name}'", "is not beside the table")
        return pictures[name]

    return read_table((PICTURED + rows).encode(), "en", reads, notes, beside)


def test_a_row_brings_its_picture_and_words_for_it_in_each_language(tmp_path: Path) -> None:
    rows = (
        "a,s,How many?,3,dots.png,three dots,\na,s,Ngapi?,3,,nukta tatu,sw\n"
        "b,s,Two?,2,,,\nb,s,Mbili?,2,,,sw\n"
    )
    notes = Notes()
    gathered = pictured(rows, {"dots.png": png(30, 10)}, notes)
    pack = packed(gathered, tmp_path / "pack", notes)
    found = {tag: show(pack, 0, 1, tag).picture for tag in ("en", "sw")}
    assert {tag: one and one.alt for tag, one in found.items()} == {
        "en": "three dots",
        "sw": "nukta tatu",
    }
    assert show(pack, 1, 1, "en").picture is None
    assert notes.rows == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",s,q,1,no.png,x,", "column image: file 'no.png': is not beside the table"),
        (",s,q,1,dots.png,,", "column alt: is empty"),
        (",s,q,1,,a dot,", "column alt: tells of a picture"),
        (",s,q,1,a.gif,x,", "is none of png, jpg, svg"),
        (",s,q,1,cut.png,x,", "is no whole png"),
        ("t,s,q,1,dots.png,x,\nt,s,q,1,,,sw", "column alt: is empty"),
    ],
)
def test_a_row_whose_picture_does_not_fit_is_named(row: str, told: str) -> None:
    notes = Notes()
    pictures = {"dots.png": png(3, 3), "a.gif": b"GIF89a", "cut.png": png(3, 3)[:-1]}
    pictured(row + "\n", pictures, notes)
    assert any(told in f"{row.what}: {row.why}" for row in notes.rows)


def test_a_table_without_its_folder_brings_no_picture() -> None:
    assert "is not beside the table" in why(PICTURED + ",s,q,1,a.png,x,\n")
