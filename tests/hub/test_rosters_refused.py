"""Broken rosters: each is refused with the place of its fault and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.roster.lists import remarks, tables
from hub.roster.lists.reading import read_list
from hub.roster.lists.remarks import MOST_TOLD, ListRefused, words
from tests.hub.broken_rosters import BROKEN, SETS, SHEETS
from tests.hub.rosters import RosterSet

PLACES = re.compile(r"{\w+}")


def refusal(body: bytes, name: str) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read_list(body, name)
    return caught.value


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_roster_is_refused_with_its_place_and_a_remedy(name: str) -> None:
    broken = BROKEN[name]()
    told = refusal(broken.body, broken.name).faults[0]
    assert (told.file, told.row, told.field) == (broken.file, broken.row, broken.field)
    what, to_do = told.words()
    assert what
    assert to_do
    assert told.sentence().isprintable()


def test_there_are_more_than_sixty_ways_to_break_a_set() -> None:
    assert len(SETS) > 60
    assert len(SHEETS) >= 30


def test_the_sound_set_that_was_broken_is_taken() -> None:
    found = read_list(RosterSet().body(), "set.zip")
    assert [one.name for one in found.pupils] == ["Amina Juma", "Neema Otieno", "محمد علي"]
    assert [one.name for one in found.groups] == ["Standard 4", "Standard 5"]
    assert "t1" in found.leaving


def test_all_faults_are_told_at_once_up_to_fifty_and_their_number() -> None:
    made = RosterSet()
    for number in range(70):
        made.again("users", 2, sourcedId=f"x{number}", givenName="")
    told = refusal(made.body(), "set.zip")
    assert (len(told.faults), told.count) == (MOST_TOLD, 70)
    assert "There are 20 more faults." in str(told)


def test_a_hostile_cell_is_told_in_plain_signs() -> None:
    body = "Name,\u202eevil\x1b[2J\nAmina,1\n".encode()
    notes = read_list(body, "class\x1b.csv").notes
    assert all(note.sentence().isprintable() for note in notes)


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_every_sentence_says_the_same_facts_in_every_language(tag: str) -> None:
    spoken, english = words(tag), words("en")
    assert spoken.keys() == english.keys()
    for code, sentences in english.items():
        for here, there in zip(spoken[code], sentences, strict=True):
            assert set(PLACES.findall(here)) == set(PLACES.findall(there)), code
            assert bool(here) == bool(there), code


def test_a_fault_is_told_in_the_teachers_language() -> None:
    told = refusal(b"Jina\nAmina\n=1\n", "darasa.csv").faults[0]
    assert told.sentence("sw").startswith(
        "darasa.csv, safu ya 3, Jina: Kisanduku kinaanza na ="
    )
    assert told.words("ar")[0].startswith("تبدأ الخلية")


def test_every_code_of_a_fault_has_its_words() -> None:
    folder = Path(remarks.__file__).parent
    code = "".join(one.read_text(encoding="utf-8") for one in folder.glob("*.py"))
    kinds = "|".join(sorted({code.partition(".")[0] for code in words("en")} - {"place"}))
    used = set(re.findall(rf'"((?:{kinds})\.[a-z_0-9]+)"', code))
    used |= {f"file.{kind}" for kind in tables._OTHER_FILES.values()}
    assert used == {code for code in words("en") if not code.startswith("place.")}
