"""A PDF as another program than ours reads it: pdfium, which draws it in many browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium
import segno

#: Dots a millimetre when pages are drawn: a module of a QR code is ten dots wide.
DOTS = 12.0
_POINTS = 72 / 25.4
_PAGE_HEIGHT = 297.0
Dots = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and the ink that it takes, in millimetres from the page's upper left corner."""

    sign: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page's words, letters and dots."""

    words: str
    letters: list[Letter]
    dots: Dots
    annotations: int

    def part(self, left: float, top: float, width: float, height: float) -> Dots:
        """The dots of that part of the page, black is 0."""
        across = slice(round(left * DOTS), round((left + width) * DOTS))
        return self.dots[round(top * DOTS) : round((top + height) * DOTS), across]


def read(file: bytes) -> list[Page]:
    """The pages of `file`."""
    with _opened(file) as document:
        return [_page(one) for one in document]


def deeds(file: bytes) -> int:
    """What the file would do or carry beside its pages: scripts and attachments."""
    with _opened(file) as document:
        scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(document)
        return int(scripts) + int(pdfium.FPDFDoc_GetAttachmentCount(document))


def holds(dots: Dots, text: str) -> bool:
    """Whether the one QR code in `dots` is that of `text`, with four modules of white around.

    It is found by its ink alone, so that nothing is known here of how it was placed.
    """
    wanted = np.array([list(row) for row in segno.make(text, error="m").matrix], dtype=bool)
    is_dark = dots < 90
    down, across = np.flatnonzero(is_dark.any(axis=1)), np.flatnonzero(is_dark.any(axis=0))
    top, bottom, left, right = down[0], down[-1] + 1, across[0], across[-1] + 1
    module = (bottom - top) / len(wanted)
    white = min(top, left, len(dots) - bottom, dots.shape[1] - right)
    middles = (np.arange(len(wanted)) + 0.5) * module
    rows, columns = (top + middles).astype(int), (left + middles).astype(int)
    found = is_dark[np.ix_(rows, columns)]
    return bool(white >= 3.9 * module and (found == wanted).all())


@contextmanager
def _opened(file: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(file)
    try:
        yield document
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> Page:
    text = page.get_textpage()
    letters = [
        _letter(sign, *text.get_charbox(place))
        for place, sign in enumerate(_signs(text))
        if sign.strip()
    ]
    drawn = page.render(scale=DOTS / _POINTS, grayscale=True).to_numpy()
    return Page(
        " ".join(text.get_text_bounded().split()),
        letters,
        drawn.reshape(drawn.shape[:2]).copy(),
        int(pdfium.FPDFPage_GetAnnotCount(page)),
    )


def _signs(text: pypdfium2.PdfTextpage) -> list[str]:
    """Each character of the page; of a pair that UTF-16 writes, the whole and then nothing."""
    codes = [pdfium.FPDFText_GetUnicode(text, at) for at in range(text.count_chars())]
    signs = [chr(code) for code in codes]
    for at, (high, low) in enumerate(pairwise(codes)):
        if high >> 10 == 0x36 and low >> 10 == 0x37:
            signs[at : at + 2] = chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)), ""
    return signs


def _letter(sign: str, left: float, bottom: float, right: float, top: float) -> Letter:
    """pdfium counts points from the lower left corner."""
    return Letter(
        sign,
        left / _POINTS,
        _PAGE_HEIGHT - top / _POINTS,
        right / _POINTS,
        _PAGE_HEIGHT - bottom / _POINTS,
    )
