"""A balance with tokens on its pans: equal means that both sides weigh the same."""

from __future__ import annotations

from typing import Literal

import msgspec

from models.domain.pictures.paper import (
    BARK,
    LEAF,
    MARGIN,
    PALE_FRUIT,
    PALE_LEAF,
    WIDTH,
    Paper,
    PictureFault,
    Style,
    course,
    demand,
    plain_text,
    text_width,
    within,
)
from models.domain.pictures.values import Token, token

_PAN = 130.0
_TOKEN = 32.0
_GAP = 4.0


class Balance(
    msgspec.Struct, frozen=True, tag="balance", tag_field="kind", forbid_unknown_fields=True
):
    """Two pans; numbers are green tokens, texts ("x", "?") orange ones; never mirrored."""

    left: tuple[int | str, ...]
    right: tuple[int | str, ...]
    heavier: Literal["none", "left", "right"] = "none"
    sign: str = ""

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        for field, tokens in (("left", self.left), ("right", self.right)):
            few = len(tokens) <= 12
            demand(ok=few, field=field, value=len(tokens), allowed="at most 12 tokens")
            for one in tokens:
                if isinstance(one, int):
                    within(field, one, -99_999, 99_999)
                else:
                    plain_text(field, one, 10)
        plain_text("sign", self.sign, 2)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        piles = [_rows(style, "left", self.left), _rows(style, "right", self.right)]
        tilt = {"none": 0, "left": 16, "right": -16}[self.heavier]
        tallest = max(1, *map(len, piles)) * (_TOKEN + _GAP)
        y = MARGIN + max(tallest, 24) + 16
        middle = WIDTH / 2
        ends = ((MARGIN + _PAN / 2, y + tilt), (WIDTH - MARGIN - _PAN / 2, y - tilt))
        foot = y + 84
        stand = [(middle - 4, y + 30), (middle + 4, y + 30), (middle + 36, foot)]
        paper.path(
            course([*stand, (middle - 36, foot)], is_closed=True), fill=BARK, colour=BARK
        )
        paper.line((ends[0][0], ends[0][1] + 30), (ends[1][0], ends[1][1] + 30), BARK, 6)
        paper.circle(middle, y + 30, 8, fill=PALE_FRUIT, colour=BARK, line=3)
        for (x, pan), rows in zip(ends, piles, strict=True):
            paper.line((x, pan + 6), (x, pan + 28), BARK, 5)
            half = _PAN / 2
            paper.path(
                f"M{x - half:.0f} {pan:.0f}H{x + half:.0f}Q{x + half - 8:.0f} {pan + 14:.0f} "
                f"{x + half - 30:.0f} {pan + 14:.0f}H{x - half + 30:.0f}"
                f"Q{x - half + 8:.0f} {pan + 14:.0f} {x - half:.0f} {pan:.0f}Z",
                fill="#e7d3b8", colour=BARK,
            )  # fmt: skip
            _pile(paper, x, pan - 2, rows)
        if self.sign:
            paper.sign(middle, y - 20, self.sign, size=26, is_bold=True)
        return paper.finished(foot + MARGIN)


def _rows(style: Style, field: str, tokens: tuple[Token, ...]) -> list[list[tuple[str, bool]]]:
    """The tokens of a pan in rows from below, each with whether it is a number."""
    rows: list[list[tuple[str, bool]]] = []
    room = 0.0
    for one in tokens:
        text = token(style, one)
        wide = _wide(text) + _GAP
        if wide > room:
            rows.append([])
            room = _PAN - 4
        if wide > room or len(rows) > 4:
            raise PictureFault(field, tokens, "fewer or shorter tokens: the pan is full")
        rows[-1].append((text, isinstance(one, int)))
        room -= wide
    return rows


def _wide(text: str) -> float:
    return max(_TOKEN, text_width(text) + 12)


def _pile(
    paper: Paper, middle: float, bottom: float, rows: list[list[tuple[str, bool]]]
) -> None:
    for height, row in enumerate(rows):
        x = middle - (sum(_wide(text) + _GAP for text, _ in row) - _GAP) / 2
        y = bottom - (height + 1) * (_TOKEN + _GAP) + _GAP
        for text, is_number in row:
            fill, edge = (PALE_LEAF, LEAF) if is_number else (PALE_FRUIT, BARK)
            round_by = 6 if is_number else 16
            paper.box(x, y, _wide(text), _TOKEN, fill=fill, colour=edge, radius=round_by)
            paper.sign(x + _wide(text) / 2, y + _TOKEN / 2, text, is_bold=True)
            x += _wide(text) + _GAP
