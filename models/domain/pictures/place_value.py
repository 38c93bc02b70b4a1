"""Place value: blocks of ten, a grid of a hundred, a chart of columns; never mirrored."""

from __future__ import annotations

import msgspec

from models.domain.pictures.headings import draw_names, height_of, rows_needed
from models.domain.pictures.paper import (
    BARK,
    CROWN,
    FRUIT,
    INK,
    LEAF,
    MARGIN,
    PALE_FRUIT,
    PALE_LEAF,
    WIDTH,
    Paper,
    Style,
    demand,
    plain_text,
    shortened,
    within,
)
from models.domain.pictures.values import Token, token


class BaseTen(
    msgspec.Struct, frozen=True, tag="base_ten", tag_field="kind", forbid_unknown_fields=True
):
    """Flats of a hundred, rods of ten and single cubes, also more than nine of them."""

    hundreds: int = 0
    tens: int = 0
    ones: int = 0

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("hundreds", self.hundreds, 0, 9)
        within("tens", self.tens, 0, 19)
        within("ones", self.ones, 0, 20)
        total = self.hundreds + self.tens + self.ones
        demand(ok=total > 0, field="hundreds + tens + ones", value=0, allowed="1 or more")

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        cell = 8.5 if self.hundreds or self.tens > 12 else 11.0
        side = 10 * cell
        one = paper.define(
            "path", "", "one", d=f"M0 0h{cell}v{cell}h-{cell}z",
            fill=PALE_FRUIT, stroke=BARK, stroke_width=1.5,
        )  # fmt: skip
        rod = self._block(paper, "rod", 1, cell, (FRUIT, BARK))
        y = MARGIN
        if self.hundreds:
            y = self._flats(paper, self._block(paper, "flat", 10, cell, (CROWN, LEAF)), side)
        columns = -(-self.ones // 5)
        free = WIDTH - 2 * MARGIN - 14 - columns * (cell + 5)
        pitch = min(cell + 4, free / max(self.tens, 1))
        wide = self.tens * pitch + 10 + columns * (cell + 5)
        x = max(MARGIN, (WIDTH - wide) / 2)
        for place in range(self.tens):
            paper.use(rod, x + place * pitch, y)
        x += self.tens * pitch + (14 if self.tens else 0)
        for place in range(self.ones):
            column, row = divmod(place, 5)
            paper.use(one, x + column * (cell + 5), y + row * (side + 2) / 5)
        y += side + MARGIN if self.tens or self.ones else -4
        return paper.finished(y)

    def _flats(self, paper: Paper, flat: str, side: float) -> float:
        left = (WIDTH - min(3, self.hundreds) * (side + 12) + 12) / 2
        for place in range(self.hundreds):
            row, column = divmod(place, 3)
            paper.use(flat, left + column * (side + 12), MARGIN + row * (side + 10))
        return MARGIN + -(-self.hundreds // 3) * (side + 10) + 4

    def _block(
        self, paper: Paper, name: str, across: int, cell: float, look: tuple[str, str]
    ) -> str:
        fill, edge = look
        wide, side = shortened(across * cell), shortened(10 * cell)
        inner = "".join(f"M0 {shortened(i * cell)}h{wide}" for i in range(1, 10))
        inner += "".join(f"M{shortened(i * cell)} 0v{side}" for i in range(1, across))
        body = f'<path d="M0 0h{wide}v{side}h-{wide}z" fill="{fill}" stroke-width="2"/>'
        lines = f'<path d="{inner}" stroke-width="1"/>'
        return paper.define("g", body + lines, name, stroke=edge)


class HundredGrid(
    msgspec.Struct, frozen=True, tag="hundred_grid", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """A square of a hundred cells, or of ten columns, shaded from its left."""

    shaded: int = 0
    also: int = 0
    tenths: bool = False

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        most = 10 if self.tenths else 100
        within("shaded", self.shaded, 0, most)
        within("also", self.also, 0, most - self.shaded)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        cell, left, top = 25.0, (WIDTH - 250) / 2, MARGIN
        unit = 10 if self.tenths else 1
        done = self.shaded * unit
        self._shade(paper, 0, done, CROWN)
        if self.also:
            self._shade(paper, done, done + self.also * unit, paper.hatching())
        x, y = shortened(left), shortened(top)
        upright = "".join(f"M{shortened(left + i * cell)} {y}v250" for i in range(1, 10))
        level = "".join(f"M{x} {shortened(top + i * cell)}h250" for i in range(1, 10))
        paper.path(upright + ("" if self.tenths else level), colour=LEAF, width=1.5)
        paper.box(left, top, 250, 250, fill="none", colour=LEAF, line=3)
        return paper.finished(250 + 2 * MARGIN)

    def _shade(self, paper: Paper, start: int, end: int, fill: str) -> None:
        """Shades cells of the columns, each from its top; whole columns as one piece."""
        left = (WIDTH - 250) / 2
        while start < end:
            column, row = divmod(start, 10)
            columns = (end - start) // 10 if row == 0 else 0
            cells = 10 * columns if columns else min(10 - row, end - start)
            wide, high = (columns * 25, 250) if columns else (25, cells * 25)
            paper.box(left + column * 25, MARGIN + row * 25, wide, high, fill=fill,
                      colour="none", line=0)  # fmt: skip
            start += cells


class PlaceValueChart(
    msgspec.Struct, frozen=True, tag="place_value_chart", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """Rows of digits under the names of their columns; `null` leaves a cell empty."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int | str | None, ...], ...]
    point_after: int = 0

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        count = len(self.columns)
        demand(ok=1 <= count <= 7, field="columns", value=count, allowed="1 to 7 columns")
        for name in self.columns:
            plain_text("columns", name, 20)
        few = 1 <= len(self.rows) <= 6
        demand(ok=few, field="rows", value=len(self.rows), allowed="1 to 6 rows")
        for row in self.rows:
            demand(ok=len(row) == count, field="rows", value=row, allowed=f"{count} cells each")
            for cell in row:
                _check_cell(cell)
        within("point_after", self.point_after, 0, count - 1)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        lane = min(90.0, (WIDTH - 2 * MARGIN) / len(self.columns))
        left = (WIDTH - lane * len(self.columns)) / 2
        middles = [left + (i + 0.5) * lane for i in range(len(self.columns))]
        names = rows_needed("columns", self.columns, middles)
        draw_names(paper, self.columns, middles, MARGIN - 4, rows=names, is_above=True)
        top = MARGIN + height_of(names)
        high, wide = 46.0 * len(self.rows), lane * len(self.columns)
        paper.box(left, top, wide, high, fill=PALE_LEAF, colour=LEAF, radius=4)
        self._lines(paper, left, top, lane)
        for place, row in enumerate(self.rows):
            y = top + (place + 0.5) * 46
            for x, cell in zip(middles, row, strict=True):
                if cell is not None:
                    paper.sign(x, y, token(style, cell), size=28, is_bold=True)
            if self.point_after:
                paper.circle(left + self.point_after * lane, y + 10, 4.5, fill=INK, line=0)
        return paper.finished(top + high + MARGIN)

    def _lines(self, paper: Paper, left: float, top: float, lane: float) -> None:
        high, wide = 46 * len(self.rows), shortened(lane * len(self.columns))
        lines = "".join(
            f"M{shortened(left + i * lane)} {shortened(top)}v{high}"
            for i in range(1, len(self.columns))
        )
        lines += "".join(
            f"M{shortened(left)} {shortened(top + i * 46)}h{wide}"
            for i in range(1, len(self.rows))
        )
        if lines:
            paper.path(lines, colour=LEAF, width=1.5)


def _check_cell(cell: Token | None) -> None:
    if isinstance(cell, int):
        within("rows", cell, 0, 99)
    elif cell is not None:
        plain_text("rows", cell, 2)
