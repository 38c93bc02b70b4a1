"""Every kind of picture is valid XML, small, legible, equal each time and safe in a page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.domain.pictures import PictureFault, Style, draw, read
from models.domain.pictures import paper as sheet
from models.domain.pictures.paper import text_width
from tests.models.drawn_pictures import EXAMPLES, KINDS, NUMERIC, pictures

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
ZERO, FOUR = "\N{ARABIC-INDIC DIGIT ZERO}", "\N{ARABIC-INDIC DIGIT FOUR}"
ARABIC = {ord(str(digit)): ord(ZERO) + digit for digit in range(10)}
ARABIC[ord(".")] = ord("\N{ARABIC DECIMAL SEPARATOR}")
ALLOWED = {
    "svg", "defs", "g", "rect", "circle", "path", "text", "use", "pattern", "clipPath",
}  # fmt: skip
MOST_BYTES = 6 * 1024


def latin(value: int | Fraction) -> str:
    exact = Fraction(value)
    text = str(exact.numerator) if exact.denominator == 1 else f"{float(exact):.9f}".rstrip("0")
    return text.replace("-", "\N{MINUS SIGN}")


def arabic(value: int | Fraction) -> str:
    return latin(value).translate(ARABIC)


LATIN = Style("A picture.", latin)
RTL = Style("صورة.", arabic, is_rtl=True, unknown="؟")
STYLES = (LATIN, RTL)
Box = tuple[float, float, float, float]


def boxes(root: ET.Element) -> list[tuple[str, Box]]:
    """The room of each text as reckoned: its left, right, top and bottom."""
    found = []
    for text in root.iter(f"{SVG}text"):
        size, words = float(text.get("font-size", sheet.TEXT)), text.text or ""
        x, y, wide = float(text.get("x", 0)), float(text.get("y", 0)), text_width(words, size)
        anchor, is_rtl = text.get("text-anchor", "middle"), text.get("direction") == "rtl"
        share = {"middle": 0.5, "start": float(is_rtl), "end": float(not is_rtl)}[anchor]
        left = x - share * wide
        found.append((words, (left, left + wide, y - 0.66 * size, y)))
    return found


def touch(one: Box, other: Box) -> bool:
    apart = one[1] <= other[0] + 0.2 or other[1] <= one[0] + 0.2
    return not (apart or one[3] <= other[2] + 0.2 or other[3] <= one[2] + 0.2)


def drawn(fields: dict[str, Any], style: Style) -> str | None:
    """A picture, or None where its words are too long for it; numbers always fit."""
    try:
        return draw(read(fields), style)
    except PictureFault:
        if fields["kind"] in NUMERIC:
            raise
        return None


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawing=st.data())
def test_every_picture_is_small_plain_svg_whose_texts_do_not_touch(
    kind: str, drawing: st.DataObject
) -> None:
    fields = drawing.draw(pictures(kind))
    style = drawing.draw(st.sampled_from(STYLES))
    text = drawn(fields, style)
    assume(text is not None)
    assert text
    assert len(text.encode()) <= MOST_BYTES
    assert text == draw(read(fields), style)
    root = ET.fromstring(text)
    assert (root.get("role"), root.get("aria-label")) == ("img", style.alt)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED
    assert "style=" not in text
    assert "nan" not in text
    high = float(root.get("viewBox", "").split()[3])
    found = boxes(root)
    for words, (left, right, top, bottom) in found:
        assert left >= 0, words
        assert right <= sheet.WIDTH, words
        assert top >= 0, words
        assert bottom <= high, words
    for (one, here), (other, there) in combinations(found, 2):
        assert not touch(here, there), f"{one} touches {other}"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fields", EXAMPLES, ids=lambda fields: str(fields["kind"]))
def test_the_examples_are_drawn_in_both_directions(
    fields: dict[str, Any], style: Style
) -> None:
    text = draw(read(fields), style)
    links = set(re.findall(r'(?:href="#|url\(#)(\w+)', text))
    assert links <= set(re.findall(r' id="(\w+)"', text))
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', text)]
    assert bool(sizes) == ("<text" in text)
    assert all(size * 280 / sheet.WIDTH >= 16 for size in sizes)


def test_every_kind_has_an_example() -> None:
    assert {fields["kind"] for fields in EXAMPLES} == set(KINDS)


def test_every_kind_and_field_is_named_in_the_page() -> None:
    page = (ROOT / "docs/pictures.md").read_text(encoding="utf-8")
    for kind, fields in KINDS.items():
        section = page.partition(f"### `{kind}`")[2].partition("###")[0]
        assert section, kind
        for field in fields:
            assert f"`{field}`" in section, f"{kind}: {field}"


HOSTILE = ['"><script>', "</svg>&", "<a b='c'>", "]]>", "&amp;"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    style = Style(words, lambda _: words[:6], font_family='a" onload="x')
    for fields in (
        {"kind": "bar_chart", "labels": [words[:8]], "values": [3], "title": words},
        {"kind": "balance", "left": [words[:4]], "right": [2]},
        {"kind": "bar_model", "bars": [{"parts": [words[:8]], "name": words[:9]}]},
    ):
        root = ET.fromstring(draw(read(fields), style))
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED
        assert root.get("aria-label") == words
        assert words[:4] in "".join(root.itertext())
        assert not [e for e in root.iter() if e.get("onload")]


@pytest.mark.parametrize("words", ["a\x00b", "a\x1bb", "a\ud800b", "a\nb", "a" * 61])
def test_words_that_a_page_cannot_hold_are_refused(words: str) -> None:
    with pytest.raises(PictureFault, match="title"):
        read({"kind": "tally", "labels": ["a"], "values": [1], "title": words})


REFUSED = [
    ({"kind": "number_line", "start": 0, "end": 0}, "end"),
    ({"kind": "number_line", "start": 0, "end": 10, "step": 3}, "step"),
    ({"kind": "number_line", "start": 0, "end": 1000}, "step"),
    ({"kind": "number_line", "start": 0, "end": 10, "mark": 11}, "mark"),
    ({"kind": "number_line", "start": 0, "end": 10, "jumps": [1]}, "jumps"),
    ({"kind": "array", "rows": 0, "columns": 3}, "rows"),
    ({"kind": "array", "rows": 100, "columns": 100}, "rows"),
    ({"kind": "array", "rows": 3, "columns": 3, "split_row": 3}, "split_row"),
    ({"kind": "dots", "count": 10_000}, "count"),
    ({"kind": "dots", "count": -1}, "count"),
    ({"kind": "dots", "count": 3, "crossed": 4}, "crossed"),
    ({"kind": "groups", "groups": 13, "in_each": 1}, "groups"),
    ({"kind": "coins"}, "coins"),
    ({"kind": "fraction_bar", "bars": [[0, 0]]}, "parts"),
    ({"kind": "fraction_bar", "bars": [[4]]}, "bars"),
    ({"kind": "fraction_circle", "circles": [[2, 14]]}, "circles"),
    ({"kind": "parts", "wholes": [[1, 1]], "shaded": 3}, "shaded"),
    ({"kind": "clock", "hour": 24}, "hour"),
    ({"kind": "clock", "hour": 3, "minute": 60}, "minute"),
    ({"kind": "bar_chart", "labels": ["a"], "values": []}, "values"),
    ({"kind": "bar_chart", "labels": ["a"], "values": [-1]}, "values"),
    ({"kind": "bar_chart", "labels": ["a"], "values": [40]}, "step"),
    ({"kind": "pictogram", "labels": ["a"], "values": [7], "each": 10}, "values"),
    ({"kind": "tally", "labels": ["a"], "values": [26]}, "values"),
    ({"kind": "base_ten"}, "ones"),
    ({"kind": "hundred_grid", "shaded": 60, "also": 41}, "also"),
    ({"kind": "place_value_chart", "columns": ["t"], "rows": [[1, 2]]}, "rows"),
    ({"kind": "rectangle", "width": 0, "height": 2}, "width"),
    ({"kind": "rectangle", "width": "1/2", "height": 2, "grid": True}, "width"),
    ({"kind": "polygon", "sides": [1, 2]}, "sides"),
    ({"kind": "polygon", "sides": [1, 2, 3], "shape": "l_shape"}, "sides"),
    ({"kind": "ruler", "length": 5, "start": 3, "end": 3}, "end"),
    ({"kind": "balance", "left": [1] * 13, "right": []}, "left"),
    ({"kind": "bar_model", "bars": []}, "bars"),
]


@pytest.mark.parametrize(("fields", "named"), REFUSED)
def test_an_impossible_picture_is_refused_by_its_field(
    fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(PictureFault) as caught:
        read(fields)
    assert named in caught.value.field
    assert caught.value.allowed


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "volcano"},
        {},
        {"kind": "clock"},
        {"kind": "clock", "hour": "3"},
        {"kind": "clock", "hour": True},
        {"kind": "clock", "hour": 3, "colour": "red"},
        {"kind": "clock", "hour": Fraction(1, 2)},
        {"kind": "number_line", "start": "1/0", "end": 1},
        {"kind": "number_line", "start": 0.5, "end": 1},
        {"kind": "number_line", "start": "9" * 50, "end": 1},
    ],
)
def test_fields_of_the_wrong_kind_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(PictureFault):
        read(fields)


def test_whole_fractions_serve_as_counts_and_texts_as_fractions() -> None:
    given = read({"kind": "array", "rows": Fraction(6, 2), "columns": 4})
    assert given == read({"kind": "array", "rows": 3, "columns": 4})
    line = read({"kind": "number_line", "start": 0, "end": 1, "step": "1/2"})
    assert line == read({"kind": "number_line", "start": 0, "end": 1, "step": Fraction(1, 2)})


def test_a_picture_without_alternative_text_is_refused() -> None:
    with pytest.raises(PictureFault, match="alt"):
        draw(read({"kind": "clock", "hour": 3}), Style("  ", latin))


def test_words_that_do_not_fit_are_refused_and_never_cut() -> None:
    names = ["Wednesdays and others"[:20]] * 8
    chart = read({"kind": "bar_chart", "labels": names, "values": [1] * 8})
    with pytest.raises(PictureFault, match="labels"):
        draw(chart, LATIN)


def test_the_unknown_is_shown_instead_of_its_number() -> None:
    line = read({"kind": "number_line", "start": 0, "end": 10, "unknown": 7})
    written = [text for text, _ in boxes(ET.fromstring(draw(line, LATIN)))]
    assert "?" in written
    assert "7" not in written


def test_charts_start_from_the_right_and_number_lines_from_the_left() -> None:
    bars = read({"kind": "bar_chart", "labels": ["a", "b"], "values": [1, 2]})
    line = read({"kind": "number_line", "start": 0, "end": 4})
    places = {}
    for style in STYLES:
        for picture in (bars, line):
            for text, box in boxes(ET.fromstring(draw(picture, style))):
                places[style.is_rtl, text] = box[0]
    assert places[False, "a"] < places[False, "b"]
    assert places[True, "a"] > places[True, "b"]
    assert places[True, ZERO] < places[True, FOUR]


def test_the_number_of_a_jump_has_its_sign() -> None:
    line = read(
        {
            "kind": "number_line",
            "start": 0,
            "end": 9,
            "jumps": [2, 7, 4],
            "jump_labels": [5, -3],
        }
    )
    written = [text for text, _ in boxes(ET.fromstring(draw(line, RTL)))]
    assert {"+\N{ARABIC-INDIC DIGIT FIVE}", f"\N{MINUS SIGN}{arabic(3)}"} <= set(written)


@pytest.mark.parametrize("style", STYLES)
def test_in_the_notch_of_a_figure_two_labels_keep_a_line_apart(style: Style) -> None:
    fields = {"kind": "polygon", "shape": "l_shape", "sides": [6, 8, 4, 2, 0, 0], "unit": "cm"}
    found = boxes(ET.fromstring(draw(read(fields), style)))
    upright, level = (
        next(box for words, box in found if words == f"{style.number(side)} cm")
        for side in (8, 4)
    )
    assert level[2] - upright[3] >= 0.66 * sheet.TEXT


def test_two_pictures_on_one_page_share_no_id() -> None:
    pair = [draw(read({"kind": "array", "rows": 2, "columns": n}), LATIN) for n in (3, 4)]
    ids = [set(re.findall(r' id="(\w+)"', text)) for text in pair]
    assert ids[0]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    "colour",
    [sheet.INK, sheet.SOFT, sheet.BARK, sheet.LEAF, sheet.CROWN, sheet.STONE, sheet.RED,
     sheet.GRID],
)  # fmt: skip
def test_outlines_and_texts_stand_out_from_the_white_sheet(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def luminance(colour: str) -> float:
    """As WCAG 2 reckons it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * p for share, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_fullest_fraction_circles_are_small() -> None:
    fields = {
        "kind": "fraction_circle",
        "circles": [[24, 1, 1]] * 6,
        "labels": ["A", "B", "C", "D", "E", "F"],
    }
    for style in STYLES:
        text = drawn(fields, style)
        assert text is not None
        assert len(text.encode()) <= MOST_BYTES
