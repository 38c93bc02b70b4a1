"""Data told by marks: pictograms, where one picture stands for several, and tally charts."""

from __future__ import annotations

import msgspec

from models.domain.pictures.counters import Shape, thing
from models.domain.pictures.paper import (
    BARK,
    GRID,
    MARGIN,
    TEXT,
    WIDTH,
    Paper,
    Style,
    demand,
    plain_text,
    shortened,
    text_width,
    within,
)

_LINE = 40.0


class Pictogram(
    msgspec.Struct, frozen=True, tag="pictogram", tag_field="kind", forbid_unknown_fields=True
):
    """A line of pictures for each label; one stands for `each`, a half one for its half."""

    labels: tuple[str, ...]
    values: tuple[int, ...]
    each: int = 1
    shape: Shape = "mango"
    title: str = ""

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        _check_lines(self.labels, self.values, self.title)
        within("each", self.each, 1, 1000)
        for value in self.values:
            ok = value >= 0 and 2 * value % self.each == 0 and value <= 10 * self.each
            rule = f"whole or half pictures of {self.each}, at most 10 of them"
            demand(ok=ok, field="values", value=value, allowed=rule)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        near, pitch = _columns(self.labels, 10 if max(self.values) > 5 * self.each else 5)
        size = min(26.0, pitch - 2)
        one = thing(paper, self.shape, size, is_second=False)
        way = -1 if style.is_rtl else 1
        cut = shortened(-size if way == 1 else 0)
        clip = paper.define(
            "clipPath",
            f'<rect x="{cut}" y="-20" width="{shortened(size)}" height="40"/>',
            "half",
        )
        half = paper.define("g", f'<use xlink:href="#{one}" clip-path="url(#{clip})"/>', "cut")
        y = _lined(paper, self.title, self.labels)
        for place, value in enumerate(self.values):
            wholes, rest = divmod(2 * value, 2 * self.each)
            for spot in range(wholes + bool(rest)):
                x = near + (spot + 0.5) * pitch
                x = WIDTH - x if style.is_rtl else x
                paper.use(one if spot < wholes else half, x, y + (place + 0.5) * _LINE)
        bottom = y + len(self.labels) * _LINE
        text = f"= {style.number(self.each)}"
        paper.use(one, WIDTH / 2 - way * 28, bottom + 22)
        paper.words(WIDTH / 2 + way * 14, bottom + 22, text)
        return paper.finished(bottom + 36 + MARGIN)


class Tally(
    msgspec.Struct, frozen=True, tag="tally", tag_field="kind", forbid_unknown_fields=True
):
    """Strokes for each label, each fifth across the four before it."""

    labels: tuple[str, ...]
    values: tuple[int, ...]
    title: str = ""

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        _check_lines(self.labels, self.values, self.title)
        for value in self.values:
            within("values", value, 0, 25)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        near, _ = _columns(self.labels, 5)
        room = WIDTH - MARGIN - near
        step = min(8.0, room / (-(-max(self.values) // 5) * 5.6 or 1))
        y = _lined(paper, self.title, self.labels)
        for place, value in enumerate(self.values):
            marks = "".join(
                _stroke(paper.style, near, step, mark, y + place * _LINE)
                for mark in range(value)
            )
            if marks:
                paper.path(marks, colour=BARK, width=2.5)
        return paper.finished(y + len(self.labels) * _LINE + MARGIN)


def _check_lines(labels: tuple[str, ...], values: tuple[int, ...], title: str) -> None:
    count = len(labels)
    demand(ok=1 <= count <= 8, field="labels", value=count, allowed="1 to 8 labels")
    same = len(values) == count
    demand(ok=same, field="values", value=len(values), allowed=f"{count}, as many as labels")
    for text in labels:
        plain_text("labels", text, 20)
        demand(ok=text_width(text) <= 140, field="labels", value=text, allowed="shorter")
    plain_text("title", title, 40)
    fits = text_width(title) <= WIDTH - 20
    demand(ok=fits, field="title", value=title, allowed="shorter: it has one line")


def _columns(labels: tuple[str, ...], most: int) -> tuple[float, float]:
    """Where the marks begin, and the room for each of at most `most`."""
    near = MARGIN + max(map(text_width, labels)) + 14
    return near, min(30.0, (WIDTH - MARGIN - near) / most)


def _lined(paper: Paper, title: str, labels: tuple[str, ...]) -> float:
    """Writes the title and the labels, draws a line between them; where the first line is."""
    y, is_rtl = MARGIN, paper.style.is_rtl
    if title:
        paper.words(WIDTH / 2, y + TEXT / 2, title, is_bold=True)
        y += TEXT + 10
    edge = WIDTH - MARGIN if is_rtl else MARGIN
    for place, label in enumerate(labels):
        middle = y + (place + 0.5) * _LINE
        paper.words(edge, middle, label, side="right" if is_rtl else "left")
    rules = "".join(
        f"M{shortened(MARGIN)} {shortened(y + i * _LINE)}H{shortened(WIDTH - MARGIN)}"
        for i in range(len(labels) + 1)
    )
    paper.path(rules, colour=GRID, width=1)
    return y


def _stroke(style: Style, near: float, step: float, mark: int, y: float) -> str:
    """One stroke of a line: four upright ones, the fifth across them."""
    way = -1 if style.is_rtl else 1
    gate, place = divmod(mark, 5)
    start = near + gate * 5.6 * step + step / 2
    x = start + place * step
    if place < 4:
        x = WIDTH - x if style.is_rtl else x
        return f"M{shortened(x)} {shortened(y + 8)}v24"
    x = start - step / 2
    x = WIDTH - x if style.is_rtl else x
    return f"M{shortened(x)} {shortened(y + 30)}l{shortened(way * step * 4)} -20"
