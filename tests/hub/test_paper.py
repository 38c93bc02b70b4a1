"""Sheets to print as a PDF: made by a real process, read by pdfium."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hub.errors import NoPaper
from hub.paper import printer
from hub.paper.fonts import ALL, Font
from hub.paper.job import Card, Job, Wall
from hub.paper.letters import BOX, writable
from hub.paper.printer import Printer
from hub.roster.people import PICTURES
from tests.hub.paper import Page, deeds, holds, read
from tests.repository.tree import ROOT

#: A card of the sheet in millimetres, and what of it the QR code takes, from left to right.
WIDTH, HEIGHT, MARGIN, QR = 95.0, 55.0, 10.0, 47.5
LINK = "http://192.168.100.100:8080/card/{:022}"
HOSTILE = (
    "{nb} of {nb}",
    ") Tj ET /JavaScript (app.alert(1)) << /OpenAction >> endstream",
    "<FEFF> \\( \\) % comment",
    "**bold** __under__ ~~out~~",
    "Wolfeschlegelsteinhausenbergerdorff" * 2,
    "محمدعبدالرحمنعبدالرحيمعبدالكريمعبدالعزيزعبداللطيفعبدالحميد",
    "M" * 400,
    "Mwanafunzi mwenye jina refu sana la kutosha karatasi nzima hii",
    "A\u0301" + "\u0323" * 40,
    "\N{ETHIOPIC SYLLABLE HA}" * 60,
)


def job(
    cards: tuple[Card, ...],
    *,
    language: str = "en",
    is_rtl: bool = False,
    wall: Wall | None = None,
) -> Job:
    return Job("Cards", language, is_rtl, "Darasa la 4", cards, wall)


def made(*names: str, is_rtl: bool = False, wall: Wall | None = None) -> bytes:
    cards = tuple(
        Card(name, PICTURES[place % len(PICTURES)], LINK.format(place))
        for place, name in enumerate(names)
    )
    language = "ar" if is_rtl else "en"
    return Printer().made(job(cards, language=language, is_rtl=is_rtl, wall=wall))


def corner(place: int) -> tuple[float, float]:
    """The upper left corner of a card on its page, where the language runs left to right."""
    row, column = divmod(place % 10, 2)
    return MARGIN + column * WIDTH, MARGIN + row * HEIGHT


def within(page: Page, left: float, top: float, width: float, height: float) -> str:
    """The letters whose middle lies in that part of the page."""
    return "".join(
        one.sign
        for one in page.letters
        if left <= (one.left + one.right) / 2 < left + width
        and top <= (one.top + one.bottom) / 2 < top + height
    )


def test_a_class_of_sixty_fills_six_sheets_and_each_card_has_its_own_qr_and_name() -> None:
    names = [f"Neema {'abcdefghij'[place // 10]}{place % 10}" for place in range(60)]
    pages = read(made(*names))
    assert len(pages) == 6
    for place, name in enumerate(names):
        page, (left, top) = pages[place // 10], corner(place)
        assert holds(page.part(left + 1, top + 1, QR - 1, HEIGHT - 2), LINK.format(place))
        words = within(page, left + QR, top, WIDTH - QR, HEIGHT)
        assert name.replace(" ", "") in words
        assert PICTURES[place % len(PICTURES)] in words
        assert "Darasala4" in words


def test_a_qr_code_of_another_card_is_told_from_this_one() -> None:
    (page,) = read(made("Amina"))
    part = page.part(MARGIN + 1, MARGIN + 1, QR - 1, HEIGHT - 2)
    assert holds(part, LINK.format(0))
    assert not holds(part, LINK.format(1))


def test_pictures_are_drawn_in_colour_for_every_learner_that_a_class_can_have() -> None:
    for start in range(0, len(PICTURES), 60):
        asked = job(tuple(Card("a", one, "x") for one in PICTURES[start : start + 60]))
        assert BOX not in "".join(page.words for page in read(Printer().made(asked)))


def test_arabic_is_joined_and_runs_from_right_to_left() -> None:
    (page,) = read(made("محمد"))
    left, top = corner(0)
    letters = {one.sign: one for one in page.letters if one.top > top + 15}
    assert letters["م"].right > letters["د"].right
    name = [one for one in page.letters if one.sign in "محمد"]
    over, under = min(one.top for one in name), max(one.bottom for one in name)
    ink = page.part(left + QR, over, WIDTH - QR - 1, under - over) < 128
    columns = np.flatnonzero(ink.any(axis=0))
    # Letters that stand alone leave white between them; joined ones are one stroke.
    assert len(columns) > 50
    assert (np.diff(columns) == 1).all()


def test_an_arabic_page_runs_from_right_to_left_card_by_card() -> None:
    (page,) = read(made("Amina", "Zawadi", is_rtl=True))
    first = MARGIN + WIDTH
    assert "Amina" in within(page, first, MARGIN, WIDTH - QR, HEIGHT)
    assert "Zawadi" in within(page, MARGIN, MARGIN, WIDTH - QR, HEIGHT)
    part = page.part(first + WIDTH - QR, MARGIN + 1, QR - 1, HEIGHT - 2)
    assert holds(part, LINK.format(0))


def test_a_line_of_both_directions_keeps_the_order_of_its_sentence() -> None:
    (page,) = read(made("Amina محمد Juma"))
    letters = {one.sign: one for one in page.letters}
    assert letters["A"].left < letters["ح"].left < letters["J"].left or (
        letters["J"].top > letters["ح"].top
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_name_leaves_its_place_on_its_card(language: str) -> None:
    is_rtl = language == "ar"
    (page,) = read(made(*HOSTILE, is_rtl=is_rtl))
    for place in range(len(HOSTILE)):
        left, top = corner(place)
        own = [one for one in page.letters if left < one.left < left + WIDTH]
        own = [one for one in own if top < (one.top + one.bottom) / 2 < top + HEIGHT]
        text_left = left if is_rtl else left + QR
        assert own
        for one in own:
            assert text_left <= one.left, (place, one)
            assert one.right <= text_left + WIDTH - QR, (place, one)
            assert top + 1 <= one.top, (place, one)
            assert one.bottom <= top + HEIGHT - 1, (place, one)
        lines = {round(one.bottom, 1) for one in own}
        assert len(lines) > 1


def test_nothing_in_a_name_becomes_a_part_of_the_file() -> None:
    file = made(*HOSTILE)
    pages = read(file)
    told = "".join("".join(page.words.split()) for page in pages)
    assert "{nb}of{nb}" in told
    assert ")TjET/JavaScript(app.alert(1))<</OpenAction>>endstream" in told
    assert "**bold**__under__~~out~~" in told
    assert deeds(file) == 0
    assert [page.annotations for page in pages] == [0]


def test_letters_that_the_font_has_not_show_as_boxes() -> None:
    (page,) = read(made("Sara ሣራ"))
    left, top = corner(0)
    assert "Sara" + 2 * BOX in within(page, left + QR, top + 17, WIDTH - QR, 22)
    inked = page.part(left + QR, top + 18, WIDTH - QR - 1, 20) < 128
    (bare,) = read(made("Sara"))
    without = bare.part(left + QR, top + 18, WIDTH - QR - 1, 20) < 128
    assert inked.sum() > without.sum()


def test_what_steers_a_text_is_left_out_and_a_letters_marks_share_its_box() -> None:
    known = frozenset(map(ord, "Amina Zé\u200c"))
    assert writable("A\x00m\x1bi\u202en\u2066a\ufeff", known) == "Amina"
    assert writable("A\tm\r\ni", known) == "A m  i"
    assert writable("Ze\u0301", known) == "Zé"
    assert writable("\u0915\u093f\u0928", known) == BOX + BOX
    assert writable("A\u0301", known) == BOX
    assert writable("A\u0301", known | {0x301}) == "A\u0301"
    assert writable("n\u0302", known) == "n" + BOX
    assert writable("a\u200ca", known) == "a\u200ca"
    assert writable("\ue000\U0010ffff", known) == BOX + BOX
    assert writable("", known) == ""


def test_the_sheet_for_the_wall_comes_first_with_all_that_it_says() -> None:
    link = "http://10.42.0.1:8080/join/ABC234"
    steps = (("Scan the square.", link), ("Type:", "ABC234"), ("Tap Join.", ""))
    wall = Wall("This tablet joins " + "Darasa la nne " * 4, link, steps, "Should it change.")
    wall_page, cards = read(made("Amina", wall=wall))
    flat = wall_page.words.replace(" ", "")
    for words in (wall.heading, wall.remark, *(one for step in steps for one in step)):
        assert words.replace(" ", "") in flat
    assert holds(wall_page.part(50, 46, 110, 109), link)
    assert "Amina" in cards.words


def test_an_arabic_sheet_keeps_addresses_and_codes_readable() -> None:
    link = "http://10.42.0.1:8080/join/ABC234"
    remark = "إن تغيّر العنوان \u2068http://10.42.0.1:8080\u2069 فاطبعوا ورقة جديدة."
    wall = Wall("ينضمّ هذا الجهاز", link, (("افتحوا هذا العنوان", link),), remark)
    (page,) = read(made(wall=wall, is_rtl=True))
    latin = [one for one in page.letters if one.sign.isascii()]
    for at, words in (((0, 250), link), ((250, 297), "http://10.42.0.1:8080")):
        line = [one for one in latin if at[0] < one.top < at[1] and one.left > 0]
        ordered = "".join(one.sign for one in sorted(line, key=lambda one: one.left))
        assert words in ordered


def test_a_font_that_is_missing_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lost = Font(tmp_path / "gone.ttf", "fonts-of-nobody")
    monkeypatch.setattr(printer, "ALL", (*ALL, lost))
    with pytest.raises(NoPaper, match=r"lacks the font fonts-of-nobody .* from the browser"):
        made("Amina")


def test_a_process_that_does_not_end_is_ended() -> None:
    with pytest.raises(NoPaper, match="could not be made"):
        Printer(limit_s=0.02).made(job((Card("a", "🐘", "x"),)))


def test_a_job_that_cannot_be_drawn_is_told_without_its_names(
    caplog: pytest.LogCaptureFixture,
) -> None:
    too_long = Card("Amina Juma", "🐘", "x" * 5_000)
    with pytest.raises(NoPaper, match="could not be made"):
        Printer().made(job((too_long,)))
    assert "paper_failed why=segno.encoder.DataOverflowError" in caplog.text
    assert "Amina" not in caplog.text


def test_two_files_are_not_made_at_once() -> None:
    busy = Printer(patience_s=0.01)
    with busy._turn, pytest.raises(NoPaper, match="Another file"):
        busy.made(job(()))


def test_the_hub_itself_never_loads_what_draws() -> None:
    asked = (
        "import sys, hub.app, hub.web.factory, hub.web.server;"
        "print({'fpdf', 'PIL', 'fontTools', 'uharfbuzz'} & set(sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == "set()\n"


def test_start_installs_the_very_fonts_that_are_looked_for() -> None:
    lines = (ROOT / "start").read_text(encoding="utf-8").replace("||\n", "||").split("\n")
    for font in ALL:
        (line,) = [one for one in lines if str(font.path) in one]
        assert line.split("||")[1].split() == ["echo", font.package]
