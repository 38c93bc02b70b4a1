"""Figures with measures: rectangles on a grid, polygons with labelled sides, a ruler."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

import msgspec

from models.domain.pictures.paper import (
    BARK,
    FRUIT,
    GRID,
    LEAF,
    MARGIN,
    PALE_FRUIT,
    PALE_LEAF,
    TEXT,
    WIDTH,
    Paper,
    PictureFault,
    Style,
    course,
    demand,
    plain_text,
    shortened,
    text_width,
    within,
)
from models.domain.pictures.values import Token, token, written

Points = list[tuple[float, float]]
_WIDE, _HIGH = 196.0, 160.0


class Rectangle(
    msgspec.Struct, frozen=True, tag="rectangle", tag_field="kind", forbid_unknown_fields=True
):
    """A rectangle in the ratio of its sides; on a grid its cells can be shaded.

    A label stands for the side's own number; shaded rows and columns are hatched and plain,
    so that where both meet a product of fractions shows.
    """

    width: Fraction
    height: Fraction
    unit: str = ""
    width_label: int | str = ""
    height_label: int | str = ""
    sides: Literal["two", "all", "none"] = "two"
    grid: bool = False
    shaded_columns: int = 0
    shaded_rows: int = 0

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        for field, side in (("width", self.width), ("height", self.height)):
            demand(ok=0 < side <= 100_000, field=field, value=side, allowed="0 to 100000")
            if self.grid:
                demand(
                    ok=side.denominator == 1, field=field, value=side, allowed="whole: a grid"
                )
                within(field, side, 1, 20)
        has_grid = self.grid or not (self.shaded_columns or self.shaded_rows)
        demand(ok=has_grid, field="grid", value=False, allowed="true where cells are shaded")
        within("shaded_columns", self.shaded_columns, 0, max(0, math.floor(self.width)))
        within("shaded_rows", self.shaded_rows, 0, max(0, math.floor(self.height)))
        plain_text("unit", self.unit, 12)
        for field, label in _labels(self):
            if isinstance(label, str):
                plain_text(field, label, 16)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        texts = [
            _measure(style, self.width, self.width_label, self.unit),
            _measure(style, self.height, self.height_label, self.unit),
        ]
        has_all = self.sides == "all"
        room = 0.0 if self.sides == "none" else text_width(texts[1]) + 12
        free = min(_WIDE, WIDTH - 12 - (2 * room if has_all else room))
        demand(ok=free >= 90, field="height_label", value=texts[1], allowed="shorter")
        wide, high = self._size(free)
        left = (WIDTH - wide) / 2 + (0 if has_all else -room / 2)
        top = MARGIN + (TEXT + 10 if has_all else 0)
        self._fill(paper, (left, top, wide, high))
        if self.sides != "none":
            paper.words(left + wide / 2, top + high + 16, texts[0])
            paper.words(left + wide + 8, top + high / 2, texts[1], side="left")
        if has_all:
            paper.words(left + wide / 2, top - 15, texts[0])
            paper.words(left - 8, top + high / 2, texts[1], side="right")
        below = 0 if self.sides == "none" else TEXT + 10
        return paper.finished(top + high + below + MARGIN)

    def _size(self, free: float) -> tuple[float, float]:
        """Width and height on the sheet: never thinner than a ribbon unless on a grid."""
        wide, high = float(self.width), float(self.height)
        scale = min(free / wide, 180 / high)
        if self.grid:
            return wide * scale, high * scale
        return max(wide * scale, 36.0), max(high * scale, 36.0)

    def _fill(self, paper: Paper, place: tuple[float, float, float, float]) -> None:
        left, top, wide, high = place
        shades = self.shaded_columns or self.shaded_rows
        paper.box(left, top, wide, high, fill="#ffffff" if shades else PALE_LEAF, line=0)
        columns, rows = math.floor(self.width), math.floor(self.height)
        if self.shaded_columns:
            part = wide * self.shaded_columns / columns
            paper.box(left, top, part, high, fill="#a9d8a4", colour="none", line=0)
        if self.shaded_rows:
            part = high * self.shaded_rows / rows
            paper.element(
                "rect", x=left, y=top, width=wide, height=part, fill=paper.hatching("none"),
            )  # fmt: skip
        if self.grid:
            inner = "".join(
                f"M{shortened(left + wide * i / columns)} {shortened(top)}v{shortened(high)}"
                for i in range(1, columns)
            )
            inner += "".join(
                f"M{shortened(left)} {shortened(top + high * i / rows)}h{shortened(wide)}"
                for i in range(1, rows)
            )
            if inner:
                paper.path(inner, colour=LEAF, width=1.2)
        paper.box(left, top, wide, high, fill="none", colour=LEAF, line=3)


class Polygon(
    msgspec.Struct, frozen=True, tag="polygon", tag_field="kind", forbid_unknown_fields=True
):
    """A figure with a number at each side, not to scale: `null` is "?", 0 is no label.

    Sides go clockwise and begin with the top one; a triangle's first one is the right one.
    """

    sides: tuple[Fraction | None, ...]
    shape: Literal[
        "regular", "rectangle", "parallelogram", "trapezium", "right_triangle", "l_shape",
        "t_shape",
    ] = "regular"  # fmt: skip
    unit: str = ""

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        count = len(self.sides)
        if self.shape == "regular":
            demand(ok=3 <= count <= 8, field="sides", value=count, allowed="3 to 8 sides")
        else:
            known = len(_SHAPES[self.shape])
            rule = f"{known} sides of a {self.shape}"
            demand(ok=count == known, field="sides", value=count, allowed=rule)
        for side in filter(None, self.sides):
            demand(ok=0 < side <= 100_000, field="sides", value=side, allowed="0 to 100000")
        plain_text("unit", self.unit, 8)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        texts = [self._text(style, side) for side in self.sides]
        widest = max(map(text_width, texts))
        corners = _fitted(self._corners(), max(widest + 16, 30))
        paper.path(course(corners, is_closed=True), fill=PALE_LEAF, colour=LEAF, width=3)
        for at, text in enumerate(texts):
            if text:
                (x1, y1), (x2, y2) = corners[at], corners[(at + 1) % len(corners)]
                long = math.hypot(x2 - x1, y2 - y1)
                out_x, out_y = (y2 - y1) / long, (x1 - x2) / long
                away = abs(out_x) * text_width(text) / 2 + abs(out_y) * TEXT / 2 + 8
                along = 0.5 + _NOTCH * (_turns_in(corners, at) - _turns_in(corners, at + 1))
                x, y = x1 + along * (x2 - x1), y1 + along * (y2 - y1)
                paper.words(x + out_x * away, y + out_y * away, text)
        return paper.finished(max(y for _, y in corners) + TEXT + 8 + MARGIN)

    def _text(self, style: Style, side: Fraction | None) -> str:
        if side == 0:
            return ""
        number = style.unknown if side is None else _number(style, side)
        return f"{number} {self.unit}".strip()

    def _corners(self) -> Points:
        if self.shape != "regular":
            return _SHAPES[self.shape]
        count = len(self.sides)
        # Odd figures stand on a side with a corner at the top; even ones have a side there.
        start = 0 if count % 2 else -0.5
        turns = (2 * math.pi * (i + start) / count for i in range(count))
        return [(math.sin(turn), -math.cos(turn)) for turn in turns]


class Ruler(
    msgspec.Struct, frozen=True, tag="ruler", tag_field="kind", forbid_unknown_fields=True
):
    """A ruler with a pencil above it from `start` to `end`."""

    length: int
    start: Fraction
    end: Fraction
    parts: int = 2
    unit: str = ""

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("length", self.length, 1, 10)
        within("start", self.start, 0, self.length)
        within("end", self.end, 0, self.length)
        demand(ok=self.end > self.start, field="end", value=self.end, allowed="beyond start")
        few = self.parts in {1, 2, 4, 5, 10}
        demand(ok=few, field="parts", value=self.parts, allowed="1, 2, 4, 5 or 10")
        plain_text("unit", self.unit, 4)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        left, top = 30.0, 66.0
        pitch = (WIDTH - 2 * left) / self.length
        a, b = left + float(self.start) * pitch, left + float(self.end) * pitch
        tip = min(20.0, (b - a) / 2)
        paper.path(
            course([(a, 24), (b - tip, 24), (b, 37), (b - tip, 50), (a, 50)], is_closed=True),
            fill=FRUIT, colour=BARK,
        )  # fmt: skip
        paper.path(course([(b - tip, 24), (b - tip, 50)]), colour=BARK)
        for x in (a, b):
            paper.element("path", d=course([(x, 53), (x, top)]), stroke=GRID, stroke_width=1.5)
        paper.box(MARGIN, top, WIDTH - 2 * MARGIN, 70, fill=PALE_FRUIT, colour=BARK, radius=4)
        marks = ""
        for place in range(self.length * self.parts + 1):
            tall = 22 if place % self.parts == 0 else 11
            tall += 5 if 2 * place % self.parts == 0 and tall == 11 else 0
            marks += f"M{shortened(left + place * pitch / self.parts)} {shortened(top)}v{tall}"
        paper.path(marks, width=1.5)
        for place in range(self.length + 1):
            paper.sign(left + place * pitch, top + 37, style.number(place))
        if self.unit:
            paper.words(WIDTH / 2, top + 58, self.unit)
        return paper.finished(top + 70 + MARGIN)


def _labels(figure: Rectangle) -> list[tuple[str, Token]]:
    return [("width_label", figure.width_label), ("height_label", figure.height_label)]


def _measure(style: Style, side: Fraction, label: Token, unit: str) -> str:
    if isinstance(label, str) and label:
        return token(style, label)
    number = style.number(label) if isinstance(label, int) else _number(style, side)
    return f"{number} {unit}".strip()


def _number(style: Style, value: Fraction) -> str:
    text = written(style, value)
    if text.top:
        raise PictureFault("sides", value, "a whole number or a decimal")
    return text.whole


def _turns_in(corners: Points, at: int) -> bool:
    """Whether the outline, which goes clockwise, turns left at this corner."""
    (x0, y0), (x1, y1), (x2, y2) = (corners[(at + i) % len(corners)] for i in (-1, 0, 1))
    return (x1 - x0) * (y2 - y1) < (y1 - y0) * (x2 - x1)


def _fitted(corners: Points, margin: float) -> Points:
    """The corners moved and scaled into the room that the labels leave."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    room = WIDTH - 2 * margin
    demand(ok=room >= 60, field="sides", value="labels", allowed="shorter")
    scale = min(room / wide, _HIGH / high)
    left, top = (WIDTH - wide * scale) / 2, MARGIN + TEXT + 8
    return [((x - min(xs)) * scale + left, (y - min(ys)) * scale + top) for x, y in corners]


#: How far the label of a side moves away from a notch at its end: there two stand together.
_NOTCH = 0.15
_SHAPES: dict[str, Points] = {
    "rectangle": [(0, 0), (3, 0), (3, 2), (0, 2)],
    "parallelogram": [(1, 0), (4, 0), (3, 2), (0, 2)],
    "trapezium": [(1, 0), (3, 0), (4, 2), (0, 2)],
    "right_triangle": [(0, 0), (3, 2.2), (0, 2.2)],
    "l_shape": [(0, 0), (2, 0), (2, 2), (4.8, 2), (4.8, 3.6), (0, 3.6)],
    "t_shape": [(0, 0), (4.2, 0), (4.2, 1.2), (3, 1.2), (3, 3), (1.2, 3), (1.2, 1.2), (0, 1.2)],
}
