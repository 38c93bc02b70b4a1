"""Draws the sheets with fpdf2. Only the process that makes a file imports this."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import segno
from fpdf import FPDF
from fpdf.bidi import auto_detect_base_direction
from fpdf.enums import Align, MethodReturnValue, WrapMode
from fpdf.fonts import TTFFont

from hub.paper.fonts import PICTURES, WORDS
from hub.paper.job import Card, Job, Wall
from hub.paper.letters import BOX, writable

# All lengths are in millimetres, sizes of letters in points.
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 210.0, 297.0, 10.0
CARD_WIDTH, CARD_HEIGHT, CARD_PADDING = 95.0, 55.0, 3.0
COLUMNS, ROWS = 2, 5
#: The white around a QR code, in modules: ISO/IEC 18004 asks for four.
QUIET = 4
CARD_QR, WALL_QR = 42.0, 100.0
_POINT = 25.4 / 72
_LINE = 1.25
NAME_SIZES = (17, 15, 13, 11, 9, 7)
SMALL_SIZES = (10, 8, 6)
HEADING_SIZES = (26, 22, 18, 14)
WALL_SIZES = (16, 13, 11)
TYPED_SIZES = (22, 18, 14, 11, 9)


def drawn(job: Job) -> bytes:
    """The PDF of `job`."""
    sheets = Sheets(job)
    if job.wall is not None:
        sheets.add_wall(job.wall)
    for start in range(0, len(job.cards), COLUMNS * ROWS):
        sheets.add_cards(job.cards[start : start + COLUMNS * ROWS], job.class_name)
    return sheets.file()


class Sheets:
    """The pages of one file."""

    def __init__(self, job: Job) -> None:
        self._is_rtl = job.is_rtl
        self._fits: dict[object, tuple[int, list[str]]] = {}
        self._pdf = FPDF(format="A4")
        self._pdf.set_auto_page_break(auto=False)
        # Else a name with "{nb}" in it would become the number of pages.
        self._pdf.alias_nb_pages("")
        self._pdf.c_margin = 0
        self._pdf.set_draw_color(136)
        for family, font in (("words", WORDS), ("pictures", PICTURES)):
            self._pdf.add_font(family, fname=font.path)
        self._words = _letters(self._pdf, "words")
        self._pictures = _letters(self._pdf, "pictures")
        self._pdf.set_title(writable(job.title, self._words))
        self._pdf.set_lang(job.language)

    def file(self) -> bytes:
        """The file's bytes."""
        return bytes(self._pdf.output())

    def add_wall(self, wall: Wall) -> None:
        """The sheet for the wall, on a page of its own."""
        self._pdf.add_page()
        width, y = PAGE_WIDTH - 4 * MARGIN, 2 * MARGIN
        left = (PAGE_WIDTH - width) / 2
        self._text(wall.heading, (left, y, width, 30), HEADING_SIZES)
        y += 32
        self._qr(wall.link, (PAGE_WIDTH - WALL_QR) / 2, y, WALL_QR)
        y += WALL_QR + 4
        for words, typed in wall.steps:
            self._text(words, (left, y, width, 16), WALL_SIZES)
            y += 17
            if typed:
                self._text(typed, (left, y, width, 16), TYPED_SIZES)
                y += 18
        self._text(wall.remark, (left, PAGE_HEIGHT - 30, width, 15), SMALL_SIZES)

    def add_cards(self, cards: Sequence[Card], class_name: str) -> None:
        """A page of up to ten cards, in the order in which the language reads."""
        self._pdf.add_page()
        for place, card in enumerate(cards):
            row, column = divmod(place, COLUMNS)
            column = COLUMNS - 1 - column if self._is_rtl else column
            x, y = MARGIN + column * CARD_WIDTH, MARGIN + row * CARD_HEIGHT
            self._card(card, class_name, x, y)

    def _card(self, card: Card, class_name: str, x: float, y: float) -> None:
        with self._pdf.local_context():
            self._pdf.set_dash_pattern(dash=1.5, gap=1.5)
            self._pdf.rect(x, y, CARD_WIDTH, CARD_HEIGHT)
        width = CARD_WIDTH - CARD_QR - 3 * CARD_PADDING
        near, far = x + CARD_PADDING, x + CARD_WIDTH - CARD_PADDING
        qr_at, text_at = (far - CARD_QR, near) if self._is_rtl else (near, far - width)
        self._qr(card.link, qr_at, y + (CARD_HEIGHT - CARD_QR) / 2, CARD_QR)
        y += CARD_PADDING
        self._picture(card.picture, (text_at, y, width, 16))
        self._text(card.name, (text_at, y + 17, width, 22), NAME_SIZES)
        self._text(class_name, (text_at, y + 40, width, 9), SMALL_SIZES)

    def _picture(self, picture: str, box: tuple[float, float, float, float]) -> None:
        x, y, width, height = box
        if not picture or any(ord(sign) not in self._pictures for sign in picture):
            self._text(BOX, box, HEADING_SIZES)
            return
        self._pdf.set_text_shaping(use_shaping_engine=False)
        self._pdf.set_font("pictures", size=36)
        self._pdf.set_xy(x, y)
        self._pdf.cell(width, height, picture, align=Align.C)

    def _text(
        self, text: str, box: tuple[float, float, float, float], sizes: tuple[int, ...]
    ) -> None:
        x, y, width, height = box
        text = writable(text, self._words)
        # Of the whole text: a line that begins with a Latin name may be of an Arabic sentence.
        runs = auto_detect_base_direction(text)
        self._pdf.set_text_shaping(use_shaping_engine=True, direction=runs)
        # The class's name stands on every card.
        asked = (text, width, height, sizes)
        if asked not in self._fits:
            self._fits[asked] = self._fit(*asked)
        size, lines = self._fits[asked]
        self._pdf.set_font("words", size=size)
        for place, line in enumerate(lines):
            self._pdf.set_xy(x, y + place * _line_height(size))
            self._pdf.cell(width, _line_height(size), line, align=Align.C)

    def _fit(
        self, text: str, width: float, height: float, sizes: Sequence[int]
    ) -> tuple[int, list[str]]:
        """The largest of `sizes` in which the text fits without a broken word, and its lines.

        If none fits it is the smallest one, cut off where the box ends.
        """
        words = text.split()
        lines: list[str] = []
        for size in sizes:
            self._pdf.set_font("words", size=size)
            lines = self._lines(text, width)
            is_whole = all(self._pdf.get_string_width(word) <= width for word in words)
            if is_whole and len(lines) * _line_height(size) <= height:
                return size, lines
        most = int(height / _line_height(sizes[-1]))
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
        return sizes[-1], lines

    def _lines(self, text: str, width: float) -> list[str]:
        found = self._pdf.multi_cell(
            width,
            text=text,
            dry_run=True,
            output=MethodReturnValue.LINES,
            wrapmode=WrapMode.WORD,
        )
        return list(found) if isinstance(found, list) else []

    def _qr(self, text: str, x: float, y: float, side: float) -> None:
        """`text` as a QR code with its quiet zone, drawn as a line of modules at a time."""
        rows = segno.make(text, error="m").matrix
        module = side / (len(rows) + 2 * QUIET)
        for row, modules in enumerate(rows):
            column = QUIET
            for is_dark, run in groupby(modules):
                length = len(list(run))
                if is_dark:
                    at = x + column * module, y + (row + QUIET) * module
                    self._pdf.rect(*at, length * module, module, style="F")
                column += length


def _line_height(size: int) -> float:
    return size * _POINT * _LINE


def _letters(pdf: FPDF, family: str) -> frozenset[int]:
    """What the font has a letter for."""
    font = pdf.fonts[family]
    return frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()
