"""A number line: ticks, labels that never touch, points, an unknown and jumps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import msgspec

from models.domain.pictures.paper import (
    BARK,
    CROWN,
    FRUIT,
    LEAF,
    MARGIN,
    PALE_FRUIT,
    TEXT,
    WIDTH,
    Paper,
    PictureFault,
    Style,
    demand,
    plain_text,
    shortened,
    text_width,
    within,
)
from models.domain.pictures.values import Written, token, written

_TICKS = 120
_AIR = 7.0
_EVERY = (1, 2, 5, 10, 20, 25, 50, 100)
_ONE, _ZERO = Fraction(1), Fraction(0)


class NumberLine(
    msgspec.Struct, frozen=True, tag="number_line", tag_field="kind", forbid_unknown_fields=True
):
    """A line from `start` to `end` with a tick each `step`; it runs left to right always."""

    start: Fraction
    end: Fraction
    step: Fraction = _ONE
    labels: Literal["auto", "ends", "none"] = "auto"
    label_every: int = 0
    denominator: int = 0
    mixed: bool = False
    mark: Fraction | None = None
    unknown: Fraction | None = None
    highlights: tuple[Fraction, ...] = ()
    points: tuple[Fraction, ...] = ()
    point_labels: tuple[str, ...] = ()
    jumps: tuple[Fraction, ...] = ()
    jump_labels: tuple[int | str, ...] = ()

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("start", self.start, -1_000_000, 1_000_000)
        within("end", self.end, -1_000_000, 1_000_000)
        demand(ok=self.step > 0, field="step", value=self.step, allowed="more than 0")
        demand(ok=self.end > self.start, field="end", value=self.end, allowed="beyond start")
        count = (self.end - self.start) / self.step
        whole = count.denominator == 1 and count <= _TICKS
        rule = f"a part of end - start, at most {_TICKS} of them"
        demand(ok=whole, field="step", value=self.step, allowed=rule)
        within("label_every", self.label_every, 0, _TICKS)
        within("denominator", self.denominator, 0, 1000)
        self._check_points()

    def _check_points(self) -> None:
        for field, value in self._placed():
            demand(
                ok=self.start <= value <= self.end, field=field, value=value,
                allowed=f"{self.start} to {self.end}",
            )  # fmt: skip
        for field, values in (("points", self.points), ("jumps", self.jumps)):
            demand(ok=len(values) <= 21, field=field, value=len(values), allowed="<= 21 values")
        few = len(self.highlights) <= 10
        demand(ok=few, field="highlights", value=len(self.highlights), allowed="<= 10 values")
        rule = "one for each point, or none"
        for field, texts, count in (
            ("point_labels", self.point_labels, len(self.points)),
            ("jump_labels", self.jump_labels, len(self.jumps) - 1),
        ):
            demand(ok=len(texts) in {0, count}, field=field, value=texts, allowed=rule)
            for text in texts:
                if isinstance(text, str):
                    plain_text(field, text, 12)
        lonely = len(self.jumps) == 1 or (bool(self.jumps) and bool(self.point_labels))
        demand(ok=not lonely, field="jumps", value=self.jumps, allowed="2 or more, or labels")

    def _placed(self) -> Iterator[tuple[str, Fraction]]:
        if self.mark is not None:
            yield "mark", self.mark
        if self.unknown is not None:
            yield "unknown", self.unknown
        for field, values in (
            ("highlights", self.highlights), ("points", self.points), ("jumps", self.jumps),
        ):  # fmt: skip
            for value in values:
                yield field, value

    @property
    def ticks(self) -> list[Fraction]:
        """The values that have a tick."""
        count = int((self.end - self.start) / self.step)
        return [self.start + i * self.step for i in range(count + 1)]

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        return _Line(self, style).drawn()


class _Line:
    """One number line on its paper: where values stand, and what is written under them."""

    def __init__(self, line: NumberLine, style: Style) -> None:
        self.line = line
        self.paper = Paper(style)
        self.ticks = line.ticks
        self._start, self._span = float(line.start), float(line.end - line.start)
        self._texts: dict[Fraction, Written] = {}
        ends = [self.text(line.start).width, self.text(line.end).width]
        self.left = max(28.0, ends[0] / 2 + 10)
        self.right = WIDTH - max(28.0, ends[1] / 2 + 10)
        self.y = MARGIN + 22 + (self._arcs() if line.jumps else 0)
        self.y += 24 if line.point_labels else 0

    def text(self, value: Fraction) -> Written:
        """What stands at a value; kept, because its width is asked for often."""
        if value not in self._texts:
            self._texts[value] = self._text(value)
        return self._texts[value]

    def _text(self, value: Fraction) -> Written:
        line = self.line
        if value == line.unknown:
            return Written(self.paper.style.unknown)
        shown = line.labels != "none" or value in line.highlights
        if not shown:
            return Written()
        return written(self.paper.style, value, line.denominator, is_mixed=line.mixed)

    def x(self, value: Fraction) -> float:
        share = (float(value) - self._start) / self._span
        return self.left + share * (self.right - self.left)

    def drawn(self) -> str:
        labelled = self._labels()
        self._axis({value for value, _ in labelled})
        self._jumps()
        height = max((text.height for _, text in labelled), default=0)
        for value, text in labelled:
            self._label(value, text, self.y + 18 + height / 2)
        self._points()
        return self.paper.finished(self.y + 18 + height + MARGIN)

    def _axis(self, labelled: set[Fraction]) -> None:
        paper, y = self.paper, self.y
        paper.line((self.left - 14, y), (self.right + 14, y), width=3)
        for tip, way in ((self.left - 17, 1), (self.right + 17, -1)):
            head = f"M{shortened(tip + 8 * way)} {shortened(y - 6)}L{shortened(tip)} "
            paper.path(f"{head}{shortened(y)}L{shortened(tip + 8 * way)} {shortened(y + 6)}")
        long = "".join(self._tick(v, 10) for v in self.ticks if v in labelled)
        short = "".join(self._tick(v, 6) for v in self.ticks if v not in labelled)
        for ticks in filter(None, (long, short)):
            paper.path(ticks, width=2 if len(self.ticks) <= 60 else 1)

    def _tick(self, value: Fraction, half: float) -> str:
        return f"M{shortened(self.x(value))} {shortened(self.y - half)}v{shortened(2 * half)}"

    def _labels(self) -> list[tuple[Fraction, Written]]:
        """What is written below the line: first what must be, then as much as has room."""
        line = self.line
        fixed = dict.fromkeys([v for v in (line.unknown, *line.highlights) if v is not None])
        placed: list[tuple[Fraction, Written]] = []
        for value in fixed:
            self._place(placed, value, field="highlights")
        if line.labels == "none":
            return placed
        ends = [v for v in (line.start, line.end) if v not in fixed]
        if line.labels == "ends":
            values = ends
        elif line.label_every:
            values = [v for v in self.ticks[:: line.label_every] if v not in fixed]
        else:
            values = [v for v in self._roomy() if v not in fixed]
        must = "label_every" if line.label_every and line.labels == "auto" else ""
        for value in values:
            self._place(placed, value, field=must)
        return placed

    def _roomy(self) -> list[Fraction]:
        """Every tick, or each second, fifth, … counted from 0: the most that do not touch."""
        ticks = self.ticks
        first = self.line.start // self.line.step
        for every in _EVERY:
            chosen = ticks[-first % every :: every]
            if len(chosen) > 1 and self._is_clear(chosen):
                return chosen
        return [ticks[0], ticks[-1]]

    def _is_clear(self, values: list[Fraction]) -> bool:
        gap = self.x(values[1]) - self.x(values[0])
        widths = [self.width(value) for value in values]
        return all((a + b) / 2 + _AIR <= gap for a, b in pairwise(widths))

    def width(self, value: Fraction) -> float:
        """The room of a label with the frame that some labels have."""
        if value == self.line.unknown:
            return 28.0
        return self.text(value).width + (8 if value in self.line.highlights else 0)

    def _place(
        self, placed: list[tuple[Fraction, Written]], value: Fraction, field: str
    ) -> None:
        """Adds a label where it touches no other; one that must stand is refused instead."""
        text = self.text(value)
        room = (
            abs(self.x(value) - self.x(other)) - (self.width(value) + self.width(other)) / 2
            for other, _ in placed
        )
        if all(free >= _AIR / 3 for free in room):
            placed.append((value, text))
        elif field:
            raise PictureFault(field, str(value), "such that labels do not touch each other")

    def _label(self, value: Fraction, text: Written, y: float) -> None:
        x = self.x(value)
        if value == self.line.unknown:
            self.paper.box(x - 13, y - 13, 26, 26, fill=PALE_FRUIT, colour=BARK, radius=6)
        elif value in self.line.highlights:
            wide, high = text.width + 8, text.height + 6
            self.paper.box(
                x - wide / 2, y - high / 2, wide, high, fill=PALE_FRUIT, colour=BARK, radius=6
            )
        text.draw(self.paper, x, y)

    def _points(self) -> None:
        line = self.line
        for value in line.points:
            self.paper.circle(self.x(value), self.y, 7, fill=CROWN, colour=LEAF)
        self._point_labels()
        for marked in (line.mark, line.unknown):
            if marked is not None:
                self.paper.circle(self.x(marked), self.y, 8, fill=FRUIT, colour=BARK, line=3)

    def _point_labels(self) -> None:
        last: list[tuple[float, float]] = []
        for value, text in zip(self.line.points, self.line.point_labels, strict=False):
            x, half = self.x(value), text_width(text) / 2
            clear = all(abs(x - other) >= half + there for other, there in last)
            demand(
                ok=clear, field="points", value=str(value), allowed="farther from the others"
            )
            last.append((x, half))
            self.paper.words(x, self.y - 24, text, is_bold=True)

    def _arcs(self) -> float:
        """The room above the line that the arcs and the rows of their labels need."""
        rows = max((row for row, _ in self._jump_rows()), default=-1) + 1
        return max(0.0, self._highest() + rows * (TEXT + 2) - 12)

    def _highest(self) -> float:
        """How high the arcs reach: a cubic rises to three quarters of its handles."""
        return 0.75 * max((self._rise(a, b) for a, b in pairwise(self.line.jumps)), default=0)

    def _rise(self, a: Fraction, b: Fraction) -> float:
        return min(90.0, 24 + abs(self.x(b) - self.x(a)) * 0.4)

    def _jumps(self) -> None:
        y = self.y - 4
        for a, b in pairwise(self.line.jumps):
            start, end = self.x(a), self.x(b)
            top = shortened(y - self._rise(a, b))
            self.paper.path(
                f"M{shortened(start)} {shortened(y)}C{shortened(start)} {top} "
                f"{shortened(end)} {top} {shortened(end)} {shortened(y)}",
                colour=BARK, width=2.5,
            )  # fmt: skip
            self._arrow_head(end, y)
        base = y - self._highest() - TEXT / 2 - 3
        for (row, x), text in zip(self._jump_rows(), self._jump_texts(), strict=False):
            self.paper.sign(x, base - row * (TEXT + 2), text)

    def _jump_texts(self) -> list[str]:
        """The labels of the jumps; a number has its sign, also a positive one."""
        style = self.paper.style
        return [
            ("+" if isinstance(one, int) and one > 0 else "") + token(style, one)
            for one in self.line.jump_labels
        ]

    def _arrow_head(self, x: float, y: float) -> None:
        self.paper.path(
            f"M{shortened(x - 5)} {shortened(y - 8)}L{shortened(x)} {shortened(y)}"
            f"L{shortened(x + 5)} {shortened(y - 8)}",
            colour=BARK, width=2.5,
        )  # fmt: skip

    def _jump_rows(self) -> list[tuple[int, float]]:
        """For each label of a jump the lowest row where it touches no other, and its middle."""
        ends: list[list[tuple[float, float]]] = [[], [], []]
        found = []
        for (a, b), text in zip(pairwise(self.line.jumps), self._jump_texts(), strict=False):
            half = text_width(text) / 2 + 2
            x = min(max((self.x(a) + self.x(b)) / 2, half + 4), WIDTH - half - 4)
            clear = [
                row for row, there in enumerate(ends)
                if all(x - half >= right or x + half <= left for left, right in there)
            ]  # fmt: skip
            demand(ok=bool(clear), field="jump_labels", value=text, allowed="shorter, or fewer")
            ends[clear[0]].append((x - half, x + half))
            found.append((clear[0], x))
        return found
