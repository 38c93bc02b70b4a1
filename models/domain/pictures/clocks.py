"""Clocks: a face with hands, and digits; both the same in every writing direction."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from models.domain.pictures.paper import (
    BARK,
    INK,
    LEAF,
    MARGIN,
    PALE_LEAF,
    RED,
    SOFT,
    TEXT,
    WHITE,
    WIDTH,
    Paper,
    Style,
    plain_text,
    within,
)

_X, _Y, _R = WIDTH / 2, 134.0, 116.0


class Clock(
    msgspec.Struct, frozen=True, tag="clock", tag_field="kind", forbid_unknown_fields=True
):
    """A clock face; the hour hand moves on with the minutes, as a real one does."""

    hour: int
    minute: int = 0
    hands: Literal["both", "hour", "minute", "none"] = "both"
    minute_numbers: bool = False

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("hour", self.hour, 0, 23)
        within("minute", self.minute, 0, 59)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        drop = 24.0 if self.minute_numbers else 0.0
        y = _Y + drop
        paper.circle(_X, y, _R, fill="#fdf8ec", colour=BARK, line=6)
        _ticks(paper, y, 60, (103.5, 110.5), 1.5, SOFT)
        _ticks(paper, y, 12, (98.0, 111.0), 3.0, INK)
        self._hands(paper, y)
        for hour in range(1, 13):
            x, down = _at(y, hour / 12, 83)
            number = style.number(hour)
            paper.sign(x, down, number, size=TEXT + 4, is_bold=True, halo="#fdf8ec")
            if self.minute_numbers:
                x, down = _at(y, hour / 12, _R + 17)
                paper.sign(x, down, style.number(5 * hour % 60), colour=RED)
        return paper.finished(y + _R + 18 + drop)

    def _hands(self, paper: Paper, y: float) -> None:
        if self.hands in {"both", "hour"}:
            turn = (self.hour % 12 + self.minute / 60) / 12
            paper.line((_X, y), _at(y, turn, 54), LEAF, 9)
        if self.hands in {"both", "minute"}:
            paper.line((_X, y), _at(y, self.minute / 60, 99), RED, 4)
        paper.circle(_X, y, 7, fill=INK)


class DigitalClock(
    msgspec.Struct, frozen=True, tag="digital_clock", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """Hours and minutes in digits; `suffix` says which half of the day, where it is said."""

    hour: int
    minute: int = 0
    padded: bool = False
    suffix: str = ""

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("hour", self.hour, 0, 24)
        within("minute", self.minute, 0, 59)
        plain_text("suffix", self.suffix, 16)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        zero = style.number(0)
        hour = (zero if self.padded and self.hour < 10 else "") + style.number(self.hour)
        minute = (zero if self.minute < 10 else "") + style.number(self.minute)
        height = 128.0 if self.suffix else 104.0
        paper.box(50, MARGIN, 220, height - 2 * MARGIN, fill=BARK, colour=BARK, radius=14)
        paper.box(60, MARGIN + 10, 200, height - 2 * MARGIN - 20, fill=PALE_LEAF,
                  colour=WHITE, radius=6)  # fmt: skip
        y = height / 2 - (12 if self.suffix else 0)
        paper.sign(146, y, hour, side="right", size=46, is_bold=True)
        paper.sign(160, y - 3, ":", size=46, is_bold=True)
        paper.sign(174, y, minute, side="left", size=46, is_bold=True)
        if self.suffix:
            paper.words(_X, height / 2 + 26, self.suffix)
        return paper.finished(height)


def _ticks(
    paper: Paper, y: float, marks: int, ends: tuple[float, float], width: float, colour: str
) -> None:
    """Ticks between two radii: a dashed ring, for sixty lines weigh 700 bytes more, packed.

    A ring's dashes begin at three o'clock, where a tick is: the first one starts half before.
    """
    radius = sum(ends) / 2
    gap = 2 * math.pi * radius / marks - width
    paper.element(
        "circle", cx=_X, cy=y, r=radius, fill="none", stroke=colour,
        stroke_width=ends[1] - ends[0], stroke_dasharray=f"{width} {gap:.4f}",
        stroke_dashoffset=str(width / 2),
    )  # fmt: skip


def _at(middle: float, turn: float, radius: float) -> tuple[float, float]:
    """A point of the face: a share of a whole turn, clockwise from the top."""
    angle = 2 * math.pi * turn
    return _X + radius * math.sin(angle), middle - radius * math.cos(angle)
