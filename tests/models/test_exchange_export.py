"""A pack that goes out as QTI 3.0 comes back with the same answers and options."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from models.domain.answers import NumberLineAnswer
from models.domain.carried import Image
from models.domain.exchange.qti_writing import write_qti
from models.domain.exchange.report import Notes
from models.domain.exchange.safe_xml import Node, read_xml
from models.domain.pack import Pack, Skill, starter_path
from models.domain.pieces import plain
from models.domain.plain import decode_plain, encode_plain
from models.domain.reading import load_pack
from models.domain.showing import show
from models.domain.widgets import Choices, Fields, Line, Matching, Ordering, Widget
from tests.media_pack import ARABIC, SIZE, files, write
from tests.models.exchange_ground import packed, qti, quiet, right, sendable, without_names

ANSWERS = [
    {"kind": "whole", "value": "a + 1", "tolerance": "2"},
    {"kind": "whole", "value": "-a", "unit": "cm"},
    {"kind": "fraction", "value": "a / 7", "form": "simplest"},
    {"kind": "mixed", "value": "a + 1/3"},
    {"kind": "decimal", "value": "a / 8", "places": 3},
    {"kind": "decimal", "value": "a / 3", "places": 2},
    {"kind": "expression", "value": "{a}x + 2", "form": "collected"},
    {
        "kind": "choice",
        "options": [{"id": "1", "maths": "{a} / 2"}, {"id": "b-2", "maths": "x^2 + sqrt({a})"}],
        "right": "'b-2'",
    },
    {
        "kind": "choice",
        "options": [{"id": o, "maths": f"{{a + {n}}}"} for n, o in enumerate("abc")],
        "right": "('a', 'c')",
        "is_multiple": True,
    },
    {
        "kind": "order",
        "options": [{"id": o, "maths": f"{{a * {n}}}", "value": f"a * {n}"} for n, o in
                    enumerate("xyz")],
        "by": "descending",
    },
    {
        "kind": "match",
        "pairs": [
            {"id": f"p{n}", "left": {"id": "l", "maths": f"{n} * {{a}}"},
             "right": {"id": "r", "maths": f"{{a * {n}}}"}} for n in (1, 2, 3)
        ],
    },
    {"kind": "number_line", "value": "1/2", "start": "0", "end": "2", "step": "1/4"},
    {
        "kind": "parts",
        "parts": [
            {"id": "q", "answer": {"kind": "whole", "value": "a // 2"}},
            {"id": "r", "answer": {"kind": "fraction", "value": "a / 2"}},
        ],
    },
]  # fmt: skip


def every_kind() -> Pack:
    items = [
        {
            "id": f"k.{n}",
            "skills": ["k"],
            "difficulty": 0.25,
            "draw": {"a": "range(3, 9)"},
            "maths": {"task": "{a} + 1//2 = ?"},
            "answer": answer,
        }
        for n, answer in enumerate(ANSWERS)
    ]
    return decode_plain(encode_plain("kinds", 1, (Skill("k"),), items))


def is_line(pack: Pack, place: int) -> bool:
    """Whether the item is answered on a number line."""
    return isinstance(pack.template(place).answer, NumberLineAnswer)


def exported(pack: Pack, tag: str, seeds: int = 1) -> bytes:
    notes = Notes()
    made = write_qti(pack, tag, seeds, notes, quiet)
    refused = {row.item for row in notes.rows if row.is_whole}
    assert {row.what for row in notes.rows if row.is_whole} <= {"number line"}
    # A line that is refused for one seed may go out for another.
    least = seeds * (len(pack.items) - len(refused))
    assert least <= made.items <= seeds * len(pack.items) - len(refused)
    # A slider of QTI knows finite decimals only: lines in thirds and sixths stay here.
    lines = {item.id for place, item in enumerate(pack.items) if is_line(pack, place)}
    assert refused <= lines
    return made.body


def options(widget: Widget) -> list[tuple[str, str]]:
    """Each option's id and words, sorted; a line's places."""
    match widget:
        case Choices(options=shown) | Ordering(options=shown):
            return sorted((one.id, plain(one.pieces)) for one in shown)
        case Matching(left=left, right=rights):
            return sorted((one.id, plain(one.pieces)) for one in (*left, *rights))
        case Line(ticks=ticks):
            return [(tick.value, "") for tick in ticks]
        case Fields(parts=parts):
            return [one for part in parts for one in options(part.widget)]
    return []


def assert_same(pack: Pack, back: Pack, tag: str) -> None:
    places = sendable(pack)
    assert len(back.items) == len(places)
    for at, place in enumerate(places):
        own = without_names(right(pack, place), pack, place)
        assert without_names(right(back, at), back, at) == own, pack.items[place].id
        before, after = show(pack, place, 1, tag), show(back, at, 1, tag)
        assert options(after.widget) == options(before.widget), pack.items[place].id


def test_every_kind_of_answer_comes_back_as_it_went(tmp_path: Path) -> None:
    pack = every_kind()
    back = packed(qti(exported(pack, "en")), tmp_path / "back")
    assert_same(pack, back, "en")
    for place in range(len(pack.items)):
        sides = [one.template(place) for one in (pack, back)]
        tags = {one.answer.__struct_config__.tag for one in sides}
        assert len(tags) == 1
        assert sides[1].difficulty == 0.25
        forms = {getattr(one.answer, "form", "") for one in sides}
        assert len(forms) == 1


@pytest.mark.parametrize("tag", ["en", "sw", "ar"])
def test_the_starter_pack_comes_back_in_each_language(tag: str, tmp_path: Path) -> None:
    pack, _ = load_pack(starter_path())
    notes = Notes()
    back = packed(qti(exported(pack, tag), notes, tag), tmp_path / "back", notes, tag)
    assert not [row for row in notes.rows if row.is_whole]
    assert_same(pack, back, tag)


def written(body: bytes) -> Iterator[Node]:
    with zipfile.ZipFile(BytesIO(body)) as archive:
        names = set(archive.namelist())
        manifest = read_xml(archive.read("imsmanifest.xml"))
        listed = [one.get("href") for one in manifest.each("file")]
        assert sorted([*listed, "imsmanifest.xml"]) == sorted(names)
        for one in manifest.each("resource"):
            yield read_xml(archive.read(one.get("href")))


def test_each_item_declares_what_it_uses_and_its_ids_are_one_of_a_kind() -> None:
    pack, _ = load_pack(starter_path())
    seen = set[str]()
    for item in written(exported(pack, "en", seeds=2)):
        assert item.get("identifier") not in seen
        seen.add(item.get("identifier"))
        declared = [one.get("identifier") for one in item.each("responsedeclaration")]
        outcomes = [one.get("identifier") for one in item.each("outcomedeclaration")]
        outcomes.append("completionStatus")
        assert len(set(declared + outcomes)) == len(declared + outcomes)
        body = item.first("itembody")
        assert body
        used = {n.get("responseidentifier") for n in walk(body) if n.get("responseidentifier")}
        assert used <= set(declared)
        assert set(declared) - used <= {"HINT"}
        for one in item.each("variable", "correct"):
            assert one.get("identifier") in {*declared, *outcomes}
        for one in item.each("setoutcomevalue"):
            assert one.get("identifier") in outcomes
        feedback = [one.get("identifier") for one in item.each("modalfeedback")]
        assert len(set(feedback)) == len(feedback)
        for one in item.each("img"):
            assert one.get("alt")


def walk(node: Node) -> Iterator[Node]:
    for one in node.nodes:
        yield one
        yield from walk(one)


def test_hints_and_what_misconceptions_hear_go_along() -> None:
    pack, _ = load_pack(starter_path())
    items = list(written(exported(pack, "en")))
    names = [one.get("identifier") for item in items for one in item.each("modalfeedback")]
    assert names.count("hint_pointing") == len(items)
    assert sum(name.startswith("bug") for name in names) > 50


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert exported(every_kind(), "en") == exported(every_kind(), "en")


def test_a_line_in_thirds_is_reported_and_not_bent_into_a_slider() -> None:
    line = {"kind": "number_line", "value": "1/3", "start": "0", "end": "1", "step": "1/3"}
    item = {"id": "k.1", "skills": ["k"], "maths": {"task": "1//3"}, "answer": line}
    pack = decode_plain(encode_plain("k", 1, (Skill("k"),), [item]))
    notes = Notes()
    assert write_qti(pack, "en", 3, notes, quiet).items == 0
    assert [row.what for row in notes.rows] == ["number line"]


def test_a_picture_of_the_pack_goes_out_once_and_comes_back(tmp_path: Path) -> None:
    pack, _ = load_pack(write(tmp_path / "source", files()))
    notes = Notes()
    body = write_qti(pack, "ar", 2, notes, quiet).body
    with zipfile.ZipFile(BytesIO(body)) as opened:
        pictures = [one for one in opened.namelist() if one.endswith(".png")]
        assert pictures == [ARABIC]
        assert opened.read(ARABIC) == files()[ARABIC]
        assert opened.read("imsmanifest.xml").count(f'<file href="{ARABIC}"/>'.encode()) == 6
    assert not any(row.what == "recordings" for row in notes.rows)
    back = packed(qti(body, locale="ar"), tmp_path / "back", tag="ar")
    shown = show(back, 0, 1, "ar").picture
    assert isinstance(shown, Image)
    assert (shown.width, shown.height, shown.alt) == (*SIZE, "سوق")


def test_recordings_are_told_as_left_out(tmp_path: Path) -> None:
    pack, _ = load_pack(write(tmp_path, files()))
    notes = Notes()
    write_qti(pack, "en", 1, notes, quiet)
    assert any(row.what == "recordings" for row in notes.rows)
