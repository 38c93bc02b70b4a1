"""Bar models (tape diagrams) for word problems; right to left they start from the right."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from models.domain.pictures.paper import (
    BARK,
    LEAF,
    MARGIN,
    PALE_FRUIT,
    PALE_LEAF,
    TEXT,
    WHITE,
    WIDTH,
    Paper,
    Style,
    demand,
    plain_text,
    shortened,
    text_width,
)
from models.domain.pictures.values import UNKNOWN, Token, token

_HIGH = 46.0


class Bar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bar, a label in each part; without `sizes` numbers stand to scale, texts equal."""

    parts: tuple[int | str, ...]
    sizes: tuple[Fraction, ...] = ()
    name: str = ""

    def shares(self) -> list[Fraction]:
        """How long each part is, in one measure for all bars."""
        if self.sizes:
            return list(self.sizes)
        numbers = [Fraction(part) for part in self.parts if isinstance(part, int) and part > 0]
        if len(numbers) == len(self.parts):
            return numbers
        return [Fraction(1)] * len(self.parts)


class BarModel(
    msgspec.Struct, frozen=True, tag="bar_model", tag_field="kind", forbid_unknown_fields=True
):
    """One to three bars and a brace with `whole`: below one bar, beside several."""

    bars: tuple[Bar, ...]
    whole: int | str = ""

    def check(self) -> None:
        """Raises `PictureFault` for what cannot be drawn."""
        count = len(self.bars)
        demand(ok=1 <= count <= 3, field="bars", value=count, allowed="1 to 3 bars")
        for bar in self.bars:
            parts, sizes = len(bar.parts), len(bar.sizes)
            demand(ok=1 <= parts <= 12, field="parts", value=parts, allowed="1 to 12 parts")
            demand(ok=sizes in {0, parts}, field="sizes", value=sizes, allowed="one a part")
            rule = "more than 0, at most 1000000"
            for size in bar.sizes:
                demand(ok=0 < size <= 1_000_000, field="sizes", value=size, allowed=rule)
            plain_text("name", bar.name, 16)
            for part in bar.parts:
                _check_label("parts", part)
        _check_label("whole", self.whole)

    def draw(self, style: Style) -> str:
        """The picture as SVG."""
        return _Tape(self, style).drawn()


class _Tape:
    """A bar model on its paper, its places reckoned from where reading begins."""

    def __init__(self, model: BarModel, style: Style) -> None:
        self.model, self.style, self.paper = model, style, Paper(style)
        self.whole = token(style, model.whole)
        names = max(text_width(bar.name) for bar in model.bars)
        self.near = MARGIN + (names + 10 if names else 0)
        self.is_beside = bool(self.whole) and len(model.bars) > 1
        self.far = WIDTH - MARGIN - (text_width(self.whole) + 24 if self.is_beside else 0)
        self.total = max(sum(bar.shares()) for bar in model.bars)

    def drawn(self) -> str:
        ends = [self._bar(place, bar) for place, bar in enumerate(self.model.bars)]
        bottom = MARGIN + len(ends) * (_HIGH + 12) - 12
        if self.is_beside:
            self._brace_beside(max(ends) + 8, MARGIN, bottom)
        elif self.whole:
            self._brace_below(ends[0], bottom + 6)
            bottom += 24 + TEXT
        return self.paper.finished(bottom + MARGIN)

    def _bar(self, place: int, bar: Bar) -> float:
        """Draws one bar; gives where it ends."""
        y, x = MARGIN + place * (_HIGH + 12), self.near
        if bar.name:
            side = "right" if self.style.is_rtl else "left"
            self.paper.words(
                self._x(MARGIN), y + _HIGH / 2, bar.name,
                side="right" if side == "right" else "left",
            )  # fmt: skip
        for spot, (part, wide) in enumerate(zip(bar.parts, self._widths(bar), strict=True)):
            text = token(self.style, part)
            fill = PALE_FRUIT if part == UNKNOWN else (PALE_LEAF, WHITE)[spot % 2]
            edge = min(self._x(x), self._x(x + wide))
            self.paper.box(edge, y, wide, _HIGH, fill=fill, colour=LEAF, line=2.5)
            self.paper.words(self._x(x + wide / 2), y + _HIGH / 2, text, is_bold=True)
            x += wide
        return x

    def _widths(self, bar: Bar) -> list[float]:
        """To scale, but never narrower than the labels; refused where these need more room."""
        room = self.far - self.near
        least = [text_width(token(self.style, part)) * 1.08 + 8 for part in bar.parts]
        demand(
            ok=sum(least) <= room, field="parts", value=bar.parts, allowed="shorter or fewer"
        )
        shares = bar.shares()
        length = max(sum(least), room * float(sum(shares) / self.total))
        scaled = [length * float(share / sum(shares)) for share in shares]
        if all(wide >= low for wide, low in zip(scaled, least, strict=True)):
            return scaled
        spare = (length - sum(least)) / length
        return [low + wide * spare for wide, low in zip(scaled, least, strict=True)]

    def _x(self, x: float) -> float:
        return WIDTH - x if self.style.is_rtl else x

    def _brace_below(self, end: float, y: float) -> None:
        left, right = sorted((self._x(self.near), self._x(end)))
        half = (right - left) / 2 - 12
        self.paper.path(
            f"M{shortened(left)} {shortened(y)}q0 6 6 6h{shortened(half)}q6 0 6 7q0 -7 6 -7"
            f"h{shortened(half)}q6 0 6 -6",
            colour=BARK, width=2.5,
        )  # fmt: skip
        half_text = text_width(self.whole) / 2
        x = min(max((left + right) / 2, half_text + 6), WIDTH - half_text - 6)
        self.paper.words(x, y + 18 + TEXT / 2, self.whole, is_bold=True)

    def _brace_beside(self, x: float, top: float, bottom: float) -> None:
        way = -1 if self.style.is_rtl else 1
        half = (bottom - top) / 2 - 12
        self.paper.path(
            f"M{shortened(self._x(x))} {shortened(top)}q{6 * way} 0 {6 * way} 6"
            f"v{shortened(half)}q0 6 {7 * way} 6q{-7 * way} 0 {-7 * way} 6v{shortened(half)}"
            f"q0 6 {-6 * way} 6",
            colour=BARK, width=2.5,
        )  # fmt: skip
        middle = x + 16 + text_width(self.whole) / 2
        self.paper.words(self._x(middle), (top + bottom) / 2, self.whole, is_bold=True)


def _check_label(field: str, label: Token) -> None:
    if isinstance(label, str):
        plain_text(field, label, 24)
