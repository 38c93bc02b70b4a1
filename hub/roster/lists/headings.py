"""What the columns of a sheet are called, in English, Swahili and Arabic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from hub.roster.lists.names import folded

Column = Literal["name", "given", "middle", "family", "class", "language", "id", "number"]

#: The spellings of each heading; blanks, case and signs between words do not matter.
HEADINGS: dict[Column, tuple[str, ...]] = {
    "name": (
        *("name", "full name", "names", "learner", "learner name", "student", "student name"),
        *("pupil", "pupil name", "child", "child name"),
        *("jina", "majina", "jina kamili", "mwanafunzi", "jina la mwanafunzi"),
        *("الاسم", "اسم", "الاسم الكامل", "اسم الطالب", "اسم التلميذ", "الطالب", "التلميذ"),
    ),
    "given": (
        *("first name", "given name", "given names", "forename", "first names", "givenname"),
        *("jina la kwanza", "الاسم الأول", "الاسم الاول"),
    ),
    "middle": (
        *("middle name", "middle names", "middlename", "jina la kati", "jina la pili"),
        *("الاسم الأوسط", "الاسم الاوسط", "اسم الأب", "اسم الاب"),
    ),
    "family": (
        *("last name", "family name", "surname", "familyname"),
        *("jina la ukoo", "jina la mwisho", "jina la familia"),
        *("اللقب", "اسم العائلة", "الاسم الأخير", "الاسم الاخير", "الكنية"),
    ),
    "class": (
        *("class", "class name", "classroom", "form", "stream", "group"),
        *("darasa", "kidato", "mkondo", "kikundi", "الصف", "الفصل", "المجموعة"),
    ),
    "language": ("language", "lang", "lugha", "اللغة", "لغة"),
    "id": (
        *("id", "sourcedid", "source id", "external id", "student id", "learner id"),
        *("student number", "pupil number", "admission number", "admission no", "adm no"),
        *("registration number", "reg no", "namba ya usajili", "nambari ya usajili"),
        *("namba ya mwanafunzi", "kitambulisho"),
        *("رقم الطالب", "رقم التلميذ", "رقم القيد", "المعرف"),
    ),
    "number": (
        *(
            "no",
            "nr",
            "number",
            "s n",
            "sn",
            "row",
            "namba",
            "nambari",
            "na",
            "رقم",
            "الرقم",
            "م",
            "",
        ),
        "#",
    ),
}
#: What a cell of the language column may say besides the tag itself.
LANGUAGES = {
    "english": "en",
    "kiingereza": "en",
    "الإنجليزية": "en",
    "الانجليزية": "en",
    "kiswahili": "sw",
    "swahili": "sw",
    "السواحيلية": "sw",
    "arabic": "ar",
    "kiarabu": "ar",
    "العربية": "ar",
    "عربي": "ar",
}
_BETWEEN = re.compile(r"[\s_\-./:*]+")


class Headed(NamedTuple):
    """Where each column stands, and the headings that mean nothing to the hub."""

    places: dict[Column, int]
    doubled: list[str]
    unknown: list[str]


def column_of(heading: str) -> Column | None:
    """The column that `heading` names; None for one that is not known."""
    return _BY_SPELLING.get(_spelling(heading))


def headed(cells: Sequence[str]) -> Headed | None:
    """The columns that a row of headings names; None where the row is no heading."""
    found = [column_of(cell) if cell else None for cell in cells]
    if not any(found) or all(one in {None, "number"} for one in found):
        return None
    places: dict[Column, int] = {}
    doubled, unknown = [], []
    for place, (cell, column) in enumerate(zip(cells, found, strict=True)):
        if column is None:
            unknown += [cell] if cell else []
        elif column in places:
            doubled.append(cell)
        else:
            places[column] = place
    return Headed(places, doubled, unknown)


def language_tag(cell: str) -> str:
    """The tag of a language that a cell names; for others the cell in small letters."""
    spelled = folded(cell)
    return LANGUAGES.get(spelled, spelled)


def _spelling(heading: str) -> str:
    return _BETWEEN.sub(" ", folded(heading)).strip()


_BY_SPELLING: dict[str, Column] = {
    _spelling(spelling): column for column, all_ in HEADINGS.items() for spelling in all_
}
