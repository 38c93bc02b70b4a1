"""Bar charts, upright or lying; right to left they start from the right."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from models.domain.pictures.headings import draw_names, height_of, rows_needed
from models.domain.pictures.paper import (
    CROWN,
    GRID,
    LEAF,
    MARGIN,
    TEXT,
    WHITE,
    WIDTH,
    Paper,
    Style,
    demand,
    plain_text,
    text_width,
)
from models.domain.pictures.values import written

_PLOT = 170.0
_LANE = 38.0
#: Half of the sheet: in less, bars cannot be told apart.
_LEAST_PLOT = 110.0


class BarChart(
    msgspec.Struct, frozen=True, tag="bar_chart", tag_field="kind", forbid_unknown_fields=True
):
    """One bar for each label; the scale has a line each `step` up to `top`."""

    labels: tuple[str, ...]
    values: tuple[Fraction, ...]
    step: Fraction = Fraction(1)
    top: Fraction = Fraction(0)
    title: str = ""
    axis: str = ""
    horizontal: bool = False
    gridlines: bool = True
    show_values: bool = False

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        count = len(self.labels)
        demand(ok=1 <= count <= 8, field="labels", value=count, allowed="1 to 8 labels")
        same = len(self.values) == count
        demand(ok=same, field="values", value=len(self.values), allowed=f"{count}, as labels")
        for value in self.values:
            demand(
                ok=0 <= value <= 1_000_000, field="values", value=value, allowed="0 to 1000000"
            )
        demand(ok=self.step > 0, field="step", value=self.step, allowed="more than 0")
        demand(ok=self.top >= 0, field="top", value=self.top, allowed="0 or more")
        for text in self.labels:
            plain_text("labels", text, 20)
        for field, text in (("title", self.title), ("axis", self.axis)):
            plain_text(field, text, 40)
            rule = "shorter: it has one line"
            demand(ok=text_width(text) <= WIDTH - 20, field=field, value=text, allowed=rule)
        lines = self.lines
        demand(
            ok=lines <= 12, field="step", value=self.step, allowed="such that <= 12 lines do"
        )

    @property
    def lines(self) -> int:
        """How many steps the scale has."""
        return max(1, -(-max(self.top, *self.values) // self.step))

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        y = MARGIN
        for text, is_bold in ((self.title, True), (self.axis, False)):
            if text:
                paper.words(WIDTH / 2, y + TEXT / 2, text, is_bold=is_bold)
                y += TEXT + 8
        return self._lying(paper, y) if self.horizontal else self._upright(paper, y + 8)

    def _scale(self, style: Style) -> list[str]:
        values = (self.step * i for i in range(self.lines + 1))
        return [written(style, value).whole for value in values]

    def _upright(self, paper: Paper, y: float) -> str:
        is_rtl = paper.style.is_rtl
        y += TEXT if self.show_values else 0
        numbers = self._scale(paper.style)
        room = max(map(text_width, numbers)) + 8
        plot = max(_PLOT, self.lines * (TEXT + 3))
        near, far = MARGIN + room, WIDTH - MARGIN
        self._check_room(near, far)
        flip = _mirror if is_rtl else _same
        for place, number in enumerate(numbers):
            level = y + plot * (1 - place / self.lines)
            if self.gridlines or not place:
                paper.line((flip(near), level), (flip(far), level), GRID, 1)
            side = flip(near - 6)
            paper.sign(side, level, number, side="left" if is_rtl else "right")
        lane = (far - near) / len(self.labels)
        middles = [flip(near + (i + 0.5) * lane) for i in range(len(self.labels))]
        for x, value in zip(middles, self.values, strict=True):
            high = plot * float(value / (self.step * self.lines))
            wide = min(44.0, lane * 0.62)
            paper.box(x - wide / 2, y + plot - high, wide, high, fill=CROWN, colour=LEAF)
            if self.show_values:
                number = written(paper.style, value).whole
                fits = text_width(number) <= lane
                demand(ok=fits, field="values", value=value, allowed="shorter: bars are narrow")
                paper.sign(x, y + plot - high - 13, number, halo=WHITE)
        paper.path(f"M{flip(near):.0f} {y - 6:.0f}V{y + plot:.0f}H{flip(far):.0f}")
        rows = rows_needed("labels", self.labels, middles)
        draw_names(paper, self.labels, middles, y + plot + 4, rows=rows)
        return paper.finished(y + plot + height_of(rows) + MARGIN)

    def _lying(self, paper: Paper, y: float) -> str:
        is_rtl = paper.style.is_rtl
        flip = _mirror if is_rtl else _same
        room = max(map(text_width, self.labels)) + 10
        demand(ok=room <= 160, field="labels", value=self.labels, allowed="shorter")
        numbers = self._scale(paper.style)
        last = text_width(numbers[-1]) / 2
        values = [written(paper.style, value).whole for value in self.values]
        beyond = max(map(text_width, values)) + 6 if self.show_values else 0
        near, far = MARGIN + room, WIDTH - MARGIN - max(last, beyond)
        self._check_room(near, far)
        tall = _LANE * len(self.labels)
        every = self._every(numbers, (far - near) / self.lines)
        for place, number in enumerate(numbers):
            x = flip(near + (far - near) * place / self.lines)
            if self.gridlines:
                paper.line((x, y), (x, y + tall + 4), GRID, 1)
            if place % every == 0:
                paper.sign(x, y + tall + 18, number)
        for place, (label, value) in enumerate(zip(self.labels, self.values, strict=True)):
            top = y + place * _LANE + 6
            long = (far - near) * float(value / (self.step * self.lines))
            left = min(flip(near), flip(near + long))
            paper.box(left, top, long, _LANE - 12, fill=CROWN, colour=LEAF)
            side = flip(near - 8)
            paper.words(side, top + 13, label, side="left" if is_rtl else "right")
            if self.show_values:
                end = flip(near + long + 5)
                paper.sign(
                    end, top + 13, values[place], side="right" if is_rtl else "left", halo=WHITE
                )
        paper.path(f"M{flip(near):.0f} {y:.0f}V{y + tall:.0f}H{flip(far):.0f}")
        return paper.finished(y + tall + 28 + MARGIN)

    def _check_room(self, near: float, far: float) -> None:
        fits = far - near >= _LEAST_PLOT
        demand(ok=fits, field="step", value=self.step, allowed="of shorter numbers")

    def _every(self, numbers: list[str], gap: float) -> int:
        """1 where all numbers of a lying scale have room, else 2, 5 or the ends only."""
        widest = max(map(text_width, numbers)) + 6
        return next((every for every in (1, 2, 5) if gap * every >= widest), self.lines)


def _mirror(x: float) -> float:
    return WIDTH - x


def _same(x: float) -> float:
    return x
