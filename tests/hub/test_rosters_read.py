"""Names and sheets as people write them: tidied, told apart, or refused."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.roster.lists.headings import HEADINGS, column_of
from hub.roster.lists.names import (
    LONGEST_NAME,
    escaped,
    is_formula,
    name_fault,
    tidy,
    unescaped,
)
from hub.roster.lists.reading import read_list, read_pasted
from hub.roster.lists.remarks import ListRefused, Remark
from hub.roster.lists.typed import MOST_TYPED
from hub.roster.lists.writing import _table
from tests.hub.rosters import RosterSet

PAGE = Path(__file__).parents[2] / "docs" / "rosters.md"
ODD = ["", "=1", "u1", "c1", "\0", "a,b", "x" * 300, "2026-01-01", "\u202e", "delta", '"']
NAMES = ["Amina Juma", "Neema Otieno", "محمد علي"]


def typed(text: str) -> list[str]:
    return [one.name for one in read_pasted(text).pupils]


def sheet(body: bytes) -> list[tuple[str, str, str, str]]:
    found = read_list(body, "x.csv").pupils
    return [(one.name, one.group, one.language, one.source_id) for one in found]


def faults(body: bytes, name: str) -> tuple[Remark, ...]:
    try:
        read_list(body, name)
    except ListRefused as error:
        return error.faults
    return ()


def fenced(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "line",
    [
        "Amina Juma",
        "  Amina   Juma  ",
        "1. Amina Juma",
        "12) Amina Juma",
        "(3) Amina Juma",
        "٣. Amina Juma",
        "4 Amina Juma",
        "5\tAmina\tJuma",
        "- Amina Juma",
        "• Amina Juma,",
        "☐ Amina Juma;",
        "[ ] Amina Juma",
        "1. [x] Amina Juma",
        "Amina\u00a0Juma",
    ],
)
def test_a_name_is_found_behind_what_lists_put_before_it(line: str) -> None:
    assert typed(f"{line}\nOtieno") == ["Amina Juma", "Otieno"]


@pytest.mark.parametrize(
    "name",
    [
        "Ng'ombe",
        "José Ñandú",
        "O\u2019Neil-Smith Jr.",
        "عبد الله بن محمد",
        "Nguyễn Thị Hồng",
        "ነጋሽ",
        "فرشيد\u200cپور",
        "Wm. 3rd",
        "A" * LONGEST_NAME,
        "Wanjiru Nyambura Muthoni wa Kamau-Gathoni",
    ],
)
def test_real_names_of_many_places_are_taken_as_they_are(name: str) -> None:
    assert typed(f"{name}\nOtieno") == [name, "Otieno"]


def test_names_beside_each_other_in_one_line_are_told_apart() -> None:
    assert typed("Amina, Otieno, Neema") == ["Amina", "Otieno", "Neema"]
    assert typed("Juma, Amina\nOtieno, Neema") == ["Juma, Amina", "Otieno, Neema"]


def test_nothing_and_far_too_much_are_refused() -> None:
    with pytest.raises(ListRefused, match="no name in it"):
        read_pasted(" \n\n1.\n")
    with pytest.raises(ListRefused, match="2,001 names"):
        read_pasted("Amina\n" * (MOST_TYPED + 1))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_letters_and_separator_of_a_sheet_are_found(separator: str, encoding: str) -> None:
    rows = [("Name", "Class"), *((name, "P4") for name in NAMES)]
    text = "\r\n".join(separator.join(row) for row in rows)
    assert [one[0] for one in sheet(text.encode(encoding))] == NAMES


def test_a_sheet_of_an_older_spreadsheet_keeps_its_accents() -> None:
    body = "Name;Class\nJosé;1\nZoë;1\n".encode("cp1252")
    assert [one[0] for one in sheet(body)] == ["José", "Zoë"]


def test_the_line_that_names_the_separator_is_no_row() -> None:
    with pytest.raises(ListRefused) as caught:
        read_list(b"sep=;\nName;Id\n;1\n", "x.csv")
    assert caught.value.faults[0].row == 2


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    body = b'Name,Note\n"Amina","two\nlines"\n\n,x\n'
    with pytest.raises(ListRefused) as caught:
        read_list(body, "x.csv")
    assert [(one.row, one.code) for one in caught.value.faults] == [(4, "name.empty")]


def test_a_name_in_parts_is_put_together_and_language_and_id_are_read() -> None:
    body = (
        "Jina la kwanza;Jina la ukoo;Darasa;Lugha;Namba ya usajili\nAmina;Juma;P4;Kiarabu;7\n"
    )
    assert sheet(body.encode()) == [("Amina Juma", "p4", "ar", "7")]


def test_arabic_headings_are_read() -> None:
    body = "م,الاسم الأول,اسم العائلة,الصف\n1,محمد,علي,الرابع\n"
    assert sheet(body.encode()) == [("محمد علي", "الرابع", "", "")]


@pytest.mark.parametrize(
    "body",
    [b"Amina Juma\nOtieno\n", b"1,Amina Juma\n2,Otieno\n", b"1.;Amina;Juma\n2.;Otieno;\n"],
)
def test_a_sheet_without_headings_is_names_after_a_number(body: bytes) -> None:
    assert [one[0] for one in sheet(body)] == ["Amina Juma", "Otieno"]


def test_an_escaped_formula_is_a_name_and_goes_out_escaped() -> None:
    assert sheet(b"Name\n'=SUM(A1)\n")[0][0] == "=SUM(A1)"


def test_no_spelling_names_two_columns() -> None:
    for column, spellings in HEADINGS.items():
        assert {column_of(one) for one in spellings} == {column}


def test_one_name_alone_has_a_dash_for_a_family() -> None:
    made = RosterSet().put("users", 2, "familyName", "-").put("users", 3, "familyName", ".")
    found = read_list(made.body(), "set.zip").pupils
    assert [one.name for one in found[:2]] == ["Amina", "Neema"]


def test_a_set_of_the_earlier_version_is_read() -> None:
    made = RosterSet().said("oneroster.version", "1.1").said("file.roles", "absent")
    del made.files["roles"]
    assert len(read_list(made.body(), "set.zip").pupils) == 3


def test_of_a_set_only_names_and_ids_of_learners_are_kept() -> None:
    made = RosterSet()
    private = {"email": "a@b.example", "phone": "0700", "password": "secret", "pronouns": "she"}
    for column, cell in private.items():
        made.put("users", 2, column, cell)
    told = repr(read_list(made.body(), "set.zip"))
    assert not [cell for cell in (*private.values(), "Kato") if cell in told]


def test_the_examples_of_the_page_are_taken() -> None:
    assert typed(fenced("names")) == NAMES
    assert sheet(fenced("csv").encode()) == [
        ("Amina Juma", "darasa la 4", "sw", "2026-014"),
        ("Otieno, Neema", "darasa la 4", "en", "2026-015"),
    ]


@given(st.binary(max_size=300))
@example(b"\xfe\xff")
@example("sep=;\n;;\n".encode("utf-16"))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    for name in ("x.csv", "x.zip"):
        told = faults(body, name)
        assert all(one.sentence().isprintable() for one in told)


@given(st.randoms(use_true_random=False))
def test_no_cells_break_the_reader_of_a_set(random: Random) -> None:
    made = RosterSet()
    cells = made.files[random.choice(list(made.files))]
    for _ in range(3):
        row = random.choice(cells)
        row[random.randrange(len(row))] = random.choice(ODD)
    cells.remove(random.choice(cells))
    assert all(one.sentence().isprintable() for one in faults(made.body(), "set.zip"))


@given(st.text(max_size=80))
def test_a_name_that_is_taken_shows_no_hidden_sign(text: str) -> None:
    name = tidy(text)
    if name_fault(name) is None:
        hidden = [
            sign for sign in name if not sign.isprintable() and sign not in "\u200c\u200d"
        ]
        assert not hidden
        assert len(name) <= LONGEST_NAME


@given(st.text(max_size=40))
def test_an_escaped_cell_runs_nowhere_and_reads_back_the_same(cell: str) -> None:
    assert not is_formula(escaped(cell))
    assert unescaped(escaped(cell)) == cell


@given(st.lists(st.sampled_from([*NAMES, "'=A1", "=A1", '"x"', "a,b", "-A", "@B"]), min_size=1))
def test_what_was_written_is_read(names: list[str]) -> None:
    body = _table(("name", "class"), [(name, "P4") for name in names]).encode()
    assert [one[0] for one in sheet(body)] == names
