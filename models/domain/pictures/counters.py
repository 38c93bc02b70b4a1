"""Things to be counted: dots in rows, in ten frames or scattered, arrays, groups, coins."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from models.domain.pictures.paper import (
    BARK,
    CROWN,
    FRUIT,
    GRID,
    INK,
    LEAF,
    MARGIN,
    PALE_FRUIT,
    PALE_LEAF,
    RED,
    SOFT,
    STONE,
    TEXT,
    WHITE,
    WIDTH,
    Paper,
    Style,
    demand,
    shortened,
    used,
    within,
)

Shape = Literal["dot", "square", "mango", "leaf", "stone"]
_ROOM = WIDTH - 2 * MARGIN


class Dots(
    msgspec.Struct, frozen=True, tag="dots", tag_field="kind", forbid_unknown_fields=True
):
    """`count` things, `other` of a second look, and the last `crossed` of all crossed out."""

    count: int
    other: int = 0
    crossed: int = 0
    arrangement: Literal["row", "ten_frame", "scattered"] = "row"
    shape: Shape = "dot"
    seed: int = 0

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("count", self.count, 0, 100)
        within("other", self.other, 0, 100)
        most = 40 if self.arrangement == "scattered" else 100
        total = self.count + self.other
        demand(ok=total <= most, field="count + other", value=total, allowed=f"<= {most}")
        within("crossed", self.crossed, 0, min(total, 20))
        within("seed", self.seed, 0, 2**63)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        total = self.count + self.other
        if self.arrangement == "scattered":
            spots, height, size = self._scattered(total), 216.0, 26.0
        else:
            spots, height, size = self._rows(paper, total), self._bottom(total), 22.0
        self._put(paper, spots[: self.count], size, is_second=False)
        self._put(paper, spots[self.count :], size, is_second=True)
        if self.crossed:
            cross = _cross(paper)
            for x, y in spots[-self.crossed :]:
                paper.use(cross, x, y)
        return paper.finished(height)

    def _put(
        self, paper: Paper, spots: list[tuple[float, float]], size: float, *, is_second: bool
    ) -> None:
        """Draws things of one look; five beside each other are one piece, which saves bytes."""
        if not spots:
            return
        one = thing(paper, self.shape, size, is_second=is_second)
        cells = "".join(used(one, i * 28, 0) for i in range(5))
        five = paper.define("g", cells, f"five{int(is_second)}") if len(spots) > 9 else ""
        while spots:
            left = min(x for x, _ in spots[:5])
            run = {(left + i * 28, spots[0][1]) for i in range(5)}
            is_run = bool(five) and set(spots[:5]) == run
            paper.use(five if is_run else one, left if is_run else spots[0][0], spots[0][1])
            spots = spots[5 if is_run else 1 :]

    def _rows(self, paper: Paper, total: int) -> list[tuple[float, float]]:
        if self.arrangement == "ten_frame":
            return self._frames(paper, total)
        spots = []
        across = min(total, 10)
        left = (WIDTH - across * 28 - (8 if across > 5 else 0)) / 2 + 14
        for place in range(total):
            row, column = divmod(place, 10)
            x = left + column * 28 + (8 if column >= 5 else 0)
            spots.append((_mirrored(paper.style, x), MARGIN + 16 + row * 30))
        return spots

    def _frames(self, paper: Paper, total: int) -> list[tuple[float, float]]:
        """Two rows of five in a frame; two frames beside each other."""
        spots = []
        alone, empty = total <= 10, _frame(paper)
        for frame in range(max(1, -(-total // 10))):
            left = WIDTH / 2 - 70 if alone else MARGIN + 3 + (frame % 2) * 146
            top = MARGIN + 3 + (frame // 2) * 72
            for place in range(10):
                row, column = divmod(place, 5)
                x, y = left + column * 28 + 14, top + row * 28 + 14
                spots.append((_mirrored(paper.style, x), y))
            edge = min(_mirrored(paper.style, left), _mirrored(paper.style, left + 140))
            paper.use(empty, edge, top)
        return spots[:total]

    def _bottom(self, total: int) -> float:
        if self.arrangement == "ten_frame":
            return 2 * MARGIN + 6 + 72 * max(1, -(-total // 20)) - 16
        return 2 * MARGIN + 32 + 30 * (max(1, -(-total // 10)) - 1)

    def _scattered(self, total: int) -> list[tuple[float, float]]:
        """Cells of a grid as the seed orders them, each thing moved a little in its cell."""
        cells = sorted(range(40), key=lambda cell: _noise(self.seed, cell, "order"))
        spots = []
        for cell in sorted(cells[:total]):
            row, column = divmod(cell, 8)
            x = MARGIN + 18 + column * 36 + (_noise(self.seed, cell, "x") % 9 - 4)
            y = MARGIN + 18 + row * 38 + (_noise(self.seed, cell, "y") % 9 - 4)
            spots.append((float(x), float(y)))
        return spots


class Array(
    msgspec.Struct, frozen=True, tag="array", tag_field="kind", forbid_unknown_fields=True
):
    """Rows and columns of one thing; a split shows partial products."""

    rows: int
    columns: int
    split_row: int = 0
    split_column: int = 0
    shape: Shape = "dot"
    sides: bool = False

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("rows", self.rows, 1, 20)
        within("columns", self.columns, 1, 20)
        within("split_row", self.split_row, 0, self.rows - 1)
        within("split_column", self.split_column, 0, self.columns - 1)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        margin = 38.0 if self.sides else MARGIN
        pitch = min(30.0, (WIDTH - MARGIN - margin) / self.columns)
        gap = 12.0
        left = (WIDTH + margin - MARGIN - pitch * self.columns) / 2
        left -= gap / 2 if self.split_column else 0
        if self.split_column and pitch < 30:
            pitch = (WIDTH - MARGIN - margin - gap) / self.columns
            left = margin
        y = margin
        for row_part, rows in enumerate(_parts(self.rows, self.split_row)):
            x = left
            for column_part, columns in enumerate(_parts(self.columns, self.split_column)):
                name = f"{row_part}{column_part}"
                self._block(paper, name, (x, y), (rows, columns), pitch)
                if self.sides and not row_part:
                    paper.sign(x + columns * pitch / 2, margin - 16, style.number(columns))
                x += columns * pitch + gap
            if self.sides:
                paper.sign(left - 18, y + rows * pitch / 2, style.number(rows))
            y += rows * pitch + gap
        return paper.finished(y - gap + MARGIN)

    def _block(
        self, paper: Paper, name: str, corner: tuple[float, float], size: tuple[int, int],
        pitch: float,
    ) -> None:  # fmt: skip
        """One part of the array: a row is kept once and used for each row."""
        (x, y), (rows, columns) = corner, size
        is_second = name in {"01", "10"}
        one = thing(paper, self.shape, pitch * 0.74, is_second=is_second)
        half = pitch / 2
        cells = "".join(used(one, half + i * pitch, half) for i in range(columns))
        row = paper.define("g", cells, f"row{name}")
        for place in range(rows):
            paper.use(row, x, y + place * pitch)


class Groups(
    msgspec.Struct, frozen=True, tag="groups", tag_field="kind", forbid_unknown_fields=True
):
    """Equal groups, each in its own ring, and what is left over beside them."""

    groups: int
    in_each: int
    left_over: int = 0
    shape: Shape = "dot"

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        within("groups", self.groups, 1, 12)
        within("in_each", self.in_each, 0, 20)
        within("left_over", self.left_over, 0, 20)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        across = _across(self.in_each)
        down = -(-max(self.in_each, 1) // across)
        pitch = 24.0
        wide, high = max(across * pitch, 28) + 16, max(down * pitch, 28) + 16
        per_line = min(self.groups, int((_ROOM + 10) // (wide + 10)))
        per_line = -(-self.groups // -(-self.groups // per_line))
        left = (WIDTH - per_line * (wide + 10) + 10) / 2
        one = thing(paper, self.shape, 18, is_second=False)
        spots = [(i % across, i // across) for i in range(self.in_each)]
        cells = "".join(used(one, 20 + i * pitch, 20 + j * pitch) for i, j in spots)
        ring = (
            f'<rect width="{shortened(wide)}" height="{shortened(high)}" rx="16" fill="#fdf8ec"'
            f' stroke="{BARK}" stroke-width="2.5"/>'
        )
        group = paper.define("g", ring + cells, "group")
        for place in range(self.groups):
            row, column = divmod(place, per_line)
            x = left + column * (wide + 10)
            x = WIDTH - x - wide if style.is_rtl else x
            paper.use(group, x, MARGIN + row * (high + 10))
        y = MARGIN + -(-self.groups // per_line) * (high + 10)
        return paper.finished(self._rest(paper, one, y) + MARGIN - 10)

    def _rest(self, paper: Paper, one: str, y: float) -> float:
        """Draws what is left over below the groups; where the picture ends."""
        left = WIDTH / 2 - 14 * min(self.left_over, 10) + 14
        for place in range(self.left_over):
            row, column = divmod(place, 10)
            x = _mirrored(paper.style, left + column * 28)
            paper.use(one, x, y + 16 + row * 28)
        return y + 30 * -(-self.left_over // 10) + (8 if self.left_over else 0)


class Coins(
    msgspec.Struct, frozen=True, tag="coins", tag_field="kind", forbid_unknown_fields=True
):
    """Notes and coins of no country, with their values on them."""

    coins: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        count = len(self.coins) + len(self.notes)
        demand(ok=0 < count <= 20, field="coins + notes", value=count, allowed="1 to 20 pieces")
        for value in self.coins:
            within("coins", value, 1, 999)
        for value in self.notes:
            within("notes", value, 1, 99_999)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        paper = Paper(style)
        y = MARGIN
        for place, value in enumerate(self.notes):
            row, column = divmod(place, 3)
            x = MARGIN + column * 99
            x = WIDTH - x - 94 if style.is_rtl else x
            _note(paper, x, y + row * 56, style.number(value))
        y += 56 * -(-len(self.notes) // 3)
        for place, value in enumerate(self.coins):
            row, column = divmod(place, 5)
            x = _mirrored(style, MARGIN + 28 + column * 59)
            paper.circle(x, y + 27 + row * 60, 26, fill=PALE_FRUIT, colour=BARK, line=3)
            paper.circle(x, y + 27 + row * 60, 21, fill="none", colour=BARK, line=1)
            paper.sign(x, y + 27 + row * 60, style.number(value), is_bold=True)
        return paper.finished(y + 60 * -(-len(self.coins) // 5) + MARGIN - 6)


def thing(paper: Paper, shape: Shape, size: float, *, is_second: bool) -> str:
    """Keeps one thing, drawn around (0, 0) and `size` across; gives its id.

    The second look differs much in lightness, not by hue alone.
    """
    r = size / 2
    fill, edge = (_SECOND if is_second else _FIRST)[shape]
    width = shortened(max(1.5, size / 10))
    look = f'fill="{fill}" stroke="{edge}" stroke-width="{width}"'
    return paper.define("g", _outline(shape, r, look, edge), f"t{int(is_second)}")


_FIRST = {
    "dot": (CROWN, LEAF),
    "square": (CROWN, LEAF),
    "mango": (FRUIT, BARK),
    "leaf": (CROWN, LEAF),
    "stone": (STONE, SOFT),
}
_SECOND = {
    "dot": (PALE_FRUIT, BARK),
    "square": (PALE_FRUIT, BARK),
    "mango": (LEAF, INK),
    "leaf": (PALE_FRUIT, BARK),
    "stone": (WHITE, SOFT),
}


def _outline(shape: Shape, r: float, look: str, edge: str) -> str:
    if shape == "square":
        side = shortened(r * 1.8)
        corner = shortened(-r * 0.9)
        return f'<rect x="{corner}" y="{corner}" width="{side}" height="{side}" rx="2" {look}/>'
    if shape == "mango":
        stalk = _scaled("M{} {}Q{} {} {} {}", r, 0.15, -0.75, 0.2, -1, 0.55, -1)
        body = _scaled(_MANGO, r, *_MANGO_AT)
        return (
            f'<path d="{body}" {look}/>'
            f'<path d="{stalk}" fill="none" stroke="{edge}" stroke-width="2"/>'
        )
    if shape == "leaf":
        body = _scaled("M{} {}Q{} {} {} {}Q{} {} {} {}Z", r, *_LEAF_AT)
        vein = _scaled("M{} {}L{} {}", r, -0.75, 0.75, 0.5, -0.5)
        return f'<path d="{body}" {look}/><path d="{vein}" stroke="{edge}"/>'
    if shape == "stone":
        body = _scaled(_MANGO, r, *_STONE_AT)
        return f'<path d="{body}" {look}/>'
    return f'<circle r="{shortened(r * 0.95)}" {look}/>'


_MANGO = "M{} {}C{} {} {} {} {} {}C{} {} {} {} {} {}Z"
_MANGO_AT = (0.1, -0.75, 1.15, -0.9, 1.2, 0.6, 0.2, 0.9, -1, 1.15, -1.35, -0.35, 0.1, -0.75)
_LEAF_AT = (-0.9, 0.9, -1, -0.8, 0.95, -0.95, 1, 0.75, -0.9, 0.9)
_STONE_AT = (-0.2, -0.7, 1.1, -1, 1.4, 0.6, 0.3, 0.75, -1, 0.95, -1.3, -0.3, -0.2, -0.7)


def _scaled(course: str, r: float, *places: float) -> str:
    return course.format(*(shortened(r * place) for place in places))


def _frame(paper: Paper) -> str:
    """Keeps an empty ten frame; gives its id."""
    inner = "".join(f"M{28 * i} 0v56" for i in range(1, 5))
    box = f'<rect width="140" height="56" fill="{PALE_LEAF}" stroke="{SOFT}" stroke-width="2"/>'
    lines = f'<path d="{inner}M0 28h140" stroke="{GRID}" stroke-width="1.5"/>'
    return paper.define("g", box + lines, "frame")


def _note(paper: Paper, x: float, y: float, text: str) -> None:
    paper.box(x, y, 94, 48, fill=PALE_LEAF, colour=LEAF, line=2.5, radius=4)
    paper.box(x + 5, y + 5, 84, 38, fill="none", colour=LEAF, line=1, radius=2)
    paper.sign(x + 47, y + 24, text, size=TEXT + 1, is_bold=True)


def _mirrored(style: Style, x: float) -> float:
    return WIDTH - x if style.is_rtl else x


def _cross(paper: Paper) -> str:
    """Keeps a red cross with a white edge, which shows on dark things too; gives its id."""
    way = 'd="M-11 11L11 -11M-11 -11L11 11"'
    edge = f'<path {way} stroke="{WHITE}" stroke-width="6"/>'
    red = f'<path {way} stroke="{RED}" stroke-width="3"/>'
    return paper.define("g", edge + red, "cross")


def _noise(seed: int, cell: int, use: str) -> int:
    """A number that the seed decides, on every machine and version alike."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{cell}/{use}".encode()).digest()[:6], "big")


def _parts(count: int, split: int) -> list[int]:
    return [split, count - split] if split else [count]


def _across(count: int) -> int:
    """How many stand beside each other in a group: as on dice for few, fives for many."""
    return {0: 1, 1: 1, 2: 2, 3: 3, 4: 2, 5: 5, 6: 3, 7: 4, 8: 4, 9: 3}.get(count, 5)
