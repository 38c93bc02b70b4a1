"""Wholes cut into parts: fraction bars, fraction circles, and parts that are not equal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate
from typing import Literal

import msgspec

from models.domain.pictures.paper import (
    CROWN,
    LEAF,
    MARGIN,
    WHITE,
    WIDTH,
    Paper,
    Style,
    demand,
    plain_text,
    shortened,
    text_width,
    within,
)

_BAR = 44.0


class FractionBar(
    msgspec.Struct,
    frozen=True,
    tag="fraction_bar",
    tag_field="kind",
    forbid_unknown_fields=True,
):
    """Bars of one length: (parts, shaded) each, or (parts, shaded, shaded in a second look).

    More shaded than parts takes a second whole below, and a third.
    """

    bars: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        _check_shaded("bars", self.bars, 6)
        _check_labels(self.labels, len(self.bars), 12)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        room = max((text_width(text) + 12 for text in self.labels), default=0)
        left = MARGIN + (0 if style.is_rtl else room)
        y = MARGIN
        for place, (parts, *shaded) in enumerate(self.bars):
            top = y
            for looks in _wholes(parts, shaded):
                _bar(paper, (left, y, WIDTH - 2 * MARGIN - room), [1] * parts, looks)
                y += _BAR + 6
            if self.labels:
                _label(paper, self.labels[place], (top + y - 6) / 2)
            y += 8
        return paper.finished(y - 14 + MARGIN)


class FractionCircle(
    msgspec.Struct, frozen=True, tag="fraction_circle", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """Circles cut into equal sectors, written as the bars of `FractionBar` are."""

    circles: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        _check_shaded("circles", self.circles, 6)
        _check_labels(self.labels, len(self.circles), 12)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        wholes = [
            ([1] * parts, looks, place)
            for place, (parts, *shaded) in enumerate(self.circles)
            for looks in _wholes(parts, shaded)
        ]
        return _circles(Paper(style), wholes, self.labels)


class Parts(
    msgspec.Struct, frozen=True, tag="parts", tag_field="kind", forbid_unknown_fields=True
):
    """Wholes cut into parts of the sizes given, equal or not: which show equal parts?"""

    wholes: tuple[tuple[int, ...], ...]
    shaded: int = 0
    shape: Literal["bar", "circle"] = "bar"
    labels: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        few = 1 <= len(self.wholes) <= 6
        demand(ok=few, field="wholes", value=len(self.wholes), allowed="1 to 6 wholes")
        for sizes in self.wholes:
            demand(
                ok=1 <= len(sizes) <= 12, field="wholes", value=sizes, allowed="1 to 12 parts"
            )
            for size in sizes:
                within("wholes", size, 1, 20)
        within("shaded", self.shaded, 0, min(map(len, self.wholes)))
        _check_labels(self.labels, len(self.wholes), 12)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        cut = [(list(sizes), self._looks(sizes), i) for i, sizes in enumerate(self.wholes)]
        if self.shape == "circle":
            return _circles(paper, cut, self.labels)
        room = max((text_width(text) + 12 for text in self.labels), default=0)
        left = MARGIN + (0 if style.is_rtl else room)
        for sizes, looks, place in cut:
            y = MARGIN + place * (_BAR + 14)
            _bar(paper, (left, y, WIDTH - 2 * MARGIN - room), sizes, looks)
            if self.labels:
                _label(paper, self.labels[place], y + _BAR / 2)
        return paper.finished(2 * MARGIN + len(cut) * (_BAR + 14) - 14)

    def _looks(self, sizes: tuple[int, ...]) -> list[int]:
        return [1] * self.shaded + [0] * (len(sizes) - self.shaded)


def _check_shaded(field: str, wholes: tuple[tuple[int, ...], ...], most: int) -> None:
    total = 0
    for whole in wholes:
        pair = len(whole) in {2, 3}
        demand(ok=pair, field=field, value=whole, allowed="parts, shaded and maybe also shaded")
        parts, *shaded = whole
        within(f"{field}: parts", parts, 1, 24)
        for count in shaded:
            within(f"{field}: shaded", count, 0, most * parts)
        total += max(1, -(-sum(shaded) // parts))
    rule = f"1 to {most} wholes"
    demand(ok=1 <= total <= most, field=field, value=f"{total} wholes", allowed=rule)


def _check_labels(labels: tuple[str, ...], count: int, longest: int) -> None:
    for text in labels:
        plain_text("labels", text, longest)
    rule = f"none, or {count}"
    demand(ok=len(labels) in {0, count}, field="labels", value=labels, allowed=rule)
    for text in labels:
        demand(ok=text_width(text) <= 96, field="labels", value=text, allowed="shorter")


def _wholes(parts: int, shaded: list[int]) -> Iterator[list[int]]:
    """For each whole the look of each part: 0 empty, 1 shaded, 2 shaded the second way."""
    looks = [look for look, count in enumerate(shaded, start=1) for _ in range(count)]
    for start in range(0, max(len(looks), 1), parts):
        part = looks[start : start + parts]
        yield part + [0] * (parts - len(part))


def _bar(
    paper: Paper, place: tuple[float, float, float], sizes: list[int], looks: list[int]
) -> None:
    left, top, room = place
    total = sum(sizes)
    edges = [left + room * done / total for done in accumulate(sizes, initial=0)]
    paper.box(left, top, room, _BAR, line=0, colour="none")
    for look, start, end in _runs(looks, edges):
        paper.box(start, top, end - start, _BAR, fill=_fill(paper, look), colour="none", line=0)
    inner = "".join(f"M{shortened(x)} {shortened(top)}v{shortened(_BAR)}" for x in edges[1:-1])
    if inner:
        paper.path(inner, colour=LEAF)
    paper.box(left, top, room, _BAR, fill="none", colour=LEAF, line=3, radius=3)


def _runs(looks: list[int], edges: list[float]) -> Iterator[tuple[int, float, float]]:
    """Shaded neighbours of one look as one piece: its look, where it starts and ends."""
    start = 0
    for place in range(1, len(looks) + 1):
        if place == len(looks) or looks[place] != looks[start]:
            if looks[start]:
                yield looks[start], edges[start], edges[place]
            start = place


def _fill(paper: Paper, look: int) -> str:
    return {0: WHITE, 1: CROWN}.get(look) or paper.hatching()


def _label(paper: Paper, text: str, y: float) -> None:
    x = WIDTH - MARGIN if paper.style.is_rtl else MARGIN
    side: Literal["left", "right"] = "right" if paper.style.is_rtl else "left"
    paper.words(x, y, text, side=side, is_bold=True)


def _circles(
    paper: Paper, wholes: list[tuple[list[int], list[int], int]], labels: tuple[str, ...]
) -> str:
    """Circles in lines of at most three, a label below the first circle of each whole."""
    across = len(wholes) if len(wholes) <= 3 else -(-len(wholes) // 2)
    pitch = (WIDTH - 2 * MARGIN) / across
    radius = min(84.0, pitch / 2 - 5)
    high = 2 * radius + (34 if labels else 14)
    seen: set[int] = set()
    for place, (sizes, looks, owner) in enumerate(wholes):
        row, column = divmod(place, across)
        x = MARGIN + (column + 0.5) * pitch
        x = WIDTH - x if paper.style.is_rtl else x
        y = MARGIN + row * high + radius
        _sectors(paper, (x, y, radius), sizes, looks)
        if labels and owner not in seen:
            paper.words(x, y + radius + 18, labels[owner], is_bold=True)
        seen.add(owner)
    rows = -(-len(wholes) // across)
    return paper.finished(2 * MARGIN + rows * high - (4 if labels else 14))


def _sectors(
    paper: Paper, circle: tuple[float, float, float], sizes: list[int], looks: list[int]
) -> None:
    """One circle, its parts clockwise from the top."""
    x, y, radius = circle
    total = sum(sizes)
    turns = [done / total for done in accumulate(sizes, initial=0)]
    for look, start, end in _runs(looks, turns):
        fill = _fill(paper, look)
        if end - start > 0.999:
            paper.circle(x, y, radius, fill=fill, colour="none", line=0)
            continue
        (x1, y1), (x2, y2) = _rim(circle, start), _rim(circle, end)
        way = f"A{shortened(radius)} {shortened(radius)} 0 {int(end - start > 0.5)} 1"
        paper.path(
            f"M{shortened(x)} {shortened(y)}L{shortened(x1)} {shortened(y1)}"
            f"{way} {shortened(x2)} {shortened(y2)}Z",
            fill=fill, colour="none",
        )  # fmt: skip
    if len(sizes) > 1:
        cuts = (_rim(circle, turn) for turn in turns[:-1])
        # Each cut is closed back to the middle, so that only the first one says where that is.
        spokes = "".join(f"L{shortened(a)} {shortened(b)}z" for a, b in cuts)
        paper.path(f"M{shortened(x)} {shortened(y)}{spokes}", colour=LEAF)
    paper.circle(x, y, radius, fill="none", colour=LEAF, line=3)


def _rim(circle: tuple[float, float, float], turn: float) -> tuple[float, float]:
    x, y, radius = circle
    angle = 2 * math.pi * turn
    return x + radius * math.sin(angle), y - radius * math.cos(angle)
